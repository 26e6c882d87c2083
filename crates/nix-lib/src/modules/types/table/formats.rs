//! `types.json`, `types.toml` and what makes them: values of a serialisation format.

use nix_frontend::eval::{Evaluator, Value};

use crate::modules::Modules;
use crate::modules::types::table::containers::attrs_of;
use crate::modules::types::table::{LEAST, Library, MOST};
use crate::modules::types::{Kind, Later, Type, TypeRef};

pub(super) fn json_types<'a>(library: &mut Library<'a, '_>) {
    let lib = library.lib;
    for (name, nullable, description) in
        [("json", true, "JSON value"), ("toml", false, "TOML value")]
    {
        let value = library.evaluator.lazy(move |evaluator| {
            let of = serializable(evaluator, lib, nullable, description);
            Ok(lib.type_value(evaluator, of))
        });
        library.put(name, value);
    }
    let formals = &[("nullable", true), ("typeName", false)];
    library.taking(
        "serializableValueWith",
        formals,
        |evaluator, lib, options| {
            let get = |name: &str| options.value(evaluator.symbol(name));
            let nullable = match get("nullable") {
                Some(nullable) => evaluator.force_bool(nullable)?,
                None => true,
            };
            let name = evaluator.force_string(get("typeName").unwrap_or(Value::Null))?;
            let description = format!("{} value", name.text());
            let description = evaluator.arena.alloc_str(&description);
            Ok(*serializable(evaluator, lib, nullable, description))
        },
    );
}

fn serializable<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    nullable: bool,
    description: &'a str,
) -> TypeRef<'a> {
    let whole: &'a Later<'a> = evaluator.arena.alloc(Later::unsettled());
    let inner = lib.new_type(evaluator, Kind::Later(whole));
    let path = Kind::Path {
        in_store: None,
        absolute: Some(true),
    };
    let base = [
        Kind::Int(LEAST, MOST),
        Kind::Float,
        Kind::Str,
        path,
        attrs_of(inner, false, evaluator),
        Kind::ListOf(inner, false),
    ]
    .into_iter()
    .fold(Kind::Bool, |before, next| {
        let (before, next) = (
            lib.new_type(evaluator, before),
            lib.new_type(evaluator, next),
        );
        Kind::Either(before, next)
    });
    let kind = if nullable {
        Kind::NullOr(lib.new_type(evaluator, base))
    } else {
        base
    };
    let of: TypeRef<'a> = evaluator.arena.alloc(Type {
        description: Some(description),
        ..Type::of(kind)
    });
    whole.settle(of);
    of
}
