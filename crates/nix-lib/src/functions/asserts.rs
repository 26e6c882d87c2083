//! `lib.asserts`: conditions with messages.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Value};
use source::Span;

use crate::functions::generators::pretty::plain;
use crate::functions::tools::{builtin, holds, interpolated, throw};

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("assertEachOneOf", 3, assert_each_one_of),
    Spec::new("assertMsg", 2, assert_msg),
    Spec::new("assertOneOf", 3, assert_one_of),
    Spec::new("checkAssertWarn", 3, check_assert_warn),
];

fn assert_msg<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [holds, message] = take(arguments)?;
    if evaluator.force_bool(holds)? {
        return Ok(Value::bool(true));
    }
    builtin(evaluator, "throw", &[message])
}

fn assert_one_of<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [name, value, allowed] = take(arguments)?;
    if holds(evaluator, evaluator.force_list(allowed)?, value)? {
        return Ok(Value::bool(true));
    }
    Err(throw(format!(
        "{} must be one of {}, but is: {}",
        interpolated(evaluator, name)?.text(),
        plain(evaluator, allowed)?.text(),
        plain(evaluator, value)?.text(),
    )))
}

fn assert_each_one_of<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [name, values, allowed] = take(arguments)?;
    let all = evaluator.force_list(allowed)?;
    for value in evaluator.force_list(values)? {
        if !holds(evaluator, all, *value)? {
            return Err(throw(format!(
                "each element in {} must be one of {}, but is: {}",
                interpolated(evaluator, name)?.text(),
                plain(evaluator, allowed)?.text(),
                plain(evaluator, values)?.text(),
            )));
        }
    }
    Ok(Value::bool(true))
}

fn check_assert_warn<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [assertions, warnings, value] = take(arguments)?;
    let mut failed = vec![];
    for assertion in evaluator.force_list(assertions)? {
        let assertion = evaluator.force(*assertion)?;
        let get = |name: &str| evaluator.select(assertion, evaluator.symbol(name), Span::NONE);
        if !evaluator.force_bool(get("assertion")?)? {
            let message = interpolated(evaluator, get("message")?)?.text();
            failed.push(format!("- {message}"));
        }
    }
    if !failed.is_empty() {
        let failed = failed.join("\n");
        return Err(throw(format!("\nFailed assertions:\n{failed}")));
    }
    for warning in evaluator.force_list(warnings)? {
        builtin(evaluator, "warn", &[*warning, Value::Null])?;
    }
    evaluator.force(value)
}
