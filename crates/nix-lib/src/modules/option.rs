//! Options: their declarations united, and their values.

use std::cell::OnceCell;

use nix_frontend::eval::{Attr, Attrs, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;
use source::Pos;

use crate::modules::Modules;
use crate::modules::definition::{Definition, Loc, OPTION_DEFAULT, show_loc};
use crate::modules::errors::{self, coded};
use crate::modules::level::Declaration;
use crate::modules::properties::{Finals, finals, highest_priority, mk_override};
use crate::modules::types::merge::{Merge, definitions_to_nix, loc_to_nix};
use crate::modules::types::unite::unite;
use crate::modules::types::{Kind, Submodule, TypeRef, describe, sub_modules, with_sub_modules};

/// A declared option: what all declarations say together.
#[derive(Clone, Copy)]
pub struct OptionDeclaration<'a> {
    /// Its path.
    pub loc: Loc<'a>,
    /// Its type.
    pub of: TypeRef<'a>,
    /// Its default, where it stands, and in which file.
    pub default: Option<Definition<'a>>,
    /// What its value goes through.
    pub apply: Option<Value<'a>>,
    /// Whether it may be defined only once, defaults included.
    pub read_only: bool,
    /// The declarations.
    pub declarations: &'a [Declaration<'a>],
    /// The set that declares it; of several, all united.
    pub attrs: &'a Attrs<'a>,
}

/// An option in one evaluation.
pub struct OptionInstance<'a> {
    /// Its declaration.
    pub declared: OptionDeclaration<'a>,
    /// What the modules say of it; the default is the first.
    pub definitions: &'a [Definition<'a>],
    /// Its value, merged when it is read.
    pub value: Value<'a>,
    finals: OnceCell<&'a Finals<'a>>,
}

impl<'a> OptionInstance<'a> {
    /// An option with these definitions.
    pub fn new(
        evaluator: &Evaluator<'a>,
        lib: &'a Modules<'a>,
        declared: OptionDeclaration<'a>,
        definitions: &[Definition<'a>],
    ) -> &'a OptionInstance<'a> {
        let definitions: Vec<Definition<'a>> = declared
            .default
            .into_iter()
            .chain(definitions.iter().copied())
            .collect();
        let definitions = &*evaluator.arena.alloc_slice_copy(&definitions);
        let value = evaluator.lazy(move |evaluator| {
            let option = show(evaluator, lib, declared, definitions);
            option.map_err(|error| {
                let text = || format!("in the option `{}`", show_loc(evaluator, declared.loc));
                error.frame(text, source::Span::NONE)
            })
        });
        evaluator.arena.alloc(OptionInstance {
            declared,
            definitions,
            value,
            finals: OnceCell::new(),
        })
    }

    /// The definitions that win and those that yield. Errors: those of a read-only option are several.
    pub fn finals(&self, evaluator: &Evaluator<'a>) -> Result<&'a Finals<'a>> {
        if let Some(finals) = self.finals.get() {
            return Ok(finals);
        }
        defined_once(evaluator, self.declared, self.definitions)?;
        let found = finals(evaluator, self.definitions)?;
        let found: &'a Finals<'a> = evaluator.arena.alloc(found);
        Ok(self.finals.get_or_init(|| found))
    }

    /// The option as `options` has it.
    pub fn to_nix(&'a self, evaluator: &Evaluator<'a>, lib: &'a Modules<'a>) -> Result<Value<'a>> {
        let declared = self.declared;
        let finals = |evaluator: &Evaluator<'a>| self.finals(evaluator);
        let text = evaluator.string(show_loc(evaluator, declared.loc));
        let files: Vec<Value<'a>> = declared
            .declarations
            .iter()
            .map(|each| evaluator.borrowed_string(each.file))
            .collect();
        let positions: Vec<Value<'a>> = declared
            .declarations
            .iter()
            .map(|each| position(evaluator, each.file, each.place))
            .collect();
        let extra = [
            ("value", self.value),
            ("type", lib.type_value(evaluator, declared.of)),
            ("loc", loc_to_nix(evaluator, declared.loc)),
            ("declarations", evaluator.list(&files)),
            ("declarationPositions", evaluator.list(&positions)),
            (
                "isDefined",
                evaluator
                    .lazy(move |evaluator| Ok(Value::bool(!finals(evaluator)?.winners.is_empty()))),
            ),
            (
                "highestPrio",
                evaluator.lazy(move |evaluator| {
                    defined_once(evaluator, self.declared, self.definitions)?;
                    highest_priority(evaluator, self.definitions).map(Value::Int)
                }),
            ),
            (
                "definitions",
                evaluator.lazy(move |evaluator| {
                    let values = finals(evaluator)?.winners.iter().map(|each| each.value);
                    Ok(evaluator.list(&values.collect::<Vec<_>>()))
                }),
            ),
            (
                "files",
                evaluator.lazy(move |evaluator| {
                    let files = finals(evaluator)?.winners.iter();
                    let files = files.map(|each| evaluator.borrowed_string(each.file));
                    Ok(evaluator.list(&files.collect::<Vec<_>>()))
                }),
            ),
            (
                "definitionsWithLocations",
                evaluator.lazy(move |evaluator| {
                    Ok(definitions_to_nix(evaluator, finals(evaluator)?.winners))
                }),
            ),
            (
                "__toString",
                evaluator.native("__toString", 1, move |_, _| Ok(text)),
            ),
        ];
        let extra = extra.map(|(name, value)| evaluator.attr(name, value));
        let extra = evaluator.attrs_ref(extra.to_vec());
        Ok(Value::Attrs(declared.attrs.update(extra, evaluator.arena)))
    }
}

