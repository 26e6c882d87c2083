//! What rnix reads otherwise than Nix does, and how to write it so that rnix reads it alike.
//!
//! - `let { …; body = …; }` is an operand, such as a set is. For rnix it is a whole expression, unless it stands in parentheses.
//! - `!` may stand behind an operator that binds tighter: `a + !b`, `-!a`. Its operand goes on to the next operator that binds looser.
//! - `0.a` selects from a number, since no float is written `0.`.
//! - `.../a` is a path.
//! - A `/` that no part of a path follows divides: `a/[ ]`. In a list it cannot, and is taken for a path that is not complete.
//! - Before and behind what is interpolated in a path, `//` is as good as `/`.

use rnix::SyntaxKind;

use super::patch::Patch;
use super::tokens::{Token, begins_name, tokens};

/// Whether two tokens, one right after the other, are the start of something that rnix misreads; `gap` tells whether there is something between them.
pub(super) fn is_misread(first: (SyntaxKind, &str), second: SyntaxKind, gap: bool) -> bool {
    let (kind, text) = first;
    match kind {
        SyntaxKind::TOKEN_LET => second == SyntaxKind::TOKEN_L_BRACE,
        SyntaxKind::TOKEN_FLOAT => text == "0." && begins_name(second),
        SyntaxKind::TOKEN_ELLIPSIS => {
            !gap && matches!(
                second,
                SyntaxKind::TOKEN_PATH_ABS | SyntaxKind::TOKEN_PATH_REL
            )
        }
        SyntaxKind::TOKEN_INTERPOL_END => !gap && second == SyntaxKind::TOKEN_ERROR,
        SyntaxKind::TOKEN_ERROR if second == SyntaxKind::TOKEN_INTERPOL_START => {
            !gap && text.contains("//")
        }
        SyntaxKind::TOKEN_ERROR => is_divided(text) && begins_operand(second),
        kind if binds_tighter_than_not(kind) => second == SyntaxKind::TOKEN_INVERT,
        _ => false,
    }
}

/// An open bracket.
#[derive(Default)]
struct Open {
    /// Where the `let` before it begins.
    start: Option<u32>,
    is_list: bool,
    /// How many `!` in it have got a parenthesis that is open.
    nots: usize,
}

/// Writes it in another way by changing `patch`.
pub(super) fn rewrite(text: &str, patch: &mut Patch) {
    let tokens = tokens(text, patch);
    let content = |token: &Token| {
        let content = text.get(token.start as usize..token.end as usize);
        content.unwrap_or_default()
    };
    let mut open = vec![Open::default()];
    let mut before: Option<&Token> = None;
    let mut was_misread = false;
    for (number, token) in tokens.iter().enumerate() {
        let is_misread = tokens.get(number + 1).is_some_and(|next| {
            is_misread(
                (token.kind, content(token)),
                next.kind,
                token.end != next.start,
            )
        });
        if let (Some(level), Some(before)) = (open.last_mut(), before)
            && ends_not(token.kind)
        {
            for _ in 0..std::mem::take(&mut level.nots) {
                patch.insert_first(before.end, ")");
            }
        }
        match token.kind {
            SyntaxKind::TOKEN_FLOAT if is_misread => {
                patch.insert(token.start, "(");
                patch.insert(token.start + 1, ")");
            }
            SyntaxKind::TOKEN_ELLIPSIS if is_misread => patch.insert(token.start, "./"),
            SyntaxKind::TOKEN_ERROR if was_misread || is_misread => {
                let part = content(token);
                if is_divided(part) && !was_misread {
                    if !open.last().is_some_and(|level| level.is_list) {
                        patch.insert(token.end - 1, " ");
                    }
                } else {
                    let pairs = part.as_bytes().windows(2).enumerate();
                    for (at, _) in pairs.filter(|(_, pair)| *pair == b"//") {
                        patch.insert(token.start + at as u32 + 1, ".");
                    }
                }
            }
            SyntaxKind::TOKEN_INVERT if was_misread => {
                patch.insert(token.start, "(");
                if let Some(level) = open.last_mut() {
                    level.nots += 1;
                }
            }
            kind if opens(kind) => open.push(Open {
                start: before
                    .filter(|before| was_misread && before.kind == SyntaxKind::TOKEN_LET)
                    .map(|before| before.start),
                is_list: kind == SyntaxKind::TOKEN_L_BRACK,
                nots: 0,
            }),
            kind if closes(kind) && open.len() > 1 => {
                if let Some(Open {
                    start: Some(start), ..
                }) = open.pop()
                {
                    patch.insert(start, "(");
                    patch.insert_first(token.end, ")");
                }
            }
            _ => {}
        }
        before = Some(token);
        was_misread = is_misread;
    }
    let nots = open.iter().map(|level| level.nots).sum();
    for _ in 0..nots {
        patch.insert_first(text.len() as u32, ")");
    }
}

