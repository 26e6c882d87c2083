//! Whether a value fits a type. A container's check looks at the container only; its elements are checked when they are merged.

use nix_frontend::eval::coerce::Coercion;
use nix_frontend::eval::ops::canonical;
use nix_frontend::eval::{Attrs, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;

use crate::functions::path::has_store_path_prefix;
use crate::modules::properties::tag;
use crate::modules::types::{Kind, Type, TypeRef};

/// Whether `value` fits. Errors: the value's own, and those of custom checks.
pub fn check<'a>(evaluator: &Evaluator<'a>, of: TypeRef<'a>, value: Value<'a>) -> Result<bool> {
    evaluator.check_stack()?;
    Ok(check_kind(evaluator, of, value)? && check_further(evaluator, of, value)?)
}

/// What `addCheck` added.
pub(crate) fn check_further<'a>(
    evaluator: &Evaluator<'a>,
    of: TypeRef<'a>,
    value: Value<'a>,
) -> Result<bool> {
    for check in of.checks {
        let verdict = evaluator.call1(*check, value)?;
        if !evaluator.force_bool(verdict)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What the kind itself checks.
pub(crate) fn check_kind<'a>(
    evaluator: &Evaluator<'a>,
    of: TypeRef<'a>,
    value: Value<'a>,
) -> Result<bool> {
    if accepts_all_kinds(of) {
        return Ok(true);
    }
    let value = evaluator.force(value)?;
    if let Value::OutOfReach(_) = value {
        return Ok(true);
    }
    Ok(match of.kind {
        Kind::Unspecified | Kind::Raw | Kind::Anything => true,
        Kind::Bool | Kind::BoolByOr => matches!(value, Value::Bool(_)),
        Kind::Int(least, most) => {
            matches!(value, Value::Int(number) if (least..=most).contains(&number))
        }
        Kind::Float => matches!(value, Value::Float(_)),
        Kind::Str | Kind::SeparatedString(_) => matches!(value, Value::String(_)),
        Kind::NonEmptyStr => match value {
            Value::String(string) => !string.bytes.iter().all(|byte| b" \t\n".contains(byte)),
            _ => false,
        },
        Kind::SingleLineStr => match value {
            Value::String(string) => {
                let line = string.bytes.strip_suffix(b"\n").unwrap_or(string.bytes);
                !line.iter().any(|byte| b"\n\r".contains(byte))
            }
            _ => false,
        },
        Kind::StrMatching(pattern) => match value {
            Value::String(_) => matches(evaluator, pattern, value)?,
            _ => false,
        },
        Kind::Attrs => matches!(value, Value::Attrs(_)),
        Kind::Package => is_package(evaluator, value)?,
        Kind::ShellPackage => match value {
            Value::Attrs(attrs) => {
                evaluator.is_derivation(attrs)?
                    && attrs.get(evaluator.symbol("shellPath")).is_some()
            }
            _ => false,
        },
        Kind::FileSet(lib) => {
            let is_file_set = lib.member(evaluator, &["fileset", "isFileset"])?;
            let verdict = evaluator.call1(is_file_set, value)?;
            evaluator.force_bool(verdict)?
        }
        Kind::LuaInline => has_tag(evaluator, value, b"lua-inline")?,
        Kind::OptionDeclaration => match value {
            Value::Attrs(attrs) => {
                tag(evaluator, attrs)? == Some(b"option") && attrs.get(known::VALUE).is_none()
            }
            _ => false,
        },
        Kind::AttrListOf(_) => matches!(value, Value::List(_) | Value::Attrs(_)),
        Kind::Later(later) => check(evaluator, later.get(evaluator)?, value)?,
        Kind::Path { in_store, absolute } => is_path(evaluator, value, in_store, absolute)?,
        Kind::ListOf(_, filled) => {
            matches!(value, Value::List(list) if !(filled && list.items.is_empty()))
        }
        Kind::AttrsOf { .. } => matches!(value, Value::Attrs(_)),
        Kind::NullOr(element) => matches!(value, Value::Null) || check(evaluator, element, value)?,
        Kind::Either(left, right) => {
            check(evaluator, left, value)? || check(evaluator, right, value)?
        }
        Kind::Enum(values) => {
            for each in evaluator.force_list(values)? {
                if evaluator.equal(*each, value)? {
                    return Ok(true);
                }
            }
            false
        }
        Kind::CoercedTo { from, function, to } => {
            (check(evaluator, from, value)?
                && check(evaluator, to, evaluator.call1(function, value)?)?)
                || check(evaluator, to, value)?
        }
        Kind::Submodule(_) | Kind::DeferredModule(_) => {
            is_function(value)
                || matches!(value, Value::Attrs(_))
                || is_path(evaluator, value, None, Some(true))?
        }
        Kind::FunctionTo(_) => is_function(value),
        Kind::Unique(_, element) => check(evaluator, element, value)?,
        Kind::AttrTag(tags) => match value {
            Value::Attrs(attrs) => {
                let items = evaluator.items(attrs);
                items.len() == 1 && items.iter().all(|attr| tags.get(attr.name).is_some())
            }
            _ => false,
        },
        Kind::OptionType => has_tag(evaluator, value, b"option-type")?,
        Kind::Custom(attrs) => match attrs.value(known::CHECK) {
            None => true,
            Some(check) => {
                let verdict = evaluator.call1(check, value)?;
                evaluator.force_bool(verdict)?
            }
        },
    })
}

/// Whether `lib.isFunction` holds.
pub fn is_function(value: Value<'_>) -> bool {
    value.is_function()
        || matches!(value, Value::Attrs(attrs) if attrs.get(known::FUNCTOR).is_some())
}

fn matches<'a>(evaluator: &Evaluator<'a>, pattern: &'a [u8], subject: Value<'a>) -> Result<bool> {
    let function = evaluator.builtins_value("match")?;
    let found = evaluator.call2(function, evaluator.borrowed_string(pattern), subject)?;
    Ok(!matches!(found, Value::Null))
}

