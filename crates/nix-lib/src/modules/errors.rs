//! What the module system has to complain about.
//!
//! In Nix all of these are `throw`s with a long text; here each has a code, and a label at every definition that takes part. What
//! nixpkgs says of it is told in the trace, since that is what users know and search for.

use nix_frontend::eval::{ErrorKind, EvalError, Evaluator, Result, Value};
use nix_frontend::ir::Symbol;
use source::{Pos, Span, suggest};

use crate::functions::strings::numbers::distance;
use crate::modules::definition::{Definition, Loc, show_loc, show_name};
use crate::modules::shown;

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

/// Adds nixpkgs' own words, on several lines if need be.
#[cold]
pub fn as_in_nix(error: Box<EvalError>, text: impl Into<String>) -> Box<EvalError> {
    error.context(text, Span::NONE)
}

/// Labels for definitions, and the definitions behind nixpkgs' own words.
fn with_definitions<'a>(
    evaluator: &Evaluator<'a>,
    error: Box<EvalError>,
    in_nix: &str,
    definitions: &[Definition<'a>],
) -> Box<EvalError> {
    let mut error = error;
    for definition in definitions {
        let Some(place) = definition.place.some() else {
            continue;
        };
        let text = match evaluator.preview(definition.value) {
            Some(value) => format!("says `{value}`"),
            None => "defined here".to_owned(),
        };
        let span = evaluator.session.sources.word(place);
        if error.span.is_none() {
            error = error.at(span);
            error.label = Some(text);
        } else {
            error = error.label(span, text);
        }
    }
    let shown = match shown::definitions(evaluator, definitions) {
        Ok(shown) => shown,
        Err(error) => return error,
    };
    as_in_nix(error, format!("{in_nix}{shown}"))
}

const PRIORITY_HINT: &str = "Use `lib.mkForce value` or `lib.mkDefault value` to change the priority on any of these definitions.";

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
    let in_nix = format!("The option `{option}' has conflicting definition values:");
    let error = with_definitions(evaluator, error, &in_nix, definitions);
    as_in_nix(error, PRIORITY_HINT).help(
        "let one win: `lib.mkForce` on the value that should, or `lib.mkDefault` on the one that should yield",
    )
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
    with_definitions(evaluator, error, &in_nix, definitions)
}

/// Definitions of different kinds; `in_nix` is what nixpkgs says of the option.
fn of_different_kinds<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    definitions: &[Definition<'a>],
    in_nix: &str,
) -> Box<EvalError> {
    let option = show_loc(evaluator, loc);
    let error = coded(
        CONFLICTING_DEFINITIONS,
        format!("`{option}` has values of different types"),
    );
    with_definitions(evaluator, error, in_nix, definitions)
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
    of_different_kinds(evaluator, loc, definitions, &in_nix)
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
    of_different_kinds(evaluator, loc, definitions, &in_nix)
}

/// Definitions that the type refuses.
#[cold]
pub fn wrong_type<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    description: &str,
    refusal: &Refusal<'a>,
) -> Box<EvalError> {
    let option = show_loc(evaluator, loc);
    let error = coded(
        WRONG_TYPE,
        format!("`{option}` must be of type `{description}`"),
    );
    let mut in_nix = format!("A definition for option `{option}' is not of type `{description}'.");
    if refusal.by_merge {
        in_nix.push_str(" TypeError:");
    }
    match refusal.message.map(|text| evaluator.force_string(text)) {
        Some(Ok(message)) => as_in_nix(error, format!("{in_nix} {}", message.text())),
        Some(Err(error)) => error,
        None => {
            in_nix.push_str(" Definition values:");
            with_definitions(evaluator, error, &in_nix, &refusal.definitions)
        }
    }
}

/// A definition that is no set where the names in it are options.
#[cold]
pub fn no_set<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    definition: &Definition<'a>,
    found: &str,
) -> Box<EvalError> {
    let option = show_loc(evaluator, loc);
    let file = String::from_utf8_lossy(definition.file);
    let message = format!("`{option}` must be of type `attribute set`");
    let in_nix = format!(
        "In module `{file}', you're trying to define a value of type `{found}'\nrather than an attribute set for the option\n`{option}'!"
    );
    let error = as_in_nix(coded(WRONG_TYPE, message), in_nix);
    with_definitions(
        evaluator,
        error,
        "Definition values:",
        std::slice::from_ref(definition),
    )
}

/// Why definitions do not fit a type.
#[derive(Clone)]
pub struct Refusal<'a> {
    /// Those that do not fit.
    pub definitions: Vec<Definition<'a>>,
    /// What the type says of it, where it says something itself: a string.
    pub message: Option<Value<'a>>,
    /// Whether it was the type's merge that found it out.
    pub by_merge: bool,
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
    let in_nix = format!(
        "The option `{option}' was accessed but has no value defined. Try setting the option."
    );
    as_in_nix(error, in_nix).help(format!("define `{option}`"))
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
    let in_nix = format!(
        "The option `{option}' is defined multiple times while it's expected to be unique.\n{message}\nDefinition values:"
    );
    as_in_nix(
        too_often(evaluator, loc, definitions, message, &in_nix),
        PRIORITY_HINT,
    )
}

