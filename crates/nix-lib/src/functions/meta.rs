//! `lib.meta`: what packages say of themselves.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Attr, Attrs, Evaluator, Result, Str, Value};
use nix_frontend::ir::symbol::known;
use nix_frontend::version::parse_package_name;
use source::Span;

use crate::functions::attrsets::outputs::get_output;
use crate::functions::licenses;
use crate::functions::strings::names::get_name;
use crate::functions::tools::{Text, throw, warn};

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("addMetaAttrs", 2, |evaluator, arguments| {
        let [meta, package] = take(arguments)?;
        add_meta(evaluator, meta, package)
    }),
    Spec::new("appendToName", 2, append_to_name),
    Spec::new("availableOn", 2, available_on),
    Spec::new("cpeFullVersionWithVendor", 2, cpe_full_version),
    Spec::new("dontDistribute", 1, |evaluator, arguments| {
        let [package] = take(arguments)?;
        let meta = evaluator.attrs_from([("hydraPlatforms", evaluator.list_of(&[]))]);
        add_meta(evaluator, meta, package)
    }),
    Spec::new("getExe", 1, get_exe),
    Spec::new("getExe'", 2, |evaluator, arguments| {
        let [package, name] = take(arguments)?;
        executable(evaluator, package, name)
    }),
    Spec::new("getLicenseFromSpdxId", 1, |evaluator, arguments| {
        let [id] = take(arguments)?;
        license_or_warning(evaluator, evaluator.force_string(id)?)
    }),
    Spec::new("getLicenseFromSpdxIdOr", 2, |evaluator, arguments| {
        let [id, default] = take(arguments)?;
        match licenses::of_spdx(evaluator, evaluator.force_string(id)?.bytes) {
            Some(license) => Ok(license),
            None => evaluator.force(default),
        }
    }),
    Spec::new("hiPrio", 1, |evaluator, arguments| {
        let [package] = take(arguments)?;
        set_priority(evaluator, Value::Int(HIGH), package)
    }),
    Spec::new("hiPrioSet", 1, |evaluator, arguments| {
        let [set] = take(arguments)?;
        map_packages(evaluator, set, |evaluator, package| {
            set_priority(evaluator, Value::Int(HIGH), package)
        })
    }),
    Spec::new("lowPrio", 1, |evaluator, arguments| {
        let [package] = take(arguments)?;
        set_priority(evaluator, Value::Int(LOW), package)
    }),
    Spec::new("lowPrioSet", 1, |evaluator, arguments| {
        let [set] = take(arguments)?;
        map_packages(evaluator, set, |evaluator, package| {
            set_priority(evaluator, Value::Int(LOW), package)
        })
    }),
    Spec::new("mapDerivationAttrset", 2, |evaluator, arguments| {
        let [function, set] = take(arguments)?;
        map_packages(evaluator, set, move |evaluator, package| {
            evaluator.call1(function, package)
        })
    }),
    Spec::new("platformMatch", 2, |evaluator, arguments| {
        let [platform, pattern] = take(arguments)?;
        platform_matches(evaluator, platform, pattern).map(Value::bool)
    }),
    Spec::new("setName", 2, set_name),
    Spec::new("setPrio", 2, |evaluator, arguments| {
        let [priority, package] = take(arguments)?;
        set_priority(evaluator, priority, package)
    }),
    Spec::new("updateName", 2, update_name),
];

const HIGH: i64 = -10;
const LOW: i64 = 10;

/// The values of this topic.
pub fn values<'a>(evaluator: &Evaluator<'a>) -> Vec<(&'static str, Value<'a>)> {
    let by_spdx = evaluator.lazy(|evaluator| Ok(licenses::by_spdx(evaluator)));
    vec![
        ("defaultPriority", Value::Int(5)),
        ("licensesSpdx", by_spdx),
    ]
}

/// The license of an SPDX identifier; for one that nobody knows, a license of that name.
fn license_or_warning<'a>(evaluator: &Evaluator<'a>, id: &'a Str<'a>) -> Result<Value<'a>> {
    if let Some(license) = licenses::of_spdx(evaluator, id.bytes) {
        return Ok(license);
    }
    let shown = id.text();
    warn(
        evaluator,
        format!("getLicenseFromSpdxId: No license with the given SPDX ID found: {shown}"),
    )?;
    let name = Value::String(id);
    Ok(evaluator.attrs_from([("shortName", name), ("spdxId", name)]))
}

