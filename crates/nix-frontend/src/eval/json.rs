//! Values as JSON.
//!
//! Everything is forced. A set with `__toString` or `outPath` is what these give; other sets have their attributes in the order of their names.
//! A path is copied to the store, that is, named as it would be there. Functions have no JSON.

use crate::escape::json_string_into;
use crate::eval::attrs::Attrs;
use crate::eval::coerce::Coercion;
use crate::eval::error::{EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::string::StringBuilder;
use crate::eval::value::Value;
use crate::ir::symbol::known;
use crate::number::float_to_json;

impl<'a> Evaluator<'a> {
    /// Appends `value` as JSON to `out`, which takes over the contexts of all strings in it.
    ///
    /// Errors: a value that fails or has no JSON; text that is not UTF-8; too deep nesting.
    pub fn json_into(&self, out: &mut StringBuilder<'a>, value: Value<'a>) -> Result<()> {
        self.check_stack()?;
        self.enter()?;
        let result = self.value_as_json(out, value);
        self.leave();
        result
    }

    fn value_as_json(&self, out: &mut StringBuilder<'a>, value: Value<'a>) -> Result<()> {
        match self.force(value)? {
            Value::Null => text(out, "null"),
            Value::Bool(value) => text(out, if value.get() { "true" } else { "false" }),
            Value::Int(value) => text(out, &value.to_string()),
            Value::Float(value) => text(out, &float_to_json(value.get())),
            Value::String(string) => {
                out.add_context(string.context);
                json_string(out, string.bytes)?;
            }
            Value::Path(path) => {
                let stored = self.copy_to_store(path.bytes)?;
                out.add_context(stored.context);
                json_string(out, stored.bytes)?;
            }
            Value::List(list) => {
                for (index, item) in list.items.iter().enumerate() {
                    text(out, if index == 0 { "[" } else { "," });
                    self.json_into(out, *item)?;
                }
                text(out, if list.items.is_empty() { "[]" } else { "]" });
            }
            Value::Attrs(attrs) => self.set_as_json(out, attrs)?,
            other @ (Value::Lambda(_) | Value::Builtin(_) | Value::Partial(_)) => {
                return Err(EvalError::type_error(format!(
                    "cannot convert {} to JSON",
                    other.type_with_article()
                )));
            }
            other => return Err(self.expected("a value", other)),
        }
        self.check_budget(out.bytes.len())
    }

    fn set_as_json(&self, out: &mut StringBuilder<'a>, attrs: &'a Attrs<'a>) -> Result<()> {
        if let Some(function) = attrs.value(known::TO_STRING) {
            let shown = self.call1(function, Value::Attrs(attrs))?;
            let shown = self.coerce_to_string(shown, Coercion::PATH_PART)?;
            out.add_context(shown.context);
            return json_string(out, shown.bytes);
        }
        if let Some(path) = attrs.value(known::OUT_PATH) {
            return self.json_into(out, path);
        }
        for (index, attr) in self.ordered(attrs).iter().enumerate() {
            text(out, if index == 0 { "{" } else { "," });
            json_string(out, self.name(attr.name))?;
            text(out, ":");
            self.json_into(out, attr.value)
                .map_err(|error| self.in_attribute(error, attr))?;
        }
        text(out, if attrs.is_empty() { "{}" } else { "}" });
        Ok(())
    }
}

fn text(out: &mut StringBuilder<'_>, text: &str) {
    out.bytes.extend_from_slice(text.as_bytes());
}

fn json_string(out: &mut StringBuilder<'_>, bytes: &[u8]) -> Result<()> {
    json_string_into(&mut out.bytes, bytes)
        .map_err(|error| EvalError::type_error(error.to_string()))
}
