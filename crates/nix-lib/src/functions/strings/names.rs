//! `lib.strings`: names of packages, and words in other letters.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Str, Value};
use nix_frontend::ir::symbol::known;
use nix_frontend::version::parse_package_name;
use source::Span;

use crate::functions::strings::{like, split_at_each};
use crate::functions::tools::{assertion, throw};

/// The functions of this part.
pub const TABLE: &[Spec] = &[
    Spec::new("getName", 1, get_name),
    Spec::new("getVersion", 1, get_version),
    Spec::new("nameFromURL", 2, name_from_url),
    Spec::new("sanitizeDerivationName", 1, sanitize_derivation_name),
    Spec::new("toCamelCase", 1, to_camel_case),
    Spec::new("toSentenceCase", 1, to_sentence_case),
];

/// The attribute `own` of a package; else what its whole name has in that place. A string is such a name.
fn part_of_name<'a>(
    evaluator: &Evaluator<'a>,
    package: Value<'a>,
    own: &str,
    part: impl Fn(&'a [u8]) -> &'a [u8],
) -> Result<Value<'a>> {
    let package = evaluator.force(package)?;
    if let Value::Attrs(attrs) = package
        && let Some(value) = attrs.value(evaluator.symbol(own))
    {
        return evaluator.force(value);
    }
    let whole = match package {
        Value::String(name) => name,
        other => {
            let name = evaluator.select(other, known::NAME, Span::NONE)?;
            evaluator.force_string(name)?
        }
    };
    Ok(evaluator.borrowed_string(part(whole.bytes)))
}

/// The name of a package, without its version.
pub(crate) fn get_name<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [package] = take(arguments)?;
    part_of_name(evaluator, package, "pname", |name| {
        parse_package_name(name).0
    })
}

fn get_version<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [package] = take(arguments)?;
    part_of_name(evaluator, package, "version", |name| {
        parse_package_name(name).1
    })
}

fn name_from_url<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [url, separator] = take(arguments)?;
    let url = evaluator.force_string(url)?;
    let separator = evaluator.force_string(separator)?;
    let file = split_at_each(url.bytes, b"/").pop().unwrap_or_default();
    let parts = split_at_each(file, separator.bytes);
    let name = parts.first().copied().unwrap_or_default();
    if name == file {
        return Err(assertion(
            "nameFromURL: the separator is not in the file name",
        ));
    }
    Ok(like(evaluator, name, url))
}

const LONGEST_NAME: usize = 207;

fn may_start(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+_?=-".contains(byte)
}

fn may_follow(byte: &u8) -> bool {
    may_start(byte) || *byte == b'.'
}

/// What a derivation may be called that should be called `name`.
pub(crate) fn sanitized(name: &[u8]) -> Vec<u8> {
    let is_fit = name.len() <= LONGEST_NAME
        && name.first().is_some_and(may_start)
        && name.iter().all(may_follow);
    if is_fit {
        return name.to_vec();
    }
    let start = name.iter().position(|byte| *byte != b'.');
    let mut rest = name.get(start.unwrap_or(name.len())..).unwrap_or_default();
    let mut fit = vec![];
    while let Some(first) = rest.first() {
        let wanted = may_follow(first);
        let length = rest.iter().take_while(|byte| may_follow(byte) == wanted);
        let (run, behind) = rest.split_at(length.count());
        fit.extend_from_slice(if wanted { run } else { b"-" });
        rest = behind;
    }
    if fit.is_empty() {
        return b"unknown".to_vec();
    }
    fit.split_off(fit.len().saturating_sub(LONGEST_NAME))
}

fn sanitize_derivation_name<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [name] = take(arguments)?;
    Ok(evaluator.string(sanitized(evaluator.force_string(name)?.bytes)))
}

fn sentence_case(word: &[u8]) -> Vec<u8> {
    let mut cased = word.to_ascii_lowercase();
    if let Some(first) = cased.first_mut() {
        first.make_ascii_uppercase();
    }
    cased
}

fn only_string<'a>(
    evaluator: &Evaluator<'a>,
    function: &str,
    arguments: &[Value<'a>],
) -> Result<&'a Str<'a>> {
    let [string] = take(arguments)?;
    match evaluator.force(string)? {
        Value::String(string) => Ok(string),
        unknown @ Value::OutOfReach(_) => Err(evaluator.expected("a string", unknown)),
        other => {
            let kind = other.type_name().unwrap_or_default();
            let message = format!("{function} does only accepts string values, but got {kind}");
            Err(throw(message))
        }
    }
}

fn to_sentence_case<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let string = only_string(evaluator, "toSentenceCase", arguments)?;
    let cased = evaluator
        .arena
        .alloc_slice_copy(&sentence_case(string.bytes));
    Ok(like(evaluator, cased, string))
}

/// Words end at `-`, `_` and blanks, and where a capital letter follows a small one.
fn to_camel_case<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let string = only_string(evaluator, "toCamelCase", arguments)?;
    let mut words: Vec<&[u8]> = vec![];
    for part in string.bytes.split(|byte| b"-_ ".contains(byte)) {
        let humps =
            |left: &u8, right: &u8| !(left.is_ascii_lowercase() && right.is_ascii_uppercase());
        words.extend(part.chunk_by(humps));
        if part.is_empty() {
            words.push(part);
        }
    }
    let mut words = words.into_iter();
    let mut cased = words.next().unwrap_or_default().to_ascii_lowercase();
    cased.extend(words.flat_map(sentence_case));
    let cased = evaluator.arena.alloc_slice_copy(&cased);
    Ok(like(evaluator, cased, string))
}
