//! The parser's complaints in our words: those that are left when all that could be mended is.

use std::sync::Arc;

use rnix::{Parse, ParseError, Root, SyntaxKind};
use rowan::TextRange;
use source::{Diagnostic, Edit, SourceFile, Span};

use super::consequences::GOES_ON;
use super::patch::Patch;
use super::words::words;
use super::{LIMIT, MOST_FAULTS};
use crate::ir::lower::SYNTAX;

/// The complaints, without those that only follow from an earlier one: after one, and after a repair, all is quiet to the end of the binding.
pub(super) fn diagnostics(
    file: &Arc<SourceFile>,
    text: &str,
    patch: &Patch,
    parse: &Parse<Root>,
    repairs: &[Diagnostic],
) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = vec![];
    let repaired: Vec<(u32, u32)> = repairs
        .iter()
        .filter_map(Diagnostic::primary)
        .map(|span| {
            let start = file.offset(span.start);
            (start, end_of_binding(text, start))
        })
        .collect();
    let way_back = patch.way_back();
    let mut quiet_to = 0;
    for error in parse.errors() {
        if found.len() >= MOST_FAULTS {
            break;
        }
        let Some(place) = place_of(error) else {
            if found.is_empty() && repairs.is_empty() {
                found.push(describe_end(file, error));
            }
            continue;
        };
        let start = way_back.original(place.start().into());
        let end = way_back.original(place.end().into());
        let is_put_in = start == end && !repairs.is_empty();
        let follows = is_put_in
            || start < quiet_to
            || repaired
                .iter()
                .any(|(from, to)| *from <= start && start <= *to);
        if !follows {
            found.push(describe(file, error, start, end));
            quiet_to = end_of_binding(text, start).max(end);
        }
    }
    found
}

/// The next `;`, as far as that can be told without reading the text.
fn end_of_binding(text: &str, start: u32) -> u32 {
    let rest = text.get(start as usize..).unwrap_or_default();
    start + rest.find(';').unwrap_or(rest.len()) as u32
}

pub(super) fn place_of(error: &ParseError) -> Option<TextRange> {
    match error {
        ParseError::Unexpected(range)
        | ParseError::UnexpectedExtra(range)
        | ParseError::UnexpectedWanted(_, range, _)
        | ParseError::UnexpectedDoubleBind(range)
        | ParseError::DuplicatedArgs(range, _) => Some(*range),
        _ => None,
    }
}

fn describe(file: &Arc<SourceFile>, error: &ParseError, start: u32, end: u32) -> Diagnostic {
    let span = file.span(start, end);
    match error {
        ParseError::UnexpectedWanted(SyntaxKind::TOKEN_ERROR, ..) => foreign(file, span),
        ParseError::UnexpectedWanted(got, _, wanted)
            if is_comparison(*got) && !wanted.contains(&SyntaxKind::TOKEN_L_PAREN) =>
        {
            chained(first_token(file, span))
        }
        ParseError::UnexpectedWanted(SyntaxKind::TOKEN_ASSIGN, _, wanted)
            if wanted.contains(&SyntaxKind::TOKEN_THEN)
                || wanted.contains(&SyntaxKind::TOKEN_R_PAREN) =>
        {
            let token = first_token(file, span);
            Diagnostic::error(SYNTAX, "`=` binds a name, it does not compare")
                .label(token, "no binding can stand here")
                .unsafe_fix("write `==`", Edit::replace(token, "=="))
        }
        ParseError::UnexpectedWanted(got, _, wanted) => {
            let token = first_token(file, span);
            let text = file.slice(token);
            let got = match got {
                SyntaxKind::TOKEN_STRING_START => "string".to_owned(),
                _ => format!("`{text}`"),
            };
            let diagnostic = Diagnostic::error(SYNTAX, format!("unexpected {got}"))
                .label(token, format!("expected {}", words(wanted)));
            match wanted.as_ref() {
                [SyntaxKind::TOKEN_THEN] => {
                    diagnostic.help("a condition is written `if … then … else …`")
                }
                _ => diagnostic,
            }
        }
        ParseError::UnexpectedExtra(_) => {
            let token = first_token(file, span);
            let diagnostic = Diagnostic::error(SYNTAX, GOES_ON).label(token, "not expected here");
            match file.slice(token) {
                "==" | "!=" | "<" | "<=" | ">" | ">=" => chained(token),
                "=" => diagnostic.help("bindings stand in `{ }` or between `let` and `in`"),
                "," => {
                    diagnostic.help("the arguments of a function stand in `{ }`, before its `:`")
                }
                _ => diagnostic,
            }
        }
        ParseError::UnexpectedDoubleBind(_) => {
            Diagnostic::error(SYNTAX, "a function's pattern has two names")
                .label(span, "only one `@` may be there")
        }
        _ => foreign(file, span),
    }
}

