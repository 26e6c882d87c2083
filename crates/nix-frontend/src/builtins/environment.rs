//! Builtins that ask for the surroundings. Unless an impure evaluation is given an environment, there are none.

use crate::builtins::{Spec, take};
use crate::eval::error::Result;
use crate::eval::evaluator::Evaluator;
use crate::eval::value::Value;

/// The builtins of this topic.
pub const TABLE: &[Spec] = &[Spec::new("getEnv", 1, get_env)];

/// Empty for what is not set, and always so in pure Nix.
fn get_env<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [name] = take(arguments)?;
    let name = evaluator.force_plain_string(name)?;
    let mut environment = evaluator.options.environment.iter();
    let found = environment.find(|(key, _)| key.as_bytes() == name);
    Ok(evaluator.string(found.map_or("", |(_, value)| value)))
}
