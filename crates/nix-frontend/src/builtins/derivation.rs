//! `derivation`: the set is there, with all attributes that were given; its store paths are out of reach.
//!
//! Nothing is built here, and the paths of derivations follow from those of all that they depend on, most of which is out of reach. So
//! `drvPath` and `outPath` are values out of reach, and so is the derivation where it is needed as a string.

use std::cell::Cell;

use crate::builtins::{Spec, take};
use crate::eval::attrs::{Attr, Attrs};
use crate::eval::error::{EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::value::Value;
use crate::ir::symbol::{Symbol, known};
use crate::store::path::check_name;

/// The builtins of this topic.
pub const TABLE: &[Spec] = &[
    Spec {
        name: "derivation",
        arity: 1,
        run: derivation,
        global: true,
        formals: &[("outputs", true)],
    },
    Spec::global("derivationStrict", 1, derivation_strict),
];

const BECAUSE: &str = "nothing is built here";

/// The outputs of one derivation: the name of each, and its set as soon as it is made.
type Outputs<'a> = &'a [(Symbol, Cell<Value<'a>>)];

/// The set of the first output; `all`, `drvAttrs` and one attribute for each output lead to the others.
fn derivation<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [given] = take(arguments)?;
    let given = evaluator.force_attrs(given)?;
    let names = output_names(evaluator, given)?.into_iter();
    let names = names.map(|name| (name, Cell::new(Value::Null)));
    let outputs: Outputs<'a> = evaluator
        .arena
        .alloc_slice_fill_iter(names.collect::<Vec<_>>());
    for (name, output) in outputs {
        output.set(evaluator.lazy(|evaluator| Ok(output_set(evaluator, given, outputs, *name))));
    }
    match outputs.first() {
        Some((_, first)) => evaluator.force(first.get()),
        None => Err(EvalError::type_error(
            "'builtins.head' called on an empty list",
        )),
    }
}

fn output_names<'a>(evaluator: &Evaluator<'a>, given: &Attrs<'a>) -> Result<Vec<Symbol>> {
    let Some(outputs) = given.value(known::OUTPUTS) else {
        return Ok(vec![evaluator.symbol("out")]);
    };
    let outputs = evaluator.force_list(outputs)?.iter();
    let names = outputs.map(|name| Ok(evaluator.symbol(evaluator.force_plain_string(*name)?)));
    names.collect()
}

fn output_set<'a>(
    evaluator: &Evaluator<'a>,
    given: &'a Attrs<'a>,
    outputs: Outputs<'a>,
    name: Symbol,
) -> Value<'a> {
    let all: Vec<Value<'a>> = outputs.iter().map(|(_, output)| output.get()).collect();
    let own = outputs.iter();
    let own = own.map(|(name, output)| Attr::unplaced(*name, output.get()));
    let mut added: Vec<Attr<'a>> = own.collect();
    added.extend([
        evaluator.attr("all", evaluator.list(&all)),
        evaluator.attr("drvAttrs", Value::Attrs(given)),
        evaluator.attr("outputName", evaluator.symbol_string(name)),
        Attr::unplaced(known::TYPE, evaluator.string("derivation")),
        Attr::unplaced(known::DRV_PATH, unknown(evaluator, given, known::DRV_PATH)),
        Attr::unplaced(known::OUT_PATH, unknown(evaluator, given, name)),
    ]);
    Value::Attrs(given.update(evaluator.attrs_ref(added), evaluator.arena))
}

/// An attribute of `derivation NAME`, which is out of reach.
fn unknown<'a>(evaluator: &Evaluator<'a>, given: &'a Attrs<'a>, attribute: Symbol) -> Value<'a> {
    evaluator.lazy(move |evaluator| {
        let name = checked_name(evaluator, given)?;
        let whole = evaluator.out_of_reach(&format!("(derivation {name:?})"), BECAUSE);
        evaluator.select(whole, attribute, evaluator.call_span.get())
    })
}

/// The name. Errors: it may not be one; `builder` or `system` is missing.
fn checked_name<'a>(evaluator: &Evaluator<'a>, given: &Attrs<'a>) -> Result<String> {
    for required in ["name", "builder", "system"] {
        if given.get(evaluator.symbol(required)).is_none() {
            let text = format!("required attribute '{required}' missing");
            return Err(EvalError::type_error(text));
        }
    }
    let name = given.value(known::NAME).unwrap_or(Value::Null);
    let name = evaluator.force_plain_string(name)?;
    let shown = String::from_utf8_lossy(name).into_owned();
    if let Err(error) = check_name(name) {
        return Err(EvalError::type_error(format!(
            "invalid derivation name: {error}. Please pass a different 'name'."
        )));
    }
    if name.ends_with(b".drv") {
        return Err(EvalError::type_error(format!(
            "derivation names are allowed to end in '.drv' only if they produce a single derivation file: '{shown}'"
        )));
    }
    Ok(shown)
}

/// The store paths alone: `drvPath` and one for each output.
fn derivation_strict<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [given] = take(arguments)?;
    let given = evaluator.force_attrs(given)?;
    let names = output_names(evaluator, given)?;
    let names = names.into_iter().chain([known::DRV_PATH]);
    let paths = names.map(|name| Attr::unplaced(name, unknown(evaluator, given, name)));
    Ok(evaluator.attrs(paths.collect()))
}
