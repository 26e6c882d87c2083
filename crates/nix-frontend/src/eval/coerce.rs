//! Values to strings and paths, as interpolation, `toString` and path arguments do it.
//!
//! A string stays what it is. A path becomes its store path where it is interpolated, its plain text for `toString`. A set answers
//! through `__toString`, else through `outPath`. `toString` also takes null (empty), booleans (`1` and empty), numbers and lists (joined by spaces).

use crate::eval::env::Env;
use crate::eval::error::{EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::ops::canonical;
use crate::eval::outline::Bounds;
use crate::eval::string::{Str, StringBuilder};
use crate::eval::value::{Bool, Value};
use crate::ir::expr::Part;
use crate::ir::symbol::known;
use crate::number;

/// Which values become strings, and how.
#[derive(Clone, Copy)]
pub struct Coercion {
    /// Whether null, booleans, numbers and lists do.
    pub more: bool,
    /// Whether a path is copied to the store (its store path is computed) rather than written as it is.
    pub copy_paths: bool,
}

impl Coercion {
    /// `"${…}"` and `+`.
    pub const INTERPOLATION: Coercion = Coercion {
        more: false,
        copy_paths: true,
    };
    /// `builtins.toString`.
    pub const TO_STRING: Coercion = Coercion {
        more: true,
        copy_paths: false,
    };
    /// `./${…}` and what is added to a path; most builtins that take strings.
    pub const PATH_PART: Coercion = Coercion {
        more: false,
        copy_paths: false,
    };
}

impl<'a> Evaluator<'a> {
    /// `value` as a string.
    pub fn coerce_to_string(&self, value: Value<'a>, how: Coercion) -> Result<&'a Str<'a>> {
        match self.force(value)? {
            Value::String(string) => return Ok(string),
            Value::Int(number) if how.more => {
                let mut digits = number::Digits::default();
                let bytes = self.arena.alloc_slice_copy(digits.of(number));
                return Ok(self.arena.alloc(Str::plain(bytes)));
            }
            _ => {}
        }
        let mut builder = self.string_builder();
        self.coerce_into(value, how, &mut builder)?;
        match self.built_string(builder) {
            Value::String(string) => Ok(string),
            other => Err(self.expected("a string", other)),
        }
    }

    /// Appends `value` as a string.
    pub fn coerce_into(
        &self,
        value: Value<'a>,
        how: Coercion,
        into: &mut StringBuilder<'a>,
    ) -> Result<()> {
        self.check_stack()?;
        match self.force(value)? {
            Value::String(string) => into.push(string),
            Value::Path(path) if how.copy_paths => {
                let stored = self.copy_to_store(path.bytes)?;
                into.push(stored);
            }
            Value::Path(path) => into.push(path),
            Value::Attrs(attrs) => {
                if let Some(function) = attrs.value(known::TO_STRING) {
                    let text = self.call1(function, Value::Attrs(attrs))?;
                    return self.coerce_into(text, how, into);
                }
                match attrs.value(known::OUT_PATH) {
                    Some(path) => self.coerce_into(path, how, into)?,
                    None => return Err(self.cannot_coerce(Value::Attrs(attrs))),
                }
            }
            Value::OutOfReach(unknown) if unknown.known(known::OUT_PATH).is_some() => {
                let path = unknown.known(known::OUT_PATH).unwrap_or(Value::Null);
                self.coerce_into(path, how, into)?;
            }
            Value::Null | Value::Bool(Bool::False) if how.more => {}
            Value::Bool(Bool::True) if how.more => into.bytes.push(b'1'),
            Value::Int(number) if how.more => {
                let mut digits = number::Digits::default();
                into.bytes.extend_from_slice(digits.of(number));
            }
            Value::Float(number) if how.more => {
                into.bytes
                    .extend_from_slice(number::float_to_string(number.get()).as_bytes());
            }
            Value::List(list) if how.more => {
                for (at, item) in list.items.iter().enumerate() {
                    self.coerce_into(*item, how, into)?;
                    let is_empty_list =
                        matches!(self.force(*item)?, Value::List(inner) if inner.items.is_empty());
                    if at + 1 < list.items.len() && !is_empty_list {
                        into.bytes.push(b' ');
                    }
                }
            }
            other => return Err(self.cannot_coerce(other)),
        }
        Ok(())
    }

    #[cold]
    fn cannot_coerce(&self, value: Value<'a>) -> Box<EvalError> {
        if let Value::OutOfReach(_) = value {
            return self.expected("a string", value);
        }
        let error = EvalError::type_error(format!(
            "cannot coerce {} to a string: {}",
            value.type_with_article(),
            self.outline(value, Bounds::MESSAGE),
        ));
        self.not_text(error, value)
    }

    /// `value` as an absolute path: a path, or a string that starts with `/`, or a set with `outPath`.
    pub fn coerce_to_path(&self, value: Value<'a>) -> Result<&'a Str<'a>> {
        match self.force(value)? {
            Value::Path(path) => Ok(path),
            other => {
                let string = self.coerce_to_string(other, Coercion::PATH_PART)?;
                if string.bytes.first() != Some(&b'/') {
                    return Err(self.no_absolute_path(other, string));
                }
                let bytes = self.arena.alloc_slice_copy(&canonical(string.bytes));
                Ok(self.arena.alloc(Str {
                    bytes,
                    context: string.context,
                }))
            }
        }
    }

    pub(crate) fn interpolate(
        &self,
        parts: &'a [Part],
        env: &'a Env<'a>,
        is_path: bool,
    ) -> Result<Value<'a>> {
        let how = if is_path {
            Coercion::PATH_PART
        } else {
            Coercion::INTERPOLATION
        };
        let mut builder = self.string_builder();
        for part in parts {
            match part {
                Part::Literal(bytes) => builder.bytes.extend_from_slice(bytes),
                Part::Interpolated(expr) => {
                    let value = self.eval(expr, env)?;
                    self.coerce_into(value, how, &mut builder)
                        .map_err(|error| self.blame_part(error, value, expr))?;
                }
            }
        }
        if is_path {
            return Ok(self.path(canonical(&builder.bytes)));
        }
        self.check_budget(builder.bytes.len())?;
        Ok(self.built_string(builder))
    }
}
