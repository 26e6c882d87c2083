//! `lib.trivial`: small functions of all kinds.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{EvalError, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;

use crate::functions::tools::{Text, assertion, builtin, holds, says_yes, text, throw, warn};

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("and", 2, |evaluator, arguments| {
        let [left, right] = take(arguments)?;
        Ok(Value::bool(
            evaluator.force_bool(left)? && evaluator.force_bool(right)?,
        ))
    }),
    Spec::new("bitNot", 1, |evaluator, arguments| {
        let [number] = take(arguments)?;
        builtin(evaluator, "sub", &[Value::Int(-1), number])
    }),
    Spec::new("boolToString", 1, |evaluator, arguments| {
        either(evaluator, arguments, b"true", b"false")
    }),
    Spec::new("boolToYesNo", 1, |evaluator, arguments| {
        either(evaluator, arguments, b"yes", b"no")
    }),
    Spec::new("checkListOfEnum", 3, check_list_of_enum),
    Spec::new("compare", 2, compare),
    Spec::new("concat", 2, concat),
    Spec::new("const", 2, |evaluator, arguments| {
        let [value, _] = take(arguments)?;
        evaluator.force(value)
    }),
    Spec::new("defaultTo", 2, default_to),
    Spec::new("flip", 3, |evaluator, arguments| {
        let [function, first, second] = take(arguments)?;
        evaluator.call2(function, second, first)
    }),
    Spec::new("fromHexString", 1, from_hex_string),
    Spec::new("functionArgs", 1, function_args),
    Spec::new("id", 1, id),
    Spec::new("importJSON", 1, |evaluator, arguments| {
        let text = builtin(evaluator, "readFile", arguments)?;
        builtin(evaluator, "fromJSON", &[text])
    }),
    Spec::new("importTOML", 1, |evaluator, arguments| {
        let text = builtin(evaluator, "readFile", arguments)?;
        builtin(evaluator, "fromTOML", &[text])
    }),
    Spec::new("info", 2, info),
    Spec::new("isFunction", 1, |evaluator, arguments| {
        let [value] = take(arguments)?;
        is_function(evaluator, value).map(Value::bool)
    }),
    Spec::new("mapNullable", 2, map_nullable),
    Spec::new("max", 2, max),
    Spec::new("mergeAttrs", 2, merge_attrs),
    Spec::new("min", 2, min),
    Spec::new("mirrorFunctionArgs", 2, mirror_function_args),
    Spec::new("mod", 2, modulo),
    Spec::new("oldestSupportedReleaseIsAtLeast", 1, is_supported),
    Spec::new("or", 2, |evaluator, arguments| {
        let [left, right] = take(arguments)?;
        Ok(Value::bool(
            evaluator.force_bool(left)? || evaluator.force_bool(right)?,
        ))
    }),
    Spec::new("pipe", 2, pipe),
    Spec::new("revisionWithDefault", 1, id),
    Spec::new("setFunctionArgs", 2, set_function_args),
    Spec::new("showWarnings", 2, show_warnings),
    Spec::new("splitByAndCompare", 5, split_by_and_compare),
    Spec::new("throwIf", 2, |evaluator, arguments| {
        let [condition, message] = take(arguments)?;
        throw_if(evaluator, evaluator.force_bool(condition)?, message)
    }),
    Spec::new("throwIfNot", 2, |evaluator, arguments| {
        let [condition, message] = take(arguments)?;
        throw_if(evaluator, !evaluator.force_bool(condition)?, message)
    }),
    Spec::new("toBaseDigits", 2, to_base_digits),
    Spec::new("toFunction", 1, to_function),
    Spec::new("toHexString", 1, to_hex_string),
    Spec::new("warnIf", 2, |evaluator, arguments| {
        let [condition, message] = take(arguments)?;
        warn_if(evaluator, evaluator.force_bool(condition)?, message)
    }),
    Spec::new("warnIfNot", 2, |evaluator, arguments| {
        let [condition, message] = take(arguments)?;
        warn_if(evaluator, !evaluator.force_bool(condition)?, message)
    }),
    Spec::new("xor", 2, |evaluator, arguments| {
        let [left, right] = take(arguments)?;
        Ok(Value::bool(
            evaluator.force_bool(left)? != evaluator.force_bool(right)?,
        ))
    }),
];

