//! Infinite recursion: which value needs itself, and by way of which others.
//!
//! While evaluation goes well nothing is written down. The thunk that is needed while it is being forced raises the error. On its
//! way out the error passes the thunks that needed each other, each by the place that asked for the one before; that is one link.
//! At the thunk that it began with the circle is closed, and the place that comes next is where the value was first asked for.

use source::{Frame, SourceMap, Span};

use crate::eval::error::{ErrorKind, EvalError};
use crate::eval::evaluator::Evaluator;
use crate::eval::thunk::Thunk;

/// So many links are kept at each end of a circle.
const MOST_LINKS: usize = 6;
/// So many links between the first and the last are shown as places.
const MOST_SHOWN: usize = 3;
/// A name longer than this is cut.
const LONGEST_NAME: usize = 32;

/// What an error knows of the circle that it tells of.
#[derive(Clone, Debug)]
pub(crate) struct Circle {
    /// The address of the thunk that is needed by itself.
    thunk: usize,
    state: State,
    /// The place passed since the last thunk.
    passed: Span,
    /// Where each thunk was asked for, innermost first.
    inner: Vec<Span>,
    /// The same of the outermost thunks, as far as `inner` does not hold them.
    outer: Vec<Span>,
    /// How many lie between those.
    skipped: usize,
    /// What the value needs, what that needs, and so on, to the value itself.
    needs: Vec<Need>,
    /// Where the value was first asked for.
    first: Span,
}

/// A value that is asked for.
#[derive(Clone, Debug)]
struct Need {
    /// What it is called where it is asked for.
    name: String,
    /// The place; none for values that are left out.
    span: Span,
    /// Whether it is asked for as an attribute of another value.
    is_attribute: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// On the way to the thunk that it began with.
    Open,
    /// All thunks are passed; where was the first asked for?
    Closed,
    /// Nothing is to be learnt any more.
    Known,
}

impl Circle {
    /// The error passes a place.
    pub(crate) fn at(&mut self, span: Span) {
        match self.state {
            State::Open if self.passed.is_none() => self.passed = span,
            State::Closed if !span.is_none() => {
                self.first = span;
                self.state = State::Known;
            }
            _ => {}
        }
    }

    /// Whether `span` is the place passed since the last thunk.
    pub(crate) fn has_just_passed(&self, span: Span) -> bool {
        self.state == State::Open && self.passed == span
    }

    /// The place passed since the last thunk is more exactly this.
    pub(crate) fn comes_from(&mut self, span: Span) {
        self.passed = span;
    }

    /// How much is known of it: of two states of one error the larger number knows more.
    pub(crate) fn progress(&self) -> usize {
        match self.state {
            State::Open => 0,
            State::Closed => 1,
            State::Known => 2,
        }
    }

    /// An error that was kept tells of another way to the same circle.
    pub(crate) fn settle(&mut self) {
        self.state = State::Known;
    }

    fn pass(&mut self, thunk: usize, sources: &SourceMap) -> bool {
        if self.state != State::Open {
            return false;
        }
        let link = std::mem::replace(&mut self.passed, Span::NONE);
        if self.inner.len() < MOST_LINKS {
            self.inner.push(link);
        } else {
            if self.outer.len() == MOST_LINKS {
                self.outer.remove(0);
                self.skipped += 1;
            }
            self.outer.push(link);
        }
        let closed = thunk == self.thunk;
        if closed {
            self.state = State::Closed;
            self.needs = self.needs(sources);
        }
        closed
    }

    fn needs(&self, sources: &SourceMap) -> Vec<Need> {
        let need = |span: &Span| {
            let (name, span) = (name_at(*span, sources)?, *span);
            let is_attribute = is_attribute(span, sources);
            Some(Need {
                name,
                span,
                is_attribute,
            })
        };
        let mut needs: Vec<Need> = self.outer.iter().rev().filter_map(need).collect();
        if self.skipped > 0 {
            let name = format!("{} more", self.skipped);
            let span = Span::NONE;
            needs.push(Need {
                name,
                span,
                is_attribute: false,
            });
        }
        needs.extend(self.inner.iter().rev().filter_map(need));
        needs
    }

