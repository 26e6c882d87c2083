//! `lib.attrsets`: functions on attribute sets. Attributes that are carried over keep their place.

pub mod combine;
pub mod deep;
pub mod outputs;

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::value::OutOfReach;
use nix_frontend::eval::{Attr, Attrs, Evaluator, Over, Result, Value};
use nix_frontend::ir::Symbol;
use nix_frontend::ir::symbol::known;
use source::{Pos, Span};

use crate::functions::tools::{abort, missing_attribute};

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("nameValuePair", 2, name_value_pair),
    Spec::new("genAttrs", 2, gen_attrs),
    Spec::new("genAttrs'", 2, gen_attrs_prime),
    Spec::new("filterAttrs", 2, filter_attrs),
    Spec::new("mapAttrs'", 2, map_attrs_prime),
    Spec::new("mapAttrsToList", 2, map_attrs_to_list),
    Spec::new("attrsToList", 1, attrs_to_list),
    Spec::new("concatMapAttrs", 2, concat_map_attrs),
    Spec::new("foldlAttrs", 3, foldl_attrs),
    Spec::new("optionalAttrs", 2, optional_attrs),
    Spec::new("recursiveUpdate", 2, recursive_update),
    Spec::new("attrByPath", 3, attr_by_path),
    Spec::new("hasAttrByPath", 2, has_attr_by_path),
    Spec::new("getAttrFromPath", 2, get_attr_from_path),
    Spec::new("setAttrByPath", 2, set_attr_by_path),
    Spec::new("attrVals", 2, attr_vals),
    Spec::new("getAttrs", 2, get_attrs),
    Spec::new("mergeAttrsList", 1, merge_attrs_list),
    Spec::new("mapAttrsRecursive", 2, map_attrs_recursive),
    Spec::new("mapAttrsRecursiveCond", 3, map_attrs_recursive_cond),
    Spec::new("isDerivation", 1, is_derivation),
];

fn name_value_pair<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [name, value] = take(arguments)?;
    Ok(pair(evaluator, name, value, Pos::NONE))
}

fn pair<'a>(evaluator: &Evaluator<'a>, name: Value<'a>, value: Value<'a>, place: Pos) -> Value<'a> {
    const { assert!(known::NAME.0 < known::VALUE.0) };
    let attr = |name, value| Attr { name, place, value };
    Value::Attrs(evaluator.sorted_attrs(&[attr(known::NAME, name), attr(known::VALUE, value)]))
}

/// Where a name stands that was written as a string.
pub(crate) fn place_of(evaluator: &Evaluator<'_>, name: &[u8]) -> Pos {
    let span = evaluator.session.span_of_bytes(name);
    span.map_or(Pos::NONE, |span| span.start)
}

/// Each attribute stands where its name does.
fn gen_attrs<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [names, function] = take(arguments)?;
    let names = evaluator.force_list(names)?;
    let calls = evaluator.lazy_calls(function, Over::Items(names));
    let mut attrs = Vec::with_capacity(names.len());
    let mut open = None;
    for (name, value) in names.iter().zip(calls) {
        let string = match evaluator.force_string(*name) {
            Err(error) if error.is_out_of_reach() => {
                open = Some(error);
                continue;
            }
            string => string?,
        };
        attrs.push(Attr {
            name: evaluator.symbol(string.bytes),
            place: place_of(evaluator, string.bytes),
            value,
        });
    }
    Ok(evaluator.perhaps_open(evaluator.first_attrs(attrs), open))
}

/// The attribute of a `{ name, value }` pair; `place` is where that stands which the pair was made of.
fn from_pair<'a>(evaluator: &Evaluator<'a>, pair: Value<'a>, place: Pos) -> Result<Attr<'a>> {
    let pair = evaluator.force(pair)?;
    let name = evaluator.select(pair, known::NAME, Span::NONE)?;
    let name = evaluator.force_plain_string(name)?;
    let written = place_of(evaluator, name);
    let Some(value) = evaluator.force_attrs(pair)?.get(known::VALUE) else {
        return Err(missing_attribute("value"));
    };
    let places = [written, place, value.place];
    let place = places.into_iter().find(|place| !place.is_none());
    Ok(Attr {
        name: evaluator.symbol(name),
        place: place.unwrap_or(Pos::NONE),
        value: value.value,
    })
}

