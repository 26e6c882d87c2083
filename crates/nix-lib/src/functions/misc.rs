//! `lib.misc`: what nixpkgs keeps for the sake of old code.

pub mod closures;
pub mod merging;

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Value};
use nix_frontend::ir::expr::Operator;
use nix_frontend::ir::symbol::known;

use crate::functions::lists::imap1;
use crate::functions::tools::{builtin, find, function, holds, later, says_yes, with};

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("checkFlag", 2, |evaluator, arguments| {
        let [attrs, name] = take(arguments)?;
        flag(evaluator, attrs, name)
    }),
    Spec::new("checkReqs", 3, check_requirements),
    Spec::new("condConcat", 3, concatenate_if),
    Spec::new("defaultMerge", 2, |evaluator, arguments| {
        let [attrs, _] = take(arguments)?;
        let attrs = evaluator.force_attrs(attrs)?;
        let more = evaluator.force_attrs(merge_argument(evaluator, arguments)?)?;
        Ok(Value::Attrs(attrs.update(more, evaluator.arena)))
    }),
    Spec::new("defaultMergeArg", 2, merge_argument),
    Spec::new("foldArgs", 4, fold_args),
    Spec::new("getValue", 3, |evaluator, arguments| {
        let [attrs, defaults, name] = take(arguments)?;
        value_of(evaluator, attrs, defaults, name)
    }),
    Spec::new("ifEnable", 2, if_enable),
    Spec::new("imap", 2, imap1),
    Spec::new("innerModifySumArgs", 4, |evaluator, arguments| {
        let [function, more, sum, next] = take(arguments)?;
        sum_arguments(evaluator, function, more, sum, next)
    }),
    Spec::new("maybeAttr", 3, maybe_attr),
    Spec::new("maybeAttrNullable", 3, maybe_attr),
    Spec::new("maybeEnv", 2, |evaluator, arguments| {
        let [name, default] = take(arguments)?;
        let value = evaluator.force_string(builtin(evaluator, "getEnv", &[name])?)?;
        match value.bytes.is_empty() {
            true => evaluator.force(default),
            false => Ok(Value::String(value)),
        }
    }),
    Spec::new("modifySumArgs", 3, |evaluator, arguments| {
        let [function, more, next] = take(arguments)?;
        sum_arguments(evaluator, function, more, evaluator.attrs(vec![]), next)
    }),
    Spec::new("nixType", 1, nix_type),
];

/// The values of this topic.
pub fn values<'a>(evaluator: &Evaluator<'a>) -> Vec<(&'static str, Value<'a>)> {
    const ZEROS: &[u8] = &[b'0'; 128];
    const SHA256_DIGITS: usize = 64;
    let fake = evaluator.borrowed_string(b"sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    let sha256 = ZEROS.get(..SHA256_DIGITS).unwrap_or_default();
    vec![
        ("fakeHash", fake),
        ("fakeSha256", evaluator.borrowed_string(sha256)),
        ("fakeSha512", evaluator.borrowed_string(ZEROS)),
        ("mergeAttrBy", merging::merge_attr_by(evaluator)),
    ]
}

/// A set as it is; of a function its result for `attrs`.
fn merge_argument<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [attrs, given] = take(arguments)?;
    match evaluator.force(given)? {
        given @ Value::Attrs(_) => Ok(given),
        function => evaluator.call1(function, attrs),
    }
}

/// The function's result, which can be made anew with further arguments.
fn fold_args<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [merger, made_by, first, given] = take(arguments)?;
    let merged = evaluator.lazy(move |evaluator| {
        let given = evaluator.lazy(move |evaluator| merge_argument(evaluator, &[first, given]));
        evaluator.call2(merger, first, given)
    });
    let result = evaluator.force_attrs(evaluator.call1(made_by, merged)?)?;
    let former = result.value(evaluator.symbol("passthru"));
    let again = function(evaluator, "foldArgs", move |evaluator, given| {
        fold_args(evaluator, &[merger, made_by, merged, given])
    });
    let passthru = evaluator.lazy(move |evaluator| {
        let former = former.unwrap_or_else(|| evaluator.attrs(vec![]));
        let args = evaluator.lazy(move |evaluator| {
            let passthru = find(evaluator, former, "passthru")?.unwrap_or(Value::Null);
            let args = find(evaluator, passthru, "args")?;
            let args = args.unwrap_or_else(|| evaluator.attrs(vec![]));
            let args = evaluator.force_attrs(args)?;
            let given = evaluator.force_attrs(given)?;
            Ok(Value::Attrs(args.update(given, evaluator.arena)))
        });
        let more = [("function", again), ("args", args)];
        let former = evaluator.force_attrs(former)?;
        Ok(Value::Attrs(with(evaluator, former, more)))
    });
    let more = [
        ("passthru", passthru),
        ("override", later(evaluator, passthru, "function")),
    ];
    Ok(Value::Attrs(with(evaluator, result, more)))
}

/// `attrs.${name} or default`
fn maybe_attr<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [name, default, attrs] = take(arguments)?;
    let found = find(evaluator, attrs, evaluator.force_string(name)?.bytes)?;
    evaluator.force(found.unwrap_or(default))
}

