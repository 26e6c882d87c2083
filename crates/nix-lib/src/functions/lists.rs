//! `lib.lists`: functions on lists.

pub mod order;
pub mod search;

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{EvalError, Evaluator, Over, Result, Value};
use rustc_hash::FxHashSet;
use source::Span;

use crate::functions::tools::{holds, list_size, says_yes, throw, warn};

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("range", 2, range),
    Spec::new("replicate", 2, replicate),
    Spec::new("singleton", 1, singleton),
    Spec::new("toList", 1, to_list),
    Spec::new("optional", 2, optional),
    Spec::new("optionals", 2, optionals),
    Spec::new("unique", 1, unique),
    Spec::new("last", 1, last),
    Spec::new("init", 1, init),
    Spec::new("take", 2, take_first),
    Spec::new("drop", 2, drop_first),
    Spec::new("sublist", 3, sublist),
    Spec::new("imap0", 2, imap0),
    Spec::new("imap1", 2, imap1),
    Spec::new("zipListsWith", 3, zip_lists_with),
    Spec::new("zipLists", 2, zip_lists),
    Spec::new("foldr", 3, foldr),
    Spec::new("foldl", 3, foldl),
    Spec::new("flatten", 1, flatten),
    Spec::new("findFirst", 3, find_first),
    Spec::new("count", 2, count),
    Spec::new("remove", 2, remove),
    Spec::new("subtractLists", 2, subtract_lists),
    Spec::new("intersectLists", 2, intersect_lists),
    Spec::new("mutuallyExclusive", 2, mutually_exclusive),
    Spec::new("reverseList", 1, reverse_list),
    Spec::new("sortOn", 2, sort_on),
    Spec::new("forEach", 2, for_each),
];

/// The values of this topic.
pub fn values<'a>(evaluator: &Evaluator<'a>) -> Vec<(&'static str, Value<'a>)> {
    let fold = evaluator.lazy(|evaluator| {
        warn(evaluator, "fold has been deprecated, use foldr instead")?;
        Ok(evaluator.native("fold", 3, foldr))
    });
    vec![("fold", fold)]
}

fn slice<'a>(evaluator: &Evaluator<'a>, items: &[Value<'a>]) -> Value<'a> {
    evaluator.list(items)
}

fn range<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [first, last] = take(arguments)?;
    let (first, last) = (evaluator.force_int(first)?, evaluator.force_int(last)?);
    let count = last.saturating_sub(first).saturating_add(1).max(0) as usize;
    evaluator.check_budget(count.saturating_mul(size_of::<Value<'_>>()))?;
    let number = |at| Value::Int(first.wrapping_add(at as i64));
    let items = evaluator.arena.alloc_slice_fill_with(count, number);
    Ok(evaluator.list_of(items))
}

fn replicate<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [count, value] = take(arguments)?;
    let count = list_size(evaluator, count)?;
    evaluator.check_budget(count.saturating_mul(size_of::<Value<'_>>()))?;
    Ok(slice(evaluator, &vec![value; count]))
}

fn singleton<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    Ok(slice(evaluator, arguments))
}

fn to_list<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    match evaluator.force(value)? {
        list @ Value::List(_) => Ok(list),
        one => Ok(slice(evaluator, &[one])),
    }
}

fn optional<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [condition, value] = take(arguments)?;
    if evaluator.force_bool(condition)? {
        Ok(slice(evaluator, &[value]))
    } else {
        Ok(evaluator.list_of(&[]))
    }
}

fn optionals<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [condition, list] = take(arguments)?;
    if evaluator.force_bool(condition)? {
        evaluator.force(list)
    } else {
        Ok(evaluator.list_of(&[]))
    }
}

/// Elements that are all strings are compared by a set, others pair by pair.
fn unique<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list] = take(arguments)?;
    let items = evaluator.force_list(list)?;
    let mut kept: Vec<Value<'a>> = Vec::with_capacity(items.len());
    let mut seen: FxHashSet<&'a [u8]> = FxHashSet::default();
    let mut others = false;
    for item in items {
        if let (Value::String(string), false) = (evaluator.force(*item)?, others) {
            if seen.insert(string.bytes) {
                kept.push(*item);
            }
            continue;
        }
        others = true;
        if !holds(evaluator, &kept, *item)? {
            kept.push(*item);
        }
    }
    Ok(slice(evaluator, &kept))
}

fn last<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list] = take(arguments)?;
    match evaluator.force_list(list)?.last() {
        Some(last) => evaluator.force(*last),
        None => Err(throw("lists.last: list must not be empty!")),
    }
}

fn init<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list] = take(arguments)?;
    match evaluator.force_list(list)?.split_last() {
        Some((_, init)) => Ok(evaluator.list_of(init)),
        None => Err(throw("lists.init: list must not be empty!")),
    }
}

fn take_first<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [count, list] = take(arguments)?;
    part(evaluator, Value::Int(0), count, list)
}

fn drop_first<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [count, list] = take(arguments)?;
    part(evaluator, count, Value::Int(i64::MAX), list)
}

fn sublist<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [start, count, list] = take(arguments)?;
    part(evaluator, start, count, list)
}

fn part<'a>(
    evaluator: &Evaluator<'a>,
    start: Value<'a>,
    count: Value<'a>,
    list: Value<'a>,
) -> Result<Value<'a>> {
    let (start, count) = (evaluator.force_int(start)?, evaluator.force_int(count)?);
    let items = evaluator.force_list(list)?;
    let length = items.len() as i64;
    let behind = start.saturating_add(count).min(length);
    if start >= length || start == behind {
        return Ok(evaluator.list_of(&[]));
    }
    let part = usize::try_from(start)
        .ok()
        .zip(usize::try_from(behind).ok());
    match part.and_then(|(start, behind)| items.get(start..behind)) {
        Some(part) => Ok(evaluator.list_of(part)),
        None => Err(EvalError::type_error(format!(
            "elements {start} to {behind} are asked for, of a list that has {length}"
        ))),
    }
}

