//! `lib.sources`: names of sources that are fetched.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Value};

use crate::functions::strings::split_at_each;
use crate::functions::tools::{Text, builtin, text, throw};

/// The functions of this part.
pub const TABLE: &[Spec] = &[
    Spec::new("repoRevToName", 1, repo_rev_to_name),
    Spec::new("revOrTag", 2, |evaluator, arguments| {
        let [revision, tag] = take(arguments)?;
        for name in [tag, revision] {
            match evaluator.force(name)? {
                Value::Null => {}
                name => return Ok(name),
            }
        }
        Ok(evaluator.borrowed_string(b"HEAD"))
    }),
    Spec::new("shortRev", 1, |evaluator, arguments| {
        let [revision] = take(arguments)?;
        Ok(evaluator.borrowed_string(short_revision(evaluator, revision)?))
    }),
    Spec::new("urlToName", 1, |evaluator, arguments| {
        let [url] = take(arguments)?;
        Ok(evaluator.borrowed_string(url_to_name(evaluator, url)?))
    }),
];

/// The last component of a path.
fn base_name<'a>(evaluator: &Evaluator<'a>, path: &'a [u8]) -> Result<&'a [u8]> {
    let path = evaluator.borrowed_string(path);
    let name = builtin(evaluator, "baseNameOf", &[path])?;
    Ok(evaluator.force_string(name)?.bytes)
}

const ARCHIVES: &[&[u8]] = &[
    b".git", b".tar", b".zip", b".gz", b".tgz", b".bz", b".tbz", b".bz2", b".tbz2", b".lzma",
    b".txz", b".xz", b".zstd",
];

/// The last part of a URL, without endings of archives.
fn url_to_name<'a>(evaluator: &Evaluator<'a>, url: Value<'a>) -> Result<&'a [u8]> {
    let url = text(evaluator, url)?.bytes;
    let path = split_at_each(url, b":").pop().unwrap_or_default();
    let path = path.strip_suffix(b"/").unwrap_or(path);
    let mut name = base_name(evaluator, path)?;
    while let Some(shorter) = ARCHIVES
        .iter()
        .find_map(|ending| name.strip_suffix(*ending))
    {
        name = shorter;
    }
    Ok(name)
}

/// Of a hash the first digits, of a version what is behind its prefix.
fn short_revision<'a>(evaluator: &Evaluator<'a>, revision: Value<'a>) -> Result<&'a [u8]> {
    const DIGITS: usize = 7;
    const VERSION: &[u8] = b"([A-Za-z]+[-_. ]?)*(v)?([0-9.]+.*)";
    let name = base_name(evaluator, text(evaluator, revision)?.bytes)?;
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if !name.is_empty() && name.iter().all(is_digit) {
        return Ok(name.get(..DIGITS).unwrap_or(name));
    }
    let version = evaluator.borrowed_string(VERSION);
    let groups = builtin(
        evaluator,
        "match",
        &[version, evaluator.borrowed_string(name)],
    )?;
    match groups {
        Value::List(groups) => match groups.items.last() {
            Some(last) => Ok(evaluator.force_string(*last)?.bytes),
            None => Ok(name),
        },
        _ => Ok(name),
    }
}

/// The way to name sources of that kind: `source` always, or with the revision, or with a suffix too.
fn repo_rev_to_name<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [kind] = take(arguments)?;
    let is = |name: &'static [u8]| evaluator.equal(kind, evaluator.borrowed_string(name));
    if is(b"source")? {
        let source = evaluator.borrowed_string(b"source");
        return Ok(evaluator.native("repoRevToName", 3, move |_, _| Ok(source)));
    }
    let is_versioned = is(b"versioned")?;
    if !is_versioned && !is(b"full")? {
        return Err(throw("repoRevToName: invalid kind"));
    }
    Ok(
        evaluator.native("repoRevToName", 3, move |evaluator, arguments| {
            let [repo, revision, suffix] = take(arguments)?;
            let mut name = Text::new(evaluator);
            name.push(url_to_name(evaluator, repo)?);
            if !matches!(evaluator.force(revision)?, Value::Null) {
                name.push("-");
                name.push(short_revision(evaluator, revision)?);
            }
            if !is_versioned && !matches!(evaluator.force(suffix)?, Value::Null) {
                name.push("-");
                name.interpolate(suffix)?;
            }
            name.push("-source");
            Ok(name.finish())
        }),
    )
}
