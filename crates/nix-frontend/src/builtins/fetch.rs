//! Builtins that fetch, build or run something. Nothing is: their results are out of reach, each named after what was asked for.
//!
//! Only trees and flakes on the disk are answered; see [`super::trees`].

use crate::builtins::{Spec, take, trees};
use crate::eval::error::Result;
use crate::eval::evaluator::Evaluator;
use crate::eval::value::Value;

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
    Spec::new("getFlake", 1, get_flake),
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
    if let Some(wish) = arguments.first()
        && let Some(known) = known(evaluator, builtin, *wish)?
    {
        return Ok(known);
    }
    unknown(evaluator, builtin, arguments, "nothing is fetched")
}

/// What is known of a source by where it comes from.
fn known<'a>(
    evaluator: &Evaluator<'a>,
    builtin: &str,
    wish: Value<'a>,
) -> Result<Option<Value<'a>>> {
    let Some(answer) = evaluator.fetched.get().filter(|_| builtin != "fetchurl") else {
        return Ok(None);
    };
    let Some(url) = url(evaluator, wish)? else {
        return Ok(None);
    };
    let name = format!("({builtin} {:?})", String::from_utf8_lossy(&url));
    let known = evaluator.call2(answer, evaluator.string(url), evaluator.string(name))?;
    Ok(match known {
        Value::Null => None,
        known => Some(known),
    })
}

/// The URL that a fetcher's argument says, or that its attributes amount to.
fn url<'a>(evaluator: &Evaluator<'a>, wish: Value<'a>) -> Result<Option<Vec<u8>>> {
    let attrs = match evaluator.force(wish)? {
        Value::Attrs(attrs) => attrs,
        Value::String(url) => return Ok(Some(url.bytes.to_vec())),
        _ => return Ok(None),
    };
    let get = |name: &str| -> Result<Option<&'a [u8]>> {
        let Some(value) = attrs.value(evaluator.symbol(name)) else {
            return Ok(None);
        };
        match evaluator.force(value)? {
            Value::String(text) => Ok(Some(text.bytes)),
            _ => Ok(None),
        }
    };
    if let Some(url) = get("url")? {
        return Ok(Some(url.to_vec()));
    }
    Ok(match (get("type")?, get("owner")?, get("repo")?) {
        (Some(kind), Some(owner), Some(repo)) => Some([kind, b":", owner, b"/", repo].concat()),
        _ => None,
    })
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
    match trees::fetch(evaluator, evaluator.force(wish)?)? {
        Some(tree) => Ok(tree),
        None => fetched(evaluator, "fetchTree", arguments),
    }
}

fn get_flake<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [wish] = take(arguments)?;
    match trees::flake(evaluator, evaluator.force_plain_string(wish)?)? {
        Some(flake) => Ok(flake),
        None => fetched(evaluator, "getFlake", arguments),
    }
}
