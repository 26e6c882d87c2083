//! Lines, indentation and comments: what an edit has to know of the text around it.

use std::ops::Range;

use rnix::ast::{AttrSet, AttrpathValue};
use rnix::{SyntaxKind, SyntaxNode, SyntaxToken};
use rowan::ast::AstNode;

/// The bytes of a node.
pub fn range(node: &SyntaxNode) -> Range<usize> {
    let range = node.text_range();
    usize::from(range.start())..usize::from(range.end())
}

fn token_range(token: &SyntaxToken) -> Range<usize> {
    let range = token.text_range();
    usize::from(range.start())..usize::from(range.end())
}

/// Where the line of a byte begins.
pub fn line_start(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    before.rfind('\n').map_or(0, |newline| newline + 1)
}

/// The white space at the start of the line of a byte.
pub fn indentation(text: &str, at: usize) -> &str {
    let line = text.get(line_start(text, at)..).unwrap_or_default();
    let length = line.len() - line.trim_start_matches([' ', '\t']).len();
    line.get(..length).unwrap_or_default()
}

/// Whether nothing but white space stands before a byte in its line.
pub fn starts_line(text: &str, at: usize) -> bool {
    let before = text.get(line_start(text, at)..at).unwrap_or_default();
    before.trim().is_empty()
}

/// Where the line ends that a byte is in, the newline left off.
pub fn line_end(text: &str, at: usize) -> usize {
    let after = text.get(at..).unwrap_or_default();
    let line = after.split('\n').next().unwrap_or_default();
    let is_last = line.len() == after.len();
    let line = line.strip_suffix('\r').filter(|_| !is_last).unwrap_or(line);
    at + line.len()
}

/// Where the line behind the one of a byte begins.
pub fn next_line(text: &str, at: usize) -> usize {
    let after = text.get(at..).unwrap_or_default();
    after
        .find('\n')
        .map_or(text.len(), |newline| at + newline + 1)
}

/// Whether a statement has its lines for itself.
pub fn is_alone(text: &str, range: &Range<usize>) -> bool {
    let after = text
        .get(range.end..line_end(text, range.end))
        .unwrap_or_default();
    let after = after.trim();
    starts_line(text, range.start) && (after.is_empty() || after.starts_with('#'))
}

/// The lines of a statement with its newline, where it has them for itself without a comment; else the statement and the blanks behind it.
pub fn whole_lines(text: &str, range: &Range<usize>) -> Range<usize> {
    let end = line_end(text, range.end);
    let is_bare = text
        .get(range.end..end)
        .unwrap_or_default()
        .trim()
        .is_empty();
    if is_bare && starts_line(text, range.start) && end < text.len() {
        return line_start(text, range.start)..next_line(text, end);
    }
    let after = text.get(range.end..).unwrap_or_default();
    let blanks = after.len() - after.trim_start_matches(' ').len();
    range.start..range.end + blanks
}

/// All that goes when a statement is taken out that is lifted elsewhere: its lines with the comment at its end, or the statement and the blanks behind it.
pub fn with_line(text: &str, range: &Range<usize>) -> Range<usize> {
    let end = line_end(text, range.end);
    let after = text.get(range.end..end).unwrap_or_default();
    let end = match is_alone(text, range) {
        true => range.end + after.trim_end().len(),
        false => range.end,
    };
    whole_lines(text, &(range.start..end))
}

/// Lines that are taken out, and the blank one behind them where nothing is left before it that it would part from.
pub fn with_blank_line(text: &str, lines: Range<usize>) -> Range<usize> {
    let before = text.get(..lines.start).unwrap_or_default();
    let end = line_end(text, lines.end);
    let next = text.get(lines.end..end).unwrap_or_default();
    let is_first = ["{\n", "\n\n", "{\r\n", "\n\r\n"]
        .iter()
        .any(|end| before.ends_with(end));
    match is_first && next.trim().is_empty() && end < text.len() {
        true => lines.start..next_line(text, end),
        false => lines,
    }
}

/// Where the comments begin that stand right above a statement, each in its own line.
pub fn with_comments(entry: &AttrpathValue, text: &str) -> usize {
    let mut start = range(entry.syntax()).start;
    let mut before = entry.syntax().prev_sibling_or_token();
    while let Some(token) = before.as_ref().and_then(|element| element.as_token()) {
        match token.kind() {
            SyntaxKind::TOKEN_COMMENT if starts_line(text, token_range(token).start) => {
                start = token_range(token).start;
            }
            SyntaxKind::TOKEN_WHITESPACE if token.text().matches('\n').count() < 2 => {}
            _ => break,
        }
        before = token.prev_sibling_or_token();
    }
    start
}

/// What stands within the braces of a set, from the first to the last that is no white space; none if there is nothing.
pub fn inside(set: &AttrSet) -> Option<Range<usize>> {
    let open = token_range(&set.l_curly_token()?);
    let close = token_range(&set.r_curly_token()?);
    let within = set.syntax().children_with_tokens().filter_map(|element| {
        let range = element.text_range();
        let range = usize::from(range.start())..usize::from(range.end());
        let is_within = range.start >= open.end && range.end <= close.start;
        (is_within && element.kind() != SyntaxKind::TOKEN_WHITESPACE).then_some(range)
    });
    let within: Vec<Range<usize>> = within.collect();
    Some(within.first()?.start..within.last()?.end)
}

/// The lines that begin within strings, and how many blanks may be taken off each without changing the string's value.
pub struct Strings {
    lines: Vec<(Range<usize>, usize)>,
}

impl Strings {
    /// The strings of a tree.
    pub fn of(tree: &SyntaxNode, text: &str) -> Strings {
        let strings = tree
            .descendants()
            .filter(|node| node.kind() == SyntaxKind::NODE_STRING);
        let lines = strings.map(|node| {
            let range = range(&node);
            let literal = text.get(range.clone()).unwrap_or_default();
            let is_indented = literal.starts_with("''");
            let inner = literal.lines().skip(1).filter(|line| !line.is_empty());
            let least = inner
                .map(|line| line.len() - line.trim_start_matches(' ').len())
                .min();
            (range, least.filter(|_| is_indented).unwrap_or(0))
        });
        Strings {
            lines: lines.collect(),
        }
    }

    /// How many of `wanted` blanks may go from the line that begins at a byte.
    pub fn permitted(&self, line: usize, wanted: usize) -> usize {
        let around = self
            .lines
            .iter()
            .filter(|(range, _)| range.start < line && line < range.end);
        let least = around.map(|(_, least)| *least).min();
        match least {
            Some(least) if least < wanted => 0,
            _ => wanted,
        }
    }
}
