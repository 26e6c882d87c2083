//! Merges the final definitions of an option by its type.

mod containers;
mod functions;
mod plain;

use nix_frontend::eval::{EvalError, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;
use source::Span;

use crate::modules::Modules;
use crate::modules::declare::declare;
use crate::modules::definition::{Declared, Definition, Loc};
use crate::modules::errors::{self, Refusal};
use crate::modules::level::Declaration;
use crate::modules::properties::finals;
use crate::modules::types::check::accepts_all;
use crate::modules::types::custom::{first_merge, own_merge, second_merge};
use crate::modules::types::meta::refusal_of;
use crate::modules::types::{Kind, TypeRef, submodule};

/// Merging: where it happens.
#[derive(Clone, Copy)]
pub struct Merge<'a, 'e> {
    /// The run.
    pub evaluator: &'e Evaluator<'a>,
    /// What all module evaluations share.
    pub lib: &'a Modules<'a>,
    /// The option that is merged, or that has what is merged in it, if there is one.
    pub declared: Option<Declared<'a>>,
}

impl<'a, 'e> Merge<'a, 'e> {
    /// Merging outside of any option.
    pub fn new(evaluator: &'e Evaluator<'a>, lib: &'a Modules<'a>) -> Merge<'a, 'e> {
        Merge {
            evaluator,
            lib,
            declared: None,
        }
    }

    /// Merging the definitions of an option.
    pub fn of_option(self, declared: Declared<'a>) -> Merge<'a, 'e> {
        Merge {
            declared: Some(declared),
            ..self
        }
    }

    /// What is needed to go on later.
    pub(crate) fn site(self) -> Site<'a> {
        Site {
            lib: self.lib,
            declared: self.declared,
        }
    }
}

/// Merging that is yet to come.
#[derive(Clone, Copy)]
pub(crate) struct Site<'a> {
    lib: &'a Modules<'a>,
    declared: Option<Declared<'a>>,
}

impl<'a> Site<'a> {
    /// Merging, now.
    pub(crate) fn merge<'e>(self, evaluator: &'e Evaluator<'a>) -> Merge<'a, 'e> {
        Merge {
            evaluator,
            lib: self.lib,
            declared: self.declared,
        }
    }
}

