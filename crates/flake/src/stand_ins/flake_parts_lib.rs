//! `flake-parts.lib`, which is also what modules get as `flake-parts-lib`.

use nix_frontend::builtins::take;
use nix_frontend::eval::{Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;
use nix_lib::modules::declare::located;
use nix_lib::modules::library;
use nix_lib::modules::types::Kind;
use source::Span;

use super::flake_parts;
use crate::flakes::Flakes;
use crate::make::{lazy_attrs_of, loose, option, set, submodule};

/// The functions; what else is asked for is out of reach.
pub fn lib<'a>(evaluator: &Evaluator<'a>, flakes: &'a Flakes<'a>) -> Value<'a> {
    let evaluate = evaluator.native("evalFlakeModule", 2, move |evaluator, arguments| {
        let [arguments, module] = take(arguments)?;
        let arguments = evaluator.force_attrs(arguments)?;
        let parts = flake_parts::evaluate(evaluator, flakes, arguments, module)?;
        Ok(library::result(evaluator, parts.evaluation))
    });
    let make = evaluator.native("mkFlake", 2, move |evaluator, arguments| {
        let [arguments, module] = take(arguments)?;
        let arguments = evaluator.force_attrs(arguments)?;
        let parts = flake_parts::evaluate(evaluator, flakes, arguments, module)?;
        let config = parts.evaluation.checked_config(evaluator)?;
        evaluator.select(config, known::FLAKE, Span::NONE)
    });
    let per_system = evaluator.native("mkPerSystemOption", 1, move |evaluator, arguments| {
        let [module] = take(arguments)?;
        let of = deferred(evaluator, flakes, module);
        Ok(option(evaluator, flakes.modules, of, None))
    });
    let per_system_type = evaluator.native("mkPerSystemType", 1, move |evaluator, arguments| {
        let [module] = take(arguments)?;
        let of = deferred(evaluator, flakes, module);
        Ok(flakes.modules.type_value(evaluator, of))
    });
    let submodule_options =
        evaluator.native("mkSubmoduleOptions", 1, move |evaluator, arguments| {
            let [options] = take(arguments)?;
            let module = set(evaluator, [("options", options)]);
            let of = submodule(evaluator, flakes.modules, &[module], None);
            Ok(option(evaluator, flakes.modules, of, None))
        });
    let transposed = evaluator.native(
        "mkTransposedPerSystemModule",
        1,
        move |evaluator, arguments| {
            let [arguments] = take(arguments)?;
            transposed(evaluator, flakes, arguments)
        },
    );
    let import_apply = evaluator.native("importApply", 2, |evaluator, arguments| {
        let [path, given] = take(arguments)?;
        let file = evaluator.coerce_to_path(path)?.bytes;
        let function = evaluator.import(file)?;
        let module = evaluator.lazy_call(function, &[given], Span::NONE);
        Ok(located(evaluator, file, module))
    });
    let publish = evaluator.native("importAndPublish", 2, |evaluator, arguments| {
        let [name, module] = take(arguments)?;
        let name = evaluator.force_string(name)?.bytes;
        let published = evaluator.attrs_from([(name, module)]);
        let published = set(evaluator, [("flake", published)]);
        let published = set(evaluator, [("modules", published)]);
        let imports = evaluator.list(&[module]);
        Ok(set(evaluator, [("imports", imports), ("flake", published)]))
    });
    let default = evaluator.native("defaultModule", 1, |evaluator, arguments| {
        let [flake] = take(arguments)?;
        let modules = evaluator.symbol("flakeModules");
        let module = match evaluator.force(flake)? {
            Value::Attrs(attrs) => attrs.value(modules),
            Value::OutOfReach(unknown) => unknown.known(modules),
            _ => None,
        };
        match module {
            Some(modules) => {
                evaluator.select(evaluator.force(modules)?, known::DEFAULT, Span::NONE)
            }
            None => evaluator.force(flake),
        }
    });
    let same = evaluator.native("memoizeStr", 1, |evaluator, arguments| {
        let [function] = take(arguments)?;
        evaluator.force(function)
    });
    let of_lib = |name: &str| evaluator.lazy_select(flakes.lib, evaluator.symbol(name), Span::NONE);
    let types = of_lib("types");
    let attrs_with = evaluator.lazy_select(types, evaluator.symbol("attrsWith"), Span::NONE);
    let functions = [
        ("mkFlake", make),
        ("evalFlakeModule", evaluate),
        ("mkPerSystemOption", per_system),
        ("mkDeferredModuleOption", per_system),
        ("mkPerSystemType", per_system_type),
        ("mkDeferredModuleType", per_system_type),
        ("mkSubmoduleOptions", submodule_options),
        ("mkTransposedPerSystemModule", transposed),
        ("mkAliasOptionModule", of_lib("mkAliasOptionModule")),
        ("importApply", import_apply),
        ("importAndPublish", publish),
        ("defaultModule", default),
        ("memoizeStr", same),
        ("attrsWith", attrs_with),
    ];
    let functions = functions.map(|(name, value)| evaluator.attr(name, value));
    let name = "inputs.flake-parts.lib";
    super::out_of_reach(
        evaluator,
        name,
        "its source is not on disk",
        functions.to_vec(),
    )
}

fn deferred<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    module: Value<'a>,
) -> nix_lib::modules::types::TypeRef<'a> {
    let modules = evaluator.arena.alloc_slice_copy(&[module]);
    flakes
        .modules
        .new_type(evaluator, Kind::DeferredModule(modules))
}

/// A module that declares an output by system.
fn transposed<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    arguments: Value<'a>,
) -> Result<Value<'a>> {
    let arguments = evaluator.force(arguments)?;
    let name = evaluator.select(arguments, known::NAME, Span::NONE)?;
    let name = evaluator.force_string(name)?.bytes;
    let of = lazy_attrs_of(evaluator, flakes.modules, loose(evaluator, flakes.modules)?);
    let declared = option(evaluator, flakes.modules, of, Some(evaluator.attrs(vec![])));
    let declared = evaluator.attrs_from([(name, declared)]);
    let options = set(evaluator, [("flake", declared)]);
    Ok(set(evaluator, [("options", options)]))
}
