//! Builtins that fetch, build or run something. Nothing is: their results are out of reach, each named after what was asked for.
//!
//! Only `fetchTree` of a local path is answered.

use crate::builtins::{Spec, take};
use crate::eval::attrs::Attrs;
use crate::eval::coerce::Coercion;
use crate::eval::error::{At, EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::stored::Copying;
use crate::eval::value::Value;
use crate::import::to_path;
use crate::ir::symbol::known;
use crate::store::hash::HashFormat;
use crate::store::nar;
use crate::store::path::Ingestion;

/// The builtins of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("exec", 1, |evaluator, arguments| {
        unknown(evaluator, "exec", arguments, "no program is run")
    }),
    Spec::new("fetchClosure", 1, |evaluator, arguments| {
        fetched(evaluator, "fetchClosure", arguments)
    }),
    Spec::global("fetchGit", 1, |evaluator, arguments| {
        fetched(evaluator, "fetchGit", arguments)
    }),
    Spec::global("fetchMercurial", 1, |evaluator, arguments| {
        fetched(evaluator, "fetchMercurial", arguments)
    }),
    Spec::global("fetchTarball", 1, |evaluator, arguments| {
        fetched(evaluator, "fetchTarball", arguments)
    }),
    Spec::global("fetchTree", 1, fetch_tree),
    Spec::new("fetchurl", 1, |evaluator, arguments| {
        fetched(evaluator, "fetchurl", arguments)
    }),
    Spec::new("getFlake", 1, |evaluator, arguments| {
        fetched(evaluator, "getFlake", arguments)
    }),
    Spec::new("importNative", 2, |evaluator, arguments| {
        unknown(evaluator, "importNative", arguments, "no program is run")
    }),
    Spec::new("outputOf", 2, |evaluator, arguments| {
        unknown(evaluator, "outputOf", arguments, "nothing is built here")
    }),
];

fn fetched<'a>(
    evaluator: &Evaluator<'a>,
    builtin: &str,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    unknown(evaluator, builtin, arguments, "nothing is fetched")
}

/// A value out of reach that is called after the builtin and what it was asked for.
fn unknown<'a>(
    evaluator: &Evaluator<'a>,
    builtin: &str,
    arguments: &[Value<'a>],
    because: &str,
) -> Result<Value<'a>> {
    let wish = match arguments.first() {
        Some(wish) => asked_for(evaluator, *wish)?,
        None => "…".to_owned(),
    };
    Ok(evaluator.out_of_reach(&format!("({builtin} {wish})"), because))
}

/// What a fetcher's argument names: a URL, a path, or the attributes that say where something lies.
fn asked_for<'a>(evaluator: &Evaluator<'a>, wish: Value<'a>) -> Result<String> {
    let attrs = match evaluator.force(wish)? {
        Value::Attrs(attrs) => attrs,
        other => return Ok(evaluator.preview(other).unwrap_or_else(|| "…".to_owned())),
    };
    let mut parts = vec![];
    for name in [
        "type", "url", "path", "owner", "repo", "rev", "ref", "fromPath",
    ] {
        let value = attrs.value(evaluator.symbol(name));
        let value = value.map(|value| evaluator.force(value)).transpose()?;
        if let Some(text) = value.and_then(|value| evaluator.preview(value)) {
            parts.push(format!("{name} = {text}; "));
        }
    }
    Ok(format!("{{ {}}}", parts.concat()))
}

fn fetch_tree<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [wish] = take(arguments)?;
    match evaluator.force(wish)? {
        Value::Attrs(attrs) if is_path(evaluator, attrs)? => {
            let Some(path) = attrs.value(known::PATH) else {
                return Err(EvalError::type_error(
                    "input attribute 'path' is missing in the argument of 'fetchTree'",
                ));
            };
            let path = evaluator.coerce_to_string(path, Coercion::PATH_PART)?;
            local_tree(evaluator, path.bytes)
        }
        Value::String(url) if url.bytes.starts_with(b"path:/") => {
            let path = url.bytes.strip_prefix(b"path:").unwrap_or_default();
            let path = path.split(|byte| *byte == b'?').next();
            local_tree(evaluator, path.unwrap_or_default())
        }
        _ => fetched(evaluator, "fetchTree", arguments),
    }
}

fn is_path<'a>(evaluator: &Evaluator<'a>, wish: &Attrs<'a>) -> Result<bool> {
    match wish.value(known::TYPE) {
        Some(kind) => Ok(evaluator.force_plain_string(kind)? == b"path"),
        None => Ok(false),
    }
}

/// The source at an absolute path: `outPath`, `narHash`.
fn local_tree<'a>(evaluator: &Evaluator<'a>, path: &[u8]) -> Result<Value<'a>> {
    let path = evaluator.coerce_to_path(evaluator.string(path))?;
    let copying = Copying {
        name: b"source",
        ingestion: Ingestion::Recursive,
        filter: None,
    };
    let stored = evaluator.copy(path.bytes, &copying)?;
    let tree = to_path(path.bytes).to_owned();
    let hash = evaluator.lazy(move |evaluator| {
        let mut all = |_: &std::path::Path, _| Ok::<_, std::convert::Infallible>(true);
        let hash = nar::hash(evaluator.session.files, &tree, &mut all);
        let hash = hash.map_err(|error| EvalError::type_error(error.to_string()));
        let hash = hash.at(evaluator.call_span.get())?;
        Ok(evaluator.string(hash.spell(HashFormat::Sri)))
    });
    Ok(evaluator.attrs_from([("narHash", hash), ("outPath", Value::String(stored))]))
}
