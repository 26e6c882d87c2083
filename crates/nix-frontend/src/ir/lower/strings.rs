//! String literals: escapes, and the indentation of `''…''`.
//!
//! In `"…"` a backslash escapes, and CR and CR LF become LF. In `''…''` a first line of blanks is dropped, the least indentation of
//! all lines is taken off each, and the blanks before the end are dropped. A line of blanks does not count for the least; an interpolation or an
//! escape ends a line's indentation.
//! Source: Nix `lexer.l`, `parser-state.hh`.

mod text;

use bstr::ByteSlice;
use rnix::SyntaxKind;
use source::Span;

use self::text::Text;
use super::{Lowering, SYNTAX};
use crate::escape::null_byte_message;
use crate::ir::expr::{Expr, ExprKind, Part};
use crate::syntax::tree::{Element, Node};

/// A piece of a string as the text has it.
enum Piece {
    /// Bytes of the file.
    Plain { start: u32, end: u32 },
    /// What an escape stands for.
    Escape(&'static [u8]),
    /// An escaped byte that stands for itself.
    Escaped(u8),
    /// `${…}`
    Interpolated(Expr),
}

impl Lowering<'_, '_> {
    pub(super) fn string(&mut self, node: Node<'_>, span: Span) -> ExprKind {
        let quotes = node.first_token().map_or("", |token| self.text(token));
        let is_indented = quotes.starts_with("''");
        let mut pieces = vec![];
        let mut is_first = true;
        for element in node.elements() {
            match element {
                Element::Token(token) if token.kind == SyntaxKind::TOKEN_STRING_CONTENT => {
                    let (mut start, end) = (token.start, token.end);
                    if self.bytes(start, end).contains(&0) {
                        return self.null_byte(start, end);
                    }
                    if is_indented {
                        if is_first {
                            start += blank_line(self.bytes(start, end));
                        }
                        self.split_indented(start, end, &mut pieces);
                    } else {
                        self.split_plain(start, end, &mut pieces);
                    }
                    is_first = false;
                }
                Element::Node(part) if part.kind() == SyntaxKind::NODE_INTERPOL => {
                    pieces.push(Piece::Interpolated(self.nth(part, 0)));
                    is_first = false;
                }
                _ => {}
            }
        }
        if is_indented {
            pieces = self.strip(pieces);
        }
        self.join(pieces, span)
    }

    /// Strings hold no null bytes.
    fn null_byte(&mut self, start: u32, end: u32) -> ExprKind {
        let bytes = self.bytes(start, end);
        let message = null_byte_message(bytes);
        let at = start + bytes.find_byte(0).unwrap_or_default() as u32;
        let place = self.file.span(at, at + 1);
        self.broken(SYNTAX, place, &message, "a null byte")
    }

    /// Splits the content of a `"…"` into text and escapes.
    fn split_plain(&self, start: u32, end: u32, pieces: &mut Vec<Piece>) {
        let bytes = self.bytes(start, end);
        let mut from = 0;
        while let Some(length) = bytes
            .get(from..)
            .and_then(|rest| rest.find_byteset(b"\\\r"))
        {
            let at = from + length;
            push_plain(pieces, start, from, at);
            let next = bytes.get(at + 1).copied();
            from = at + 2;
            match (bytes.get(at), next) {
                (Some(b'\r'), next) => {
                    pieces.push(Piece::Escape(b"\n"));
                    if next != Some(b'\n') {
                        from = at + 1;
                    }
                }
                (_, Some(escaped)) => pieces.push(Piece::Escaped(unescape(escaped))),
                (_, None) => {}
            }
        }
        push_plain(pieces, start, from, bytes.len());
    }

    /// Splits the content of a `''…''` as Nix's lexer does.
    fn split_indented(&self, start: u32, end: u32, pieces: &mut Vec<Piece>) {
        let bytes = self.bytes(start, end);
        let (mut from, mut at) = (0, 0);
        while let Some(length) = bytes.get(at..).and_then(|rest| rest.find_byteset(b"'$")) {
            at += length;
            let rest = bytes.get(at..).unwrap_or_default();
            let (piece, length) = match rest {
                [b'\'', b'\'', b'$', ..] => (Piece::Escape(b"$"), 3),
                [b'\'', b'\'', b'\'', ..] => (Piece::Escape(b"''"), 3),
                [b'\'', b'\'', b'\\', escaped, ..] => (Piece::Escaped(unescape(*escaped)), 4),
                [b'\'', next, ..] if !b"'$".contains(next) => {
                    at += 2;
                    continue;
                }
                [b'$', next, ..] if !b"{'".contains(next) => {
                    at += 2;
                    continue;
                }
                [b'$', ..] => (Piece::Escape(b"$"), 1),
                _ => (Piece::Escape(b"'"), 1),
            };
            push_plain(pieces, start, from, at);
            pieces.push(piece);
            at += length;
            from = at;
        }
        push_plain(pieces, start, from, bytes.len());
    }

