//! `fromTOML`.
//!
//! Like JSON, what is read from a file keeps the places of its names, and strings without escapes borrow from the text.

use std::ops::Range;

use source::{Pos, Span};

use crate::builtins::{Spec, take};
use crate::eval::attrs::Attr;
use crate::eval::error::{EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::value::Value;
use crate::ir::symbol::known;
use crate::toml::{Timestamps, Toml, TomlValue, parse};

/// The builtins of this topic.
pub const TABLE: &[Spec] = &[Spec::global("fromTOML", 1, from_toml)];

fn from_toml<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [text] = take(arguments)?;
    let text = evaluator.force_plain_string(text)?;
    let reader = Reader {
        evaluator,
        text,
        start: evaluator.session.span_of_bytes(text).map(|span| span.start),
    };
    match parse(text, Timestamps::Refuse) {
        Ok(toml) => reader.value(&toml),
        Err(error) => {
            let span = Span::new(reader.place(error.span.start), reader.place(error.span.end));
            Err(EvalError::type_error(error.to_string()).at(span))
        }
    }
}

struct Reader<'r, 'a> {
    evaluator: &'r Evaluator<'a>,
    text: &'a [u8],
    /// Where the text stands, if it is part of a file.
    start: Option<Pos>,
}

impl<'a> Reader<'_, 'a> {
    fn place(&self, offset: usize) -> Pos {
        self.start.map_or(Pos::NONE, |start| start.after(offset))
    }

    fn value(&self, toml: &Toml) -> Result<Value<'a>> {
        self.evaluator.check_stack()?;
        Ok(match &toml.value {
            TomlValue::Bool(value) => Value::bool(*value),
            TomlValue::Int(value) => Value::Int(*value),
            TomlValue::Float(value) => Value::float(*value),
            TomlValue::String(text) => self.string(text, &toml.span),
            TomlValue::Timestamp(text) => self.evaluator.attrs(vec![
                Attr::unplaced(known::TYPE_TAG, self.evaluator.string("timestamp")),
                Attr::unplaced(known::VALUE, self.evaluator.string(text)),
            ]),
            TomlValue::List(elements) => {
                let elements = elements.iter().map(|element| self.value(element));
                self.evaluator.list(&elements.collect::<Result<Vec<_>>>()?)
            }
            TomlValue::Set(attributes) => {
                let attributes = attributes.iter().map(|attribute| {
                    Ok(Attr {
                        name: self.evaluator.symbol(&attribute.name),
                        place: self.place(attribute.name_span.start).borrowed(),
                        value: self.value(&attribute.value)?,
                    })
                });
                self.evaluator
                    .attrs(attributes.collect::<Result<Vec<_>>>()?)
            }
        })
    }

    /// The string, borrowed from the text where that has it between single quote signs.
    fn string(&self, string: &str, span: &Range<usize>) -> Value<'a> {
        let written = self.text.get(span.start + 1..span.end.saturating_sub(1));
        match written {
            Some(written) if written == string.as_bytes() => {
                self.evaluator.borrowed_string(written)
            }
            _ => self.evaluator.string(string),
        }
    }
}