/// A set with some attributes replaced.
fn updated<'a>(
    evaluator: &Evaluator<'a>,
    attrs: &'a Attrs<'a>,
    more: Vec<(&str, Value<'a>)>,
) -> Value<'a> {
    let more = more.into_iter();
    let more = more.map(|(name, value)| evaluator.attr(name, value));
    let more = evaluator.attrs_ref(more.collect());
    Value::Attrs(attrs.update(more, evaluator.arena))
}

/// `(package.meta or { }) // new`
fn more_meta<'a>(evaluator: &Evaluator<'a>, package: Value<'a>, new: Value<'a>) -> Value<'a> {
    evaluator.lazy(move |evaluator| {
        let former = evaluator.force_attrs(package)?.value(known::META);
        let new = evaluator.force_attrs(new)?;
        match former {
            None => Ok(Value::Attrs(new)),
            Some(former) => {
                let former = evaluator.force_attrs(former)?;
                Ok(Value::Attrs(former.update(new, evaluator.arena)))
            }
        }
    })
}

fn add_meta<'a>(
    evaluator: &Evaluator<'a>,
    meta: Value<'a>,
    package: Value<'a>,
) -> Result<Value<'a>> {
    let package = evaluator.force(package)?;
    let attrs = match package {
        Value::Attrs(attrs) => attrs,
        unknown @ Value::OutOfReach(_) => return Ok(unknown),
        other => return Err(evaluator.expected("a set", other)),
    };
    if let Some(override_attrs) = attrs.value(evaluator.symbol("overrideAttrs")) {
        let change = evaluator.native("addMetaAttrs", 1, move |evaluator, arguments| {
            let [old] = take(arguments)?;
            Ok(evaluator.attrs_from([("meta", more_meta(evaluator, old, meta))]))
        });
        return evaluator.call1(override_attrs, change);
    }
    let meta = more_meta(evaluator, package, meta);
    Ok(updated(evaluator, attrs, vec![("meta", meta)]))
}

fn set_priority<'a>(
    evaluator: &Evaluator<'a>,
    priority: Value<'a>,
    package: Value<'a>,
) -> Result<Value<'a>> {
    let meta = evaluator.attrs_from([("priority", priority)]);
    add_meta(evaluator, meta, package)
}

fn map_packages<'a>(
    evaluator: &Evaluator<'a>,
    set: Value<'a>,
    change: impl Fn(&Evaluator<'a>, Value<'a>) -> Result<Value<'a>> + Copy + 'a,
) -> Result<Value<'a>> {
    let attrs = evaluator.items(evaluator.force_attrs(set)?).iter();
    let mapped = attrs.map(|attr| {
        let package = attr.value;
        let value = evaluator.lazy(move |evaluator| match evaluator.force(package)? {
            Value::Attrs(attrs) if evaluator.is_derivation(attrs)? => change(evaluator, package),
            other => Ok(other),
        });
        Attr { value, ..*attr }
    });
    Ok(evaluator.attrs(mapped.collect()))
}

fn set_name<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [name, package] = take(arguments)?;
    let attrs = evaluator.force_attrs(package)?;
    Ok(updated(evaluator, attrs, vec![("name", name)]))
}

fn update_name<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, package] = take(arguments)?;
    let attrs = evaluator.force_attrs(package)?;
    let name = evaluator.lazy_select(package, known::NAME, Span::NONE);
    let name = evaluator.lazy_call(function, &[name], Span::NONE);
    Ok(updated(evaluator, attrs, vec![("name", name)]))
}

/// `name-suffix-version` for `name-version`.
fn append_to_name<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [suffix, package] = take(arguments)?;
    let attrs = evaluator.force_attrs(package)?;
    let name = evaluator.lazy_select(package, known::NAME, Span::NONE);
    let name = evaluator.lazy(move |evaluator| {
        let whole = evaluator.force_string(name)?;
        let (name, version) = parse_package_name(whole.bytes);
        let mut appended = Text::new(evaluator);
        appended.push(name);
        appended.push("-");
        appended.interpolate(suffix)?;
        appended.push("-");
        appended.push(version);
        Ok(appended.finish())
    });
    Ok(updated(evaluator, attrs, vec![("name", name)]))
}

