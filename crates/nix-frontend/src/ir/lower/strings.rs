//! String literals: escapes, and the indentation of `''…''`.
//!
//! In `"…"` a backslash escapes, and CR and CR LF become LF. In `''…''` a first line of blanks is dropped, the least indentation of
//! all other lines is taken off each, interpolations and escapes end a line's indentation, and the blanks before the end are dropped.
//! Source: Nix `lexer.l`, `parser-state.hh`.

use rnix::{SyntaxKind, SyntaxNode};
use rowan::NodeOrToken;

use super::{Lowering, SYNTAX};
use crate::escape::null_byte_message;
use crate::ir::expr::{Expr, ExprKind, Literal, Part};

/// A piece of an indented string.
enum Piece {
    Text { bytes: Vec<u8>, escaped: bool },
    Interpolated(Expr),
}

impl Lowering<'_, '_> {
    pub(super) fn string(&mut self, node: &SyntaxNode) -> ExprKind {
        let indented = node
            .first_token()
            .is_some_and(|token| token.text().starts_with("''"));
        if let Some(broken) = self.null_bytes(node) {
            return broken;
        }
        if indented {
            return self.indented_string(node);
        }
        if let Some(literal) = self.plain_string(node) {
            return ExprKind::String(literal);
        }
        let mut parts: Vec<Part> = vec![];
        for child in node.children_with_tokens() {
            match child {
                NodeOrToken::Token(token) if token.kind() == SyntaxKind::TOKEN_STRING_CONTENT => {
                    let range = token.text_range();
                    let bytes = self.bytes(range.start().into(), range.end().into());
                    parts.push(Part::Literal(unescape(bytes).into()));
                }
                NodeOrToken::Node(inner) if inner.kind() == SyntaxKind::NODE_INTERPOL => {
                    parts.push(Part::Interpolated(self.nth(&inner, 0)));
                }
                _ => {}
            }
        }
        match parts.as_mut_slice() {
            [] => ExprKind::String(Literal::Owned(Box::new([]))),
            [Part::Literal(only)] => ExprKind::String(Literal::Owned(std::mem::take(only))),
            _ => ExprKind::Interpolation(parts.into()),
        }
    }

    /// Strings hold no null bytes.
    fn null_bytes(&mut self, node: &SyntaxNode) -> Option<ExprKind> {
        let tokens = node
            .children_with_tokens()
            .filter_map(NodeOrToken::into_token);
        for token in tokens.filter(|token| token.kind() == SyntaxKind::TOKEN_STRING_CONTENT) {
            let range = token.text_range();
            let (start, end) = (range.start().into(), range.end().into());
            let bytes = self.bytes(start, end);
            if bytes.contains(&0) {
                let message = null_byte_message(bytes);
                let span = self.file.span(start, end);
                return Some(self.broken(SYNTAX, span, &message, "this string"));
            }
        }
        None
    }

    /// A string of one piece without escapes: it stays where it is in the file.
    fn plain_string(&self, node: &SyntaxNode) -> Option<Literal> {
        let mut content = None;
        for child in node.children_with_tokens() {
            match child {
                NodeOrToken::Token(token) if token.kind() == SyntaxKind::TOKEN_STRING_CONTENT => {
                    if content.replace(token.text_range()).is_some() {
                        return None;
                    }
                }
                NodeOrToken::Token(_) => {}
                NodeOrToken::Node(_) => return None,
            }
        }
        let range = content?;
        let (start, end) = (range.start().into(), range.end().into());
        let plain = |byte: &u8| !b"\\\r".contains(byte);
        self.bytes(start, end)
            .iter()
            .all(plain)
            .then_some(Literal::Slice { start, end })
    }

    fn indented_string(&mut self, node: &SyntaxNode) -> ExprKind {
        let mut pieces = vec![];
        for child in node.children_with_tokens() {
            match child {
                NodeOrToken::Token(token) if token.kind() == SyntaxKind::TOKEN_STRING_CONTENT => {
                    let range = token.text_range();
                    let bytes = self.bytes(range.start().into(), range.end().into());
                    let bytes = if pieces.is_empty() {
                        without_blank_line(bytes)
                    } else {
                        bytes
                    };
                    split_escapes(bytes, &mut pieces);
                }
                NodeOrToken::Node(inner) if inner.kind() == SyntaxKind::NODE_INTERPOL => {
                    pieces.push(Piece::Interpolated(self.nth(&inner, 0)));
                }
                _ => {}
            }
        }
        let mut parts = strip(pieces);
        match parts.as_mut_slice() {
            [] => ExprKind::String(Literal::Owned(Box::new([]))),
            [Part::Literal(only)] => ExprKind::String(Literal::Owned(std::mem::take(only))),
            _ => ExprKind::Interpolation(parts.into()),
        }
    }
}

