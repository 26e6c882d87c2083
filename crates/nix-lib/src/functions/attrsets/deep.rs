//! `lib.attrsets`: functions that go into nested sets.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Attr, Attrs, Evaluator, Result, Value};
use nix_frontend::ir::Symbol;
use nix_frontend::ir::symbol::known;
use source::{Pos, Span};

use crate::functions::attrsets::place_of;
use crate::functions::strings::escapes::show_path;
use crate::functions::tools::{assertion, says_yes, throw};

/// The functions of this part.
pub const TABLE: &[Spec] = &[
    Spec::new("cartesianProduct", 1, cartesian_product),
    Spec::new("cartesianProductOfSets", 1, cartesian_product),
    Spec::new("collect", 2, collect),
    Spec::new("filterAttrsRecursive", 2, filter_attrs_recursive),
    Spec::new("longestValidPathPrefix", 2, longest_valid_path_prefix),
    Spec::new("mapAttrsToListRecursive", 2, map_to_list_recursive),
    Spec::new("mapAttrsToListRecursiveCond", 3, map_to_list_recursive_cond),
    Spec::new("mapCartesianProduct", 2, map_cartesian_product),
    Spec::new("matchAttrs", 2, match_attrs),
    Spec::new("recursiveUpdateUntil", 3, recursive_update_until),
    Spec::new("showAttrPath", 1, show_attr_path),
    Spec::new("updateManyAttrsByPath", 2, update_many),
];

fn collect<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [wanted, value] = take(arguments)?;
    let mut found = vec![];
    collect_into(evaluator, wanted, value, &mut found)?;
    Ok(evaluator.list(&found))
}

fn collect_into<'a>(
    evaluator: &Evaluator<'a>,
    wanted: Value<'a>,
    value: Value<'a>,
    found: &mut Vec<Value<'a>>,
) -> Result<()> {
    evaluator.check_stack()?;
    if says_yes(evaluator, wanted, value)? {
        found.push(value);
    } else if let Value::Attrs(attrs) = evaluator.force(value)? {
        for attr in evaluator.ordered(attrs) {
            collect_into(evaluator, wanted, attr.value, found)?;
        }
    }
    Ok(())
}

/// Values are looked at only when they are read, unless the predicate does so.
fn filter_attrs_recursive<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [wanted, attrs] = take(arguments)?;
    let mut kept = vec![];
    for attr in evaluator.ordered(evaluator.force_attrs(attrs)?) {
        let name = evaluator.symbol_string(attr.name);
        let verdict = evaluator.call2(wanted, name, attr.value)?;
        if !evaluator.force_bool(verdict)? {
            continue;
        }
        let inner = attr.value;
        let value = evaluator.lazy(move |evaluator| match evaluator.force(inner)? {
            set @ Value::Attrs(_) => filter_attrs_recursive(evaluator, &[wanted, set]),
            other => Ok(other),
        });
        kept.push(Attr { value, ..*attr });
    }
    Ok(evaluator.attrs(kept))
}

fn cartesian_product<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [lists] = take(arguments)?;
    let mut products: Vec<Vec<Attr<'a>>> = vec![vec![]];
    for attr in evaluator.ordered(evaluator.force_attrs(lists)?) {
        let items = evaluator.force_list(attr.value)?;
        let count = products.len().saturating_mul(items.len());
        evaluator.check_budget(count.saturating_mul(64))?;
        let further = products.iter().flat_map(|product| {
            let with = |value: &Value<'a>| {
                let mut product = product.clone();
                product.push(Attr {
                    value: *value,
                    ..*attr
                });
                product
            };
            items.iter().map(with)
        });
        products = further.collect();
    }
    let products = products.into_iter().map(|product| evaluator.attrs(product));
    Ok(evaluator.list(&products.collect::<Vec<_>>()))
}

fn map_cartesian_product<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [function, lists] = take(arguments)?;
    let products = cartesian_product(evaluator, &[lists])?;
    let products = evaluator.force_list(products)?.iter();
    let mapped = products.map(|product| evaluator.lazy_call(function, &[*product], Span::NONE));
    Ok(evaluator.list(&mapped.collect::<Vec<_>>()))
}

fn longest_valid_path_prefix<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [path, mut value] = take(arguments)?;
    let path = evaluator.force_list(path)?;
    let mut length = 0;
    for name in path {
        let name = evaluator.force_plain_string(*name)?;
        let Value::Attrs(attrs) = evaluator.force(value)? else {
            break;
        };
        let Some(inner) = attrs.value(evaluator.symbol(name)) else {
            break;
        };
        value = inner;
        length += 1;
    }
    Ok(evaluator.list_of(path.get(..length).unwrap_or_default()))
}

