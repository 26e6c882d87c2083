//! Builtins on string contexts.

use crate::builtins::{Spec, take};
use crate::eval::attrs::Attr;
use crate::eval::coerce::Coercion;
use crate::eval::error::{At, EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::string::{Context, ContextElement, Str, StringBuilder};
use crate::eval::value::Value;
use crate::ir::symbol::known;
use crate::store::path::StorePath;

/// The builtins of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("addDrvOutputDependencies", 1, add_drv_output_dependencies),
    Spec::new("appendContext", 2, append_context),
    Spec::new("getContext", 1, get_context),
    Spec::new("hasContext", 1, has_context),
    Spec::new(
        "unsafeDiscardOutputDependency",
        1,
        discard_output_dependency,
    ),
    Spec::new("unsafeDiscardStringContext", 1, discard_context),
];

fn has_context<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [string] = take(arguments)?;
    let string = evaluator.force_string(string)?;
    Ok(Value::bool(!string.context.is_empty()))
}

fn coerced<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<&'a Str<'a>> {
    let [string] = take(arguments)?;
    evaluator.coerce_to_string(string, Coercion::INTERPOLATION)
}

fn discard_context<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let string = coerced(evaluator, arguments)?;
    Ok(evaluator.borrowed_string(string.bytes))
}

fn discard_output_dependency<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let string = coerced(evaluator, arguments)?;
    let mut builder = StringBuilder::default();
    for element in string.context {
        builder.add_context(&[match *element {
            ContextElement::AllOutputs(path) => ContextElement::Plain(path),
            other => other,
        }]);
    }
    let (_, context) = builder.finish();
    let context = evaluator.arena.alloc_slice_copy(&context);
    Ok(evaluator.string_with_context(string.bytes, context))
}

fn add_drv_output_dependencies<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let string = coerced(evaluator, arguments)?;
    let [element] = string.context else {
        return Err(EvalError::type_error(format!(
            "context of string '{}' must have exactly one element, but has {}",
            string.text(),
            string.context.len()
        )));
    };
    let element = match *element {
        ContextElement::AllOutputs(path) => ContextElement::AllOutputs(path),
        ContextElement::Plain(path) if path.ends_with(b".drv") => ContextElement::AllOutputs(path),
        ContextElement::Plain(path) => {
            return Err(EvalError::type_error(format!(
                "path '{}' is not a derivation",
                String::from_utf8_lossy(path)
            )));
        }
        ContextElement::Output(_, output) => {
            return Err(EvalError::type_error(format!(
                "`addDrvOutputDependencies` can only act on derivations, not on a derivation output such as '{}'",
                String::from_utf8_lossy(output)
            )));
        }
    };
    let context = evaluator.arena.alloc_slice_copy(&[element]);
    Ok(evaluator.string_with_context(string.bytes, context))
}

/// For each store path what of it the string depends on: `path`, `allOutputs`, `outputs`.
fn get_context<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [string] = take(arguments)?;
    let context = evaluator.force_string(string)?.context;
    let mut paths: Vec<&'a [u8]> = context.iter().map(path_of).collect();
    paths.sort_unstable();
    paths.dedup();
    let described = paths
        .iter()
        .map(|path| (*path, describe(evaluator, path, context)));
    Ok(evaluator.attrs_from(described))
}

fn path_of<'a>(element: &ContextElement<'a>) -> &'a [u8] {
    match element {
        ContextElement::Plain(path)
        | ContextElement::AllOutputs(path)
        | ContextElement::Output(path, _) => path,
    }
}

fn describe<'a>(evaluator: &Evaluator<'a>, path: &[u8], context: Context<'a>) -> Value<'a> {
    let mut attrs: Vec<Attr<'a>> = vec![];
    let mut outputs = vec![];
    for element in context.iter().filter(|element| path_of(element) == path) {
        match element {
            ContextElement::Plain(_) => {
                attrs.push(Attr::unplaced(known::PATH, Value::bool(true)));
            }
            ContextElement::AllOutputs(_) => {
                attrs.push(evaluator.attr("allOutputs", Value::bool(true)));
            }
            ContextElement::Output(_, output) => outputs.push(evaluator.borrowed_string(output)),
        }
    }
    if !outputs.is_empty() {
        attrs.push(Attr::unplaced(known::OUTPUTS, evaluator.list(&outputs)));
    }
    evaluator.attrs(attrs)
}

fn append_context<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [string, added] = take(arguments)?;
    let string = evaluator.force_string(string)?;
    let mut builder = StringBuilder::default();
    builder.add_context(string.context);
    for attr in evaluator.ordered(evaluator.force_attrs(added)?) {
        let place = evaluator.session.sources.word(attr.place);
        append_path(evaluator, attr, &mut builder).at(place)?;
    }
    let (_, context) = builder.finish();
    let context = evaluator.arena.alloc_slice_copy(&context);
    Ok(evaluator.string_with_context(string.bytes, context))
}

fn append_path<'a>(
    evaluator: &Evaluator<'a>,
    attr: &Attr<'a>,
    into: &mut StringBuilder<'a>,
) -> Result<()> {
    let path = evaluator.name(attr.name);
    let name = || evaluator.name_text(attr.name);
    let is_derivation = match StorePath::split(path) {
        Ok((store_path, b"")) => store_path.is_derivation(),
        _ => {
            let message = format!("context key '{}' is not a store path", name());
            return Err(EvalError::type_error(message));
        }
    };
    let parts = evaluator.force_attrs(attr.value)?;
    let says = |name| match parts.value(name) {
        Some(answer) => evaluator.force_bool(answer),
        None => Ok(false),
    };
    if says(known::PATH)? {
        into.add_context(&[ContextElement::Plain(path)]);
    }
    if says(evaluator.symbol("allOutputs"))? {
        if !is_derivation {
            return Err(EvalError::type_error(format!(
                "tried to add all-outputs context of {}, which is not a derivation, to a string",
                name()
            )));
        }
        into.add_context(&[ContextElement::AllOutputs(path)]);
    }
    if let Some(outputs) = parts.value(known::OUTPUTS) {
        let outputs = evaluator.force_list(outputs)?;
        if !outputs.is_empty() && !is_derivation {
            return Err(EvalError::type_error(format!(
                "tried to add derivation output context of {}, which is not a derivation, to a string",
                name()
            )));
        }
        for output in outputs {
            let output = evaluator.force_plain_string(*output)?;
            into.add_context(&[ContextElement::Output(path, output)]);
        }
    }
    Ok(())
}
