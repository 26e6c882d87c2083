//! What can go wrong while evaluating.
//!
//! A helper fails without a place; whoever holds the expression adds it with [`At::at`]. Frames of the trace are added on the
//! way out, innermost first.

use source::{Diagnostic, Fix, Frame, Span, without_colours};

use crate::eval::blame::Found;
use crate::eval::recursion::{self, Circle};
use crate::eval::value::{Origin, OutOfReach};
use crate::ir::symbol::Symbols;

/// The result of an evaluation step.
pub type Result<T> = std::result::Result<T, Box<EvalError>>;

/// Why an evaluation failed.
#[derive(Clone, Debug)]
pub struct EvalError {
    /// Which kind of failure.
    pub kind: ErrorKind,
    /// What happened, one line if possible.
    pub message: String,
    /// Where; none until somebody knows.
    pub span: Span,
    /// What to say of that place.
    pub label: Option<String>,
    /// Further places.
    pub labels: Vec<(Span, String)>,
    /// What to do about it.
    pub help: Option<String>,
    /// The change that does it.
    pub fix: Option<Box<Fix>>,
    /// The attribute that it tells of, for whoever has a better name for that.
    pub subject: Option<Box<Subject>>,
    /// What was being evaluated, innermost first.
    pub trace: Vec<Frame>,
    /// How many outer frames were left off the trace.
    pub more_frames: usize,
    /// Of an infinite recursion: the values that need each other.
    pub(crate) circle: Option<Box<Circle>>,
    /// The value that it tells of.
    pub(crate) found: Option<Box<Found>>,
    /// The number under which it was kept last.
    pub(crate) kept: Option<u32>,
}

/// An attribute that an error tells of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subject {
    /// The names that lead to it.
    pub path: Vec<String>,
    /// What could be written there, as Nix.
    pub example: Option<&'static str>,
}

/// The kinds of failure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ErrorKind {
    /// A value of another type was expected, or a builtin refuses its argument.
    Type,
    /// An attribute that is not there.
    MissingAttribute,
    /// A variable that nothing binds.
    UndefinedVariable,
    /// `assert` failed.
    Assertion,
    /// `throw`.
    Throw,
    /// `abort`.
    Abort,
    /// A value needs itself.
    InfiniteRecursion,
    /// Too many steps, too deep, or too much memory.
    Limit,
    /// Somebody asked to end it.
    Interrupted,
    /// The value's source is not here: what it is called.
    OutOfReach(String),
    /// A file cannot be read.
    Io,
    /// A file or place that does not parse; reported already.
    Syntax,
    /// A finding that has a code of its own; in Nix a `throw`.
    Coded(&'static str),
}

impl ErrorKind {
    /// The diagnostic code.
    pub fn code(&self) -> &'static str {
        match self {
            ErrorKind::Type => "evaluation-error",
            ErrorKind::MissingAttribute => "missing-attribute",
            ErrorKind::UndefinedVariable => "undefined-variable",
            ErrorKind::Assertion => "failed-assertion",
            ErrorKind::Throw => "thrown",
            ErrorKind::Abort => "aborted",
            ErrorKind::InfiniteRecursion => "infinite-recursion",
            ErrorKind::Limit => "limit-exceeded",
            ErrorKind::Interrupted => "interrupted",
            ErrorKind::OutOfReach(_) => "out-of-reach",
            ErrorKind::Io => "io-error",
            ErrorKind::Syntax => "syntax",
            ErrorKind::Coded(code) => code,
        }
    }
}

const MOST_FRAMES: usize = 64;
const MOST_CONTEXTS: usize = 128;

