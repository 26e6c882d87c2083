//! `lib.fileset`: file sets made by functions that say which files belong to them.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Attr, Evaluator, Result, Value};

use super::checks::{is_marked, kind_of, text_of};
use super::{Below, Fileset, WHOLE};
use crate::functions::filesystem::{entries, exists};
use crate::functions::sources::MARK;
use crate::functions::strings::is_string_like;
use crate::functions::tools::{below, builtin, find, function, get, interpolated, says_yes, throw};
use crate::functions::trivial::is_function;

/// The functions of this part.
pub const TABLE: &[Spec] = &[
    Spec::new("fileFilter", 2, file_filter),
    Spec::new("fromSource", 1, from_source),
];

fn file_filter<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [predicate, path] = take(arguments)?;
    let predicate = evaluator.force(predicate)?;
    if !is_function(evaluator, predicate)? {
        return Err(throw(format!(
            "lib.fileset.fileFilter: First argument is of type {}, but it should be a function instead.",
            kind_of(evaluator, predicate)?
        )));
    }
    let path = evaluator.force(path)?;
    if !matches!(path, Value::Path(_)) {
        return Err(throw(if is_marked(evaluator, path)? {
            "lib.fileset.fileFilter: Second argument is a file set, but it should be a path instead.\n    If you need to filter files in a file set, use `intersection fileset (fileFilter pred ./.)` instead.".to_owned()
        } else {
            let kind = kind_of(evaluator, path)?;
            format!(
                "lib.fileset.fileFilter: Second argument is of type {kind}, but it should be a path instead."
            )
        }));
    }
    if !exists(evaluator, path)? {
        return Err(throw(format!(
            "lib.fileset.fileFilter: Second argument ({}) is a path that does not exist.",
            text_of(evaluator, path)?
        )));
    }
    let kind = builtin(evaluator, "readFileType", &[path])?;
    let files = if evaluator.force_string(kind)?.bytes == WHOLE {
        let base = evaluator.coerce_to_path(path)?.bytes;
        let tree = evaluator.lazy(move |evaluator| filtered(evaluator, predicate, path));
        Fileset::Below(Below { base, tree })
    } else {
        let name = builtin(evaluator, "baseNameOf", &[path])?;
        let tree = filtered_file(evaluator, predicate, name, kind);
        Fileset::of_file(evaluator, path, tree)?
    };
    Ok(files.value(evaluator))
}

/// The tree of the files of a directory that the predicate takes.
fn filtered<'a>(
    evaluator: &Evaluator<'a>,
    predicate: Value<'a>,
    directory: Value<'a>,
) -> Result<Value<'a>> {
    let mut trees = vec![];
    for entry in entries(evaluator, directory)? {
        let value = if evaluator.force_string(entry.value)?.bytes == WHOLE {
            let path = below(evaluator, directory, evaluator.name(entry.name))?;
            evaluator.lazy(move |evaluator| filtered(evaluator, predicate, path))
        } else {
            let name = evaluator.symbol_string(entry.name);
            filtered_file(evaluator, predicate, name, entry.value)
        };
        trees.push(Attr { value, ..*entry });
    }
    Ok(evaluator.attrs(trees))
}

/// An attribute of a file whose name tells those who list all attributes that there will be more.
const MORE_TO_COME: &str = "lib.fileset.fileFilter: The predicate function passed as the first argument must be able to handle extra attributes for future compatibility. If you're using `{ name, file, hasExt }:`, use `{ name, file, hasExt, ... }:` instead.";

fn filtered_file<'a>(
    evaluator: &Evaluator<'a>,
    predicate: Value<'a>,
    name: Value<'a>,
    kind: Value<'a>,
) -> Value<'a> {
    evaluator.lazy(move |evaluator| {
        let has_extension = function(evaluator, "hasExt", move |evaluator, extension| {
            let extension = [b".", interpolated(evaluator, extension)?.bytes].concat();
            let name = evaluator.force_string(name)?.bytes;
            Ok(Value::bool(name.ends_with(&extension)))
        });
        let file = evaluator.attrs_from([
            ("name", name),
            ("type", kind),
            ("hasExt", has_extension),
            (MORE_TO_COME, Value::Null),
        ]);
        match says_yes(evaluator, predicate, file)? {
            true => evaluator.force(kind),
            false => Ok(Value::Null),
        }
    })
}

fn from_source<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [source] = take(arguments)?;
    let is_filtered = find(evaluator, source, MARK)?.is_some();
    let path = match is_filtered {
        true => get(evaluator, source, "origSrc")?,
        false => evaluator.force(source)?,
    };
    if !matches!(path, Value::Path(_)) {
        return Err(throw(if is_string_like(evaluator, path)? {
            format!(
                "lib.fileset.fromSource: The source origin of the argument is a string-like value (\"{}\"), but it should be a path instead.\n    Sources created from paths in strings cannot be turned into file sets, use `lib.sources` or derivations instead.",
                text_of(evaluator, path)?
            )
        } else {
            let kind = kind_of(evaluator, path)?;
            format!(
                "lib.fileset.fromSource: The source origin of the argument is of type {kind}, but it should be a path instead."
            )
        }));
    }
    if !exists(evaluator, path)? {
        return Err(throw(format!(
            "lib.fileset.fromSource: The source origin ({}) of the argument is a path that does not exist.",
            text_of(evaluator, path)?
        )));
    }
    let kind = builtin(evaluator, "readFileType", &[path])?;
    let is_directory = evaluator.force_string(kind)?.bytes == WHOLE;
    let files = match (is_filtered, is_directory) {
        (false, _) => Fileset::of_path(evaluator, path)?,
        (true, false) => Fileset::of_file(evaluator, path, kind)?,
        (true, true) => {
            let filter = get(evaluator, source, "filter")?;
            let base = evaluator.coerce_to_path(path)?.bytes;
            let tree = evaluator.lazy(move |evaluator| taken(evaluator, filter, path));
            Fileset::Below(Below { base, tree })
        }
    };
    Ok(files.value(evaluator))
}

/// The tree of what the filter of a source takes of a directory.
fn taken<'a>(
    evaluator: &Evaluator<'a>,
    filter: Value<'a>,
    directory: Value<'a>,
) -> Result<Value<'a>> {
    let trees = entries(evaluator, directory)?.iter().map(|entry| {
        let (name, kind) = (entry.name, entry.value);
        let value = evaluator.lazy(move |evaluator| {
            let path = below(evaluator, directory, evaluator.name(name))?;
            let string = evaluator.borrowed_string(evaluator.coerce_to_path(path)?.bytes);
            let is_taken = evaluator.call2(filter, string, kind)?;
            if !evaluator.force_bool(is_taken)? {
                return Ok(Value::Null);
            }
            match evaluator.force_string(kind)?.bytes == WHOLE {
                true => taken(evaluator, filter, path),
                false => evaluator.force(kind),
            }
        });
        Attr { value, ..*entry }
    });
    Ok(evaluator.attrs(trees.collect()))
}
