//! The words of an expression.
//!
//! What a byte means depends on where it stands: outside, between `[` and `]`, or between `{` and `}`. The scanner is one word ahead of
//! the parser, as in the C++ library, so that the same fault is found first.

use super::RegexError;

/// A word of an expression.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'p> {
    /// The end of the expression, wherever it comes.
    End,
    /// A byte that stands for itself.
    Byte(u8),
    /// `.`
    Any,
    /// `^`
    LineStart,
    /// `$`
    LineEnd,
    /// `*`
    Star,
    /// `+`
    Plus,
    /// `?`
    Question,
    /// `|`
    Or,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `{`
    Brace,
    /// A number in braces.
    Count(i32),
    /// `,` in braces.
    Comma,
    /// `}`
    BraceEnd,
    /// `[` or `[^`
    Bracket { negated: bool },
    /// `-` in brackets.
    Dash,
    /// `[.name.]` in brackets.
    Collating(&'p [u8]),
    /// `[:name:]` in brackets.
    Class(&'p [u8]),
    /// `[=name=]` in brackets.
    Equivalent(&'p [u8]),
    /// `]`, unless it is the first in brackets.
    BracketEnd,
}

#[derive(Clone, Copy)]
enum Place {
    Outside,
    Bracket { first: bool },
    Brace,
}

/// Reads an expression word by word.
pub(super) struct Scanner<'p> {
    rest: &'p [u8],
    place: Place,
    /// The word that comes next.
    pub token: Token<'p>,
}

impl<'p> Scanner<'p> {
    pub fn new(pattern: &'p [u8]) -> Result<Scanner<'p>, RegexError> {
        let mut scanner = Scanner {
            rest: pattern,
            place: Place::Outside,
            token: Token::End,
        };
        scanner.advance()?;
        Ok(scanner)
    }

    /// Goes on to the next word.
    pub fn advance(&mut self) -> Result<(), RegexError> {
        let Some((first, rest)) = self.rest.split_first() else {
            self.token = Token::End;
            return Ok(());
        };
        self.rest = rest;
        self.token = match self.place {
            Place::Outside => self.outside(*first)?,
            Place::Bracket { first: at_start } => {
                self.place = Place::Bracket { first: false };
                self.in_bracket(*first, at_start)?
            }
            Place::Brace => self.in_brace(*first)?,
        };
        Ok(())
    }

    /// Goes on if the next word is this one.
    pub fn eat(&mut self, token: Token<'_>) -> Result<bool, RegexError> {
        let same = self.token == token;
        if same {
            self.advance()?;
        }
        Ok(same)
    }

    fn outside(&mut self, first: u8) -> Result<Token<'p>, RegexError> {
        Ok(match first {
            b'\\' => {
                let (escaped, rest) = self.rest.split_first().ok_or(RegexError::Invalid)?;
                if !b".[\\()*+?{|^$".contains(escaped) {
                    return Err(RegexError::Invalid);
                }
                self.rest = rest;
                Token::Byte(*escaped)
            }
            b'(' => Token::Open,
            b')' => Token::Close,
            b'[' => {
                self.place = Place::Bracket { first: true };
                let negated = self.rest.first() == Some(&b'^');
                self.skip(usize::from(negated));
                Token::Bracket { negated }
            }
            b'{' => {
                self.place = Place::Brace;
                Token::Brace
            }
            b'^' => Token::LineStart,
            b'$' => Token::LineEnd,
            b'.' => Token::Any,
            b'*' => Token::Star,
            b'+' => Token::Plus,
            b'?' => Token::Question,
            b'|' => Token::Or,
            0 => return Err(RegexError::Invalid),
            byte => Token::Byte(byte),
        })
    }

    fn in_bracket(&mut self, first: u8, at_start: bool) -> Result<Token<'p>, RegexError> {
        Ok(match first {
            b'-' => Token::Dash,
            b']' if !at_start => {
                self.place = Place::Outside;
                Token::BracketEnd
            }
            b'[' => match self.rest.first() {
                None => return Err(RegexError::Invalid),
                Some(b'.') => Token::Collating(self.name(b'.')?),
                Some(b':') => Token::Class(self.name(b':')?),
                Some(b'=') => Token::Equivalent(self.name(b'=')?),
                Some(_) => Token::Byte(b'['),
            },
            byte => Token::Byte(byte),
        })
    }

    /// A name between two marks; the first mark thereafter must end it.
    fn name(&mut self, mark: u8) -> Result<&'p [u8], RegexError> {
        self.skip(1);
        let end = self.rest.iter().position(|byte| *byte == mark);
        let (name, rest) = self.rest.split_at(end.ok_or(RegexError::Invalid)?);
        if rest.get(1) != Some(&b']') {
            return Err(RegexError::Invalid);
        }
        self.rest = rest;
        self.skip(2);
        Ok(name)
    }

    fn in_brace(&mut self, first: u8) -> Result<Token<'p>, RegexError> {
        Ok(match first {
            b'0'..=b'9' => {
                let mut count = i32::from(first - b'0');
                while let Some((digit @ b'0'..=b'9', rest)) = self.rest.split_first() {
                    count = count.wrapping_mul(10).wrapping_add(i32::from(digit - b'0'));
                    self.rest = rest;
                }
                Token::Count(count)
            }
            b',' => Token::Comma,
            b'}' => {
                self.place = Place::Outside;
                Token::BraceEnd
            }
            _ => return Err(RegexError::Invalid),
        })
    }

    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }
}
