//! Sets that say in `_type` what they are: part of `lib.types`.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Value};

use crate::functions::tools::{find, with};

/// The functions of this part.
pub const TABLE: &[Spec] = &[
    Spec::new("isType", 2, is_type),
    Spec::new("setType", 2, set_type),
];

fn is_type<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [kind, value] = take(arguments)?;
    let found = find(evaluator, value, "_type")?;
    let found = found.unwrap_or_else(|| evaluator.borrowed_string(b""));
    evaluator.equal(found, kind).map(Value::bool)
}

fn set_type<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [kind, value] = take(arguments)?;
    let attrs = evaluator.force_attrs(value)?;
    Ok(Value::Attrs(with(evaluator, attrs, [("_type", kind)])))
}
