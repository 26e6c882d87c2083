//! Submodules: types whose values are module evaluations of their own.

use nix_frontend::eval::{Attrs, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;
use source::Pos;

use crate::modules::Modules;
use crate::modules::definition::{Definition, Loc};
use crate::modules::errors;
use crate::modules::evaluate::{Evaluation, Input, Setup};
use crate::modules::once::Once;
use crate::modules::properties::mk_override;
use crate::modules::types::describe::{Class, phrase};
use crate::modules::types::merge::Merge;
use crate::modules::types::{Submodule, TypeRef, expose};

impl<'a> Submodule<'a> {
    /// A submodule of these modules, in which a set is always config.
    pub fn new(
        evaluator: &Evaluator<'a>,
        lib: &'a Modules<'a>,
        modules: &'a [Value<'a>],
    ) -> Submodule<'a> {
        Submodule {
            lib,
            modules,
            special_args: None,
            shorthand_only_config: Some(true),
            class: None,
            description: None,
            clash: None,
            wordless: None,
            base: evaluator.arena.alloc(Once::new()),
        }
    }
}

/// `{ _module.args.name = name; }`
fn name_module<'a>(evaluator: &Evaluator<'a>, name: Value<'a>) -> Input<'a> {
    let args = evaluator.attrs_from([("name", name)]);
    let module = evaluator.attrs_from([("args", args)]);
    Input::of(evaluator.attrs_from([("_module", module)]))
}

/// The modules of the type, and a name that others displace.
fn own_inputs<'a>(evaluator: &Evaluator<'a>, submodule: &Submodule<'a>) -> Vec<Input<'a>> {
    let name = evaluator.borrowed_string("‹name›".as_bytes());
    let name = mk_override(evaluator, crate::modules::definition::OPTION_DEFAULT, name);
    let modules = submodule.modules.iter();
    [name_module(evaluator, name)]
        .into_iter()
        .chain(modules.map(|module| Input::of(*module)))
        .collect()
}

fn evaluation<'a>(
    evaluator: &Evaluator<'a>,
    submodule: &Submodule<'a>,
    more: impl IntoIterator<Item = Input<'a>>,
    prefix: Loc<'a>,
) -> &'a Evaluation<'a> {
    let mut inputs = own_inputs(evaluator, submodule);
    inputs.extend(more);
    let setup = Setup {
        modules: evaluator.arena.alloc_slice_copy(&inputs),
        special_args: submodule.special_args,
        prefix,
        class: submodule.class,
    };
    Evaluation::new(evaluator, submodule.lib, setup)
}

/// The evaluation of the modules alone, as nobody defines anything.
pub(crate) fn base<'a>(
    evaluator: &Evaluator<'a>,
    submodule: &'a Submodule<'a>,
) -> Result<&'a Evaluation<'a>> {
    let base = submodule.base;
    base.get(|| Ok(evaluation(evaluator, submodule, [], &[])))
}

/// The evaluation of the modules alone for documentation: nothing is checked.
fn for_documentation<'a>(
    evaluator: &Evaluator<'a>,
    submodule: &Submodule<'a>,
    prefix: Loc<'a>,
) -> &'a Evaluation<'a> {
    let check = mk_override(evaluator, 50, Value::bool(false));
    let module = evaluator.attrs_from([("check", check)]);
    let config = evaluator.attrs_from([("_module", module)]);
    let file: &[u8] =
        b"<built-in module that disables checks for the purpose of documentation generation>";
    let no_check = evaluator.attrs_from([
        ("_file", evaluator.borrowed_string(file)),
        ("config", config),
    ]);
    evaluation(evaluator, submodule, [Input::of(no_check)], prefix)
}

/// The type in words: what it says itself, or that it takes what no module declares.
pub(crate) fn describe<'a>(
    evaluator: &Evaluator<'a>,
    submodule: &'a Submodule<'a>,
) -> Result<String> {
    if let Some(wordless) = submodule.wordless {
        evaluator.force(wordless)?;
    }
    if let Some(description) = submodule.description {
        return Ok(description.to_owned());
    }
    let evaluation = for_documentation(evaluator, submodule, &[]);
    match evaluation.freeform_type(evaluator)? {
        None => Ok("submodule".to_owned()),
        Some(free) => {
            let free = phrase(evaluator, free, &[Class::Noun, Class::Composite])?;
            Ok(format!("open submodule of {free}"))
        }
    }
}

