//! `lib.fileset`: the files that git knows.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Attr, Evaluator, Result, Value};

use super::checks::{kind_of, text_of};
use super::{Below, Fileset, WHOLE};
use crate::functions::filesystem::{entries, exists};
use crate::functions::formals::{Formals, Given};
use crate::functions::path::has_store_path_prefix;
use crate::functions::tools::{below, builtin, function, get, throw};

/// The functions of this part.
pub const TABLE: &[Spec] = &[
    Spec::new("gitTracked", 1, |evaluator, arguments| {
        let [path] = take(arguments)?;
        tracked(evaluator, ["gitTracked", "argument"], path, None)
    }),
    Spec {
        formals: OPTIONS,
        ..Spec::new("gitTrackedWith", 1, git_tracked_with)
    },
];

const OPTIONS: Formals = &[("recurseSubmodules", true)];

fn git_tracked_with<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    const NAME: &str = "gitTrackedWith";
    let [given] = take(arguments)?;
    let given = Given::new(evaluator, NAME, OPTIONS, given)?;
    let submodules = given.get("recurseSubmodules").unwrap_or(Value::bool(false));
    Ok(function(
        evaluator,
        NAME,
        move |evaluator, path| match evaluator.force(submodules)? {
            Value::Bool(_) => tracked(evaluator, [NAME, "second argument"], path, Some(submodules)),
            other => Err(throw(format!(
                "lib.fileset.gitTrackedWith: Expected the attribute `recurseSubmodules` of the first argument to be a boolean, but it's a {} instead.",
                kind_of(evaluator, other)?
            ))),
        },
    ))
}

/// The files of a work tree that its repository has.
fn tracked<'a>(
    evaluator: &Evaluator<'a>,
    [function, argument]: [&str; 2],
    path: Value<'a>,
    submodules: Option<Value<'a>>,
) -> Result<Value<'a>> {
    let path = evaluator.force(path)?;
    if !matches!(path, Value::Path(_)) {
        return Err(throw(format!(
            "lib.fileset.{function}: Expected the {argument} to be a path, but it's a {} instead.",
            kind_of(evaluator, path)?
        )));
    }
    let shown = text_of(evaluator, path)?;
    let kind = builtin(evaluator, "readFileType", &[path])?;
    if evaluator.force_string(kind)?.bytes != WHOLE {
        return Err(throw(format!(
            "lib.fileset.{function}: Expected the {argument} ({shown}) to be a directory, but it's a file instead."
        )));
    }
    let is_repository = exists(evaluator, below(evaluator, path, b".git")?)?;
    let is_stored = has_store_path_prefix(evaluator, &[path])?;
    match (evaluator.force_bool(is_stored)?, is_repository) {
        (true, true) => Err(throw(format!(
            "lib.fileset.{function}: The {argument} ({shown}) is a store path within a working tree of a Git repository.\n    A source directory was imported into the store with its repository, which is not supported: fetch it with `fetchGit` instead."
        ))),
        (true, false) => Ok(Fileset::of_path(evaluator, path)?.value(evaluator)),
        (false, false) => Err(throw(format!(
            "lib.fileset.{function}: Expected the {argument} ({shown}) to point to a local working tree of a Git repository, but it's not."
        ))),
        (false, true) => {
            let mut given = vec![("url", path), ("shallow", Value::bool(true))];
            given.extend(submodules.map(|submodules| ("submodules", submodules)));
            let given = evaluator.attrs_from(given);
            let tree = evaluator.lazy(move |evaluator| {
                let fetched = builtin(evaluator, "fetchGit", &[given])?;
                mirrored(evaluator, get(evaluator, fetched, "outPath")?)
            });
            let base = evaluator.coerce_to_path(path)?.bytes;
            Ok(Fileset::Below(Below { base, tree }).value(evaluator))
        }
    }
}

/// The tree of all files that are in a directory.
fn mirrored<'a>(evaluator: &Evaluator<'a>, directory: Value<'a>) -> Result<Value<'a>> {
    let mut trees = vec![];
    for entry in entries(evaluator, directory)? {
        let mut value = entry.value;
        if evaluator.force_string(value)?.bytes == WHOLE {
            let path = below(evaluator, directory, evaluator.name(entry.name))?;
            value = evaluator.lazy(move |evaluator| mirrored(evaluator, path));
        }
        trees.push(Attr { value, ..*entry });
    }
    Ok(evaluator.attrs(trees))
}
