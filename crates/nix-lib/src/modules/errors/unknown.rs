//! Definitions of something that no module declares.

use nix_frontend::eval::{EvalError, Evaluator, Result};
use nix_frontend::ir::Symbol;
use source::{Pos, suggest};

use crate::functions::strings::numbers::distance;
use crate::modules::definition::{Definition, Loc, show_loc, show_name};
use crate::modules::errors::{UNKNOWN_OPTION, as_in_nix, coded, of_option, with_place};
use crate::modules::shown;

/// What a module has beside options.
const IMPORTS: &str = "imports";

/// A definition of something undeclared.
pub struct Unknown<'l, 'a> {
    /// The path of what is defined.
    pub loc: Loc<'a>,
    /// What is defined.
    pub definition: &'l Definition<'a>,
    /// The options beside it and where they are declared, `_module` at the root aside.
    pub siblings: &'l [(Symbol, Pos)],
    /// Of an evaluation that declares nothing at all: its own path.
    pub nothing_declared: Option<Loc<'a>>,
}

/// A definition of something undeclared.
#[cold]
pub fn unknown_option<'a>(evaluator: &Evaluator<'a>, unknown: &Unknown<'_, 'a>) -> Box<EvalError> {
    let (loc, definition) = (unknown.loc, unknown.definition);
    let option = show_loc(evaluator, loc);
    let error = coded(UNKNOWN_OPTION, format!("there is no option `{option}`"));
    let mut error = of_option(evaluator, error, loc, None);
    if let Some(place) = definition.place.some() {
        let span = evaluator.session.sources.word(place);
        error = with_place(error, span, "no module declares this");
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
        .map(|(name, _)| evaluator.name_text(*name))
        .filter(|name| name != "_module")
        .collect();
    names.sort();
    let wanted = evaluator.name_text(*last);
    let is_module = parent.is_empty()
        || unknown
            .siblings
            .iter()
            .any(|(name, _)| evaluator.name(*name) == b"_module");
    let is_import = is_module && suggest::is_slip(&wanted, [IMPORTS]);
    if is_import {
        names.push(IMPORTS.to_owned());
    }
    if let Some(nearest) = suggest::nearest(&wanted, names.iter().map(String::as_str)) {
        let symbol = evaluator.symbol(nearest);
        let is_nearest = |(name, _): &&(Symbol, Pos)| *name == symbol;
        if let Some((_, place)) = unknown.siblings.iter().find(is_nearest) {
            let span = evaluator.session.sources.word(*place);
            error = with_place(error, span, format!("`{nearest}` is declared here"));
        }
        error.fix = definition.place.some().and_then(|place| {
            let sources = &evaluator.session.sources;
            let fix = suggest::rename(sources, sources.word(place), &wanted, nearest, false);
            fix.map(Box::new)
        });
        return error.help(format!("did you mean `{nearest}`?"));
    }
    if names.is_empty() {
        return error.help(match unknown.nothing_declared {
            Some(_) => format!("declare it: `options.{option} = lib.mkOption {{ … }};`"),
            None => "no module declares options here".to_owned(),
        });
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
        for (name, _) in unknown.siblings {
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