impl<'a> Merge<'a, '_> {
    /// The value of an option: its definitions expanded, decided, checked and merged. `None`: nobody defines it.
    pub fn definitions(
        self,
        loc: Loc<'a>,
        of: TypeRef<'a>,
        definitions: &[Definition<'a>],
    ) -> Result<Option<Value<'a>>> {
        let finals = finals(self.evaluator, definitions)?;
        if finals.winners.is_empty() {
            return Ok(None);
        }
        self.checked(loc, of, finals.winners).map(Some)
    }

    /// The value of an option, or the empty value of its type. Errors: it has no value.
    pub fn required(
        self,
        loc: Loc<'a>,
        of: TypeRef<'a>,
        definitions: &[Definition<'a>],
    ) -> Result<Value<'a>> {
        match self.definitions(loc, of, definitions)? {
            Some(value) => Ok(value),
            None => match self.empty_value(of)? {
                Some(value) => Ok(value),
                None => Err(self.missing(loc, of)),
            },
        }
    }

    /// Merges final definitions after checking each.
    pub fn checked(
        self,
        loc: Loc<'a>,
        of: TypeRef<'a>,
        winners: &'a [Definition<'a>],
    ) -> Result<Value<'a>> {
        if let Kind::Custom(attrs) = of.kind
            && own_merge(self.evaluator, attrs)?.is_some()
        {
            let merged = second_merge(self.evaluator, loc, attrs, winners)?;
            if let Some(refusal) = refusal_of(self.evaluator, merged, winners)? {
                return Err(self.refused(loc, of, &refusal, winners));
            }
            return self
                .evaluator
                .select(Value::Attrs(merged), known::VALUE, Span::NONE);
        }
        if !accepts_all(of)
            && let Some(refusal) = self.refusal(loc, of, winners)?
        {
            return Err(self.refused(loc, of, &refusal, winners));
        }
        self.merge(loc, of, winners)
    }

    /// The error with a word on the option's declaration.
    pub(crate) fn blame(self, error: Box<EvalError>) -> Box<EvalError> {
        match self.declared {
            Some(declared) => errors::declared(self.evaluator, error, declared),
            None => error,
        }
    }

    /// The error of reading what nobody defines.
    pub(crate) fn missing(self, loc: Loc<'a>, of: TypeRef<'a>) -> Box<EvalError> {
        self.blame(errors::missing_value(self.evaluator, loc, of))
    }

    /// The error of definitions that do not fit.
    fn refused(
        self,
        loc: Loc<'a>,
        of: TypeRef<'a>,
        refusal: &Refusal<'a>,
        winners: &[Definition<'a>],
    ) -> Box<EvalError> {
        let evaluator = self.evaluator;
        let fits = |definition: &Definition<'a>| {
            let only = &*evaluator.arena.alloc_slice_copy(&[*definition]);
            matches!(self.refusal(loc, of, only), Ok(None))
        };
        let each_fits = winners.len() > 1 && winners.iter().all(fits);
        self.blame(errors::wrong_type(evaluator, loc, of, refusal, each_fits))
    }

    /// The value that stands where nobody defines anything.
    pub fn empty_value(self, of: TypeRef<'a>) -> Result<Option<Value<'a>>> {
        Ok(Some(match of.kind {
            Kind::ListOf(_, false) => self.evaluator.list_of(&[]),
            Kind::AttrsOf { .. } | Kind::Attrs => self.evaluator.attrs(vec![]),
            Kind::AttrListOf(list) if list.as_attrs => self.evaluator.attrs(vec![]),
            Kind::AttrListOf(_) => self.evaluator.list_of(&[]),
            Kind::NullOr(_) => Value::Null,
            Kind::Submodule(of) => {
                let base = submodule::base(self.evaluator, of)?;
                self.evaluator
                    .lazy(move |evaluator| base.checked_config(evaluator))
            }
            Kind::FileSet(_) => {
                let files = self.lib.member(self.evaluator, &["fileset", "empty"])?;
                self.evaluator.force(files)?
            }
            Kind::CoercedTo { to: element, .. } | Kind::Unique(_, element) => {
                return self.empty_value(element);
            }
            Kind::Later(later) => return self.empty_value(later.get(self.evaluator)?),
            Kind::Custom(attrs) => {
                let Some(empty) = attrs.value(self.evaluator.symbol("emptyValue")) else {
                    return Ok(None);
                };
                match self.evaluator.force(empty)? {
                    Value::Attrs(empty) => return Ok(empty.value(known::VALUE)),
                    _ => return Ok(None),
                }
            }
            _ => return Ok(None),
        }))
    }

    /// Merges final definitions, at least one, that are not checked any more.
    pub fn merge(
        self,
        loc: Loc<'a>,
        of: TypeRef<'a>,
        winners: &'a [Definition<'a>],
    ) -> Result<Value<'a>> {
        self.evaluator.check_stack()?;
        match of.kind {
            Kind::Unspecified | Kind::OptionDeclaration => self.default(loc, winners),
            Kind::Raw => self.only(loc, "", winners),
            Kind::Anything => self.anything(loc, winners),
            Kind::Bool
            | Kind::Int(..)
            | Kind::Float
            | Kind::Str
            | Kind::NonEmptyStr
            | Kind::StrMatching(_)
            | Kind::LuaInline
            | Kind::Path { .. }
            | Kind::Enum(_) => self.equal(loc, winners),
            Kind::BoolByOr => {
                for definition in winners {
                    if self.evaluator.force_bool(definition.value)? {
                        return Ok(Value::bool(true));
                    }
                }
                Ok(Value::bool(false))
            }
            Kind::SingleLineStr => {
                let merged = self.equal(loc, winners)?;
                let string = self.evaluator.force_string(merged)?;
                match string.bytes.strip_suffix(b"\n") {
                    Some(line) => Ok(self.evaluator.string_with_context(line, string.context)),
                    None => Ok(merged),
                }
            }
            Kind::SeparatedString(separator) => self.joined(separator, winners),
            Kind::Attrs => self.updated(winners),
            Kind::Package | Kind::ShellPackage => self.package(loc, winners),
            Kind::FileSet(_) => {
                let values: Vec<Value<'a>> = winners.iter().map(|each| each.value).collect();
                let unite = self.lib.member(self.evaluator, &["fileset", "unions"])?;
                self.evaluator.call1(unite, self.evaluator.list(&values))
            }
            Kind::ListOf(element, _) => self.list(loc, element, winners),
            Kind::AttrsOf { element, lazy, .. } => self.attrs(loc, element, lazy, winners),
            Kind::NullOr(element) => self.null_or(loc, element, winners),
            Kind::Either(left, right) => self.either(loc, left, right, winners),
            Kind::CoercedTo { from, function, to } => {
                let coerced = self.coerced(loc, from, function, winners)?;
                self.merge(loc, to, coerced)
            }
            Kind::Submodule(submodule) => self.submodule(loc, submodule, winners),
            Kind::DeferredModule(modules) => Ok(self.deferred(loc, modules, winners)),
            Kind::FunctionTo(element) => Ok(self.function(loc, element, winners)),
            Kind::Unique(message, element) => {
                if winners.len() != 1 {
                    let message = match message {
                        Some(message) => self.evaluator.force_string(message)?.text(),
                        None => String::new(),
                    };
                    self.only(loc, &message, winners)?;
                }
                self.merge(loc, element, winners)
            }
            Kind::AttrListOf(list) => self.attr_list(loc, list, winners),
            Kind::Later(later) => self.merge(loc, later.get(self.evaluator)?, winners),
            Kind::AttrTag(tags) => self.tagged(loc, tags, winners),
            Kind::OptionType => self.option_type(loc, winners),
            Kind::Custom(attrs) => first_merge(self.evaluator, loc, attrs, winners),
        }
    }

    fn option_type(self, loc: Loc<'a>, winners: &[Definition<'a>]) -> Result<Value<'a>> {
        let evaluator = self.evaluator;
        if let [only] = winners {
            return evaluator.force(only.value);
        }
        // The types of one option go together or not, as if it were declared with each.
        let declarations = winners.iter().map(|definition| Declaration {
            file: definition.file,
            place: definition.place,
            value: evaluator.attrs_from([
                ("_type", evaluator.borrowed_string(b"option")),
                ("type", definition.value),
            ]),
        });
        let declarations: Vec<Declaration<'a>> = declarations.collect();
        let declared = declare(evaluator, self.lib, loc, &declarations)?;
        Ok(self.lib.type_value(evaluator, declared.of))
    }
}
