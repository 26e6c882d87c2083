//! `lib` as a whole.

use nix_frontend::eval::{Attr, Evaluator, Value};

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
    let lib = evaluator.attrs(attrs);
    modules.set_lib(lib);
    Library { lib, modules }
}
