//! One turn of a session: an input is done, and what it bound is written down so that it can be bound again.

use nix_frontend::eval::Value;

use super::Answer;
use super::bindings::{Bindings, Refusal};
use super::command::{self, Command, HELP};
use super::describe::describe;

/// What a session remembers, whatever evaluator it has.
pub(super) struct Book {
    /// What bound the names of the scope, in order.
    steps: Vec<Step>,
    /// What is still to be told, with the next answer.
    pub carried: Answer,
    /// Whether a step that fails when it is told is forgotten.
    forgets: bool,
    shows_trace: Option<bool>,
}

/// Something that binds names.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Step {
    /// What the session starts with.
    Start,
    /// The attributes of a file.
    Load(String),
    /// The outputs of a flake.
    LoadFlake(String),
    /// A name, and its value's text.
    Bind(String, String),
    /// The text of bindings, and whether the last ends with its `;`.
    BindAll(String, bool),
    /// The attributes of a set.
    Add(String),
}

impl Step {
    /// Whether it reads files by itself, so that it is done again for `:reload`.
    fn reads_files(&self) -> bool {
        matches!(self, Step::Start | Step::Load(_) | Step::LoadFlake(_))
    }
}

/// How a turn ends.
pub(super) enum Turn {
    /// With an answer.
    Done(Answer),
    /// With a new evaluator; the steps from this one on give the answer.
    Renew(usize),
}

impl Book {
    /// The book of a session that begins with something to load, or with nothing.
    pub(super) fn new(has_target: bool) -> Book {
        Book {
            steps: if has_target {
                vec![Step::Start]
            } else {
                vec![]
            },
            carried: Answer::default(),
            forgets: false,
            shows_trace: None,
        }
    }
}

/// Does all steps again, in a new evaluator.
///
/// The answer is that of the steps from number `told` on; of the others it has what went wrong only.
pub(super) fn replay(
    bindings: &mut Bindings<'_, '_>,
    book: &mut Book,
    told: Option<usize>,
) -> Answer {
    bindings.shows_trace = book.shows_trace.unwrap_or(bindings.shows_trace);
    let told = told.unwrap_or(usize::MAX);
    let mut whole = Answer::default();
    let mut failed = vec![];
    for (number, step) in book.steps.iter().enumerate() {
        let result = bind(bindings, step);
        let mut answer = bindings.answer(result);
        if number < told {
            answer.output.clear();
            answer.notices.clear();
            if !answer.failed {
                answer.diagnostics.clear();
            }
        } else if answer.failed {
            failed.push(number);
        }
        whole.extend(answer);
    }
    if std::mem::take(&mut book.forgets) {
        let mut number = 0;
        book.steps.retain(|_| {
            number += 1;
            !failed.contains(&(number - 1))
        });
    }
    whole
}

/// Does what an input asks for.
pub(super) fn take(bindings: &mut Bindings<'_, '_>, book: &mut Book, text: &str) -> Turn {
    let command = match command::parse(text) {
        Ok(command) => command,
        Err(complaint) => return Turn::Done(bindings.answer(Err(Refusal::Complaint(complaint)))),
    };
    bindings.begin();
    let result = match command {
        Command::Nothing => Ok(vec![]),
        Command::Show(text) => bindings
            .evaluate(text)
            .and_then(|value| bindings.shown(value, 1)),
        Command::ShowDeep(text) => bindings
            .evaluate(text)
            .and_then(|value| print(bindings, value)),
        Command::Type(text) => bindings
            .evaluate(text)
            .map(|value| format!("{}\n", value.type_with_article()).into_bytes()),
        Command::Describe(text) => bindings
            .evaluate(text)
            .and_then(|value| describe(bindings.evaluator, value))
            .map(String::into_bytes),
        Command::Bind(name, value) => {
            return step(bindings, book, Step::Bind(name, value.to_owned()));
        }
        Command::BindAll(text, is_ended) => {
            return step(bindings, book, Step::BindAll(text.to_owned(), is_ended));
        }
        Command::Add(text) => return step(bindings, book, Step::Add(text.to_owned())),
        Command::Load(path) => return read(bindings, book, Step::Load(path.to_owned())),
        Command::LoadFlake(path) => return read(bindings, book, Step::LoadFlake(path.to_owned())),
        Command::LastLoaded => bindings.last_loaded(),
        Command::Reload => return reload(book),
        Command::Trace(shows) => Ok(trace(bindings, book, shows).as_bytes().to_vec()),
        Command::Help => Ok(HELP.as_bytes().to_vec()),
        Command::Quit => {
            return Turn::Done(Answer {
                quits: true,
                ..std::mem::take(&mut book.carried)
            });
        }
    };
    done(bindings, book, result)
}

fn done(
    bindings: &mut Bindings<'_, '_>,
    book: &mut Book,
    result: Result<Vec<u8>, Refusal>,
) -> Turn {
    let mut answer = std::mem::take(&mut book.carried);
    answer.extend(bindings.answer(result));
    Turn::Done(answer)
}

/// Does a step that reads no files by itself.
fn step(bindings: &mut Bindings<'_, '_>, book: &mut Book, step: Step) -> Turn {
    let result = bind(bindings, &step);
    if result.is_ok() {
        book.steps.push(step);
    }
    done(bindings, book, result)
}

/// Does a step that reads files, which may have changed since they were read before.
fn read(bindings: &mut Bindings<'_, '_>, book: &mut Book, step: Step) -> Turn {
    if !bindings.has_read {
        return self::step(bindings, book, step);
    }
    book.steps.push(step);
    book.forgets = true;
    Turn::Renew(book.steps.len() - 1)
}

fn reload(book: &mut Book) -> Turn {
    let mut kept: Vec<Step> = vec![];
    for step in book.steps.drain(..) {
        if step.reads_files() && !kept.contains(&step) {
            kept.push(step);
        }
    }
    book.steps = kept;
    Turn::Renew(0)
}

fn trace(bindings: &mut Bindings<'_, '_>, book: &mut Book, shows: Option<bool>) -> &'static str {
    let shows = shows.unwrap_or(!bindings.shows_trace);
    bindings.shows_trace = shows;
    book.shows_trace = Some(shows);
    match shows {
        true => "showing error traces\n",
        false => "not showing error traces\n",
    }
}

/// Binds what the step binds, and tells so.
fn bind(bindings: &mut Bindings<'_, '_>, step: &Step) -> Result<Vec<u8>, Refusal> {
    bindings.begin();
    match step {
        Step::Start => bindings.open(),
        Step::Load(path) => bindings.load(path),
        Step::LoadFlake(path) => bindings.load_flake(path),
        Step::Bind(name, value) => bindings.bind(name, value),
        Step::BindAll(text, is_ended) => bindings.bind_all(text, *is_ended),
        Step::Add(text) => bindings.add_text(text),
    }
}

/// The whole value; a string as it is.
fn print<'a>(bindings: &Bindings<'_, 'a>, value: Value<'a>) -> Result<Vec<u8>, Refusal> {
    match value {
        Value::String(string) => Ok([string.bytes, b"\n"].concat()),
        value => bindings.shown(value, usize::MAX),
    }
}
