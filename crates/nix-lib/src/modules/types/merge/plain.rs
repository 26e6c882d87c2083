//! Merges values that have no types in them.

use nix_frontend::eval::coerce::Coercion;
use nix_frontend::eval::{Attrs, Bool, Result, Value};
use nix_frontend::ir::symbol::known;

use crate::modules::definition::{Definition, Loc};
use crate::modules::errors;
use crate::modules::types::Kind;
use crate::modules::types::check::is_function;
use crate::modules::types::merge::Merge;

impl<'a> Merge<'a, '_> {
    pub(super) fn equal(self, loc: Loc<'a>, winners: &[Definition<'a>]) -> Result<Value<'a>> {
        let Some((head, rest)) = winners.split_first() else {
            return Err(errors::never_defined(self.evaluator, loc));
        };
        for definition in rest {
            if !self.evaluator.equal(head.value, definition.value)? {
                let pair = [*head, *definition];
                let error = errors::conflict(self.evaluator, loc, winners, pair);
                return Err(self.blame(error));
            }
        }
        self.evaluator.force(head.value)
    }

    /// What `types.unspecified` and types without a merge of their own do: join what can be joined.
    pub(super) fn default(self, loc: Loc<'a>, winners: &'a [Definition<'a>]) -> Result<Value<'a>> {
        if let [only] = winners {
            return self.evaluator.force(only.value);
        }
        let mut kinds = vec![];
        for definition in winners {
            kinds.push(self.evaluator.force(definition.value)?);
        }
        let all = |fits: fn(&Value<'a>) -> bool| kinds.iter().all(fits);
        if all(|kind| is_function(*kind)) {
            return Ok(self.function_of_all(loc, winners));
        }
        if all(|kind| matches!(kind, Value::List(_))) {
            let mut items = vec![];
            for definition in winners {
                items.extend_from_slice(self.evaluator.force_list(definition.value)?);
            }
            return Ok(self.evaluator.list(&items));
        }
        if all(|kind| matches!(kind, Value::Attrs(_))) {
            return self.updated(winners);
        }
        if all(|kind| matches!(kind, Value::Bool(_))) {
            let any = kinds
                .iter()
                .any(|kind| matches!(kind, Value::Bool(Bool::True)));
            return Ok(Value::bool(any));
        }
        if all(|kind| matches!(kind, Value::String(_))) {
            return self.joined(b"", winners);
        }
        let is_one_number = all(|kind| matches!(kind, Value::Int(_)))
            && kinds.windows(2).all(|pair| match pair {
                [Value::Int(one), Value::Int(other)] => one == other,
                _ => true,
            });
        match kinds.first() {
            Some(number) if is_one_number => Ok(*number),
            _ => Err(self.blame(errors::not_joinable(self.evaluator, loc, winners))),
        }
    }

    /// The value of the only definition. Errors: there are several.
    pub(super) fn only(
        self,
        loc: Loc<'a>,
        message: &str,
        winners: &[Definition<'a>],
    ) -> Result<Value<'a>> {
        match winners {
            [only] => Ok(only.value),
            _ => {
                let error = errors::defined_twice(self.evaluator, loc, message, winners);
                Err(self.blame(error))
            }
        }
    }

    pub(super) fn package(self, loc: Loc<'a>, winners: &[Definition<'a>]) -> Result<Value<'a>> {
        let evaluator = self.evaluator;
        let value = evaluator.force(self.only(loc, "", winners)?)?;
        match value {
            Value::Path(_) => {}
            Value::String(string) if string.context.is_empty() => {}
            value => return Ok(value),
        }
        let make = self.lib.member(evaluator, &["toDerivation"])?;
        evaluator.call1(make, value)
    }

    pub(super) fn joined(self, separator: &[u8], winners: &[Definition<'a>]) -> Result<Value<'a>> {
        let mut builder = nix_frontend::eval::string::StringBuilder::default();
        for (at, definition) in winners.iter().enumerate() {
            if at > 0 {
                builder.bytes.extend_from_slice(separator);
            }
            self.evaluator
                .coerce_into(definition.value, Coercion::PATH_PART, &mut builder)?;
        }
        Ok(self.evaluator.built_string(builder))
    }

    pub(super) fn updated(self, winners: &[Definition<'a>]) -> Result<Value<'a>> {
        let empty = self.evaluator.attrs_ref(vec![]);
        let mut merged: &'a Attrs<'a> = empty;
        for definition in winners {
            let attrs = self.evaluator.force_attrs(definition.value)?;
            merged = merged.update(attrs, self.evaluator.arena);
        }
        Ok(Value::Attrs(merged))
    }

    pub(super) fn anything(self, loc: Loc<'a>, winners: &'a [Definition<'a>]) -> Result<Value<'a>> {
        let mut common = None;
        for definition in winners {
            let value = self.evaluator.force(definition.value)?;
            let kind = match value {
                Value::Attrs(attrs)
                    if attrs.get(known::OUT_PATH).is_some()
                        || attrs.get(known::TO_STRING).is_some() =>
                {
                    "string-like"
                }
                Value::OutOfReach(_) if winners.len() > 1 => {
                    return Err(self.evaluator.expected("a value", value));
                }
                value => value.type_name().unwrap_or_default(),
            };
            if *common.get_or_insert(kind) != kind {
                let error = errors::conflicting_kinds(self.evaluator, loc, winners);
                return Err(self.blame(error));
            }
        }
        match common {
            Some("set") => {
                let element = self.lib.new_type(self.evaluator, Kind::Anything);
                self.attrs(loc, element, false, winners)
            }
            Some("string-like") => self.evaluator.force(self.only(loc, "", winners)?),
            Some("lambda") => Ok(self.function_of_anything(loc, winners)),
            _ => self.equal(loc, winners),
        }
    }
}
