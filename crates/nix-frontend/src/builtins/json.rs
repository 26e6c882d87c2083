//! `fromJSON` and `toJSON`.
//!
//! What is read from a file keeps its places: each attribute knows where its name stands in the JSON text, and strings
//! without escapes borrow from it.

use std::borrow::Cow;

use source::{Pos, Span};

use crate::builtins::{Spec, take};
use crate::eval::attrs::Attr;
use crate::eval::error::{EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::string::StringBuilder;
use crate::eval::value::Value;
use crate::ir::symbol::Symbol;
use crate::json::{Parser, Token};

/// The builtins of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("fromJSON", 1, from_json),
    Spec::new("toJSON", 1, to_json),
];

fn to_json<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    let mut builder = StringBuilder::default();
    let written = evaluator.json_into(&mut builder, value);
    match evaluator.or_unknown(written.map(|()| Value::Null))? {
        // The text is not known, but that there is one is: it may be all that is asked, as by `seq`.
        unknown @ Value::OutOfReach(_) => Ok(unknown),
        _ => Ok(evaluator.built_string(builder)),
    }
}

fn from_json<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [text] = take(arguments)?;
    let text = evaluator.force_plain_string(text)?;
    read_json(evaluator, text)
}

/// The value of a JSON text. If the text is part of a loaded file, its attributes borrow their places from it.
///
/// Errors: it is no JSON, or holds what Nix has no value for; the place is that of the fault if the text is part of a file.
pub fn read_json<'a>(evaluator: &Evaluator<'a>, text: &'a [u8]) -> Result<Value<'a>> {
    let text_span = evaluator.session.span_of_bytes(text);
    let place = |offset: usize| match text_span {
        Some(span) => span.start.after(offset),
        None => Pos::NONE,
    };
    let mut open: Vec<Container<'a>> = vec![];
    let mut whole = None;
    for event in Parser::new(text) {
        let event = event.map_err(|error| {
            let span = Span::new(place(error.start), place(error.end));
            EvalError::type_error(error.to_string()).at(span)
        })?;
        let value = match event.token {
            Token::Null => Value::Null,
            Token::Bool(value) => Value::bool(value),
            Token::Int(value) => Value::Int(value),
            Token::Float(value) => Value::float(value),
            Token::String(Cow::Borrowed(bytes)) => evaluator.borrowed_string(bytes),
            Token::String(Cow::Owned(bytes)) => evaluator.string(bytes),
            Token::BeginList => {
                open.push(Container::List(vec![]));
                continue;
            }
            Token::BeginSet => {
                open.push(Container::Set(vec![], None));
                continue;
            }
            Token::Key(name) => {
                if let Some(Container::Set(_, next)) = open.last_mut() {
                    *next = Some((evaluator.symbol(name), place(event.start).borrowed()));
                }
                continue;
            }
            Token::EndList | Token::EndSet => match open.pop() {
                Some(Container::List(items)) => evaluator.list(&items),
                Some(Container::Set(attrs, _)) => evaluator.attrs(attrs),
                None => continue,
            },
        };
        match open.last_mut() {
            // The parser goes on to look for what must not follow.
            None => whole = Some(value),
            Some(Container::List(items)) => items.push(value),
            Some(Container::Set(attrs, next)) => {
                attrs.extend(next.take().map(|(name, place)| Attr { name, place, value }))
            }
        }
        evaluator.check_budget(0)?;
    }
    whole.ok_or_else(|| EvalError::type_error("the JSON text ends too early"))
}

/// A list or set whose end is still to come; a set with the name of its next value.
enum Container<'a> {
    List(Vec<Value<'a>>),
    Set(Vec<Attr<'a>>, Option<(Symbol, Pos)>),
}