    /// The value, what it needs, and so on, with arrows between them.
    fn chain(&self) -> String {
        let quoted = self.needs.iter().map(|need| match need.span.some() {
            Some(_) => format!("`{}`", need.name),
            None => format!("… {} …", need.name),
        });
        let value = self.needs.last();
        let value = value.map(|value| format!("`{}`", value.name));
        value
            .into_iter()
            .chain(quoted)
            .collect::<Vec<_>>()
            .join(" -> ")
    }

    /// Whether a variable needs itself without another between.
    pub(crate) fn is_direct(&self) -> bool {
        matches!(self.needs.as_slice(), [only] if !only.is_attribute)
    }

    /// The other places: where the value was first asked for, then what it needs from there on.
    pub(crate) fn places(&self) -> Vec<(Span, String)> {
        let Some((_, between)) = self.needs.split_last() else {
            return vec![];
        };
        let mut places = vec![(self.first, "first needed here".to_owned())];
        let between = between.iter().filter(|need| !need.span.is_none());
        let between = between.take(MOST_SHOWN);
        places.extend(between.map(|need| (need.span, format!("needs `{}`", need.name))));
        places
    }
}

fn is_attribute(span: Span, sources: &SourceMap) -> bool {
    let file = sources.file(span.start);
    let before = file.as_ref().and_then(|file| {
        let start = file.range(span).start;
        file.text.get(..start)
    });
    before.is_some_and(|text| text.trim_end().ends_with('.'))
}

/// The text at a place, on one line and cut, if there is any.
fn name_at(span: Span, sources: &SourceMap) -> Option<String> {
    let file = sources.file(span.some()?.start)?;
    let text = file.slice(span).split_whitespace();
    let text = text.collect::<Vec<_>>().join(" ");
    let name = match text.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => format!("{}…", text.get(..end)?),
        None => text,
    };
    (!name.is_empty()).then_some(name)
}

/// The error of forcing `thunk` while it is being forced.
#[cold]
pub(crate) fn needs_itself(thunk: &Thunk<'_>) -> Box<EvalError> {
    let mut error = EvalError::new(ErrorKind::InfiniteRecursion, MESSAGE);
    error.circle = Some(Box::new(Circle {
        thunk: address(thunk),
        state: State::Open,
        passed: Span::NONE,
        inner: vec![],
        outer: vec![],
        skipped: 0,
        needs: vec![],
        first: Span::NONE,
    }));
    error
}

/// What to do where a value needs itself directly.
pub(crate) const HELP: &str = "inside `let` and `rec` a name is the value that is being defined; where an outer one is meant, give this one another name";

pub(crate) const MESSAGE: &str = "infinite recursion encountered";

impl<'a> Evaluator<'a> {
    /// The error that leaves `thunk`.
    #[cold]
    pub(crate) fn leave_thunk(
        &self,
        mut error: Box<EvalError>,
        thunk: &Thunk<'a>,
    ) -> Box<EvalError> {
        if let Some(circle) = &mut error.circle
            && circle.pass(address(thunk), &self.session.sources)
            && !circle.needs.is_empty()
        {
            error.message = format!("{MESSAGE}: {}", circle.chain());
        }
        error
    }
}

/// The longest round of calls that is looked for.
const LONGEST_ROUND: usize = 8;
/// A round counts if it is gone this often.
const ROUNDS: usize = 4;

/// Which functions call each other over and over, if a trace, innermost first, is made of that.
pub(crate) fn endless_calls(trace: &[Frame]) -> Option<String> {
    let is_round = |length: &usize| {
        let (inner, outer) = (trace.iter(), trace.iter().skip(*length));
        trace.len() >= length * ROUNDS
            && inner
                .zip(outer)
                .all(|(inner, outer)| inner.span == outer.span && inner.text == outer.text)
    };
    let length = (1..=LONGEST_ROUND).find(is_round)?;
    let round = trace.get(..length)?.iter().rev();
    let names = round.filter_map(|frame| Some(frame.text.split_once('`')?.1.split_once('`')?.0));
    let names: Vec<&str> = names.collect();
    match names.as_slice() {
        [] => None,
        [name] => Some(format!("`{name}` calls itself over and over")),
        [first, ..] => Some(format!(
            "these call each other over and over: `{}` -> `{first}`",
            names.join("` -> `")
        )),
    }
}

fn address(thunk: &Thunk<'_>) -> usize {
    std::ptr::from_ref(thunk).addr()
}
