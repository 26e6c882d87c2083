//! `let { …; body = …; }` is an operand in Nix, such as a set is. rnix takes it for a whole expression, unless it stands in parentheses.

use rnix::SyntaxKind;

use super::patch::Patch;
use super::tokens::tokens;

/// Puts parentheses around each by changing `patch`.
pub(super) fn enclose(text: &str, patch: &mut Patch) {
    let tokens = tokens(text, patch);
    // For each open brace where the `let` before it begins.
    let mut open = vec![];
    let mut before = None;
    for token in &tokens {
        match token.kind {
            SyntaxKind::TOKEN_L_BRACE => {
                open.push(before.filter(|(kind, _)| *kind == SyntaxKind::TOKEN_LET));
            }
            SyntaxKind::TOKEN_R_BRACE => {
                if let Some((_, start)) = open.pop().flatten() {
                    patch.insert(start, "(");
                    patch.insert_first(token.end, ")");
                }
            }
            _ => {}
        }
        before = Some((token.kind, token.start));
    }
}