/// Errors: a read-only option has several definitions, its default among them.
fn defined_once<'a>(
    evaluator: &Evaluator<'a>,
    declared: OptionDeclaration<'a>,
    definitions: &[Definition<'a>],
) -> Result<()> {
    if declared.read_only && definitions.len() > 1 {
        let message = "it is read-only";
        let error = errors::defined_twice(evaluator, declared.loc, message, definitions);
        return Err(error);
    }
    Ok(())
}

fn show<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    declared: OptionDeclaration<'a>,
    definitions: &'a [Definition<'a>],
) -> Result<Value<'a>> {
    match declared.apply {
        Some(apply) => {
            let merged =
                evaluator.lazy(move |evaluator| merged(evaluator, lib, declared, definitions));
            evaluator.call1(apply, merged)
        }
        None => merged(evaluator, lib, declared, definitions),
    }
}

fn merged<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    declared: OptionDeclaration<'a>,
    definitions: &'a [Definition<'a>],
) -> Result<Value<'a>> {
    defined_once(evaluator, declared, definitions)?;
    let merge = Merge { evaluator, lib };
    if let Some(value) = merge.definitions(declared.loc, declared.of, definitions)? {
        return Ok(value);
    }
    match merge.empty_value(declared.loc, declared.of)? {
        Some(value) => Ok(value),
        None => {
            let place = declared.declarations.first();
            let place = place.map_or(Pos::NONE, |each| each.place);
            Err(errors::missing_value(evaluator, declared.loc, place))
        }
    }
}

/// The option that a set made by `mkOption` declares, with these definitions; for options outside a module evaluation.
pub fn option_from<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    loc: Loc<'a>,
    declaration: Value<'a>,
    definitions: &[Definition<'a>],
) -> Result<&'a OptionInstance<'a>> {
    let declaration = Declaration {
        file: b"<unknown-file>",
        place: Pos::NONE,
        value: declaration,
    };
    let declared = declare(evaluator, lib, loc, &[declaration], false)?;
    Ok(OptionInstance::new(evaluator, lib, declared, definitions))
}

/// A set of declarations beside submodule options is one more submodule.
pub fn submodule_of_set<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    declaration: &Declaration<'a>,
) -> Declaration<'a> {
    let module = evaluator.attrs_from([("options", declaration.value)]);
    let kind = Kind::Submodule(evaluator.arena.alloc(Submodule {
        modules: evaluator.arena.alloc_slice_copy(&[module]),
        special_args: None,
        shorthand_only_config: None,
        class: None,
        description: None,
    }));
    let of = lib.type_value(evaluator, lib.new_type(evaluator, kind));
    let tag = evaluator.borrowed_string(b"option");
    Declaration {
        value: evaluator.attrs_from([("_type", tag), ("type", of)]),
        ..*declaration
    }
}

