//! `types.attrListOf`: lists of sets of one attribute each, which can also be written as sets.
//!
//! `mkOrder` orders the attributes, around the set or around the value; `mkOverride` around a value lets it win over values of the same name.

use nix_frontend::eval::{Attr, Result, Value};
use nix_frontend::ir::Symbol;
use rustc_hash::FxHashMap;
use source::Pos;

use crate::modules::definition::{Definition, Loc, PLAIN, PLAIN_ORDER, deeper, show_loc};
use crate::modules::errors::{self, coded};
use crate::modules::properties::{Marker, content, finals, marker, mk_order, mk_override, number};
use crate::modules::shown;
use crate::modules::types::describe::Class;
use crate::modules::types::describe::phrase;
use crate::modules::types::merge::Merge;
use crate::modules::types::{AttrList, TypeRef};

/// One attribute that somebody defines, its markers not looked at.
#[derive(Clone, Copy)]
struct Given<'a> {
    name: Symbol,
    definition: Definition<'a>,
    /// What `mkOrder` around the set says.
    order: Option<i64>,
}

/// One attribute that wins.
#[derive(Clone, Copy)]
struct Item<'a> {
    name: Symbol,
    definition: Definition<'a>,
    order: i64,
}

/// One attribute of the result.
#[derive(Clone, Copy)]
struct Part<'a> {
    item: Item<'a>,
    loc: Loc<'a>,
    definitions: &'a [Definition<'a>],
    value: Value<'a>,
}

