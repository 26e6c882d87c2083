//! The types of `lib.types` that are modules.

use nix_frontend::eval::{Attrs, Evaluator, Result, Value};

use crate::functions::formals::Formals;
use crate::modules::Modules;
use crate::modules::types::table::Library;
use crate::modules::types::{Kind, Submodule, Type};

pub(super) fn module_types<'a>(library: &mut Library<'a, '_>) {
    library.function("submodule", |evaluator, lib, [modules]| {
        let modules = match evaluator.force(modules)? {
            Value::List(list) => list.items,
            one => &*evaluator.arena.alloc_slice_copy(&[one]),
        };
        let submodule = Submodule::new(evaluator, lib, modules);
        Ok(Type::of(Kind::Submodule(evaluator.arena.alloc(submodule))))
    });
    library.taking("submoduleWith", SUBMODULE, |evaluator, lib, options| {
        let submodule = submodule_with(evaluator, lib, options)?;
        Ok(Type::of(Kind::Submodule(evaluator.arena.alloc(submodule))))
    });
    library.plain("deferredModule", Kind::DeferredModule(&[]));
    let formals = &[("staticModules", true)];
    library.taking("deferredModuleWith", formals, |evaluator, _, options| {
        let modules = match options.value(evaluator.symbol("staticModules")) {
            Some(modules) => evaluator.force_list(modules)?,
            None => &[],
        };
        Ok(Type::of(Kind::DeferredModule(modules)))
    });
}

const SUBMODULE: Formals = &[
    ("class", true),
    ("description", true),
    ("modules", false),
    ("shorthandOnlyDefinesConfig", true),
    ("specialArgs", true),
];

fn submodule_with<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    options: &'a Attrs<'a>,
) -> Result<Submodule<'a>> {
    let get = |name: &str| -> Result<Option<Value<'a>>> {
        match options.value(evaluator.symbol(name)) {
            None => Ok(None),
            Some(value) => Ok(match evaluator.force(value)? {
                Value::Null => None,
                value => Some(value),
            }),
        }
    };
    let text = |name: &str| match get(name)? {
        None => Ok(None),
        Some(text) => evaluator.force_string(text).map(|text| Some(text.bytes)),
    };
    let says_shorthand = options.get(evaluator.symbol("shorthandOnlyDefinesConfig"));
    let shorthand_only_config = match get("shorthandOnlyDefinesConfig")? {
        Some(value) => Some(evaluator.force_bool(value)?),
        None if says_shorthand.is_some() => None,
        None => Some(false),
    };
    let special_args = match get("specialArgs")? {
        None => None,
        Some(special) => Some(evaluator.force_attrs(special)?),
    };
    let modules = get("modules")?.unwrap_or(Value::Null);
    let description = text("description")?.map(String::from_utf8_lossy);
    Ok(Submodule {
        special_args,
        shorthand_only_config,
        class: text("class")?,
        description: description.map(|text| &*evaluator.arena.alloc_str(&text)),
        ..Submodule::new(evaluator, lib, evaluator.force_list(modules)?)
    })
}
