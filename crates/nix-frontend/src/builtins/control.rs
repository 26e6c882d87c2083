//! Builtins that fail, catch, force and speak.

use crate::builtins::{Spec, take};
use crate::eval::attrs::Attr;
use crate::eval::coerce::Coercion;
use crate::eval::error::{ErrorKind, EvalError, Result};
use crate::eval::evaluator::{Evaluator, Notice};
use crate::eval::outline::Bounds;
use crate::eval::value::Value;
use crate::ir::symbol::known;

/// The builtins of this topic.
pub const TABLE: &[Spec] = &[
    Spec::global("abort", 1, abort),
    Spec::new("addErrorContext", 2, add_error_context),
    Spec::global("break", 1, pass_on),
    Spec::new("deepSeq", 2, deep_seq),
    Spec::new("seq", 2, seq),
    Spec::global("throw", 1, throw),
    Spec::new("trace", 2, trace),
    Spec::new("traceVerbose", 2, trace_verbose),
    Spec::new("tryEval", 1, try_eval),
    Spec::new("warn", 2, warn),
];

fn throw<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [message] = take(arguments)?;
    let message = evaluator.coerce_to_string(message, Coercion::INTERPOLATION)?;
    Err(EvalError::new(ErrorKind::Throw, message.text()))
}

fn abort<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [message] = take(arguments)?;
    let message = evaluator.coerce_to_string(message, Coercion::INTERPOLATION)?;
    let message = format!(
        "evaluation aborted with the following error message: '{}'",
        message.text()
    );
    Err(EvalError::new(ErrorKind::Abort, message))
}

/// Only `throw` and failed assertions are caught.
fn try_eval<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    let (value, success) = match evaluator.force(value) {
        Ok(value) => (value, true),
        Err(error) if error.is_catchable() => (Value::bool(false), false),
        Err(error) => return Err(error),
    };
    Ok(evaluator.attrs(vec![
        Attr::unplaced(known::SUCCESS, Value::bool(success)),
        Attr::unplaced(known::VALUE, value),
    ]))
}

fn pass_on<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    evaluator.force(value)
}

fn seq<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [first, second] = take(arguments)?;
    evaluator.force(first)?;
    evaluator.force(second)
}

fn deep_seq<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [first, second] = take(arguments)?;
    evaluator.force_deep(first)?;
    evaluator.force(second)
}

fn trace<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [message, value] = take(arguments)?;
    let span = evaluator.call_span.get();
    let text = match evaluator.force(message)? {
        Value::String(text) => text.text(),
        other => evaluator.outline(other, Bounds::NONE),
    };
    evaluator.tell(Notice {
        is_warning: false,
        text,
        span,
    });
    evaluator.force(value)
}

/// Says nothing, as Nix does unless told otherwise.
fn trace_verbose<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [_, value] = take(arguments)?;
    evaluator.force(value)
}

fn warn<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [message, value] = take(arguments)?;
    let span = evaluator.call_span.get();
    evaluator.warn(evaluator.force_string(message)?.text(), span)?;
    evaluator.force(value)
}

fn add_error_context<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [message, value] = take(arguments)?;
    let span = evaluator.call_span.get();
    match evaluator.force(value) {
        Ok(value) => Ok(value),
        Err(error) => {
            let message = evaluator.coerce_to_string(message, Coercion::PATH_PART)?;
            Err(error.context(message.text(), span))
        }
    }
}
