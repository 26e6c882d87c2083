//! Builtins on lists.
//!
//! `map` and `genList` give delayed calls; the others call their function at once, element by element from the left.

use crate::builtins::sort::stable_sort;
use crate::builtins::{Spec, attrs_sorted, take};
use crate::eval::attrs::Attr;
use crate::eval::error::{EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::thunk::{Over, Thunk};
use crate::eval::value::{Run, Value};
use crate::ir::symbol::{Symbol, known};

/// The builtins of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("all", 2, all),
    Spec::new("any", 2, any),
    Spec::new("concatLists", 1, concat_lists),
    Spec::new("concatMap", 2, concat_map),
    Spec::new("elem", 2, elem),
    Spec::new("elemAt", 2, elem_at),
    Spec::new("filter", 2, filter),
    Spec::new("foldl'", 3, fold),
    Spec::new("genList", 2, gen_list),
    Spec::new("groupBy", 2, group_by),
    Spec::new("head", 1, head),
    Spec::new("length", 1, length),
    Spec::global("map", 2, map),
    Spec::new("partition", 2, partition),
    Spec::new("sort", 2, sort),
    Spec::new("tail", 1, tail),
];

fn length<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list] = take(arguments)?;
    Ok(Value::Int(evaluator.force_list(list)?.len() as i64))
}

fn head<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list] = take(arguments)?;
    let first = evaluator.force_list(list)?.first().copied();
    first.ok_or_else(|| empty(evaluator, "head", list))
}

fn tail<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list] = take(arguments)?;
    match evaluator.force_list(list)?.split_first() {
        Some((_, rest)) => Ok(evaluator.list_of(rest)),
        None => Err(empty(evaluator, "tail", list)),
    }
}

#[cold]
fn empty<'a>(evaluator: &Evaluator<'a>, name: &str, list: Value<'a>) -> Box<EvalError> {
    let message = format!("'builtins.{name}' called on an empty list");
    let error = EvalError::type_error(message).help("ask `list != [ ]` first");
    evaluator.of_value(error, list, "an empty list")
}

fn elem_at<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list, index] = take(arguments)?;
    let index = evaluator.force_int(index)?;
    let items = evaluator.force_list(list)?;
    let found = usize::try_from(index).ok().and_then(|at| items.get(at));
    found.copied().ok_or_else(|| {
        let count = items.len();
        let error = EvalError::type_error(format!(
            "'builtins.elemAt' called with index {index} on a list of size {count}"
        ));
        let error = match count {
            0 => error.help("ask `list != [ ]` first"),
            1 => error.help("the only index is 0"),
            count => error.help(format!("indices go from 0 to {}", count - 1)),
        };
        evaluator.of_value(error, Value::Int(index), "not in the list")
    })
}

fn elem<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [wanted, list] = take(arguments)?;
    let items = evaluator.force_list(list)?;
    if items.is_empty() {
        return Ok(Value::bool(false));
    }
    let string = match evaluator.force(wanted)? {
        Value::String(string) => Some(string.bytes),
        _ => None,
    };
    for item in items {
        let found = match (string, evaluator.force(*item)?) {
            (Some(wanted), Value::String(item)) => wanted == item.bytes,
            _ => evaluator.equal_within(wanted, *item)?,
        };
        if found {
            return Ok(Value::bool(true));
        }
    }
    Ok(Value::bool(false))
}

fn map<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, list] = take(arguments)?;
    let items = evaluator.force_list(list)?;
    if items.is_empty() {
        return evaluator.force(list);
    }
    let function = evaluator.force_function(function)?;
    Ok(evaluator.list_from(evaluator.lazy_calls(function, Over::Items(items))))
}

fn filter<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, list] = take(arguments)?;
    let items = evaluator.force_list(list)?;
    if items.is_empty() {
        return evaluator.force(list);
    }
    let function = evaluator.force_function(function)?;
    let is_kept = |item: Value<'a>| evaluator.force_bool(evaluator.call1(function, item)?);
    let mut rest = items.iter().enumerate();
    let first_dropped = loop {
        match rest.next() {
            None => return evaluator.force(list),
            Some((at, item)) if !is_kept(*item)? => break at,
            Some(_) => {}
        }
    };
    let mut kept = items.get(..first_dropped).unwrap_or_default().to_vec();
    for (_, item) in rest {
        if is_kept(*item)? {
            kept.push(*item);
        }
    }
    Ok(evaluator.list(&kept))
}

fn fold<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, start, list] = take(arguments)?;
    let function = evaluator.force_function(function)?;
    let folded = evaluator.fold(function, start, evaluator.force_list(list)?)?;
    evaluator.force(folded)
}

fn any<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    has_answer(evaluator, arguments, true)
}

fn all<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    has_answer(evaluator, arguments, false)
}

