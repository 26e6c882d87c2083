//! Bindings without their `;`, put in one after the other.

use std::sync::Arc;

use rnix::{Parse, ParseError, Root, SyntaxKind};
use source::{Diagnostic, Edit, SourceFile, Span};

use super::MISSING_SEMICOLON;
use super::faults::place_of;
use super::patch::Patch;
use super::tokens::{Token, begins_binding, path_start, tokens};

const MOST: usize = 50;
/// Each repair parses the whole text again; so much text is parsed at most, in bytes.
const MOST_TEXT: usize = 8_000_000;

/// Parses, puts in a `;` where one is missing, and parses again.
pub(super) fn complete(
    file: &Arc<SourceFile>,
    text: &str,
    patch: &mut Patch,
) -> (Parse<Root>, Vec<Diagnostic>) {
    let mut found = vec![];
    let most = MOST.min(MOST_TEXT / text.len().max(1));
    let mut rounds = 0;
    loop {
        let parse = Root::parse(&patch.apply(text));
        if parse.errors().is_empty() || rounds >= most {
            return (parse, found);
        }
        match missing(file, text, patch, &parse) {
            Some((place, diagnostic)) => {
                // What was put in there before has been reported, and cannot have been meant to stand alone.
                if !patch.inserts_at(place) {
                    found.push(diagnostic);
                }
                patch.insert(place, ";");
                rounds += 1;
            }
            None => return (parse, found),
        }
    }
}

/// Where the first `;` is missing, if the parser's first complaint is about one.
fn missing(
    file: &Arc<SourceFile>,
    text: &str,
    patch: &Patch,
    parse: &Parse<Root>,
) -> Option<(u32, Diagnostic)> {
    let first = parse.errors().iter().find_map(|error| {
        let place = place_of(error)?.start().into();
        Some((place, error))
    });
    let (place, ParseError::UnexpectedWanted(got, _, wanted)) = first? else {
        return None;
    };
    let names_are_wanted = wanted.contains(&SyntaxKind::TOKEN_IDENT)
        && matches!(
            got,
            SyntaxKind::TOKEN_ASSIGN
                | SyntaxKind::TOKEN_DOT
                | SyntaxKind::TOKEN_R_BRACE
                | SyntaxKind::TOKEN_IN
        );
    if !wanted.contains(&SyntaxKind::TOKEN_SEMICOLON) && !names_are_wanted {
        return None;
    }
    let place = patch.original(place);
    let tokens = tokens(text, patch);
    let found = tokens
        .iter()
        .position(|token| token.start >= place && !token.is_inserted())?;
    let behind = match tokens.get(found)?.kind {
        SyntaxKind::TOKEN_ASSIGN => start_of_binding(text, &tokens, found)?,
        SyntaxKind::TOKEN_DOT => {
            let name = found.checked_sub(1)?;
            let is_first = tokens.get(name)?.is_first && begins_binding(&tokens, name);
            is_first.then_some(name)?
        }
        SyntaxKind::TOKEN_INHERIT | SyntaxKind::TOKEN_IN | SyntaxKind::TOKEN_R_BRACE => found,
        _ if begins_binding(&tokens, found) => found,
        _ => return None,
    };
    let last = tokens.get(behind.checked_sub(1)?)?;
    if matches!(
        last.kind,
        SyntaxKind::TOKEN_SEMICOLON
            | SyntaxKind::TOKEN_ASSIGN
            | SyntaxKind::TOKEN_L_BRACE
            | SyntaxKind::TOKEN_LET
            | SyntaxKind::TOKEN_DOT
    ) {
        return None;
    }
    let (begin, what) = beginning(&tokens, behind).unwrap_or((&[], "binding"));
    if names_are_wanted && what != "`inherit`" {
        return None;
    }
    let end = Span::at(file.pos(last.end));
    let diagnostic = Diagnostic::error(MISSING_SEMICOLON, format!("this {what} lacks its `;`"))
        .label(end, "`;` is missing here")
        .label(span(file, begin), "begins here")
        .help("add `;`")
        .fix("add `;`", Edit::replace(end, ";"));
    Some((last.end, diagnostic))
}

/// The first token of the binding that has its `=` at number `assign`. A path may go over a line's end only with its `.` before that.
fn start_of_binding(text: &str, tokens: &[Token], assign: usize) -> Option<usize> {
    let start = path_start(tokens, assign)?;
    let lines = (start..assign).rev().find(|number| {
        let before = number.checked_sub(1).and_then(|before| tokens.get(before));
        let (Some(before), Some(token)) = (before, tokens.get(*number)) else {
            return false;
        };
        let between = text.get(before.end as usize..token.start as usize);
        before.kind != SyntaxKind::TOKEN_DOT
            && between.is_some_and(|between| between.contains('\n'))
    });
    Some(lines.unwrap_or(start))
}

/// What a statement that ends before token `end` begins with, and what it is.
fn beginning(tokens: &[Token], end: usize) -> Option<(&[Token], &'static str)> {
    let (mut depth, mut semicolons) = (0usize, 0usize);
    for number in (0..end).rev() {
        let kind = tokens.get(number)?.kind;
        match kind {
            SyntaxKind::TOKEN_R_BRACE
            | SyntaxKind::TOKEN_R_BRACK
            | SyntaxKind::TOKEN_R_PAREN
            | SyntaxKind::TOKEN_INTERPOL_END
            | SyntaxKind::TOKEN_STRING_END
            | SyntaxKind::TOKEN_IN => depth += 1,
            SyntaxKind::TOKEN_L_BRACE
            | SyntaxKind::TOKEN_L_BRACK
            | SyntaxKind::TOKEN_L_PAREN
            | SyntaxKind::TOKEN_INTERPOL_START
            | SyntaxKind::TOKEN_STRING_START
            | SyntaxKind::TOKEN_LET => depth = depth.checked_sub(1)?,
            _ if depth > 0 => {}
            SyntaxKind::TOKEN_SEMICOLON => semicolons += 1,
            SyntaxKind::TOKEN_WITH | SyntaxKind::TOKEN_ASSERT if semicolons > 0 => semicolons -= 1,
            SyntaxKind::TOKEN_WITH => return Some((tokens.get(number..=number)?, "`with`")),
            SyntaxKind::TOKEN_ASSERT => return Some((tokens.get(number..=number)?, "`assert`")),
            SyntaxKind::TOKEN_INHERIT => return Some((tokens.get(number..=number)?, "`inherit`")),
            SyntaxKind::TOKEN_ASSIGN => {
                let start = path_start(tokens, number)?;
                return Some((tokens.get(start..number)?, "binding"));
            }
            _ => {}
        }
    }
    None
}

fn span(file: &SourceFile, tokens: &[Token]) -> Span {
    match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => file.span(first.start, last.end),
        _ => Span::NONE,
    }
}
