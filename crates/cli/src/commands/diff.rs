//! `diff`: what a change does to the fleet.

mod operand;

use std::path::PathBuf;
use std::thread;

use clap::{Args, ValueEnum};
use project::analysis::AnalysedClan;
use report::comparison::{Compared, human, json, markdown};
use resolve::comparison::{Side, Sides, compare};
use source::Severity;

use crate::args::Global;
use crate::clan::{Depth, Opened};
use crate::commands::{Exit, Failure};
use crate::terminal::Terminal;

use self::operand::{Operand, operands};

const EXAMPLES: &str = "\
Examples:
  clan-inventory diff                            the last commit and the work tree
  clan-inventory diff main                       the branch main and the work tree
  clan-inventory diff main..HEAD                 two revisions
  clan-inventory diff origin/main...HEAD         what a branch changed since it left origin/main
  clan-inventory diff ~/clan-before ~/clan       two directories
  clan-inventory diff v1:infra v2:infra          a flake in a subdirectory of two revisions
  clan-inventory diff origin/main...HEAD --format markdown > comment.md

Revisions are read through `git`, without touching the work tree. What stands for the same on both sides is silent. In the heading of a
new machine, `*` marks computed tags.";

/// What `diff` is asked to do.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct DiffArgs {
    /// What was: a directory, a file or a git revision; `A..B` or `A...B` for both [default: HEAD]
    #[arg(value_name = "OLD")]
    old: Option<String>,
    /// What is: a directory, a file or a git revision [default: the work tree]
    #[arg(value_name = "NEW")]
    new: Option<String>,
    /// The repository that revisions are looked up in
    #[arg(long, value_name = "DIR", default_value = ".")]
    repository: PathBuf,
    /// The form of the differences
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Exit with 1 if anything differs
    #[arg(long)]
    exit_code: bool,
    /// Compare what could be computed even if a clan has errors
    #[arg(long)]
    keep_going: bool,
}

/// The forms of differences.
#[derive(ValueEnum, Clone, Copy, Debug)]
enum Format {
    /// For a terminal
    Human,
    /// For the comment of a pull request
    Markdown,
    /// For programs
    Json,
}

/// Compares.
pub fn run(terminal: &Terminal, global: &Global, args: &DiffArgs) -> Result<Exit, Failure> {
    let [old, new] = operands(args.old.as_deref(), args.new.as_deref(), &args.repository)?;
    let names = Sides::both(old.name.clone(), new.name.clone());
    let (before, after) = open_both(global, old, new)?;
    let keep_going = args.keep_going;
    let (old, exit) = clan(terminal, &before, names.before.as_deref(), keep_going)?;
    let (new, other_exit) = clan(terminal, &after, names.after.as_deref(), keep_going)?;
    let has_errors = exit == Exit::Errors || other_exit == Exit::Errors;
    let (Some(old), Some(new)) = (old, new) else {
        return Ok(Exit::Errors);
    };
    let (before, after) = (side(&before, old), side(&after, new));
    let comparison = compare(before, after);
    let compared = Compared {
        comparison: &comparison,
        before,
        after,
        in_full: terminal.is_verbose(),
    };
    let names = Sides {
        before: names.before.as_deref(),
        after: names.after.as_deref(),
    };
    let text = match args.format {
        Format::Human => human(compared, &terminal.style_of_data()),
        Format::Markdown => markdown(compared),
        Format::Json => report::json::text(&json::document(compared, names)),
    };
    terminal.data(text.as_bytes())?;
    Ok(match (has_errors, args.exit_code && comparison.differs()) {
        (true, _) => Exit::Errors,
        (false, true) => Exit::Differences,
        (false, false) => Exit::Done,
    })
}

/// Reads both sides at once.
fn open_both(global: &Global, old: Operand, new: Operand) -> Result<(Opened, Opened), Failure> {
    let (before, after) = thread::scope(|scope| {
        let before = scope.spawn(|| old.open(global, Depth::Explained));
        let after = new.open(global, Depth::Explained);
        (before.join(), after)
    });
    let died = |_| Failure::Unusable("reading a clan failed".to_owned());
    Ok((before.map_err(died)??, after?))
}

/// The clan of a side, and whether it has errors; none if these are not to be passed over.
fn clan<'o>(
    terminal: &Terminal,
    opened: &'o Opened,
    name: Option<&str>,
    keep_going: bool,
) -> Result<(Option<&'o AnalysedClan>, Exit), Failure> {
    let name = name.unwrap_or_default();
    let named = |failure| match failure {
        Failure::Unusable(message) => Failure::Unusable(format!("{name}: {message}")),
        closed => closed,
    };
    let (clan, exit) = opened.clan(keep_going).map_err(named)?;
    if exit == Exit::Errors {
        terminal.say(&format!("in {name}:\n\n"));
        let errors = opened.analysis.diagnostics.iter();
        let errors = errors.filter(|each| each.severity == Severity::Error);
        let errors: Vec<_> = errors.cloned().collect();
        terminal.diagnostics(&errors, &opened.sources, &opened.root);
    }
    Ok((clan, exit))
}

fn side<'o>(opened: &'o Opened, clan: &'o AnalysedClan) -> Side<'o> {
    Side {
        resolution: &clan.resolution,
        sources: &opened.sources,
        root: &opened.root,
    }
}
