//! Inputs that would overflow the parser's stack or take it quadratic time are refused before it sees them.

use std::sync::Arc;

use rnix::SyntaxKind;
use source::{Diagnostic, SourceFile, Span};

/// The deepest nesting of brackets, strings and interpolations.
const MOST_DEPTH: usize = 400;
/// The most prefix operators in a row.
const MOST_PREFIXES: usize = 400;
/// The most operands at one level without a bracket or `;` between them.
const MOST_OPERANDS: usize = 8_000;

struct Level {
    operands: usize,
    prefixes: usize,
}

/// What is wrong with the size of a text, if anything.
pub(super) fn check(file: &Arc<SourceFile>, text: &str) -> Option<Diagnostic> {
    let mut levels = vec![Level {
        operands: 0,
        prefixes: 0,
    }];
    let mut at = 0;
    for (kind, piece) in rnix::tokenize(text) {
        let start = at as u32;
        at += piece.len();
        let place = || file.span(start, at as u32);
        match kind {
            SyntaxKind::TOKEN_L_BRACE
            | SyntaxKind::TOKEN_L_BRACK
            | SyntaxKind::TOKEN_L_PAREN
            | SyntaxKind::TOKEN_INTERPOL_START => {
                if levels.len() > MOST_DEPTH {
                    return Some(refuse(
                        place(),
                        "brackets are nested too deeply",
                        MOST_DEPTH,
                    ));
                }
                levels.push(Level {
                    operands: 0,
                    prefixes: 0,
                });
                continue;
            }
            SyntaxKind::TOKEN_R_BRACE
            | SyntaxKind::TOKEN_R_BRACK
            | SyntaxKind::TOKEN_R_PAREN
            | SyntaxKind::TOKEN_INTERPOL_END
                if levels.len() > 1 =>
            {
                levels.pop();
            }
            _ => {}
        }
        let Some(level) = levels.last_mut() else {
            continue;
        };
        match kind {
            SyntaxKind::TOKEN_WHITESPACE | SyntaxKind::TOKEN_COMMENT => {}
            SyntaxKind::TOKEN_SEMICOLON | SyntaxKind::TOKEN_COMMA => {
                (level.operands, level.prefixes) = (0, 0);
            }
            SyntaxKind::TOKEN_SUB | SyntaxKind::TOKEN_INVERT => {
                level.prefixes += 1;
                if level.prefixes > MOST_PREFIXES {
                    return Some(refuse(
                        place(),
                        "too many operators in a row",
                        MOST_PREFIXES,
                    ));
                }
            }
            _ => {
                level.prefixes = 0;
                level.operands += 1;
                if level.operands > MOST_OPERANDS && !in_list(&levels) {
                    return Some(refuse(place(), "an expression is too long", MOST_OPERANDS));
                }
            }
        }
    }
    None
}

/// Long lists of scalars are harmless up to a much higher number.
fn in_list(levels: &[Level]) -> bool {
    const MOST_ITEMS: usize = 200_000;
    levels
        .last()
        .is_some_and(|level| levels.len() > 1 && level.operands < MOST_ITEMS)
}

fn refuse(place: Span, message: &str, most: usize) -> Diagnostic {
    Diagnostic::error("limit-exceeded", message)
        .label(place, "here")
        .help(format!("the limit is {most}"))
}
