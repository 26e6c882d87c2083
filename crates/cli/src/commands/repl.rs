//! `repl`: a prompt for Nix expressions, and for lines from elsewhere without one.

use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::Args;
use project::repl::{Answer, Repl, Start, converse, is_incomplete};
use signal_hook::consts::SIGINT;
use signal_hook::flag;
use source::SourceMap;

use crate::args::Global;
use crate::clan::dialect;
use crate::commands::{Exit, Failure};
use crate::prompt::{Prompt, Read, history_file};
use crate::surroundings::{absolute, disk, flake_directory, input_sources, options, search_path};
use crate::terminal::{Terminal, complain};

const EXAMPLES: &str = "\
Examples:
  clan-inventory repl                     a prompt with `lib` and `builtins`
  clan-inventory repl .                   the flake here: its outputs, `clan` and `inventory`
  clan-inventory repl values.nix          the attributes of a file
  echo 'inventory.machines.jon.tags' | clan-inventory repl ~/clan

At the prompt, `:?` tells the commands.";

/// What `repl` is asked to do.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct ReplArgs {
    /// A flake, a clan, or any Nix file, whose names are in scope
    #[arg(value_name = "FILE|DIR")]
    path: Option<PathBuf>,
    /// Add to the search path; what is added first is found first
    #[arg(short = 'I', long, value_name = "[PREFIX=]PATH")]
    include: Vec<String>,
    /// Neither read the history of inputs nor add to it
    #[arg(long)]
    no_history: bool,
}

/// How a process ends that is interrupted, for the shell.
const INTERRUPTED: i32 = 130;

/// Reads inputs and prints answers until the end.
pub fn run(terminal: &Terminal, global: &Global, args: &ReplArgs) -> Result<Exit, Failure> {
    let here = absolute(Path::new("."))?;
    let target = match &args.path {
        Some(path) if !path.exists() => {
            let path = path.display();
            return Err(Failure::Unusable(format!("`{path}` does not exist")));
        }
        Some(path) => Some(absolute(path)?),
        None => None,
    };
    let search_path = search_path(global, &args.include)?;
    let input_sources = input_sources(global)?;
    let readable = [Some(&here), target.as_ref()].into_iter().flatten();
    let given = search_path.iter().cloned().map(|(_, path)| path);
    let given = given.chain(input_sources.directories().map(|(directory, _)| directory));
    let disk = disk(global, readable.map(|path| root_of(path)).chain(given));
    let is_interactive = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let mut options = options(global);
    options.search_path = search_path;
    options.pipes = true;
    if is_interactive {
        options.interrupt = Some(interrupt()?);
    }
    let start = Start {
        base: here.clone(),
        home: std::env::home_dir(),
        target,
        dialect: dialect(&global.dialect)?,
        input_sources,
        clan: global.clan.clone(),
        color: terminal.style_of_data().color,
        admit: &|path| disk.admit(&root_of(path)),
    };
    let sources = Arc::new(SourceMap::new());
    let teller = Teller {
        terminal,
        sources: &sources,
        here: &here,
    };
    let talked = converse(&disk, &sources, &options, &start, |repl, first| {
        if is_interactive {
            let history = history_file().filter(|_| !args.no_history);
            teller.converse(repl, &first, history)
        } else {
            teller.answer_lines(repl, first)
        }
    });
    talked.unwrap_or_else(|fault| Err(Failure::Unusable(fault.message)))
}

/// What may be read because the user names `path`: the flake around it, or else the directory that it is or lies in.
fn root_of(path: &Path) -> PathBuf {
    let directory = match path.parent() {
        Some(parent) if !path.is_dir() => parent,
        _ => path,
    };
    flake_directory(directory).unwrap_or_else(|| directory.to_owned())
}

/// A flag that Ctrl-C sets. If it is set still, the process ends.
fn interrupt() -> Result<Arc<AtomicBool>, Failure> {
    let interrupt = Arc::new(AtomicBool::new(false));
    flag::register_conditional_shutdown(SIGINT, INTERRUPTED, interrupt.clone())
        .and_then(|_| flag::register(SIGINT, interrupt.clone()))
        .map_err(|error| Failure::Unusable(format!("Ctrl-C cannot be caught: {error}")))?;
    Ok(interrupt)
}

/// Tells answers.
struct Teller<'t> {
    terminal: &'t Terminal,
    sources: &'t SourceMap,
    here: &'t Path,
}

impl Teller<'_> {
    /// A conversation at a prompt.
    fn converse(
        &self,
        repl: &Repl,
        first: &Answer,
        history: Option<PathBuf>,
    ) -> Result<Exit, Failure> {
        let greeting = concat!(
            "clan-inventory ",
            env!("CARGO_PKG_VERSION"),
            "; `:?` tells the commands\n"
        );
        self.terminal.data(greeting.as_bytes())?;
        self.tell(first)?;
        let mut prompt = Prompt::new(repl, history)?;
        loop {
            let input = match prompt.read()? {
                Read::Input(input) => input,
                Read::Nothing => continue,
                Read::End => return Ok(Exit::Done),
            };
            let answer = repl.answer(&input);
            self.tell(&answer)?;
            if answer.quits {
                return Ok(Exit::Done);
            }
        }
    }

    /// Answers to lines that come from elsewhere; of the start, only what is wrong is told.
    fn answer_lines(&self, repl: &Repl, mut first: Answer) -> Result<Exit, Failure> {
        first.output.clear();
        self.tell(&first)?;
        let mut failed = first.failed;
        let mut lines = std::io::stdin().lock();
        let mut input = String::new();
        loop {
            let mut line = vec![];
            let count = lines.read_until(b'\n', &mut line).map_err(|error| {
                Failure::Unusable(format!("cannot read standard input: {error}"))
            })?;
            input.push_str(&String::from_utf8_lossy(&line));
            let is_last = count == 0;
            if !is_last && is_incomplete(&input) {
                continue;
            }
            let answer = repl.answer(input.trim_end_matches(['\n', '\r']));
            input.clear();
            self.tell(&answer)?;
            failed |= answer.failed;
            if is_last || answer.quits {
                break;
            }
        }
        Ok(if failed { Exit::Errors } else { Exit::Done })
    }

    fn tell(&self, answer: &Answer) -> Result<(), Failure> {
        self.terminal.notices(&answer.notices);
        self.terminal.data(&answer.output)?;
        self.terminal
            .diagnostics(&answer.diagnostics, self.sources, self.here);
        if let Some(complaint) = &answer.complaint {
            complain(complaint);
        }
        Ok(())
    }
}
