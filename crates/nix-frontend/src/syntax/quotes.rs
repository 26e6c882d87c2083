//! Strings and comments that are not closed.
//!
//! A missing quote turns all that follows inside out: the string that is open at the end of the file is then seldom the faulty one. The
//! first `"…"` that runs over a line's end and meets a word right behind it is taken for that, or the first `''…''` with a line that stands no
//! further right than the one it begins on.

use std::sync::Arc;

use rnix::SyntaxKind;
use source::{Diagnostic, SourceFile};

use super::patch::Patch;
use super::tokens::indent_of;
use crate::ir::lower::SYNTAX;

const MOST_ROUNDS: usize = 8;

/// A string literal: where its quotes begin and what lies between them.
#[derive(Clone, Copy)]
struct Quoted {
    start: usize,
    content: usize,
    end: usize,
    is_indented: bool,
    /// Whether a word stands right behind it.
    touches_word: bool,
}

/// Closes strings and comments of `text` by changing `patch`.
pub(super) fn close(file: &Arc<SourceFile>, text: &str, patch: &mut Patch) -> Vec<Diagnostic> {
    let mut found = vec![];
    for _ in 0..MOST_ROUNDS {
        let patched = patch.apply(text);
        let (strings, comment) = open_at_end(&patched);
        if let Some(start) = comment {
            let start = patch.original(start as u32);
            patch.insert(text.len() as u32, "*/");
            let message = "this comment is not closed";
            let span = file.span(start, start + 2);
            found.push(Diagnostic::error(SYNTAX, message).label(span, "opened here"));
            continue;
        }
        let Some(faulty) = faulty(&patched, &strings) else {
            break;
        };
        let place = patch.original(end_of(&patched, faulty) as u32);
        let start = patch.original(faulty.start as u32);
        let (quotes, message) = match faulty.is_indented {
            true => ("''", "this `''` string is not closed"),
            false => ("\"", "this string is not closed"),
        };
        patch.insert(place, quotes);
        let span = file.span(start, start + quotes.len() as u32);
        let end = file.span(place, place);
        found.push(
            Diagnostic::error(SYNTAX, message)
                .label(span, "opened here")
                .label(end, format!("`{quotes}` is missing, perhaps here")),
        );
    }
    found
}

/// The strings of a text in which one is open at the end, that one last; and where a comment begins that is.
fn open_at_end(text: &str) -> (Vec<Quoted>, Option<usize>) {
    let mut strings: Vec<Quoted> = vec![];
    let mut open: Vec<Quoted> = vec![];
    let mut comment = None;
    let mut at = 0;
    for (kind, piece) in rnix::tokenize(text) {
        let start = at;
        at += piece.len();
        match kind {
            SyntaxKind::TOKEN_STRING_START => open.push(Quoted {
                start,
                content: at,
                end: text.len(),
                is_indented: piece == "''",
                touches_word: false,
            }),
            SyntaxKind::TOKEN_STRING_END => {
                if let Some(string) = open.pop() {
                    let next = text.get(at..).and_then(|rest| rest.chars().next());
                    strings.push(Quoted {
                        end: start,
                        touches_word: next
                            .is_some_and(|next| next.is_alphanumeric() || next == '_'),
                        ..string
                    });
                }
            }
            SyntaxKind::TOKEN_ERROR if piece.starts_with("/*") => comment = Some(start),
            _ => {}
        }
    }
    match open.pop() {
        Some(last) => strings.push(last),
        None => strings.clear(),
    }
    (strings, comment)
}

/// The string whose end is missing, of several of which the last is open.
fn faulty(text: &str, strings: &[Quoted]) -> Option<Quoted> {
    let is_suspicious = |string: &&Quoted| {
        let content = text.get(string.content..string.end).unwrap_or_default();
        if string.is_indented {
            outdented_line(text, **string).is_some()
        } else {
            string.touches_word && content.contains('\n')
        }
    };
    let suspicious = strings.iter().find(is_suspicious);
    suspicious.or(strings.last()).copied()
}

/// Where an unclosed string should most likely end.
fn end_of(text: &str, string: Quoted) -> usize {
    if string.is_indented {
        return outdented_line(text, string).unwrap_or(text.len());
    }
    let content = text.get(string.content..).unwrap_or_default();
    let line = content.split('\n').next().unwrap_or_default();
    let mut line = line.trim_end();
    line = line.strip_suffix(';').unwrap_or(line);
    for closer in [" ]", " )", " }"] {
        line = line.strip_suffix(closer).unwrap_or(line);
    }
    string.content + line.trim_end().len()
}

/// The end of the last line before the first one that is indented no further than the one that the string begins on.
fn outdented_line(text: &str, string: Quoted) -> Option<usize> {
    let line_start = text.get(..string.start)?.rfind('\n').map_or(0, |at| at + 1);
    let indent = indent_of(text.get(line_start..)?);
    let content = text.get(string.content..string.end)?;
    let mut at = string.content;
    for (number, line) in content.split('\n').enumerate() {
        let is_last = at + line.len() == string.end;
        let is_blank = line.trim().is_empty();
        if number > 0 && !is_blank && !is_last && indent_of(line) <= indent {
            return Some(at - 1);
        }
        at += line.len() + 1;
    }
    None
}
