//! flake-utils: outputs for each system.

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attr, Evaluator, Result, Value};
use nix_frontend::ir::Symbol;
use source::Span;

use super::systems;
use crate::make::set;

/// The known attributes of the flake.
pub fn known<'a>(evaluator: &Evaluator<'a>) -> Vec<Attr<'a>> {
    let default = systems::list(evaluator, systems::DEFAULT);
    let each_system = evaluator.native("eachSystem", 2, |evaluator, arguments| {
        let [systems, outputs] = take(arguments)?;
        each(evaluator, systems, outputs)
    });
    let each_default = evaluator.native("eachDefaultSystem", 1, move |evaluator, arguments| {
        let [outputs] = take(arguments)?;
        each(evaluator, default, outputs)
    });
    let map = evaluator.native("eachSystemMap", 2, |evaluator, arguments| {
        let [systems, make] = take(arguments)?;
        by_system(evaluator, systems, make)
    });
    let map_default = evaluator.native("eachDefaultSystemMap", 1, move |evaluator, arguments| {
        let [make] = take(arguments)?;
        by_system(evaluator, default, make)
    });
    let app = evaluator.native("mkApp", 1, |evaluator, arguments| {
        let [_] = take(arguments)?;
        let program = evaluator.out_of_reach("mkApp { … }", "packages are not evaluated");
        let kind = evaluator.borrowed_string(b"app");
        Ok(set(evaluator, [("type", kind), ("program", program)]))
    });
    let same = evaluator.native("flattenTree", 1, |evaluator, arguments| {
        let [tree] = take(arguments)?;
        evaluator.force(tree)
    });
    let names = systems::DEFAULT.iter();
    let names = names.map(|name| (*name, evaluator.borrowed_string(name.as_bytes())));
    let lib = evaluator.attrs_from([
        ("eachSystem", each_system),
        ("eachDefaultSystem", each_default),
        ("eachSystemMap", map),
        ("eachDefaultSystemMap", map_default),
        ("defaultSystems", default),
        ("allSystems", default),
        ("system", evaluator.attrs_from(names)),
        ("mkApp", app),
        ("flattenTree", same),
    ]);
    vec![evaluator.attr("lib", lib)]
}

fn names<'a>(evaluator: &Evaluator<'a>, systems: Value<'a>) -> Result<Vec<Symbol>> {
    let systems = evaluator.force_list(systems)?.iter();
    systems
        .map(|system| Ok(evaluator.symbol(evaluator.force_string(*system)?.bytes)))
        .collect()
}

/// `{ system = make system; }`
fn by_system<'a>(
    evaluator: &Evaluator<'a>,
    systems: Value<'a>,
    make: Value<'a>,
) -> Result<Value<'a>> {
    let systems = names(evaluator, systems)?.into_iter().map(|system| {
        let argument = evaluator.symbol_string(system);
        Attr::unplaced(system, evaluator.lazy_call(make, &[argument], Span::NONE))
    });
    Ok(evaluator.attrs(systems.collect()))
}

/// `{ output.system = (make system).output; }`
fn each<'a>(evaluator: &Evaluator<'a>, systems: Value<'a>, make: Value<'a>) -> Result<Value<'a>> {
    let mut outputs: Vec<(Attr<'a>, Vec<Attr<'a>>)> = vec![];
    for system in names(evaluator, systems)? {
        let made = evaluator.call1(make, evaluator.symbol_string(system))?;
        let made = evaluator.force_attrs(made)?;
        for attr in evaluator.items(made) {
            let inner = Attr {
                name: system,
                ..*attr
            };
            match outputs
                .iter_mut()
                .find(|(output, _)| output.name == attr.name)
            {
                Some((_, systems)) => systems.push(inner),
                None => outputs.push((*attr, vec![inner])),
            }
        }
    }
    let outputs = outputs.into_iter().map(|(attr, systems)| Attr {
        value: evaluator.attrs(systems),
        ..attr
    });
    Ok(evaluator.attrs(outputs.collect()))
}
