//! `lib.attrsets`: outputs of packages, and sets that look like packages.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Value};

use crate::functions::strings::names::sanitized;
use crate::functions::tools::builtin;

/// The functions of this part.
pub const TABLE: &[Spec] = &[
    Spec::new("chooseDevOutputs", 1, choose_dev_outputs),
    Spec::new("dontRecurseIntoAttrs", 1, dont_recurse_into_attrs),
    Spec::new("getBin", 1, |evaluator, arguments| {
        named_output(evaluator, arguments, b"bin")
    }),
    Spec::new("getDev", 1, get_dev),
    Spec::new("getFirstOutput", 2, |evaluator, arguments| {
        let [candidates, package] = take(arguments)?;
        let mut names = vec![];
        for name in evaluator.force_list(candidates)? {
            names.push(evaluator.force_plain_string(*name)?);
        }
        first_output(evaluator, &names, package)
    }),
    Spec::new("getInclude", 1, |evaluator, arguments| {
        let [package] = take(arguments)?;
        first_output(evaluator, &[b"include", b"dev", b"out"], package)
    }),
    Spec::new("getLib", 1, |evaluator, arguments| {
        named_output(evaluator, arguments, b"lib")
    }),
    Spec::new("getMan", 1, |evaluator, arguments| {
        named_output(evaluator, arguments, b"man")
    }),
    Spec::new("getOutput", 2, |evaluator, arguments| {
        let [name, package] = take(arguments)?;
        get_output(evaluator, evaluator.force_plain_string(name)?, package)
    }),
    Spec::new("getStatic", 1, |evaluator, arguments| {
        let [package] = take(arguments)?;
        first_output(evaluator, &[b"static", b"lib", b"out"], package)
    }),
    Spec::new("recurseIntoAttrs", 1, recurse_into_attrs),
    Spec::new("toDerivation", 1, to_derivation),
];

fn named_output<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
    name: &[u8],
) -> Result<Value<'a>> {
    let [package] = take(arguments)?;
    get_output(evaluator, name, package)
}

/// Whether a package is one of its outputs already.
fn is_output<'a>(evaluator: &Evaluator<'a>, package: Value<'a>) -> Result<bool> {
    let Value::Attrs(attrs) = package else {
        return Ok(false);
    };
    match attrs.value(evaluator.symbol("outputSpecified")) {
        Some(specified) => evaluator.force_bool(specified),
        None => Ok(false),
    }
}

/// The output `name` of a package; else `out`; else the package itself.
pub(crate) fn get_output<'a>(
    evaluator: &Evaluator<'a>,
    name: &[u8],
    package: Value<'a>,
) -> Result<Value<'a>> {
    let package = evaluator.force(package)?;
    let Value::Attrs(attrs) = package else {
        return Ok(package);
    };
    if is_output(evaluator, package)? {
        return Ok(package);
    }
    let output = attrs.value(evaluator.symbol(name));
    let output = output.or_else(|| attrs.value(evaluator.symbol("out")));
    evaluator.force(output.unwrap_or(package))
}

fn first_output<'a>(
    evaluator: &Evaluator<'a>,
    candidates: &[&[u8]],
    package: Value<'a>,
) -> Result<Value<'a>> {
    let package = evaluator.force(package)?;
    let Value::Attrs(attrs) = package else {
        return Ok(package);
    };
    if is_output(evaluator, package)? {
        return Ok(package);
    }
    let mut outputs = candidates.iter();
    let output = outputs.find_map(|name| attrs.value(evaluator.symbol(name)));
    evaluator.force(output.unwrap_or(package))
}

fn get_dev<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    named_output(evaluator, arguments, b"dev")
}

fn choose_dev_outputs<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [packages] = take(arguments)?;
    let packages = evaluator.force_list(packages)?.iter();
    let outputs = packages.map(|package| {
        let package = *package;
        evaluator.lazy(move |evaluator| get_dev(evaluator, &[package]))
    });
    Ok(evaluator.list(&outputs.collect::<Vec<_>>()))
}

pub(crate) fn with_recursion<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
    recurse: bool,
) -> Result<Value<'a>> {
    let [attrs] = take(arguments)?;
    let attrs = evaluator.force_attrs(attrs)?;
    let mark = evaluator.attr("recurseForDerivations", Value::bool(recurse));
    let mark = evaluator.attrs_ref(vec![mark]);
    Ok(Value::Attrs(attrs.update(mark, evaluator.arena)))
}

fn recurse_into_attrs<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    with_recursion(evaluator, arguments, true)
}

fn dont_recurse_into_attrs<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    with_recursion(evaluator, arguments, false)
}

/// How long the hash in a store path's name is, with the dash behind it.
const HASH_AND_DASH: usize = 33;

fn to_derivation<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let path = builtin(evaluator, "storePath", arguments)?;
    let base = evaluator.force_string(builtin(evaluator, "baseNameOf", &[path])?)?;
    let name = base.bytes.get(HASH_AND_DASH..).unwrap_or_default();
    let out = evaluator.borrowed_string(b"out");
    let mut attrs = vec![
        ("type", evaluator.borrowed_string(b"derivation")),
        ("name", evaluator.string(sanitized(name))),
        ("outPath", path),
        ("outputs", evaluator.list(&[out])),
        ("outputName", out),
    ];
    let knot: &'a std::cell::Cell<Value<'a>> = evaluator.arena.alloc(Value::Null.into());
    attrs.push(("out", evaluator.lazy(move |_| Ok(knot.get()))));
    let derivation = evaluator.attrs_from(attrs);
    knot.set(derivation);
    Ok(derivation)
}
