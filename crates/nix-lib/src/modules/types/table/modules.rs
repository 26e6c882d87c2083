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
    // What declarations do not agree on is an error when somebody needs it.
    let clashes = std::cell::RefCell::new(vec![]);
    let get = |name: &'static str| -> Result<Option<Value<'a>>> {
        let Some(value) = options.value(evaluator.symbol(name)) else {
            return Ok(None);
        };
        match evaluator.force(value) {
            Ok(Value::Null) => Ok(None),
            // The class is needed in any case.
            Err(error) if error.is_catchable() && name != "class" => {
                clashes.borrow_mut().push((name, value));
                Ok(None)
            }
            forced => forced.map(Some),
        }
    };
    let text = |name: &'static str| match get(name)? {
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
    let class = text("class")?;
    let clash = |of_words: bool| {
        let clashes = clashes.borrow();
        let mut clashes = clashes.iter();
        let clash = clashes.find(|(name, _)| (*name == "description") == of_words);
        clash.map(|(_, value)| *value)
    };
    Ok(Submodule {
        special_args,
        shorthand_only_config,
        class,
        clash: clash(false),
        wordless: clash(true),
        description: description.map(|text| &*evaluator.arena.alloc_str(&text)),
        ..Submodule::new(evaluator, lib, evaluator.force_list(modules)?)
    })
}
