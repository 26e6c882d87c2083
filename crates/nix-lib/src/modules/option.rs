//! Options of an evaluation: what defines them, and their values.

use nix_frontend::eval::error::At;
use nix_frontend::eval::{EvalError, Evaluator, Result, Value};
use nix_frontend::ir::Symbol;
use nix_frontend::ir::symbol::known;
use source::{Pos, Span};

use crate::modules::Modules;
use crate::modules::declare::{OptionDeclaration, as_submodules, declare, declared_alone};
use crate::modules::definition::{Declared, Definition, Loc, definitions_to_nix, show_loc};
use crate::modules::errors;
use crate::modules::level::{Declaration, Level};
use crate::modules::once::Once;
use crate::modules::properties::{Decided, Finals, decided, ordered};
use crate::modules::shown;
use crate::modules::types::merge::Merge;
use crate::modules::types::{TypeRef, describe};

/// An option in one evaluation.
pub struct OptionInstance<'a> {
    /// Its path.
    pub loc: Loc<'a>,
    lib: &'a Modules<'a>,
    declarations: &'a [Declaration<'a>],
    given: Given<'a>,
    declared: Once<&'a OptionDeclaration<'a>>,
    decided: Once<Decided<'a>>,
    finals: Once<&'a Finals<'a>>,
    value: Value<'a>,
}

/// What modules define an option as.
#[derive(Clone, Copy)]
enum Given<'a> {
    /// What a level has under a name.
    Name(&'a Level<'a>, Symbol),
    /// What is given beside the option's own set.
    Definitions {
        option: Value<'a>,
        definitions: &'a [Definition<'a>],
    },
}