/// Several definitions of a read-only option.
#[cold]
pub fn read_only<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    definitions: &[Definition<'a>],
) -> Box<EvalError> {
    let option = show_loc(evaluator, loc);
    let in_nix = format!(
        "The option `{option}' is read-only, but it's set multiple times. Definition values:"
    );
    too_often(evaluator, loc, definitions, "it is read-only", &in_nix)
}

fn too_often<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    definitions: &[Definition<'a>],
    help: &str,
    in_nix: &str,
) -> Box<EvalError> {
    let option = show_loc(evaluator, loc);
    let times = definitions.len();
    let message = format!("`{option}` is defined {times} times but may be defined once only");
    let error = coded(DEFINED_TWICE, message);
    let error = with_definitions(evaluator, error, in_nix, definitions);
    if help.is_empty() {
        error
    } else {
        error.help(help)
    }
}

/// A definition of something undeclared.
pub struct Unknown<'l, 'a> {
    /// The path of what is defined.
    pub loc: Loc<'a>,
    /// What is defined.
    pub definition: &'l Definition<'a>,
    /// The options beside it, `_module` at the root aside.
    pub siblings: &'l [Symbol],
    /// Of an evaluation that declares nothing at all: its own path.
    pub nothing_declared: Option<Loc<'a>>,
}

/// A definition of something undeclared.
#[cold]
pub fn unknown_option<'a>(evaluator: &Evaluator<'a>, unknown: &Unknown<'_, 'a>) -> Box<EvalError> {
    let (loc, definition) = (unknown.loc, unknown.definition);
    let option = show_loc(evaluator, loc);
    let mut error = coded(UNKNOWN_OPTION, format!("there is no option `{option}`"));
    if let Some(place) = definition.place.some() {
        error = error.at(evaluator.session.sources.word(place));
    }
    error = match in_nix_unknown(evaluator, unknown) {
        Ok(text) => as_in_nix(error, text),
        Err(error) => {
            let file = String::from_utf8_lossy(definition.file);
            let while_defining = format!("while evaluating a definition from `{file}'");
            let while_telling = format!(
                "while evaluating the error message for definitions for `{option}', which is an option that does not exist"
            );
            return as_in_nix(as_in_nix(error, while_defining), while_telling);
        }
    };
    let Some((last, parent)) = loc.split_last() else {
        return error;
    };
    let mut names: Vec<String> = unknown
        .siblings
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

/// Among more options than this only near names are suggested.
const MANY_OPTIONS: usize = 100;
/// Nixpkgs suggests at most so many names.
const MOST_SUGGESTIONS: usize = 3;

fn in_nix_unknown<'a>(evaluator: &Evaluator<'a>, unknown: &Unknown<'_, 'a>) -> Result<String> {
    let option = show_loc(evaluator, unknown.loc);
    let shown = shown::definitions(evaluator, std::slice::from_ref(unknown.definition))?;
    let mut text = format!("The option `{option}' does not exist. Definition values:{shown}");
    if let Some((last, parent)) = unknown.loc.split_last() {
        let mut near = vec![];
        for name in unknown.siblings {
            let bytes = evaluator.name(*name);
            let distance = distance(evaluator, evaluator.name(*last), bytes)?;
            if unknown.siblings.len() < MANY_OPTIONS || distance <= 2 {
                near.push((distance, bytes, *name));
            }
        }
        near.sort();
        let near = near.iter().take(MOST_SUGGESTIONS).map(|(_, _, name)| {
            let loc = [parent, &[*name]].concat();
            format!("`{}'", show_loc(evaluator, &loc))
        });
        let near: Vec<String> = near.collect();
        match near.as_slice() {
            [] => {}
            [only] => text.push_str(&format!("\n\nDid you mean {only}?")),
            [first @ .., last] => {
                let first = first.join(", ");
                text.push_str(&format!("\n\nDid you mean {first} or {last}?"));
            }
        }
    }
    if let Some(prefix) = unknown.nothing_declared {
        let reason = if prefix.is_empty() {
            "It seems as if you're trying to declare an option by placing it into `config' rather than `options'!"
                .to_owned()
        } else {
            let prefix = show_loc(evaluator, prefix);
            format!(
                "However there are no options defined in `{prefix}'. This can happen if you e.g. declared your options in `types.submodule' under `config' rather than `options'."
            )
        };
        text.push_str(&format!("\n\n{reason}"));
    }
    Ok(text)
}

/// A type whose merge checks, but whose check somebody replaced.
#[cold]
pub fn replaced_check<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    description: &str,
) -> Box<EvalError> {
    let option = show_loc(evaluator, loc);
    let error = coded(
        WRONG_TYPE,
        format!("the type `{description}` of `{option}` has another check than its merge"),
    );
    let in_nix = format!(
        "The option `{option}' has a type `{description}' that uses an ad-hoc `type // {{ check = ...; }}' override, which is incompatible with the v2 merge mechanism.\nPlease use `lib.types.addCheck` instead of `type // {{ check }}'."
    );
    as_in_nix(error, in_nix).help("write `lib.types.addCheck type (value: …)`")
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
