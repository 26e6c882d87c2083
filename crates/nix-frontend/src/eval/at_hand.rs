//! Values that need no thunk: what is at hand already, and what is cheaper to compute at once than to put off.
//!
//! Only what cannot fail, cannot recurse and has no effect is computed ahead of its time, and only in arguments of calls. The one trace it leaves:
//! a value printed without `--strict` shows such an argument where Nix shows `<CODE>`.

use std::cell::Cell;

use crate::eval::env::Env;
use crate::eval::evaluator::Evaluator;
use crate::eval::string::Str;
use crate::eval::thunk::State;
use crate::eval::value::{Closure, Value};
use crate::ir::expr::{
    AttrNameKind, AttrsExpr, Binary, BindingValue, Expr, ExprKind, Literal, Operator, Select,
};
use source::Span;

/// Sets and lists of at most so many elements are made at once when they are an argument.
const SMALL: usize = 4;

impl<'a> Evaluator<'a> {
    /// The value of `expr` in `env`, evaluated when it is needed.
    #[inline]
    pub fn delay(&self, expr: &'a Expr, env: &'a Env<'a>) -> Value<'a> {
        let found = match &expr.kind {
            ExprKind::Local { depth, index, .. } => variable(env, *depth, *index),
            _ => self.constant(expr, env),
        };
        match found {
            Some(value) => value,
            None => self.thunk(State::Waiting(expr, env)),
        }
    }

    /// Like [`Evaluator::delay`], for what will most likely be needed.
    #[inline]
    pub(crate) fn delay_argument(&self, expr: &'a Expr, env: &'a Env<'a>) -> Value<'a> {
        let found = match &expr.kind {
            ExprKind::Local { depth, index, .. } => variable(env, *depth, *index),
            ExprKind::Binary(binary) => self.computed(binary, env),
            ExprKind::Select(select) => selected(select, env),
            ExprKind::Attrs(attrs) => self.small_set(attrs, env),
            ExprKind::List(items) if items.len() <= SMALL => {
                let items = items.iter().map(|item| self.delay(item, env));
                Some(self.list_of(self.arena.alloc_slice_fill_iter(items)))
            }
            _ => self.constant(expr, env),
        };
        match found {
            Some(value) => value,
            None => self.thunk(State::Waiting(expr, env)),
        }
    }

    /// The value of `expr`, where that takes no evaluation.
    pub(crate) fn constant(&self, expr: &'a Expr, env: &'a Env<'a>) -> Option<Value<'a>> {
        Some(match &expr.kind {
            ExprKind::Int(value) => Value::Int(*value),
            ExprKind::Float(value) => Value::float(*value),
            ExprKind::String(literal) => self.literal(literal, expr.span),
            ExprKind::Path(path) => Value::Path(self.arena.alloc(Str::plain(path.as_bytes()))),
            ExprKind::Lambda(code) => Value::Lambda(self.arena.alloc(Closure { code, env })),
            ExprKind::Global(number) => *self.globals.get().get(usize::from(*number))?,
            ExprKind::List(items) if items.is_empty() => self.list_of(&[]),
            _ => return None,
        })
    }

    fn literal(&self, literal: &'a Literal, span: Span) -> Value<'a> {
        match literal {
            Literal::Slice { start, end } => {
                let bytes = self.session.file_bytes(span.start);
                let range = *start as usize..*end as usize;
                self.borrowed_string(bytes.get(range).unwrap_or_default())
            }
            Literal::Owned(bytes) => self.borrowed_string(bytes),
        }
    }

    /// Integer arithmetic on what is at hand.
    fn computed(&self, binary: &'a Binary, env: &'a Env<'a>) -> Option<Value<'a>> {
        let left = integer(&binary.left, env)?;
        let right = integer(&binary.right, env)?;
        match binary.operator {
            Operator::Add => left.checked_add(right).map(Value::Int),
            Operator::Subtract => left.checked_sub(right).map(Value::Int),
            Operator::Multiply => left.checked_mul(right).map(Value::Int),
            Operator::Less => Some(Value::bool(left < right)),
            Operator::Equal => Some(Value::bool(left == right)),
            _ => None,
        }
    }

    /// A set of a few constant names; the values wait.
    fn small_set(&self, attrs: &'a AttrsExpr, env: &'a Env<'a>) -> Option<Value<'a>> {
        let plain = |value: &BindingValue| !matches!(value, BindingValue::InheritFrom(_));
        let is_small = !attrs.recursive
            && attrs.attrs.len() <= SMALL
            && attrs.dynamic.is_empty()
            && attrs.attrs.iter().all(|binding| plain(&binding.value));
        is_small.then(|| self.plain_set(attrs, env))
    }
}

/// The value of a variable, if it is bound yet; a thunk only if it is not evaluated.
#[inline]
fn variable<'a>(env: &'a Env<'a>, depth: u16, index: u16) -> Option<Value<'a>> {
    let slot = env.ancestor(depth).slots().get(usize::from(index))?;
    match slot.get()? {
        Value::Thunk(thunk) => Some(thunk.done().unwrap_or(Value::Thunk(thunk))),
        value => Some(value),
    }
}

#[inline]
fn integer<'a>(expr: &'a Expr, env: &'a Env<'a>) -> Option<i64> {
    match &expr.kind {
        ExprKind::Int(value) => Some(*value),
        ExprKind::Local { depth, index, .. } => match variable(env, *depth, *index)? {
            Value::Int(value) => Some(value),
            _ => None,
        },
        _ => None,
    }
}

/// An attribute of a variable, if both are evaluated.
fn selected<'a>(select: &'a Select, env: &'a Env<'a>) -> Option<Value<'a>> {
    let ExprKind::Local { depth, index, .. } = &select.subject.kind else {
        return None;
    };
    let Value::Attrs(attrs) = variable(env, *depth, *index)? else {
        return None;
    };
    let [part] = &*select.path else {
        return None;
    };
    let AttrNameKind::Static(name) = part.kind else {
        return None;
    };
    match attrs.value(name)? {
        Value::Thunk(thunk) => thunk.done(),
        value => Some(value),
    }
}

/// What a slot holds if it is evaluated, for the shortest way through an expression.
#[inline]
pub(crate) fn evaluated<'a>(slot: &Cell<Option<Value<'a>>>) -> Option<Value<'a>> {
    match slot.get()? {
        Value::Thunk(thunk) => thunk.done(),
        value => Some(value),
    }
}
