//! An interactive session: one input after the other, text in, text out.
//!
//! The evaluator lives on a thread of its own and answers. What is bound is remembered as the texts that bound it, so that the evaluator can be thrown
//! away and made anew: when an input took too much, failed at a limit, or was interrupted, and when files are read again. So the limits
//! hold for each input, nothing that failed so sticks, and no input ends the session.

mod bindings;
mod command;
mod complete;
mod describe;
mod load;
mod turn;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use bumpalo::Bump;
use flake::Sources;
use model::Dialect;
use nix_frontend::eval::Evaluator;
use nix_frontend::session::Session;
use source::{Diagnostic, Files, SourceMap};

use self::bindings::Bindings;
use self::turn::{Book, Turn};
use crate::session::{Notice, Options, no_thread, panicked, stack_sizes};

pub use self::command::{HELP, is_incomplete};
pub use self::complete::{Completion, Kind};

/// What a session begins with. Paths are absolute.
pub struct Start<'s> {
    /// Where relative paths start.
    pub base: PathBuf,
    /// What `~` is in a path that is to be loaded.
    pub home: Option<PathBuf>,
    /// The clan, flake or file that is loaded first.
    pub target: Option<PathBuf>,
    /// The state of clan-core; none to find it out.
    pub dialect: Option<Dialect>,
    /// Where the sources of flake inputs lie.
    pub input_sources: Sources,
    /// The name of the clan that is meant where a flake has several.
    pub clan: Option<String>,
    /// Whether values have colours.
    pub color: bool,
    /// Is told each path that the user names, before anything there is read.
    pub admit: &'s (dyn Fn(&Path) + Sync),
}

/// What came of an input.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// What is printed, with the newline behind it.
    pub output: Vec<u8>,
    /// What is wrong with the input as a command, in one line.
    pub complaint: Option<String>,
    /// What is wrong with the texts and values.
    pub diagnostics: Vec<Diagnostic>,
    /// What evaluation said meanwhile.
    pub notices: Vec<Notice>,
    /// Whether it could not be done.
    pub failed: bool,
    /// Whether the session is to end.
    pub quits: bool,
}

impl Answer {
    fn failure(diagnostic: Diagnostic) -> Answer {
        Answer {
            diagnostics: vec![diagnostic],
            failed: true,
            ..Answer::default()
        }
    }

    /// Puts `later` behind this.
    fn extend(&mut self, later: Answer) {
        self.output.extend(later.output);
        self.complaint = self.complaint.take().or(later.complaint);
        for diagnostic in later.diagnostics {
            crate::analysis::add(&mut self.diagnostics, diagnostic);
        }
        self.notices.extend(later.notices);
        self.failed |= later.failed;
        self.quits |= later.quits;
    }
}

/// A running session.
pub struct Repl {
    questions: Sender<Question>,
    replies: Receiver<Reply>,
}

enum Question {
    Input(String),
    /// A line, and how many of its bytes are before the cursor.
    Complete(String, usize),
}

enum Reply {
    Answer(Answer),
    Completion(Completion),
}

impl Repl {
    /// Does what the text says: an expression, bindings or a command.
    pub fn answer(&self, text: &str) -> Answer {
        let reply = self.ask(Question::Input(text.to_owned()));
        match reply {
            Some(Reply::Answer(answer)) => answer,
            _ => self.gone(),
        }
    }

    /// What the word before the cursor, the byte `cursor` of `line`, can be completed to.
    pub fn complete(&self, line: &str, cursor: usize) -> Completion {
        match self.ask(Question::Complete(line.to_owned(), cursor)) {
            Some(Reply::Completion(completion)) => completion,
            _ => Completion::none(cursor),
        }
    }

    fn ask(&self, question: Question) -> Option<Reply> {
        self.questions.send(question).ok()?;
        self.replies.recv().ok()
    }

    fn gone(&self) -> Answer {
        Answer {
            quits: true,
            ..Answer::failure(panicked(&"the evaluation has ended"))
        }
    }
}

