//! JSON as `builtins.fromJSON` reads it: a parser that hands out events and tells where each key and value stands.
//!
//! It takes and refuses what Nix's parser does, and complains in the same words. An integer beyond 64 bits becomes a float, but one
//! that fits only without a sign is an error; a float beyond the range is an error; so are lone surrogates, text that is
//! not UTF-8 and strings with null bytes. Nesting costs no stack, one byte a level.

mod error;
mod lexer;

use std::borrow::Cow;

pub use error::JsonError;
use lexer::{Lexeme, Lexer};

/// What the parser has met, and where.
#[derive(Clone, PartialEq, Debug)]
pub struct Event<'t> {
    /// What it is.
    pub token: Token<'t>,
    /// The offset of its first byte; quotes belong to a string.
    pub start: usize,
    /// The offset behind its last byte.
    pub end: usize,
}

/// What the parser has met. Text is borrowed where it has no escapes.
#[derive(Clone, PartialEq, Debug)]
pub enum Token<'t> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number without fraction and exponent that fits.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// A string.
    String(Cow<'t, [u8]>),
    /// `[`; its elements follow.
    BeginList,
    /// `]`
    EndList,
    /// `{`; pairs of [`Token::Key`] and a value follow. Of equal keys the last one counts.
    BeginSet,
    /// The name of the value that follows.
    Key(Cow<'t, [u8]>),
    /// `}`
    EndSet,
}

/// Reads one JSON value, event by event; ends after the value or after the first error.
///
/// Every list and every set that begins also ends, unless an error comes first, and nothing but white space follows the value.
#[derive(Clone, Debug)]
pub struct Parser<'t> {
    lexer: Lexer<'t>,
    /// What is open, outermost first.
    open: Vec<Container>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Container {
    List,
    Set,
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Start,
    Value,
    ValueOrEnd,
    KeyOrEnd,
    AfterValue,
    Done,
}

impl<'t> Parser<'t> {
    /// A parser that stands before `text`.
    pub fn new(text: &'t [u8]) -> Parser<'t> {
        Parser {
            lexer: Lexer::new(text),
            open: vec![],
            state: State::Start,
        }
    }

    fn step(&mut self) -> Result<Option<Event<'t>>, JsonError> {
        match self.state {
            State::Start => {
                self.lexer.skip_byte_order_mark()?;
                let lexeme = self.lexer.next("value")?;
                if lexeme == Lexeme::End && self.lexer.is_empty() {
                    return Err(self.lexer.empty_input());
                }
                self.value(lexeme).map(Some)
            }
            State::Value => {
                let lexeme = self.lexer.next("value")?;
                self.value(lexeme).map(Some)
            }
            State::ValueOrEnd => match self.lexer.next("value")? {
                Lexeme::EndList => Ok(Some(self.close(Token::EndList))),
                lexeme => self.value(lexeme).map(Some),
            },
            State::KeyOrEnd => match self.lexer.next_or("object key", "string literal")? {
                Lexeme::EndSet => Ok(Some(self.close(Token::EndSet))),
                lexeme => self.key(lexeme).map(Some),
            },
            State::AfterValue => self.after_value(),
            State::Done => Ok(None),
        }
    }

    fn after_value(&mut self) -> Result<Option<Event<'t>>, JsonError> {
        let (place, wanted) = match self.open.last() {
            None => ("value", Lexeme::End),
            Some(Container::List) => ("array", Lexeme::EndList),
            Some(Container::Set) => ("object", Lexeme::EndSet),
        };
        let lexeme = self.lexer.next_or(place, wanted.name())?;
        match (self.open.last(), lexeme) {
            (None, Lexeme::End) => {
                self.state = State::Done;
                Ok(None)
            }
            (Some(Container::List), Lexeme::Comma) => {
                let lexeme = self.lexer.next("value")?;
                self.value(lexeme).map(Some)
            }
            (Some(Container::List), Lexeme::EndList) => Ok(Some(self.close(Token::EndList))),
            (Some(Container::Set), Lexeme::Comma) => {
                let lexeme = self.lexer.next_or("object key", "string literal")?;
                self.key(lexeme).map(Some)
            }
            (Some(Container::Set), Lexeme::EndSet) => Ok(Some(self.close(Token::EndSet))),
            (_, lexeme) => Err(self.lexer.unexpected(&lexeme, place, wanted.name())),
        }
    }

    fn value(&mut self, lexeme: Lexeme<'t>) -> Result<Event<'t>, JsonError> {
        let token = match lexeme {
            Lexeme::Null => Token::Null,
            Lexeme::Bool(value) => Token::Bool(value),
            Lexeme::Number => self.lexer.number()?,
            Lexeme::String(text) => {
                self.lexer.check_null_bytes(&text)?;
                Token::String(text)
            }
            Lexeme::BeginList => return Ok(self.open(Container::List)),
            Lexeme::BeginSet => return Ok(self.open(Container::Set)),
            other => {
                let wanted = "'[', '{', or a literal";
                return Err(self.lexer.unexpected(&other, "value", wanted));
            }
        };
        self.state = State::AfterValue;
        Ok(self.event(token))
    }

    fn key(&mut self, lexeme: Lexeme<'t>) -> Result<Event<'t>, JsonError> {
        let Lexeme::String(name) = lexeme else {
            return Err(self
                .lexer
                .unexpected(&lexeme, "object key", "string literal"));
        };
        self.lexer.check_null_bytes(&name)?;
        let event = self.event(Token::Key(name));
        let place = "object separator";
        match self.lexer.next_or(place, Lexeme::Colon.name())? {
            Lexeme::Colon => {}
            other => return Err(self.lexer.unexpected(&other, place, Lexeme::Colon.name())),
        }
        self.state = State::Value;
        Ok(event)
    }

    fn open(&mut self, container: Container) -> Event<'t> {
        self.open.push(container);
        let (token, state) = match container {
            Container::List => (Token::BeginList, State::ValueOrEnd),
            Container::Set => (Token::BeginSet, State::KeyOrEnd),
        };
        self.state = state;
        self.event(token)
    }

    fn close(&mut self, token: Token<'t>) -> Event<'t> {
        self.open.pop();
        self.state = State::AfterValue;
        self.event(token)
    }

    fn event(&self, token: Token<'t>) -> Event<'t> {
        let (start, end) = self.lexer.span();
        Event { token, start, end }
    }
}

impl<'t> Iterator for Parser<'t> {
    type Item = Result<Event<'t>, JsonError>;

    fn next(&mut self) -> Option<Result<Event<'t>, JsonError>> {
        let step = self.step();
        if step.is_err() {
            self.state = State::Done;
        }
        step.transpose()
    }
}

#[cfg(test)]
mod tests;
