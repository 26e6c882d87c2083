//! `lib.path`: paths as lists of components, and subpaths: relative paths in strings, such as `./foo/bar`.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Str, Value};

use crate::functions::tools::{below, set_of, throw};

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("append", 2, append),
    Spec::new("hasPrefix", 2, has_prefix),
    Spec::new("hasStorePathPrefix", 1, has_store_path_prefix),
    Spec::new("removePrefix", 2, remove_prefix),
    Spec::new("splitRoot", 1, split_root),
];

/// The functions of `lib.path.subpath`.
const SUBPATH: &[Spec] = &[
    Spec::new("components", 1, components),
    Spec::new("isValid", 1, |evaluator, arguments| {
        let [value] = take(arguments)?;
        let reason = why_invalid(evaluator, value)?;
        Ok(Value::bool(reason.is_none()))
    }),
    Spec::new("join", 1, join),
    Spec::new("normalise", 1, normalise),
];

/// The values of this topic.
pub fn values<'a>(evaluator: &Evaluator<'a>) -> Vec<(&'static str, Value<'a>)> {
    let subpath = evaluator.lazy(|evaluator| Ok(set_of(evaluator, SUBPATH)));
    vec![("subpath", subpath)]
}

fn only_path<'a>(
    evaluator: &Evaluator<'a>,
    value: Value<'a>,
    complaint: impl Fn(&str) -> String,
) -> Result<&'a Str<'a>> {
    match evaluator.force(value)? {
        Value::Path(path) => Ok(path),
        unknown @ Value::OutOfReach(_) => Err(evaluator.expected("a path", unknown)),
        other => Err(throw(complaint(other.type_name().unwrap_or_default()))),
    }
}

/// Why a value is no subpath, if it is none.
fn why_invalid<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<Option<String>> {
    let string = match evaluator.force(value)? {
        Value::String(string) => string,
        unknown @ Value::OutOfReach(_) => return Err(evaluator.expected("a string", unknown)),
        other => {
            let kind = other.type_name().unwrap_or_default();
            return Ok(Some(format!(
                "The given value is of type {kind}, but a string was expected"
            )));
        }
    };
    let text = string.text();
    let mut components = string.bytes.split(|byte| *byte == b'/');
    Ok(if string.bytes.is_empty() {
        Some("The given string is empty".to_owned())
    } else if string.bytes.starts_with(b"/") {
        Some(format!(
            "The given string \"{text}\" starts with a `/`, representing an absolute path"
        ))
    } else if components.any(|component| component == b"..") {
        Some(format!(
            "The given string \"{text}\" contains a `..` component, which is not allowed in subpaths"
        ))
    } else {
        None
    })
}

/// The subpath that a value is.
fn subpath<'a>(
    evaluator: &Evaluator<'a>,
    value: Value<'a>,
    complaint: &str,
) -> Result<&'a Str<'a>> {
    match why_invalid(evaluator, value)? {
        None => evaluator.force_string(value),
        Some(reason) => Err(throw(format!("{complaint}:\n    {reason}"))),
    }
}

fn split(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    let components = path.split(|byte| *byte == b'/');
    components.filter(|component| !component.is_empty() && *component != b".")
}

fn joined<'p>(components: impl Iterator<Item = &'p [u8]>) -> Vec<u8> {
    let components: Vec<&[u8]> = components.collect();
    match components.is_empty() {
        true => b"./.".to_vec(),
        false => [b"./", components.join(&b'/').as_slice()].concat(),
    }
}

fn append<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [path, behind] = take(arguments)?;
    only_path(evaluator, path, |kind| {
        format!("lib.path.append: The first argument is of type {kind}, but a path was expected")
    })?;
    let complaint = "lib.path.append: Second argument is not a valid subpath string";
    let behind = subpath(evaluator, behind, complaint)?;
    below(evaluator, path, behind.bytes)
}

/// Two paths, as the functions on prefixes want them.
fn two_paths<'a>(
    evaluator: &Evaluator<'a>,
    function: &str,
    arguments: &[Value<'a>],
) -> Result<[&'a Str<'a>; 2]> {
    let [first, second] = take(arguments)?;
    let first = only_path(evaluator, first, |kind| {
        format!("lib.path.{function}: First argument is of type {kind}, but a path was expected")
    })?;
    let second = only_path(evaluator, second, |kind| {
        format!("lib.path.{function}: Second argument is of type {kind}, but a path was expected")
    })?;
    Ok([first, second])
}

pub(crate) fn is_above(above: &[u8], path: &[u8]) -> bool {
    let mut path = split(path);
    split(above).all(|component| path.next() == Some(component))
}

fn has_prefix<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [prefix, path] = two_paths(evaluator, "hasPrefix", arguments)?;
    Ok(Value::bool(is_above(prefix.bytes, path.bytes)))
}

fn remove_prefix<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [prefix, path] = two_paths(evaluator, "removePrefix", arguments)?;
    if !is_above(prefix.bytes, path.bytes) {
        return Err(throw(format!(
            "lib.path.removePrefix: The first path argument \"{}\" is not a component-wise prefix of the second path argument \"{}\".",
            prefix.text(),
            path.text(),
        )));
    }
    let above = split(prefix.bytes).count();
    Ok(evaluator.string(joined(split(path.bytes).skip(above))))
}

fn split_root<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [path] = take(arguments)?;
    let path = only_path(evaluator, path, |kind| {
        format!("lib.path.splitRoot: Argument is of type {kind}, but a path was expected")
    })?;
    let subpath = evaluator.string(joined(split(path.bytes)));
    Ok(evaluator.attrs_from([("root", evaluator.path("/")), ("subpath", subpath)]))
}

/// Whether the path lies in the store, or in what a placeholder stands for.
pub(crate) fn has_store_path_prefix<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    const HASH_LENGTH: usize = 32;
    const PLACEHOLDER_LENGTH: usize = 52;
    let [path] = take(arguments)?;
    let path = only_path(evaluator, path, |kind| {
        format!("lib.path.hasStorePathPrefix: Argument is of type {kind}, but a path was expected")
    })?;
    let components: Vec<&[u8]> = split(path.bytes).collect();
    Ok(Value::bool(match components.as_slice() {
        [b"nix", b"store", name, ..] if name.len() > HASH_LENGTH + 1 => {
            name.get(HASH_LENGTH) == Some(&b'-')
        }
        [first, ..] => {
            let in_hash = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_lowercase();
            first.len() == PLACEHOLDER_LENGTH && first.iter().all(in_hash)
        }
        [] => false,
    }))
}

fn components<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    let complaint = "lib.path.subpath.components: Argument is not a valid subpath string";
    let path = subpath(evaluator, value, complaint)?;
    let components = split(path.bytes);
    let components = components.map(|part| evaluator.string_with_context(part, path.context));
    Ok(evaluator.list(&components.collect::<Vec<_>>()))
}

fn normalise<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    let complaint = "lib.path.subpath.normalise: Argument is not a valid subpath string";
    let path = subpath(evaluator, value, complaint)?;
    let bytes = evaluator.arena.alloc_slice_copy(&joined(split(path.bytes)));
    Ok(evaluator.string_with_context(bytes, path.context))
}

fn join<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [subpaths] = take(arguments)?;
    let mut paths = vec![];
    for (number, value) in evaluator.force_list(subpaths)?.iter().enumerate() {
        let complaint = format!(
            "lib.path.subpath.join: Element at index {number} is not a valid subpath string"
        );
        paths.push(subpath(evaluator, *value, &complaint)?.bytes);
    }
    let components = paths.into_iter().flat_map(split);
    Ok(evaluator.string(joined(components)))
}
