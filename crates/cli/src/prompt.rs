//! The prompt on a terminal: line editing, history and completion. What an input means is not known here.

use std::path::{Path, PathBuf};

use project::repl::{Kind, Repl, is_incomplete};
use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Config, Context, Editor, Helper};

use crate::commands::Failure;

const PROMPT: &str = "nix-repl> ";
/// So many inputs the history keeps.
const MOST_INPUTS: usize = 10_000;

/// Reads inputs from a terminal.
pub struct Prompt<'r> {
    editor: Editor<Assistant<'r>, FileHistory>,
    history: Option<PathBuf>,
}

/// What was read.
#[derive(Debug)]
pub enum Read {
    /// An input, maybe of several lines.
    Input(String),
    /// An input was given up.
    Nothing,
    /// The end.
    End,
}

impl<'r> Prompt<'r> {
    /// A prompt for a session; the history is kept in a file, if one is given.
    ///
    /// Errors: the terminal cannot be used.
    pub fn new(repl: &'r Repl, history: Option<PathBuf>) -> Result<Prompt<'r>, Failure> {
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .history_ignore_space(true)
            .max_history_size(MOST_INPUTS)
            .map(|builder| builder.build());
        let editor = config.and_then(Editor::with_config);
        let mut editor = editor.map_err(|error| unusable(&error))?;
        editor.set_helper(Some(Assistant { repl }));
        if let Some(history) = &history {
            // Without one, this is the first session.
            let _ = editor.load_history(history);
        }
        Ok(Prompt { editor, history })
    }

    /// The next input. Errors: the terminal cannot be read.
    pub fn read(&mut self) -> Result<Read, Failure> {
        match self.editor.readline(PROMPT) {
            Ok(input) => {
                self.remember(&input);
                Ok(Read::Input(input))
            }
            Err(ReadlineError::Interrupted) => Ok(Read::Nothing),
            Err(ReadlineError::Eof) => Ok(Read::End),
            Err(error) => Err(unusable(&error)),
        }
    }

    /// Writes an input to the history. If that fails, it is remembered until the end of this session.
    fn remember(&mut self, input: &str) {
        let is_new = self.editor.add_history_entry(input);
        if let (Ok(true), Some(history)) = (is_new, &self.history) {
            let directory = history.parent().map(std::fs::create_dir_all);
            if directory.is_some_and(|made| made.is_ok()) {
                let _ = self.editor.append_history(history);
            }
        }
    }
}

fn unusable(error: &ReadlineError) -> Failure {
    Failure::Unusable(format!("the terminal cannot be used: {error}"))
}

/// Where the history of this user is kept: in the directory for states that XDG names.
pub fn history_file() -> Option<PathBuf> {
    let given = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from);
    let state = given
        .filter(|directory| directory.is_absolute())
        .or_else(|| Some(std::env::home_dir()?.join(".local/state")))?;
    Some(state.join("clan-inventory/repl-history"))
}

/// Tells the editor what it asks about an input.
struct Assistant<'r> {
    repl: &'r Repl,
}

impl Helper for Assistant<'_> {}
impl Highlighter for Assistant<'_> {}

impl Hinter for Assistant<'_> {
    type Hint = String;
}

impl Validator for Assistant<'_> {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(if is_incomplete(context.input()) {
            ValidationResult::Incomplete
        } else {
            ValidationResult::Valid(None)
        })
    }
}

impl Completer for Assistant<'_> {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        cursor: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let completion = self.repl.complete(line, cursor);
        let candidates = match completion.kind {
            Kind::Name => completion.candidates,
            Kind::Path => paths(line.get(completion.start..cursor).unwrap_or_default()),
        };
        let pairs = candidates.into_iter().map(|candidate| Pair {
            display: candidate.clone(),
            replacement: candidate,
        });
        Ok((completion.start, pairs.collect()))
    }
}

/// The paths that begin with `word`, in order; those of directories end with a slash.
fn paths(word: &str) -> Vec<String> {
    let (directory, start) = match word.rfind('/') {
        Some(slash) => word.split_at(slash + 1),
        None => ("", word),
    };
    let place = match (directory.strip_prefix("~/"), std::env::home_dir()) {
        (Some(below), Some(home)) => home.join(below),
        _ => Path::new(".").join(directory),
    };
    let Ok(entries) = std::fs::read_dir(place) else {
        return vec![];
    };
    let mut found: Vec<String> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let is_hidden = name.starts_with('.') && !start.starts_with('.');
            let slash = if entry.path().is_dir() { "/" } else { "" };
            (name.starts_with(start) && !is_hidden).then(|| format!("{directory}{name}{slash}"))
        })
        .collect();
    found.sort();
    found
}