    /// How many blanks each line of an indented string loses.
    fn least_indentation(&self, pieces: &[Piece]) -> usize {
        let (mut least, mut current, mut at_start) = (usize::MAX, 0, true);
        for piece in pieces {
            let Piece::Plain { start, end } = piece else {
                if at_start {
                    at_start = false;
                    least = least.min(current);
                }
                continue;
            };
            let lines = self.bytes(*start, *end).split(|byte| *byte == b'\n');
            for (number, line) in lines.enumerate() {
                if number > 0 {
                    (at_start, current) = (true, 0);
                }
                if at_start {
                    let blanks = count_blanks(line);
                    current += blanks;
                    if blanks < line.len() {
                        at_start = false;
                        least = least.min(current);
                    }
                }
            }
        }
        least
    }

    /// Takes the indentation off each line, and the blanks off the end.
    fn strip(&self, pieces: Vec<Piece>) -> Vec<Piece> {
        let least = self.least_indentation(&pieces);
        let count = pieces.len();
        let mut stripped = Vec::with_capacity(count);
        let (mut at_start, mut dropped) = (true, 0);
        for (number, piece) in pieces.into_iter().enumerate() {
            let (start, end) = match piece {
                Piece::Plain { start, end } => (start, end),
                // Nix looks for indentation behind escaped line breaks too.
                Piece::Escaped(b' ') if at_start && dropped < least => {
                    dropped += 1;
                    continue;
                }
                Piece::Escaped(b' ') if at_start => {
                    dropped += 1;
                    stripped.push(piece);
                    continue;
                }
                piece => {
                    at_start = matches!(piece, Piece::Escaped(b'\n'));
                    dropped = 0;
                    stripped.push(piece);
                    continue;
                }
            };
            let is_last = number + 1 == count;
            let mut from = start;
            let lines = self
                .bytes(start, end)
                .split_inclusive(|byte| *byte == b'\n');
            for line in lines {
                let to = from + line.len() as u32;
                let blanks = if at_start { count_blanks(line) } else { 0 };
                let surplus = least.saturating_sub(dropped).min(blanks) as u32;
                let is_blank_end = blanks == line.len() && is_last && to == end;
                // Nix drops the last line only if it begins in the last piece.
                if !(is_blank_end && from > start) {
                    stripped.push(Piece::Plain {
                        start: from + surplus,
                        end: to,
                    });
                }
                dropped += blanks;
                if blanks < line.len() {
                    dropped = 0;
                    at_start = line.ends_with(b"\n");
                }
                from = to;
            }
        }
        stripped
    }

    fn join(&self, pieces: Vec<Piece>, span: Span) -> ExprKind {
        let mut parts = vec![];
        let mut text = Text::default();
        for piece in pieces {
            match piece {
                Piece::Plain { start, end } => text.push_file(self.file.bytes(), start, end),
                Piece::Escape(bytes) => text.push(self.file.bytes(), bytes),
                Piece::Escaped(byte) => text.push(self.file.bytes(), &[byte]),
                Piece::Interpolated(expr) => {
                    if let Some(bytes) = std::mem::take(&mut text).into_bytes(self.file.bytes()) {
                        parts.push(Part::Literal(bytes));
                    }
                    parts.push(Part::Interpolated(expr));
                }
            }
        }
        if parts.is_empty() {
            return ExprKind::String(text.into_literal(self.file.offset(span.end)));
        }
        if let Some(bytes) = text.into_bytes(self.file.bytes()) {
            parts.push(Part::Literal(bytes));
        }
        ExprKind::Interpolation(parts.into())
    }
}

fn push_plain(pieces: &mut Vec<Piece>, start: u32, from: usize, to: usize) {
    if from < to {
        pieces.push(Piece::Plain {
            start: start + from as u32,
            end: start + to as u32,
        });
    }
}

fn unescape(escaped: u8) -> u8 {
    match escaped {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        other => other,
    }
}

fn count_blanks(line: &[u8]) -> usize {
    line.iter().take_while(|byte| **byte == b' ').count()
}

/// The length of the first line, if it is blank.
fn blank_line(bytes: &[u8]) -> u32 {
    let blanks = count_blanks(bytes);
    match bytes.get(blanks) {
        Some(b'\n') => blanks as u32 + 1,
        _ => 0,
    }
}
