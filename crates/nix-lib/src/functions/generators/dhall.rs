//! `lib.generators.toDhall`: values in the language Dhall.

use nix_frontend::builtins::take;
use nix_frontend::eval::{Evaluator, Result, Value};

use crate::functions::formals::Given;
use crate::functions::generators::NO_OPTIONS;
use crate::functions::tools::{Text, abort, builtin, function};

pub(super) fn to_dhall<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [options] = take(arguments)?;
    Given::new(evaluator, "toDhall", NO_OPTIONS, options)?;
    Ok(function(evaluator, "toDhall", |evaluator, value| {
        let mut written = Text::new(evaluator);
        write(evaluator, value, &mut written)?;
        Ok(written.finish())
    }))
}

fn write<'a>(evaluator: &Evaluator<'a>, value: Value<'a>, into: &mut Text<'_, 'a>) -> Result<()> {
    evaluator.check_stack()?;
    match evaluator.force(value)? {
        Value::Attrs(attrs) => {
            into.push("{ ");
            for (at, attr) in evaluator.ordered(attrs).iter().enumerate() {
                into.push(if at > 0 { ", " } else { "" });
                into.push(evaluator.name(attr.name));
                into.push(" = ");
                write(evaluator, attr.value, into)?;
            }
            into.push(" }");
        }
        Value::List(list) => {
            into.push("[ ");
            for (at, item) in list.items.iter().enumerate() {
                into.push(if at > 0 { ", " } else { "" });
                write(evaluator, *item, into)?;
            }
            into.push(" ]");
        }
        Value::Int(number) => into.push(format!("{number:+}")),
        Value::Bool(value) => into.push(if value.get() { "True" } else { "False" }),
        Value::Null => {
            return Err(abort("generators.toDhall: cannot convert a null to Dhall"));
        }
        other if other.is_function() => {
            return Err(abort(
                "generators.toDhall: cannot convert a function to Dhall",
            ));
        }
        other => into.interpolate(builtin(evaluator, "toJSON", &[other])?)?,
    }
    Ok(())
}
