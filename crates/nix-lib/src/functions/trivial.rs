//! `lib.trivial`, `lib.fixedPoints`, `lib.asserts` and names of packages: small functions of all kinds.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::coerce::Coercion;
use nix_frontend::eval::{Attrs, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;
use source::Span;

use super::lists::throw;

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("id", 1, id),
    Spec::new("const", 2, constant),
    Spec::new("flip", 3, flip),
    Spec::new("pipe", 2, pipe),
    Spec::new("and", 2, and),
    Spec::new("or", 2, or),
    Spec::new("min", 2, min),
    Spec::new("max", 2, max),
    Spec::new("mod", 2, modulo),
    Spec::new("boolToString", 1, bool_to_string),
    Spec::new("isFunction", 1, is_function),
    Spec::new("toFunction", 1, to_function),
    Spec::new("setFunctionArgs", 2, set_function_args),
    Spec::new("assertMsg", 2, assert_msg),
    Spec::new("throwIf", 3, throw_if),
    Spec::new("throwIfNot", 3, throw_if_not),
    Spec::new("importJSON", 1, import_json),
    Spec::new("importTOML", 1, import_toml),
    Spec::new("toHexString", 1, to_hex_string),
    Spec::new("fix", 1, fix),
    Spec::new("extends", 3, extends),
    Spec::new("composeExtensions", 4, compose_extensions),
    Spec::new("composeManyExtensions", 3, compose_many_extensions),
    Spec::new("getBin", 1, get_bin),
    Spec::new("getExe", 1, get_exe),
    Spec::new("getExe'", 2, get_exe_prime),
    Spec::new("getName", 1, get_name),
];

fn id<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    evaluator.force(value)
}

fn constant<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [value, _] = take(arguments)?;
    evaluator.force(value)
}

fn flip<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, first, second] = take(arguments)?;
    evaluator.call2(function, second, first)
}

fn pipe<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [mut value, functions] = take(arguments)?;
    for function in evaluator.force_list(functions)? {
        value = evaluator.call1(*function, value)?;
    }
    evaluator.force(value)
}

fn and<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [left, right] = take(arguments)?;
    Ok(Value::Bool(
        evaluator.force_bool(left)? && evaluator.force_bool(right)?,
    ))
}

fn or<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [left, right] = take(arguments)?;
    Ok(Value::Bool(
        evaluator.force_bool(left)? || evaluator.force_bool(right)?,
    ))
}

fn min<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [left, right] = take(arguments)?;
    evaluator.force(if evaluator.is_less(left, right)? {
        left
    } else {
        right
    })
}

fn max<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [left, right] = take(arguments)?;
    evaluator.force(if evaluator.is_less(right, left)? {
        left
    } else {
        right
    })
}

fn modulo<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [left, right] = take(arguments)?;
    let (left, right) = (evaluator.force_int(left)?, evaluator.force_int(right)?);
    match left.checked_rem(right) {
        Some(rest) => Ok(Value::Int(rest)),
        None => Err(nix_frontend::eval::EvalError::type_error(
            "division by zero",
        )),
    }
}

fn bool_to_string<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    let text: &[u8] = if evaluator.force_bool(value)? {
        b"true"
    } else {
        b"false"
    };
    Ok(evaluator.borrowed_string(text))
}

fn is_function<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    let value = evaluator.force(value)?;
    Ok(Value::Bool(crate::modules::types::check::is_function(
        value,
    )))
}

fn to_function<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    let value = evaluator.force(value)?;
    if crate::modules::types::check::is_function(value) {
        return Ok(value);
    }
    Ok(evaluator.native("const", 1, move |_, _| Ok(value)))
}

fn set_function_args<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, args] = take(arguments)?;
    let functor = evaluator.native("__functor", 1, move |evaluator, _| {
        evaluator.force(function)
    });
    Ok(evaluator.attrs_from([("__functor", functor), ("__functionArgs", args)]))
}

fn assert_msg<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [holds, message] = take(arguments)?;
    if evaluator.force_bool(holds)? {
        return Ok(Value::Bool(true));
    }
    Err(throw(&evaluator.force_string(message)?.text()))
}

fn throw_if<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [condition, message, value] = take(arguments)?;
    if evaluator.force_bool(condition)? {
        return Err(throw(&evaluator.force_string(message)?.text()));
    }
    evaluator.force(value)
}