/// Whether such a token, which rnix has no name for, is something and a `/`.
fn is_divided(token: &str) -> bool {
    let divided = token.strip_suffix('/');
    divided.is_some_and(|divided| !divided.is_empty() && !divided.contains(['/', '~']))
}

fn binds_tighter_than_not(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::TOKEN_ADD
            | SyntaxKind::TOKEN_SUB
            | SyntaxKind::TOKEN_MUL
            | SyntaxKind::TOKEN_DIV
            | SyntaxKind::TOKEN_CONCAT
    )
}

/// Whether the operand of a `!` ends before such a token.
fn ends_not(kind: SyntaxKind) -> bool {
    closes(kind)
        || matches!(
            kind,
            SyntaxKind::TOKEN_UPDATE
                | SyntaxKind::TOKEN_EQUAL
                | SyntaxKind::TOKEN_NOT_EQUAL
                | SyntaxKind::TOKEN_LESS
                | SyntaxKind::TOKEN_LESS_OR_EQ
                | SyntaxKind::TOKEN_MORE
                | SyntaxKind::TOKEN_MORE_OR_EQ
                | SyntaxKind::TOKEN_AND_AND
                | SyntaxKind::TOKEN_OR_OR
                | SyntaxKind::TOKEN_IMPLICATION
                | SyntaxKind::TOKEN_PIPE_LEFT
                | SyntaxKind::TOKEN_PIPE_RIGHT
                | SyntaxKind::TOKEN_SEMICOLON
                | SyntaxKind::TOKEN_COMMA
                | SyntaxKind::TOKEN_ASSIGN
                | SyntaxKind::TOKEN_THEN
                | SyntaxKind::TOKEN_ELSE
                | SyntaxKind::TOKEN_IN
        )
}

fn opens(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::TOKEN_L_BRACE
            | SyntaxKind::TOKEN_L_BRACK
            | SyntaxKind::TOKEN_L_PAREN
            | SyntaxKind::TOKEN_INTERPOL_START
            | SyntaxKind::TOKEN_STRING_START
    )
}

fn closes(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::TOKEN_R_BRACE
            | SyntaxKind::TOKEN_R_BRACK
            | SyntaxKind::TOKEN_R_PAREN
            | SyntaxKind::TOKEN_INTERPOL_END
            | SyntaxKind::TOKEN_STRING_END
    )
}

fn begins_operand(kind: SyntaxKind) -> bool {
    begins_name(kind)
        || opens(kind)
        || matches!(
            kind,
            SyntaxKind::TOKEN_INVERT
                | SyntaxKind::TOKEN_SUB
                | SyntaxKind::TOKEN_INTEGER
                | SyntaxKind::TOKEN_FLOAT
                | SyntaxKind::TOKEN_URI
                | SyntaxKind::TOKEN_PATH_ABS
                | SyntaxKind::TOKEN_PATH_REL
                | SyntaxKind::TOKEN_PATH_HOME
                | SyntaxKind::TOKEN_PATH_SEARCH
                | SyntaxKind::TOKEN_CUR_POS
                | SyntaxKind::TOKEN_REC
                | SyntaxKind::TOKEN_LET
                | SyntaxKind::TOKEN_ERROR
        )
}
