//! The parser's complaints in our words.

use std::sync::Arc;

use rnix::ParseError;
use rnix::{Parse, Root, SyntaxKind, SyntaxNode, SyntaxToken};
use rowan::{TextRange, TextSize};
use source::{Diagnostic, SourceFile};

use crate::ir::lower::SYNTAX;

/// A binding that lacks its `;`.
pub(super) struct Missing {
    pub value_start: u32,
    pub value_end: u32,
    /// A byte of white space behind the value that can make room for the `;`.
    pub blank: Option<u32>,
}

/// The first complaint, if it is about a missing `;`.
pub(super) fn missing_semicolon(parse: &Parse<Root>) -> Option<Missing> {
    let tree = parse.syntax();
    let (got, range) = parse.errors().iter().find_map(|error| match error {
        ParseError::UnexpectedWanted(got, range, wanted)
            if wanted.contains(&SyntaxKind::TOKEN_SEMICOLON) =>
        {
            Some((*got, *range))
        }
        _ => None,
    })?;
    let found = token_at(&tree, range.start())?;
    let value_end = match got {
        SyntaxKind::TOKEN_ASSIGN | SyntaxKind::TOKEN_DOT => before_path(&found)?,
        _ => before(&found)?,
    };
    if value_end.kind() == SyntaxKind::TOKEN_SEMICOLON
        || value_end.kind() == SyntaxKind::TOKEN_ASSIGN
    {
        return None;
    }
    let blank = value_end
        .next_token()
        .filter(|token| token.kind() == SyntaxKind::TOKEN_WHITESPACE)
        .map(|token| token.text_range().start().into());
    let binding = value_end
        .parent_ancestors()
        .find(|node| node.kind() == SyntaxKind::NODE_ATTRPATH_VALUE)
        .map(|node| node.text_range().start().into());
    let value_end: u32 = value_end.text_range().end().into();
    Some(Missing {
        value_start: binding.unwrap_or(value_end.saturating_sub(1)),
        value_end,
        blank,
    })
}

fn token_at(tree: &SyntaxNode, offset: TextSize) -> Option<SyntaxToken> {
    tree.token_at_offset(offset).right_biased()
}

fn before(token: &SyntaxToken) -> Option<SyntaxToken> {
    let mut token = token.prev_token()?;
    while is_trivia(token.kind()) {
        token = token.prev_token()?;
    }
    Some(token)
}

/// The token before the attribute path that ends before this `=`: the end of the value that took the path for its own.
fn before_path(assign: &SyntaxToken) -> Option<SyntaxToken> {
    let mut token = before(assign)?;
    loop {
        token = match token.kind() {
            SyntaxKind::TOKEN_STRING_END => {
                let string = token.parent()?;
                before(&string.first_token()?)?
            }
            SyntaxKind::TOKEN_INTERPOL_END => {
                let dynamic = token.parent()?;
                before(&dynamic.first_token()?)?
            }
            _ => before(&token)?,
        };
        if token.kind() == SyntaxKind::TOKEN_DOT {
            token = before(&token)?;
        } else {
            return Some(token);
        }
    }
}

fn is_trivia(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::TOKEN_WHITESPACE | SyntaxKind::TOKEN_COMMENT
    )
}

/// The complaints that are left, without those that only follow from an earlier one.
pub(super) fn diagnostics(
    file: &Arc<SourceFile>,
    parse: &Parse<Root>,
    known: &[Diagnostic],
) -> Vec<Diagnostic> {
    let tree = parse.syntax();
    let mut found = vec![];
    let mut quiet_until: Option<u32> = None;
    let known_starts: Vec<u32> = known
        .iter()
        .filter_map(Diagnostic::primary)
        .map(|span| file.offset(span.end))
        .collect();
    for error in parse.errors() {
        let start: Option<u32> = place_of(error).map(|range| range.start().into());
        let place = start.unwrap_or(u32::MAX);
        if quiet_until.is_some_and(|until| place <= until)
            || known_starts
                .iter()
                .any(|end| place >= *end && place < end.saturating_add(3))
        {
            continue;
        }
        found.push(describe(file, &tree, error));
        quiet_until = Some(match start {
            Some(start) => next_semicolon(&tree, start).unwrap_or(u32::MAX),
            None => u32::MAX,
        });
    }
    found
}

fn next_semicolon(tree: &SyntaxNode, start: u32) -> Option<u32> {
    let token = token_at(tree, start.into())?;
    let mut next = token.next_token();
    while let Some(token) = next {
        if token.kind() == SyntaxKind::TOKEN_SEMICOLON {
            return Some(token.text_range().end().into());
        }
        next = token.next_token();
    }
    None
}

fn place_of(error: &ParseError) -> Option<TextRange> {
    match error {
        ParseError::Unexpected(range)
        | ParseError::UnexpectedExtra(range)
        | ParseError::UnexpectedWanted(_, range, _)
        | ParseError::UnexpectedDoubleBind(range)
        | ParseError::DuplicatedArgs(range, _) => Some(*range),
        _ => None,
    }
}

