//! Bracket expressions: `[a-z]`, `[^[:space:]]`.

use super::RegexError;

/// A set of bytes.
pub(super) struct ByteSet {
    bits: [u64; 4],
}

impl Clone for ByteSet {
    fn clone(&self) -> ByteSet {
        ByteSet { bits: self.bits }
    }
}

impl ByteSet {
    fn empty() -> ByteSet {
        ByteSet { bits: [0; 4] }
    }

    fn add(&mut self, byte: u8) {
        if let Some(word) = self.bits.get_mut(usize::from(byte >> 6)) {
            *word |= 1 << (byte & 63);
        }
    }

    pub fn has(&self, byte: u8) -> bool {
        let word = self.bits.get(usize::from(byte >> 6));
        word.is_some_and(|word| word >> (byte & 63) & 1 == 1)
    }
}

/// What the scanner sees inside brackets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Token<'p> {
    Byte(u8),
    Dash,
    End,
    Collating(&'p [u8]),
    Class(&'p [u8]),
    Equivalent(&'p [u8]),
}

struct Scanner<'p> {
    rest: &'p [u8],
    at_start: bool,
}

impl<'p> Scanner<'p> {
    fn peek(&self) -> Result<(Token<'p>, &'p [u8]), RegexError> {
        match self.rest {
            [] => Err(RegexError::Invalid),
            [b'-', rest @ ..] => Ok((Token::Dash, rest)),
            [b']', rest @ ..] if !self.at_start => Ok((Token::End, rest)),
            [b'[', kind @ (b'.' | b':' | b'='), rest @ ..] => {
                let close = [*kind, b']'];
                let at = rest.windows(2).position(|pair| pair == close);
                let at = at.ok_or(RegexError::Invalid)?;
                let name = rest.get(..at).unwrap_or_default();
                let token = match kind {
                    b'.' => Token::Collating(name),
                    b':' => Token::Class(name),
                    _ => Token::Equivalent(name),
                };
                Ok((token, rest.get(at + 2..).unwrap_or_default()))
            }
            [b'['] => Err(RegexError::Invalid),
            [byte, rest @ ..] => Ok((Token::Byte(*byte), rest)),
        }
    }

    fn take(&mut self, rest: &'p [u8]) {
        self.rest = rest;
        self.at_start = false;
    }

    fn byte(&mut self) -> Result<Option<u8>, RegexError> {
        match self.peek()? {
            (Token::Byte(byte), rest) => {
                self.take(rest);
                Ok(Some(byte))
            }
            _ => Ok(None),
        }
    }
}

/// The last thing seen, as far as a `-` behind it needs to know.
enum Last {
    Nothing,
    Byte(u8),
    Class,
}

/// Reads what stands behind `[`. Gives the set, and what stands behind `]`.
pub(super) fn parse(pattern: &[u8]) -> Result<(ByteSet, &[u8]), RegexError> {
    let (negated, rest) = match pattern {
        [b'^', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let mut scanner = Scanner {
        rest,
        at_start: true,
    };
    let mut set = ByteSet::empty();
    let mut last = Last::Nothing;
    if let Some(byte) = scanner.byte()? {
        last = Last::Byte(byte);
    } else if let (Token::Dash, rest) = scanner.peek()? {
        scanner.take(rest);
        last = Last::Byte(b'-');
    }
    while term(&mut scanner, &mut set, &mut last)? {}
    flush(&mut set, &last);
    if negated {
        set.bits = set.bits.map(|word| !word);
    }
    Ok((set, scanner.rest))
}

fn flush(set: &mut ByteSet, last: &Last) {
    if let Last::Byte(byte) = last {
        set.add(*byte);
    }
}

fn push(set: &mut ByteSet, last: &mut Last, new: Last) {
    flush(set, last);
    *last = new;
}

fn term(scanner: &mut Scanner<'_>, set: &mut ByteSet, last: &mut Last) -> Result<bool, RegexError> {
    let (token, rest) = scanner.peek()?;
    scanner.take(rest);
    match token {
        Token::End => return Ok(false),
        Token::Byte(byte) => push(set, last, Last::Byte(byte)),
        Token::Collating(name) => {
            let byte = collating(name).ok_or(RegexError::Invalid)?;
            push(set, last, Last::Byte(byte));
        }
        Token::Class(name) => {
            push(set, last, Last::Class);
            let is_member = class(name).ok_or(RegexError::Invalid)?;
            (0..=255u8).filter(is_member).for_each(|byte| set.add(byte));
        }
        Token::Equivalent(name) => {
            push(set, last, Last::Class);
            let byte = collating(name).ok_or(RegexError::Invalid)?;
            set.add(byte.to_ascii_lowercase());
            set.add(byte.to_ascii_uppercase());
            set.add(byte);
        }
        Token::Dash => return dash(scanner, set, last),
    }
    Ok(true)
}

fn dash(scanner: &mut Scanner<'_>, set: &mut ByteSet, last: &mut Last) -> Result<bool, RegexError> {
    let Last::Byte(first) = *last else {
        return match scanner.peek()? {
            (Token::End, rest) => {
                scanner.take(rest);
                push(set, last, Last::Byte(b'-'));
                Ok(false)
            }
            _ => Err(RegexError::Invalid),
        };
    };
    if let Some(end) = scanner.byte()? {
        range(set, first, end)?;
        *last = Last::Nothing;
        return Ok(true);
    }
    match scanner.peek()? {
        (Token::Dash, rest) => {
            scanner.take(rest);
            range(set, first, b'-')?;
            *last = Last::Nothing;
            Ok(true)
        }
        (Token::End, _) => {
            push(set, last, Last::Byte(b'-'));
            Ok(true)
        }
        _ => Err(RegexError::Invalid),
    }
}

/// Bytes compare as C++'s `char`, which has a sign.
fn range(set: &mut ByteSet, first: u8, end: u8) -> Result<(), RegexError> {
    let (low, high) = (first as i8, end as i8);
    if low > high {
        return Err(RegexError::Invalid);
    }
    (low..=high).for_each(|byte| set.add(byte as u8));
    Ok(())
}

fn class(name: &[u8]) -> Option<fn(&u8) -> bool> {
    Some(match name.to_ascii_lowercase().as_slice() {
        b"alnum" => |byte| byte.is_ascii_alphanumeric(),
        b"alpha" => |byte| byte.is_ascii_alphabetic(),
        b"blank" => |byte| matches!(byte, b' ' | b'\t'),
        b"cntrl" => |byte| byte.is_ascii_control(),
        b"digit" | b"d" => |byte| byte.is_ascii_digit(),
        b"graph" => |byte| byte.is_ascii_graphic(),
        b"lower" => |byte| byte.is_ascii_lowercase(),
        b"print" => |byte| byte.is_ascii_graphic() || *byte == b' ',
        b"punct" => |byte| byte.is_ascii_punctuation(),
        b"space" | b"s" => |byte| matches!(byte, b' ' | b'\t'..=b'\r'),
        b"upper" => |byte| byte.is_ascii_uppercase(),
        b"xdigit" => |byte| byte.is_ascii_hexdigit(),
        b"w" => |byte| byte.is_ascii_alphanumeric() || *byte == b'_',
        _ => return None,
    })
}

/// The byte that a collating element names.
fn collating(name: &[u8]) -> Option<u8> {
    const NAMES: &[(&[u8], u8)] = &[
        (b"NUL", 0),
        (b"alert", 7),
        (b"backspace", 8),
        (b"tab", b'\t'),
        (b"newline", b'\n'),
        (b"vertical-tab", 11),
        (b"form-feed", 12),
        (b"carriage-return", b'\r'),
        (b"space", b' '),
        (b"exclamation-mark", b'!'),
        (b"quotation-mark", b'"'),
        (b"number-sign", b'#'),
        (b"dollar-sign", b'$'),
        (b"percent-sign", b'%'),
        (b"ampersand", b'&'),
        (b"apostrophe", b'\''),
        (b"left-parenthesis", b'('),
        (b"right-parenthesis", b')'),
        (b"asterisk", b'*'),
        (b"plus-sign", b'+'),
        (b"comma", b','),
        (b"hyphen", b'-'),
        (b"period", b'.'),
        (b"slash", b'/'),
        (b"zero", b'0'),
        (b"one", b'1'),
        (b"two", b'2'),
        (b"three", b'3'),
        (b"four", b'4'),
        (b"five", b'5'),
        (b"six", b'6'),
        (b"seven", b'7'),
        (b"eight", b'8'),
        (b"nine", b'9'),
        (b"colon", b':'),
        (b"semicolon", b';'),
        (b"less-than-sign", b'<'),
        (b"equals-sign", b'='),
        (b"greater-than-sign", b'>'),
        (b"question-mark", b'?'),
        (b"commercial-at", b'@'),
        (b"left-square-bracket", b'['),
        (b"backslash", b'\\'),
        (b"right-square-bracket", b']'),
        (b"circumflex", b'^'),
        (b"underscore", b'_'),
        (b"grave-accent", b'`'),
        (b"left-curly-bracket", b'{'),
        (b"vertical-line", b'|'),
        (b"right-curly-bracket", b'}'),
        (b"tilde", b'~'),
        (b"DEL", 127),
    ];
    match name {
        [letter] if letter.is_ascii() => Some(*letter),
        name => NAMES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, byte)| *byte),
    }
}
