//! The tokens of a text, blanks and comments left out, for the passes that mend it.

use rnix::SyntaxKind;

use super::patch::Patch;

/// A token. Places are those of the file; one that a patch has put in covers nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub kind: SyntaxKind,
    pub start: u32,
    pub end: u32,
    /// Whether its line begins with it.
    pub is_first: bool,
    /// How far its line is indented.
    pub indent: u32,
}

impl Token {
    pub fn is_inserted(self) -> bool {
        self.start == self.end
    }
}

/// The tokens of the patched text.
pub(super) fn tokens(text: &str, patch: &Patch) -> Vec<Token> {
    let (patched, way_back) = (patch.apply(text), patch.way_back());
    let mut tokens: Vec<Token> = vec![];
    let (mut at, mut line_start, mut is_first) = (0, 0, true);
    let mut indent = indent_of(&patched);
    for (kind, piece) in rnix::tokenize(&patched) {
        let start = at;
        at += piece.len();
        if !is_trivia(kind) {
            tokens.push(Token {
                kind,
                start: way_back.original(start as u32),
                end: way_back.original(at as u32),
                is_first,
                indent,
            });
            is_first = false;
        }
        if let Some(newline) = piece.rfind('\n') {
            line_start = start + newline + 1;
            is_first = is_trivia(kind);
        }
        if line_start > start {
            indent = indent_of(patched.get(line_start..).unwrap_or_default());
        }
    }
    tokens
}

pub(super) fn is_trivia(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::TOKEN_WHITESPACE | SyntaxKind::TOKEN_COMMENT
    )
}

/// How many blanks a line begins with.
pub(super) fn indent_of(line: &str) -> u32 {
    let blanks = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t'));
    blanks.count() as u32
}

/// The number of the first token of the attribute path that ends before token `end`.
pub(super) fn path_start(tokens: &[Token], end: usize) -> Option<usize> {
    let mut start = name_start(tokens, end)?;
    while let Some(dot) = start.checked_sub(1) {
        if tokens.get(dot)?.kind != SyntaxKind::TOKEN_DOT {
            break;
        }
        match name_start(tokens, dot) {
            Some(name) => start = name,
            None => break,
        }
    }
    Some(start)
}

/// The number of the first token of the name that ends before token `end`.
fn name_start(tokens: &[Token], end: usize) -> Option<usize> {
    let last = end.checked_sub(1)?;
    let opener = match tokens.get(last)?.kind {
        SyntaxKind::TOKEN_IDENT | SyntaxKind::TOKEN_OR => return Some(last),
        SyntaxKind::TOKEN_STRING_END => SyntaxKind::TOKEN_STRING_START,
        SyntaxKind::TOKEN_INTERPOL_END => SyntaxKind::TOKEN_INTERPOL_START,
        _ => return None,
    };
    let closer = tokens.get(last)?.kind;
    let mut depth = 0;
    for number in (0..=last).rev() {
        let kind = tokens.get(number)?.kind;
        if kind == closer {
            depth += 1;
        } else if kind == opener {
            depth -= 1;
            if depth == 0 {
                return Some(number);
            }
        }
    }
    None
}

/// Whether a binding begins with token `number`: an attribute path and a `=`. Its path goes over a line's end only with the `.` behind that.
pub(super) fn begins_binding(tokens: &[Token], number: usize) -> bool {
    let Some(mut end) = name_end(tokens, number) else {
        return false;
    };
    while let Some(token) = tokens.get(end) {
        match token.kind {
            SyntaxKind::TOKEN_ASSIGN => return true,
            SyntaxKind::TOKEN_DOT => match name_end(tokens, end + 1) {
                Some(next) if !tokens.get(end + 1).is_some_and(|name| name.is_first) => end = next,
                _ => return false,
            },
            _ => return false,
        }
    }
    false
}

/// Whether a binding may begin behind this token.
pub(super) fn begins_entries(tokens: &[Token], number: usize) -> bool {
    tokens.get(number).is_some_and(|token| {
        matches!(
            token.kind,
            SyntaxKind::TOKEN_L_BRACE | SyntaxKind::TOKEN_LET | SyntaxKind::TOKEN_SEMICOLON
        )
    })
}

/// The number of the token behind the name that begins with token `start`.
fn name_end(tokens: &[Token], start: usize) -> Option<usize> {
    let opener = tokens.get(start)?.kind;
    let closer = match opener {
        SyntaxKind::TOKEN_IDENT | SyntaxKind::TOKEN_OR => return Some(start + 1),
        SyntaxKind::TOKEN_STRING_START => SyntaxKind::TOKEN_STRING_END,
        SyntaxKind::TOKEN_INTERPOL_START => SyntaxKind::TOKEN_INTERPOL_END,
        _ => return None,
    };
    let mut depth = 0;
    for (number, token) in tokens.iter().enumerate().skip(start) {
        if token.kind == opener {
            depth += 1;
        } else if token.kind == closer {
            depth -= 1;
            if depth == 0 {
                return Some(number + 1);
            }
        }
    }
    None
}

/// Whether a name in an attribute path begins with such a token.
pub(super) fn begins_name(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::TOKEN_IDENT
            | SyntaxKind::TOKEN_OR
            | SyntaxKind::TOKEN_STRING_START
            | SyntaxKind::TOKEN_INTERPOL_START
    )
}

/// What stands in the brace `brace`, if only the names of a function's pattern do, with or without `,` between them.
pub(super) fn plain_pattern(tokens: &[Token], brace: usize) -> Option<&[Token]> {
    let behind = tokens.get(brace + 1..)?;
    let is_inside = |token: &&Token| {
        matches!(
            token.kind,
            SyntaxKind::TOKEN_IDENT | SyntaxKind::TOKEN_ELLIPSIS | SyntaxKind::TOKEN_COMMA
        )
    };
    let count = behind.iter().take_while(is_inside).count();
    let closer = behind.get(count)?.kind;
    let next = behind.get(count + 1)?.kind;
    let is_pattern = closer == SyntaxKind::TOKEN_R_BRACE
        && matches!(next, SyntaxKind::TOKEN_COLON | SyntaxKind::TOKEN_AT);
    behind.get(..count).filter(|_| is_pattern)
}