fn describe(file: &Arc<SourceFile>, tree: &SyntaxNode, error: &ParseError) -> Diagnostic {
    let span = |range: &TextRange| file.span(range.start().into(), range.end().into());
    match error {
        ParseError::UnexpectedWanted(got, range, wanted) => {
            let text = file.slice(span(range)).to_owned();
            let got = word(*got).map_or_else(|| format!("`{text}`"), str::to_owned);
            Diagnostic::error(SYNTAX, format!("unexpected {got}"))
                .label(span(range), format!("expected {}", words(wanted)))
        }
        ParseError::UnexpectedExtra(range) => {
            Diagnostic::error(SYNTAX, "the file goes on after its expression")
                .label(span(range), "not expected here")
        }
        ParseError::Unexpected(range) => {
            Diagnostic::error(SYNTAX, "this is no Nix").label(span(range), "not understood")
        }
        ParseError::UnexpectedDoubleBind(range) => {
            Diagnostic::error(SYNTAX, "a pattern has two names")
                .label(span(range), "only one `@` is allowed")
        }
        ParseError::DuplicatedArgs(range, name) => Diagnostic::error(
            SYNTAX,
            format!("duplicate formal function argument '{name}'"),
        )
        .label(span(range), "here"),
        ParseError::RecursionLimitExceeded => {
            Diagnostic::error("limit-exceeded", "the expressions are nested too deeply")
                .label(file.full_span(), "deeper than 512 levels")
        }
        ParseError::UnexpectedEOFWanted(wanted) => {
            end_of_file(file, tree, &format!("expected {}", words(wanted)))
        }
        _ => end_of_file(file, tree, "more is expected"),
    }
}

/// The file ends too early: the place to look at is the bracket that is still open.
fn end_of_file(file: &Arc<SourceFile>, tree: &SyntaxNode, text: &str) -> Diagnostic {
    let end = file.full_span().end;
    let place = source::Span::new(end, end);
    let diagnostic = Diagnostic::error(SYNTAX, "unexpected end of file").label(place, text);
    let open = tree.first_token().and_then(|first| innermost_open(&first));
    match open {
        Some(open) => {
            let range = open.text_range();
            let span = file.span(range.start().into(), range.end().into());
            diagnostic.label(span, "opened here")
        }
        None => diagnostic,
    }
}

fn innermost_open(first: &SyntaxToken) -> Option<SyntaxToken> {
    let mut open: Vec<SyntaxToken> = vec![];
    let mut token = Some(first.clone());
    while let Some(at) = token {
        match at.kind() {
            SyntaxKind::TOKEN_L_BRACE
            | SyntaxKind::TOKEN_L_BRACK
            | SyntaxKind::TOKEN_L_PAREN
            | SyntaxKind::TOKEN_INTERPOL_START
            | SyntaxKind::TOKEN_STRING_START => open.push(at.clone()),
            SyntaxKind::TOKEN_R_BRACE
            | SyntaxKind::TOKEN_R_BRACK
            | SyntaxKind::TOKEN_R_PAREN
            | SyntaxKind::TOKEN_INTERPOL_END
            | SyntaxKind::TOKEN_STRING_END => {
                open.pop();
            }
            _ => {}
        }
        token = at.next_token();
    }
    open.pop()
}

fn words(kinds: &[SyntaxKind]) -> String {
    const EXPRESSION: &[SyntaxKind] = &[
        SyntaxKind::TOKEN_L_PAREN,
        SyntaxKind::TOKEN_REC,
        SyntaxKind::TOKEN_STRING_START,
    ];
    if EXPRESSION.iter().all(|kind| kinds.contains(kind)) {
        return "an expression".to_owned();
    }
    let words: Vec<&str> = kinds.iter().filter_map(|kind| word(*kind)).collect();
    match words.split_last() {
        None => "something else".to_owned(),
        Some((only, [])) => (*only).to_owned(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

fn word(kind: SyntaxKind) -> Option<&'static str> {
    Some(match kind {
        SyntaxKind::TOKEN_SEMICOLON => "`;`",
        SyntaxKind::TOKEN_ASSIGN => "`=`",
        SyntaxKind::TOKEN_COLON => "`:`",
        SyntaxKind::TOKEN_COMMA => "`,`",
        SyntaxKind::TOKEN_DOT => "`.`",
        SyntaxKind::TOKEN_AT => "`@`",
        SyntaxKind::TOKEN_ELLIPSIS => "`...`",
        SyntaxKind::TOKEN_QUESTION => "`?`",
        SyntaxKind::TOKEN_L_BRACE => "`{`",
        SyntaxKind::TOKEN_R_BRACE => "`}`",
        SyntaxKind::TOKEN_L_BRACK => "`[`",
        SyntaxKind::TOKEN_R_BRACK => "`]`",
        SyntaxKind::TOKEN_L_PAREN => "`(`",
        SyntaxKind::TOKEN_R_PAREN => "`)`",
        SyntaxKind::TOKEN_INTERPOL_START => "`${`",
        SyntaxKind::TOKEN_INTERPOL_END => "`}`",
        SyntaxKind::TOKEN_STRING_START => "a string",
        SyntaxKind::TOKEN_STRING_CONTENT => "text",
        SyntaxKind::TOKEN_STRING_END => "the end of the string",
        SyntaxKind::TOKEN_IDENT => "a name",
        SyntaxKind::TOKEN_OR => "`or`",
        SyntaxKind::TOKEN_IN => "`in`",
        SyntaxKind::TOKEN_INHERIT => "`inherit`",
        SyntaxKind::TOKEN_THEN => "`then`",
        SyntaxKind::TOKEN_ELSE => "`else`",
        SyntaxKind::TOKEN_IF => "`if`",
        SyntaxKind::TOKEN_LET => "`let`",
        SyntaxKind::TOKEN_REC => "`rec`",
        SyntaxKind::TOKEN_WITH => "`with`",
        SyntaxKind::TOKEN_ASSERT => "`assert`",
        _ => return None,
    })
}
