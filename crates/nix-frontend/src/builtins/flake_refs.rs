//! `parseFlakeRef` and `flakeRefToString`: flake references as URLs and as sets of attributes.
//!
//! A reference is an identifier of a registry (`nixpkgs/23.05`), a URL whose scheme tells the type (`github:`, `git+https:`,
//! `path:`, …), or an absolute path.

use std::collections::BTreeMap;

use crate::builtins::{Spec, take};
use crate::eval::attrs::Attr;
use crate::eval::error::{EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::value::Value;

/// The builtins of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("flakeRefToString", 1, flake_ref_to_string),
    Spec::new("parseFlakeRef", 1, parse_flake_ref),
];

/// An attribute of a reference.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Part {
    Text(String),
    Int(i64),
    Bool(bool),
}

/// A flake reference: its attributes by name.
pub(super) type Reference = BTreeMap<String, Part>;
type Query = BTreeMap<String, String>;

const ARCHIVES: [&str; 3] = ["github", "gitlab", "sourcehut"];
const TARBALLS: [&str; 7] = [
    ".zip", ".tar", ".tgz", ".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst",
];

fn parse_flake_ref<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [text] = take(arguments)?;
    let text = evaluator.force_plain_string(text)?;
    let text = String::from_utf8_lossy(text);
    let reference = parse(&text).map_err(EvalError::type_error)?;
    let attrs = reference.into_iter().map(|(name, part)| {
        let value = match part {
            Part::Text(text) => evaluator.string(text),
            Part::Int(number) => Value::Int(number),
            Part::Bool(value) => Value::bool(value),
        };
        evaluator.attr(name, value)
    });
    Ok(evaluator.attrs(attrs.collect::<Vec<Attr<'a>>>()))
}

fn flake_ref_to_string<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [attrs] = take(arguments)?;
    let mut reference = Reference::new();
    for attr in evaluator.ordered(evaluator.force_attrs(attrs)?) {
        let name = evaluator.name_text(attr.name);
        let part = match evaluator.force(attr.value)? {
            Value::String(text) => Part::Text(text.text()),
            Value::Bool(value) => Part::Bool(value.get()),
            Value::Int(number) if number < 0 => {
                return Err(EvalError::type_error(format!(
                    "negative value given for flake ref attr {name}: {number}"
                )));
            }
            Value::Int(number) => Part::Int(number),
            Value::OutOfReach(_) => return Err(evaluator.expected("a string", attr.value)),
            other => {
                return Err(EvalError::type_error(format!(
                    "flake reference attribute sets may only contain integers, Booleans, and strings, \
                     but attribute '{name}' is {}",
                    other.type_with_article()
                )));
            }
        };
        reference.insert(name, part);
    }
    let text = spell(reference).map_err(EvalError::type_error)?;
    Ok(evaluator.string(text))
}

pub(super) type Parsed<T> = std::result::Result<T, String>;

/// Reads a reference. Errors: it is none; in words.
pub(super) fn parse(text: &str) -> Parsed<Reference> {
    let (url, fragment) = text.split_once('#').unwrap_or((text, ""));
    if !fragment.is_empty() {
        return Err(format!(
            "unexpected fragment '{fragment}' in flake reference '{text}'"
        ));
    }
    let (location, query) = url.split_once('?').unwrap_or((url, ""));
    let mut query = parse_query(query);
    let directory = query.remove("dir");
    let mut reference = match location.split_once(':') {
        _ if is_identifier(location) => indirect(location)?,
        None if location.starts_with('/') => with_type("path", "path", location),
        None => return Err(format!("'{text}' is not a valid URL")),
        Some(("path", path)) => with_type("path", "path", path),
        Some(("flake", path)) => indirect(path)?,
        Some((scheme, path)) if ARCHIVES.contains(&scheme) => {
            archive(scheme, path, &mut query, text)?
        }
        Some((scheme, rest)) => remote(scheme, rest, &mut query, text)?,
    };
    for (name, value) in query {
        let part = match value.parse() {
            Ok(number) if name == "revCount" || name == "lastModified" => Part::Int(number),
            _ => Part::Text(value),
        };
        reference.insert(name, part);
    }
    if let Some(directory) = directory.filter(|directory| !directory.is_empty()) {
        reference.insert("dir".to_owned(), Part::Text(directory));
    }
    Ok(reference)
}

