//! `lib.fileset`: what is taken for a file set.

use nix_frontend::eval::{Evaluator, Result, Value};

use super::{Fileset, VERSION};
use crate::functions::filesystem::exists;
use crate::functions::sources::MARK;
use crate::functions::strings::is_string_like;
use crate::functions::tools::{find, get, text, throw};

/// `toString value`, for messages.
pub(super) fn text_of<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<String> {
    Ok(text(evaluator, value)?.text())
}

/// The name of a value's type, for messages. Errors: it is out of reach.
pub(super) fn kind_of<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<&'static str> {
    let value = evaluator.force(value)?;
    let unknown = || evaluator.expected("a path", value);
    value.type_name().ok_or_else(unknown)
}

/// Whether its type is `fileset`.
pub(super) fn is_marked<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<bool> {
    match find(evaluator, value, "_type")? {
        Some(tag) => evaluator.equal(tag, evaluator.borrowed_string(b"fileset")),
        None => Ok(false),
    }
}

/// A file set as it is, or the files that a path names. Throws: it is neither.
pub(super) fn coerce<'a>(
    evaluator: &Evaluator<'a>,
    context: &str,
    value: Value<'a>,
) -> Result<Fileset<'a>> {
    if is_marked(evaluator, value)? {
        let version = evaluator.force_int(get(evaluator, value, "_internalVersion")?)?;
        if version > VERSION {
            return Err(throw(format!(
                "{context} is a file set created from a future version of the file set library with a different internal representation:\n    - Internal version of the file set: {version}\n    - Internal version of the library: {VERSION}\n    Make sure to update your Nixpkgs to have a newer version of `lib.fileset`."
            )));
        }
        return Fileset::read(evaluator, value);
    }
    match why_no_fileset(evaluator, value)? {
        None => Fileset::of_path(evaluator, value),
        Some(reason) => Err(throw(format!("{context} {reason}"))),
    }
}

/// Whether [`coerce`] takes it.
pub(super) fn is_fileset<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<bool> {
    if is_marked(evaluator, value)? {
        let version = evaluator.force_int(get(evaluator, value, "_internalVersion")?)?;
        return Ok(version <= VERSION);
    }
    Ok(why_no_fileset(evaluator, value)?.is_none())
}

/// Why something that is not marked is no path to files, if it is none.
fn why_no_fileset<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<Option<String>> {
    let value = evaluator.force(value)?;
    if let Value::Path(_) = value {
        let shown = text_of(evaluator, value)?;
        let missing = !exists(evaluator, value)?;
        return Ok(missing.then(|| {
            format!("({shown}) is a path that does not exist.\n    To create a file set from a path that may not exist, use `lib.fileset.maybeMissing`.")
        }));
    }
    Ok(Some(if find(evaluator, value, MARK)?.is_some() {
        "is a `lib.sources`-based value, but it should be a file set or a path instead.\n    To convert a `lib.sources`-based value to a file set you can use `lib.fileset.fromSource`.\n    Note that this only works for sources created from paths.".to_owned()
    } else if is_string_like(evaluator, value)? {
        let shown = text_of(evaluator, value)?;
        format!(
            "(\"{shown}\") is a string-like value, but it should be a file set or a path instead.\n    Paths represented as strings are not supported by `lib.fileset`, use `lib.sources` or derivations instead."
        )
    } else {
        let kind = kind_of(evaluator, value)?;
        format!("is of type {kind}, but it should be a file set or a path instead.")
    }))
}
