//! `derivation`: the set of a derivation's attributes and outputs, and `derivationStrict`, which names its store paths.
//!
//! Nothing is built and nothing written. A store path that follows from something out of reach is out of reach itself, and so is the
//! derivation where it is needed as a string; its other attributes are there.

mod arguments;

use std::cell::Cell;

use crate::builtins::{Spec, take};
use crate::eval::attrs::{Attr, Attrs};
use crate::eval::error::{At, ErrorKind, EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::stored::{KnownDerivation, Stored};
use crate::eval::string::ContextElement;
use crate::eval::value::{OutOfReach, Value};
use crate::ir::symbol::{Symbol, known};
use crate::store::derivation::Derivation;
use crate::store::path::check_name;

use arguments::{Reading, read};

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

/// The outputs of one derivation: the name of each, and its set as soon as it is made.
type Outputs<'a> = &'a [(Symbol, Cell<Value<'a>>)];

/// The set of the first output; `all`, `drvAttrs` and one attribute for each output lead to the others.
pub(super) fn derivation<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [given] = take(arguments)?;
    let given = evaluator.force_attrs(given)?;
    let paths = evaluator.lazy(move |evaluator| paths(evaluator, given));
    let names = output_names(evaluator, given)?.into_iter();
    let names = names.map(|name| (name, Cell::new(Value::Null)));
    let outputs: Outputs<'a> = evaluator
        .arena
        .alloc_slice_fill_iter(names.collect::<Vec<_>>());
    let all = evaluator.lazy(move |evaluator| {
        let all: Vec<Value<'a>> = outputs.iter().map(|(_, output)| output.get()).collect();
        Ok(evaluator.list(&all))
    });
    for (name, output) in outputs {
        let set = move |evaluator: &Evaluator<'a>| {
            let own = outputs.iter();
            let own = own.map(|(name, output)| Attr::unplaced(*name, output.get()));
            let mut added: Vec<Attr<'a>> = own.collect();
            added.push(evaluator.attr("all", all));
            Ok(output_set(evaluator, given, paths, added, *name))
        };
        output.set(evaluator.lazy(set));
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

/// The set of the output `name`: what was given, the outputs and their list, which `added` holds, and its own attributes.
fn output_set<'a>(
    evaluator: &Evaluator<'a>,
    given: &'a Attrs<'a>,
    paths: Value<'a>,
    mut added: Vec<Attr<'a>>,
    name: Symbol,
) -> Value<'a> {
    let span = evaluator.call_span.get();
    let path = |name| evaluator.lazy_select(paths, name, span);
    added.extend([
        evaluator.attr("drvAttrs", Value::Attrs(given)),
        evaluator.attr("outputName", evaluator.symbol_string(name)),
        Attr::unplaced(known::TYPE, evaluator.string("derivation")),
        Attr::unplaced(known::DRV_PATH, path(known::DRV_PATH)),
        Attr::unplaced(known::OUT_PATH, path(name)),
    ]);
    Value::Attrs(given.update(evaluator.attrs_ref(added), evaluator.arena))
}

/// The store paths alone: `drvPath` and one for each output.
fn derivation_strict<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [given] = take(arguments)?;
    paths(evaluator, evaluator.force_attrs(given)?)
}

/// `drvPath` and the path of each output; all of them are out of reach if something that they follow from is.
fn paths<'a>(evaluator: &Evaluator<'a>, given: &'a Attrs<'a>) -> Result<Value<'a>> {
    let Some(name) = given.get(known::NAME) else {
        return Err(EvalError::new(
            ErrorKind::MissingAttribute,
            "attribute 'name' missing",
        ));
    };
    let place = evaluator.session.sources.word(name.place);
    let name = evaluator.force_plain_string(name.value);
    let name = name.frame(
        || "while evaluating the derivation attribute 'name'".to_owned(),
        place,
    );
    let named = match &name {
        Ok(name) => format!("(derivation {:?})", String::from_utf8_lossy(name)),
        Err(_) => "(derivation …)".to_owned(),
    };
    let made = name.and_then(|name| {
        instantiate(evaluator, name, given).frame(
            || {
                let name = String::from_utf8_lossy(name);
                format!("while evaluating derivation '{name}'")
            },
            place,
        )
    });
    match made {
        Ok(Made::Paths(paths)) => Ok(paths),
        Ok(Made::Needs(feature)) => Ok(evaluator.out_of_reach(
            &named,
            &format!("it depends on the experimental feature `{feature}`"),
        )),
        Err(error) => match &error.kind {
            ErrorKind::OutOfReach(cause) => {
                Ok(evaluator.out_of_reach(&named, &format!("it depends on `{cause}`")))
            }
            _ => Err(error),
        },
    }
}

