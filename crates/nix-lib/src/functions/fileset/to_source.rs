//! `lib.fileset.toSource`: a source with the files of a set.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Attr, Evaluator, Result, Value};

use super::checks::{coerce, kind_of, text_of};
use super::{Below, Fileset, Tree, WHOLE, directory_entries};
use crate::functions::filesystem::exists;
use crate::functions::formals::{Formals, Given};
use crate::functions::path::is_above;
use crate::functions::sources::{MARK, named};
use crate::functions::strings::is_string_like;
use crate::functions::tools::{below, builtin, find, get, throw};

/// The functions of this part.
pub const TABLE: &[Spec] = &[Spec {
    formals: SOURCE,
    ..Spec::new("toSource", 1, to_source)
}];

const SOURCE: Formals = &[("fileset", false), ("root", false)];

fn to_source<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [given] = take(arguments)?;
    let given = Given::new(evaluator, "toSource", SOURCE, given)?;
    let root = evaluator.force(given.required("root"))?;
    let Value::Path(directory) = root else {
        return Err(no_path(evaluator, root));
    };
    let context = "lib.fileset.toSource: `fileset`";
    let files = coerce(evaluator, context, given.required("fileset"))?;
    let shown = directory.text();
    if !exists(evaluator, root)? {
        return Err(throw(format!(
            "lib.fileset.toSource: `root` ({shown}) is a path that does not exist."
        )));
    }
    let kind = builtin(evaluator, "readFileType", &[root])?;
    if evaluator.force_string(kind)?.bytes != WHOLE {
        let above = text_of(evaluator, builtin(evaluator, "dirOf", &[root])?)?;
        return Err(throw(format!(
            "lib.fileset.toSource: `root` ({shown}) is a file, but it should be a directory instead. Potential solutions:\n    - If you want to import the file into the store _without_ a containing directory, use string interpolation or `builtins.path` instead of this function.\n    - If you want to import the file into the store _with_ a containing directory, set `root` to the containing directory, such as {above}, and set `fileset` to the file path."
        )));
    }
    if let Fileset::Below(files) = files
        && !is_above(directory.bytes, files.base)
    {
        let base = String::from_utf8_lossy(files.base);
        return Err(throw(format!(
            "lib.fileset.toSource: `fileset` could contain files in {base}, which is not under the `root` ({shown}). Potential solutions:\n    - Set `root` to {base} or any directory higher up. This changes the layout of the resulting store path.\n    - Set `fileset` to a file set that cannot contain files outside the `root` ({shown}). This could change the files included in the result."
        )));
    }
    let filter = filter(evaluator, files)?;
    let name = evaluator.borrowed_string(b"source");
    Ok(named(evaluator, root, filter, Some(name)))
}

fn no_path<'a>(evaluator: &Evaluator<'a>, root: Value<'a>) -> Box<nix_frontend::eval::EvalError> {
    let message = || {
        if find(evaluator, root, MARK)?.is_some() {
            return Ok("lib.fileset.toSource: `root` is a `lib.sources`-based value, but it should be a path instead.\n    To use a `lib.sources`-based value, convert it to a file set using `lib.fileset.fromSource` and pass it as `fileset`.\n    Note that this only works for sources created from paths.".to_owned());
        }
        if is_string_like(evaluator, root)? {
            let shown = text_of(evaluator, root)?;
            return Ok(format!(
                "lib.fileset.toSource: `root` ({shown}) is a string-like value, but it should be a path instead.\n    Paths in strings are not supported by `lib.fileset`, use `lib.sources` or derivations instead."
            ));
        }
        let kind = kind_of(evaluator, root)?;
        Ok(format!(
            "lib.fileset.toSource: `root` is of type {kind}, but it should be a path instead."
        ))
    };
    match message() {
        Ok(message) => throw(message),
        Err(error) => error,
    }
}

/// The function that says of a path and its kind whether it is taken.
fn filter<'a>(evaluator: &Evaluator<'a>, files: Fileset<'a>) -> Result<Value<'a>> {
    let nothing = || evaluator.native("filter", 2, |_, _| Ok(Value::bool(false)));
    let Fileset::Below(Below { base, tree }) = files else {
        return Ok(nothing());
    };
    let tree = pruned(evaluator, evaluator.path(base), tree)?;
    if let Value::Null = evaluator.force(tree)? {
        return Ok(nothing());
    }
    let base: &'a [u8] = match base {
        b"/" => base,
        base => evaluator.arena.alloc_slice_copy(&[base, b"/"].concat()),
    };
    Ok(evaluator.native("filter", 2, move |evaluator, arguments| {
        let [path, kind] = take(arguments)?;
        let path = evaluator.force_string(path)?;
        let directory = [path.bytes, b"/"].concat();
        let is_taken = if base.starts_with(&directory) {
            true
        } else if directory.starts_with(base) {
            let below = path.bytes.get(base.len()..).unwrap_or_default();
            holds(evaluator, tree, below)?
        } else {
            false
        };
        if is_taken && evaluator.equal(kind, evaluator.borrowed_string(b"unknown"))? {
            return Err(throw(format!(
                "lib.fileset.toSource: `fileset` contains a file that cannot be added to the store: {}\n    This file is neither a regular file nor a symlink, the only file types supported by the Nix store.\n    Therefore the file set cannot be added to the Nix store as is. Make sure to not include that file to avoid this error.\n",
                path.text()
            )));
        }
        Ok(Value::bool(is_taken))
    }))
}

/// Whether the tree has something at this path. Errors: a name on the way is in none of its directories.
fn holds<'a>(evaluator: &Evaluator<'a>, tree: Value<'a>, path: &[u8]) -> Result<bool> {
    let mut tree = tree;
    for name in path.split(|byte| *byte == b'/') {
        match Tree::of(evaluator, tree)? {
            Tree::Nothing => return Ok(false),
            Tree::Kind(_) => return Ok(true),
            Tree::Entries(_) => tree = get(evaluator, tree, name)?,
        }
    }
    Ok(!matches!(evaluator.force(tree)?, Value::Null))
}

/// The tree with null for directories without files, and without the entries of those that are whole.
fn pruned<'a>(evaluator: &Evaluator<'a>, path: Value<'a>, tree: Value<'a>) -> Result<Value<'a>> {
    let some = match Tree::of(evaluator, tree)? {
        Tree::Kind(WHOLE) => None,
        Tree::Entries(entries) => Some(entries),
        _ => return evaluator.force(tree),
    };
    let entries = evaluator.ordered(directory_entries(evaluator, path, some)?);
    let trees = entries.iter().map(|entry| {
        let (name, tree) = (entry.name, entry.value);
        let value = evaluator.lazy(move |evaluator| {
            let path = below(evaluator, path, evaluator.name(name))?;
            pruned(evaluator, path, tree)
        });
        Attr { value, ..*entry }
    });
    let trees: Vec<Attr<'a>> = trees.collect();
    let all = |is_alike: fn(&Tree<'a>) -> bool| {
        for tree in &trees {
            if !is_alike(&Tree::of(evaluator, tree.value)?) {
                return Ok::<_, Box<nix_frontend::eval::EvalError>>(false);
            }
        }
        Ok(true)
    };
    if all(|tree| matches!(tree, Tree::Nothing))? {
        return Ok(Value::Null);
    }
    if all(|tree| matches!(tree, Tree::Kind(_)))? {
        return Ok(evaluator.borrowed_string(WHOLE));
    }
    Ok(evaluator.attrs(trees))
}