fn gen_attrs_prime<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list, function] = take(arguments)?;
    let items = evaluator.force_list(list)?;
    let mut attrs = Vec::with_capacity(items.len());
    for item in items {
        let pair = evaluator.call1(function, *item)?;
        attrs.push(from_pair(evaluator, pair, Pos::NONE)?);
    }
    Ok(evaluator.first_attrs(attrs))
}

fn map_attrs_prime<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, attrs] = take(arguments)?;
    let attrs = evaluator.force_attrs(attrs)?;
    let mut made = Vec::with_capacity(attrs.len());
    for attr in evaluator.ordered(attrs) {
        let name = evaluator.symbol_string(attr.name);
        let pair = evaluator.call2(function, name, attr.value)?;
        made.push(from_pair(evaluator, pair, attr.place)?);
    }
    Ok(evaluator.first_attrs(made))
}

fn filter_attrs<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, attrs] = take(arguments)?;
    let attrs = evaluator.force_attrs(attrs)?;
    let mut kept = vec![];
    for attr in evaluator.ordered(attrs) {
        let name = evaluator.symbol_string(attr.name);
        let verdict = evaluator.call2(function, name, attr.value)?;
        if evaluator.force_bool(verdict)? {
            kept.push(*attr);
        }
    }
    Ok(evaluator.attrs(kept))
}

fn map_attrs_to_list<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, attrs] = take(arguments)?;
    let attrs = evaluator.force_attrs(attrs)?;
    let over = Over::Attrs(evaluator.ordered(attrs));
    Ok(evaluator.list_from(evaluator.lazy_calls(function, over)))
}

fn attrs_to_list<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [attrs] = take(arguments)?;
    let attrs = evaluator.force_attrs(attrs)?;
    let items = evaluator.ordered(attrs).iter().map(|attr| {
        let name = evaluator.symbol_string(attr.name);
        pair(evaluator, name, attr.value, attr.place)
    });
    Ok(evaluator.list_from(items))
}

fn concat_map_attrs<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, attrs] = take(arguments)?;
    let attrs = evaluator.force_attrs(attrs)?;
    let mut sets = Vec::with_capacity(attrs.len());
    for attr in evaluator.ordered(attrs) {
        let name = evaluator.symbol_string(attr.name);
        let more = evaluator.call2(function, name, attr.value)?;
        sets.push(evaluator.force_attrs(more)?);
    }
    update_all(evaluator, &sets)
}

/// `a // b // …`, made in one go.
fn update_all<'a>(evaluator: &Evaluator<'a>, sets: &[&'a Attrs<'a>]) -> Result<Value<'a>> {
    const FEW: usize = 3;
    let sets = sets.iter().copied().filter(|set| !set.is_empty());
    let sets: Vec<&'a Attrs<'a>> = sets.collect();
    if sets.len() <= FEW {
        let none = evaluator.sorted_attrs(&[]);
        let all = sets.into_iter();
        let all = all.fold(none, |all, set| all.update(set, evaluator.arena));
        return Ok(Value::Attrs(all));
    }
    let count = sets.iter().map(|set| set.len()).sum::<usize>();
    evaluator.check_budget(count.saturating_mul(size_of::<Attr<'_>>()))?;
    let mut all = Vec::with_capacity(count);
    for set in sets {
        all.extend_from_slice(evaluator.items(set));
    }
    Ok(evaluator.attrs(all))
}

fn foldl_attrs<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, start, attrs] = take(arguments)?;
    let attrs = evaluator.force_attrs(attrs)?;
    let mut folded = evaluator.force(start)?;
    for attr in evaluator.ordered(attrs) {
        let name = evaluator.symbol_string(attr.name);
        folded = evaluator.call(function, &[folded, name, attr.value], Span::NONE)?;
    }
    evaluator.force(folded)
}

fn optional_attrs<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [condition, attrs] = take(arguments)?;
    if evaluator.force_bool(condition)? {
        evaluator.force(attrs)
    } else {
        Ok(evaluator.attrs(vec![]))
    }
}