fn imap<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>], first: i64) -> Result<Value<'a>> {
    let [function, list] = take(arguments)?;
    let over = Over::Numbered(first, evaluator.force_list(list)?);
    Ok(evaluator.list_from(evaluator.lazy_calls(function, over)))
}

fn imap0<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    imap(evaluator, arguments, 0)
}

pub(crate) fn imap1<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    imap(evaluator, arguments, 1)
}

fn zip_lists_with<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, left, right] = take(arguments)?;
    let (left, right) = (evaluator.force_list(left)?, evaluator.force_list(right)?);
    let pairs = left.iter().zip(right);
    let items =
        pairs.map(|(left, right)| evaluator.lazy_call(function, &[*left, *right], Span::NONE));
    Ok(slice(evaluator, &items.collect::<Vec<_>>()))
}

fn zip_lists<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [left, right] = take(arguments)?;
    let (left, right) = (evaluator.force_list(left)?, evaluator.force_list(right)?);
    let pairs = left.iter().zip(right);
    let items = pairs.map(|(left, right)| evaluator.attrs_from([("fst", *left), ("snd", *right)]));
    Ok(slice(evaluator, &items.collect::<Vec<_>>()))
}

fn foldr<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, start, list] = take(arguments)?;
    let items = evaluator.force_list(list)?.iter().rev();
    let folded = items.fold(start, |folded, item| {
        evaluator.lazy_call(function, &[*item, folded], Span::NONE)
    });
    evaluator.force(folded)
}

fn foldl<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, start, list] = take(arguments)?;
    let items = evaluator.force_list(list)?.iter();
    let folded = items.fold(start, |folded, item| {
        evaluator.lazy_call(function, &[folded, *item], Span::NONE)
    });
    evaluator.force(folded)
}

pub(crate) fn flatten<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    let mut flat = vec![];
    flatten_into(evaluator, value, &mut flat)?;
    Ok(slice(evaluator, &flat))
}

fn flatten_into<'a>(
    evaluator: &Evaluator<'a>,
    value: Value<'a>,
    into: &mut Vec<Value<'a>>,
) -> Result<()> {
    evaluator.check_stack()?;
    match evaluator.force(value)? {
        Value::List(list) => {
            for item in list.items {
                flatten_into(evaluator, *item, into)?;
            }
        }
        other => into.push(other),
    }
    Ok(())
}

fn find_first<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, default, list] = take(arguments)?;
    for item in evaluator.force_list(list)? {
        if says_yes(evaluator, function, *item)? {
            return evaluator.force(*item);
        }
    }
    evaluator.force(default)
}

fn count<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, list] = take(arguments)?;
    let mut count = 0;
    for item in evaluator.force_list(list)? {
        count += i64::from(says_yes(evaluator, function, *item)?);
    }
    Ok(Value::Int(count))
}

fn remove<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [unwanted, list] = take(arguments)?;
    keep(
        evaluator,
        list,
        |item| Ok(!evaluator.equal(item, unwanted)?),
    )
}

fn keep<'a>(
    evaluator: &Evaluator<'a>,
    list: Value<'a>,
    wanted: impl Fn(Value<'a>) -> Result<bool>,
) -> Result<Value<'a>> {
    let mut kept = vec![];
    for item in evaluator.force_list(list)? {
        if wanted(*item)? {
            kept.push(*item);
        }
    }
    Ok(slice(evaluator, &kept))
}

fn subtract_lists<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [unwanted, list] = take(arguments)?;
    keep(evaluator, list, |item| {
        let unwanted = evaluator.force_list(unwanted)?;
        Ok(!holds(evaluator, unwanted, item)?)
    })
}

fn intersect_lists<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [wanted, list] = take(arguments)?;
    keep(evaluator, list, |item| {
        holds(evaluator, evaluator.force_list(wanted)?, item)
    })
}

fn mutually_exclusive<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [left, right] = take(arguments)?;
    let right = evaluator.force_list(right)?;
    for item in evaluator.force_list(left)? {
        if holds(evaluator, right, *item)? {
            return Ok(Value::bool(false));
        }
    }
    Ok(Value::bool(true))
}

fn reverse_list<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list] = take(arguments)?;
    let mut items = evaluator.force_list(list)?.to_vec();
    items.reverse();
    Ok(slice(evaluator, &items))
}

fn sort_on<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, list] = take(arguments)?;
    let mut keyed = vec![];
    for item in evaluator.force_list(list)? {
        keyed.push((evaluator.call1(function, *item)?, *item));
    }
    let mut failure = None;
    keyed.sort_by(
        |(left, _), (right, _)| match evaluator.compare(*left, *right) {
            Ok(order) => order.unwrap_or(std::cmp::Ordering::Equal),
            Err(error) => {
                failure.get_or_insert(error);
                std::cmp::Ordering::Equal
            }
        },
    );
    if let Some(error) = failure {
        return Err(error);
    }
    let items: Vec<Value<'a>> = keyed.into_iter().map(|(_, item)| item).collect();
    Ok(slice(evaluator, &items))
}

fn for_each<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list, function] = take(arguments)?;
    let over = Over::Items(evaluator.force_list(list)?);
    Ok(evaluator.list_from(evaluator.lazy_calls(function, over)))
}
