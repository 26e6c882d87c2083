//! Inputs that would overflow the parser's stack or take it quadratic time are refused before it sees them.
//!
//! Three things cost more than their length. Brackets, prefix operators and operators that bind to the right deepen the parser's recursion. A chain
//! of operands without blanks (`1+1+1`) becomes a deep tree of small nodes, each of which is hashed anew as the parser's cache of nodes grows. And
//! each word looks ahead over all that could be a path.

use std::sync::Arc;

use rnix::SyntaxKind;
use source::{Diagnostic, Edit, SourceFile, Span};

use super::LIMIT;
use super::misread;
use super::tokens::is_trivia;
use crate::ir::lower::SYNTAX;

/// The deepest nesting of brackets, strings and interpolations.
const MOST_BRACKETS: usize = 400;
/// The deepest tree: brackets, and the operators and operands before a place that nothing has ended.
const MOST_DEPTH: usize = 3_000;
/// The most steps for all nodes to be hashed, and all words to look ahead: a part for any file, and one for each of its bytes.
const MOST_STEPS: usize = 40_000_000;
const MOST_STEPS_PER_BYTE: usize = 100;
/// Of blanks that Nix does not know, so many are told.
const MOST_BLANKS: usize = 20;

/// A bracket and what has gathered in it.
struct Level {
    /// What ends it.
    closer: SyntaxKind,
    /// Whether what is in it stands side by side.
    is_flat: bool,
    /// Operators and operands since the last `;`, `,` or `=`.
    chain: usize,
}

/// What the parser will see.
pub(super) struct Checked {
    /// Blanks that Nix does not know.
    pub diagnostics: Vec<Diagnostic>,
    /// How deep the tree may be.
    pub depth: usize,
    /// Whether each bracket is closed by its own end. The parser lets anything end parentheses.
    pub is_balanced: bool,
    /// Whether there is something that the parser misreads.
    pub is_misread: bool,
}

/// A text of so many bytes has no more than `MOST_STEPS`: each token looks over what is before it, or over what is behind it.
pub(super) const SHORT: usize = 6_000;

/// Looks through the tokens of a text that is to be parsed.
///
/// Errors: it is too deep or too long for the parser.
pub(super) fn check<'t>(
    file: &Arc<SourceFile>,
    text: &'t str,
    tokens: impl Iterator<Item = rnix::Token<'t>>,
) -> Result<Checked, Box<Diagnostic>> {
    let mut levels = vec![Level {
        closer: SyntaxKind::TOKEN_ERROR,
        is_flat: false,
        chain: 0,
    }];
    let most_steps = MOST_STEPS + MOST_STEPS_PER_BYTE * text.len();
    let (mut depth, mut deepest, mut steps) = (0, 0, 0);
    let mut run_end = 0;
    let mut at = 0;
    let mut diagnostics = vec![];
    let (mut before, mut is_misread) = (None, false);
    let mut is_balanced = true;
    for (kind, piece) in tokens {
        let start = at;
        at += piece.len();
        let place = || file.span(start as u32, at as u32);
        if kind == SyntaxKind::TOKEN_WHITESPACE && piece.contains(is_strange) {
            strange_blanks(file, start, piece, &mut diagnostics);
        }
        if is_trivia(kind) || kind == SyntaxKind::TOKEN_STRING_CONTENT {
            continue;
        }
        if let Some((first, end)) = before.replace(((kind, piece), at)) {
            is_misread |= misread::is_misread(first, kind, end != start);
        }
        if start >= run_end {
            run_end = start + run_length(text.as_bytes().get(start..).unwrap_or_default());
        }
        steps += run_end.saturating_sub(start) + depth;
        if steps > most_steps {
            return Err(refuse(place(), "the text is too intricate", most_steps));
        }
        match kind {
            SyntaxKind::TOKEN_L_BRACE
            | SyntaxKind::TOKEN_L_BRACK
            | SyntaxKind::TOKEN_L_PAREN
            | SyntaxKind::TOKEN_INTERPOL_START
            | SyntaxKind::TOKEN_STRING_START => {
                if levels.len() > MOST_BRACKETS {
                    let message = "brackets are nested too deeply";
                    return Err(refuse(place(), message, MOST_BRACKETS));
                }
                levels.push(Level {
                    closer: closer(kind),
                    is_flat: matches!(
                        kind,
                        SyntaxKind::TOKEN_L_BRACK | SyntaxKind::TOKEN_STRING_START
                    ),
                    chain: 0,
                });
                depth += 1;
            }
            SyntaxKind::TOKEN_R_BRACE
            | SyntaxKind::TOKEN_R_BRACK
            | SyntaxKind::TOKEN_R_PAREN
            | SyntaxKind::TOKEN_INTERPOL_END
            | SyntaxKind::TOKEN_STRING_END => {
                is_balanced &= levels.last().is_some_and(|level| level.closer == kind);
                if levels.len() > 1 {
                    let closed = levels.pop();
                    depth -= 1 + closed.map_or(0, |level| level.chain);
                }
                depth += count(&mut levels, kind);
            }
            SyntaxKind::TOKEN_SEMICOLON | SyntaxKind::TOKEN_COMMA | SyntaxKind::TOKEN_ASSIGN => {
                if let Some(level) = levels.last_mut() {
                    depth -= level.chain;
                    level.chain = 0;
                }
            }
            _ => depth += count(&mut levels, kind),
        }
        deepest = deepest.max(depth);
        if depth > MOST_DEPTH {
            let message = "an expression has too many operands";
            return Err(refuse(place(), message, MOST_DEPTH));
        }
    }
    Ok(Checked {
        diagnostics,
        depth: deepest,
        is_balanced: is_balanced && levels.len() == 1,
        is_misread,
    })
}

