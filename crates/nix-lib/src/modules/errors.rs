//! What can be wrong with modules, with a code that users know and search for.
//!
//! One mistake is one error: it has a label on each definition that takes part and on the option's declaration, says the type in words,
//! and ends with text that can be pasted. What nixpkgs would say stands behind it as the context.

pub mod conflicts;
pub mod cure;
pub mod refusals;
pub mod unknown;

use nix_frontend::eval::error::Subject;
use nix_frontend::eval::{ErrorKind, EvalError, Evaluator};
use source::Span;

use crate::modules::definition::{Declared, Definition, Loc};
use crate::modules::shown;
use crate::modules::types::Kind;
use crate::modules::types::describe::describe;

pub use conflicts::{
    conflict, conflicting_kinds, defined_twice, not_joinable, null_and_not_null,
    of_different_kinds, read_only,
};
pub use refusals::{
    Refusal, missing_value, never_defined, no_set, ordered_submodule, replaced_check, wrong_type,
};
pub use unknown::{Unknown, unknown_option};

/// Two definitions that do not agree.
pub const CONFLICTING_DEFINITIONS: &str = "conflicting-definitions";
/// A definition that the option's type refuses.
pub const WRONG_TYPE: &str = "wrong-type";
/// A definition of something that no module declares.
pub const UNKNOWN_OPTION: &str = "unknown-option";
/// An option without definition and default that was read.
pub const MISSING_VALUE: &str = "missing-value";
/// Several definitions where only one is allowed.
pub const DEFINED_TWICE: &str = "defined-twice";
/// A module that mixes the short and the long form.
pub const MODULE_SYNTAX: &str = "module-syntax";
/// Something that is no module where one is needed.
pub const NOT_A_MODULE: &str = "not-a-module";

/// An error with a code of its own.
#[cold]
pub fn coded(code: &'static str, message: impl Into<String>) -> Box<EvalError> {
    EvalError::new(ErrorKind::Coded(code), message)
}

/// Says which option an error tells of.
#[cold]
fn of_option(
    evaluator: &Evaluator<'_>,
    mut error: Box<EvalError>,
    loc: Loc<'_>,
    example: Option<&'static str>,
) -> Box<EvalError> {
    let path = loc.iter().map(|name| evaluator.name_text(*name));
    let path = path.collect();
    error.subject = Some(Box::new(Subject { path, example }));
    error
}

/// Adds nixpkgs' own words, on several lines if need be.
#[cold]
pub fn as_in_nix(error: Box<EvalError>, text: impl Into<String>) -> Box<EvalError> {
    error.context(text, Span::NONE)
}

/// Adds a place with what stands there; the first is where the error is.
#[cold]
pub fn with_place(error: Box<EvalError>, span: Span, text: impl Into<String>) -> Box<EvalError> {
    if span.is_none() {
        return error;
    }
    if !error.span.is_none() {
        return error.label(span, text);
    }
    let mut error = error.at(span);
    error.label = Some(text.into());
    error
}

/// Labels for definitions: what each says.
#[cold]
fn labelled<'a>(
    evaluator: &Evaluator<'a>,
    error: Box<EvalError>,
    definitions: &[Definition<'a>],
) -> Box<EvalError> {
    definitions.iter().fold(error, |error, definition| {
        let span = evaluator.session.sources.word(definition.place);
        with_place(error, span, cure::said(evaluator, definition))
    })
}

/// Labels for definitions, and the definitions behind nixpkgs' own words.
#[cold]
fn with_definitions<'a>(
    evaluator: &Evaluator<'a>,
    error: Box<EvalError>,
    in_nix: &str,
    definitions: &[Definition<'a>],
) -> Box<EvalError> {
    let error = labelled(evaluator, error, definitions);
    match shown::definitions(evaluator, definitions) {
        Ok(shown) => as_in_nix(error, format!("{in_nix}{shown}")),
        Err(error) => error,
    }
}

/// A longer description would hide the code beside it.
const LONGEST_DESCRIPTION: usize = 60;

/// A label for the declaration of the option that the error is about.
#[cold]
pub fn declared<'a>(
    evaluator: &Evaluator<'a>,
    error: Box<EvalError>,
    declared: Declared<'a>,
) -> Box<EvalError> {
    let word = match declared.of.kind {
        _ if declared.is_freeform => "the freeform type",
        Kind::Unspecified => "declared here without a type",
        _ => "declared here",
    };
    let description = describe(evaluator, declared.of)
        .ok()
        .filter(|text| text.chars().count() <= LONGEST_DESCRIPTION)
        .filter(|_| !matches!(declared.of.kind, Kind::Unspecified))
        .filter(|text| !error.message.ends_with(&format!("`{text}`")));
    let text = match description {
        Some(description) => format!("{word}: {description}"),
        None => word.to_owned(),
    };
    let span = evaluator.session.sources.word(declared.place);
    if error.kind == ErrorKind::Coded(MISSING_VALUE) && !span.is_none() {
        // Where it is used is where the error is.
        return error.label(span, text);
    }
    with_place(error, span, text)
}
