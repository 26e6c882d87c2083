//! `lib.sources`: directories of which only some files are taken.
//!
//! A filtered source is a set that knows where it comes from (`origSrc`) and what its filter is, so that it can be filtered further.

pub mod git;
pub mod globs;
pub mod names;

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Value};

use crate::functions::formals::{Formals, Given};
use crate::functions::strings::has_suffix;
use crate::functions::tools::{Text, builtin, find, get, later, text, with};

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("canCleanSource", 1, can_clean_source),
    Spec::new("cleanSource", 1, |evaluator, arguments| {
        let [source] = take(arguments)?;
        let filter = evaluator.native("cleanSourceFilter", 2, is_clean);
        Ok(filtered(evaluator, source, filter))
    }),
    Spec::new("cleanSourceFilter", 2, is_clean),
    Spec {
        formals: SOURCE,
        ..Spec::new("cleanSourceWith", 1, clean_source_with)
    },
    Spec::new("pathHasContext", 1, |evaluator, arguments| {
        builtin(evaluator, "hasContext", arguments)
    }),
    Spec::new("sourceByRegex", 2, source_by_regex),
    Spec::new("sourceFilesBySuffices", 2, source_by_suffix),
    Spec::new("trace", 1, trace),
];

/// The builtins of this topic.
pub const BUILTINS: &[&str] = &["filterSource"];

/// The mark of a filtered source.
pub(crate) const MARK: &str = "_isLibCleanSourceWith";

/// What a source has beside its mark and its path in the store.
#[derive(Clone, Copy)]
struct Source<'a> {
    origin: Value<'a>,
    filter: Value<'a>,
    name: Value<'a>,
}

impl<'a> Source<'a> {
    /// A filtered source as it is, or something else without a filter.
    fn of(evaluator: &Evaluator<'a>, source: Value<'a>) -> Source<'a> {
        let part = |name: &'static str, otherwise: Value<'a>| {
            evaluator.lazy(move |evaluator| match find(evaluator, source, MARK)? {
                Some(_) => get(evaluator, source, name),
                None => evaluator.force(otherwise),
            })
        };
        let all = evaluator.native("filter", 2, |_, _| Ok(Value::bool(true)));
        Source {
            origin: part("origSrc", source),
            filter: part("filter", all),
            name: part("name", evaluator.borrowed_string(b"source")),
        }
    }

    fn value(self, evaluator: &Evaluator<'a>) -> Value<'a> {
        let stored = evaluator.lazy(move |evaluator| {
            let given = [
                ("filter", self.filter),
                ("name", self.name),
                ("path", self.origin),
            ];
            builtin(evaluator, "path", &[evaluator.attrs_from(given)])
        });
        evaluator.attrs_from([
            (MARK, Value::bool(true)),
            ("origSrc", self.origin),
            ("filter", self.filter),
            ("name", self.name),
            ("outPath", stored),
        ])
    }
}

const SOURCE: Formals = &[("filter", true), ("name", true), ("src", false)];

fn clean_source_with<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [given] = take(arguments)?;
    let given = Given::new(evaluator, "cleanSourceWith", SOURCE, given)?;
    let all = || evaluator.native("filter", 2, |_, _| Ok(Value::bool(true)));
    let filter = given.get("filter").unwrap_or_else(all);
    Ok(named(
        evaluator,
        given.required("src"),
        filter,
        given.get("name"),
    ))
}

/// The files of a source that this filter takes too.
fn filtered<'a>(evaluator: &Evaluator<'a>, source: Value<'a>, filter: Value<'a>) -> Value<'a> {
    named(evaluator, source, filter, None)
}

pub(crate) fn named<'a>(
    evaluator: &Evaluator<'a>,
    source: Value<'a>,
    filter: Value<'a>,
    name: Option<Value<'a>>,
) -> Value<'a> {
    let former = Source::of(evaluator, source);
    let both = evaluator.native("filter", 2, move |evaluator, arguments| {
        let [path, kind] = take(arguments)?;
        let is_taken = evaluator.call2(filter, path, kind)?;
        if !evaluator.force_bool(is_taken)? {
            return Ok(Value::bool(false));
        }
        let was_taken = evaluator.call2(former.filter, path, kind)?;
        evaluator.force_bool(was_taken).map(Value::bool)
    });
    let name =
        evaluator.lazy(
            move |evaluator| match evaluator.force(name.unwrap_or(Value::Null))? {
                Value::Null => evaluator.force(former.name),
                name => Ok(name),
            },
        );
    let source = Source {
        origin: former.origin,
        filter: both,
        name,
    };
    source.value(evaluator)
}