fn recursive_update<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [left, right] = take(arguments)?;
    let left = evaluator.force(left)?;
    if let Value::OutOfReach(unknown) = left {
        let right = evaluator.force_attrs(right)?;
        return Ok(update_unknown(evaluator, unknown, right));
    }
    evaluator.force_attrs(left)?;
    evaluator.force_attrs(right)?;
    update_recursively(evaluator, left, right)
}

/// Over something out of reach the right side is known where it has no sets.
fn update_unknown<'a>(
    evaluator: &Evaluator<'a>,
    unknown: &'a OutOfReach<'a>,
    right: &'a Attrs<'a>,
) -> Value<'a> {
    let known = evaluator.items(right).iter().map(|attr| {
        let (name, own) = (attr.name, attr.value);
        let value = evaluator.lazy(move |evaluator| {
            let Value::Attrs(own) = evaluator.force(own)? else {
                return evaluator.force(own);
            };
            match evaluator.select(Value::OutOfReach(unknown), name, Span::NONE)? {
                Value::OutOfReach(unknown) => Ok(update_unknown(evaluator, unknown, own)),
                other => update_recursively(evaluator, other, Value::Attrs(own)),
            }
        });
        Attr { value, ..*attr }
    });
    let known = evaluator.attrs_ref(known.collect());
    evaluator.known_beside(unknown, known)
}

/// The right side wins; where both are sets they are united in the same way, when they are read.
pub(crate) fn update_recursively<'a>(
    evaluator: &Evaluator<'a>,
    left: Value<'a>,
    right: Value<'a>,
) -> Result<Value<'a>> {
    let (Value::Attrs(left), Value::Attrs(right)) =
        (evaluator.force(left)?, evaluator.force(right)?)
    else {
        return evaluator.force(right);
    };
    let unite = |other: Value<'a>, attr: &Attr<'a>| {
        let own = attr.value;
        if !may_be_a_set(other) || (is_evaluated(other) && !may_be_a_set(own)) {
            return *attr;
        }
        let value = evaluator.lazy(move |evaluator| update_recursively(evaluator, other, own));
        Attr { value, ..*attr }
    };
    const MUCH_SMALLER: usize = 8;
    if right.len() < left.len() / MUCH_SMALLER {
        let both = evaluator.items(right).iter();
        let both = both.map(|attr| match left.value(attr.name) {
            Some(other) => unite(other, attr),
            None => *attr,
        });
        let both = evaluator.sorted_attrs(&both.collect::<Vec<_>>());
        return Ok(Value::Attrs(left.update(both, evaluator.arena)));
    }
    let mut below = evaluator.items(left);
    let mut both = Vec::with_capacity(left.len() + right.len());
    for attr in evaluator.items(right) {
        while let [low, rest @ ..] = below
            && low.name < attr.name
        {
            both.push(*low);
            below = rest;
        }
        match below {
            [low, rest @ ..] if low.name == attr.name => {
                both.push(unite(low.value, attr));
                below = rest;
            }
            _ => both.push(*attr),
        }
    }
    both.extend_from_slice(below);
    Ok(Value::Attrs(evaluator.sorted_attrs(&both)))
}

fn is_evaluated(value: Value<'_>) -> bool {
    match value {
        Value::Thunk(thunk) => thunk.done().is_some(),
        _ => true,
    }
}

/// Whether a value is a set, or not evaluated.
fn may_be_a_set(value: Value<'_>) -> bool {
    match value {
        Value::Attrs(_) => true,
        Value::Thunk(thunk) => thunk.done().is_none_or(may_be_a_set),
        _ => false,
    }
}

fn path_of<'a>(evaluator: &Evaluator<'a>, path: Value<'a>) -> Result<Vec<Symbol>> {
    let names = evaluator.force_list(path)?.iter();
    names
        .map(|name| Ok(evaluator.symbol(evaluator.force_string(*name)?.bytes)))
        .collect()
}

fn follow<'a>(
    evaluator: &Evaluator<'a>,
    path: &[Symbol],
    value: Value<'a>,
) -> Result<Option<Value<'a>>> {
    let mut value = value;
    for name in path {
        value = match evaluator.force(value)? {
            Value::Attrs(attrs) => match attrs.value(*name) {
                Some(value) => value,
                None => return Ok(None),
            },
            unknown @ Value::OutOfReach(_) => evaluator.select(unknown, *name, Span::NONE)?,
            _ => return Ok(None),
        };
    }
    Ok(Some(value))
}

