//! Strings and comments that are not closed.
//!
//! A missing quote turns all that follows inside out: the string that is open at the end of the file is then seldom the faulty one. The
//! first `"…"` that runs over a line's end and meets a word or a path right behind it is taken for that, or the first `''…''` with a line that stands
//! no further right than the one it begins on. If a string before it on its line touches a word, `"db "rome"` or `db" "rome"`, it is that one's quote.
//! A string in a `${` that touches the word before it and runs over the line's end, `"${a.b";`, shows that the `}` is missing.

use std::sync::Arc;

use rnix::SyntaxKind;
use source::{Diagnostic, Edit, SourceFile};

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
    /// Whether something stands right behind it that goes on with neither a binding nor a list.
    touches_text: bool,
    /// Where the `${` begins whose expression it touches, if that has begun on its line.
    touched: Option<usize>,
}

/// What is open at the end of a text.
#[derive(Default)]
struct Open {
    /// All strings, the one that is open last; none if none is.
    strings: Vec<Quoted>,
    /// Where a `${` begins that is open, and where its `}` is missing.
    interpolation: Option<(usize, usize)>,
    /// Where a comment begins that is open.
    comment: Option<usize>,
}

/// Closes strings and comments of `text` by changing `patch`.
pub(super) fn close(file: &Arc<SourceFile>, text: &str, patch: &mut Patch) -> Vec<Diagnostic> {
    let mut found = vec![];
    for _ in 0..MOST_ROUNDS {
        let patched = patch.apply(text);
        let open = open_at_end(&patched);
        let (place, closer, start, opener, message) = if let Some(start) = open.comment {
            (text.len(), "*/", start, "/*", "this comment is not closed")
        } else if let Some((start, end)) = open.interpolation {
            (end, "}", start, "${", "this `${` is not closed")
        } else {
            let Some(faulty) = faulty(&patched, &open.strings) else {
                break;
            };
            let (quotes, message) = match faulty.is_indented {
                true => ("''", "this `''` string is not closed"),
                false => ("\"", "this string is not closed"),
            };
            if let Some((found_here, place)) =
                slip_on_line(file, &patched, patch, &open.strings, faulty)
            {
                patch.insert(place, quotes);
                found.push(found_here);
                continue;
            }
            let place = end_of(&patched, faulty);
            (place, quotes, faulty.start, quotes, message)
        };
        let place = match open.comment {
            Some(_) => text.len() as u32,
            None => patch.original(place as u32),
        };
        let end = patch.original((start + opener.len()) as u32);
        let start = patch.original(start as u32);
        if end != start + opener.len() as u32 {
            // What was put in only opened another.
            break;
        }
        patch.insert(place, closer);
        let span = file.span(start, start + opener.len() as u32);
        let end = file.span(place, place);
        found.push(
            Diagnostic::error(SYNTAX, message)
                .label(span, "opened here")
                .label(end, format!("`{closer}` is missing, perhaps here")),
        );
    }
    found.dedup();
    found
}

fn open_at_end(text: &str) -> Open {
    let mut found = Open::default();
    let mut open: Vec<Quoted> = vec![];
    let mut interpolations: Vec<usize> = vec![];
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
                touches_text: false,
                touched: interpolations.last().copied().filter(|interpolation| {
                    piece == "\"" && is_glued(text.get(interpolation + 2..start))
                }),
            }),
            SyntaxKind::TOKEN_STRING_END => {
                if let Some(string) = open.pop() {
                    let next = text.get(at..).and_then(|rest| rest.chars().next());
                    let is_word = |next: char| next.is_alphanumeric() || next == '_';
                    let is_text = |next: char| is_word(next) || "/*~$<@\"'“”".contains(next);
                    let runs_on = text
                        .get(string.content..start)
                        .is_some_and(|content| content.contains('\n'));
                    if let Some(interpolation) = string.touched.filter(|_| runs_on) {
                        let place = (interpolation, string.start);
                        found.interpolation.get_or_insert(place);
                    }
                    found.strings.push(Quoted {
                        end: start,
                        touches_word: next.is_some_and(is_word),
                        touches_text: next.is_some_and(is_text),
                        ..string
                    });
                }
            }
            SyntaxKind::TOKEN_INTERPOL_START => interpolations.push(start),
            SyntaxKind::TOKEN_INTERPOL_END => {
                interpolations.pop();
            }
            SyntaxKind::TOKEN_ERROR if piece.starts_with("/*") => found.comment = Some(start),
            _ => {}
        }
    }
    let Some(last) = open.pop() else {
        found.strings.clear();
        return found;
    };
    let is_on_line = |start: &usize| {
        let between = text.get(*start..last.start);
        between.is_some_and(|between| !between.contains('\n'))
    };
    let within = interpolations.pop().filter(is_on_line);
    let at_end = within.map(|start| (start, last.start));
    found.interpolation = found.interpolation.or(at_end);
    found.strings.push(last);
    found
}

