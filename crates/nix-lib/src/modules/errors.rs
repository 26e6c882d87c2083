//! What the module system has to complain about.
//!
//! In Nix all of these are `throw`s with a long text; here each has a code, and a label at every definition that takes part.

use nix_frontend::eval::{ErrorKind, EvalError, Evaluator};
use nix_frontend::ir::Symbol;
use source::{Pos, Span, suggest};

use crate::modules::definition::{Definition, Loc, show_loc, show_name};

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

fn with_definitions<'a>(
    evaluator: &Evaluator<'a>,
    error: Box<EvalError>,
    definitions: &[Definition<'a>],
) -> Box<EvalError> {
    let mut error = error;
    for definition in definitions {
        let text = match evaluator.preview(definition.value) {
            Some(value) => format!("says `{value}`"),
            None => "defined here".to_owned(),
        };
        match definition.place.some() {
            Some(place) => {
                let span = evaluator.session.sources.word(place);
                if error.span.is_none() {
                    error = error.at(span);
                    error.label = Some(text);
                } else {
                    error = error.label(span, text);
                }
            }
            None => {
                let file = String::from_utf8_lossy(definition.file);
                error = error.context(format!("`{file}` {text}"), Span::NONE);
            }
        }
    }
    error
}

/// Definitions of equal priority that do not agree.
#[cold]
pub fn conflict<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    definitions: &[Definition<'a>],
) -> Box<EvalError> {
    let option = show_loc(evaluator, loc);
    let error = coded(
        CONFLICTING_DEFINITIONS,
        format!("`{option}` has conflicting values of equal priority"),
    );
    with_definitions(evaluator, error, definitions).help(
        "let one win: `lib.mkForce` on the value that should, or `lib.mkDefault` on the one that should yield",
    )
}

/// Definitions of different kinds.
#[cold]
pub fn conflicting_kinds<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    definitions: &[Definition<'a>],
) -> Box<EvalError> {
    let option = show_loc(evaluator, loc);
    let error = coded(
        CONFLICTING_DEFINITIONS,
        format!("`{option}` has values of different types"),
    );
    with_definitions(evaluator, error, definitions)
}

/// Definitions that the type refuses.
#[cold]
pub fn wrong_type<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    description: &str,
    definitions: &[Definition<'a>],
) -> Box<EvalError> {
    let option = show_loc(evaluator, loc);
    let error = coded(
        WRONG_TYPE,
        format!("`{option}` must be of type `{description}`"),
    );
    with_definitions(evaluator, error, definitions)
}

/// An option that was read and has no value.
#[cold]
pub fn missing_value<'a>(evaluator: &Evaluator<'a>, loc: Loc<'a>, declared: Pos) -> Box<EvalError> {
    let option = show_loc(evaluator, loc);
    let error = coded(
        MISSING_VALUE,
        format!("`{option}` is used but has no value"),
    );
    let error = match declared.some() {
        Some(place) => error.at(evaluator.session.sources.word(place)),
        None => error,
    };
    error.help(format!("define `{option}`"))
}

/// Several definitions of what takes one only.
#[cold]
pub fn defined_twice<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    message: &str,
    definitions: &[Definition<'a>],
) -> Box<EvalError> {
    let option = show_loc(evaluator, loc);
    let error = coded(
        DEFINED_TWICE,
        format!(
            "`{option}` is defined {} times but may be defined once only",
            definitions.len()
        ),
    );
    let error = with_definitions(evaluator, error, definitions);
    if message.is_empty() {
        error
    } else {
        error.help(message)
    }
}

/// A definition of something undeclared; `siblings` are the options beside it.
#[cold]
pub fn unknown_option<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    definition: &Definition<'a>,
    siblings: &[Symbol],
) -> Box<EvalError> {
    let option = show_loc(evaluator, loc);
    let error = coded(UNKNOWN_OPTION, format!("there is no option `{option}`"));
    let error = match definition.place.some() {
        Some(place) => error.at(evaluator.session.sources.word(place)),
        None => with_definitions(evaluator, error, std::slice::from_ref(definition)),
    };
    let Some((last, parent)) = loc.split_last() else {
        return error;
    };
    let mut names: Vec<String> = siblings
        .iter()
        .map(|name| evaluator.name_text(*name))
        .filter(|name| name != "_module")
        .collect();
    names.sort();
    let wanted = evaluator.name_text(*last);
    if let Some(nearest) = suggest::nearest(&wanted, names.iter().map(String::as_str)) {
        return error.help(format!("did you mean `{nearest}`?"));
    }
    if names.is_empty() {
        return error;
    }
    let names: Vec<String> = names
        .iter()
        .map(|name| format!("`{}`", show_name(evaluator, evaluator.symbol(name))))
        .collect();
    let place = match show_loc(evaluator, parent) {
        parent if parent.is_empty() => String::new(),
        parent => format!(" of `{parent}`"),
    };
    error.help(format!("the options{place} are {}", names.join(", ")))
}

/// `mkOrder` around the definition of a submodule. In Nix it is no `throw`: a function within is called with one argument too many.
#[cold]
pub fn ordered_submodule<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    definition: &Definition<'a>,
) -> Box<EvalError> {
    let option = show_loc(evaluator, loc);
    let error = EvalError::type_error(format!(
        "`mkOrder` cannot stand around a definition of the submodule `{option}`"
    ));
    let error = error.help("put `mkBefore`, `mkAfter` or `mkOrder` around the lists inside it");
    error.at(evaluator.session.sources.word(definition.place))
}
