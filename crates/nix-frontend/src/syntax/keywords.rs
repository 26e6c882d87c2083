//! Keywords and numbers where a name belongs: `settings.with`, `{ 1 = "a"; }`. They are put in quotes, which is what makes a name of them.

use std::sync::Arc;

use rnix::SyntaxKind;
use source::{Diagnostic, Edit, SourceFile};

use super::MOST_FAULTS;
use super::patch::Patch;
use super::tokens::{Token, begins_entries, tokens};
use crate::ir::lower::SYNTAX;

/// Quotes them by changing `patch`.
pub(super) fn quote(file: &Arc<SourceFile>, text: &str, patch: &mut Patch) -> Vec<Diagnostic> {
    let tokens = tokens(text, patch);
    let numbered = tokens.iter().enumerate();
    let names = numbered.filter_map(|(number, token)| {
        let what = what_it_is(token.kind)?;
        is_name(&tokens, number).then_some((token, what))
    });
    let mut found = vec![];
    for (token, what) in names.take(MOST_FAULTS) {
        let span = file.span(token.start, token.end);
        let word = file.slice(span);
        patch.insert(token.start, "\"");
        patch.insert(token.end, "\"");
        let quoted = format!("\"{word}\"");
        found.push(
            Diagnostic::error(SYNTAX, format!("`{word}` is a {what}, not a name"))
                .label(span, "a name is needed here")
                .unsafe_fix(format!("write `{quoted}`"), Edit::replace(span, quoted)),
        );
    }
    found
}

fn what_it_is(kind: SyntaxKind) -> Option<&'static str> {
    match kind {
        SyntaxKind::TOKEN_INTEGER | SyntaxKind::TOKEN_FLOAT => Some("number"),
        SyntaxKind::TOKEN_ASSERT
        | SyntaxKind::TOKEN_ELSE
        | SyntaxKind::TOKEN_IF
        | SyntaxKind::TOKEN_IN
        | SyntaxKind::TOKEN_INHERIT
        | SyntaxKind::TOKEN_LET
        | SyntaxKind::TOKEN_REC
        | SyntaxKind::TOKEN_THEN
        | SyntaxKind::TOKEN_WITH => Some("keyword"),
        _ => None,
    }
}

/// Whether nothing but a name can stand there: right behind a `.`, or where a binding begins, before its `=` or `.`.
fn is_name(tokens: &[Token], number: usize) -> bool {
    let (Some(token), Some(before)) = (
        tokens.get(number),
        number.checked_sub(1).and_then(|before| tokens.get(before)),
    ) else {
        return false;
    };
    let is_selected = before.kind == SyntaxKind::TOKEN_DOT && before.end == token.start;
    let next = tokens.get(number + 1).map(|next| next.kind);
    let is_bound = token.kind != SyntaxKind::TOKEN_IN
        && begins_entries(tokens, number - 1)
        && matches!(next, Some(SyntaxKind::TOKEN_ASSIGN | SyntaxKind::TOKEN_DOT));
    is_selected || is_bound
}
