//! Thunks: values that wait until they are needed, and are then remembered.

use std::cell::Cell;

use source::Span;

use crate::eval::attrs::Attr;
use crate::eval::env::Env;
use crate::eval::error::Result;
use crate::eval::evaluator::Evaluator;
use crate::eval::value::Value;
use crate::ir::Expr;
use crate::ir::expr::Binding;
use crate::ir::symbol::Symbol;

/// A delayed value.
pub struct Thunk<'a> {
    pub(crate) state: Cell<State<'a>>,
}

/// What a delayed value computes, in Rust.
pub type LazyFn<'a> = dyn Fn(&Evaluator<'a>) -> Result<Value<'a>> + 'a;

/// The states of a thunk.
#[derive(Clone, Copy)]
pub(crate) enum State<'a> {
    /// Evaluated; never a thunk itself.
    Done(Value<'a>),
    /// An expression with its environment.
    Waiting(&'a Expr, &'a Env<'a>),
    /// `inherit (source) name`: the attribute, and the delayed source.
    Inherit(&'a Binding, &'a Thunk<'a>),
    /// An attribute of another value.
    Select(&'a Selection<'a>),
    /// A call.
    Apply(&'a Application<'a>),
    /// One of many calls that a builtin put off.
    Element(&'a Calls<'a>, u32),
    /// Rust code.
    Native(&'a LazyFn<'a>),
    /// Being evaluated right now: needed by itself.
    Forcing,
    /// Failed; the number of the error that is kept.
    Failed(u32),
}

const _: () = assert!(size_of::<Thunk<'static>>() == 24);

/// `source.name`, delayed.
pub(crate) struct Selection<'a> {
    pub source: Value<'a>,
    pub name: Symbol,
    pub span: Span,
}

/// `function arguments…`, delayed.
pub(crate) struct Application<'a> {
    pub function: Value<'a>,
    pub arguments: &'a [Value<'a>],
    pub span: Span,
}

/// Calls that are put off together, one for each element.
pub(crate) struct Calls<'a> {
    pub function: Value<'a>,
    pub over: Over<'a>,
}

/// What a function is called with, once for each element.
#[derive(Clone, Copy)]
pub enum Over<'a> {
    /// The number of the element, of so many.
    Numbers(usize),
    /// The element.
    Items(&'a [Value<'a>]),
    /// The number of the element, from that one on, and the element.
    Numbered(i64, &'a [Value<'a>]),
    /// The name and the value of an attribute.
    Attrs(&'a [Attr<'a>]),
}

impl Over<'_> {
    /// How many calls these are.
    pub(crate) fn count(&self) -> usize {
        match self {
            Over::Numbers(count) => *count,
            Over::Items(items) | Over::Numbered(_, items) => items.len(),
            Over::Attrs(attrs) => attrs.len(),
        }
    }
}

impl<'a> Thunk<'a> {
    pub(crate) fn new(state: State<'a>) -> Thunk<'a> {
        Thunk {
            state: Cell::new(state),
        }
    }

    /// The value, if it is evaluated already.
    #[inline]
    pub fn done(&self) -> Option<Value<'a>> {
        match self.state.get() {
            State::Done(value) => Some(value),
            _ => None,
        }
    }

    /// Where the expression stands, if it still waits for its evaluation.
    pub fn span(&self) -> Span {
        match self.state.get() {
            State::Waiting(expr, _) => expr.span,
            State::Inherit(binding, _) => binding.name_span,
            State::Select(selection) => selection.span,
            State::Apply(application) => application.span,
            _ => Span::NONE,
        }
    }
}
