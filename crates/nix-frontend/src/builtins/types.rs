//! Builtins that ask for the type of a value. Something out of reach has no type that could be told.

use crate::builtins::{Spec, take};
use crate::eval::error::Result;
use crate::eval::evaluator::Evaluator;
use crate::eval::value::Value;

/// The builtins of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("isAttrs", 1, is_attrs),
    Spec::new("isBool", 1, is_bool),
    Spec::new("isFloat", 1, is_float),
    Spec::new("isFunction", 1, is_function),
    Spec::new("isInt", 1, is_int),
    Spec::new("isList", 1, is_list),
    Spec::global("isNull", 1, is_null),
    Spec::new("isPath", 1, is_path),
    Spec::new("isString", 1, is_string),
    Spec::new("typeOf", 1, type_of),
];

fn is<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
    test: impl Fn(Value<'a>) -> bool,
) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    match evaluator.force(value)? {
        unknown @ Value::OutOfReach(_) => Err(evaluator.expected("a value", unknown)),
        value => Ok(Value::bool(test(value))),
    }
}

fn is_null<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    is(evaluator, arguments, |value| matches!(value, Value::Null))
}

fn is_bool<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    is(evaluator, arguments, |value| {
        matches!(value, Value::Bool(_))
    })
}

fn is_int<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    is(evaluator, arguments, |value| matches!(value, Value::Int(_)))
}

fn is_float<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    is(evaluator, arguments, |value| {
        matches!(value, Value::Float(_))
    })
}

fn is_string<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    is(evaluator, arguments, |value| {
        matches!(value, Value::String(_))
    })
}

fn is_path<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    is(evaluator, arguments, |value| {
        matches!(value, Value::Path(_))
    })
}

fn is_list<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    is(evaluator, arguments, |value| {
        matches!(value, Value::List(_))
    })
}

fn is_attrs<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    is(evaluator, arguments, |value| {
        matches!(value, Value::Attrs(_))
    })
}

fn is_function<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    is(evaluator, arguments, Value::is_function)
}

fn type_of<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    let value = evaluator.force(value)?;
    match value.type_name() {
        Some(name) => Ok(evaluator.borrowed_string(name.as_bytes())),
        None => Err(evaluator.expected("a value", value)),
    }
}