impl EvalError {
    /// An error of that kind, without a place.
    #[cold]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Box<EvalError> {
        Box::new(EvalError {
            kind,
            message: message.into(),
            span: Span::NONE,
            label: None,
            labels: vec![],
            help: None,
            fix: None,
            subject: None,
            trace: vec![],
            more_frames: 0,
            circle: None,
            found: None,
            kept: None,
        })
    }

    /// A type error, without a place.
    #[cold]
    pub fn type_error(message: impl Into<String>) -> Box<EvalError> {
        EvalError::new(ErrorKind::Type, message)
    }

    /// The error of needing the value of something out of reach.
    #[cold]
    pub fn out_of_reach<'v>(symbols: &Symbols, value: &'v OutOfReach<'v>) -> Box<EvalError> {
        let name = describe(symbols, value);
        let (_, because) = value.root();
        let mut error = EvalError::new(
            ErrorKind::OutOfReach(name.clone()),
            format!("`{name}` is out of reach: {because}"),
        );
        error.span = value.span;
        error
    }

    /// What is out of reach and why, where that is the failure.
    pub fn unknown(&self) -> Option<(&str, &str)> {
        match &self.kind {
            ErrorKind::OutOfReach(name) => {
                let because = self.message.rsplit(": ").next().unwrap_or_default();
                Some((name, because))
            }
            _ => None,
        }
    }

    /// Adds a further place.
    pub fn label(mut self: Box<Self>, span: Span, text: impl Into<String>) -> Box<Self> {
        self.labels.push((span, text.into()));
        self
    }

    /// Says what to do about it.
    pub fn help(mut self: Box<Self>, help: impl Into<String>) -> Box<Self> {
        self.help = Some(help.into());
        self
    }

    /// Gives it a place, if it has none.
    #[cold]
    #[inline(never)]
    pub fn at(mut self: Box<Self>, span: Span) -> Box<Self> {
        if self.span.is_none() {
            self.span = span;
        }
        if let Some(circle) = &mut self.circle {
            circle.at(span);
        }
        self
    }

    /// Adds a frame to the trace.
    #[cold]
    #[inline(never)]
    pub fn frame(mut self: Box<Self>, text: impl FnOnce() -> String, span: Span) -> Box<Self> {
        if let Some(circle) = &mut self.circle {
            circle.at(span);
        }
        if self.trace.len() < MOST_FRAMES {
            let (text, is_context) = (text(), false);
            self.trace.push(Frame {
                text,
                span,
                is_context,
            });
        } else {
            self.more_frames += 1;
        }
        self
    }

    /// Adds what an author says of it to the trace. There is more room for that than for other frames.
    pub fn context(mut self: Box<Self>, text: impl Into<String>, span: Span) -> Box<Self> {
        if self.trace.len() < MOST_CONTEXTS {
            let (text, is_context) = (text.into(), true);
            self.trace.push(Frame {
                text,
                span,
                is_context,
            });
        } else {
            self.more_frames += 1;
        }
        self
    }

    /// Whether it says more than `earlier`, the same error deeper inside.
    pub(crate) fn says_more_than(&self, earlier: &EvalError) -> bool {
        let progress = |error: &EvalError| error.circle.as_ref().map_or(0, |it| it.progress());
        self.trace.len() != earlier.trace.len()
            || self.labels.len() != earlier.labels.len()
            || self.span != earlier.span
            || self.help != earlier.help
            || progress(self) != progress(earlier)
    }

    /// Whether `tryEval` turns it into `success = false`.
    pub fn is_catchable(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::Assertion | ErrorKind::Throw | ErrorKind::Coded(_)
        )
    }

    /// Whether the value's source is not here.
    pub fn is_out_of_reach(&self) -> bool {
        matches!(self.kind, ErrorKind::OutOfReach(_))
    }

    /// The finding that a user reads. Repeated frames of a trace are folded.
    pub fn diagnostic(&self) -> Diagnostic {
        let message = without_colours(&self.message);
        let mut diagnostic = if self.is_out_of_reach() {
            Diagnostic::note(self.kind.code(), message)
        } else {
            Diagnostic::error(self.kind.code(), message)
        };
        if let Some(span) = self.span.some() {
            diagnostic = diagnostic.label(span, self.primary_text());
        }
        let circle = self.circle.iter().flat_map(|circle| circle.places());
        for (span, text) in self.labels.iter().cloned().chain(circle) {
            diagnostic = diagnostic.label(span, text);
        }
        let mut seen: Vec<Span> = diagnostic.labels.iter().map(|label| label.span).collect();
        for frame in &self.trace {
            if seen.len() > MOST_LABELS {
                break;
            }
            if !frame.span.is_none() && !seen.contains(&frame.span) {
                seen.push(frame.span);
                diagnostic = diagnostic.label(frame.span, frame.text.clone());
            }
        }
        if let Some(help) = self.help.as_deref().or(self.usual_help()) {
            diagnostic = diagnostic.help(help);
        }
        diagnostic.fixes.extend(self.fix.as_deref().cloned());
        if self.kind == ErrorKind::Limit
            && let Some(calls) = recursion::endless_calls(&self.trace)
        {
            diagnostic = diagnostic.note_line(calls);
        }
        diagnostic.trace = self.trace.clone();
        for frame in diagnostic.trace.iter_mut().filter(|frame| frame.is_context) {
            frame.text = without_colours(&frame.text).into_owned();
        }
        diagnostic.more_frames = self.more_frames;
        diagnostic
    }

    fn usual_help(&self) -> Option<&'static str> {
        let circle = self.circle.as_ref()?;
        circle.is_direct().then_some(recursion::HELP)
    }

    fn primary_text(&self) -> &str {
        if let Some(label) = &self.label {
            return label;
        }
        if let Some(found) = &self.found {
            return found.label();
        }
        match self.kind {
            ErrorKind::MissingAttribute => "asked for here",
            ErrorKind::Throw => "thrown here",
            ErrorKind::Abort => "aborted here",
            ErrorKind::Io => "read here",
            ErrorKind::Limit => "the limit is reached here",
            ErrorKind::Assertion => "this does not hold",
            ErrorKind::InfiniteRecursion => "needed again here",
            ErrorKind::OutOfReach(_) => "needed here",
            _ => "here",
        }
    }
}

const MOST_LABELS: usize = 5;

/// The name of a value out of reach: `inputs.foo.lib.bar (…)`.
pub fn describe(symbols: &Symbols, value: &OutOfReach<'_>) -> String {
    let mut parts = vec![];
    let mut at = value;
    let root = loop {
        match at.origin {
            Origin::Root { name, .. } => break name,
            Origin::Open { rest, .. } => at = rest,
            Origin::Select(from, name) => {
                parts.push(format!(".{}", symbols.name(name)));
                at = from;
            }
            Origin::Call(from, _) => {
                parts.push(" (…)".to_owned());
                at = from;
            }
        }
    };
    parts.reverse();
    format!("{root}{}", parts.concat())
}

/// Adds places and trace frames to a failure.
pub trait At: Sized {
    /// Gives the error a place, if it has none.
    fn at(self, span: Span) -> Self;
    /// Adds a frame to the error's trace.
    fn frame(self, text: impl FnOnce() -> String, span: Span) -> Self;
}

impl<T> At for Result<T> {
    #[inline]
    fn at(self, span: Span) -> Self {
        self.map_err(|error| error.at(span))
    }

    #[inline]
    fn frame(self, text: impl FnOnce() -> String, span: Span) -> Self {
        self.map_err(|error| error.frame(text, span))
    }
}
