//! Builtins on numbers, and the order of values.

use crate::builtins::{Spec, take};
use crate::eval::error::{EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::value::Value;
use crate::number;

/// The builtins of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("add", 2, add),
    Spec::new("bitAnd", 2, bit_and),
    Spec::new("bitOr", 2, bit_or),
    Spec::new("bitXor", 2, bit_xor),
    Spec::new("ceil", 1, ceil),
    Spec::new("div", 2, div),
    Spec::new("floor", 1, floor),
    Spec::new("lessThan", 2, less_than),
    Spec::new("mul", 2, mul),
    Spec::new("sub", 2, sub),
];

fn both<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<(Value<'a>, Value<'a>)> {
    let [left, right] = take(arguments)?;
    Ok((evaluator.force(left)?, evaluator.force(right)?))
}

fn add<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let (left, right) = both(evaluator, arguments)?;
    evaluator.arithmetic(left, right, "+", i64::checked_add, |l, r| l + r)
}

fn sub<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let (left, right) = both(evaluator, arguments)?;
    evaluator.arithmetic(left, right, "-", i64::checked_sub, |l, r| l - r)
}

fn mul<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let (left, right) = both(evaluator, arguments)?;
    evaluator.arithmetic(left, right, "*", i64::checked_mul, |l, r| l * r)
}

fn div<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let (left, right) = both(evaluator, arguments)?;
    evaluator.divide(left, right)
}

fn less_than<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let (left, right) = both(evaluator, arguments)?;
    evaluator.is_less(left, right).map(Value::bool)
}

fn on_bits<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
    operate: impl Fn(i64, i64) -> i64,
) -> Result<Value<'a>> {
    let [left, right] = take(arguments)?;
    let (left, right) = (evaluator.force_int(left)?, evaluator.force_int(right)?);
    Ok(Value::Int(operate(left, right)))
}

fn bit_and<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    on_bits(evaluator, arguments, |left, right| left & right)
}

fn bit_or<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    on_bits(evaluator, arguments, |left, right| left | right)
}

fn bit_xor<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    on_bits(evaluator, arguments, |left, right| left ^ right)
}

fn ceil<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    round(evaluator, arguments, f64::ceil)
}

fn floor<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    round(evaluator, arguments, f64::floor)
}

/// Integers are round already. Nix takes a detour through floats, which is wrong beyond 2⁵³ and which its later releases refuse there.
fn round<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
    round: impl Fn(f64) -> f64,
) -> Result<Value<'a>> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    let [number] = take(arguments)?;
    let number = match evaluator.force(number)? {
        Value::Int(number) => return Ok(Value::Int(number)),
        Value::Float(number) => number.get(),
        other => return Err(evaluator.expected("a float", other)),
    };
    let rounded = round(number);
    if (-LIMIT..LIMIT).contains(&rounded) {
        return Ok(Value::Int(rounded as i64));
    }
    Err(EvalError::type_error(format!(
        "NixFloat argument {} is not in the range of NixInt",
        number::print_float(number)
    )))
}