/// `wanted` if the predicate gives it for some element, which ends the search.
fn has_answer<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
    wanted: bool,
) -> Result<Value<'a>> {
    let [predicate, list] = take(arguments)?;
    let predicate = evaluator.force_function(predicate)?;
    for item in evaluator.force_list(list)? {
        let answer = evaluator.call1(predicate, *item)?;
        if evaluator.force_bool(answer)? == wanted {
            return Ok(Value::bool(wanted));
        }
    }
    Ok(Value::bool(!wanted))
}

fn gen_list<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    const BYTES_PER_ELEMENT: usize = size_of::<Value>() + size_of::<Thunk>();
    let [function, length] = take(arguments)?;
    let length = evaluator.force_int(length)?;
    let count = usize::try_from(length)
        .map_err(|_| EvalError::type_error(format!("cannot create list of size {length}")))?;
    let function = evaluator.force_function(function)?;
    evaluator.check_budget(count.saturating_mul(BYTES_PER_ELEMENT))?;
    Ok(evaluator.list_from(evaluator.lazy_calls(function, Over::Numbers(count))))
}

fn concat_lists<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [lists] = take(arguments)?;
    let lists = evaluator.force_list(lists)?.iter();
    let lists: Vec<&[Value<'a>]> = lists
        .map(|list| evaluator.force_list(*list))
        .collect::<Result<_>>()?;
    joined(evaluator, &lists)
}

fn concat_map<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, list] = take(arguments)?;
    let function = evaluator.force_function(function)?;
    let items = evaluator.force_list(list)?.iter();
    let lists: Vec<&[Value<'a>]> = items
        .map(|item| evaluator.force_list(evaluator.call1(function, *item)?))
        .collect::<Result<_>>()?;
    joined(evaluator, &lists)
}

fn joined<'a>(evaluator: &Evaluator<'a>, lists: &[&'a [Value<'a>]]) -> Result<Value<'a>> {
    let length = lists
        .iter()
        .fold(0, |sum: usize, list| sum.saturating_add(list.len()));
    if let Some(only) = lists.iter().find(|list| list.len() == length) {
        return Ok(evaluator.list_of(only));
    }
    evaluator.check_budget(length.saturating_mul(size_of::<Value>()))?;
    let mut items = lists.iter().flat_map(|list| list.iter().copied());
    let items = evaluator
        .arena
        .alloc_slice_fill_with(length, |_| items.next().unwrap_or(Value::Null));
    Ok(evaluator.list_of(items))
}

fn sort<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [order, list] = take(arguments)?;
    let items = evaluator.force_list(list)?;
    if items.is_empty() {
        return evaluator.force(list);
    }
    let order = evaluator.force_function(order)?;
    let items = evaluator.arena.alloc_slice_copy(items);
    for item in items.iter_mut() {
        *item = evaluator.force(*item)?;
    }
    if is_less_than(order) {
        stable_sort(items, &mut |left, right| evaluator.is_less(left, right))?;
    } else {
        stable_sort(items, &mut |left, right| {
            evaluator.force_bool(evaluator.call2(order, left, right)?)
        })?;
    }
    Ok(evaluator.list_of(items))
}

/// Whether a function is `builtins.lessThan`, for which there is a shorter way than a call.
fn is_less_than(function: Value<'_>) -> bool {
    matches!(function, Value::Builtin(builtin)
        if builtin.name == "lessThan" && matches!(builtin.run, Run::Function(_)))
}

fn partition<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [predicate, list] = take(arguments)?;
    let predicate = evaluator.force_function(predicate)?;
    let (mut right, mut wrong) = (vec![], vec![]);
    for item in evaluator.force_list(list)? {
        let item = evaluator.force(*item)?;
        if evaluator.force_bool(evaluator.call1(predicate, item)?)? {
            right.push(item);
        } else {
            wrong.push(item);
        }
    }
    Ok(evaluator.attrs(vec![
        Attr::unplaced(known::RIGHT, evaluator.list(&right)),
        Attr::unplaced(known::WRONG, evaluator.list(&wrong)),
    ]))
}

fn group_by<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, list] = take(arguments)?;
    let function = evaluator.force_function(function)?;
    let items = evaluator.force_list(list)?;
    let mut keyed: Vec<(Symbol, Value<'a>)> = Vec::with_capacity(items.len());
    for item in items {
        let key = evaluator.call1(function, *item)?;
        let key = evaluator.force_plain_string(key)?;
        keyed.push((evaluator.symbol(key), *item));
    }
    keyed.sort_by_key(|(key, _)| *key);
    let groups = keyed.chunk_by(|(left, _), (right, _)| left == right);
    let groups: Vec<Attr<'a>> = groups
        .filter_map(|group| {
            let (key, _) = group.first()?;
            let items = group.iter().map(|(_, item)| *item);
            let items = evaluator.arena.alloc_slice_fill_iter(items);
            Some(Attr::unplaced(*key, evaluator.list_of(items)))
        })
        .collect();
    Ok(attrs_sorted(evaluator, &groups))
}