impl<'a> OptionInstance<'a> {
    /// The option that a level has under a name. Nothing is looked at.
    pub fn new(
        evaluator: &Evaluator<'a>,
        lib: &'a Modules<'a>,
        loc: Loc<'a>,
        declarations: &'a [Declaration<'a>],
        (level, name): (&'a Level<'a>, Symbol),
    ) -> &'a OptionInstance<'a> {
        let given = Given::Name(level, name);
        OptionInstance::make(evaluator, lib, loc, declarations, given)
    }

    /// An option outside a module evaluation: its set, which has a type, and its definitions.
    pub fn alone(
        evaluator: &Evaluator<'a>,
        lib: &'a Modules<'a>,
        loc: Loc<'a>,
        option: Value<'a>,
        definitions: &[Definition<'a>],
    ) -> &'a OptionInstance<'a> {
        let given = Given::Definitions {
            option,
            definitions: evaluator.arena.alloc_slice_copy(definitions),
        };
        OptionInstance::make(evaluator, lib, loc, &[], given)
    }

    fn make(
        evaluator: &Evaluator<'a>,
        lib: &'a Modules<'a>,
        loc: Loc<'a>,
        declarations: &'a [Declaration<'a>],
        given: Given<'a>,
    ) -> &'a OptionInstance<'a> {
        let knot = evaluator.arena.alloc(std::cell::Cell::new(None));
        let own: &'a std::cell::Cell<Option<&'a OptionInstance<'a>>> = knot;
        let value = evaluator.lazy(move |evaluator| match own.get() {
            None => Ok(Value::Null),
            Some(option) => option.applied(evaluator).frame(
                || format!("in the option `{}`", show_loc(evaluator, loc)),
                Span::NONE,
            ),
        });
        let option = &*evaluator.arena.alloc(OptionInstance {
            loc,
            lib,
            declarations,
            given,
            declared: Once::new(),
            decided: Once::new(),
            finals: Once::new(),
            value,
        });
        own.set(Some(option));
        option
    }

    /// What all its declarations say together.
    pub fn declared(&self, evaluator: &Evaluator<'a>) -> Result<&'a OptionDeclaration<'a>> {
        self.declared.get(|| {
            let lib = self.lib;
            if let Given::Definitions { option, .. } = self.given {
                let declared = declared_alone(evaluator, lib, option)?;
                return Ok(&*evaluator.arena.alloc(declared));
            }
            let mut is_mixed = false;
            for declaration in self.declarations {
                let attrs = evaluator.force_attrs(declaration.value)?;
                is_mixed |= attrs.get(known::TYPE_TAG).is_none();
            }
            let declared = if is_mixed {
                let options = as_submodules(evaluator, lib, self.declarations)?;
                declare(evaluator, lib, self.loc, &options)?
            } else {
                declare(evaluator, lib, self.loc, self.declarations)?
            };
            self.warn_of_type(evaluator, declared.of)?;
            Ok(&*evaluator.arena.alloc(declared))
        })
    }

    fn warn_of_type(&self, evaluator: &Evaluator<'a>, of: TypeRef<'a>) -> Result<()> {
        let Some(message) = describe::deprecation(evaluator, of)? else {
            return Ok(());
        };
        let (name, option) = (
            describe::name(evaluator, of)?,
            show_loc(evaluator, self.loc),
        );
        let files = shown::files(self.declarations.iter().map(|each| each.file));
        let text = format!(
            "The type `types.{name}' of option `{option}' defined in {files} is deprecated. {message}"
        );
        evaluator.warn(text, Span::NONE)
    }

    /// The definitions that win and those that yield; the default is one of them.
    ///
    /// Errors: it is read-only, and there are several.
    pub fn finals(&self, evaluator: &Evaluator<'a>) -> Result<&'a Finals<'a>> {
        self.finals.get(|| {
            let finals = ordered(evaluator, self.decided(evaluator)?)?;
            Ok(&*evaluator.arena.alloc(finals))
        })
    }

    /// Who wins, without a look at the values.
    fn decided(&self, evaluator: &Evaluator<'a>) -> Result<Decided<'a>> {
        self.decided.get(|| {
            let declared = self.declared(evaluator)?;
            let given = match self.given {
                Given::Name(level, name) => level.definitions_of(evaluator, name)?,
                Given::Definitions { definitions, .. } => definitions,
            };
            let with_default;
            let definitions = match declared.default {
                None => given,
                Some(default) => {
                    with_default = [&[default], given].concat();
                    &with_default
                }
            };
            if definitions.len() > 1 && self.is_read_only(evaluator)? {
                return Err(self.read_only(evaluator, definitions));
            }
            decided(evaluator, definitions)
        })
    }

    /// The error of several definitions; each is shown as it would come out alone.
    fn read_only(
        &self,
        evaluator: &Evaluator<'a>,
        definitions: &[Definition<'a>],
    ) -> Box<EvalError> {
        let merge = match self.merging(evaluator) {
            Ok(merge) => merge,
            Err(error) => return error,
        };
        let Some(declared) = merge.declared else {
            return errors::never_defined(evaluator, self.loc);
        };
        let (site, loc) = (merge.site(), self.loc);
        let values = definitions.iter().map(|definition| {
            let definition = *definition;
            evaluator.lazy(move |evaluator| {
                let merge = site.merge(evaluator);
                merge.required(loc, declared.of, &[definition])
            })
        });
        let values: Vec<Value<'a>> = values.collect();
        let error = errors::read_only(evaluator, loc, definitions, &values);
        merge.blame(error)
    }

    fn is_read_only(&self, evaluator: &Evaluator<'a>) -> Result<bool> {
        let attrs = self.declared(evaluator)?.attrs;
        match attrs.value(known::READ_ONLY) {
            Some(value) => evaluator.force_bool(value),
            None => Ok(false),
        }
    }

    /// Its value. Like everything that sees the option, this unites its declarations.
    pub fn value(&self, evaluator: &Evaluator<'a>) -> Result<Value<'a>> {
        self.declared(evaluator)?;
        evaluator.force(self.value)
    }

    /// The merged definitions after `apply`, which need not look at them.
    fn applied(&'a self, evaluator: &Evaluator<'a>) -> Result<Value<'a>> {
        match self.declared(evaluator)?.apply {
            Some(apply) => {
                let merged = evaluator.lazy(move |evaluator| self.merged(evaluator));
                evaluator.call1(apply, merged)
            }
            None => self.merged(evaluator),
        }
    }

    fn merged(&self, evaluator: &Evaluator<'a>) -> Result<Value<'a>> {
        let declared = self.declared(evaluator)?;
        let finals = self.finals(evaluator)?;
        let merge = self.merging(evaluator)?;
        if !finals.winners.is_empty() {
            return merge.checked(self.loc, declared.of, finals.winners);
        }
        match merge.empty_value(declared.of)? {
            Some(value) => evaluator.force(value),
            None => Err(merge.missing(self.loc, declared.of)),
        }
    }

    /// The merging of its definitions.
    fn merging<'e>(&self, evaluator: &'e Evaluator<'a>) -> Result<Merge<'a, 'e>> {
        let first = self.declarations.first();
        Ok(Merge::new(evaluator, self.lib).of_option(Declared {
            place: first.map_or(Pos::NONE, |each| each.place),
            of: self.declared(evaluator)?.of,
            is_freeform: false,
        }))
    }

    /// The option as `options` has it.
    pub fn to_nix(&'a self, evaluator: &Evaluator<'a>) -> Result<Value<'a>> {
        let declared = self.declared(evaluator)?;
        let loc = self.loc;
        let winners = move |evaluator: &Evaluator<'a>| -> Result<&'a [Definition<'a>]> {
            Ok(self.finals(evaluator)?.winners)
        };
        let extra = [
            ("value", self.value),
            (
                "isDefined",
                evaluator.lazy(move |evaluator| Ok(Value::bool(!winners(evaluator)?.is_empty()))),
            ),
            (
                "highestPrio",
                evaluator.lazy(move |evaluator| Ok(Value::Int(self.decided(evaluator)?.priority))),
            ),
            (
                "definitions",
                evaluator.lazy(move |evaluator| {
                    let values = winners(evaluator)?.iter().map(|each| each.value);
                    Ok(evaluator.list(&values.collect::<Vec<_>>()))
                }),
            ),
            (
                "files",
                evaluator.lazy(move |evaluator| {
                    let files = winners(evaluator)?.iter();
                    let files = files.map(|each| evaluator.borrowed_string(each.file));
                    Ok(evaluator.list(&files.collect::<Vec<_>>()))
                }),
            ),
            (
                "definitionsWithLocations",
                evaluator
                    .lazy(move |evaluator| Ok(definitions_to_nix(evaluator, winners(evaluator)?))),
            ),
            (
                "valueMeta",
                evaluator.lazy(move |evaluator| {
                    let merge = self.merging(evaluator)?;
                    let of = self.declared(evaluator)?.of;
                    merge.meta_with_type(loc, of, winners(evaluator)?)
                }),
            ),
            (
                "__toString",
                evaluator.native("__toString", 1, move |evaluator, _| {
                    Ok(evaluator.string(show_loc(evaluator, loc)))
                }),
            ),
        ];
        let extra = extra.map(|(name, value)| evaluator.attr(name, value));
        let extra = evaluator.attrs_ref(extra.to_vec());
        let shown = declared.shown(evaluator, loc, self.declarations);
        Ok(Value::Attrs(shown.update(extra, evaluator.arena)))
    }
}
