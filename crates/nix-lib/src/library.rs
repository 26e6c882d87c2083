//! `lib` as a whole.

use std::cell::Cell;

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attr, Evaluator, Result, Value};

use crate::modules::Modules;
use crate::modules::library::{modules_functions, options_functions};
use crate::modules::types::expose::types;

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
    let mut attrs: Vec<Attr<'a>> = crate::functions::all(evaluator);
    let in_modules = modules_functions(evaluator, modules);
    let in_options = options_functions(evaluator, modules);
    let types = evaluator.lazy(move |evaluator| Ok(types(evaluator, modules)));
    let topics = [
        ("modules", evaluator.attrs_from(in_modules.iter().copied())),
        ("options", evaluator.attrs_from(in_options.iter().copied())),
        ("types", types),
        (
            "mkOptionType",
            evaluator.lazy_select(types, evaluator.symbol("mkOptionType"), source::Span::NONE),
        ),
    ];
    let all = in_modules.into_iter().chain(in_options).chain(topics);
    attrs.extend(all.map(|(name, value)| evaluator.attr(name, value)));
    attrs.push(evaluator.attr("extend", evaluator.native("extend", 1, extend)));
    let lib = evaluator.attrs(attrs);
    modules.set_lib(lib);
    Library { lib, modules }
}

/// `lib.extend overlay`: `lib` with what the overlay makes of the extended and of the former one.
fn extend<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [overlay] = take(arguments)?;
    let former = library(evaluator).lib;
    let knot: &'a Cell<Value<'a>> = evaluator.arena.alloc(Cell::new(Value::Null));
    let extended = evaluator.lazy(move |evaluator| {
        let more = evaluator.call2(overlay, knot.get(), former)?;
        let former = evaluator.force_attrs(former)?;
        let more = evaluator.force_attrs(more)?;
        Ok(Value::Attrs(former.update(more, evaluator.arena)))
    });
    knot.set(extended);
    evaluator.force(extended)
}
