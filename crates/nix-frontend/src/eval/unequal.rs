//! What `assert left == right` says when it fails: where the two differ first.
//!
//! The comparison goes the way of [`Evaluator::equal`], with attributes in the order of their names.

use crate::eval::attrs::Attrs;
use crate::eval::error::{At, ErrorKind, EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::outline::Bounds;
use crate::eval::value::Value;
use crate::ir::symbol::known;
use source::Span;

impl<'a> Evaluator<'a> {
    /// Errors: the first difference of two values, as a failed assertion; what comparing them comes across.
    pub(crate) fn assert_equal(&self, left: Value<'a>, right: Value<'a>) -> Result<()> {
        self.check_stack()?;
        let (left, right) = (self.force(left)?, self.force(right)?);
        let outline = |value| self.outline(value, Bounds::MESSAGE);
        let unequal = |kind: &str| {
            let (left, right) = (outline(left), outline(right));
            differ(format!("{kind} '{left}' is not equal to {kind} '{right}'"))
        };
        match (left, right) {
            (Value::List(first), Value::List(second)) => {
                if first.items.len() != second.items.len() {
                    return Err(differ(format!(
                        "list of size '{}' is not equal to list of size '{}', left hand side is '{}', right hand side is '{}'",
                        first.items.len(),
                        second.items.len(),
                        outline(left),
                        outline(right),
                    )));
                }
                for (at, (left, right)) in first.items.iter().zip(second.items).enumerate() {
                    if !self.equal_within(*left, *right)? {
                        self.assert_equal(*left, *right)
                            .frame(|| format!("while comparing list element {at}"), Span::NONE)?;
                    }
                }
                Ok(())
            }
            (Value::Attrs(left), Value::Attrs(right)) => self.assert_equal_attrs(left, right),
            _ if self.equal(left, right)? => Ok(()),
            (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => {
                Err(self.differ_as(left, right, "with"))
            }
            (Value::Bool(_), Value::Bool(_)) => Err(unequal("boolean")),
            (Value::String(_), Value::String(_)) => Err(unequal("string")),
            (Value::Path(_), Value::Path(_)) => Err(unequal("path")),
            (left, right) if left.is_function() && right.is_function() => Err(differ(
                "distinct functions and immediate comparisons of identical functions compare as unequal",
            )),
            _ => Err(self.differ_as(left, right, "of")),
        }
    }

    fn assert_equal_attrs(&self, left: &'a Attrs<'a>, right: &'a Attrs<'a>) -> Result<()> {
        if self.is_derivation(left)? && self.is_derivation(right)? {
            let paths = (left.value(known::OUT_PATH), right.value(known::OUT_PATH));
            if let (Some(left), Some(right)) = paths {
                return self.assert_equal(left, right).frame(
                    || "while comparing a derivation by its 'outPath' attribute".to_owned(),
                    Span::NONE,
                );
            }
        }
        let outline = |attrs| self.outline(Value::Attrs(attrs), Bounds::MESSAGE);
        if left.len() != right.len() {
            let (left, right) = (outline(left), outline(right));
            return Err(differ(format!(
                "attribute names of attribute set '{left}' differs from attribute set '{right}'"
            )));
        }
        for attr in self.ordered(left) {
            let Some(other) = right.value(attr.name) else {
                let name = self.name_text(attr.name);
                let (left, right) = (outline(left), outline(right));
                return Err(differ(format!(
                    "attribute name '{name}' is contained in '{left}', but not in '{right}'"
                )));
            };
            if !self.equal_within(attr.value, other)? {
                self.assert_equal(attr.value, other).frame(
                    || format!("while comparing attribute '{}'", self.name_text(attr.name)),
                    Span::at(attr.place),
                )?;
            }
        }
        Ok(())
    }

    fn differ_as(&self, left: Value<'a>, right: Value<'a>, link: &str) -> Box<EvalError> {
        differ(format!(
            "{} {link} value '{}' is not equal to {} {link} value '{}'",
            left.type_with_article(),
            self.outline(left, Bounds::MESSAGE),
            right.type_with_article(),
            self.outline(right, Bounds::MESSAGE),
        ))
    }
}

fn differ(message: impl Into<String>) -> Box<EvalError> {
    EvalError::new(ErrorKind::Assertion, message)
}