/// Whether an expression ends right behind `text`, which is all on one line.
fn is_glued(text: Option<&str>) -> bool {
    let ends = |last: char| last.is_alphanumeric() || matches!(last, '_' | ')' | '\'');
    text.is_some_and(|text| text.ends_with(ends) && !text.contains('\n'))
}

/// The string whose end is missing, of several of which the last is open.
fn faulty(text: &str, strings: &[Quoted]) -> Option<Quoted> {
    let is_suspicious = |string: &&Quoted| {
        let content = text.get(string.content..string.end).unwrap_or_default();
        if string.is_indented {
            outdented_line(text, **string).is_some()
        } else {
            string.touches_text && content.contains('\n')
        }
    };
    let suspicious = strings.iter().find(is_suspicious);
    suspicious.or(strings.last()).copied()
}

/// A quote that is missing before `faulty` on the same line, and where: a string that touches a word shows it.
fn slip_on_line(
    file: &Arc<SourceFile>,
    text: &str,
    patch: &Patch,
    strings: &[Quoted],
    faulty: Quoted,
) -> Option<(Diagnostic, u32)> {
    let line_start = text.get(..faulty.start)?.rfind('\n').map_or(0, |at| at + 1);
    let on_line = strings.iter().filter(|string| {
        let is_before = (line_start..=faulty.start).contains(&string.start);
        is_before && !string.is_indented && !faulty.is_indented
    });
    let mut slips = on_line.filter_map(|string| {
        let content = text.get(string.content..string.end)?;
        let word = word_before(text, string.start);
        if !word.is_empty() {
            return Some((string.start, string.start - word.len(), "not opened"));
        }
        let end = string.content + content.trim_end().len();
        let ends_in_blanks = end < string.end && !content.contains('\n');
        (string.touches_word && ends_in_blanks && end > string.content).then_some((
            string.start,
            end,
            "not closed",
        ))
    });
    let (quote, place, what) = slips.next()?;
    let (quote, end) = (
        patch.original(quote as u32),
        patch.original(quote as u32 + 1),
    );
    if quote == end {
        // What was put in only opened another.
        return None;
    }
    let place = patch.original(place as u32);
    let (span, end) = (file.span(quote, quote + 1), file.span(place, place));
    let label = match what {
        "not opened" => "closed here",
        _ => "opened here",
    };
    let diagnostic = Diagnostic::error(SYNTAX, format!("this string is {what}"))
        .label(span, label)
        .label(end, "`\"` is missing, perhaps here")
        .unsafe_fix("add `\"`", Edit::replace(end, "\""));
    Some((diagnostic, place))
}

/// The word that ends at `end`.
fn word_before(text: &str, end: usize) -> &str {
    let before = text.get(..end).unwrap_or_default();
    let is_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.');
    if !before.ends_with(|letter: char| letter.is_alphanumeric() || letter == '_') {
        return "";
    }
    let rest = before.trim_end_matches(is_word);
    before.get(rest.len()..).unwrap_or_default()
}

/// Where an unclosed string should most likely end.
fn end_of(text: &str, string: Quoted) -> usize {
    if string.is_indented {
        return outdented_line(text, string).unwrap_or(text.len());
    }
    let content = text.get(string.content..).unwrap_or_default();
    let line = content.split('\n').next().unwrap_or_default();
    let mut line = line.trim_end();
    loop {
        let shorter = line.strip_suffix(';').unwrap_or(line);
        let mut closers = [" ]", " )", " }"].iter();
        let shorter = closers
            .find_map(|closer| shorter.strip_suffix(closer))
            .unwrap_or(shorter)
            .trim_end();
        if shorter.len() == line.len() {
            return string.content + line.len();
        }
        line = shorter;
    }
}

/// The end of the last line before the first one that is indented no further than the one that the string begins on.
fn outdented_line(text: &str, string: Quoted) -> Option<usize> {
    let line_start = text.get(..string.start)?.rfind('\n').map_or(0, |at| at + 1);
    let indent = indent_of(text.get(line_start..)?);
    let content = text.get(string.content..string.end)?;
    let mut at = string.content;
    for (number, line) in content.split('\n').enumerate() {
        let is_blank = line.trim().is_empty();
        if number > 0 && !is_blank && indent_of(line) <= indent {
            return Some(at - 1);
        }
        at += line.len() + 1;
    }
    None
}