/// The builtins of this topic.
pub const BUILTINS: &[&str] = &[
    "add",
    "bitAnd",
    "bitOr",
    "bitXor",
    "ceil",
    "deepSeq",
    "div",
    "floor",
    "genericClosure",
    "isBool",
    "isFloat",
    "isInt",
    "lessThan",
    "mul",
    "pathExists",
    "readFile",
    "seq",
    "sub",
    "warn",
];

const RELEASE: &str = "26.11";
const CODE_NAME: &str = "Zokor";
const OLDEST_SUPPORTED_RELEASE: i64 = 2511;

/// What follows the release where nobody built a channel.
const VERSION_SUFFIX: &str = "pre-git";

/// The values of this topic. Which commit of nixpkgs an input is does not show in its version.
pub fn values<'a>(evaluator: &Evaluator<'a>) -> Vec<(&'static str, Value<'a>)> {
    let release = evaluator.borrowed_string(RELEASE.as_bytes());
    let version = evaluator.string([RELEASE, VERSION_SUFFIX].concat());
    let deprecated = evaluator.lazy(move |evaluator| {
        warn(
            evaluator,
            "lib.nixpkgsVersion is a deprecated alias of lib.version.",
        )?;
        Ok(version)
    });
    let is_supported = evaluator.lazy(|evaluator| {
        warn(
            evaluator,
            "lib.isInOldestRelease is deprecated. Use lib.oldestSupportedReleaseIsAtLeast instead.",
        )?;
        Ok(evaluator.native("isInOldestRelease", 1, is_supported))
    });
    let in_shell = evaluator.lazy(|evaluator| {
        let name = evaluator.borrowed_string(b"IN_NIX_SHELL");
        let shell = evaluator.force_string(builtin(evaluator, "getEnv", &[name])?)?;
        Ok(Value::bool(!shell.bytes.is_empty()))
    });
    let is_pure = evaluator.lazy(|evaluator| {
        let current = evaluator.symbol("currentSystem");
        Ok(Value::bool(evaluator.builtins()?.get(current).is_none()))
    });
    vec![
        ("codeName", evaluator.borrowed_string(CODE_NAME.as_bytes())),
        ("inNixShell", in_shell),
        ("inPureEvalMode", is_pure),
        ("isInOldestRelease", is_supported),
        ("nixpkgsVersion", deprecated),
        (
            "oldestSupportedRelease",
            Value::Int(OLDEST_SUPPORTED_RELEASE),
        ),
        ("release", release),
        ("version", version),
        (
            "versionSuffix",
            evaluator.borrowed_string(VERSION_SUFFIX.as_bytes()),
        ),
    ]
}

fn id<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    evaluator.force(value)
}

/// The function that gives what it gets.
pub(crate) fn identity<'a>(evaluator: &Evaluator<'a>) -> Value<'a> {
    evaluator.native("id", 1, id)
}

fn either<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
    yes: &'static [u8],
    no: &'static [u8],
) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    let text = if evaluator.force_bool(value)? {
        yes
    } else {
        no
    };
    Ok(evaluator.borrowed_string(text))
}

fn check_list_of_enum<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [message, valid, given] = take(arguments)?;
    let valid = evaluator.force_list(valid)?;
    let mut unexpected = vec![];
    for item in evaluator.force_list(given)? {
        if !holds(evaluator, valid, *item)? {
            unexpected.push(text(evaluator, *item)?.text());
        }
    }
    if unexpected.is_empty() {
        return Ok(identity(evaluator));
    }
    let message = evaluator.force_string(message)?.text();
    let unexpected = unexpected.join(", ");
    let mut ones = vec![];
    for item in valid {
        ones.push(text(evaluator, *item)?.text());
    }
    let ones = ones.join(", ");
    Err(throw(format!(
        "{message}: {unexpected} unexpected; valid ones: {ones}"
    )))
}

