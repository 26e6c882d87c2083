//! The type of an option that is declared twice: `typeMerge`.

use nix_frontend::eval::{Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;
use source::Span;

use crate::functions::tools::assertion;

/// What both types are together, as the left one sees it; null where they do not go together.
pub fn type_merge<'a>(
    evaluator: &Evaluator<'a>,
    left: Value<'a>,
    right: Value<'a>,
) -> Result<Value<'a>> {
    let left = evaluator.force(left)?;
    let merge = evaluator.select(left, evaluator.symbol("typeMerge"), Span::NONE)?;
    let right = evaluator.force_attrs(right)?;
    let functor = right.value(evaluator.symbol("functor"));
    evaluator.call1(merge, functor.unwrap_or(Value::Null))
}

/// What two functors make of their types: one functor's `type`, given what both payloads are together. Null if they do not go together.
pub fn default_type_merge<'a>(
    evaluator: &Evaluator<'a>,
    left: Value<'a>,
    right: Value<'a>,
) -> Result<Value<'a>> {
    let get = |functor, name: &str| {
        let functor = evaluator.force(functor)?;
        evaluator.select(functor, evaluator.symbol(name), Span::NONE)
    };
    if !evaluator.equal(get(left, "name")?, get(right, "name")?)? {
        return Ok(Value::Null);
    }
    let (own, other) = (get(left, "payload")?, get(right, "payload")?);
    let has_payload = |payload| !matches!(payload, Value::Null);
    if has_payload(own) != has_payload(other) {
        let message = "two types of one name differ in whether they have a payload";
        return Err(assertion(message));
    }
    let of = evaluator.select(evaluator.force(left)?, known::TYPE, Span::NONE)?;
    if !has_payload(own) {
        return Ok(of);
    }
    let payload = evaluator.call2(get(left, "binOp")?, own, other)?;
    match payload {
        Value::Null => Ok(Value::Null),
        payload => evaluator.call1(of, payload),
    }
}
