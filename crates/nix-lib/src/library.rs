//! `lib` as a whole.

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attr, Evaluator, Result, Value};

use crate::functions::fixed_points::{extensible, extension};
use crate::functions::tools::later;
use crate::modules::Modules;
use crate::modules::library::{modules_functions, options_functions, with_inner};

/// `lib`, and what the module evaluations that are made through it share.
#[derive(Clone, Copy)]
pub struct Library<'a> {
    /// The set.
    pub lib: Value<'a>,
    /// The module system behind it.
    pub modules: &'a Modules<'a>,
}

/// Makes `lib` for a run.
pub fn library<'a>(evaluator: &Evaluator<'a>) -> Library<'a> {
    let modules = Modules::new(evaluator);
    let mut attrs = members(evaluator, modules);
    let extend = evaluator.native("extend", 1, move |evaluator, arguments| {
        let [overlay] = take(arguments)?;
        extend(evaluator, modules, overlay)
    });
    attrs.push(evaluator.attr("extend", extend));
    let lib = evaluator.attrs(attrs);
    modules.set_lib(lib);
    Library { lib, modules }
}

/// The functions of `lib.types` that are in `lib` itself too.
const OF_TYPES: [&str; 6] = [
    "defaultFunctor",
    "defaultTypeMerge",
    "isOptionType",
    "isType",
    "mkOptionType",
    "setType",
];

/// Everything in `lib` but `extend`.
fn members<'a>(evaluator: &Evaluator<'a>, modules: &'a Modules<'a>) -> Vec<Attr<'a>> {
    let lib = evaluator.lazy(move |evaluator| evaluator.force(modules.lib()));
    let mut attrs: Vec<Attr<'a>> = crate::functions::all(evaluator, lib);
    let (of_modules, in_modules) = with_inner(evaluator, &modules_functions(evaluator, modules));
    let (of_options, in_options) = with_inner(evaluator, &options_functions(evaluator, modules));
    let types = modules.types(evaluator);
    let topics = [
        ("modules", of_modules),
        ("options", of_options),
        ("types", types),
    ];
    let of_types = OF_TYPES.map(|name| (name, later(evaluator, types, name)));
    let all = in_modules.into_iter().chain(in_options);
    let all = all.chain(topics).chain(of_types);
    attrs.extend(all.map(|(name, value)| evaluator.attr(name, value)));
    attrs
}

/// `lib` with what an overlay makes of the extended and of the former one. It can be extended further.
fn extend<'a>(
    evaluator: &Evaluator<'a>,
    modules: &'a Modules<'a>,
    overlay: Value<'a>,
) -> Result<Value<'a>> {
    let name = evaluator.symbol("extend");
    let function = evaluator.native("lib", 1, move |evaluator, arguments| {
        let [last] = take(arguments)?;
        let modules = modules.with_lib(evaluator, last);
        Ok(evaluator.attrs(members(evaluator, modules)))
    });
    extensible(evaluator, name, extension(evaluator, overlay, function))
}
