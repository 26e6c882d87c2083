//! `lib.derivations`: derivations that are evaluated late, or with a warning.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Attr, Evaluator, Result, Value};
use source::Span;

use crate::functions::formals::{Formals, Given};
use crate::functions::generators::pretty::{Style, pretty};
use crate::functions::tools::{builtin, find, function, get, interpolated, later, throw, with};

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec {
        formals: LAZY,
        ..Spec::new("lazyDerivation", 1, lazy_derivation)
    },
    Spec::new("optionalDrvAttr", 2, |evaluator, arguments| {
        let [condition, value] = take(arguments)?;
        match evaluator.force_bool(condition)? {
            true => evaluator.force(value),
            false => Ok(Value::Null),
        }
    }),
    Spec::new("warnOnInstantiate", 2, warn_on_instantiate),
];

/// The builtins of this topic.
pub const BUILTINS: &[&str] = &["addDrvOutputDependencies", "unsafeDiscardOutputDependency"];

const LAZY: Formals = &[
    ("derivation", false),
    ("meta", true),
    ("outputs", true),
    ("passthru", true),
];

/// A derivation of which is known, before it is evaluated, which attributes it has.
fn lazy_derivation<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [given] = take(arguments)?;
    let given = Given::new(evaluator, "lazyDerivation", LAZY, given)?;
    let derivation = given.required("derivation");
    let out = || evaluator.list(&[evaluator.borrowed_string(b"out")]);
    let outputs = given.get("outputs").unwrap_or_else(out);
    let checked = evaluator.lazy(move |evaluator| checked(evaluator, derivation, outputs));
    let part = |name: &str| later(evaluator, checked, name);
    let all = evaluator.attrs_from([
        ("type", evaluator.borrowed_string(b"derivation")),
        ("outPath", part("outPath")),
        ("outputName", part("outputName")),
        ("drvPath", part("drvPath")),
        ("name", part("name")),
        ("system", part("system")),
        ("outputs", outputs),
        ("meta", given.get("meta").unwrap_or_else(|| part("meta"))),
    ]);
    let mut named = vec![];
    for name in evaluator.force_list(outputs)? {
        let name = evaluator.force_plain_string(*name)?;
        named.push((name, later(evaluator, checked, name)));
    }
    let all = with(evaluator, evaluator.force_attrs(all)?, named);
    let Some(passthru) = given.get("passthru") else {
        return Ok(Value::Attrs(all));
    };
    let passthru = evaluator.force_attrs(passthru)?;
    Ok(Value::Attrs(all.update(passthru, evaluator.arena)))
}

/// The derivation, if it is one and has these outputs.
fn checked<'a>(
    evaluator: &Evaluator<'a>,
    derivation: Value<'a>,
    outputs: Value<'a>,
) -> Result<Value<'a>> {
    let kind = find(evaluator, derivation, "type")?.unwrap_or(Value::Null);
    if !evaluator.equal(kind, evaluator.borrowed_string(b"derivation"))? {
        return Err(throw("lazyDerivation: input must be a derivation."));
    }
    let actual = get(evaluator, derivation, "outputs")?;
    if evaluator.equal(actual, outputs)? {
        return evaluator.force(derivation);
    }
    let name = match find(evaluator, derivation, "name")? {
        Some(name) => interpolated(evaluator, name)?.text(),
        None => "<unknown>".to_owned(),
    };
    let shown = |list: Value<'a>| {
        let style = Style {
            allow_pretty_values: false,
            multiline: false,
        };
        let shown = pretty(evaluator, style, list)?;
        Ok::<_, Box<nix_frontend::eval::EvalError>>(evaluator.force_string(shown)?.text())
    };
    Err(throw(format!(
        "lib.lazyDerivation: The derivation {name} has the outputs {}, but the call of lazyDerivation says {}; its `outputs` must be those of the derivation, in the same order.",
        shown(actual)?,
        shown(outputs)?
    )))
}

/// What says only what the derivation is gives no warning.
const HARMLESS: &[&[u8]] = &[b"meta", b"name", b"outputName", b"type"];

fn warn_on_instantiate<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [message, derivation] = take(arguments)?;
    let attrs = evaluator.force_attrs(derivation)?;
    let override_attrs = evaluator.symbol("overrideAttrs");
    let mut all = vec![];
    for attr in evaluator.items(attrs) {
        if HARMLESS.contains(&evaluator.name(attr.name)) {
            all.push(*attr);
            continue;
        }
        let inner = attr.value;
        let value = if attr.name == override_attrs && evaluator.force(inner)?.is_function() {
            function(evaluator, "overrideAttrs", move |evaluator, change| {
                let changed = evaluator.lazy_call(inner, &[change], Span::NONE);
                warn_on_instantiate(evaluator, &[message, changed])
            })
        } else {
            evaluator.lazy(move |evaluator| builtin(evaluator, "warn", &[message, inner]))
        };
        all.push(Attr { value, ..*attr });
    }
    Ok(evaluator.attrs(all))
}
