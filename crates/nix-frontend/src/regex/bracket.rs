//! Bracket expressions: `[a-z]`, `[^[:space:]]`.
//!
//! A `-` is itself if it stands first or last. Elsewhere it makes a range of the byte before and the byte behind it; where there is no
//! such byte, behind a range or a class, the expression is not well formed. A backslash is a byte as any other.

use super::RegexError;
use super::names;
use super::scan::{Scanner, Token};

/// A set of bytes.
#[derive(Clone, Default)]
pub(super) struct ByteSet {
    bits: [u64; 4],
}

impl ByteSet {
    pub fn add(&mut self, byte: u8) {
        self.bits[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    pub fn add_all(&mut self, other: &ByteSet) {
        for (word, more) in self.bits.iter_mut().zip(other.bits) {
            *word |= more;
        }
    }

    pub fn has(&self, byte: u8) -> bool {
        self.bits[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1
    }

    pub fn complement(&self) -> ByteSet {
        ByteSet {
            bits: self.bits.map(|word| !word),
        }
    }
}

/// The last thing seen, as far as a `-` behind it needs to know. A byte is not in the set yet, it may start a range.
enum Last {
    Nothing,
    Byte(u8),
    Class,
}

/// Reads what stands behind `[` up to and with `]`.
pub(super) fn parse(scanner: &mut Scanner<'_>, negated: bool) -> Result<ByteSet, RegexError> {
    let mut bracket = Bracket {
        set: ByteSet::default(),
        last: Last::Nothing,
    };
    if scanner.eat(Token::Dash)? {
        bracket.last = Last::Byte(b'-');
    }
    while bracket.term(scanner)? {}
    bracket.put(Last::Nothing);
    Ok(if negated {
        bracket.set.complement()
    } else {
        bracket.set
    })
}

struct Bracket {
    set: ByteSet,
    last: Last,
}

impl Bracket {
    fn put(&mut self, next: Last) {
        if let Last::Byte(byte) = self.last {
            self.set.add(byte);
        }
        self.last = next;
    }

    fn term(&mut self, scanner: &mut Scanner<'_>) -> Result<bool, RegexError> {
        let token = scanner.token;
        if token == Token::End {
            return Err(RegexError::Invalid);
        }
        scanner.advance()?;
        match token {
            Token::BracketEnd => return Ok(false),
            Token::Dash => return self.dash(scanner),
            Token::Byte(byte) => self.put(Last::Byte(byte)),
            Token::Collating(name) => {
                let byte = names::collating(name).ok_or(RegexError::Invalid)?;
                self.put(Last::Byte(byte));
            }
            Token::Equivalent(name) => {
                let byte = names::collating(name).ok_or(RegexError::Invalid)?;
                self.put(Last::Class);
                self.set.add(byte.to_ascii_lowercase());
                self.set.add(byte.to_ascii_uppercase());
            }
            Token::Class(name) => {
                let is_member = names::class(name).ok_or(RegexError::Invalid)?;
                self.put(Last::Class);
                let members = (0..=u8::MAX).filter(is_member);
                members.for_each(|byte| self.set.add(byte));
            }
            _ => return Err(RegexError::Invalid),
        }
        Ok(true)
    }

    fn dash(&mut self, scanner: &mut Scanner<'_>) -> Result<bool, RegexError> {
        if scanner.eat(Token::BracketEnd)? {
            self.put(Last::Byte(b'-'));
            return Ok(false);
        }
        let end = match scanner.token {
            Token::Byte(byte) => byte,
            Token::Dash => b'-',
            _ => return Err(RegexError::Invalid),
        };
        let Last::Byte(start) = self.last else {
            return Err(RegexError::Invalid);
        };
        scanner.advance()?;
        self.range(start, end)?;
        self.last = Last::Nothing;
        Ok(true)
    }

    /// Bytes compare as C++'s `char`, which has a sign.
    fn range(&mut self, first: u8, last: u8) -> Result<(), RegexError> {
        let (low, high) = (first.cast_signed(), last.cast_signed());
        if low > high {
            return Err(RegexError::Invalid);
        }
        (low..=high).for_each(|byte| self.set.add(byte.cast_unsigned()));
        Ok(())
    }
}