fn unescape(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'\\' => match rest.next() {
                Some(b'n') => plain.push(b'\n'),
                Some(b'r') => plain.push(b'\r'),
                Some(b't') => plain.push(b'\t'),
                Some(other) => plain.push(other),
                None => {}
            },
            b'\r' => {
                rest.next_if_eq(&b'\n');
                plain.push(b'\n');
            }
            other => plain.push(other),
        }
    }
    plain
}

fn without_blank_line(bytes: &[u8]) -> &[u8] {
    let blanks = bytes.iter().take_while(|byte| **byte == b' ').count();
    match bytes.get(blanks) {
        Some(b'\n') => bytes.get(blanks + 1..).unwrap_or_default(),
        _ => bytes,
    }
}

/// Splits as Nix's lexer does: text, and escapes on their own.
fn split_escapes(bytes: &[u8], pieces: &mut Vec<Piece>) {
    let mut text: Vec<u8> = vec![];
    let mut rest = bytes;
    let flush = |text: &mut Vec<u8>, pieces: &mut Vec<Piece>| {
        if !text.is_empty() {
            pieces.push(Piece::Text {
                bytes: std::mem::take(text),
                escaped: false,
            });
        }
    };
    let escape = |bytes: &[u8], pieces: &mut Vec<Piece>| {
        pieces.push(Piece::Text {
            bytes: bytes.to_vec(),
            escaped: true,
        });
    };
    loop {
        rest = match rest {
            [] => break,
            [b'\'', b'\'', b'$', after @ ..] => {
                flush(&mut text, pieces);
                escape(b"$", pieces);
                after
            }
            [b'\'', b'\'', b'\'', after @ ..] => {
                flush(&mut text, pieces);
                escape(b"''", pieces);
                after
            }
            [b'\'', b'\'', b'\\', escaped, after @ ..] => {
                flush(&mut text, pieces);
                let byte = match escaped {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    other => *other,
                };
                escape(&[byte], pieces);
                after
            }
            [b'$', next, after @ ..] if !b"{'".contains(next) => {
                text.extend_from_slice(&[b'$', *next]);
                after
            }
            [b'\'', next, after @ ..] if !b"'$".contains(next) => {
                text.extend_from_slice(&[b'\'', *next]);
                after
            }
            [single @ (b'$' | b'\''), after @ ..] => {
                flush(&mut text, pieces);
                escape(&[*single], pieces);
                after
            }
            [byte, after @ ..] => {
                text.push(*byte);
                after
            }
        };
    }
    flush(&mut text, pieces);
}

fn least_indentation(pieces: &[Piece]) -> usize {
    let (mut least, mut current, mut at_start) = (usize::MAX, 0, true);
    for piece in pieces {
        match piece {
            Piece::Text {
                bytes,
                escaped: false,
            } => {
                for byte in bytes {
                    match byte {
                        b'\n' => (at_start, current) = (true, 0),
                        b' ' if at_start => current += 1,
                        _ if at_start => {
                            at_start = false;
                            least = least.min(current);
                        }
                        _ => {}
                    }
                }
            }
            _ if at_start => {
                at_start = false;
                least = least.min(current);
            }
            _ => {}
        }
    }
    least
}

fn strip(pieces: Vec<Piece>) -> Vec<Part> {
    let least = least_indentation(&pieces);
    let count = pieces.len();
    let (mut at_start, mut dropped) = (true, 0);
    let mut parts: Vec<Part> = vec![];
    let mut text: Vec<u8> = vec![];
    for (number, piece) in pieces.into_iter().enumerate() {
        match piece {
            Piece::Interpolated(expr) => {
                (at_start, dropped) = (false, 0);
                if !text.is_empty() {
                    parts.push(Part::Literal(std::mem::take(&mut text).into()));
                }
                parts.push(Part::Interpolated(expr));
            }
            Piece::Text { bytes, .. } => {
                let mut kept = Vec::with_capacity(bytes.len());
                for byte in bytes {
                    if at_start {
                        match byte {
                            b' ' => {
                                if dropped >= least {
                                    kept.push(byte);
                                }
                                dropped += 1;
                            }
                            b'\n' => {
                                dropped = 0;
                                kept.push(byte);
                            }
                            _ => {
                                (at_start, dropped) = (false, 0);
                                kept.push(byte);
                            }
                        }
                    } else {
                        kept.push(byte);
                        at_start = byte == b'\n';
                    }
                }
                if number + 1 == count {
                    drop_last_blanks(&mut kept);
                }
                text.extend(kept);
            }
        }
    }
    if !text.is_empty() {
        parts.push(Part::Literal(text.into()));
    }
    parts
}

fn drop_last_blanks(text: &mut Vec<u8>) {
    if let Some(newline) = text.iter().rposition(|byte| *byte == b'\n') {
        let blank = text.iter().skip(newline + 1).all(|byte| *byte == b' ');
        if blank {
            text.truncate(newline + 1);
        }
    }
}
