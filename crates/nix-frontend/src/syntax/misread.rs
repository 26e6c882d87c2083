//! What rnix reads otherwise than Nix does, and how to write it so that rnix reads it alike.
//!
//! - `let { …; body = …; }` is an operand, such as a set is. For rnix it is a whole expression, unless it stands in parentheses.
//! - `0.a` selects from a number, since no float is written `0.`.
//! - `.../a` is a path.
//! - Behind what is interpolated in a path, `//` is as good as `/`.

use rnix::SyntaxKind;

use super::patch::Patch;
use super::tokens::{begins_name, tokens};

/// Whether two tokens, one right after the other, are the start of something that rnix misreads; `gap` tells whether there is something between them.
pub(super) fn is_misread(first: (SyntaxKind, &str), second: SyntaxKind, gap: bool) -> bool {
    match first.0 {
        SyntaxKind::TOKEN_LET => second == SyntaxKind::TOKEN_L_BRACE,
        SyntaxKind::TOKEN_FLOAT => first.1 == "0." && !gap && begins_name(second),
        SyntaxKind::TOKEN_ELLIPSIS => {
            !gap && matches!(
                second,
                SyntaxKind::TOKEN_PATH_ABS | SyntaxKind::TOKEN_PATH_REL
            )
        }
        SyntaxKind::TOKEN_INTERPOL_END => !gap && second == SyntaxKind::TOKEN_ERROR,
        _ => false,
    }
}

/// Writes it in another way by changing `patch`.
pub(super) fn rewrite(text: &str, patch: &mut Patch) {
    let tokens = tokens(text, patch);
    // For each open brace where the `let` before it begins.
    let mut open = vec![];
    let starts = tokens.iter().zip(tokens.iter().skip(1));
    let misread: Vec<bool> = starts
        .map(|(first, second)| {
            let content = text.get(first.start as usize..first.end as usize);
            let first_token = (first.kind, content.unwrap_or_default());
            is_misread(first_token, second.kind, first.end != second.start)
        })
        .collect();
    let is_misread = |number: usize| misread.get(number).is_some_and(|is_misread| *is_misread);
    for (number, token) in tokens.iter().enumerate() {
        match token.kind {
            SyntaxKind::TOKEN_FLOAT if is_misread(number) => {
                patch.insert(token.start, "(");
                patch.insert(token.start + 1, ")");
            }
            SyntaxKind::TOKEN_ELLIPSIS if is_misread(number) => patch.insert(token.start, "./"),
            SyntaxKind::TOKEN_ERROR if number > 0 && is_misread(number - 1) => {
                let part = text.get(token.start as usize..token.end as usize);
                let pairs = part.unwrap_or_default().as_bytes().windows(2);
                for (at, _) in pairs.enumerate().filter(|(_, pair)| *pair == b"//") {
                    patch.insert(token.start + at as u32 + 1, ".");
                }
            }
            SyntaxKind::TOKEN_L_BRACE => {
                let before = number.checked_sub(1).filter(|before| is_misread(*before));
                open.push(before.and_then(|before| tokens.get(before)));
            }
            SyntaxKind::TOKEN_R_BRACE => {
                if let Some(start) = open.pop().flatten() {
                    patch.insert(start.start, "(");
                    patch.insert_first(token.end, ")");
                }
            }
            _ => {}
        }
    }
}
