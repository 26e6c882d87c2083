//! What the merge of a type finds out beside the value: whether the definitions fit, and what it knows of the value's parts.
//!
//! Types with parts (`listOf`, `attrsOf`, `either`, `coercedTo`, submodules) check within their merge, which nixpkgs calls its second
//! version; the others check each definition by itself before.

use nix_frontend::eval::{Attr, Attrs, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;
use source::Span;

use crate::modules::definition::{Definition, Loc, deeper, show_loc};
use crate::modules::errors::Refusal;
use crate::modules::library::result;
use crate::modules::properties::finals;
use crate::modules::shown;
use crate::modules::types::check::{check, check_further, check_kind};
use crate::modules::types::custom::{own_merge, second_merge};
use crate::modules::types::describe::describe;
use crate::modules::types::merge::Merge;
use crate::modules::types::{Kind, TypeRef};

/// Whether the type checks within its merge.
pub fn checks_in_merge<'a>(evaluator: &Evaluator<'a>, of: TypeRef<'a>) -> Result<bool> {
    Ok(match of.kind {
        Kind::ListOf(..)
        | Kind::AttrsOf { .. }
        | Kind::AttrListOf(_)
        | Kind::Either(..)
        | Kind::CoercedTo { .. }
        | Kind::Submodule(_) => true,
        Kind::Later(later) => checks_in_merge(evaluator, later.get(evaluator)?)?,
        Kind::Custom(attrs) => own_merge(evaluator, attrs)?.is_some(),
        _ => false,
    })
}

