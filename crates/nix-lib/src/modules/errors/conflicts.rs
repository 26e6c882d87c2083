//! Definitions that do not go together.

use nix_frontend::eval::{EvalError, Evaluator, Value};

use crate::modules::definition::{Definition, Loc, OPTION_DEFAULT, show_loc};
use crate::modules::errors::{
    CONFLICTING_DEFINITIONS, DEFINED_TWICE, as_in_nix, coded, cure, labelled, with_definitions,
    with_place,
};
use crate::modules::shown;

const PRIORITY_HINT: &str = "Use `lib.mkForce value` or `lib.mkDefault value` to change the priority on any of these definitions.";

/// Definitions of equal priority that do not agree; nixpkgs tells of the first two only.
#[cold]
pub fn conflict<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    definitions: &[Definition<'a>],
    pair: [Definition<'a>; 2],
) -> Box<EvalError> {
    let option = show_loc(evaluator, loc);
    let error = coded(
        CONFLICTING_DEFINITIONS,
        format!("`{option}` has conflicting values of equal priority"),
    );
    let error = labelled(evaluator, error, definitions);
    let shown = match shown::definitions(evaluator, &pair) {
        Ok(shown) => shown,
        Err(error) => return error,
    };
    let in_nix = format!("The option `{option}' has conflicting definition values:{shown}");
    let error = as_in_nix(as_in_nix(error, in_nix), PRIORITY_HINT);
    error.help(cure::by_priority(evaluator, definitions))
}

/// Definitions of an option without a type that cannot be joined.
#[cold]
pub fn not_joinable<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    definitions: &[Definition<'a>],
) -> Box<EvalError> {
    let option = show_loc(evaluator, loc);
    let error = coded(
        CONFLICTING_DEFINITIONS,
        format!("`{option}` has conflicting values of equal priority"),
    );
    let in_nix = format!("Cannot merge definitions of `{option}'. Definition values:");
    let error = with_definitions(evaluator, error, &in_nix, definitions);
    error.help(cure::by_priority(evaluator, definitions))
}

/// Definitions of different kinds; `in_nix` is what nixpkgs says of the option.
pub fn of_different_kinds<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    definitions: &[Definition<'a>],
    in_nix: String,
) -> Box<EvalError> {
    let option = show_loc(evaluator, loc);
    let error = coded(
        CONFLICTING_DEFINITIONS,
        format!("`{option}` has values of different types"),
    );
    let error = labelled(evaluator, error, definitions);
    as_in_nix(error, in_nix).help(cure::by_priority(evaluator, definitions))
}

/// Definitions of different types where any one type would do.
#[cold]
pub fn conflicting_kinds<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    definitions: &[Definition<'a>],
) -> Box<EvalError> {
    let option = show_loc(evaluator, loc);
    let files = shown::files(definitions.iter().map(|each| each.file));
    let in_nix = format!("The option `{option}' has conflicting option types in {files}");
    of_different_kinds(evaluator, loc, definitions, in_nix)
}

/// Definitions some of which are null.
#[cold]
pub fn null_and_not_null<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    definitions: &[Definition<'a>],
) -> Box<EvalError> {
    let option = show_loc(evaluator, loc);
    let files = shown::files(definitions.iter().map(|each| each.file));
    let in_nix = format!("The option `{option}` is defined both null and not null, in {files}.");
    of_different_kinds(evaluator, loc, definitions, in_nix)
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
    let times = definitions.len();
    let error = coded(
        DEFINED_TWICE,
        format!("`{option}` is defined {times} times but may be defined once only"),
    );
    let in_nix = format!(
        "The option `{option}' is defined multiple times while it's expected to be unique.\n{message}\nDefinition values:"
    );
    let error = with_definitions(evaluator, error, &in_nix, definitions);
    let help = match message {
        "" => cure::by_priority(evaluator, definitions),
        message => message.to_owned(),
    };
    as_in_nix(error, PRIORITY_HINT).help(help)
}

/// Several definitions of a read-only option; `values` is what each alone would come to.
#[cold]
pub fn read_only<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    definitions: &[Definition<'a>],
    values: &[Value<'a>],
) -> Box<EvalError> {
    let option = show_loc(evaluator, loc);
    let times = definitions.len();
    let mut error = coded(
        DEFINED_TWICE,
        format!("`{option}` is read-only but defined {times} times"),
    );
    let is_default =
        |definition: &Definition<'a>| cure::priority(evaluator, definition) == OPTION_DEFAULT;
    let mut has_default = false;
    // The default is no mistake, so it is not where the error is.
    for wanted in [false, true] {
        for definition in definitions {
            if is_default(definition) != wanted {
                continue;
            }
            has_default |= wanted;
            let said = cure::said(evaluator, definition);
            let text = if wanted {
                format!("its default {said}")
            } else {
                said
            };
            let span = evaluator.session.sources.word(definition.place);
            error = with_place(error, span, text);
        }
    }
    let in_nix = format!(
        "The option `{option}' is read-only, but it's set multiple times. Definition values:"
    );
    let merged = definitions.iter().zip(values);
    let merged: Vec<Definition<'a>> = merged
        .map(|(definition, value)| definition.with_value(*value))
        .collect();
    let error = match shown::definitions(evaluator, &merged) {
        Ok(shown) => as_in_nix(error, format!("{in_nix}{shown}")),
        Err(error) => return error,
    };
    error.help(if has_default {
        format!("leave the definition of `{option}` out: it has its value where it is declared")
    } else {
        format!("keep one definition of `{option}`; priorities do not help here")
    })
}
