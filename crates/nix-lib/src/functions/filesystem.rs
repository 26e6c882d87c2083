//! `lib.filesystem`: looking for files.

pub mod packages;

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Attr, Evaluator, Result, Value};

use crate::functions::tools::{below, builtin, text};

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("haskellPathsInDir", 1, haskell_paths),
    Spec::new("listFilesRecursive", 1, list_files_recursive),
    Spec::new("locateDominatingFile", 2, locate_dominating_file),
    Spec::new("pathIsDirectory", 1, |evaluator, arguments| {
        let [path] = take(arguments)?;
        is_kind(evaluator, path, b"directory").map(Value::bool)
    }),
    Spec::new("pathIsRegularFile", 1, |evaluator, arguments| {
        let [path] = take(arguments)?;
        is_kind(evaluator, path, b"regular").map(Value::bool)
    }),
    Spec::new("pathType", 1, |evaluator, arguments| {
        builtin(evaluator, "readFileType", arguments)
    }),
    Spec::new("resolveDefaultNix", 1, resolve_default_nix),
];

/// The builtins of this topic.
pub const BUILTINS: &[&str] = &[
    "baseNameOf",
    "dirOf",
    "hashFile",
    "isPath",
    "readDir",
    "readFileType",
];

/// The entries of a directory, each with what it is, in the order of their names.
pub(crate) fn entries<'a>(
    evaluator: &Evaluator<'a>,
    directory: Value<'a>,
) -> Result<&'a [Attr<'a>]> {
    let entries = builtin(evaluator, "readDir", &[directory])?;
    Ok(evaluator.ordered(evaluator.force_attrs(entries)?))
}

pub(crate) fn exists<'a>(evaluator: &Evaluator<'a>, path: Value<'a>) -> Result<bool> {
    evaluator.force_bool(builtin(evaluator, "pathExists", &[path])?)
}

/// Whether something lies there, and is of that kind.
pub(crate) fn is_kind<'a>(evaluator: &Evaluator<'a>, path: Value<'a>, kind: &[u8]) -> Result<bool> {
    if !exists(evaluator, path)? {
        return Ok(false);
    }
    let found = builtin(evaluator, "readFileType", &[path])?;
    Ok(evaluator.force_string(found)?.bytes == kind)
}

fn haskell_paths<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [root] = take(arguments)?;
    let mut packages = vec![];
    for entry in entries(evaluator, root)? {
        let name = evaluator.name(entry.name);
        let directory = below(evaluator, root, name)?;
        let file = [name, b".cabal"].concat();
        if exists(evaluator, below(evaluator, directory, &file)?)? {
            packages.push((name, directory));
        }
    }
    Ok(evaluator.attrs_from(packages))
}

fn list_files_recursive<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [directory] = take(arguments)?;
    let mut files = vec![];
    list_into(evaluator, directory, &mut files)?;
    Ok(evaluator.list(&files))
}

fn list_into<'a>(
    evaluator: &Evaluator<'a>,
    directory: Value<'a>,
    files: &mut Vec<Value<'a>>,
) -> Result<()> {
    evaluator.check_stack()?;
    for entry in entries(evaluator, directory)? {
        let path = below(evaluator, directory, evaluator.name(entry.name))?;
        if evaluator.force_string(entry.value)?.bytes == b"directory" {
            list_into(evaluator, path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// The closest directory above that has an entry of which the whole name matches, and the groups of each match.
fn locate_dominating_file<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [pattern, file] = take(arguments)?;
    let parent = |path: Value<'a>| builtin(evaluator, "dirOf", &[path]);
    let is_root = |path: Value<'a>| text(evaluator, path).map(|path| path.bytes == b"/");
    let mut directory = file;
    if !is_root(file)? && !is_kind(evaluator, file, b"directory")? {
        directory = parent(file)?;
    }
    loop {
        let mut matches = vec![];
        for entry in entries(evaluator, directory)? {
            let name = evaluator.symbol_string(entry.name);
            let groups = builtin(evaluator, "match", &[pattern, name])?;
            if !matches!(groups, Value::Null) {
                matches.push(groups);
            }
        }
        if !matches.is_empty() {
            let matches = evaluator.list(&matches);
            return Ok(evaluator.attrs_from([("path", directory), ("matches", matches)]));
        }
        if is_root(directory)? {
            return Ok(Value::Null);
        }
        directory = parent(directory)?;
    }
}

fn resolve_default_nix<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [path] = take(arguments)?;
    if is_kind(evaluator, path, b"directory")? {
        return below(evaluator, path, b"default.nix");
    }
    match evaluator.force(path)? {
        Value::String(string) if string.bytes.ends_with(b"/") => {
            let bytes = [string.bytes, b"default.nix"].concat();
            let bytes = evaluator.arena.alloc_slice_copy(&bytes);
            Ok(evaluator.string_with_context(bytes, string.context))
        }
        path => Ok(path),
    }
}