fn is_comparison(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::TOKEN_EQUAL
            | SyntaxKind::TOKEN_NOT_EQUAL
            | SyntaxKind::TOKEN_LESS
            | SyntaxKind::TOKEN_LESS_OR_EQ
            | SyntaxKind::TOKEN_MORE
            | SyntaxKind::TOKEN_MORE_OR_EQ
    )
}

/// `a == b == c`
fn chained(operator: Span) -> Diagnostic {
    Diagnostic::error(SYNTAX, "comparisons cannot be chained")
        .label(operator, "a second comparison")
        .help("use parentheses or `&&`")
}

/// What begins no token of Nix.
fn foreign(file: &Arc<SourceFile>, span: Span) -> Diagnostic {
    let bytes = file.bytes().get(file.range(span)).unwrap_or_default();
    if let Some(byte) = bytes
        .first()
        .filter(|_| file.slice(span).starts_with(char::is_control))
    {
        let start = file.offset(span.start);
        let message = format!("the byte 0x{byte:02X} can only stand in strings and comments");
        return Diagnostic::error(SYNTAX, message)
            .label(file.span(start, start + 1), "not understood");
    }
    let text = file
        .slice(span)
        .split_whitespace()
        .next()
        .unwrap_or_default();
    let start = file.offset(span.start);
    let place = file.span(start, start + text.len() as u32);
    let is_path = text.contains('/') && !text.starts_with('<');
    if is_path && text.ends_with('/') {
        return Diagnostic::error(SYNTAX, "a path cannot end with `/`")
            .label(place, "ends with `/`")
            .fix(
                "take the `/` away",
                Edit::replace(place, text.trim_end_matches('/')),
            );
    }
    if is_path && text.contains("//") {
        return Diagnostic::error(SYNTAX, "a path cannot have `//` in it")
            .label(place, "has an empty part")
            .help("put blanks around `//` if it is meant as the operator");
    }
    let first = text.chars().next();
    let message = match first {
        Some('\'' | '’' | '‘') => "a string is written with `\"` or `''`".to_owned(),
        Some('“' | '”') => "a string is written with plain quotes, `\"`".to_owned(),
        Some('%' | '^' | '`' | '\\' | '&' | '|' | '$' | '~') | None => {
            format!("`{}` is no part of Nix", first.unwrap_or(' '))
        }
        Some(digit) if digit.is_ascii_digit() || digit == '.' => format!("`{text}` is no number"),
        Some(other) => format!("`{other}` can only stand in strings and comments"),
    };
    let length = match first {
        Some(digit) if digit.is_ascii_digit() => text.len(),
        first => first.map_or(0, char::len_utf8),
    };
    let diagnostic = Diagnostic::error(SYNTAX, message)
        .label(file.span(start, start + length as u32), "not understood");
    match quoted(file, start) {
        Some((whole, text)) => {
            let text = format!("\"{text}\"");
            diagnostic.unsafe_fix(format!("write `{text}`"), Edit::replace(whole, text))
        }
        None => diagnostic,
    }
}

/// A text in single quotes that begins at `start`, and what is between them.
fn quoted(file: &SourceFile, start: u32) -> Option<(Span, &str)> {
    let rest = file.text.get(start as usize..)?.strip_prefix('\'')?;
    let (text, _) = rest.split_once('\'')?;
    let is_plain = !text.is_empty() && !text.contains(['\n', '"', '\\', '$']);
    let end = start + text.len() as u32 + 2;
    is_plain.then(|| (file.span(start, end), text))
}

fn first_token(file: &Arc<SourceFile>, span: Span) -> Span {
    let start = file.offset(span.start);
    let length = match rnix::tokenize(file.slice(span)).next() {
        Some((_, first)) => first.len() as u32,
        None => 0,
    };
    file.span(start, start + length)
}

fn describe_end(file: &Arc<SourceFile>, error: &ParseError) -> Diagnostic {
    let end = Span::at(file.full_span().end);
    let is_blank = |kind| super::tokens::is_trivia(kind);
    if rnix::tokenize(&file.text).all(|(kind, _)| is_blank(kind)) {
        return Diagnostic::error(SYNTAX, "the file has no expression").label(end, "ends here");
    }
    match error {
        ParseError::RecursionLimitExceeded => {
            Diagnostic::error(LIMIT, "expressions are nested too deeply")
                .label(file.full_span(), "deeper than 512 levels")
        }
        ParseError::UnexpectedEOFWanted(wanted) => {
            Diagnostic::error(SYNTAX, "unexpected end of file")
                .label(end, format!("expected {}", words(wanted)))
        }
        _ => Diagnostic::error(SYNTAX, "unexpected end of file").label(end, "more is expected"),
    }
}
