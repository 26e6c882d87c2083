//! One run of the evaluator: a large stack of its own, an arena that dies with it, plain data out.

use std::any::Any;
use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::Arc;
use std::thread;

use bumpalo::Bump;
use nix_frontend::eval::Evaluator;
pub use nix_frontend::eval::evaluator::{Listener, Notice};
pub use nix_frontend::eval::{Limits, Options};
use nix_frontend::session::Session;
use source::{Diagnostic, Files, SourceMap};

/// The stacks that are tried, largest first; the system may refuse those that are too large for it.
const STACK_SIZES: [usize; 3] = [1 << 30, 256 << 20, 64 << 20];
/// What the stack is to hold of each call; most calls take far less. Only what is used takes memory.
const STACK_PER_CALL: usize = 4 << 10;
/// No stack is asked for that is larger.
const LARGEST_STACK: usize = 64 << 30;

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Run<T> {
    /// What the work gave; nothing if it could not be finished, which a diagnostic then tells.
    pub result: Option<T>,
    /// The faults of the texts that were loaded, then those of the run itself.
    pub diagnostics: Vec<Diagnostic>,
    /// What evaluation said meanwhile: traces and warnings.
    pub notices: Vec<Notice>,
}

/// Does `work` with a new evaluator, on a stack of its own.
///
/// Texts that are loaded go into `sources`, so that the places in the results can be shown afterwards. A panic becomes a diagnostic.
pub fn run<T>(
    files: &dyn Files,
    sources: &Arc<SourceMap>,
    options: Options,
    work: impl for<'a> FnOnce(&Evaluator<'a>) -> T,
) -> Run<T> {
    let mut work = Some(work);
    let mut done = None;
    for size in stack_sizes(&options) {
        ASKS_FOR_A_STACK.set(true);
        let attempt = catch_unwind(AssertUnwindSafe(|| {
            stacker::grow(size, || {
                ASKS_FOR_A_STACK.set(false);
                let work = work.take();
                done = work.map(|work| guarded(files, sources, options.clone(), work));
            });
        }));
        ASKS_FOR_A_STACK.set(false);
        match (done.take(), attempt) {
            (Some(run), _) => return run,
            (None, Ok(())) => break,
            // The system has no such stack; there are smaller ones.
            (None, Err(_)) => {}
        }
    }
    failed(no_stack())
}

/// The same, with something that another thread does in the meantime. It does not happen where the system refuses that thread.
pub fn run_beside<T>(
    files: &dyn Files,
    sources: &Arc<SourceMap>,
    options: Options,
    work: impl for<'a> FnOnce(&Evaluator<'a>) -> T,
    meanwhile: impl FnOnce() + Send,
) -> Run<T> {
    thread::scope(|scope| {
        let builder = thread::Builder::new().name("meanwhile".to_owned());
        let ahead = builder.spawn_scoped(scope, meanwhile);
        let run = run(files, sources, options, work);
        // What it reads ahead is read again where it is needed, should it have failed.
        let _ = ahead.map(thread::ScopedJoinHandle::join);
        run
    })
}

thread_local! {
    /// Whether the system is being asked for a stack, which it may refuse.
    static ASKS_FOR_A_STACK: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic says that the system refuses memory: that becomes a finding, or a smaller stack does.
pub fn is_about_memory(panic: &PanicHookInfo<'_>) -> bool {
    ASKS_FOR_A_STACK.get() || panic.payload().downcast_ref::<&str>() == Some(&NO_MEMORY)
}

/// The stacks to try for a run, best first.
pub(crate) fn stack_sizes(options: &Options) -> impl Iterator<Item = usize> + use<> {
    let wanted = (options.limits.depth as usize).saturating_mul(STACK_PER_CALL);
    let wanted = wanted.min(LARGEST_STACK);
    let larger = (wanted > STACK_SIZES[0]).then_some(wanted);
    larger.into_iter().chain(STACK_SIZES)
}

/// What the arena panics with when the system refuses it memory.
const NO_MEMORY: &str = "out of memory";

/// The finding when no stack could be had.
fn no_stack() -> Diagnostic {
    Diagnostic::error("io-error", "the system refuses a stack for the evaluation")
}

/// The finding when no thread could be had.
pub(crate) fn no_thread() -> Diagnostic {
    Diagnostic::error("io-error", "the system refuses a thread for the evaluation")
}

fn guarded<T>(
    files: &dyn Files,
    sources: &Arc<SourceMap>,
    options: Options,
    work: impl for<'a> FnOnce(&Evaluator<'a>) -> T,
) -> Run<T> {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        evaluate(files, sources.clone(), options, work)
    }));
    outcome.unwrap_or_else(|panic| failed(panicked(panic.as_ref())))
}

fn evaluate<T>(
    files: &dyn Files,
    sources: Arc<SourceMap>,
    options: Options,
    work: impl for<'a> FnOnce(&Evaluator<'a>) -> T,
) -> Run<T> {
    let leaves_memory = options.leaves_memory;
    let session = ManuallyDrop::new(Session::new(sources, files));
    let arena = ManuallyDrop::new(Bump::new());
    let evaluator = ManuallyDrop::new(Evaluator::new(&arena, &session, options));
    let result = work(&evaluator);
    let run = Run {
        result: Some(result),
        diagnostics: session.diagnostics(),
        notices: evaluator.notices.take(),
    };
    if !leaves_memory {
        drop(ManuallyDrop::into_inner(evaluator));
        drop(ManuallyDrop::into_inner(arena));
        drop(ManuallyDrop::into_inner(session));
    }
    run
}

fn failed<T>(diagnostic: Diagnostic) -> Run<T> {
    Run {
        result: None,
        diagnostics: vec![diagnostic],
        notices: vec![],
    }
}

pub(crate) fn panicked(panic: &(dyn Any + Send)) -> Diagnostic {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    if text == Some(NO_MEMORY) {
        let message = "the system gives no more memory";
        return Diagnostic::error("limit-exceeded", message)
            .help("`--max-memory` holds an evaluation to less than there is");
    }
    Diagnostic::error(
        "internal-error",
        format!(
            "this program has a fault: {}",
            text.unwrap_or("no reason given")
        ),
    )
    .help("please report it with the text that led to it")
}