fn compare<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [left, right] = take(arguments)?;
    let order = evaluator.compare(left, right)?;
    Ok(Value::Int(order.map_or(0, |order| order as i64)))
}

fn concat<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [left, right] = take(arguments)?;
    let both = [evaluator.force_list(left)?, evaluator.force_list(right)?];
    Ok(evaluator.list(&both.concat()))
}

fn default_to<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [default, value] = take(arguments)?;
    match evaluator.force(value)? {
        Value::Null => evaluator.force(default),
        value => Ok(value),
    }
}

fn map_nullable<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, value] = take(arguments)?;
    match evaluator.force(value)? {
        Value::Null => Ok(Value::Null),
        value => evaluator.call1(function, value),
    }
}

fn merge_attrs<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [left, right] = take(arguments)?;
    let left = evaluator.force_attrs(left)?;
    let right = evaluator.force_attrs(right)?;
    Ok(Value::Attrs(left.update(right, evaluator.arena)))
}

fn min<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [left, right] = take(arguments)?;
    let is_left = evaluator.is_less(left, right)?;
    evaluator.force(if is_left { left } else { right })
}

fn max<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [left, right] = take(arguments)?;
    let is_left = evaluator.is_less(right, left)?;
    evaluator.force(if is_left { left } else { right })
}

fn modulo<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [left, right] = take(arguments)?;
    let parts = builtin(evaluator, "div", &[left, right])?;
    let whole = builtin(evaluator, "mul", &[right, parts])?;
    builtin(evaluator, "sub", &[left, whole])
}

fn pipe<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [mut value, functions] = take(arguments)?;
    for function in evaluator.force_list(functions)? {
        value = evaluator.call1(*function, value)?;
    }
    evaluator.force(value)
}

fn info<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [message, value] = take(arguments)?;
    let mut said = Text::new(evaluator);
    said.push("INFO: ");
    said.interpolate(message)?;
    builtin(evaluator, "trace", &[said.finish(), value])
}

fn is_supported<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [release] = take(arguments)?;
    let release = evaluator.force_int(release)?;
    Ok(Value::bool(release <= OLDEST_SUPPORTED_RELEASE))
}

/// Whether it can be called: a function, or a set whose functor gives one.
pub(crate) fn is_function<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<bool> {
    let value = evaluator.force(value)?;
    let Value::Attrs(attrs) = value else {
        return Ok(value.is_function());
    };
    match attrs.value(known::FUNCTOR) {
        Some(functor) => Ok(evaluator.call1(functor, value)?.is_function()),
        None => Ok(false),
    }
}

fn to_function<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    if is_function(evaluator, value)? {
        return evaluator.force(value);
    }
    Ok(evaluator.native("const", 1, move |_, _| Ok(value)))
}

/// The formals of a function, each with whether it has a default. A set with a functor can say them itself.
pub(crate) fn function_args<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [function] = take(arguments)?;
    let function = evaluator.force(function)?;
    let Value::Attrs(attrs) = function else {
        return builtin(evaluator, "functionArgs", &[function]);
    };
    let Some(functor) = attrs.value(known::FUNCTOR) else {
        return builtin(evaluator, "functionArgs", &[function]);
    };
    match attrs.value(known::FUNCTION_ARGS) {
        Some(args) => evaluator.force(args),
        None => function_args(evaluator, &[evaluator.call1(functor, function)?]),
    }
}