/// What comes of the attributes of a derivation.
enum Made<'a> {
    /// The set of its paths.
    Paths(Value<'a>),
    /// Nothing without this experimental feature of Nix.
    Needs(&'static str),
}

fn instantiate<'a>(
    evaluator: &Evaluator<'a>,
    name: &'a [u8],
    given: &'a Attrs<'a>,
) -> Result<Made<'a>> {
    if let Err(error) = check_name(name) {
        return Err(EvalError::type_error(format!(
            "invalid derivation name: {error}. Please pass a different 'name'."
        )));
    }
    let draft = match read(evaluator, name, given)? {
        Reading::Draft(draft) => draft,
        Reading::Needs(feature) => return Ok(Made::Needs(feature)),
    };
    let derivation = draft.instantiate();
    let derivation = derivation.map_err(|error| EvalError::type_error(error.to_string()))?;
    evaluator.check_budget(derivation.text.len())?;
    Ok(Made::Paths(remember(evaluator, name, &derivation)))
}

/// The set of a derivation's paths, which from now on stand for what it would put into the store.
fn remember<'a>(evaluator: &Evaluator<'a>, name: &[u8], derivation: &Derivation) -> Value<'a> {
    let in_arena = |text: &str| -> &'a [u8] { evaluator.arena.alloc_str(text).as_bytes() };
    let references = derivation.references.iter();
    let references = references.map(|path| ContextElement::Plain(in_arena(&path.to_string())));
    let stored = Stored::Text {
        bytes: evaluator.arena.alloc_slice_copy(&derivation.text),
        references: evaluator
            .arena
            .alloc_slice_copy(&references.collect::<Vec<_>>()),
    };
    let path = in_arena(&derivation.path.to_string());
    evaluator.store.borrow_mut().insert(path, stored);
    let whole = evaluator.arena.alloc([ContextElement::AllOutputs(path)]);
    let whole = evaluator.string_with_context(path, whole);
    let mut attrs = vec![Attr::unplaced(known::DRV_PATH, whole)];
    let mut outputs = vec![];
    for (output, output_path) in &derivation.outputs {
        let output: &'a [u8] = evaluator.arena.alloc_slice_copy(output);
        let output_path = in_arena(&output_path.to_string());
        let context = evaluator
            .arena
            .alloc([ContextElement::Output(path, output)]);
        let string = evaluator.string_with_context(output_path, context);
        attrs.push(evaluator.attr(output, string));
        outputs.push(output);
        if let Some(unbuilt) = unbuilt(evaluator, name, output) {
            let stored = Stored::Output(unbuilt);
            evaluator.store.borrow_mut().insert(output_path, stored);
        }
    }
    let known = KnownDerivation {
        hash: derivation.hash.clone(),
        outputs,
    };
    evaluator.derivations.borrow_mut().insert(path, known);
    evaluator.attrs(attrs)
}

/// What the files of an output are: out of reach.
fn unbuilt<'a>(
    evaluator: &Evaluator<'a>,
    name: &[u8],
    output: &[u8],
) -> Option<&'a OutOfReach<'a>> {
    let name = String::from_utf8_lossy(name);
    let output = String::from_utf8_lossy(output);
    let named = format!("(derivation {name:?}).{output}");
    match evaluator.out_of_reach(&named, "nothing is built here") {
        Value::OutOfReach(unknown) => Some(unknown),
        _ => None,
    }
}
