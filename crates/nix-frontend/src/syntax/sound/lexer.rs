//! Tokens, without blanks and comments. Strings and paths are asked for piece by piece, since what is interpolated in them is the parser's.
//!
//! Source: Nix `lexer.l`. What rnix reads otherwise, or nobody can read, is left to it.

use bstr::ByteSlice;
use rnix::SyntaxKind;

/// A token; at the end of the text it has no kind.
#[derive(Clone, Copy)]
pub(super) struct Token {
    pub kind: Option<SyntaxKind>,
    pub start: u32,
    pub end: u32,
}

/// What a piece of a string ends at.
pub(super) enum Stop {
    Quotes,
    Interpolation,
}

#[derive(Clone, Copy)]
pub(super) struct Lexer<'t> {
    text: &'t [u8],
    at: usize,
    /// Where the letters of a path end that were looked through last.
    run_end: usize,
}

impl<'t> Lexer<'t> {
    pub fn new(text: &'t str) -> Lexer<'t> {
        Lexer {
            text: text.as_bytes(),
            at: 0,
            run_end: 0,
        }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or_default()
    }

    fn rest(&self) -> &'t [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip(&mut self, class: u8) {
        let rest = self.rest().iter();
        self.at += rest.take_while(|byte| is(**byte, class)).count();
    }

    fn since(&self, start: usize) -> &'t [u8] {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// The next token; nothing if it is not plain what it is.
    pub fn next(&mut self) -> Option<Token> {
        self.skip_blanks()?;
        let start = self.at;
        let kind = match self.text.get(start) {
            Some(first) => Some(self.token(*first)?),
            None => None,
        };
        Some(Token {
            kind,
            start: start as u32,
            end: self.at as u32,
        })
    }

    /// What the next two tokens are.
    pub fn next_two(mut self) -> Option<(Option<SyntaxKind>, Option<SyntaxKind>)> {
        let first = self.next()?.kind;
        let is_last = !matches!(
            first,
            Some(SyntaxKind::TOKEN_IDENT | SyntaxKind::TOKEN_ELLIPSIS | SyntaxKind::TOKEN_R_BRACE)
        );
        // Behind quotes the text is a string's.
        let second = if is_last { None } else { self.next()?.kind };
        Some((first, second))
    }

    /// The first byte that is neither blank nor comment.
    pub fn next_byte(mut self) -> Option<u8> {
        self.skip_blanks()?;
        Some(self.peek(0))
    }

