//! Merges values of types that have types in them: lists, sets, alternatives.

use nix_frontend::eval::{Attr, EvalError, Result, Value};
use nix_frontend::ir::Symbol;
use rustc_hash::FxHashMap;
use source::Pos;

use crate::functions::tools::warn;
use crate::modules::definition::{Definition, Loc, deeper, show_loc};
use crate::modules::errors;
use crate::modules::properties::finals;
use crate::modules::shown;
use crate::modules::types::check::accepts_all;
use crate::modules::types::describe::describe;
use crate::modules::types::merge::Merge;
use crate::modules::types::{Kind, TypeRef, resolved};

/// What is said of each name.
type ByName<'a> = FxHashMap<Symbol, Vec<Definition<'a>>>;

/// An attribute that sets define.
pub(crate) struct Attribute<'a> {
    pub name: Symbol,
    /// Where the first of them names it.
    pub place: Pos,
    /// Its path.
    pub loc: Loc<'a>,
    pub definitions: &'a [Definition<'a>],
}

impl<'a> Merge<'a, '_> {
    pub(super) fn list(
        self,
        loc: Loc<'a>,
        mut element: TypeRef<'a>,
        winners: &'a [Definition<'a>],
    ) -> Result<Value<'a>> {
        let mut items = vec![];
        for (number, definition) in winners.iter().enumerate() {
            let values = self.evaluator.force_list(definition.value)?;
            if values.is_empty() {
                continue;
            }
            element = resolved(self.evaluator, element)?;
            let trusting = accepts_all(element) && !matches!(element.kind, Kind::Anything);
            for (entry, value) in values.iter().enumerate() {
                let definition = definition.inner(*value, self.place_of(*value));
                let simple = trusting && !matches!(value, Value::Thunk(_) | Value::Attrs(_));
                if simple {
                    items.push(*value);
                    continue;
                }
                let name = format!("[definition {}-entry {}]", number + 1, entry + 1);
                let loc = deeper(self.evaluator, loc, self.evaluator.symbol(name));
                let finals = finals(self.evaluator, &[definition])?;
                if finals.winners.is_empty() {
                    continue;
                }
                let (site, winners) = (self.site(), finals.winners);
                items.push(
                    self.evaluator.lazy(move |evaluator| {
                        site.merge(evaluator).checked(loc, element, winners)
                    }),
                );
            }
        }
        Ok(self.evaluator.list(&items))
    }

    /// Where a string in a list stands in a file.
    pub(crate) fn place_of(self, value: Value<'a>) -> Pos {
        match value {
            Value::String(string) => {
                let span = self.evaluator.session.span_of_bytes(string.bytes);
                span.map_or(Pos::NONE, |span| span.start)
            }
            _ => Pos::NONE,
        }
    }

    pub(super) fn attrs(
        self,
        loc: Loc<'a>,
        element: TypeRef<'a>,
        lazy: bool,
        winners: &'a [Definition<'a>],
    ) -> Result<Value<'a>> {
        let site = self.site();
        let attributes = self.attributes(loc, lazy, winners)?.into_iter();
        let attrs = attributes.map(|each| {
            let (loc, definitions) = (each.loc, each.definitions);
            let value = if lazy {
                self.evaluator.lazy(move |evaluator| {
                    site.merge(evaluator).required(loc, element, definitions)
                })
            } else {
                self.evaluator
                    .lazy(move |evaluator| site.merge(evaluator).checked(loc, element, definitions))
            };
            Attr {
                name: each.name,
                place: each.place,
                value,
            }
        });
        Ok(self.evaluator.attrs(attrs.collect()))
    }

    /// The attributes that sets define: with `lazy` with all that is said of each, otherwise those that are not switched off, with
    /// what wins.
    pub(crate) fn attributes(
        self,
        loc: Loc<'a>,
        lazy: bool,
        winners: &[Definition<'a>],
    ) -> Result<Vec<Attribute<'a>>> {
        let (names, by_name) = self.by_name(loc, winners)?;
        let mut attributes = Vec::with_capacity(names.len());
        for (name, place) in names {
            let said = by_name.get(&name).map(Vec::as_slice).unwrap_or_default();
            let definitions = if lazy {
                &*self.evaluator.arena.alloc_slice_copy(said)
            } else {
                let winners = finals(self.evaluator, said)?.winners;
                match winners.first() {
                    // Whether anybody defines it is not known.
                    Some(first)
                        if self.lib.is_tolerant()
                            && winners.iter().all(|each| each.is_doubtful) =>
                    {
                        let error = self.evaluator.expected("a Boolean", first.value);
                        self.leave_open(loc, error, first.place);
                        continue;
                    }
                    _ => winners,
                }
            };
            if !definitions.is_empty() {
                attributes.push(Attribute {
                    name,
                    place,
                    loc: deeper(self.evaluator, loc, name),
                    definitions,
                });
            }
        }
        Ok(attributes)
    }

    /// The names that any definition has, with the place of the first, and what is said of each.
    pub(super) fn by_name(
        self,
        loc: Loc<'a>,
        winners: &[Definition<'a>],
    ) -> Result<(Vec<(Symbol, Pos)>, ByName<'a>)> {
        let mut names = vec![];
        let mut by_name = ByName::default();
        let mut positions: FxHashMap<Symbol, usize> = FxHashMap::default();
        for definition in winners {
            let value = self.evaluator.force(definition.value);
            let attrs = match self.evaluator.or_unknown(value)? {
                Value::Attrs(attrs) => attrs,
                // What one unknown definition would add is unknown; the others still hold.
                Value::OutOfReach(unknown) if self.lib.is_tolerant() => {
                    let error = EvalError::out_of_reach(&self.evaluator.session.symbols, unknown);
                    self.leave_open(loc, error, definition.place);
                    match unknown.open_set() {
                        Some(known) => known,
                        None => continue,
                    }
                }
                other => self.evaluator.force_attrs(other)?,
            };
            for attr in self.evaluator.items(attrs) {
                let said = by_name.entry(attr.name).or_default();
                if said.is_empty() {
                    positions.insert(attr.name, names.len());
                    names.push((attr.name, attr.place));
                } else if let Some((_, place)) =
                    positions.get(&attr.name).and_then(|at| names.get_mut(*at))
                    && self.is_own(*place)
                {
                    *place = attr.place;
                }
                said.push(definition.inner(attr.value, attr.place));
            }
        }
        Ok((names, by_name))
    }

    /// Writes down that the set at `loc` may have more than what is known.
    fn leave_open(self, loc: Loc<'a>, error: Box<EvalError>, place: Pos) {
        self.lib.open(loc, &error);
        let place = self.evaluator.session.sources.word(place);
        self.lib.tolerate(*error.at(place));
    }

    /// Whether a place lies in no file of the user's.
    pub(super) fn is_own(self, place: Pos) -> bool {
        let file = self.evaluator.session.sources.file(place);
        file.is_none_or(|file| file.path.to_string_lossy().starts_with("/«"))
    }

    pub(super) fn null_or(
        self,
        loc: Loc<'a>,
        element: TypeRef<'a>,
        winners: &'a [Definition<'a>],
    ) -> Result<Value<'a>> {
        let mut nulls = 0;
        for definition in winners {
            if let Value::Null = self.evaluator.force(definition.value)? {
                nulls += 1;
            }
        }
        match nulls {
            0 => self.merge(loc, element, winners),
            all if all == winners.len() => Ok(Value::Null),
            _ => {
                let error = errors::null_and_not_null(self.evaluator, loc, winners);
                Err(self.blame(error))
            }
        }
    }

    pub(super) fn either(
        self,
        loc: Loc<'a>,
        left: TypeRef<'a>,
        right: TypeRef<'a>,
        winners: &'a [Definition<'a>],
    ) -> Result<Value<'a>> {
        for side in [left, right] {
            if self.refusal(loc, side, winners)?.is_none() {
                return self.merge(loc, side, winners);
            }
        }
        let evaluator = self.evaluator;
        let option = show_loc(evaluator, loc);
        let (left, right) = (describe(evaluator, left)?, describe(evaluator, right)?);
        let shown = shown::definitions(evaluator, winners)?;
        warn(
            evaluator,
            format!(
                "One or more definitions did not pass the type-check of the 'either' type.\nThe option `{option}` is neither a value of type `{left}` nor `{right}`, Definition values: {shown}\nIf a freeform type contains it, put `attrsOf` before it: `freeformType = types.attrsOf (types.either t1 t2)`."
            ),
        )?;
        let only = self.only(loc, "", winners)?;
        evaluator.force(only)
    }
}
