//! From bytes to the words of JSON, with the complaints of Nix's parser.

use std::borrow::Cow;

use super::Token;
use super::error::{JsonError, Problem, show_read};

/// A word of JSON.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Lexeme<'t> {
    Null,
    Bool(bool),
    /// Its value is told by [`Lexer::number`].
    Number,
    String(Cow<'t, [u8]>),
    BeginList,
    EndList,
    BeginSet,
    EndSet,
    Colon,
    Comma,
    End,
}

impl Lexeme<'_> {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Lexeme::Null => "null literal",
            Lexeme::Bool(true) => "true literal",
            Lexeme::Bool(false) => "false literal",
            Lexeme::Number => "number literal",
            Lexeme::String(_) => "string literal",
            Lexeme::BeginList => "'['",
            Lexeme::EndList => "']'",
            Lexeme::BeginSet => "'{'",
            Lexeme::EndSet => "'}'",
            Lexeme::Colon => "':'",
            Lexeme::Comma => "','",
            Lexeme::End => "end of input",
        }
    }
}

/// What is wrong with a word.
type Complaint = Cow<'static, str>;

#[derive(Clone, Debug)]
pub(super) struct Lexer<'t> {
    text: &'t [u8],
    /// Behind the last byte that was read.
    at: usize,
    /// Whether the end of the text was read as well.
    past_end: bool,
    /// Where the last word begins.
    start: usize,
    /// Where the last number or string begins, from which complaints tell what was read.
    shown_from: usize,
    /// Whether the last word is a number with a fraction or an exponent.
    is_fractional: bool,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t [u8]) -> Lexer<'t> {
        Lexer {
            text,
            at: 0,
            past_end: false,
            start: 0,
            shown_from: 0,
            is_fractional: false,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The first byte of the last word and the one behind it.
    pub(super) fn span(&self) -> (usize, usize) {
        (self.start, self.at)
    }

    pub(super) fn skip_byte_order_mark(&mut self) -> Result<(), JsonError> {
        if self.peek() != Some(0xef) {
            return Ok(());
        }
        for expected in [0xef, 0xbb, 0xbf] {
            if self.read() != Some(expected) {
                let complaint = "invalid BOM; must be 0xEF 0xBB 0xBF if given";
                return Err(self.complain(complaint.into(), "value", None));
            }
        }
        Ok(())
    }

    /// The next word, where any word may stand; `place` is what is being read.
    pub(super) fn next(&mut self, place: &str) -> Result<Lexeme<'t>, JsonError> {
        self.scan()
            .map_err(|complaint| self.complain(complaint, place, None))
    }

    /// The next word, where `wanted` should stand.
    pub(super) fn next_or(&mut self, place: &str, wanted: &str) -> Result<Lexeme<'t>, JsonError> {
        self.scan()
            .map_err(|complaint| self.complain(complaint, place, Some(wanted)))
    }

    /// The value of the last word, which is a number.
    pub(super) fn number(&self) -> Result<Token<'t>, JsonError> {
        let digits = self.text.get(self.start..self.at).unwrap_or_default();
        let digits = std::str::from_utf8(digits).unwrap_or_default();
        if !self.is_fractional {
            if let Ok(value) = digits.parse() {
                return Ok(Token::Int(value));
            }
            if let Ok(value) = digits.parse() {
                return Err(self.error(Problem::Unsigned(value)));
            }
        }
        match digits.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Token::Float(value)),
            _ => Err(self.error(Problem::Overflow(digits.to_owned()))),
        }
    }

    /// Refuses `text`, the value of the last word, if it has null bytes.
    pub(super) fn check_null_bytes(&self, text: &[u8]) -> Result<(), JsonError> {
        match text.contains(&0) {
            true => Err(self.error(Problem::NullByte(text.to_vec()))),
            false => Ok(()),
        }
    }

    /// The last word, `found`, does not belong here.
    pub(super) fn unexpected(&self, found: &Lexeme<'_>, place: &str, wanted: &str) -> JsonError {
        let detail = format!(
            "syntax error while parsing {place} - unexpected {}; expected {wanted}",
            found.name()
        );
        let (line, mut column) = self.line_and_column();
        if *found == Lexeme::Number && self.peek() == Some(b'\n') {
            // The parser reads one byte more, and puts it back without finding its column again.
            column = 0;
        }
        self.syntax_error(line, column, detail)
    }

    pub(super) fn empty_input(&self) -> JsonError {
        let detail = "attempting to parse an empty input; \
                      check that your input string or stream contains the expected JSON";
        let (line, column) = self.line_and_column();
        self.syntax_error(line, column, detail.to_owned())
    }

    fn complain(&self, complaint: Complaint, place: &str, wanted: Option<&str>) -> JsonError {
        let read = self.text.get(self.shown_from..self.at).unwrap_or_default();
        let mut detail = format!(
            "syntax error while parsing {place} - {complaint}; last read: '{}'",
            show_read(read)
        );
        if let Some(wanted) = wanted {
            detail.push_str("; expected ");
            detail.push_str(wanted);
        }
        let (line, column) = self.line_and_column();
        self.syntax_error(line, column, detail)
    }

    fn syntax_error(&self, line: usize, column: usize, detail: String) -> JsonError {
        self.error(Problem::Syntax {
            line,
            column,
            detail,
        })
    }

    fn error(&self, problem: Problem) -> JsonError {
        JsonError {
            start: self.start,
            end: self.at,
            problem,
        }
    }

    /// How many lines and bytes of the line were read.
    fn line_and_column(&self) -> (usize, usize) {
        let read = self.text.get(..self.at).unwrap_or_default();
        let lines = read.iter().filter(|byte| **byte == b'\n').count();
        let line_start = read.iter().rposition(|byte| *byte == b'\n');
        let column = self.at - line_start.map_or(0, |newline| newline + 1);
        (lines + 1, column + usize::from(self.past_end))
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn read(&mut self) -> Option<u8> {
        let byte = self.peek();
        match byte {
            Some(_) => self.at += 1,
            None => self.past_end = true,
        }
        byte
    }

    fn scan(&mut self) -> Result<Lexeme<'t>, Complaint> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
        self.start = self.at;
        match self.read() {
            None => Ok(Lexeme::End),
            Some(b'[') => Ok(Lexeme::BeginList),
            Some(b']') => Ok(Lexeme::EndList),
            Some(b'{') => Ok(Lexeme::BeginSet),
            Some(b'}') => Ok(Lexeme::EndSet),
            Some(b':') => Ok(Lexeme::Colon),
            Some(b',') => Ok(Lexeme::Comma),
            Some(b'n') => self.literal(b"ull", Lexeme::Null),
            Some(b't') => self.literal(b"rue", Lexeme::Bool(true)),
            Some(b'f') => self.literal(b"alse", Lexeme::Bool(false)),
            Some(b'"') => {
                self.shown_from = self.start;
                self.string().map(Lexeme::String)
            }
            Some(first @ (b'-' | b'0'..=b'9')) => {
                self.shown_from = self.start;
                self.scan_number(first)
            }
            Some(_) => Err("invalid literal".into()),
        }
    }

    fn literal(&mut self, rest: &[u8], lexeme: Lexeme<'t>) -> Result<Lexeme<'t>, Complaint> {
        for expected in rest {
            if self.read() != Some(*expected) {
                return Err("invalid literal".into());
            }
        }
        Ok(lexeme)
    }

    fn scan_number(&mut self, first: u8) -> Result<Lexeme<'t>, Complaint> {
        self.is_fractional = false;
        let first = if first == b'-' {
            let wanted = "invalid number; expected digit after '-'";
            self.read_digit(wanted)?
        } else {
            first
        };
        if first != b'0' {
            self.skip_digits();
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.is_fractional = true;
            self.read_digit("invalid number; expected digit after '.'")?;
            self.skip_digits();
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            self.is_fractional = true;
            let mut wanted = "invalid number; expected '+', '-', or digit after exponent";
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
                wanted = "invalid number; expected digit after exponent sign";
            }
            self.read_digit(wanted)?;
            self.skip_digits();
        }
        Ok(Lexeme::Number)
    }

    fn read_digit(&mut self, complaint: &'static str) -> Result<u8, Complaint> {
        match self.read() {
            Some(digit @ b'0'..=b'9') => Ok(digit),
            _ => Err(complaint.into()),
        }
    }

    fn skip_digits(&mut self) {
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
    }

    /// The rest of a string whose first quote was read.
    fn string(&mut self) -> Result<Cow<'t, [u8]>, Complaint> {
        let mut unescaped: Option<Vec<u8>> = None;
        let mut plain_from = self.at;
        loop {
            let Some(byte) = self.read() else {
                return Err("invalid string: missing closing quote".into());
            };
            match byte {
                b'"' => {
                    let plain = self.text.get(plain_from..self.at - 1).unwrap_or_default();
                    return Ok(match unescaped {
                        None => Cow::Borrowed(plain),
                        Some(mut text) => {
                            text.extend_from_slice(plain);
                            Cow::Owned(text)
                        }
                    });
                }
                b'\\' => {
                    let plain = self.text.get(plain_from..self.at - 1).unwrap_or_default();
                    let text = unescaped.get_or_insert_default();
                    text.extend_from_slice(plain);
                    let character = self.escape()?;
                    text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                    plain_from = self.at;
                }
                0x20..0x80 => {}
                0..0x20 => return Err(control_character(byte)),
                0x80.. => self.continuation(byte)?,
            }
        }
    }

    /// What an escape stands for, whose backslash was read.
    fn escape(&mut self) -> Result<char, Complaint> {
        match self.read() {
            Some(byte @ (b'"' | b'\\' | b'/')) => Ok(char::from(byte)),
            Some(b'b') => Ok('\x08'),
            Some(b'f') => Ok('\x0c'),
            Some(b'n') => Ok('\n'),
            Some(b'r') => Ok('\r'),
            Some(b't') => Ok('\t'),
            Some(b'u') => self.unicode_escape(),
            _ => Err("invalid string: forbidden character after backslash".into()),
        }
    }

    fn unicode_escape(&mut self) -> Result<char, Complaint> {
        let unit = self.four_hex_digits()?;
        if !(0xd800..0xdc00).contains(&unit) {
            return char::from_u32(unit).ok_or_else(|| {
                "invalid string: surrogate U+DC00..U+DFFF must follow U+D800..U+DBFF".into()
            });
        }
        let lone = "invalid string: surrogate U+D800..U+DBFF must be followed by U+DC00..U+DFFF";
        if self.read() != Some(b'\\') || self.read() != Some(b'u') {
            return Err(lone.into());
        }
        let low = self.four_hex_digits()?;
        if !(0xdc00..0xe000).contains(&low) {
            return Err(lone.into());
        }
        let code = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        char::from_u32(code).ok_or_else(|| lone.into())
    }

    fn four_hex_digits(&mut self) -> Result<u32, Complaint> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.read().and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit else {
                return Err("invalid string: '\\u' must be followed by 4 hex digits".into());
            };
            unit = unit << 4 | digit;
        }
        Ok(unit)
    }

    /// The rest of a character of several bytes, the first of which is `first`.
    fn continuation(&mut self, first: u8) -> Result<(), Complaint> {
        let (length, second) = match first {
            0xc2..=0xdf => (1, 0x80..=0xbf),
            0xe0 => (2, 0xa0..=0xbf),
            0xed => (2, 0x80..=0x9f),
            0xe1..=0xef => (2, 0x80..=0xbf),
            0xf0 => (3, 0x90..=0xbf),
            0xf1..=0xf3 => (3, 0x80..=0xbf),
            0xf4 => (3, 0x80..=0x8f),
            _ => return Err(ILL_FORMED.into()),
        };
        let mut range = second;
        for _ in 0..length {
            if !self.read().is_some_and(|byte| range.contains(&byte)) {
                return Err(ILL_FORMED.into());
            }
            range = 0x80..=0xbf;
        }
        Ok(())
    }
}

const ILL_FORMED: &str = "invalid string: ill-formed UTF-8 byte";

fn control_character(byte: u8) -> Complaint {
    const NAMES: [&str; 32] = [
        "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR",
        "SO", "SI", "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB",
        "ESC", "FS", "GS", "RS", "US",
    ];
    let name = NAMES.get(usize::from(byte)).copied().unwrap_or_default();
    let short = match byte {
        0x08 => " or \\b",
        b'\t' => " or \\t",
        b'\n' => " or \\n",
        0x0c => " or \\f",
        b'\r' => " or \\r",
        _ => "",
    };
    format!(
        "invalid string: control character U+{byte:04X} ({name}) must be escaped to \\u{byte:04X}{short}"
    )
    .into()
}
