//! `lib.kernel`: the options of a Linux kernel.

use std::cmp::Ordering;

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Value};
use nix_frontend::version::compare;

use crate::functions::tools::{function, with};

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("freeform", 1, |evaluator, arguments| {
        let [text] = take(arguments)?;
        Ok(answer(evaluator, "freeform", text))
    }),
    Spec::new("option", 1, |evaluator, arguments| {
        let [answer] = take(arguments)?;
        let answer = evaluator.force_attrs(answer)?;
        let optional = [("optional", Value::bool(true))];
        Ok(Value::Attrs(with(evaluator, answer, optional)))
    }),
    Spec::new("whenHelpers", 1, when_helpers),
];

/// The values of this topic.
pub fn values<'a>(evaluator: &Evaluator<'a>) -> Vec<(&'static str, Value<'a>)> {
    let tristate = |state| answer(evaluator, "tristate", state);
    vec![
        ("module", tristate(evaluator.borrowed_string(b"m"))),
        ("no", tristate(evaluator.borrowed_string(b"n"))),
        ("unset", tristate(Value::Null)),
        ("yes", tristate(evaluator.borrowed_string(b"y"))),
    ]
}

fn answer<'a>(evaluator: &Evaluator<'a>, kind: &str, state: Value<'a>) -> Value<'a> {
    evaluator.attrs_from([(kind, state), ("optional", Value::bool(false))])
}

/// Conditions on the version of a kernel.
fn when_helpers<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [version] = take(arguments)?;
    let at_least = function(evaluator, "whenAtLeast", move |evaluator, lowest| {
        Ok(when(evaluator, version, Some(lowest), None))
    });
    let older = function(evaluator, "whenOlder", move |evaluator, highest| {
        Ok(when(evaluator, version, None, Some(highest)))
    });
    let between = evaluator.native("whenBetween", 2, move |evaluator, arguments| {
        let [lowest, highest] = take(arguments)?;
        Ok(when(evaluator, version, Some(lowest), Some(highest)))
    });
    Ok(evaluator.attrs_from([
        ("whenAtLeast", at_least),
        ("whenBetween", between),
        ("whenOlder", older),
    ]))
}

/// `mkIf`, waiting for its content: the version is at least the one and below the other.
fn when<'a>(
    evaluator: &Evaluator<'a>,
    version: Value<'a>,
    lowest: Option<Value<'a>>,
    limit: Option<Value<'a>>,
) -> Value<'a> {
    let condition = evaluator.lazy(move |evaluator| {
        let compare_with = |other| -> Result<Ordering> {
            let other = evaluator.force_string(other)?.bytes;
            Ok(compare(evaluator.force_string(version)?.bytes, other))
        };
        let is_new = match lowest {
            Some(lowest) => compare_with(lowest)?.is_ge(),
            None => true,
        };
        let is_old = match limit {
            Some(limit) if is_new => compare_with(limit)?.is_lt(),
            _ => true,
        };
        Ok(Value::bool(is_new && is_old))
    });
    function(evaluator, "mkIf", move |evaluator, content| {
        Ok(evaluator.attrs_from([
            ("_type", evaluator.borrowed_string(b"if")),
            ("condition", condition),
            ("content", content),
        ]))
    })
}
