//! From an expression to a program.

use super::RegexError;
use super::bracket;
use super::build::{Builder, Most, Part};
use super::program::{Bytes, Kind, Program};
use super::scan::{Scanner, Token};

/// Compiles an expression.
pub(super) fn parse(pattern: &[u8]) -> Result<Program, RegexError> {
    let mut parser = Parser {
        scanner: Scanner::new(pattern)?,
        builder: Builder::default(),
        groups: 0,
        level: Level::default(),
        outer: vec![],
    };
    parser.builder.charge(1)?;
    let body = parser.body()?;
    parser.builder.charge(2)?;
    Ok(parser.builder.finish(body, parser.groups))
}

/// Groups nest on a stack of the parser's own.
struct Parser<'p> {
    scanner: Scanner<'p>,
    builder: Builder,
    groups: u32,
    level: Level,
    outer: Vec<(Level, Part)>,
}

/// What was read of a group, or of the whole expression.
#[derive(Default)]
struct Level {
    group: u32,
    alternatives: Option<Part>,
    sequence: Option<Part>,
}

impl Parser<'_> {
    fn body(&mut self) -> Result<Part, RegexError> {
        loop {
            let token = self.scanner.token;
            match token {
                Token::LineStart => self.anchor(Kind::LineStart)?,
                Token::LineEnd => self.anchor(Kind::LineEnd)?,
                Token::Byte(byte) => self.bytes(Bytes::One(byte))?,
                Token::Any => self.bytes(Bytes::NotNul)?,
                Token::Bracket { negated } => {
                    self.scanner.advance()?;
                    let set = bracket::parse(&mut self.scanner, negated)?;
                    let part = self.builder.set(set)?;
                    self.repeatable(part)?;
                }
                Token::Open => self.enter()?,
                Token::Or => {
                    self.end_alternative()?;
                    self.scanner.advance()?;
                }
                Token::Close => {
                    let body = self.end_level()?;
                    let (outer, open) = self.outer.pop().ok_or(RegexError::Invalid)?;
                    let group = std::mem::replace(&mut self.level, outer).group;
                    self.scanner.advance()?;
                    let close = self.builder.single(Kind::Save(2 * group + 1))?;
                    let part = self.builder.then(open, body);
                    let part = self.builder.then(part, close);
                    self.repeatable(part)?;
                }
                _ => {
                    let body = self.end_level()?;
                    return if token == Token::End && self.outer.is_empty() {
                        Ok(body)
                    } else {
                        Err(RegexError::Invalid)
                    };
                }
            }
        }
    }

    /// Anchors cannot be repeated.
    fn anchor(&mut self, kind: Kind) -> Result<(), RegexError> {
        self.scanner.advance()?;
        let part = self.builder.single(kind)?;
        self.append(part);
        Ok(())
    }

    fn bytes(&mut self, bytes: Bytes) -> Result<(), RegexError> {
        self.scanner.advance()?;
        let part = self.builder.single(Kind::Bytes(bytes))?;
        self.repeatable(part)
    }

    fn enter(&mut self) -> Result<(), RegexError> {
        self.scanner.advance()?;
        let inner = Level {
            group: self.groups,
            ..Level::default()
        };
        self.groups += 1;
        let open = self.builder.single(Kind::Save(2 * inner.group))?;
        let outer = std::mem::replace(&mut self.level, inner);
        self.outer.push((outer, open));
        Ok(())
    }

    fn append(&mut self, part: Part) {
        self.level.sequence = Some(match self.level.sequence {
            Some(before) => self.builder.then(before, part),
            None => part,
        });
    }

    fn end_alternative(&mut self) -> Result<(), RegexError> {
        let sequence = self.level.sequence.take();
        let sequence = self.builder.end_sequence(sequence)?;
        self.level.alternatives = Some(match self.level.alternatives {
            Some(before) => self.builder.either(before, sequence)?,
            None => sequence,
        });
        Ok(())
    }

    fn end_level(&mut self) -> Result<Part, RegexError> {
        self.end_alternative()?;
        self.level.alternatives.ok_or(RegexError::Invalid)
    }

    /// Takes in what repeats `part`; there may be more than one.
    fn repeatable(&mut self, mut part: Part) -> Result<(), RegexError> {
        loop {
            let token = self.scanner.token;
            if !matches!(
                token,
                Token::Star | Token::Plus | Token::Question | Token::Brace
            ) {
                self.append(part);
                return Ok(());
            }
            self.scanner.advance()?;
            part = match token {
                Token::Star => self.builder.star(part)?,
                Token::Plus => self.builder.plus(part)?,
                Token::Question => self.builder.optional(part)?,
                _ => self.interval(part)?,
            };
        }
    }

    fn interval(&mut self, part: Part) -> Result<Part, RegexError> {
        let least = self.count()?.ok_or(RegexError::Invalid)?;
        let mut most = Most::Same;
        if self.scanner.eat(Token::Comma)? {
            most = self.count()?.map_or(Most::Unbounded, Most::Exactly);
        }
        if !self.scanner.eat(Token::BraceEnd)? {
            return Err(RegexError::Invalid);
        }
        self.builder.interval(part, least, most)
    }

    fn count(&mut self) -> Result<Option<i64>, RegexError> {
        let Token::Count(count) = self.scanner.token else {
            return Ok(None);
        };
        self.scanner.advance()?;
        Ok(Some(i64::from(count)))
    }
}
