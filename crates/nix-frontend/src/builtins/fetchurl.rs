//! `import <nix/fetchurl.nix>`: the function that makes a derivation which fetches one file.
//!
//! Its output is fixed: the hash is the first that is given of `outputHash`, `hash`, `sha512`, `sha1`, `md5` and `sha256`.

use crate::builtins::derivation::derivation;
use crate::builtins::paths::base_name;
use crate::builtins::take;
use crate::eval::attrs::Attrs;
use crate::eval::coerce::Coercion;
use crate::eval::error::{EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::value::Value;

const URL: &str = "url";

/// What may be given besides the URL.
const OPTIONAL: &[&str] = &[
    "system",
    "hash",
    "md5",
    "sha1",
    "sha256",
    "sha512",
    "outputHash",
    "outputHashAlgo",
    "executable",
    "unpack",
    "name",
    "impure",
];

/// The hashes that are asked for in this order, each with the algorithm that it implies.
const HASHES: &[(&str, &str)] = &[
    ("hash", ""),
    ("sha512", "sha512"),
    ("sha1", "sha1"),
    ("md5", "md5"),
];

/// What the builder would hand on, if fixed outputs had it do so.
const VARIABLES: &[&str] = &[
    "http_proxy",
    "https_proxy",
    "ftp_proxy",
    "all_proxy",
    "no_proxy",
];

/// The function that the file holds.
pub(super) fn file<'a>(evaluator: &Evaluator<'a>) -> Value<'a> {
    let optional = OPTIONAL.iter().map(|name| (evaluator.symbol(name), true));
    let formals: Vec<_> = optional.chain([(evaluator.symbol(URL), false)]).collect();
    evaluator.native_with_formals("fetchurl.nix", 1, &formals, |evaluator, arguments| {
        let [given] = take(arguments)?;
        let given = evaluator.force_attrs(given)?;
        let url = checked_url(evaluator, given)?;
        let wish = wish(evaluator, given, url)?;
        derivation(evaluator, &[wish])
    })
}

/// The URL. Errors: it is missing, or something is given that is not asked for.
fn checked_url<'a>(evaluator: &Evaluator<'a>, given: &Attrs<'a>) -> Result<Value<'a>> {
    let Some(url) = given.value(evaluator.symbol(URL)) else {
        return Err(EvalError::type_error(
            "function 'anonymous lambda' called without required argument 'url'",
        ));
    };
    for attr in evaluator.ordered(given) {
        let name = evaluator.name_text(attr.name);
        if name != URL && !OPTIONAL.contains(&name.as_str()) {
            return Err(EvalError::type_error(format!(
                "function 'anonymous lambda' called with unexpected argument '{name}'"
            )));
        }
    }
    Ok(url)
}

/// The attributes of the derivation.
fn wish<'a>(evaluator: &Evaluator<'a>, given: &'a Attrs<'a>, url: Value<'a>) -> Result<Value<'a>> {
    let flag = |name| {
        let value = given.value(evaluator.symbol(name));
        value.unwrap_or(Value::bool(false))
    };
    let (executable, unpack) = (flag("executable"), flag("unpack"));
    let mode = evaluator.lazy(move |evaluator| {
        let is_tree = evaluator.force_bool(unpack)? || evaluator.force_bool(executable)?;
        Ok(evaluator.string(if is_tree { "recursive" } else { "flat" }))
    });
    let name = evaluator.lazy(move |evaluator| {
        let url = evaluator.coerce_to_string(url, Coercion::TO_STRING)?;
        Ok(evaluator.string_with_context(base_name(url.bytes), url.context))
    });
    let name = given.value(evaluator.symbol("name")).unwrap_or(name);
    let variables = VARIABLES.iter().map(|name| evaluator.string(name));
    let variables: Vec<Value<'a>> = variables.collect();
    let mut attrs = vec![
        ("builder", evaluator.string("builtin:fetchurl")),
        ("executable", executable),
        ("impureEnvVars", evaluator.list(&variables)),
        ("name", name),
        ("outputHashMode", mode),
        ("preferLocalBuild", Value::bool(true)),
        ("system", evaluator.string("builtin")),
        ("unpack", unpack),
        (URL, url),
        ("urls", evaluator.list(&[url])),
    ];
    if evaluator.force_bool(flag("impure"))? {
        attrs.push(("__impure", Value::bool(true)));
    } else {
        let hash = evaluator.lazy(move |evaluator| Ok(chosen(evaluator, given)?.0));
        let algorithm =
            evaluator.lazy(move |evaluator| Ok(evaluator.string(chosen(evaluator, given)?.1)));
        for (name, chosen) in [("outputHash", hash), ("outputHashAlgo", algorithm)] {
            let value = given.value(evaluator.symbol(name));
            attrs.push((name, value.unwrap_or(chosen)));
        }
    }
    Ok(evaluator.attrs_from(attrs))
}

/// The first hash that is not empty, and the algorithm that it implies.
fn chosen<'a>(evaluator: &Evaluator<'a>, given: &Attrs<'a>) -> Result<(Value<'a>, &'static str)> {
    for (name, algorithm) in HASHES {
        let Some(hash) = given.value(evaluator.symbol(name)) else {
            continue;
        };
        match evaluator.force(hash)? {
            Value::String(text) if text.bytes.is_empty() => {}
            hash => return Ok((hash, algorithm)),
        }
    }
    let hash = given.value(evaluator.symbol("sha256"));
    Ok((hash.unwrap_or_else(|| evaluator.string("")), "sha256"))
}
