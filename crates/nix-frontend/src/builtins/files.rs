//! Builtins that read files.
//!
//! A path may also lie below a store path that this evaluation named itself: then what was copied there is read.

use std::path::Path;

use bstr::ByteSlice;
use source::FileKind;

use crate::builtins::paths::base_name;
use crate::builtins::{Spec, take};
use crate::eval::error::{ErrorKind, EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::stored::Place;
use crate::eval::string::{ContextElement, Str};
use crate::eval::value::Value;
use crate::import::file_error;

/// The builtins of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("pathExists", 1, path_exists),
    Spec::new("readDir", 1, read_dir),
    Spec::new("readFile", 1, read_file),
    Spec::new("readFileType", 1, read_file_type),
];

/// The bytes of the file that `path` means; they lie in the session's own copy of the text.
pub(super) fn load<'a>(evaluator: &Evaluator<'a>, path: Value<'a>) -> Result<&'a [u8]> {
    Ok(load_text(evaluator, path)?.bytes)
}

/// The bytes of the file that `path` means, and the store paths that they may speak of.
fn load_text<'a>(evaluator: &Evaluator<'a>, path: Value<'a>) -> Result<Str<'a>> {
    let path = evaluator.coerce_to_path(path)?;
    match evaluator.place_of(path.bytes) {
        Place::Text(bytes, context) => Ok(Str { bytes, context }),
        Place::Unbuilt(unknown) => Err(evaluator.unbuilt(unknown)),
        Place::File(path) => {
            let file = evaluator.session.load(&path);
            let file = file.map_err(|error| evaluator.unreadable(&path, &error))?;
            Ok(Str::plain(file.bytes()))
        }
    }
}

/// The string borrows from the loaded text, so that what is made of it can be traced to its place.
fn read_file<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [path] = take(arguments)?;
    let Str { bytes, context } = load_text(evaluator, path)?;
    if bytes.contains(&0) {
        let path = evaluator.coerce_to_path(path)?;
        return Err(EvalError::type_error(format!(
            "the contents of the file '{}' cannot be represented as a Nix string",
            path.text()
        )));
    }
    let said = context
        .iter()
        .copied()
        .filter(|path| speaks_of(bytes, path));
    let said: Vec<ContextElement<'a>> = said.collect();
    let context = evaluator.arena.alloc_slice_copy(&said);
    Ok(evaluator.string_with_context(bytes, context))
}

/// Whether the digits of the store path occur in the text.
fn speaks_of(text: &[u8], path: &ContextElement<'_>) -> bool {
    let ContextElement::Plain(path) = path else {
        return false;
    };
    let digits = base_name(path).split(|byte| *byte == b'-').next();
    digits.is_some_and(|digits| text.contains_str(digits))
}

fn read_dir<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [path] = take(arguments)?;
    let path = evaluator.coerce_to_path(path)?;
    let path = match evaluator.place_of(path.bytes) {
        Place::File(path) => path,
        Place::Text(..) => return Err(no_directory(&path.text())),
        Place::Unbuilt(unknown) => return Err(evaluator.unbuilt(unknown)),
    };
    if evaluator.session.kind_of(&path) == Some(FileKind::Regular) {
        let file = evaluator.session.files.resolve(&path).unwrap_or(path);
        return Err(no_directory(&file.to_string_lossy()));
    }
    let entries = evaluator.session.files.list(&path);
    let entries = entries.map_err(|error| evaluator.unreadable(&path, &error))?;
    let entries = entries
        .iter()
        .map(|(name, kind)| (name, kind_value(evaluator, *kind)));
    Ok(evaluator.attrs_from(entries))
}

#[cold]
fn no_directory(path: &str) -> Box<EvalError> {
    EvalError::new(ErrorKind::Io, format!("'{path}' is not a directory"))
}

fn read_file_type<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [path] = take(arguments)?;
    let path = evaluator.coerce_to_path(path)?;
    let kind = match evaluator.place_of(path.bytes) {
        Place::Text(..) => FileKind::Regular,
        Place::Unbuilt(unknown) => return Err(evaluator.unbuilt(unknown)),
        Place::File(place) => {
            let kind = evaluator.session.files.kind(&place);
            let kind = kind.map_err(|error| file_error(&error))?;
            kind.ok_or_else(|| {
                let text = format!("path '{}' does not exist", path.text());
                EvalError::new(ErrorKind::Io, text)
            })?
        }
    };
    Ok(kind_value(evaluator, kind))
}

fn kind_value<'a>(evaluator: &Evaluator<'a>, kind: FileKind) -> Value<'a> {
    evaluator.borrowed_string(kind_name(kind).as_bytes())
}

/// What Nix calls a kind of file.
pub(super) fn kind_name(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Regular => "regular",
        FileKind::Directory => "directory",
        FileKind::Symlink => "symlink",
        FileKind::Unknown => "unknown",
    }
}

/// A string that ends in a slash means a directory. What may not be read does not exist.
fn path_exists<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [path] = take(arguments)?;
    let must_be_directory = match evaluator.force(path)? {
        Value::String(text) => text.bytes.ends_with(b"/") || text.bytes.ends_with(b"/."),
        _ => false,
    };
    let path = evaluator.coerce_to_path(path)?;
    let exists = match evaluator.place_of(path.bytes) {
        Place::Text(..) => !must_be_directory,
        Place::Unbuilt(unknown) => return Err(evaluator.unbuilt(unknown)),
        Place::File(path) if must_be_directory => {
            evaluator.session.kind_of(&path) == Some(FileKind::Directory)
        }
        Place::File(path) => exists(evaluator, &path),
    };
    Ok(Value::bool(exists))
}

fn exists(evaluator: &Evaluator<'_>, path: &Path) -> bool {
    matches!(evaluator.session.files.kind(path), Ok(Some(_)))
}