/// Unites the declarations of one option.
///
/// Errors: two of them both have a default, description, example or `apply`, or their types do not go together.
pub fn declare<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    loc: Loc<'a>,
    declarations: &[Declaration<'a>],
    only_submodules: bool,
) -> Result<OptionDeclaration<'a>> {
    let mut of: Option<TypeRef<'a>> = None;
    let mut attrs: Option<&'a Attrs<'a>> = None;
    let mut modules: Vec<Value<'a>> = vec![];
    let mut default = None;
    for declaration in declarations {
        let set = evaluator.force_attrs(declaration.value)?;
        if let Some(before) = attrs {
            for name in [known::DEFAULT, known::DESCRIPTION]
                .into_iter()
                .chain(["example", "apply"].map(|name| evaluator.symbol(name)))
            {
                if before.get(name).is_some() && set.get(name).is_some() {
                    return Err(declared_twice(evaluator, loc, declarations));
                }
            }
        }
        if let Some(attr) = set.get(known::DEFAULT) {
            let wrapped = mk_override(evaluator, OPTION_DEFAULT, attr.value);
            default = Some(Definition::new(declaration.file, wrapped, attr.place, 0));
        }
        if let Some(value) = set.value(known::TYPE) {
            let next = lib.type_of(evaluator, value)?;
            if only_submodules && describe::kind_name(next) != "submodule" {
                return Err(no_nested_options(evaluator, loc, next, declaration));
            }
            of = Some(match of {
                None => next,
                Some(before) => match unite(evaluator, lib, before, next)? {
                    Some(united) => united,
                    None => return Err(declared_twice(evaluator, loc, declarations)),
                },
            });
            if let Some(inner) = sub_modules(evaluator, next)? {
                let mut wrapped: Vec<Value<'a>> = inner
                    .iter()
                    .map(|module| located(evaluator, declaration.file, *module))
                    .collect();
                wrapped.append(&mut modules);
                modules = wrapped;
            }
        }
        attrs = Some(match attrs {
            None => set,
            Some(before) => set.update(before, evaluator.arena),
        });
    }
    let of = of.unwrap_or_else(|| lib.new_type(evaluator, Kind::Unspecified));
    let of = match sub_modules(evaluator, of)? {
        None => of,
        Some(_) => {
            let modules = evaluator.arena.alloc_slice_copy(&modules);
            with_sub_modules(evaluator, lib, of, modules)?
        }
    };
    let attrs = attrs.unwrap_or_else(|| evaluator.attrs_ref(vec![]));
    let read_only = match attrs.value(evaluator.symbol("readOnly")) {
        Some(value) => evaluator.force_bool(value)?,
        None => false,
    };
    Ok(OptionDeclaration {
        loc,
        of,
        default,
        apply: attrs.value(evaluator.symbol("apply")),
        read_only,
        declarations: evaluator.arena.alloc_slice_copy(declarations),
        attrs,
    })
}

/// `{ _file = file; imports = [ module ]; }`
pub fn located<'a>(evaluator: &Evaluator<'a>, file: &'a [u8], module: Value<'a>) -> Value<'a> {
    let attrs = vec![
        Attr {
            name: known::FILE_META,
            place: Pos::NONE,
            value: evaluator.borrowed_string(file),
        },
        Attr {
            name: known::IMPORTS,
            place: Pos::NONE,
            value: evaluator.list(&[module]),
        },
    ];
    evaluator.attrs(attrs)
}

#[cold]
fn declared_twice<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    declarations: &[Declaration<'a>],
) -> Box<nix_frontend::eval::EvalError> {
    let option = show_loc(evaluator, loc);
    let mut error = coded(
        errors::DEFINED_TWICE,
        format!("the option `{option}` is declared twice, and the declarations do not go together"),
    );
    for declaration in declarations {
        let span = evaluator.session.sources.word(declaration.place);
        error = error.label(span, "declared here");
    }
    error
}

#[cold]
fn no_nested_options<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    of: TypeRef<'a>,
    declaration: &Declaration<'a>,
) -> Box<nix_frontend::eval::EvalError> {
    let option = show_loc(evaluator, loc);
    let description = describe::describe(evaluator, of);
    coded(
        errors::WRONG_TYPE,
        format!("the option `{option}` of type `{description}` cannot have options below it"),
    )
    .at(evaluator.session.sources.word(declaration.place))
}

/// Where an option is declared; of a place that is none or borrowed only the file is told.
fn position<'a>(evaluator: &Evaluator<'a>, file: &'a [u8], place: Pos) -> Value<'a> {
    match evaluator.place(place) {
        Value::Attrs(position) if !place.is_borrowed() => Value::Attrs(position),
        _ => evaluator.attrs_from([
            ("file", evaluator.borrowed_string(file)),
            ("line", Value::Null),
            ("column", Value::Null),
        ]),
    }
}
