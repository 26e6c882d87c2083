//! `lib.misc`: lists without repetitions, and what packages need, and what that needs in turn.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Value};
use source::Span;

use crate::functions::formals::{Formals, Given};
use crate::functions::tools::{builtin, find, function, get, holds, later};

/// The functions of this part.
pub const TABLE: &[Spec] = &[
    Spec::new("closePropagation", 1, closure),
    Spec::new("closePropagationFast", 1, closure),
    Spec::new("closePropagationSlow", 1, |evaluator, arguments| {
        let [packages] = take(arguments)?;
        let all = inner_closure(evaluator, vec![], evaluator.force_list(packages)?.to_vec())?;
        Ok(evaluator.list(&without_repetitions(evaluator, &all, vec![])?))
    }),
    Spec::new("innerClosePropagation", 2, |evaluator, arguments| {
        let [known, packages] = take(arguments)?;
        let known = evaluator.force_list(known)?.to_vec();
        let packages = evaluator.force_list(packages)?.to_vec();
        Ok(evaluator.list(&inner_closure(evaluator, known, packages)?))
    }),
    Spec {
        formals: GENERIC,
        ..Spec::new("lazyGenericClosure", 1, generic_closure)
    },
    Spec {
        formals: UNIQUE,
        ..Spec::new("uniqList", 1, unique)
    },
    Spec {
        formals: UNIQUE_BY,
        ..Spec::new("uniqListExt", 1, unique_by)
    },
];

const UNIQUE: Formals = &[("acc", true), ("inputList", false)];

fn unique<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [given] = take(arguments)?;
    let given = Given::new(evaluator, "uniqList", UNIQUE, given)?;
    let items = evaluator.force_list(given.required("inputList"))?;
    let seen = match given.get("acc") {
        Some(seen) => evaluator.force_list(seen)?.to_vec(),
        None => vec![],
    };
    Ok(evaluator.list(&without_repetitions(evaluator, items, seen)?))
}

/// The elements that are neither repeated nor among those seen before.
fn without_repetitions<'a>(
    evaluator: &Evaluator<'a>,
    items: &[Value<'a>],
    mut seen: Vec<Value<'a>>,
) -> Result<Vec<Value<'a>>> {
    let mut kept = vec![];
    for item in items {
        if !holds(evaluator, &seen, *item)? {
            seen.push(*item);
            kept.push(*item);
        }
    }
    Ok(kept)
}

const UNIQUE_BY: Formals = &[
    ("compare", true),
    ("getter", true),
    ("inputList", false),
    ("outputList", true),
];

fn unique_by<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [given] = take(arguments)?;
    let given = Given::new(evaluator, "uniqListExt", UNIQUE_BY, given)?;
    let (getter, compare) = (given.get("getter"), given.get("compare"));
    let part = |item: Value<'a>| match getter {
        Some(getter) => evaluator.lazy_call(getter, &[item], Span::NONE),
        None => item,
    };
    let is_same = |kept: Value<'a>, item: Value<'a>| match compare {
        Some(compare) => evaluator.force_bool(evaluator.call2(compare, part(kept), part(item))?),
        None => evaluator.equal(part(kept), part(item)),
    };
    let mut kept = match given.get("outputList") {
        Some(kept) => evaluator.force_list(kept)?.to_vec(),
        None => vec![],
    };
    for item in evaluator.force_list(given.required("inputList"))? {
        let mut is_kept = false;
        for other in &kept {
            is_kept = is_kept || is_same(*other, *item)?;
        }
        if !is_kept {
            kept.push(*item);
        }
    }
    Ok(evaluator.list(&kept))
}

const GENERIC: Formals = &[("operator", false), ("startSet", false)];

/// The last found come first.
fn generic_closure<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [given] = take(arguments)?;
    let given = Given::new(evaluator, "lazyGenericClosure", GENERIC, given)?;
    let operator = given.required("operator");
    let mut open = evaluator.force_list(given.required("startSet"))?.to_vec();
    let (mut keys, mut found) = (vec![], vec![]);
    let mut at = 0;
    while let Some(item) = open.get(at).copied() {
        evaluator.tick()?;
        at += 1;
        let key = get(evaluator, item, "key")?;
        if holds(evaluator, &keys, key)? {
            continue;
        }
        keys.push(key);
        found.push(item);
        open.extend_from_slice(evaluator.force_list(evaluator.call1(operator, item)?)?);
    }
    found.reverse();
    Ok(evaluator.list(&found))
}

/// What a package hands on to those that need it.
fn propagated<'a>(evaluator: &Evaluator<'a>, package: Value<'a>) -> Result<Vec<Value<'a>>> {
    let mut all = vec![];
    for name in ["propagatedBuildInputs", "propagatedNativeBuildInputs"] {
        if let Some(inputs) = find(evaluator, package, name)? {
            all.extend_from_slice(evaluator.force_list(inputs)?);
        }
    }
    Ok(all)
}

/// Packages are told apart by their paths.
fn closure<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [packages] = take(arguments)?;
    let start = keyed(evaluator, evaluator.force_list(packages)?)?;
    let operator = function(evaluator, "operator", |evaluator, item| {
        match get(evaluator, item, "val")? {
            package @ Value::Attrs(_) => keyed(evaluator, &propagated(evaluator, package)?),
            _ => Ok(evaluator.list(&[])),
        }
    });
    let given = evaluator.attrs_from([("startSet", start), ("operator", operator)]);
    let all = builtin(evaluator, "genericClosure", &[given])?;
    let all = evaluator.force_list(all)?.iter();
    let packages = all.map(|item| later(evaluator, *item, "val"));
    Ok(evaluator.list(&packages.collect::<Vec<_>>()))
}

/// Packages with their paths as keys; null is left out.
fn keyed<'a>(evaluator: &Evaluator<'a>, packages: &[Value<'a>]) -> Result<Value<'a>> {
    let mut all = vec![];
    for package in packages {
        if let Value::Null = evaluator.force(*package)? {
            continue;
        }
        let key = later(evaluator, *package, "outPath");
        all.push(evaluator.attrs_from([("key", key), ("val", *package)]));
    }
    Ok(evaluator.list(&all))
}

/// Packages are told apart by comparing them as a whole; the last found come first.
fn inner_closure<'a>(
    evaluator: &Evaluator<'a>,
    mut known: Vec<Value<'a>>,
    mut packages: Vec<Value<'a>>,
) -> Result<Vec<Value<'a>>> {
    while let Some((first, rest)) = packages.split_first() {
        evaluator.tick()?;
        let package = evaluator.force(*first)?;
        if !matches!(package, Value::Attrs(_)) {
            packages = rest.to_vec();
            continue;
        }
        known.insert(0, package);
        let mut next = propagated(evaluator, package)?;
        next.extend_from_slice(rest);
        packages = without_repetitions(evaluator, &next, known.clone())?;
    }
    Ok(known)
}
