//! Values as text in Nix's syntax, as `nix-instantiate --eval` prints them.
//!
//! Nothing is forced: what waits is `<CODE>`, what is being evaluated is `«potential infinite recursion»`. A list or set that was printed
//! before is `«repeated»`, unless it is empty. Functions have no text: `<LAMBDA>`, `<PRIMOP>`, `<PRIMOP-APP>`.
//!
//! In Nix a list of up to two elements lies in the value itself, so that each place that holds it is a list of its own; here a thunk
//! stands for the place.
//!
//! In Nix a function expression waits like any other. Here it does not, so that one within a list or set that was not forced to its depth
//! is shown as `<CODE>` nevertheless.

use rustc_hash::FxHashSet;

use crate::escape::{attribute_name_into, string_literal_into};
use crate::eval::error::{Result, describe};
use crate::eval::evaluator::Evaluator;
use crate::eval::thunk::{State, Thunk};
use crate::eval::value::Value;
use crate::number::print_float;

impl<'a> Evaluator<'a> {
    /// Appends `value` to `out`, in one line; `is_deep` tells whether it was forced to its depth.
    ///
    /// Errors: it is nested too deep.
    pub fn print_into(&self, out: &mut Vec<u8>, value: Value<'a>, is_deep: bool) -> Result<()> {
        let mut printer = Printer {
            evaluator: self,
            out,
            seen: FxHashSet::default(),
            is_deep,
        };
        match value {
            Value::Lambda(_) => printer.text("<LAMBDA>"),
            value => printer.value(value)?,
        }
        Ok(())
    }

    /// `value`, which was forced to its depth, in one line.
    ///
    /// Errors: it is nested too deep.
    pub fn print(&self, value: Value<'a>) -> Result<String> {
        let mut out = vec![];
        self.print_into(&mut out, value, true)?;
        Ok(String::from_utf8_lossy(&out).into_owned())
    }
}

/// The length up to which lists lie in the value.
const MOST_INLINE: usize = 2;

struct Printer<'p, 'a> {
    evaluator: &'p Evaluator<'a>,
    out: &'p mut Vec<u8>,
    /// The addresses of the lists and sets that were printed.
    seen: FxHashSet<usize>,
    is_deep: bool,
}

impl<'a> Printer<'_, 'a> {
    fn value(&mut self, value: Value<'a>) -> Result<()> {
        self.held_value(value, None)
    }

    /// A value, and the thunk that it was found in.
    fn held_value(&mut self, value: Value<'a>, holder: Option<&'a Thunk<'a>>) -> Result<()> {
        self.evaluator.check_stack()?;
        match value {
            Value::Null => self.text("null"),
            Value::Bool(value) => self.text(if value.get() { "true" } else { "false" }),
            Value::Int(value) => self.text(&value.to_string()),
            Value::Float(value) => self.text(&print_float(value.get())),
            Value::String(value) => string_literal_into(self.out, value.bytes),
            Value::Path(value) => self.out.extend_from_slice(value.bytes),
            Value::List(list) => {
                let address = match holder {
                    Some(thunk) if list.items.len() <= MOST_INLINE => {
                        std::ptr::from_ref(thunk).addr()
                    }
                    _ => std::ptr::from_ref(list).addr(),
                };
                if self.is_repeated(address, list.items.is_empty()) {
                    return Ok(());
                }
                self.text("[ ");
                for item in list.items {
                    self.value(*item)?;
                    self.text(" ");
                }
                self.text("]");
            }
            Value::Attrs(attrs) => {
                let address = std::ptr::from_ref(attrs).addr();
                if self.is_repeated(address, attrs.is_empty()) {
                    return Ok(());
                }
                self.text("{ ");
                for attr in self.evaluator.ordered(attrs) {
                    attribute_name_into(self.out, self.evaluator.name(attr.name));
                    self.text(" = ");
                    self.value(attr.value)?;
                    self.text("; ");
                }
                self.text("}");
            }
            Value::Lambda(_) if !self.is_deep => self.text("<CODE>"),
            Value::Lambda(_) => self.text("<LAMBDA>"),
            Value::Builtin(_) => self.text("<PRIMOP>"),
            Value::Partial(_) => self.text("<PRIMOP-APP>"),
            Value::OutOfReach(unknown) => {
                let name = describe(&self.evaluator.session.symbols, unknown);
                self.text(&format!("«{name} is out of reach»"));
            }
            Value::Thunk(thunk) => match thunk.state.get() {
                State::Done(Value::Lambda(_)) => self.text("<LAMBDA>"),
                State::Done(value) => return self.held_value(value, Some(thunk)),
                State::Forcing => self.text("«potential infinite recursion»"),
                _ => self.text("<CODE>"),
            },
        }
        Ok(())
    }

    /// Prints `«repeated»` for what was printed before.
    fn is_repeated(&mut self, address: usize, is_empty: bool) -> bool {
        let repeated = !is_empty && !self.seen.insert(address);
        if repeated {
            self.text("«repeated»");
        }
        repeated
    }

    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}