/// Holds a session: `talk` gets it and the answer to its start.
///
/// Texts go into `sources`, so that the places in the answers can be shown. Errors: the system has no thread for it.
pub fn converse<T>(
    files: &dyn Files,
    sources: &Arc<SourceMap>,
    options: &Options,
    start: &Start<'_>,
    talk: impl FnOnce(&Repl, Answer) -> T,
) -> Result<T, Box<Diagnostic>> {
    let context = Context {
        files,
        sources,
        options,
        start,
    };
    thread::scope(|scope| {
        for size in stack_sizes(options) {
            let (questions, asked) = channel();
            let (told, replies) = channel();
            let context = &context;
            let builder = thread::Builder::new().name("evaluation".to_owned());
            let thread = builder
                .stack_size(size)
                .spawn_scoped(scope, move || serve(context, &asked, &told));
            if thread.is_err() {
                continue;
            }
            let repl = Repl { questions, replies };
            let first = match repl.replies.recv() {
                Ok(Reply::Answer(answer)) => answer,
                _ => repl.gone(),
            };
            return Ok(talk(&repl, first));
        }
        Err(Box::new(no_thread()))
    })
}

/// What a session needs all along.
struct Context<'c> {
    files: &'c dyn Files,
    sources: &'c Arc<SourceMap>,
    options: &'c Options,
    start: &'c Start<'c>,
}

/// Answers questions until nobody asks any more. The first answer is to the start.
fn serve(context: &Context<'_>, questions: &Receiver<Question>, replies: &Sender<Reply>) {
    let mut book = Book::new(context.start.target.is_some());
    let mut renewal = Some(0);
    loop {
        let session = Session::new(context.sources.clone(), context.files);
        let arena = Bump::new();
        let evaluator = Evaluator::new(&arena, &session, context.options.clone());
        let mut bindings = Bindings::new(&evaluator, context);
        let answer = guarded(|| turn::replay(&mut bindings, &mut book, renewal));
        book.carried
            .extend(answer.unwrap_or_else(|fault| Answer::failure(*fault)));
        if renewal.take().is_some() {
            let answer = std::mem::take(&mut book.carried);
            if replies.send(Reply::Answer(answer)).is_err() {
                return;
            }
        }
        match attend(&mut bindings, &mut book, questions, replies) {
            End::Over => return,
            End::UsedUp => {}
            End::Renew(from) => renewal = Some(from),
        }
    }
}

/// Why an evaluator is asked no more.
enum End {
    /// Nobody asks.
    Over,
    /// It is used up.
    UsedUp,
    /// The steps from this one on are to be done in a new one, which answers.
    Renew(usize),
}

/// Answers questions in one evaluator.
fn attend(
    bindings: &mut Bindings<'_, '_>,
    book: &mut Book,
    questions: &Receiver<Question>,
    replies: &Sender<Reply>,
) -> End {
    while let Ok(question) = questions.recv() {
        if let Some(interrupt) = &bindings.context.options.interrupt {
            interrupt.store(false, Ordering::Relaxed);
        }
        let reply = match question {
            Question::Complete(line, cursor) => {
                let completion = guarded(|| bindings.complete(&line, cursor));
                bindings.mark(completion.is_err());
                Reply::Completion(completion.unwrap_or_else(|_| Completion::none(cursor)))
            }
            Question::Input(text) => match guarded(|| turn::take(bindings, book, &text)) {
                Ok(Turn::Done(answer)) => Reply::Answer(answer),
                Ok(Turn::Renew(from)) => return End::Renew(from),
                Err(fault) => {
                    bindings.mark(true);
                    Reply::Answer(Answer::failure(*fault))
                }
            },
        };
        if replies.send(reply).is_err() {
            return End::Over;
        }
        if bindings.is_used_up() {
            return End::UsedUp;
        }
    }
    End::Over
}

/// Does `work`; a panic becomes a diagnostic.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Box<Diagnostic>> {
    let done = catch_unwind(AssertUnwindSafe(work));
    done.map_err(|panic| Box::new(panicked(panic.as_ref())))
}
