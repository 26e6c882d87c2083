//! `lib.lists`: searching, comparing and cutting.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Value};
use source::Span;

use crate::functions::tools::{builtin, holds, says_yes, throw};

/// The functions of this part.
pub const TABLE: &[Spec] = &[
    Spec::new("allUnique", 1, all_unique),
    Spec::new("commonPrefix", 2, common_prefix),
    Spec::new("concatAttrValues", 1, concat_attr_values),
    Spec::new("crossLists", 2, cross_lists),
    Spec::new("dropEnd", 2, drop_end),
    Spec::new("findFirstIndex", 3, find_first_index),
    Spec::new("findSingle", 4, find_single),
    Spec::new("foldl'", 3, fold_strictly),
    Spec::new("groupBy'", 4, group_and_fold),
    Spec::new("hasPrefix", 2, has_prefix),
    Spec::new("ifilter0", 2, ifilter0),
    Spec::new("removePrefix", 2, remove_prefix),
    Spec::new("replaceElemAt", 3, replace_elem_at),
    Spec::new("takeEnd", 2, take_end),
    Spec::new("uniqueStrings", 1, unique_strings),
];

fn all_unique<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list] = take(arguments)?;
    let items = evaluator.force_list(list)?;
    let mut before = items.iter().enumerate();
    before
        .try_fold(true, |so_far, (at, item)| {
            let seen = items.get(..at).unwrap_or_default();
            Ok(so_far && !holds(evaluator, seen, *item)?)
        })
        .map(Value::bool)
}

fn common_prefix<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [left, right] = take(arguments)?;
    let (left, right) = (evaluator.force_list(left)?, evaluator.force_list(right)?);
    let mut length = 0;
    for (first, second) in left.iter().zip(right) {
        if !evaluator.equal(*first, *second)? {
            break;
        }
        length += 1;
    }
    Ok(evaluator.list_of(left.get(..length).unwrap_or_default()))
}

fn concat_attr_values<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [attrs] = take(arguments)?;
    let mut all = vec![];
    for attr in evaluator.ordered(evaluator.force_attrs(attrs)?) {
        all.extend_from_slice(evaluator.force_list(attr.value)?);
    }
    Ok(evaluator.list(&all))
}

/// The function applied to each choice of one element of each list, the last list's elements changing fastest.
fn cross_lists<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, lists] = take(arguments)?;
    let mut applied = vec![function];
    for list in evaluator.force_list(lists)? {
        let items = evaluator.force_list(*list)?;
        evaluator.check_budget(
            applied
                .len()
                .saturating_mul(items.len())
                .saturating_mul(128),
        )?;
        let further = applied.iter().flat_map(|function| {
            let call = |item: &Value<'a>| evaluator.lazy_call(*function, &[*item], Span::NONE);
            items.iter().map(call)
        });
        applied = further.collect();
    }
    Ok(evaluator.list(&applied))
}

/// How many of `length` elements are left when `count` are taken away at the end; a count below zero takes none.
fn left_over(count: i64, length: usize) -> usize {
    let length = length as i64;
    length.saturating_sub(count).clamp(0, length) as usize
}

fn drop_end<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [count, list] = take(arguments)?;
    let items = evaluator.force_list(list)?;
    let kept = left_over(evaluator.force_int(count)?, items.len());
    Ok(evaluator.list_of(items.get(..kept).unwrap_or_default()))
}

fn take_end<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [count, list] = take(arguments)?;
    let items = evaluator.force_list(list)?;
    let first = left_over(evaluator.force_int(count)?, items.len());
    Ok(evaluator.list_of(items.get(first..).unwrap_or_default()))
}

fn find_first_index<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [predicate, default, list] = take(arguments)?;
    for (number, item) in evaluator.force_list(list)?.iter().enumerate() {
        if says_yes(evaluator, predicate, *item)? {
            return Ok(Value::Int(number as i64));
        }
    }
    evaluator.force(default)
}

fn find_single<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [predicate, default, multiple, list] = take(arguments)?;
    let mut found = vec![];
    for item in evaluator.force_list(list)? {
        if says_yes(evaluator, predicate, *item)? {
            found.push(*item);
        }
    }
    evaluator.force(match found.as_slice() {
        [] => default,
        [only] => *only,
        _ => multiple,
    })
}

/// Unlike the builtin it evaluates the start too.
fn fold_strictly<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, start, list] = take(arguments)?;
    let start = evaluator.force(start)?;
    let function = evaluator.force_function(function)?;
    evaluator.fold(function, start, evaluator.force_list(list)?)
}

fn group_and_fold<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, start, key, list] = take(arguments)?;
    let groups = builtin(evaluator, "groupBy", &[key, list])?;
    let groups = evaluator.items(evaluator.force_attrs(groups)?).iter();
    let mut folded = vec![];
    for group in groups {
        let items = evaluator.force_list(group.value)?.iter();
        let value = items.fold(start, |folded, item| {
            evaluator.lazy_call(function, &[folded, *item], Span::NONE)
        });
        folded.push(nix_frontend::eval::Attr { value, ..*group });
    }
    Ok(evaluator.attrs(folded))
}

fn starts_with<'a>(
    evaluator: &Evaluator<'a>,
    prefix: &[Value<'a>],
    items: &[Value<'a>],
) -> Result<bool> {
    if prefix.len() > items.len() {
        return Ok(false);
    }
    let mut pairs = prefix.iter().zip(items);
    pairs.try_fold(true, |so_far, (left, right)| {
        Ok(so_far && evaluator.equal(*left, *right)?)
    })
}

fn has_prefix<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [prefix, list] = take(arguments)?;
    let (prefix, items) = (evaluator.force_list(prefix)?, evaluator.force_list(list)?);
    starts_with(evaluator, prefix, items).map(Value::bool)
}

fn remove_prefix<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [prefix, list] = take(arguments)?;
    let (prefix, items) = (evaluator.force_list(prefix)?, evaluator.force_list(list)?);
    if starts_with(evaluator, prefix, items)? {
        return Ok(evaluator.list_of(items.get(prefix.len()..).unwrap_or_default()));
    }
    Err(throw(
        "lib.lists.removePrefix: First argument is not a list prefix of the second argument",
    ))
}

fn ifilter0<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [predicate, list] = take(arguments)?;
    let mut kept = vec![];
    for (number, item) in evaluator.force_list(list)?.iter().enumerate() {
        let verdict = evaluator.call2(predicate, Value::Int(number as i64), *item)?;
        if evaluator.force_bool(verdict)? {
            kept.push(*item);
        }
    }
    Ok(evaluator.list(&kept))
}

fn replace_elem_at<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list, index, element] = take(arguments)?;
    let index = evaluator.force_int(index)?;
    let mut items = evaluator.force_list(list)?.to_vec();
    let size = items.len();
    let at = usize::try_from(index).ok();
    let Some(place) = at.and_then(|at| items.get_mut(at)) else {
        return Err(throw(format!(
            "'lists.replaceElemAt' called with index {index} on a list of size {size}"
        )));
    };
    *place = element;
    Ok(evaluator.list(&items))
}

fn unique_strings<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list] = take(arguments)?;
    let mut strings = vec![];
    for item in evaluator.force_list(list)? {
        strings.push(evaluator.force_plain_string(*item)?);
    }
    strings.sort_unstable();
    strings.dedup();
    let strings = strings.into_iter();
    let strings: Vec<Value<'a>> = strings
        .map(|string| evaluator.borrowed_string(string))
        .collect();
    Ok(evaluator.list(&strings))
}
