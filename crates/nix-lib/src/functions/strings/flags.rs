//! `lib.strings`: arguments of build systems.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Value};

use crate::functions::tools::{Text, assertion};

/// The functions of this part.
pub const TABLE: &[Spec] = &[
    Spec::new("cmakeBool", 2, cmake_bool),
    Spec::new("cmakeFeature", 2, cmake_feature),
    Spec::new("cmakeOptionType", 3, cmake_option_type),
    Spec::new("enableFeature", 2, enable_feature),
    Spec::new("enableFeatureAs", 3, enable_feature_as),
    Spec::new("mesonBool", 2, meson_bool),
    Spec::new("mesonEnable", 2, meson_enable),
    Spec::new("mesonOption", 2, meson_option),
    Spec::new("withFeature", 2, with_feature),
    Spec::new("withFeatureAs", 3, with_feature_as),
];

/// The value as the text of an option. Errors: a failed assertion if it is no string.
fn string<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<Value<'a>> {
    match evaluator.force(value)? {
        string @ Value::String(_) => Ok(string),
        unknown @ Value::OutOfReach(_) => Err(evaluator.expected("a string", unknown)),
        _ => Err(assertion("the feature and its value must be strings")),
    }
}

fn boolean<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<bool> {
    match evaluator.force(value)? {
        Value::Bool(value) => Ok(value.get()),
        unknown @ Value::OutOfReach(_) => Err(evaluator.expected("a Boolean", unknown)),
        _ => Err(assertion("the flag must be a Boolean")),
    }
}

fn cmake<'a>(
    evaluator: &Evaluator<'a>,
    kind: &[u8],
    feature: Value<'a>,
    value: Value<'a>,
) -> Result<Value<'a>> {
    const KINDS: &[&[u8]] = &[
        b"BOOL",
        b"FILEPATH",
        b"PATH",
        b"STRING",
        b"INTERNAL",
        b"LIST",
    ];
    let kind = kind.to_ascii_uppercase();
    if !KINDS.contains(&kind.as_slice()) {
        return Err(assertion("cmakeOptionType: there is no such type"));
    }
    let (feature, value) = (string(evaluator, feature)?, string(evaluator, value)?);
    let mut flag = Text::new(evaluator);
    flag.push("-D");
    flag.interpolate(feature)?;
    flag.push(":");
    flag.push(kind);
    flag.push("=");
    flag.interpolate(value)?;
    Ok(flag.finish())
}

fn cmake_option_type<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [kind, feature, value] = take(arguments)?;
    let kind = evaluator.force_string(kind)?;
    cmake(evaluator, kind.bytes, feature, value)
}

fn cmake_bool<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [feature, flag] = take(arguments)?;
    let value: &[u8] = match boolean(evaluator, flag)? {
        true => b"TRUE",
        false => b"FALSE",
    };
    cmake(
        evaluator,
        b"BOOL",
        feature,
        evaluator.borrowed_string(value),
    )
}

fn cmake_feature<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [feature, value] = take(arguments)?;
    cmake(evaluator, b"STRING", feature, value)
}

fn meson_option<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [feature, value] = take(arguments)?;
    let (feature, value) = (string(evaluator, feature)?, string(evaluator, value)?);
    let mut flag = Text::new(evaluator);
    flag.push("-D");
    flag.interpolate(feature)?;
    flag.push("=");
    flag.interpolate(value)?;
    Ok(flag.finish())
}

fn meson_either<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
    yes: &'static [u8],
    no: &'static [u8],
) -> Result<Value<'a>> {
    let [feature, flag] = take(arguments)?;
    let value = if boolean(evaluator, flag)? { yes } else { no };
    meson_option(evaluator, &[feature, evaluator.borrowed_string(value)])
}

fn meson_bool<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    meson_either(evaluator, arguments, b"true", b"false")
}

fn meson_enable<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    meson_either(evaluator, arguments, b"enabled", b"disabled")
}

/// `--yes-feature=value` or `--no-feature`
fn configure<'a>(
    evaluator: &Evaluator<'a>,
    prefix: &str,
    feature: Value<'a>,
    value: Option<Value<'a>>,
) -> Result<Value<'a>> {
    let mut flag = Text::new(evaluator);
    flag.push(prefix);
    flag.interpolate(string(evaluator, feature)?)?;
    if let Some(value) = value {
        flag.push("=");
        flag.interpolate(value)?;
    }
    Ok(flag.finish())
}

fn enable_feature<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [flag, feature] = take(arguments)?;
    match boolean(evaluator, flag)? {
        true => configure(evaluator, "--enable-", feature, None),
        false => configure(evaluator, "--disable-", feature, None),
    }
}

fn enable_feature_as<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [flag, feature, value] = take(arguments)?;
    match boolean(evaluator, flag)? {
        true => configure(evaluator, "--enable-", feature, Some(value)),
        false => configure(evaluator, "--disable-", feature, None),
    }
}

fn with_feature<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [flag, feature] = take(arguments)?;
    match evaluator.force_bool(flag)? {
        true => configure(evaluator, "--with-", feature, None),
        false => configure(evaluator, "--without-", feature, None),
    }
}

fn with_feature_as<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [flag, feature, value] = take(arguments)?;
    match evaluator.force_bool(flag)? {
        true => configure(evaluator, "--with-", feature, Some(value)),
        false => configure(evaluator, "--without-", feature, None),
    }
}