/// A pattern is the name of a system, or a part of an elaborated platform or of how its name is parsed.
fn platform_matches<'a>(
    evaluator: &Evaluator<'a>,
    platform: Value<'a>,
    pattern: Value<'a>,
) -> Result<bool> {
    let pattern = evaluator.force(pattern)?;
    if let Value::String(_) = pattern {
        let platform = evaluator.force_attrs(platform)?;
        return match platform.value(evaluator.symbol("system")) {
            Some(system) => evaluator.equal(pattern, system),
            None => Ok(false),
        };
    }
    let is_whole = match pattern {
        Value::Attrs(attrs) => attrs.get(evaluator.symbol("parsed")).is_some(),
        _ => false,
    };
    let pattern = match is_whole {
        true => pattern,
        false => evaluator.attrs_from([("parsed", pattern)]),
    };
    super::attrsets::deep::matches(evaluator, pattern, platform)
}

fn available_on<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [platform, package] = take(arguments)?;
    let package = evaluator.force_attrs(package)?;
    let meta = match package.value(known::META) {
        Some(meta) => Some(evaluator.force_attrs(meta)?),
        None => None,
    };
    let listed = |name: &str| -> Result<Option<bool>> {
        let Some(patterns) = meta.and_then(|meta| meta.value(evaluator.symbol(name))) else {
            return Ok(None);
        };
        for pattern in evaluator.force_list(patterns)? {
            if platform_matches(evaluator, platform, *pattern)? {
                return Ok(Some(true));
            }
        }
        Ok(Some(false))
    };
    let available = listed("platforms")?.unwrap_or(true);
    Ok(Value::bool(
        available && !listed("badPlatforms")?.unwrap_or(false),
    ))
}

fn cpe_full_version<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [vendor, version] = take(arguments)?;
    Ok(evaluator.attrs_from([
        ("vendor", vendor),
        ("version", version),
        ("update", evaluator.borrowed_string(b"*")),
    ]))
}

/// `package/bin/name`
fn executable<'a>(
    evaluator: &Evaluator<'a>,
    package: Value<'a>,
    name: Value<'a>,
) -> Result<Value<'a>> {
    let package = evaluator.force(package)?;
    let is_package = match package {
        Value::Attrs(attrs) => evaluator.is_derivation(attrs)?,
        Value::OutOfReach(_) => true,
        _ => false,
    };
    if !is_package {
        let kind = package.type_name().unwrap_or_default();
        return Err(throw(format!(
            "lib.meta.getExe': The first argument is of type {kind}, but it should be a derivation instead."
        )));
    }
    let name = match evaluator.force(name)? {
        Value::String(name) => name,
        unknown @ Value::OutOfReach(_) => return Err(evaluator.expected("a string", unknown)),
        other => {
            let kind = other.type_name().unwrap_or_default();
            return Err(throw(format!(
                "lib.meta.getExe': The second argument is of type {kind}, but it should be a string instead."
            )));
        }
    };
    if name.bytes.contains(&b'/') {
        return Err(throw(format!(
            "lib.meta.getExe': The second argument \"{}\" is a nested path with a \"/\" character, but it should just be the name of the executable instead.",
            name.text()
        )));
    }
    let mut path = Text::new(evaluator);
    path.interpolate(get_output(evaluator, b"bin", package)?)?;
    path.push("/bin/");
    path.push_string(name);
    Ok(path.finish())
}

/// The program that a package says is its main one; else the one that is called as the package is.
pub(crate) fn get_exe<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [package] = take(arguments)?;
    let package = evaluator.force(package)?;
    let meta = match package {
        Value::Attrs(attrs) => attrs.value(known::META),
        unknown @ Value::OutOfReach(_) => return Err(evaluator.expected("a package", unknown)),
        _ => None,
    };
    let program = match meta {
        Some(meta) => match evaluator.force(meta)? {
            Value::Attrs(meta) => meta.value(evaluator.symbol("mainProgram")),
            unknown @ Value::OutOfReach(_) => {
                return Err(evaluator.expected("a package", unknown));
            }
            _ => None,
        },
        None => None,
    };
    if let Some(program) = program {
        return executable(evaluator, package, program);
    }
    let name = get_name(evaluator, &[package])?;
    let shown = evaluator.force_string(name)?.text();
    warn(
        evaluator,
        format!(
            "getExe: Package {shown} does not have the meta.mainProgram attribute; its name is taken for that of the program"
        ),
    )?;
    executable(evaluator, package, name)
}
