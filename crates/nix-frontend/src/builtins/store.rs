//! Builtins that put something into the store. Only the names are computed; see [`crate::eval`].

use std::collections::BTreeSet;
use std::path::Path;

use source::FileKind;

use crate::builtins::files::kind_name;
use crate::builtins::paths::base_name;
use crate::builtins::{Spec, take};
use crate::eval::error::{At, EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::stored::{Copying, Stored};
use crate::eval::string::ContextElement;
use crate::eval::value::Value;
use crate::ir::symbol::known;
use crate::store::hash::{Hash, HashAlgorithm};
use crate::store::path::{self, Ingestion, StorePath};

/// The builtins of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("filterSource", 2, filter_source),
    Spec::new("path", 1, copy_path),
    Spec::global("placeholder", 1, placeholder),
    Spec::new("storePath", 1, store_path),
    Spec::new("toFile", 2, to_file),
];

fn placeholder<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [output] = take(arguments)?;
    let output = evaluator.force_plain_string(output)?;
    Ok(evaluator.string(path::placeholder(output)))
}

fn store_path<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    let string = evaluator.coerce_to_path(value)?;
    let (root, _) = StorePath::split(string.bytes).map_err(refused)?;
    let root: &'a [u8] = evaluator.arena.alloc_str(&root.to_string()).as_bytes();
    let context = [string.context, &[ContextElement::Plain(root)]].concat();
    let context = BTreeSet::from_iter(context).into_iter();
    let context: Vec<ContextElement<'a>> = context.collect();
    let context = evaluator.arena.alloc_slice_copy(&context);
    Ok(evaluator.string_with_context(string.bytes, context))
}

fn to_file<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [name, contents] = take(arguments)?;
    let name = evaluator.force_plain_string(name)?;
    let contents = evaluator.force_string(contents)?;
    let mut references = BTreeSet::new();
    let context = contents.context;
    for element in context {
        let ContextElement::Plain(path) = element else {
            return Err(EvalError::type_error(format!(
                "files created by builtins.toFile may not reference derivations, but {} references {element}",
                String::from_utf8_lossy(name)
            )));
        };
        let (path, _) = StorePath::split(path).map_err(refused)?;
        references.insert(path);
    }
    let named = path::text(name, contents.bytes, &references);
    let stored = Stored::Text {
        bytes: contents.bytes,
        references: context,
    };
    Ok(Value::String(evaluator.remember(named, stored)?))
}

fn filter_source<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [filter, path] = take(arguments)?;
    let path = evaluator.coerce_to_path(path)?.bytes;
    let filter = evaluator.force_function(filter)?;
    let is_kept = |path: &Path, kind| ask(evaluator, filter, path, kind);
    let copying = Copying {
        name: base_name(path),
        ingestion: Ingestion::Recursive,
        filter: Some(&is_kept),
    };
    Ok(Value::String(evaluator.copy(path, &copying)?))
}

fn ask<'a>(
    evaluator: &Evaluator<'a>,
    filter: Value<'a>,
    path: &Path,
    kind: FileKind,
) -> Result<bool> {
    let path = evaluator.string(path.as_os_str().as_encoded_bytes());
    let kind = evaluator.borrowed_string(kind_name(kind).as_bytes());
    evaluator.force_bool(evaluator.call2(filter, path, kind)?)
}

/// What `builtins.path` is asked for.
#[derive(Default)]
struct PathWish<'a> {
    path: Option<&'a [u8]>,
    name: &'a [u8],
    filter: Option<Value<'a>>,
    is_flat: bool,
    expected: Option<Hash>,
}

fn copy_path<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [wish] = take(arguments)?;
    let wish = path_wish(evaluator, wish)?;
    let Some(path) = wish.path else {
        return Err(EvalError::type_error(
            "missing required 'path' attribute in the first argument to 'builtins.path'",
        ));
    };
    let ask = wish
        .filter
        .map(|filter| move |path: &Path, kind| ask(evaluator, filter, path, kind));
    let copying = Copying {
        name: if wish.name.is_empty() {
            base_name(path)
        } else {
            wish.name
        },
        ingestion: if wish.is_flat {
            Ingestion::Flat
        } else {
            Ingestion::Recursive
        },
        filter: ask.as_ref().map(|ask| ask as _),
    };
    let stored = evaluator.copy(path, &copying)?;
    if let Some(expected) = wish.expected {
        let expected = path::fixed_output(copying.name, copying.ingestion, &expected);
        if expected.map_err(refused)?.to_string().as_bytes() != stored.bytes {
            return Err(EvalError::type_error(format!(
                "store path mismatch in (possibly filtered) path added from '{}'",
                String::from_utf8_lossy(path)
            )));
        }
    }
    Ok(Value::String(stored))
}

fn path_wish<'a>(evaluator: &Evaluator<'a>, wish: Value<'a>) -> Result<PathWish<'a>> {
    let mut found = PathWish::default();
    for attr in evaluator.ordered(evaluator.force_attrs(wish)?) {
        let place = evaluator.session.sources.word(attr.place);
        let value = attr.value;
        match attr.name {
            known::PATH => found.path = Some(evaluator.coerce_to_path(value).at(place)?.bytes),
            known::NAME => found.name = evaluator.force_plain_string(value).at(place)?,
            name => match evaluator.name(name) {
                b"filter" => found.filter = Some(evaluator.force_function(value).at(place)?),
                b"recursive" => found.is_flat = !evaluator.force_bool(value).at(place)?,
                b"sha256" => {
                    let digits = evaluator.force_plain_string(value).at(place)?;
                    found.expected = Some(expected_hash(digits).at(place)?);
                }
                _ => {
                    return Err(EvalError::type_error(format!(
                        "unsupported argument '{}' to 'builtins.path'",
                        evaluator.name_text(name)
                    ))
                    .at(place));
                }
            },
        }
    }
    Ok(found)
}

/// No digits at all are a hash of zeros.
fn expected_hash(digits: &[u8]) -> Result<Hash> {
    if digits.is_empty() {
        return Ok(Hash::zero(HashAlgorithm::Sha256));
    }
    Hash::parse(digits, Some(HashAlgorithm::Sha256))
        .map_err(|error| EvalError::type_error(error.to_string()))
}

fn refused(error: path::StorePathError) -> Box<EvalError> {
    EvalError::type_error(error.to_string())
}