fn map_to_list_recursive<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [function, attrs] = take(arguments)?;
    let mut mapped = vec![];
    let attrs = evaluator.force_attrs(attrs)?;
    map_into(evaluator, None, function, attrs, &[], &mut mapped)?;
    Ok(evaluator.list(&mapped))
}

fn map_to_list_recursive_cond<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [condition, function, attrs] = take(arguments)?;
    let mut mapped = vec![];
    let attrs = evaluator.force_attrs(attrs)?;
    map_into(
        evaluator,
        Some(condition),
        function,
        attrs,
        &[],
        &mut mapped,
    )?;
    Ok(evaluator.list(&mapped))
}

fn map_into<'a>(
    evaluator: &Evaluator<'a>,
    condition: Option<Value<'a>>,
    function: Value<'a>,
    attrs: &'a Attrs<'a>,
    path: &[Value<'a>],
    mapped: &mut Vec<Value<'a>>,
) -> Result<()> {
    evaluator.check_stack()?;
    for attr in evaluator.ordered(attrs) {
        let path = [path, &[evaluator.symbol_string(attr.name)]].concat();
        let here = evaluator.list(&path);
        let inner = match (evaluator.force(attr.value)?, condition) {
            (Value::Attrs(inner), None) => Some(inner),
            (Value::Attrs(inner), Some(condition)) => {
                let verdict = evaluator.call2(condition, here, attr.value)?;
                evaluator.force_bool(verdict)?.then_some(inner)
            }
            _ => None,
        };
        match inner {
            Some(inner) => map_into(evaluator, condition, function, inner, &path, mapped)?,
            None => mapped.push(evaluator.lazy_call(function, &[here, attr.value], Span::NONE)),
        }
    }
    Ok(())
}

fn match_attrs<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [pattern, attrs] = take(arguments)?;
    matches(evaluator, pattern, attrs).map(Value::bool)
}

/// Whether everything that a pattern has is in `attrs` too, and equal.
pub(crate) fn matches<'a>(
    evaluator: &Evaluator<'a>,
    pattern: Value<'a>,
    attrs: Value<'a>,
) -> Result<bool> {
    evaluator.check_stack()?;
    let Value::Attrs(pattern) = evaluator.force(pattern)? else {
        return Err(assertion("matchAttrs: the pattern must be a set"));
    };
    for wanted in evaluator.ordered(pattern) {
        let Value::Attrs(attrs) = evaluator.force(attrs)? else {
            return Ok(false);
        };
        let Some(found) = attrs.value(wanted.name) else {
            return Ok(false);
        };
        let is_same = match (evaluator.force(wanted.value)?, evaluator.force(found)?) {
            (pattern @ Value::Attrs(_), found @ Value::Attrs(_)) => {
                matches(evaluator, pattern, found)?
            }
            (Value::Attrs(_), _) => false,
            (wanted, found) => evaluator.equal(wanted, found)?,
        };
        if !is_same {
            return Ok(false);
        }
    }
    Ok(true)
}

fn recursive_update_until<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [stop, left, right] = take(arguments)?;
    let (left, right) = (evaluator.force_attrs(left)?, evaluator.force_attrs(right)?);
    Ok(update_until(evaluator, stop, &[], left, right))
}

fn update_until<'a>(
    evaluator: &Evaluator<'a>,
    stop: Value<'a>,
    path: &[Value<'a>],
    left: &'a Attrs<'a>,
    right: &'a Attrs<'a>,
) -> Value<'a> {
    let both = evaluator.items(right).iter().map(|attr| {
        let Some(other) = left.value(attr.name) else {
            return *attr;
        };
        let own = attr.value;
        let path = [path, &[evaluator.symbol_string(attr.name)]].concat();
        let path = &*evaluator.arena.alloc_slice_copy(&path);
        let value = evaluator.lazy(move |evaluator| {
            let here = evaluator.list_of(path);
            let verdict = evaluator.call(stop, &[here, other, own], Span::NONE)?;
            if evaluator.force_bool(verdict)? {
                return evaluator.force(own);
            }
            // In the order in which `zipAttrsWith` looks at them.
            let right = evaluator.force_attrs(own)?;
            let left = evaluator.force_attrs(other)?;
            Ok(update_until(evaluator, stop, path, left, right))
        });
        Attr { value, ..*attr }
    });
    let both = evaluator.attrs_ref(both.collect());
    Value::Attrs(left.update(both, evaluator.arena))
}