impl<'a> Merge<'a, '_> {
    /// Why final definitions do not fit, if they do not.
    pub fn refusal(
        self,
        loc: Loc<'a>,
        of: TypeRef<'a>,
        winners: &'a [Definition<'a>],
    ) -> Result<Option<Refusal<'a>>> {
        let evaluator = self.evaluator;
        let refused = match of.kind {
            Kind::Either(left, right) => self.neither(loc, left, right, winners)?,
            Kind::CoercedTo { from, function, to } if checks_in_merge(evaluator, to)? => {
                let coerced = self.coerced(loc, from, function, winners)?;
                self.refusal(loc, to, coerced)?
            }
            Kind::Later(later) => self.refusal(loc, later.get(evaluator)?, winners)?,
            Kind::Custom(attrs) if own_merge(evaluator, attrs)?.is_some() => {
                let merged = second_merge(evaluator, loc, attrs, winners)?;
                refusal_of(evaluator, merged, winners)?
            }
            _ => {
                let mut refused = vec![];
                for definition in winners {
                    if !check_kind(evaluator, of, definition.value)? {
                        refused.push(*definition);
                    }
                }
                let by_merge = checks_in_merge(evaluator, of)?;
                Refusal::of(refused, by_merge)
            }
        };
        if refused.is_some() || of.checks.is_empty() {
            return Ok(refused);
        }
        let mut refused = vec![];
        for definition in winners {
            if !check_further(evaluator, of, definition.value)? {
                refused.push(*definition);
            }
        }
        Ok(Refusal::of(refused, checks_in_merge(evaluator, of)?))
    }

    fn neither(
        self,
        loc: Loc<'a>,
        left: TypeRef<'a>,
        right: TypeRef<'a>,
        winners: &'a [Definition<'a>],
    ) -> Result<Option<Refusal<'a>>> {
        let fits_one = self.refusal(loc, left, winners)?.is_none()
            || self.refusal(loc, right, winners)?.is_none();
        if fits_one {
            return Ok(None);
        }
        // A type that contains itself has no end of words, and most refusals are those of one side only.
        let message = self.evaluator.lazy(move |evaluator| {
            let option = show_loc(evaluator, loc);
            let left = describe(evaluator, left)?;
            let right = describe(evaluator, right)?;
            let shown = shown::definitions(evaluator, winners)?;
            Ok(evaluator.string(format!(
                "The option `{option}` is neither a value of type `{left}` nor `{right}`, Definition values: {shown}"
            )))
        });
        Ok(Some(Refusal {
            definitions: winners.to_vec(),
            message: Some(message),
            by_merge: true,
        }))
    }

    /// The definitions with what fits the first type of a `coercedTo` converted.
    pub fn coerced(
        self,
        loc: Loc<'a>,
        from: TypeRef<'a>,
        function: Value<'a>,
        winners: &[Definition<'a>],
    ) -> Result<&'a [Definition<'a>]> {
        let evaluator = self.evaluator;
        let mut converted = vec![];
        for definition in winners {
            let fits = if checks_in_merge(evaluator, from)? {
                let only = evaluator.arena.alloc_slice_copy(&[*definition]);
                self.refusal(loc, from, only)?.is_none()
            } else {
                check(evaluator, from, definition.value)?
            };
            converted.push(if fits {
                let value = evaluator.lazy_call(function, &[definition.value], Span::NONE);
                definition.with_value(value)
            } else {
                *definition
            });
        }
        Ok(evaluator.arena.alloc_slice_copy(&converted))
    }

    /// `valueMeta` of an option with that type.
    pub fn meta_with_type(
        self,
        loc: Loc<'a>,
        of: TypeRef<'a>,
        winners: &'a [Definition<'a>],
    ) -> Result<Value<'a>> {
        let (evaluator, lib) = (self.evaluator, self.lib);
        if !checks_in_merge(evaluator, of)? {
            return Ok(evaluator.attrs(vec![]));
        }
        let meta = self.meta(loc, of, winners)?;
        let meta = evaluator.force_attrs(meta)?;
        let of = evaluator.lazy(move |evaluator| Ok(lib.type_value(evaluator, of)));
        let internal = evaluator.attrs_from([("type", of)]);
        let internal = evaluator.attrs_ref(vec![evaluator.attr("_internal", internal)]);
        Ok(Value::Attrs(meta.update(internal, evaluator.arena)))
    }

    /// `valueMeta` as the merge of the type gives it.
    pub(crate) fn meta(
        self,
        loc: Loc<'a>,
        of: TypeRef<'a>,
        winners: &'a [Definition<'a>],
    ) -> Result<Value<'a>> {
        let evaluator = self.evaluator;
        let of_parts = |name: &str, parts: Value<'a>| Ok(evaluator.attrs_from([(name, parts)]));
        match of.kind {
            Kind::ListOf(element, _) => {
                let parts = self.elements(loc, winners)?.into_iter();
                let parts = parts.map(|(loc, winners)| self.lazy_meta(loc, element, winners));
                of_parts("list", evaluator.list(&parts.collect::<Vec<_>>()))
            }
            Kind::AttrsOf { element, lazy, .. } => {
                let parts = self.attributes(loc, lazy, winners)?.into_iter();
                let parts = parts.map(|part| Attr {
                    name: part.name,
                    place: part.place,
                    value: self.lazy_meta(part.loc, element, part.definitions),
                });
                of_parts("attrs", evaluator.attrs(parts.collect()))
            }
            Kind::AttrListOf(list) => self.attr_list_meta(loc, list, winners),
            Kind::Submodule(submodule) => {
                let evaluation = self.submodule_evaluation(loc, submodule, winners);
                of_parts("configuration", result(evaluator, evaluation))
            }
            Kind::Either(left, right) => {
                for side in [left, right] {
                    if self.refusal(loc, side, winners)?.is_none() {
                        return self.meta(loc, side, winners);
                    }
                }
                let refusal = self.neither(loc, left, right, winners)?;
                let message = refusal.and_then(|refusal| refusal.message);
                let message = message.unwrap_or(evaluator.borrowed_string(b""));
                let error = evaluator.attrs_from([("message", message)]);
                of_parts("headError", error)
            }
            Kind::CoercedTo { from, function, to } => {
                let coerced = self.coerced(loc, from, function, winners)?;
                self.meta(loc, to, coerced)
            }
            Kind::Later(later) => self.meta(loc, later.get(evaluator)?, winners),
            Kind::Custom(attrs) if own_merge(evaluator, attrs)?.is_some() => {
                let merged = second_merge(evaluator, loc, attrs, winners)?;
                let name = evaluator.symbol("valueMeta");
                evaluator.select(Value::Attrs(merged), name, Span::NONE)
            }
            _ => Ok(evaluator.attrs(vec![])),
        }
    }

    /// The `valueMeta` of a part, whose definitions are not final yet.
    pub(crate) fn lazy_meta(
        self,
        loc: Loc<'a>,
        of: TypeRef<'a>,
        definitions: &'a [Definition<'a>],
    ) -> Value<'a> {
        let site = self.site();
        self.evaluator.lazy(move |evaluator| {
            let winners = finals(evaluator, definitions)?.winners;
            site.merge(evaluator).meta_with_type(loc, of, winners)
        })
    }

    /// Each element of each list that is defined, with its path.
    pub(crate) fn elements(
        self,
        loc: Loc<'a>,
        winners: &[Definition<'a>],
    ) -> Result<Vec<(Loc<'a>, &'a [Definition<'a>])>> {
        let evaluator = self.evaluator;
        let mut elements = vec![];
        for (number, definition) in winners.iter().enumerate() {
            for (entry, value) in evaluator.force_list(definition.value)?.iter().enumerate() {
                let element = definition.inner(*value, self.place_of(*value));
                let only = &*evaluator.arena.alloc_slice_copy(&[element]);
                if finals(evaluator, only)?.winners.is_empty() {
                    continue;
                }
                let name = format!("[definition {}-entry {}]", number + 1, entry + 1);
                let loc = deeper(evaluator, loc, evaluator.symbol(name));
                elements.push((loc, only));
            }
        }
        Ok(elements)
    }
}

impl<'a> Refusal<'a> {
    /// Definitions that do not fit; none if there are none.
    pub(crate) fn of(definitions: Vec<Definition<'a>>, by_merge: bool) -> Option<Refusal<'a>> {
        (!definitions.is_empty()).then_some(Refusal {
            definitions,
            message: None,
            by_merge,
        })
    }
}

/// What the result of a type's own merge says against the definitions.
pub(crate) fn refusal_of<'a>(
    evaluator: &Evaluator<'a>,
    merged: &'a Attrs<'a>,
    winners: &[Definition<'a>],
) -> Result<Option<Refusal<'a>>> {
    let Some(error) = merged.value(evaluator.symbol("headError")) else {
        return Ok(None);
    };
    let error = evaluator.force(error)?;
    if let Value::Null = error {
        return Ok(None);
    }
    let message = evaluator.select(error, evaluator.symbol("message"), Span::NONE)?;
    Ok(Some(Refusal {
        definitions: winners.to_vec(),
        message: Some(message),
        by_merge: true,
    }))
}

/// Whether a set has an attribute that is true.
pub(crate) fn is_marked<'a>(
    evaluator: &Evaluator<'a>,
    value: Value<'a>,
    name: &str,
) -> Result<bool> {
    match evaluator.force(value)? {
        Value::Attrs(attrs) => match attrs.value(evaluator.symbol(name)) {
            Some(mark) => evaluator.force_bool(mark),
            None => Ok(false),
        },
        _ => Ok(false),
    }
}