fn attr_by_path<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [path, default, attrs] = take(arguments)?;
    let path = path_of(evaluator, path)?;
    let found = follow(evaluator, &path, attrs)?;
    evaluator.force(found.unwrap_or(default))
}

fn has_attr_by_path<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [path, attrs] = take(arguments)?;
    let path = path_of(evaluator, path)?;
    Ok(Value::bool(follow(evaluator, &path, attrs)?.is_some()))
}

fn get_attr_from_path<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [path, attrs] = take(arguments)?;
    let names = path_of(evaluator, path)?;
    match follow(evaluator, &names, attrs)? {
        Some(value) => evaluator.force(value),
        None => {
            let names: Vec<String> = names
                .iter()
                .map(|name| evaluator.name_text(*name))
                .collect();
            let message = format!("cannot find attribute '{}'", names.join("."));
            Err(abort(&message))
        }
    }
}

fn set_attr_by_path<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [path, value] = take(arguments)?;
    let names = evaluator.force_list(path)?;
    let mut value = value;
    for name in names.iter().rev() {
        let name = evaluator.force_string(*name)?.bytes;
        value = evaluator.attrs(vec![Attr {
            name: evaluator.symbol(name),
            place: place_of(evaluator, name),
            value,
        }]);
    }
    evaluator.force(value)
}

fn attr_vals<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [names, attrs] = take(arguments)?;
    let names = path_of(evaluator, names)?.into_iter();
    let items = names.map(|name| evaluator.lazy_select(attrs, name, Span::NONE));
    Ok(evaluator.list(&items.collect::<Vec<_>>()))
}

fn get_attrs<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [names, attrs] = take(arguments)?;
    let names = path_of(evaluator, names)?.into_iter();
    let source = evaluator.force_attrs(attrs)?;
    let items = names.map(|name| match source.get(name) {
        Some(attr) => *attr,
        None => Attr {
            name,
            place: Pos::NONE,
            value: evaluator.lazy_select(attrs, name, Span::NONE),
        },
    });
    Ok(evaluator.attrs(items.collect()))
}

fn merge_attrs_list<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list] = take(arguments)?;
    let list = evaluator.force_list(list)?;
    if let [only] = list {
        return evaluator.force(*only);
    }
    let sets = list.iter().map(|item| evaluator.force_attrs(*item));
    update_all(evaluator, &sets.collect::<Result<Vec<_>>>()?)
}

fn map_attrs_recursive<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [function, attrs] = take(arguments)?;
    map_recursively(evaluator, None, function, attrs, &[])
}

fn map_attrs_recursive_cond<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [condition, function, attrs] = take(arguments)?;
    map_recursively(evaluator, Some(condition), function, attrs, &[])
}

fn map_recursively<'a>(
    evaluator: &Evaluator<'a>,
    condition: Option<Value<'a>>,
    function: Value<'a>,
    attrs: Value<'a>,
    path: &[Value<'a>],
) -> Result<Value<'a>> {
    let attrs = evaluator.force_attrs(attrs)?;
    let mapped = evaluator.items(attrs).iter().map(|attr| {
        let path = [path, &[evaluator.symbol_string(attr.name)]].concat();
        let path = &*evaluator.arena.alloc_slice_copy(&path);
        let inner = attr.value;
        let value = evaluator.lazy(move |evaluator| {
            let goes_in = match (evaluator.force(inner)?, condition) {
                (Value::Attrs(_), None) => true,
                (Value::Attrs(_), Some(condition)) => {
                    let verdict = evaluator.call1(condition, inner)?;
                    evaluator.force_bool(verdict)?
                }
                _ => false,
            };
            if goes_in {
                map_recursively(evaluator, condition, function, inner, path)
            } else {
                evaluator.call2(function, evaluator.list_of(path), inner)
            }
        });
        Attr { value, ..*attr }
    });
    Ok(evaluator.attrs(mapped.collect()))
}

fn is_derivation<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    Ok(Value::bool(match evaluator.force(value)? {
        Value::Attrs(attrs) => evaluator.is_derivation(attrs)?,
        _ => false,
    }))
}
