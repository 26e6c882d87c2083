//! `lib.generators.withRecursion`: values that end at some depth.

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attr, Evaluator, Result, Value};

use crate::functions::formals::{Formals, Given};
use crate::functions::tools::{assertion, function, throw};

/// The options of the function.
pub(super) const OPTIONS: Formals = &[("depthLimit", false), ("throwOnDepthLimit", true)];

/// What says how a set is used is handed on as it is.
const SPECIAL: &[&[u8]] = &[b"__functor", b"__functionArgs", b"__toString", b"__pretty"];

pub(super) fn with_recursion<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [options] = take(arguments)?;
    let options = Given::new(evaluator, "withRecursion", OPTIONS, options)?;
    let most = match evaluator.force(options.required("depthLimit"))? {
        Value::Int(most) => most,
        unknown @ Value::OutOfReach(_) => return Err(evaluator.expected("an integer", unknown)),
        _ => return Err(assertion("withRecursion: `depthLimit` must be an integer")),
    };
    let limit = Limit {
        most,
        throws: options.get("throwOnDepthLimit"),
    };
    Ok(function(
        evaluator,
        "withRecursion",
        move |evaluator, value| limit.apply(evaluator, 0, value),
    ))
}

#[derive(Clone, Copy)]
struct Limit<'a> {
    most: i64,
    throws: Option<Value<'a>>,
}

impl<'a> Limit<'a> {
    fn apply(self, evaluator: &Evaluator<'a>, depth: i64, value: Value<'a>) -> Result<Value<'a>> {
        let deeper = |value: Value<'a>| {
            evaluator.lazy(move |evaluator| {
                let value = self.cut(evaluator, depth + 1, value)?;
                self.apply(evaluator, depth + 1, value)
            })
        };
        match evaluator.force(value)? {
            Value::Attrs(attrs) => {
                let attrs = evaluator.items(attrs).iter();
                let attrs = attrs.map(|attr| {
                    let is_special = SPECIAL.contains(&evaluator.name(attr.name));
                    let value = if is_special {
                        attr.value
                    } else {
                        deeper(attr.value)
                    };
                    Attr { value, ..*attr }
                });
                Ok(evaluator.attrs(attrs.collect()))
            }
            Value::List(list) => {
                let items: Vec<Value<'a>> = list.items.iter().map(|item| deeper(*item)).collect();
                Ok(evaluator.list(&items))
            }
            other => self.cut(evaluator, depth + 1, other),
        }
    }

    /// The value, if it is not too deep.
    fn cut(self, evaluator: &Evaluator<'a>, depth: i64, value: Value<'a>) -> Result<Value<'a>> {
        if depth <= self.most {
            return evaluator.force(value);
        }
        let throws = match self.throws {
            Some(throws) => evaluator.force_bool(throws)?,
            None => true,
        };
        if !throws {
            return Ok(evaluator.borrowed_string(b"<unevaluated>"));
        }
        Err(throw(format!(
            "Exceeded maximum eval-depth limit of {} while trying to evaluate with `generators.withRecursion'!",
            self.most
        )))
    }
}
