//! Places where an expression or a name is missing: nothing stands behind an operator, a `=`, a `.`, a keyword.

use std::sync::Arc;

use rnix::SyntaxKind;
use source::{Diagnostic, Edit, SourceFile, Span};

use super::MOST_FAULTS;
use super::patch::Patch;
use super::tokens::{Token, begins_binding, begins_entries, begins_name, plain_pattern, tokens};
use crate::ir::lower::SYNTAX;

/// Fills gaps in the tokens of `text` by changing `patch`.
pub(super) fn fill(file: &Arc<SourceFile>, text: &str, patch: &mut Patch) -> Vec<Diagnostic> {
    let tokens = tokens(text, patch);
    let mut found = vec![];
    let mut two_dots_at = None;
    for (number, token) in tokens.iter().enumerate() {
        if found.len() >= MOST_FAULTS {
            break;
        }
        if token.is_inserted() {
            continue;
        }
        let next = tokens.get(number + 1);
        let span = file.span(token.start, token.end);
        let word = file.slice(span);
        let is_assign = token.kind == SyntaxKind::TOKEN_ASSIGN;
        let is_dot = token.kind == SyntaxKind::TOKEN_DOT;
        let next_begins_line = next.is_some_and(|next| next.is_first);
        if token.kind == SyntaxKind::TOKEN_L_BRACE {
            found.extend(missing_commas(file, &tokens, number, patch));
        }
        if let Some(diagnostic) = two_dots(file, &tokens, number) {
            patch.insert(token.end, ".");
            two_dots_at = Some(number);
            found.push(diagnostic);
            continue;
        }
        if two_dots_at.is_some_and(|first| first + 1 == number) {
            continue;
        }
        if is_assign
            && !next_begins_line
            && let Some(second) = tokens.get(number + 2)
            && second.kind == SyntaxKind::TOKEN_ASSIGN
        {
            patch.blank(second.start, second.end);
            patch.insert(second.end, ":");
            found.push(second_assign(file.span(second.start, second.end)));
            continue;
        }
        let message = if is_assign && begins_binding(&tokens, number + 1) {
            patch.insert_first(token.end, " _;");
            "this binding has no value".to_owned()
        } else if is_dot && next_begins_line && begins_binding(&tokens, number + 1) {
            patch.insert_first(token.end, "_;");
            "an attribute name is missing behind this `.`".to_owned()
        } else if is_dot && !next.is_some_and(|next| begins_name(next.kind)) {
            patch.insert_first(token.end, "_ ");
            "an attribute name is missing behind this `.`".to_owned()
        } else if needs_expression(token.kind) && next.is_none_or(|next| ends_expression(next.kind))
        {
            let ends_binding = next.is_some_and(|next| next.kind == SyntaxKind::TOKEN_SEMICOLON);
            let is_value = is_assign && !ends_binding;
            patch.insert_first(token.end, if is_value { " _;" } else { " _" });
            match token.kind {
                SyntaxKind::TOKEN_ASSIGN => "this binding has no value".to_owned(),
                SyntaxKind::TOKEN_COLON => "this function has no body".to_owned(),
                SyntaxKind::TOKEN_QUESTION => "something is missing behind this `?`".to_owned(),
                _ => format!("an expression is missing behind this `{word}`"),
            }
        } else if begins_entries(&tokens, number)
            && next.is_some_and(|next| next.kind == SyntaxKind::TOKEN_ASSIGN)
        {
            patch.insert_first(token.end, " _");
            let assign = next.map_or(span, |next| file.span(next.start, next.end));
            found.push(
                Diagnostic::error(SYNTAX, "this binding has no name")
                    .label(assign, "needs a name before it"),
            );
            continue;
        } else {
            continue;
        };
        let label = match next {
            Some(next) if is_dot && !next.is_first => "no name follows this",
            _ => "nothing follows this",
        };
        found.push(Diagnostic::error(SYNTAX, message).label(span, label));
    }
    found
}