fn throw_if_not<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [condition, message, value] = take(arguments)?;
    if !evaluator.force_bool(condition)? {
        return Err(throw(&evaluator.force_string(message)?.text()));
    }
    evaluator.force(value)
}

fn import_with<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
    parser: &str,
) -> Result<Value<'a>> {
    let read = evaluator.builtins_value("readFile")?;
    let text = evaluator.call(read, arguments, Span::NONE)?;
    let parser = evaluator.builtins_value(parser)?;
    evaluator.call1(parser, text)
}

fn import_json<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    import_with(evaluator, arguments, "fromJSON")
}

fn import_toml<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    import_with(evaluator, arguments, "fromTOML")
}

fn to_hex_string<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [number] = take(arguments)?;
    let number = evaluator.force_int(number)?;
    Ok(evaluator.string(format!("{number:X}")))
}

fn fix<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function] = take(arguments)?;
    let knot: &'a std::cell::Cell<Value<'a>> = evaluator.arena.alloc(Value::Null.into());
    let result = evaluator.lazy(move |evaluator| evaluator.call1(function, knot.get()));
    knot.set(result);
    evaluator.force(result)
}

/// `first final previous // second final (previous // …)`
fn overlay<'a>(
    evaluator: &Evaluator<'a>,
    overlays: &[Value<'a>],
    last: Value<'a>,
    previous: Value<'a>,
) -> Result<&'a Attrs<'a>> {
    let mut previous = evaluator.force_attrs(previous)?;
    let mut all: &'a Attrs<'a> = evaluator.attrs_ref(vec![]);
    for function in overlays {
        let more = evaluator.call2(*function, last, Value::Attrs(previous))?;
        let more = evaluator.force_attrs(more)?;
        previous = previous.update(more, evaluator.arena);
        all = all.update(more, evaluator.arena);
    }
    Ok(all)
}

fn extends<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, base, last] = take(arguments)?;
    let previous = evaluator.call1(base, last)?;
    let more = overlay(evaluator, &[function], last, previous)?;
    let previous = evaluator.force_attrs(previous)?;
    Ok(Value::Attrs(previous.update(more, evaluator.arena)))
}

fn compose_extensions<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [first, second, last, previous] = take(arguments)?;
    overlay(evaluator, &[first, second], last, previous).map(Value::Attrs)
}

fn compose_many_extensions<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [overlays, last, previous] = take(arguments)?;
    let overlays = evaluator.force_list(overlays)?;
    overlay(evaluator, overlays, last, previous).map(Value::Attrs)
}

fn get_bin<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [package] = take(arguments)?;
    let package = evaluator.force(package)?;
    match package {
        Value::Attrs(attrs) => match attrs.value(evaluator.symbol("bin")) {
            Some(bin) => evaluator.force(bin),
            None => Ok(package),
        },
        other => Ok(other),
    }
}

fn get_exe_prime<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [package, name] = take(arguments)?;
    let package = get_bin(evaluator, &[package])?;
    let mut builder = nix_frontend::eval::string::StringBuilder::default();
    evaluator.coerce_into(package, Coercion::INTERPOLATION, &mut builder)?;
    builder.bytes.extend_from_slice(b"/bin/");
    evaluator.coerce_into(name, Coercion::INTERPOLATION, &mut builder)?;
    Ok(evaluator.built_string(builder))
}

fn get_exe<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [package] = take(arguments)?;
    let forced = evaluator.force(package)?;
    let meta = evaluator.select(forced, known::META, Span::NONE);
    let program =
        meta.and_then(|meta| evaluator.select(meta, evaluator.symbol("mainProgram"), Span::NONE));
    let name = match program {
        Ok(program) => program,
        Err(error) if error.is_out_of_reach() => return Err(error),
        Err(_) => get_name(evaluator, &[forced])?,
    };
    get_exe_prime(evaluator, &[forced, name])
}

fn get_name<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [package] = take(arguments)?;
    let package = evaluator.force(package)?;
    if let Value::Attrs(attrs) = package
        && let Some(name) = attrs.value(evaluator.symbol("pname"))
    {
        return evaluator.force(name);
    }
    let full = match package {
        Value::String(name) => name,
        other => {
            let name = evaluator.select(other, known::NAME, Span::NONE)?;
            evaluator.force_string(name)?
        }
    };
    let (name, _) = nix_frontend::version::parse_package_name(full.bytes);
    Ok(evaluator.string(name))
}