/// The freeform type of the modules.
pub(crate) fn freeform_type<'a>(
    evaluator: &Evaluator<'a>,
    submodule: &'a Submodule<'a>,
) -> Result<Option<TypeRef<'a>>> {
    base(evaluator, submodule)?.freeform_type(evaluator)
}

/// The options of the modules, and those inside the freeform type.
pub(crate) fn sub_options<'a>(
    evaluator: &Evaluator<'a>,
    submodule: &'a Submodule<'a>,
    prefix: Loc<'a>,
) -> Result<Value<'a>> {
    let evaluation = for_documentation(evaluator, submodule, prefix);
    let options = evaluator.force_attrs(evaluation.options())?;
    let Some(free) = evaluation.freeform_type(evaluator)? else {
        return Ok(Value::Attrs(options));
    };
    let lib = submodule.lib;
    let inner = evaluator.lazy(move |evaluator| expose::sub_options(evaluator, lib, free, prefix));
    let inner: &'a Attrs<'a> = evaluator.attrs_ref(vec![evaluator.attr("_freeformOptions", inner)]);
    Ok(Value::Attrs(options.update(inner, evaluator.arena)))
}

impl<'a> Merge<'a, '_> {
    /// The config of the submodule that these definitions make.
    ///
    /// Errors: the declarations do not agree on how definitions are read, or `mkOrder` stands around one of them, which nixpkgs' submodules do not bear.
    pub(crate) fn submodule(
        self,
        loc: Loc<'a>,
        submodule: &'a Submodule<'a>,
        winners: &[Definition<'a>],
    ) -> Result<Value<'a>> {
        if let Some(clash) = submodule.clash {
            self.evaluator.force(clash)?;
        }
        if let Some(ordered) = winners.iter().find(|each| each.is_ordered) {
            return Err(errors::ordered_submodule(self.evaluator, loc, ordered));
        }
        let evaluation = self.submodule_evaluation(loc, submodule, winners);
        evaluation.checked_config(self.evaluator)
    }

    /// The module evaluation that a submodule with these definitions is.
    pub fn submodule_evaluation(
        self,
        loc: Loc<'a>,
        submodule: &'a Submodule<'a>,
        winners: &[Definition<'a>],
    ) -> &'a Evaluation<'a> {
        let evaluator = self.evaluator;
        let name = loc
            .last()
            .map_or(Value::Null, |name| evaluator.symbol_string(*name));
        let definitions = winners.iter().map(|definition| Input {
            value: definition.value,
            file: Some(definition.file),
            place: definition.place,
            listed: Pos::NONE,
            origin: definition.origin,
            is_definition: Some(submodule.shorthand_only_config == Some(true)),
        });
        let more = [name_module(evaluator, name)]
            .into_iter()
            .chain(definitions);
        evaluation(evaluator, submodule, more, loc)
    }

    /// `deferredModule`: the definitions as modules, each with its file.
    pub(crate) fn deferred(
        self,
        loc: Loc<'a>,
        modules: &[Value<'a>],
        winners: &[Definition<'a>],
    ) -> Value<'a> {
        let evaluator = self.evaluator;
        let via = crate::modules::definition::show_loc(evaluator, loc);
        let mut imports = modules.to_vec();
        for definition in winners {
            let file = String::from_utf8_lossy(definition.file);
            let file = evaluator.string(format!("{file}, via option {via}"));
            let inner = evaluator.list(&[definition.value]);
            imports.push(evaluator.attrs_from([("_file", file), ("imports", inner)]));
        }
        evaluator.attrs(vec![nix_frontend::eval::Attr::unplaced(
            known::IMPORTS,
            evaluator.list(&imports),
        )])
    }
}
