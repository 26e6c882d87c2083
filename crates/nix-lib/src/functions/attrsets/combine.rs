//! `lib.attrsets`: several sets made into one.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Attr, Evaluator, Result, Value};
use source::Span;

use crate::functions::attrsets::place_of;
use crate::functions::tools::{builtin, throw};

/// The functions of this part.
pub const TABLE: &[Spec] = &[
    Spec::new("foldAttrs", 3, fold_attrs),
    Spec::new("overrideExisting", 2, override_existing),
    Spec::new("unionOfDisjoint", 2, union_of_disjoint),
    Spec::new("zip", 2, zip_attrs_with),
    Spec::new("zipAttrs", 1, zip_attrs),
    Spec::new("zipAttrsWithNames", 3, zip_attrs_with_names),
    Spec::new("zipWithNames", 3, zip_attrs_with_names),
];

/// The sets are folded from the last to the first, each attribute for itself.
fn fold_attrs<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, start, sets] = take(arguments)?;
    let mut folded = evaluator.attrs_ref(vec![]);
    for set in evaluator.force_list(sets)?.iter().rev() {
        let set = evaluator.force_attrs(*set)?;
        let more = evaluator.items(set).iter().map(|attr| {
            let before = folded.value(attr.name).unwrap_or(start);
            let value = evaluator.lazy_call(function, &[attr.value, before], Span::NONE);
            Attr { value, ..*attr }
        });
        let more = evaluator.attrs_ref(more.collect());
        folded = folded.update(more, evaluator.arena);
    }
    Ok(Value::Attrs(folded))
}

fn override_existing<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [old, new] = take(arguments)?;
    let old = evaluator.items(evaluator.force_attrs(old)?).iter();
    let overridden = old.map(|attr| {
        let (former, name) = (attr.value, attr.name);
        let value = evaluator.lazy(move |evaluator| match evaluator.force(new)? {
            Value::Attrs(new) => evaluator.force(new.value(name).unwrap_or(former)),
            unknown @ Value::OutOfReach(_) => evaluator.select(unknown, name, Span::NONE),
            _ => evaluator.force(former),
        });
        Attr { value, ..*attr }
    });
    Ok(evaluator.attrs(overridden.collect()))
}

/// What both have is an error once it is read.
fn union_of_disjoint<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [left, right] = take(arguments)?;
    let (left, right) = (evaluator.force_attrs(left)?, evaluator.force_attrs(right)?);
    let common: Vec<&Attr<'a>> = evaluator
        .ordered(right)
        .iter()
        .filter(|attr| left.get(attr.name).is_some())
        .collect();
    let names: Vec<String> = common
        .iter()
        .map(|attr| evaluator.name_text(attr.name))
        .collect();
    let names = &*evaluator.arena.alloc_str(&names.join(" "));
    let mask = common.into_iter().map(|attr| {
        let name = attr.name;
        let value = evaluator.lazy(move |evaluator| {
            let name = evaluator.name_text(name);
            let message = format!("unionOfDisjoint: collision on {name}; complete list: {names}");
            Err(throw(message))
        });
        Attr { value, ..*attr }
    });
    let mask = evaluator.attrs_ref(mask.collect());
    let union = left.update(right, evaluator.arena);
    Ok(Value::Attrs(union.update(mask, evaluator.arena)))
}

fn zip_attrs_with<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    builtin(evaluator, "zipAttrsWith", arguments)
}

fn zip_attrs<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [sets] = take(arguments)?;
    let values = evaluator.native("values", 2, |evaluator, arguments| {
        let [_, values] = take(arguments)?;
        evaluator.force(values)
    });
    builtin(evaluator, "zipAttrsWith", &[values, sets])
}

fn zip_attrs_with_names<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [names, function, sets] = take(arguments)?;
    let mut zipped = vec![];
    for name in evaluator.force_list(names)?.iter().rev() {
        let bytes = evaluator.force_plain_string(*name)?;
        let string = *name;
        let value = evaluator.lazy(move |evaluator| {
            let values = builtin(evaluator, "catAttrs", &[string, sets])?;
            evaluator.call2(function, string, values)
        });
        zipped.push(Attr {
            name: evaluator.symbol(bytes),
            place: place_of(evaluator, bytes),
            value,
        });
    }
    Ok(evaluator.attrs(zipped))
}
