//! Definitions that a type refuses, and options without a value.

use nix_frontend::eval::{EvalError, Evaluator, Value};

use crate::modules::definition::{Definition, Loc, show_loc};
use crate::modules::errors::{
    MISSING_VALUE, WRONG_TYPE, as_in_nix, coded, cure, labelled, of_different_kinds, of_option,
    with_definitions,
};
use crate::modules::types::TypeRef;
use crate::modules::types::describe::describe;

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

/// Definitions that the type refuses; `each_fits` if none of them were refused alone.
#[cold]
pub fn wrong_type<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    of: TypeRef<'a>,
    refusal: &Refusal<'a>,
    each_fits: bool,
) -> Box<EvalError> {
    let description = match describe(evaluator, of) {
        Ok(description) => description,
        Err(error) => return error,
    };
    let option = show_loc(evaluator, loc);
    let mut in_nix = format!("A definition for option `{option}' is not of type `{description}'.");
    if refusal.by_merge {
        in_nix.push_str(" TypeError:");
    }
    if let Some(message) = refusal.message {
        match evaluator.force_string(message) {
            Ok(message) => in_nix.push_str(&format!(" {}", message.text())),
            Err(error) => return error,
        }
    }
    if each_fits {
        return of_different_kinds(evaluator, loc, &refusal.definitions, in_nix);
    }
    let error = coded(
        WRONG_TYPE,
        format!("`{option}` must be of type `{description}`"),
    );
    let error = if refusal.message.is_some() {
        as_in_nix(labelled(evaluator, error, &refusal.definitions), in_nix)
    } else {
        in_nix.push_str(" Definition values:");
        with_definitions(evaluator, error, &in_nix, &refusal.definitions)
    };
    let mut cures = refusal.definitions.iter();
    let cure =
        cures.find_map(|each| Some((each, cure::of_type(evaluator, of, each.value, each.place)?)));
    let Some((definition, cure)) = cure else {
        return error;
    };
    let mut error = error.help(cure.help);
    let code = cure.code;
    let fix = code.and_then(|code| cure::edit(evaluator, definition, code));
    error.fix = fix.map(Box::new);
    error
}

/// A definition that is no set where the names in it are options.
#[cold]
pub fn no_set<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    definition: &Definition<'a>,
    found: &str,
    names: &[String],
) -> Box<EvalError> {
    let option = show_loc(evaluator, loc);
    let file = String::from_utf8_lossy(definition.file);
    let message = format!("`{option}` must be of type `attribute set`");
    let in_nix = format!(
        "In module `{file}', you're trying to define a value of type `{found}'\nrather than an attribute set for the option\n`{option}'!"
    );
    let error = as_in_nix(coded(WRONG_TYPE, message), in_nix);
    let error = with_definitions(
        evaluator,
        error,
        "Definition values:",
        std::slice::from_ref(definition),
    );
    match names {
        [] => error,
        names => {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            error.help(format!("it has the options {}", names.join(", ")))
        }
    }
}

/// An option that was read and has no value.
#[cold]
pub fn missing_value<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    of: TypeRef<'a>,
) -> Box<EvalError> {
    let error = never_defined(evaluator, loc);
    let option = show_loc(evaluator, loc);
    let example = cure::example(evaluator, of);
    let error = error.help(format!("write `{option} = {example};` in a module"));
    of_option(evaluator, error, loc, Some(example))
}

/// An option without a type that was read and has no value.
#[cold]
pub fn never_defined<'a>(evaluator: &Evaluator<'a>, loc: Loc<'a>) -> Box<EvalError> {
    let option = show_loc(evaluator, loc);
    let error = coded(
        MISSING_VALUE,
        format!("`{option}` is used but has no value"),
    );
    let in_nix = format!(
        "The option `{option}' was accessed but has no value defined. Try setting the option."
    );
    let mut error = as_in_nix(error, in_nix).help(format!("define `{option}`"));
    error.label = Some("used here".to_owned());
    of_option(evaluator, error, loc, None)
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