/// Directories of other version control systems than git.
const VERSION_CONTROL: &[&[u8]] = &[b".svn", b"CVS", b".hg", b".jj", b".pijul", b"_darcs"];

/// Whether it is neither of a version control system nor made by an editor or a compiler.
fn is_clean<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [path, kind] = take(arguments)?;
    let name = builtin(evaluator, "baseNameOf", &[path])?;
    let name = evaluator.force_string(name)?.bytes;
    let is_kind = |wanted: &'static [u8]| evaluator.equal(kind, evaluator.borrowed_string(wanted));
    let is_made = name == b".git"
        || is_kind(b"directory")? && VERSION_CONTROL.contains(&name)
        || [&b"~"[..], b".o", b".so"]
            .iter()
            .any(|end| name.ends_with(end))
        || is_swap_file(name)
        || is_kind(b"symlink")? && name.starts_with(b"result")
        || is_kind(b"unknown")?;
    Ok(Value::bool(!is_made))
}

/// `.file.swp` and its like, as Vim writes them.
fn is_swap_file(name: &[u8]) -> bool {
    match name {
        [b'.', .., b'.', b's', b'w', last] | [b'.', b's', b'w', last] => last.is_ascii_lowercase(),
        _ => false,
    }
}

/// Tells what the filter says of each file.
fn trace<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [given] = take(arguments)?;
    let source = Source::of(evaluator, given);
    let filter = evaluator.native("filter", 2, move |evaluator, arguments| {
        let [path, _] = take(arguments)?;
        let verdict = evaluator.call(source.filter, arguments, source::Span::NONE)?;
        let mut said = Text::new(evaluator);
        said.interpolate(source.name)?;
        said.push(".filter ");
        said.interpolate(path)?;
        said.push(format!(" = {}", evaluator.force_bool(verdict)?));
        builtin(evaluator, "trace", &[said.finish(), verdict])
    });
    let traced = Source { filter, ..source }.value(evaluator);
    let invariant = evaluator.lazy(move |evaluator| {
        match find(evaluator, given, "satisfiesSubpathInvariant")? {
            Some(invariant) => evaluator.force_bool(invariant).map(Value::bool),
            None => Ok(Value::bool(false)),
        }
    });
    let more = [("satisfiesSubpathInvariant", invariant)];
    Ok(Value::Attrs(with(
        evaluator,
        evaluator.force_attrs(traced)?,
        more,
    )))
}

fn source_by_regex<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [source, regexes] = take(arguments)?;
    let origin = match find(evaluator, source, MARK)? {
        Some(_) => later(evaluator, source, "origSrc"),
        None => source,
    };
    let filter = evaluator.native("filter", 2, move |evaluator, arguments| {
        let [path, _] = take(arguments)?;
        let directory = [text(evaluator, origin)?.bytes, b"/"].concat();
        let path = text(evaluator, path)?.bytes;
        let below = path.strip_prefix(directory.as_slice()).unwrap_or(path);
        let below = evaluator.borrowed_string(below);
        for regex in evaluator.force_list(regexes)? {
            let groups = builtin(evaluator, "match", &[*regex, below])?;
            if !matches!(groups, Value::Null) {
                return Ok(Value::bool(true));
            }
        }
        Ok(Value::bool(false))
    });
    Ok(filtered(evaluator, source, filter))
}

fn source_by_suffix<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [source, suffixes] = take(arguments)?;
    let filter = evaluator.native("filter", 2, move |evaluator, arguments| {
        let [path, kind] = take(arguments)?;
        if evaluator.equal(kind, evaluator.borrowed_string(b"directory"))? {
            return Ok(Value::bool(true));
        }
        let name = builtin(evaluator, "baseNameOf", &[path])?;
        for suffix in evaluator.force_list(suffixes)? {
            let has_suffix = has_suffix(evaluator, &[*suffix, name])?;
            if evaluator.force_bool(has_suffix)? {
                return Ok(Value::bool(true));
            }
        }
        Ok(Value::bool(false))
    });
    Ok(filtered(evaluator, source, filter))
}

fn can_clean_source<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [source] = take(arguments)?;
    if find(evaluator, source, MARK)?.is_some() {
        return Ok(Value::bool(true));
    }
    let path = text(evaluator, source)?;
    Ok(Value::bool(path.context.is_empty()))
}
