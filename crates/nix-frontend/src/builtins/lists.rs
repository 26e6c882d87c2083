//! Builtins on lists.

use source::Span;

use crate::builtins::{Spec, take};
use crate::eval::error::{EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::value::Value;

/// The builtins of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("length", 1, length),
    Spec::new("head", 1, head),
    Spec::global("map", 2, map),
    Spec::new("foldl'", 3, fold),
];

fn length<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list] = take(arguments)?;
    Ok(Value::Int(evaluator.force_list(list)?.len() as i64))
}

fn head<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list] = take(arguments)?;
    let first = evaluator.force_list(list)?.first().copied();
    first.ok_or_else(|| EvalError::type_error("list index 0 is out of bounds"))
}

fn map<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, list] = take(arguments)?;
    let items = evaluator.force_list(list)?;
    if items.is_empty() {
        return evaluator.force(list);
    }
    let function = evaluator.force_function(function)?;
    let mapped = items
        .iter()
        .map(|item| evaluator.lazy_call(function, &[*item], Span::NONE));
    Ok(evaluator.list_of(evaluator.arena.alloc_slice_fill_iter(mapped)))
}

fn fold<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, mut value, list] = take(arguments)?;
    let function = evaluator.force_function(function)?;
    for item in evaluator.force_list(list)? {
        value = evaluator.call2(function, value, *item)?;
    }
    evaluator.force(value)
}