fn if_enable<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [condition, value] = take(arguments)?;
    if evaluator.force_bool(condition)? {
        return evaluator.force(value);
    }
    Ok(match evaluator.force(value)? {
        Value::List(_) => evaluator.list(&[]),
        Value::Attrs(_) => evaluator.attrs(vec![]),
        Value::Bool(_) => Value::bool(false),
        _ => Value::Null,
    })
}

/// What a set says of a flag: that it is in the list `flags`, or an attribute of that name.
fn flag<'a>(evaluator: &Evaluator<'a>, attrs: Value<'a>, name: Value<'a>) -> Result<Value<'a>> {
    let is = |word: &'static [u8]| evaluator.equal(name, evaluator.borrowed_string(word));
    if is(b"true")? {
        return Ok(Value::bool(true));
    }
    if is(b"false")? {
        return Ok(Value::bool(false));
    }
    if let Some(flags) = find(evaluator, attrs, "flags")?
        && holds(evaluator, evaluator.force_list(flags)?, name)?
    {
        return Ok(Value::bool(true));
    }
    maybe_attr(evaluator, &[name, Value::bool(false), attrs])
}

/// The attribute, else whether it is a flag, else what the pairs of name and default say.
fn value_of<'a>(
    evaluator: &Evaluator<'a>,
    attrs: Value<'a>,
    defaults: Value<'a>,
    name: Value<'a>,
) -> Result<Value<'a>> {
    if let Some(value) = find(evaluator, attrs, evaluator.force_string(name)?.bytes)? {
        return evaluator.force(value);
    }
    if evaluator.force_bool(flag(evaluator, attrs, name)?)? {
        return Ok(Value::bool(true));
    }
    for default in evaluator.force_list(defaults)? {
        if evaluator.equal(builtin(evaluator, "head", &[*default])?, name)? {
            let rest = builtin(evaluator, "tail", &[*default])?;
            return builtin(evaluator, "head", &[rest]);
        }
    }
    Ok(Value::Null)
}

/// Whether each flag that is set comes with the values that it needs.
fn check_requirements<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [attrs, defaults, requirements] = take(arguments)?;
    for requirement in evaluator.force_list(requirements)? {
        let name = builtin(evaluator, "head", &[*requirement])?;
        if !evaluator.force_bool(flag(evaluator, attrs, name)?)? {
            continue;
        }
        let needed = builtin(evaluator, "tail", &[*requirement])?;
        for name in evaluator.force_list(needed)? {
            match value_of(evaluator, attrs, defaults, *name)? {
                Value::Null => return Ok(Value::bool(false)),
                Value::Bool(value) if !value.get() => return Ok(Value::bool(false)),
                _ => {}
            }
        }
    }
    Ok(Value::bool(true))
}

/// Adds each second element for which the checker says yes to the one before it.
fn concatenate_if<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [mut all, list, checker] = take(arguments)?;
    let mut rest = list;
    while !evaluator.force_list(rest)?.is_empty() {
        let first = builtin(evaluator, "head", &[rest])?;
        let behind = builtin(evaluator, "tail", &[rest])?;
        if says_yes(evaluator, checker, first)? {
            let second = builtin(evaluator, "head", &[behind])?;
            all = evaluator.operate(Operator::Add, evaluator.force(all)?, second)?;
        }
        rest = builtin(evaluator, "tail", &[behind])?;
    }
    evaluator.force(all)
}

/// Collects sets until null comes; then calls the function with all of them.
fn sum_arguments<'a>(
    evaluator: &Evaluator<'a>,
    summed: Value<'a>,
    more: Value<'a>,
    sum: Value<'a>,
    next: Value<'a>,
) -> Result<Value<'a>> {
    if let Value::Null = evaluator.force(next)? {
        let result = evaluator.force_attrs(evaluator.call2(summed, sum, next)?)?;
        let more = evaluator.force_attrs(more)?;
        return Ok(Value::Attrs(result.update(more, evaluator.arena)));
    }
    let sum = evaluator.lazy(move |evaluator| {
        let sum = evaluator.force_attrs(sum)?;
        let next = evaluator.force_attrs(next)?;
        Ok(Value::Attrs(sum.update(next, evaluator.arena)))
    });
    Ok(function(
        evaluator,
        "innerModifySumArgs",
        move |evaluator, next| sum_arguments(evaluator, summed, more, sum, next),
    ))
}

fn nix_type<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    let name: &[u8] = match evaluator.force(value)? {
        Value::Attrs(attrs) if attrs.get(known::OUT_PATH).is_some() => b"derivation",
        Value::Attrs(_) => b"attrs",
        Value::List(_) => b"list",
        Value::Bool(_) => b"bool",
        Value::Null => b"null",
        Value::Int(_) => b"int",
        unknown @ Value::OutOfReach(_) => return Err(evaluator.expected("a value", unknown)),
        other if other.is_function() => b"function",
        _ => b"string",
    };
    Ok(evaluator.borrowed_string(name))
}