/// The check of a type's set.
pub(crate) fn check_of<'a>(attrs: &'a Attrs<'a>) -> Value<'a> {
    attrs.value(known::CHECK).unwrap_or(Value::Null)
}

/// A refusal as `merge.v2` gives it: null if there is none.
pub(crate) fn refusal_value<'a>(
    evaluator: &Evaluator<'a>,
    refusal: Option<Refusal<'a>>,
) -> Result<Value<'a>> {
    let Some(refusal) = refusal else {
        return Ok(Value::Null);
    };
    let message = match refusal.message {
        Some(message) => message,
        None => {
            let shown = shown::definitions(evaluator, &refusal.definitions)?;
            evaluator.string(format!("Definition values: {shown}"))
        }
    };
    Ok(evaluator.attrs_from([("message", message)]))
}

impl<'a> Merge<'a, '_> {
    /// `checkedAndMerged` of definitions that are merged to `value`.
    pub(crate) fn checked_and_merged(
        self,
        loc: Loc<'a>,
        of: TypeRef<'a>,
        winners: &'a [Definition<'a>],
        value: Value<'a>,
    ) -> Result<Value<'a>> {
        let (evaluator, site) = (self.evaluator, self.site());
        let (error, value) = if checks_in_merge(evaluator, of)? {
            let error = evaluator.lazy(move |evaluator| {
                let refusal = site.merge(evaluator).refusal(loc, of, winners)?;
                refusal_value(evaluator, refusal)
            });
            let value =
                evaluator.lazy(move |evaluator| site.merge(evaluator).merge(loc, of, winners));
            (error, value)
        } else {
            (Value::Null, value)
        };
        let meta =
            evaluator.lazy(move |evaluator| site.merge(evaluator).meta_with_type(loc, of, winners));
        Ok(evaluator.attrs_from([("headError", error), ("value", value), ("valueMeta", meta)]))
    }
}