fn is_identifier(location: &str) -> bool {
    let mut parts = location.split('/');
    let id = parts.next().unwrap_or_default();
    let is_name = id.starts_with(|first: char| first.is_ascii_alphabetic())
        && id.chars().all(|character| {
            character.is_ascii_alphanumeric() || character == '_' || character == '-'
        });
    is_name && parts.count() <= 2 && !location.contains(':')
}

fn with_type(kind: &str, name: &str, value: &str) -> Reference {
    Reference::from([
        ("type".to_owned(), Part::Text(kind.to_owned())),
        (name.to_owned(), Part::Text(percent_decode(value))),
    ])
}

fn indirect(path: &str) -> Parsed<Reference> {
    let parts: Vec<&str> = path.split('/').collect();
    let mut reference = with_type("indirect", "id", parts.first().unwrap_or(&""));
    match parts.as_slice() {
        [_] => {}
        [_, rev] if is_commit(rev) => put(&mut reference, "rev", rev),
        [_, branch] => put(&mut reference, "ref", branch),
        [_, branch, rev] if is_commit(rev) => {
            put(&mut reference, "ref", branch);
            put(&mut reference, "rev", rev);
        }
        [_, _, other] => {
            return Err(format!(
                "in flake URL '{path}', '{other}' is not a commit hash"
            ));
        }
        _ => return Err(format!("URL '{path}' is invalid")),
    }
    Ok(reference)
}

fn archive(scheme: &str, path: &str, query: &mut Query, url: &str) -> Parsed<Reference> {
    let parts: Vec<&str> = path.splitn(3, '/').collect();
    let (owner, repository, rest) = match parts.as_slice() {
        [owner, repository] => (owner, repository, None),
        [owner, repository, rest] => (owner, repository, Some(percent_decode(rest))),
        _ => return Err(format!("URL '{url}' is invalid")),
    };
    let mut reference = with_type(scheme, "owner", owner);
    put(&mut reference, "repo", repository);
    if let Some(rest) = rest.filter(|rest| !rest.is_empty()) {
        let name = if is_commit(&rest) { "rev" } else { "ref" };
        if query.contains_key(name) {
            let what = match name {
                "rev" => "commit hashes",
                _ => "branch/tag names",
            };
            return Err(format!("URL '{url}' contains multiple {what}"));
        }
        put(&mut reference, name, &rest);
    }
    query.retain(|name, _| ["rev", "ref", "host", "narHash"].contains(&name.as_str()));
    let has = |name: &str| reference.contains_key(name) || query.contains_key(name);
    if has("rev") && has("ref") {
        return Err(format!(
            "URL '{url}' contains both a commit hash and a branch/tag name"
        ));
    }
    Ok(reference)
}

fn remote(scheme: &str, rest: &str, query: &mut Query, url: &str) -> Parsed<Reference> {
    let (application, transport) = scheme.split_once('+').unwrap_or(("", scheme));
    let is_git = scheme == "git" || application == "git";
    let is_file = ["http", "https", "file"].contains(&transport);
    let own: &[&str] = match application {
        _ if is_git => &["rev", "ref", "keytype", "publicKey", "publicKeys"],
        "hg" => &["rev", "ref"],
        _ => &["rev", "revCount", "lastModified", "narHash"],
    };
    let flags = ["shallow", "submodules", "exportIgnore", "allRefs"];
    let kind = match application {
        _ if is_git => "git",
        "hg" => "hg",
        "file" | "tarball" if is_file => application,
        "" if is_file && TARBALLS.iter().any(|end| rest.ends_with(end)) => "tarball",
        "" if is_file => "file",
        _ => return Err(format!("input '{url}' is unsupported")),
    };
    let mut reference = with_type(kind, "url", "");
    let mut left = Query::new();
    for (name, value) in std::mem::take(query) {
        if own.contains(&name.as_str()) {
            query.insert(name, value);
        } else if is_git && flags.contains(&name.as_str()) {
            reference.insert(name, Part::Bool(value == "1"));
        } else {
            left.insert(name, value);
        }
    }
    put(
        &mut reference,
        "url",
        &format!("{transport}:{rest}{}", spell_query(&left)),
    );
    Ok(reference)
}

fn put(reference: &mut Reference, name: &str, value: &str) {
    reference.insert(name.to_owned(), Part::Text(value.to_owned()));
}