    /// The bytes of a place.
    pub fn text(&self, start: u32, end: u32) -> &'t [u8] {
        let place = start as usize..end as usize;
        self.text.get(place).unwrap_or_default()
    }

    fn skip_blanks(&mut self) -> Option<()> {
        loop {
            self.skip(BLANK);
            match (self.peek(0), self.peek(1)) {
                (b'#', _) => {
                    let rest = self.rest();
                    self.at += rest.find_byte(b'\n').unwrap_or(rest.len());
                }
                (b'/', b'*') => {
                    let comment = self.rest().get(2..)?;
                    self.at += 2 + comment.find(b"*/")? + 2;
                }
                _ => return Some(()),
            }
        }
    }

    fn token(&mut self, first: u8) -> Option<SyntaxKind> {
        if is(first, PATH)
            && let Some(kind) = self.long_token(first)
        {
            return kind;
        }
        use SyntaxKind as Kind;
        let (length, kind) = match (first, self.peek(1)) {
            (b'a'..=b'z' | b'A'..=b'Z' | b'_', _) => return Some(self.word()),
            (b'0'..=b'9', _) => return self.number(),
            (b'.', b'0'..=b'9') => {
                self.at += 1;
                return self.fraction();
            }
            (b'.', b'.') if self.peek(2) == b'.' => (3, Kind::TOKEN_ELLIPSIS),
            (b'.', _) => (1, Kind::TOKEN_DOT),
            (b'=', b'=') => (2, Kind::TOKEN_EQUAL),
            (b'=', _) => (1, Kind::TOKEN_ASSIGN),
            (b'!', b'=') => (2, Kind::TOKEN_NOT_EQUAL),
            (b'!', _) => (1, Kind::TOKEN_INVERT),
            (b'{', _) => (1, Kind::TOKEN_L_BRACE),
            (b'}', _) => (1, Kind::TOKEN_R_BRACE),
            (b'[', _) => (1, Kind::TOKEN_L_BRACK),
            (b']', _) => (1, Kind::TOKEN_R_BRACK),
            (b'(', _) => (1, Kind::TOKEN_L_PAREN),
            (b')', _) => (1, Kind::TOKEN_R_PAREN),
            (b'@', _) => (1, Kind::TOKEN_AT),
            (b':', _) => (1, Kind::TOKEN_COLON),
            (b',', _) => (1, Kind::TOKEN_COMMA),
            (b';', _) => (1, Kind::TOKEN_SEMICOLON),
            (b'?', _) => (1, Kind::TOKEN_QUESTION),
            (b'+', b'+') => (2, Kind::TOKEN_CONCAT),
            (b'+', _) => (1, Kind::TOKEN_ADD),
            (b'-', b'>') => (2, Kind::TOKEN_IMPLICATION),
            (b'-', _) => (1, Kind::TOKEN_SUB),
            (b'*', _) => (1, Kind::TOKEN_MUL),
            (b'/', b'/') => (2, Kind::TOKEN_UPDATE),
            (b'/', _) => (1, Kind::TOKEN_DIV),
            (b'&', b'&') => (2, Kind::TOKEN_AND_AND),
            (b'|', b'|') => (2, Kind::TOKEN_OR_OR),
            (b'|', b'>') => (2, Kind::TOKEN_PIPE_RIGHT),
            (b'<', b'|') => (2, Kind::TOKEN_PIPE_LEFT),
            (b'<', b'=') => (2, Kind::TOKEN_LESS_OR_EQ),
            (b'<', _) => return self.less(),
            (b'>', b'=') => (2, Kind::TOKEN_MORE_OR_EQ),
            (b'>', _) => (1, Kind::TOKEN_MORE),
            (b'$', b'{') => (2, Kind::TOKEN_INTERPOL_START),
            (b'"', _) => (1, Kind::TOKEN_STRING_START),
            (b'\'', b'\'') => (2, Kind::TOKEN_STRING_START),
            (b'~', b'/') => {
                self.at += 1;
                return self.path(Kind::TOKEN_PATH_HOME);
            }
            _ => return None,
        };
        self.at += length;
        Some(kind)
    }

    /// A path or a URI, if one begins here; within, nothing for one that is not plain.
    fn long_token(&mut self, first: u8) -> Option<Option<SyntaxKind>> {
        if first == b'/' {
            let is_path = is(self.peek(1), PATH) && self.peek(1) != b'/';
            let is_path = is_path || (self.peek(1) == b'$' && self.peek(2) == b'{');
            return is_path.then(|| self.path(SyntaxKind::TOKEN_PATH_ABS));
        }
        if self.at >= self.run_end {
            let run = self.rest().iter();
            let is_run = |byte: &&u8| is(**byte, PATH) && **byte != b'/';
            self.run_end = self.at + run.take_while(is_run).count();
        }
        let behind = |ahead: usize| self.text.get(self.run_end + ahead).copied();
        match (behind(0), behind(1)?) {
            (Some(b'/'), b'/' | b'*') => None,
            (Some(b'/'), next) if !is(next, BLANK) => {
                // Dots are no part of a path that follows them.
                let is_plain = !self.rest().starts_with(b"...");
                Some(is_plain.then(|| self.path(SyntaxKind::TOKEN_PATH_REL))?)
            }
            (Some(b':'), next) if is(next, URI) && first.is_ascii_alphabetic() => {
                let run = self.text.get(self.at..self.run_end)?;
                (!run.contains(&b'_')).then(|| {
                    self.skip(URI);
                    Some(SyntaxKind::TOKEN_URI)
                })
            }
            _ => None,
        }
    }

    fn path(&mut self, kind: SyntaxKind) -> Option<SyntaxKind> {
        let start = self.at;
        self.skip(PATH);
        self.is_plain_piece(start).then_some(kind)
    }

    /// A further piece of a path, behind something interpolated; `None` within if there is none.
    pub fn path_piece(&mut self) -> Option<Option<(u32, u32)>> {
        let start = self.at;
        self.skip(PATH);
        if self.at == start {
            return Some(None);
        }
        self.is_plain_piece(start)
            .then_some(Some((start as u32, self.at as u32)))
    }

    fn is_plain_piece(&self, start: usize) -> bool {
        let piece = self.since(start);
        !piece.contains_str("//") && (self.is_interpolation() || !piece.ends_with(b"/"))
    }

    /// Whether `${` comes right here.
    pub fn is_interpolation(&self) -> bool {
        self.rest().starts_with(b"${")
    }

    /// Goes past the `${` right here.
    pub fn enter_interpolation(&mut self) -> (u32, u32) {
        let start = self.at as u32;
        self.at += 2;
        (start, start + 2)
    }

    fn less(&mut self) -> Option<SyntaxKind> {
        let start = self.at;
        self.at += 1;
        self.skip(PATH);
        match (self.peek(0), self.at - start) {
            (b'>', 2..) => {
                self.at += 1;
                Some(SyntaxKind::TOKEN_PATH_SEARCH)
            }
            (b'<', _) => None,
            _ => {
                self.at = start + 1;
                Some(SyntaxKind::TOKEN_LESS)
            }
        }
    }

    fn word(&mut self) -> SyntaxKind {
        let start = self.at;
        self.skip(WORD);
        match self.since(start) {
            b"assert" => SyntaxKind::TOKEN_ASSERT,
            b"else" => SyntaxKind::TOKEN_ELSE,
            b"if" => SyntaxKind::TOKEN_IF,
            b"in" => SyntaxKind::TOKEN_IN,
            b"inherit" => SyntaxKind::TOKEN_INHERIT,
            b"let" => SyntaxKind::TOKEN_LET,
            b"or" => SyntaxKind::TOKEN_OR,
            b"rec" => SyntaxKind::TOKEN_REC,
            b"then" => SyntaxKind::TOKEN_THEN,
            b"with" => SyntaxKind::TOKEN_WITH,
            _ => SyntaxKind::TOKEN_IDENT,
        }
    }

    fn number(&mut self) -> Option<SyntaxKind> {
        let start = self.at;
        self.skip(DIGIT);
        let is_zero = self.text.get(start) == Some(&b'0');
        if self.peek(0) != b'.' || (is_zero && self.at > start + 1) {
            return Some(SyntaxKind::TOKEN_INTEGER);
        }
        self.at += 1;
        if is_zero && !is(self.peek(0), DIGIT) {
            return None;
        }
        self.fraction()
    }

    fn fraction(&mut self) -> Option<SyntaxKind> {
        self.skip(DIGIT);
        if matches!(self.peek(0), b'e' | b'E') {
            self.at += 1;
            if matches!(self.peek(0), b'+' | b'-') {
                self.at += 1;
            }
            if !is(self.peek(0), DIGIT) {
                return None;
            }
            self.skip(DIGIT);
        }
        Some(SyntaxKind::TOKEN_FLOAT)
    }

    /// The text of a string up to its end or to something interpolated, and which of them follows.
    pub fn content(&mut self, is_indented: bool) -> Option<(u32, u32, Stop)> {
        let start = self.at as u32;
        let stops: &[u8] = if is_indented { b"'$" } else { b"\"\\$" };
        loop {
            self.at += self.rest().find_byteset(stops)?;
            match (self.peek(0), self.peek(1)) {
                (b'$', b'{') => return Some((start, self.at as u32, Stop::Interpolation)),
                (b'$', b'$') | (b'\\', _) => {}
                (b'\'', b'\'') => match self.peek(2) {
                    b'\'' | b'$' => self.at += 1,
                    b'\\' => self.at += 2,
                    _ => return Some((start, self.at as u32, Stop::Quotes)),
                },
                (b'"', _) => return Some((start, self.at as u32, Stop::Quotes)),
                _ => {
                    self.at += 1;
                    continue;
                }
            }
            self.at += 2;
        }
    }

    /// Goes past the quotes right here.
    pub fn leave_string(&mut self, is_indented: bool) -> (u32, u32) {
        let start = self.at as u32;
        self.at += if is_indented { 2 } else { 1 };
        (start, self.at as u32)
    }
}

const BLANK: u8 = 1;
const DIGIT: u8 = 2;
/// In a variable's name.
const WORD: u8 = 4;
const PATH: u8 = 8;
const URI: u8 = 16;

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b' ' | b'\t' | b'\r' | b'\n' => BLANK,
            b'0'..=b'9' => DIGIT | WORD | PATH | URI,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => WORD | PATH | URI,
            b'-' => WORD | PATH | URI,
            b'\'' => WORD | URI,
            b'/' | b'.' | b'+' => PATH | URI,
            b'%' | b'?' | b':' | b'@' | b'&' | b'=' | b'$' | b',' | b'!' | b'~' | b'*' => URI,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

fn is(byte: u8, class: u8) -> bool {
    CLASSES
        .get(usize::from(byte))
        .is_some_and(|of| of & class != 0)
}
