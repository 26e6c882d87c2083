//! Values as text for a prompt, over several lines, as `nix repl` prints them.
//!
//! What is shown is forced, so deep and no deeper; what lies deeper is `{ ... }` and `[ ... ]`. A list or set of several elements, or of one
//! that has elements itself, stands one element a line. What fails inside is `«error: …»`; only a value that fails as a whole is an error, and one
//! that reaches a limit. What was printed before is `«repeated»`.

use rustc_hash::FxHashSet;

use crate::escape::{attribute_name_into, string_literal_into};
use crate::eval::attrs::{Attr, Attrs};
use crate::eval::error::{ErrorKind, EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::outline::Bounds;
use crate::eval::value::Value;
use crate::ir::symbol::known;

/// How a value is shown.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// How deep sets and lists are opened.
    pub depth: usize,
    /// Whether the kinds of values have colours, as escape sequences of terminals.
    pub color: bool,
}

const INDENT: usize = 2;

const CYAN: &str = "\x1b[36;1m";
const MAGENTA: &str = "\x1b[35;1m";
const GREEN: &str = "\x1b[32;1m";
const BLUE: &str = "\x1b[34;1m";
const RED: &str = "\x1b[31;1m";
const NORMAL: &str = "\x1b[0m";

impl<'a> Evaluator<'a> {
    /// `value` as it is shown at a prompt, without a newline behind it.
    ///
    /// Errors: its own, and the limits.
    pub fn pretty(&self, value: Value<'a>, style: Style) -> Result<Vec<u8>> {
        let mut printer = Printer {
            evaluator: self,
            style,
            out: vec![],
            seen: FxHashSet::default(),
            indent: 0,
        };
        let value = self.force(value)?;
        printer.forced(value, 0)?;
        Ok(printer.out)
    }
}

struct Printer<'p, 'a> {
    evaluator: &'p Evaluator<'a>,
    style: Style,
    out: Vec<u8>,
    /// The addresses of the lists and sets that were printed.
    seen: FxHashSet<usize>,
    indent: usize,
}

impl<'a> Printer<'_, 'a> {
    /// Prints what is inside something else.
    fn inner(&mut self, value: Value<'a>, depth: usize) -> Result<()> {
        match self.evaluator.force(value) {
            Ok(value) => self.forced(value, depth),
            Err(error) => self.failure(error),
        }
    }

    fn failure(&mut self, error: Box<EvalError>) -> Result<()> {
        if matches!(error.kind, ErrorKind::Limit | ErrorKind::Interrupted) {
            return Err(error);
        }
        self.colored(RED, &format!("«error: {}»", error.message));
        Ok(())
    }

    fn forced(&mut self, value: Value<'a>, depth: usize) -> Result<()> {
        self.evaluator.check_stack()?;
        self.evaluator.tick()?;
        match value {
            Value::String(string) => {
                self.start(MAGENTA);
                string_literal_into(&mut self.out, string.bytes);
                self.end();
            }
            Value::Path(path) => {
                self.start(GREEN);
                self.out.extend_from_slice(path.bytes);
                self.end();
            }
            Value::List(list) => {
                let address = std::ptr::from_ref(list).addr();
                return if self.is_new(address, list.items.is_empty()) {
                    self.list(list.items, depth)
                } else {
                    Ok(())
                };
            }
            Value::Attrs(attrs) => {
                let address = std::ptr::from_ref(attrs).addr();
                return if self.is_new(address, attrs.is_empty()) {
                    self.set(attrs, depth)
                } else {
                    Ok(())
                };
            }
            other => {
                let text = self.evaluator.outline(other, Bounds::NONE);
                self.colored(color_of(other), &text);
            }
        }
        Ok(())
    }

    fn list(&mut self, items: &'a [Value<'a>], depth: usize) -> Result<()> {
        if depth >= self.style.depth {
            self.text("[ ... ]");
            return Ok(());
        }
        let breaks = self.needs_lines(items.len(), items.first().copied());
        self.text("[");
        self.indent += INDENT;
        for item in items {
            self.space(breaks);
            self.inner(*item, depth + 1)?;
        }
        self.indent -= INDENT;
        self.space(breaks);
        self.text("]");
        Ok(())
    }

    fn set(&mut self, attrs: &'a Attrs<'a>, depth: usize) -> Result<()> {
        if self.evaluator.is_derivation(attrs).unwrap_or(false) {
            return self.derivation(attrs);
        }
        if depth >= self.style.depth {
            self.text("{ ... }");
            return Ok(());
        }
        let attrs: &[Attr<'a>] = self.evaluator.ordered(attrs);
        let breaks = self.needs_lines(attrs.len(), attrs.first().map(|attr| attr.value));
        self.text("{");
        self.indent += INDENT;
        for attr in attrs {
            self.space(breaks);
            attribute_name_into(&mut self.out, self.evaluator.name(attr.name));
            self.text(" = ");
            self.inner(attr.value, depth + 1)?;
            self.text(";");
        }
        self.indent -= INDENT;
        self.space(breaks);
        self.text("}");
        Ok(())
    }

    fn derivation(&mut self, attrs: &'a Attrs<'a>) -> Result<()> {
        let path = match attrs.value(known::DRV_PATH) {
            Some(path) => self.evaluator.force_string(path).map(Some),
            None => Ok(None),
        };
        match path {
            Ok(Some(path)) => self.colored(GREEN, &format!("«derivation {}»", path.text())),
            Ok(None) => self.colored(GREEN, "«derivation»"),
            Err(error) => return self.failure(error),
        }
        Ok(())
    }

    /// Whether each of `count` elements stands on a line of its own; `first` is going to be printed anyway.
    fn needs_lines(&self, count: usize, first: Option<Value<'a>>) -> bool {
        let first = first.filter(|_| count == 1);
        count > 1
            || first.is_some_and(|first| {
                let first = self.evaluator.force(first);
                matches!(first, Ok(Value::List(_) | Value::Attrs(_)))
            })
    }

    fn is_new(&mut self, address: usize, is_empty: bool) -> bool {
        let is_new = is_empty || self.seen.insert(address);
        if !is_new {
            self.colored(MAGENTA, "«repeated»");
        }
        is_new
    }

    fn space(&mut self, breaks: bool) {
        if breaks {
            self.out.push(b'\n');
            self.out.resize(self.out.len() + self.indent, b' ');
        } else {
            self.out.push(b' ');
        }
    }

    fn colored(&mut self, color: &str, text: &str) {
        self.start(color);
        self.text(text);
        self.end();
    }

    fn start(&mut self, color: &str) {
        if self.style.color {
            self.text(color);
        }
    }

    fn end(&mut self) {
        self.start(NORMAL);
    }

    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}

fn color_of(value: Value<'_>) -> &'static str {
    match value {
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => CYAN,
        Value::Lambda(_) | Value::Builtin(_) | Value::Partial(_) => BLUE,
        _ => MAGENTA,
    }
}