fn closer(opener: SyntaxKind) -> SyntaxKind {
    match opener {
        SyntaxKind::TOKEN_L_BRACE => SyntaxKind::TOKEN_R_BRACE,
        SyntaxKind::TOKEN_L_BRACK => SyntaxKind::TOKEN_R_BRACK,
        SyntaxKind::TOKEN_L_PAREN => SyntaxKind::TOKEN_R_PAREN,
        SyntaxKind::TOKEN_INTERPOL_START => SyntaxKind::TOKEN_INTERPOL_END,
        _ => SyntaxKind::TOKEN_STRING_END,
    }
}

/// Counts a token for the depth of the tree.
fn count(levels: &mut [Level], kind: SyntaxKind) -> usize {
    let Some(level) = levels.last_mut() else {
        return 0;
    };
    let is_flat = level.is_flat && kind != SyntaxKind::TOKEN_OR;
    if is_flat || kind == SyntaxKind::TOKEN_DOT {
        return 0;
    }
    level.chain += 1;
    1
}

/// How far a word may look ahead for the end of a path.
fn run_length(rest: &[u8]) -> usize {
    let is_path = |byte: &&u8| byte.is_ascii_alphanumeric() || b"/_.+-<".contains(byte);
    rest.iter().take_while(is_path).count()
}

fn is_strange(blank: char) -> bool {
    !matches!(blank, ' ' | '\t' | '\r' | '\n')
}

fn strange_blanks(
    file: &Arc<SourceFile>,
    start: usize,
    piece: &str,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for (at, blank) in piece.char_indices() {
        if !is_strange(blank) || diagnostics.len() >= MOST_BLANKS {
            continue;
        }
        let place = (start + at) as u32;
        let span = file.span(place, place + blank.len_utf8() as u32);
        let message = format!("U+{:04X} is no blank for Nix", u32::from(blank));
        diagnostics.push(
            Diagnostic::error(SYNTAX, message)
                .label(span, "not an ordinary blank")
                .fix("write an ordinary blank", Edit::replace(span, " ")),
        );
    }
}

fn refuse(place: Span, message: &str, most: usize) -> Box<Diagnostic> {
    let diagnostic = Diagnostic::error(LIMIT, message).label(place, "here");
    Box::new(diagnostic.help(format!("the limit is {most}")))
}
