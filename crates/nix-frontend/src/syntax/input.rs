//! What a text at a prompt is: an expression, bindings, or the beginning of either.
//!
//! The rules: a string or comment that is open goes on. A text that begins with `inherit`, or with an attribute path and `=`, is bindings, whose last `;` may be left off. Any other is an
//! expression. Either goes on if the first thing that the parser misses is missing at its end.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use rnix::{Root, SyntaxKind};
use source::{SourceFile, SourceMap};

use super::patch::Patch;
use super::tokens::{Token, begins_binding, tokens};
use super::{guard, with_plain_newlines, with_stack};

/// What a text at a prompt is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Input {
    /// Blanks and comments.
    Nothing,
    /// It goes on in the next line.
    Incomplete,
    /// An expression, maybe a faulty one.
    Expression,
    /// `name = value`, maybe with a faulty value.
    Binding {
        /// The name.
        name: String,
        /// Where in the text the value is.
        value: Range<usize>,
    },
    /// Other bindings; whether the last `;` is there.
    Bindings {
        /// Whether the last binding ends with its `;`.
        is_ended: bool,
    },
}

/// Tells what a text is. Faults in it are found when it is lowered.
pub fn input(text: &str) -> Input {
    let text = &*with_plain_newlines(text);
    let end = text.len();
    if is_within_string_or_comment(text) {
        return Input::Incomplete;
    }
    let tokens = tokens(text, &Patch::default());
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
        return Input::Nothing;
    };
    if !begins_binding(&tokens, 0) && first.kind != SyntaxKind::TOKEN_INHERIT {
        return match fault(text) {
            Fault::AtEnd => Input::Incomplete,
            _ => Input::Expression,
        };
    }
    let is_ended = last.kind == SyntaxKind::TOKEN_SEMICOLON;
    let binding = simple(text, &tokens).map(|(name, start)| {
        let end = if is_ended { last.start as usize } else { end };
        let value = start..end.max(start);
        let fault = fault(text.get(value.clone()).unwrap_or_default());
        (Input::Binding { name, value }, fault)
    });
    match (binding, fault_of_bindings(text)) {
        (Some((binding, Fault::None)), _) => binding,
        (Some((_, Fault::AtEnd)), _) | (_, Fault::AtEnd) => Input::Incomplete,
        (Some((binding, Fault::Within)), Fault::Within) => binding,
        _ => Input::Bindings { is_ended },
    }
}

/// The name and the start of the value, if the text begins with `name =`.
fn simple(text: &str, tokens: &[Token]) -> Option<(String, usize)> {
    match tokens {
        [name, assign, ..]
            if name.kind == SyntaxKind::TOKEN_IDENT && assign.kind == SyntaxKind::TOKEN_ASSIGN =>
        {
            let name = text.get(name.start as usize..name.end as usize)?;
            Some((name.to_owned(), assign.end as usize))
        }
        _ => None,
    }
}

/// The first fault of bindings, the last of which may lack its `;`.
fn fault_of_bindings(text: &str) -> Fault {
    let whole = [format!("{{ {text}\n}}"), format!("{{ {text}\n;}}")];
    if whole.iter().any(|whole| fault(whole) == Fault::None) {
        return Fault::None;
    }
    fault(&format!("{{ {text}"))
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fault {
    None,
    /// The text ends too early.
    AtEnd,
    Within,
}

/// The first fault of an expression.
fn fault(text: &str) -> Fault {
    let Some(file) = alone(text) else {
        return Fault::Within;
    };
    let Ok(checked) = guard::check(&file, text, rnix::tokenize(text)) else {
        return Fault::Within;
    };
    with_stack(checked.depth, || match Root::parse(text).errors().first() {
        None => Fault::None,
        Some(rnix::ParseError::UnexpectedEOF | rnix::ParseError::UnexpectedEOFWanted(_)) => {
            Fault::AtEnd
        }
        Some(_) => Fault::Within,
    })
}

fn alone(text: &str) -> Option<Arc<SourceFile>> {
    SourceMap::new().add(Path::new("«input»"), text.as_bytes().to_vec())
}

/// Whether a string or a comment does not end.
fn is_within_string_or_comment(text: &str) -> bool {
    let mut strings = 0_usize;
    for (kind, piece) in rnix::tokenize(text) {
        match kind {
            SyntaxKind::TOKEN_STRING_START => strings += 1,
            SyntaxKind::TOKEN_STRING_END => strings = strings.saturating_sub(1),
            SyntaxKind::TOKEN_ERROR if piece.starts_with("/*") => return true,
            _ => {}
        }
    }
    strings > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_too_early_goes_on() {
        for text in [
            "(",
            "[ 1",
            "{ a = 1;",
            "{ a =",
            "{ a",
            "{",
            "rec {",
            "1 +",
            "x:",
            "{ a }:",
            "{ a,",
            "\"abc",
            "''abc",
            "\"a ${",
            "\"a ${b",
            "let a = 1;",
            "let a = 1; in",
            "let",
            "if a",
            "if a then 1 else",
            "if a then",
            "with lib;",
            "with lib",
            "assert a;",
            "a.",
            "f (x",
            "!",
            "a ?",
            "a //",
            "x @",
            "/* a",
            "1 /* a",
            "x =",
            "x = {",
            "x = 1 +",
            "x = \"a",
            "inherit (",
            "inherit (a",
            "x = 1; y =",
            "x = 1; y = [",
            "x = let a = 1;",
            "a.b =",
            "a.b = {",
            "f = x:",
        ] {
            assert_eq!(input(text), Input::Incomplete, "{text}");
        }
    }

    #[test]
    fn other_texts_are_expressions_even_if_faulty() {
        for text in [
            "1",
            "a b",
            "{ a = 1; }",
            "a == b",
            "x: x",
            "{ a = 1 }",
            "1 + )",
            "1;",
            "a.b",
            "let a = 1; in a",
            "\"a = 1\"",
            "if a then b else c",
            ")",
            "1 # (",
            "1 /* ( */",
        ] {
            assert_eq!(input(text), Input::Expression, "{text}");
        }
        for text in ["", "  \n", "# a", "/* a */"] {
            assert_eq!(input(text), Input::Nothing, "{text}");
        }
    }

    #[test]
    fn bindings_may_lack_their_last_semicolon() {
        for (text, bound) in [
            ("x = 1", " 1"),
            ("x=1 ;", "1 "),
            (" x = with a; b;", " with a; b"),
            ("x = 1 )", " 1 )"),
            ("x = 1 # one", " 1 # one"),
        ] {
            match input(text) {
                Input::Binding { name, value } => {
                    assert_eq!((name.as_str(), text.get(value)), ("x", Some(bound)));
                }
                other => panic!("{text}: {other:?}"),
            }
        }
        for (text, is_ended) in [
            ("inherit a", false),
            ("inherit (a) b c;", true),
            ("x = 1; y = 2", false),
            ("x = 1;\ny = 2; # both", true),
            ("a.b = 1", false),
            ("\"a b\" = 1;", true),
            ("a.b = )", false),
        ] {
            assert_eq!(input(text), Input::Bindings { is_ended }, "{text}");
        }
    }
}