/// `{ a, .. }:`
fn two_dots(file: &Arc<SourceFile>, tokens: &[Token], number: usize) -> Option<Diagnostic> {
    let at = |number: usize| tokens.get(number).copied();
    let (before, first) = (at(number.checked_sub(1)?)?, at(number)?);
    let (second, after) = (at(number + 1)?, at(number + 2)?);
    let begins = matches!(
        before.kind,
        SyntaxKind::TOKEN_COMMA | SyntaxKind::TOKEN_L_BRACE
    );
    let are_dots = [first, second]
        .iter()
        .all(|token| token.kind == SyntaxKind::TOKEN_DOT);
    let is_end = after.kind == SyntaxKind::TOKEN_R_BRACE;
    if !begins || !are_dots || !is_end || first.end != second.start {
        return None;
    }
    let span = file.span(first.start, second.end);
    Some(
        Diagnostic::error(SYNTAX, "`...` has three dots")
            .label(span, "has two")
            .fix("write `...`", Edit::replace(span, "...")),
    )
}

/// `greet = name = "hello"`
fn second_assign(span: Span) -> Diagnostic {
    Diagnostic::error(SYNTAX, "this binding has a second `=`")
        .label(span, "not expected here")
        .help("a function is written with `:`, a comparison with `==`")
        .unsafe_fix("write `:`", Edit::replace(span, ":"))
}

/// `{ a b, ... }:`
fn missing_commas(
    file: &Arc<SourceFile>,
    tokens: &[Token],
    brace: usize,
    patch: &mut Patch,
) -> Vec<Diagnostic> {
    let is_name = |token: &Token| {
        matches!(
            token.kind,
            SyntaxKind::TOKEN_IDENT | SyntaxKind::TOKEN_ELLIPSIS
        )
    };
    let names = plain_pattern(tokens, brace).unwrap_or_default();
    let pairs = names.iter().zip(names.iter().skip(1));
    let bare = pairs.filter(|(first, second)| is_name(first) && is_name(second));
    bare.map(|(first, second)| {
        patch.insert(first.end, ",");
        let place = file.span(first.end, first.end);
        Diagnostic::error(SYNTAX, "the names of a pattern lack a `,` between them")
            .label(place, "`,` is missing here")
            .label(file.span(second.start, second.end), "the next name")
            .fix("add `,`", Edit::replace(place, ","))
    })
    .collect()
}

fn needs_expression(kind: SyntaxKind) -> bool {
    is_operator(kind)
        || matches!(
            kind,
            SyntaxKind::TOKEN_ASSIGN
                | SyntaxKind::TOKEN_COLON
                | SyntaxKind::TOKEN_QUESTION
                | SyntaxKind::TOKEN_INVERT
                | SyntaxKind::TOKEN_SUB
                | SyntaxKind::TOKEN_LESS
                | SyntaxKind::TOKEN_L_PAREN
                | SyntaxKind::TOKEN_INTERPOL_START
                | SyntaxKind::TOKEN_IF
                | SyntaxKind::TOKEN_THEN
                | SyntaxKind::TOKEN_ELSE
                | SyntaxKind::TOKEN_IN
                | SyntaxKind::TOKEN_WITH
                | SyntaxKind::TOKEN_ASSERT
        )
}

fn ends_expression(kind: SyntaxKind) -> bool {
    is_operator(kind)
        || matches!(
            kind,
            SyntaxKind::TOKEN_SEMICOLON
                | SyntaxKind::TOKEN_COMMA
                | SyntaxKind::TOKEN_R_PAREN
                | SyntaxKind::TOKEN_R_BRACK
                | SyntaxKind::TOKEN_R_BRACE
                | SyntaxKind::TOKEN_INTERPOL_END
                | SyntaxKind::TOKEN_THEN
                | SyntaxKind::TOKEN_ELSE
                | SyntaxKind::TOKEN_IN
                | SyntaxKind::TOKEN_INHERIT
        )
}

/// Operators that need an operand on either side.
fn is_operator(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::TOKEN_ADD
            | SyntaxKind::TOKEN_MUL
            | SyntaxKind::TOKEN_DIV
            | SyntaxKind::TOKEN_CONCAT
            | SyntaxKind::TOKEN_UPDATE
            | SyntaxKind::TOKEN_EQUAL
            | SyntaxKind::TOKEN_NOT_EQUAL
            | SyntaxKind::TOKEN_LESS_OR_EQ
            | SyntaxKind::TOKEN_MORE
            | SyntaxKind::TOKEN_MORE_OR_EQ
            | SyntaxKind::TOKEN_AND_AND
            | SyntaxKind::TOKEN_OR_OR
            | SyntaxKind::TOKEN_IMPLICATION
            | SyntaxKind::TOKEN_PIPE_LEFT
            | SyntaxKind::TOKEN_PIPE_RIGHT
    )
}