/// A set that can be called as `function`, and says of its arguments what `args` does.
pub(crate) fn with_args<'a>(
    evaluator: &Evaluator<'a>,
    function: Value<'a>,
    args: Value<'a>,
) -> Value<'a> {
    let functor = evaluator.native("__functor", 1, move |evaluator, _| {
        evaluator.force(function)
    });
    evaluator.attrs_from([("__functor", functor), ("__functionArgs", args)])
}

fn set_function_args<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, args] = take(arguments)?;
    Ok(with_args(evaluator, function, args))
}

fn mirror_function_args<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [model, function] = take(arguments)?;
    let args = evaluator.lazy(move |evaluator| function_args(evaluator, &[model]));
    Ok(with_args(evaluator, function, args))
}

fn show_warnings<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [warnings, value] = take(arguments)?;
    for warning in evaluator.force_list(warnings)? {
        builtin(evaluator, "warn", &[*warning, Value::Null])?;
    }
    evaluator.force(value)
}

fn split_by_and_compare<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [predicate, yes, no, left, right] = take(arguments)?;
    let first = says_yes(evaluator, predicate, left)?;
    match (first, says_yes(evaluator, predicate, right)?) {
        (true, true) => evaluator.call2(yes, left, right),
        (true, false) => Ok(Value::Int(-1)),
        (false, true) => Ok(Value::Int(1)),
        (false, false) => evaluator.call2(no, left, right),
    }
}

fn throw_if<'a>(
    evaluator: &Evaluator<'a>,
    condition: bool,
    message: Value<'a>,
) -> Result<Value<'a>> {
    if condition {
        return builtin(evaluator, "throw", &[message]);
    }
    Ok(identity(evaluator))
}

fn warn_if<'a>(
    evaluator: &Evaluator<'a>,
    condition: bool,
    message: Value<'a>,
) -> Result<Value<'a>> {
    if condition {
        return builtin(evaluator, "warn", &[message]);
    }
    Ok(identity(evaluator))
}

pub(crate) fn from_hex_string<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    const LONGEST: usize = 16;
    let [string] = take(arguments)?;
    let text = evaluator.force_string(string)?.text();
    let digits = text.strip_prefix("0x").unwrap_or(&text);
    let is_plain = !digits.is_empty()
        && digits.len() <= LONGEST
        && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let lower = text.to_ascii_lowercase();
    let number = i64::from_str_radix(lower.strip_prefix("0x").unwrap_or(&lower), 16);
    if !is_plain {
        let shown = super::generators::pretty::plain(evaluator, string)?.text();
        warn(
            evaluator,
            format!("fromHexString: {shown} is not a valid input and will be rejected in 26.05"),
        )?;
    }
    number
        .map(Value::Int)
        .map_err(|_| EvalError::type_error(format!("`{text}` is no hexadecimal number of 64 bits")))
}

/// The digits of a number, the highest first.
fn digits(base: i64, number: i64) -> Result<Vec<i64>> {
    if base < 2 || number < 0 {
        return Err(assertion(
            "toBaseDigits: the base must be at least 2, the number at least 0",
        ));
    }
    let mut digits = vec![number % base];
    let mut rest = number / base;
    while rest > 0 {
        digits.push(rest % base);
        rest /= base;
    }
    digits.reverse();
    Ok(digits)
}

fn to_base_digits<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [base, number] = take(arguments)?;
    let (Value::Int(base), Value::Int(number)) = (evaluator.force(base)?, evaluator.force(number)?)
    else {
        return Err(assertion("toBaseDigits: both must be integers"));
    };
    let digits = digits(base, number)?.into_iter().map(Value::Int);
    Ok(evaluator.list(&digits.collect::<Vec<_>>()))
}

fn to_hex_string<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [number] = take(arguments)?;
    match evaluator.force(number)? {
        Value::Int(number) if number >= 0 => Ok(evaluator.string(format!("{number:X}"))),
        unknown @ Value::OutOfReach(_) => Err(evaluator.expected("an integer", unknown)),
        _ => Err(assertion(
            "toHexString: the number must be an integer and at least 0",
        )),
    }
}
