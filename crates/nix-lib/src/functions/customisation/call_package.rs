//! `lib.customisation`: functions that get from a set of packages what they ask for.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Attrs, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;

use super::{call_overridable, mirrored};
use crate::functions::strings::numbers::distance;
use crate::functions::tools::{abort, builtin, get, interpolated, throw};
use crate::functions::trivial::{function_args, is_function};

/// The functions of this part.
pub const TABLE: &[Spec] = &[
    Spec::new("callPackageWith", 3, call_package_with),
    Spec::new("callPackagesWith", 3, call_packages_with),
];

/// A function, or what the file of that name holds.
fn imported<'a>(evaluator: &Evaluator<'a>, function: Value<'a>) -> Result<Value<'a>> {
    match is_function(evaluator, function)? {
        true => evaluator.force(function),
        false => builtin(evaluator, "import", &[function]),
    }
}

/// What a function asks for and `auto` has, and what it is given besides.
fn arguments_of<'a>(
    evaluator: &Evaluator<'a>,
    formals: Value<'a>,
    auto: Value<'a>,
    given: Value<'a>,
) -> Result<&'a Attrs<'a>> {
    let found = builtin(evaluator, "intersectAttrs", &[formals, auto])?;
    let given = evaluator.force_attrs(given)?;
    Ok(evaluator.force_attrs(found)?.update(given, evaluator.arena))
}

fn call_package_with<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [auto, given_function, given] = take(arguments)?;
    let function = imported(evaluator, given_function)?;
    let formals = function_args(evaluator, &[function])?;
    let all = arguments_of(evaluator, formals, auto, given)?;
    for formal in evaluator.ordered(evaluator.force_attrs(formals)?) {
        if all.get(formal.name).is_some() || evaluator.force_bool(formal.value)? {
            continue;
        }
        let name = evaluator.name(formal.name);
        return Err(abort(&missing(evaluator, name, formals, auto, given)?));
    }
    call_overridable(evaluator, function, Value::Attrs(all))
}

fn missing<'a>(
    evaluator: &Evaluator<'a>,
    name: &'a [u8],
    formals: Value<'a>,
    auto: Value<'a>,
    given: Value<'a>,
) -> Result<String> {
    let argument = evaluator.borrowed_string(name);
    let place = builtin(evaluator, "unsafeGetAttrPos", &[argument, formals])?;
    let place = match place {
        Value::Null => "<unknown location>".to_owned(),
        place => {
            let file = evaluator
                .force_string(get(evaluator, place, "file")?)?
                .text();
            let line = evaluator.force_int(get(evaluator, place, "line")?)?;
            format!("{file}:{line}")
        }
    };
    let given = evaluator.force_attrs(given)?;
    let known = evaluator.force_attrs(auto)?.update(given, evaluator.arena);
    let suggestions = suggestions(evaluator, name, known)?;
    let name = String::from_utf8_lossy(name);
    Ok(format!(
        "lib.customisation.callPackageWith: Function called without required argument \"{name}\" at {place}{suggestions}"
    ))
}

const MOST_SUGGESTIONS: usize = 3;
const MOST_EDITS: usize = 2;

/// The names that are nearly the same, if any.
fn suggestions<'a>(evaluator: &Evaluator<'a>, name: &[u8], attrs: &'a Attrs<'a>) -> Result<String> {
    let mut near = vec![];
    for attr in evaluator.ordered(attrs) {
        let other = evaluator.name(attr.name);
        let distance = distance(evaluator, name, other)?;
        if distance <= MOST_EDITS {
            near.push((distance, other));
        }
    }
    near.sort_by_key(|(distance, _)| *distance);
    let near = near.iter().take(MOST_SUGGESTIONS);
    let near: Vec<String> = near
        .map(|(_, name)| format!("\"{}\"", String::from_utf8_lossy(name)))
        .collect();
    Ok(match near.split_last() {
        None => String::new(),
        Some((only, [])) => format!(", did you mean {only}?"),
        Some((last, first)) => format!(", did you mean {} or {last}?", first.join(", ")),
    })
}

fn call_packages_with<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [auto, function, given] = take(arguments)?;
    let function = imported(evaluator, function)?;
    let formals = function_args(evaluator, &[function])?;
    let all = Value::Attrs(arguments_of(evaluator, formals, auto, given)?);
    let packages = evaluator.force_attrs(evaluator.call1(function, all)?)?;
    if evaluator.is_derivation(packages)? {
        let name = match packages.value(known::NAME) {
            Some(name) => interpolated(evaluator, name)?.text(),
            None => "<unknown-name>".to_owned(),
        };
        return Err(throw(format!(
            "function `callPackages` was called on a *single* derivation \"{name}\"; did you mean to use `callPackage` instead?"
        )));
    }
    let packages = evaluator.items(packages).iter().map(|package| {
        let name = package.name;
        let value = evaluator.lazy(move |evaluator| {
            let one = mirrored(
                evaluator,
                function,
                "overridable",
                move |evaluator, args| {
                    let packages = evaluator.call1(function, args)?;
                    get(evaluator, packages, evaluator.name(name))
                },
            );
            call_overridable(evaluator, one, all)
        });
        nix_frontend::eval::Attr { value, ..*package }
    });
    Ok(evaluator.attrs(packages.collect()))
}