fn is_string_like<'a>(value: Value<'a>) -> bool {
    match value {
        Value::String(_) | Value::Path(_) => true,
        Value::Attrs(attrs) => is_string_like_set(attrs),
        _ => false,
    }
}

fn is_string_like_set(attrs: &Attrs<'_>) -> bool {
    attrs.get(known::OUT_PATH).is_some() || attrs.get(known::TO_STRING).is_some()
}

fn has_tag<'a>(evaluator: &Evaluator<'a>, value: Value<'a>, wanted: &[u8]) -> Result<bool> {
    match value {
        Value::Attrs(attrs) => Ok(tag(evaluator, attrs)? == Some(wanted)),
        _ => Ok(false),
    }
}

fn is_package<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<bool> {
    if let Value::Attrs(attrs) = value
        && evaluator.is_derivation(attrs)?
    {
        return Ok(true);
    }
    if !is_string_like(value) {
        return Ok(false);
    }
    let string = evaluator.coerce_to_string(value, Coercion::TO_STRING)?;
    let name = string.bytes.strip_prefix(STORE);
    Ok(name.is_some_and(|name| !name.contains(&b'/')))
}

const STORE: &[u8] = b"/nix/store/";

fn is_path<'a>(
    evaluator: &Evaluator<'a>,
    value: Value<'a>,
    in_store: Option<bool>,
    absolute: Option<bool>,
) -> Result<bool> {
    let fits = match in_store {
        Some(false) => matches!(value, Value::String(_)),
        _ => is_string_like(value),
    };
    if !fits {
        return Ok(false);
    }
    let string = evaluator.coerce_to_string(value, Coercion::TO_STRING)?;
    if let Some(wanted) = in_store
        && is_in_store(evaluator, string.bytes)? != wanted
    {
        return Ok(false);
    }
    Ok(absolute.is_none_or(|wanted| wanted == string.bytes.starts_with(b"/")))
}

fn is_in_store<'a>(evaluator: &Evaluator<'a>, path: &[u8]) -> Result<bool> {
    let path = [b"/", path].concat();
    let path = evaluator.path(canonical(&path));
    let verdict = has_store_path_prefix(evaluator, &[path])?;
    evaluator.force_bool(verdict)
}

/// Whether a type always accepts (so that nothing has to be forced).
pub fn accepts_all(of: &Type<'_>) -> bool {
    of.checks.is_empty() && accepts_all_kinds(of)
}

fn accepts_all_kinds(of: &Type<'_>) -> bool {
    matches!(of.kind, Kind::Unspecified | Kind::Raw | Kind::Anything)
}