fn show_attr_path<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [path] = take(arguments)?;
    Ok(evaluator.string(show_path(evaluator, evaluator.force_list(path)?)?))
}

/// One change of `updateManyAttrsByPath`.
#[derive(Clone, Copy)]
struct Change<'a> {
    path: &'a [Value<'a>],
    function: Value<'a>,
}

fn update_many<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [updates, value] = take(arguments)?;
    let mut changes = vec![];
    for update in evaluator.force_list(updates)? {
        let update = evaluator.force(*update)?;
        let path = evaluator.select(update, known::PATH, Span::NONE)?;
        let function = evaluator.symbol("update");
        changes.push(Change {
            path: evaluator.force_list(path)?,
            function: evaluator.lazy_select(update, function, Span::NONE),
        });
    }
    change(evaluator, 0, Some(value), &changes)
}

/// Changes deeper in the value come first; those of the value itself then see what these made.
fn change<'a>(
    evaluator: &Evaluator<'a>,
    depth: usize,
    value: Option<Value<'a>>,
    changes: &[Change<'a>],
) -> Result<Value<'a>> {
    let is_here = |change: &&Change<'a>| change.path.len() == depth;
    let (here, below): (Vec<&Change<'a>>, Vec<&Change<'a>>) = changes.iter().partition(is_here);
    let below: Vec<Change<'a>> = below.into_iter().copied().collect();
    let below = &*evaluator.arena.alloc_slice_copy(&below);
    let first = here.first().map(|change| **change);
    let base = evaluator.lazy(move |evaluator| match (below, value) {
        ([], Some(value)) => evaluator.force(value),
        ([], None) => Err(missing(evaluator, first)?),
        (below, value) => change_below(evaluator, depth, value, below),
    });
    let changed = here.into_iter().fold(base, |value, change| {
        evaluator.lazy_call(change.function, &[value], Span::NONE)
    });
    evaluator.force(changed)
}

fn missing<'a>(
    evaluator: &Evaluator<'a>,
    first: Option<Change<'a>>,
) -> Result<Box<nix_frontend::eval::EvalError>> {
    let path = show_path(evaluator, first.map_or(&[][..], |change| change.path))?;
    Ok(throw(format!(
        "updateManyAttrsByPath: Path '{path}' does not exist in the given value, but the first update to this path tries to access the existing value."
    )))
}

fn change_below<'a>(
    evaluator: &Evaluator<'a>,
    depth: usize,
    value: Option<Value<'a>>,
    changes: &'a [Change<'a>],
) -> Result<Value<'a>> {
    let value = match value {
        None => evaluator.attrs_ref(vec![]),
        Some(value) => match evaluator.force(value)? {
            Value::Attrs(value) => value,
            unknown @ Value::OutOfReach(_) => return Err(evaluator.expected("a set", unknown)),
            _ => {
                let path = changes.first().map_or(&[][..], |change| change.path);
                let above = path.get(..depth).unwrap_or_default();
                return Err(throw(format!(
                    "updateManyAttrsByPath: Path '{}' needs to be updated, but path '{}' of the given value is not an attribute set, so we can't update an attribute inside of it.",
                    show_path(evaluator, path)?,
                    show_path(evaluator, above)?,
                )));
            }
        },
    };
    let mut groups: Vec<(Symbol, Pos, Vec<Change<'a>>)> = vec![];
    for change in changes {
        let name = change.path.get(depth).copied().unwrap_or(Value::Null);
        let bytes = evaluator.force_plain_string(name)?;
        let name = evaluator.symbol(bytes);
        match groups.iter_mut().find(|(known, ..)| *known == name) {
            Some((.., group)) => group.push(*change),
            None => groups.push((name, place_of(evaluator, bytes), vec![*change])),
        }
    }
    let changed = groups.into_iter().map(|(name, place, group)| {
        let group = &*evaluator.arena.alloc_slice_copy(&group);
        let inner = value.value(name);
        let value = evaluator.lazy(move |evaluator| change(evaluator, depth + 1, inner, group));
        Attr { name, place, value }
    });
    let changed = evaluator.attrs_ref(changed.collect());
    Ok(Value::Attrs(value.update(changed, evaluator.arena)))
}
