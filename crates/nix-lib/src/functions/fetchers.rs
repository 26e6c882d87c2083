//! `lib.fetchers`: what functions that fetch have in common.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Attr, Attrs, Evaluator, Result, Value};

use crate::functions::formals::{Formals, Given};
use crate::functions::misc;
use crate::functions::tools::{assertion, find, function, get, throw, with};
use crate::functions::trivial::{function_args, with_args};

const NORMALIZE: Formals = &[("hashTypes", true), ("required", true)];
const WITH_NORMALIZED: Formals = &[("hashTypes", true)];

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec {
        formals: NORMALIZE,
        ..Spec::new("normalizeHash", 1, normalize_hash)
    },
    Spec {
        formals: WITH_NORMALIZED,
        ..Spec::new("withNormalizedHash", 1, with_normalized_hash)
    },
];

/// The variables of the environment that fetchers may read.
const PROXY_VARIABLES: &[&str] = &[
    "http_proxy",
    "https_proxy",
    "ftp_proxy",
    "all_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "FTP_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "NIX_SSL_CERT_FILE",
];

/// The values of this topic.
pub fn values<'a>(evaluator: &Evaluator<'a>) -> Vec<(&'static str, Value<'a>)> {
    let names = PROXY_VARIABLES.iter();
    let names = names.map(|name| evaluator.borrowed_string(name.as_bytes()));
    let names = evaluator.list(&names.collect::<Vec<_>>());
    vec![("proxyImpureEnvVars", names)]
}

/// The arguments of a fetcher that are hashes.
fn hash_names<'a>(evaluator: &Evaluator<'a>, given: &Given<'_, 'a>) -> Result<Vec<&'a [u8]>> {
    let mut names: Vec<&'a [u8]> = vec![b"hash"];
    match given.get("hashTypes") {
        Some(types) => {
            for kind in evaluator.force_list(types)? {
                names.push(evaluator.force_plain_string(*kind)?);
            }
        }
        None => names.push(b"sha256"),
    }
    Ok(names)
}

fn normalize_hash<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [options] = take(arguments)?;
    let given = Given::new(evaluator, "normalizeHash", NORMALIZE, options)?;
    let required = given.get("required").unwrap_or(Value::bool(true));
    Ok(function(
        evaluator,
        "normalizeHash",
        move |evaluator, arguments| {
            let given = Given::new(evaluator, "normalizeHash", NORMALIZE, options)?;
            let names = hash_names(evaluator, &given)?;
            normalized(evaluator, &names, required, arguments)
        },
    ))
}

/// The arguments with one hash, which is called `outputHash` whatever it was called before.
fn normalized<'a>(
    evaluator: &Evaluator<'a>,
    hash_names: &[&[u8]],
    required: Value<'a>,
    arguments: Value<'a>,
) -> Result<Value<'a>> {
    if find(evaluator, arguments, "outputHash")?.is_some() {
        return evaluator.force(arguments);
    }
    let attrs = evaluator.force_attrs(arguments)?;
    let (hashes, others) = parted(evaluator, attrs, hash_names);
    let others = evaluator.attrs_ref(others);
    match hashes.as_slice() {
        [] if evaluator.force_bool(required)? => Err(throw("fetcher called without `hash`")),
        [] => Ok(Value::Attrs(others)),
        [hash] => {
            let (name, value) = (evaluator.name(hash.name), hash.value);
            let algorithm = match name {
                b"hash" => Value::Null,
                name => evaluator.borrowed_string(name),
            };
            let hash = evaluator.lazy(move |evaluator| real_or_fake(evaluator, name, value));
            let output = [("outputHash", hash), ("outputHashAlgo", algorithm)];
            Ok(Value::Attrs(with(evaluator, others, output)))
        }
        several => {
            let names = several.iter();
            let names: Vec<_> = names.map(|attr| evaluator.name_text(attr.name)).collect();
            let names = names.join(", ");
            Err(throw(format!(
                "fetcher called with mutually-incompatible arguments: {names}"
            )))
        }
    }
}

/// The attributes with these names, and the others.
fn parted<'a>(
    evaluator: &Evaluator<'a>,
    attrs: &'a Attrs<'a>,
    names: &[&[u8]],
) -> (Vec<Attr<'a>>, Vec<Attr<'a>>) {
    let attrs = evaluator.ordered(attrs).iter().copied();
    attrs.partition(|attr| names.contains(&evaluator.name(attr.name)))
}

/// An empty hash is one that nobody knows yet: there is a placeholder for each sort.
fn real_or_fake<'a>(evaluator: &Evaluator<'a>, name: &[u8], hash: Value<'a>) -> Result<Value<'a>> {
    if !evaluator.equal(hash, evaluator.borrowed_string(b""))? {
        return evaluator.force(hash);
    }
    let fake = match name {
        b"hash" => "fakeHash",
        b"sha256" => "fakeSha256",
        b"sha512" => "fakeSha512",
        other => {
            let other = String::from_utf8_lossy(other);
            return Err(throw(format!("no “fake hash” defined for {other}")));
        }
    };
    let mut fakes = misc::values(evaluator).into_iter();
    let fake = fakes.find(|(name, _)| *name == fake);
    Ok(fake.map_or(Value::Null, |(_, value)| value))
}

/// A fetcher of `outputHash` and `outputHashAlgo` as one of `hash` and other hashes.
fn with_normalized_hash<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [options] = take(arguments)?;
    Given::new(evaluator, "withNormalizedHash", WITH_NORMALIZED, options)?;
    Ok(function(
        evaluator,
        "withNormalizedHash",
        move |evaluator, fetcher| {
            let given = Given::new(evaluator, "withNormalizedHash", WITH_NORMALIZED, options)?;
            normalizing(evaluator, &hash_names(evaluator, &given)?, fetcher)
        },
    ))
}

fn normalizing<'a>(
    evaluator: &Evaluator<'a>,
    hash_names: &[&'a [u8]],
    fetcher: Value<'a>,
) -> Result<Value<'a>> {
    let formals = function_args(evaluator, &[fetcher])?;
    let has = |name: &str| -> Result<bool> { Ok(find(evaluator, formals, name)?.is_some()) };
    if !(has("outputHash")? && has("outputHashAlgo")?) {
        return Err(assertion(
            "withNormalizedHash: the fetcher must accept `outputHash` and `outputHashAlgo`",
        ));
    }
    let formals = evaluator.force_attrs(formals)?;
    let (hashes, _) = parted(evaluator, formals, hash_names);
    if !hashes.is_empty() {
        return Err(assertion(
            "withNormalizedHash: the fetcher must accept no hash but `outputHash`",
        ));
    }
    let is_optional = get(evaluator, Value::Attrs(formals), "outputHash")?;
    let required = Value::bool(!evaluator.force_bool(is_optional)?);
    let (_, others) = parted(evaluator, formals, &[b"outputHash", b"outputHashAlgo"]);
    let others = evaluator.attrs_ref(others);
    let shown = with(evaluator, others, [("hash", is_optional)]);
    let hash_names = &*evaluator.arena.alloc_slice_copy(hash_names);
    let normalizing = function(evaluator, "fetcher", move |evaluator, arguments| {
        let arguments =
            evaluator.lazy(move |evaluator| normalized(evaluator, hash_names, required, arguments));
        evaluator.call1(fetcher, arguments)
    });
    Ok(with_args(evaluator, normalizing, Value::Attrs(shown)))
}