impl<'a> Merge<'a, '_> {
    /// The value of a list of sets of one attribute each.
    pub(crate) fn attr_list(
        self,
        loc: Loc<'a>,
        list: &'a AttrList<'a>,
        winners: &'a [Definition<'a>],
    ) -> Result<Value<'a>> {
        let parts = self.parts(loc, list, winners)?;
        if !list.as_attrs {
            return Ok(self.as_list(&parts));
        }
        let mut values: FxHashMap<Symbol, Vec<Value<'a>>> = FxHashMap::default();
        for part in &parts {
            values.entry(part.item.name).or_default().push(part.value);
        }
        let evaluator = self.evaluator;
        let attrs = values.into_iter().map(|(name, values)| {
            let values = evaluator.list(&values);
            let value = match list.merge_values {
                None => values,
                Some(merge) => {
                    let arguments = [evaluator.symbol_string(name), values];
                    evaluator.lazy_call(merge, &arguments, source::Span::NONE)
                }
            };
            Attr::unplaced(name, value)
        });
        Ok(evaluator.attrs(attrs.collect()))
    }

    /// The list, what is known of its parts, and definitions that make it again.
    pub(crate) fn attr_list_meta(
        self,
        loc: Loc<'a>,
        list: &'a AttrList<'a>,
        winners: &'a [Definition<'a>],
    ) -> Result<Value<'a>> {
        let evaluator = self.evaluator;
        let parts = self.parts(loc, list, winners)?;
        let metas = parts.iter();
        let metas = metas.map(|part| self.lazy_meta(part.loc, list.element, part.definitions));
        let metas: Vec<Value<'a>> = metas.collect();
        let again = parts.iter().map(|part| {
            let set = self.as_set(part);
            evaluator.attrs_from([
                ("_type", evaluator.borrowed_string(b"definition")),
                ("file", evaluator.borrowed_string(part.item.definition.file)),
                (
                    "value",
                    mk_order(evaluator, Value::Int(part.item.order), set),
                ),
            ])
        });
        let again: Vec<Value<'a>> = again.collect();
        Ok(evaluator.attrs_from([
            ("attrList", evaluator.list(&metas)),
            ("attrListValue", self.as_list(&parts)),
            ("definitions", evaluator.list(&again)),
        ]))
    }

    fn as_set(self, part: &Part<'a>) -> Value<'a> {
        let attr = Attr {
            name: part.item.name,
            place: part.item.definition.place,
            value: part.value,
        };
        self.evaluator.attrs(vec![attr])
    }

    fn as_list(self, parts: &[Part<'a>]) -> Value<'a> {
        let sets = parts.iter().map(|part| self.as_set(part));
        self.evaluator.list(&sets.collect::<Vec<_>>())
    }

    fn parts(
        self,
        loc: Loc<'a>,
        list: &'a AttrList<'a>,
        winners: &[Definition<'a>],
    ) -> Result<Vec<Part<'a>>> {
        let (evaluator, site, of) = (self.evaluator, self.site(), list.element);
        let mut given = vec![];
        for definition in winners {
            self.given(loc, of, definition, &mut given)?;
        }
        let mut strongest: FxHashMap<Symbol, i64> = FxHashMap::default();
        let mut priorities = vec![];
        for each in &given {
            let own = self.priority(each.definition.value)?;
            let priority = strongest.entry(each.name).or_insert(PLAIN);
            *priority = own.min(*priority);
            priorities.push(own);
        }
        let mut items = vec![];
        for (each, priority) in given.into_iter().zip(priorities) {
            if strongest.get(&each.name) == Some(&priority) {
                items.push(self.item(each)?);
            }
        }
        items.sort_by_key(|item| item.order);
        let mut parts = vec![];
        for item in items {
            let definitions = &*evaluator.arena.alloc_slice_copy(&[item.definition]);
            let winners = finals(evaluator, definitions)?.winners;
            if winners.is_empty() {
                continue;
            }
            let loc = deeper(evaluator, loc, item.name);
            let value =
                evaluator.lazy(move |evaluator| site.merge(evaluator).checked(loc, of, winners));
            parts.push(Part {
                item,
                loc,
                definitions,
                value,
            });
        }
        Ok(parts)
    }

    /// What one definition says, a list or a set.
    fn given(
        self,
        loc: Loc<'a>,
        of: TypeRef<'a>,
        definition: &Definition<'a>,
        into: &mut Vec<Given<'a>>,
    ) -> Result<()> {
        let evaluator = self.evaluator;
        let of_attr = |attr: &Attr<'a>, order| Given {
            name: attr.name,
            definition: definition.inner(attr.value, attr.place),
            order,
        };
        let Value::List(list) = evaluator.force(definition.value)? else {
            let attrs = evaluator.force_attrs(definition.value)?;
            let attrs = evaluator.ordered(attrs).iter();
            into.extend(attrs.map(|attr| of_attr(attr, None)));
            return Ok(());
        };
        for value in list.items {
            let (set, order) = match marker(evaluator, *value)? {
                Some((Marker::Order, attrs)) => {
                    let set = evaluator.force(content(evaluator, attrs)?)?;
                    (set, Some(number(evaluator, attrs)?))
                }
                _ => (evaluator.force(*value)?, None),
            };
            let Value::Attrs(attrs) = set else {
                let found = set.type_name().unwrap_or_default();
                let found = format!("must be an attribute set, but got {found}");
                return Err(self.no_item(loc, of, definition.with_value(*value), &found));
            };
            let [attr] = evaluator.items(attrs) else {
                let found = format!(
                    "must be a single-key attribute set, but got {} keys",
                    attrs.len()
                );
                return Err(self.no_item(loc, of, definition.with_value(*value), &found));
            };
            into.push(of_attr(attr, order));
        }
        Ok(())
    }

    /// The override priority of a value. What stands inside `mkOverride` is not looked at.
    fn priority(self, value: Value<'a>) -> Result<i64> {
        let mut value = value;
        loop {
            match marker(self.evaluator, value)? {
                Some((Marker::Order, attrs)) => value = content(self.evaluator, attrs)?,
                Some((Marker::Override, attrs)) => return number(self.evaluator, attrs),
                _ => return Ok(PLAIN),
            }
        }
    }

    /// An attribute that wins, its markers taken off but for `mkOverride`.
    fn item(self, given: Given<'a>) -> Result<Item<'a>> {
        let evaluator = self.evaluator;
        let mut overrides = vec![];
        let mut order = given.order;
        let mut value = given.definition.value;
        loop {
            match marker(evaluator, value)? {
                Some((Marker::Order, attrs)) => {
                    order = order.or(Some(number(evaluator, attrs)?));
                    value = content(evaluator, attrs)?;
                }
                Some((Marker::Override, attrs)) => {
                    overrides.push(number(evaluator, attrs)?);
                    value = content(evaluator, attrs)?;
                }
                _ => break,
            }
        }
        let wrapped = overrides.iter().rev();
        let value = wrapped.fold(value, |value, priority| {
            mk_override(evaluator, *priority, value)
        });
        Ok(Item {
            name: given.name,
            definition: given.definition.with_value(value),
            order: order.unwrap_or(PLAIN_ORDER),
        })
    }

    #[cold]
    fn no_item(
        self,
        loc: Loc<'a>,
        of: TypeRef<'a>,
        definition: Definition<'a>,
        found: &str,
    ) -> Box<nix_frontend::eval::EvalError> {
        let evaluator = self.evaluator;
        let option = show_loc(evaluator, loc);
        let element = match phrase(evaluator, of, &[Class::Noun, Class::Composite]) {
            Ok(element) => element,
            Err(error) => return error,
        };
        let description = format!("attribute list of {element}");
        let shown = match shown::definitions(evaluator, &[definition]) {
            Ok(shown) => shown,
            Err(error) => return error,
        };
        let message = format!("`{option}` must be of type `{description}`");
        let mut error = coded(errors::WRONG_TYPE, message);
        if definition.place != Pos::NONE {
            error = error.at(evaluator.session.sources.word(definition.place));
        }
        errors::as_in_nix(
            error,
            format!(
                "A definition for option `{option}' is not of type `{description}'. Each list element {found}.{shown}"
            ),
        )
    }
}
