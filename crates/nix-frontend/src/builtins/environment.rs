//! Builtins that ask for the surroundings. There are none: evaluation depends on files alone.

use crate::builtins::{Spec, take};
use crate::eval::error::Result;
use crate::eval::evaluator::Evaluator;
use crate::eval::value::Value;

/// The builtins of this topic.
pub const TABLE: &[Spec] = &[Spec::new("getEnv", 1, get_env)];

/// Empty, as in pure Nix.
fn get_env<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [name] = take(arguments)?;
    evaluator.force_plain_string(name)?;
    Ok(evaluator.borrowed_string(b""))
}