fn is_commit(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The reference as a URL. Errors: something is missing; in words.
pub(super) fn spell(mut reference: Reference) -> Parsed<String> {
    let mut text = |name: &str| match reference.remove(name) {
        Some(Part::Text(text)) => Ok(text),
        Some(_) => Err(format!("input attribute '{name}' is not a string")),
        None => Err(format!("input attribute '{name}' is missing")),
    };
    let kind = text("type").map_err(|_| "flake reference has no type".to_owned())?;
    let mut query = Query::new();
    let mut location = match kind.as_str() {
        "indirect" => format!("flake:{}", text("id")?),
        "path" => format!("path:{}", text("path")?),
        "git" | "hg" | "file" | "tarball" => text("url")?,
        kind if ARCHIVES.contains(&kind) => format!("{kind}:{}/{}", text("owner")?, text("repo")?),
        _ => return Err(format!("input type '{kind}' is unsupported")),
    };
    match kind.as_str() {
        "git" if !location.starts_with("git:") => location.insert_str(0, "git+"),
        "hg" => location.insert_str(0, "hg+"),
        "git" | "path" | "file" | "tarball" => {}
        _ => {
            for name in ["ref", "rev"] {
                if let Ok(part) = text(name) {
                    location.push('/');
                    location.push_str(&part);
                }
            }
        }
    }
    if let Some((start, own)) = location.clone().split_once('?') {
        query = parse_query(own);
        start.clone_into(&mut location);
    }
    for (name, part) in reference {
        let value = match part {
            Part::Text(text) => text,
            Part::Int(number) => number.to_string(),
            Part::Bool(true) => "1".to_owned(),
            Part::Bool(false) => continue,
        };
        query.insert(name, value);
    }
    Ok(location + &spell_query(&query))
}

fn parse_query(query: &str) -> Query {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(name, value)| (name.to_owned(), percent_decode(value)))
        .collect()
}

fn spell_query(query: &Query) -> String {
    let pairs = query
        .iter()
        .map(|(name, value)| format!("{}={}", percent_encode(name), percent_encode(value)));
    let pairs: Vec<String> = pairs.collect();
    if pairs.is_empty() {
        String::new()
    } else {
        format!("?{}", pairs.join("&"))
    }
}

fn percent_decode(text: &str) -> String {
    let mut bytes = vec![];
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let digits = behind
            .get(..2)
            .and_then(|digits| str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = behind.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Letters, digits and what a query may hold as it is stay.
fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$'()*,;:@/?".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str, respelt: &str) {
        let reference = parse(text).unwrap();
        let parts = reference.iter().map(|(name, part)| match part {
            Part::Text(text) => format!("{name}={text}"),
            Part::Int(number) => format!("{name}={number}"),
            Part::Bool(value) => format!("{name}={value}"),
        });
        assert_eq!(parts.collect::<Vec<_>>().join(" "), expected);
        assert_eq!(spell(reference).unwrap(), respelt);
    }

    #[test]
    fn references_are_read_and_spelt() {
        for (text, expected) in [
            (
                "github:NixOS/nixpkgs/23.05?dir=lib",
                "dir=lib owner=NixOS ref=23.05 repo=nixpkgs type=github",
            ),
            (
                "gitlab:a/b/0123456789012345678901234567890123456789",
                "owner=a repo=b rev=0123456789012345678901234567890123456789 type=gitlab",
            ),
            (
                "git+https://x.org/y?ref=main&shallow=1",
                "ref=main shallow=true type=git url=https://x.org/y",
            ),
            (
                "path:/a/b?lastModified=1",
                "lastModified=1 path=/a/b type=path",
            ),
            ("flake:nixpkgs/a/b", ""),
        ] {
            match expected {
                "" => assert!(parse(text).is_err()),
                expected => check(text, expected, text),
            }
        }
        check(
            "nixpkgs/23.05",
            "id=nixpkgs ref=23.05 type=indirect",
            "flake:nixpkgs/23.05",
        );
        check("/a%20b", "path=/a b type=path", "path:/a b");
        check(
            "https://x.org/a.tar.gz",
            "type=tarball url=https://x.org/a.tar.gz",
            "https://x.org/a.tar.gz",
        );
    }

    #[test]
    fn what_is_no_reference_is_refused() {
        for text in ["./a", "github:a", "github:a/b/c?ref=d", "x:y", "a#b"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(spell(Reference::new()).is_err());
    }
}
