//! `lib.lists`: putting in order.
//!
//! `toposort before` puts an element before those of which `before` says so, and leaves the order as it is otherwise. It goes from
//! the first element to one that must come before it, and on, until there is none; that one is next in the result.

use std::cmp::Ordering;

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Value};

use crate::functions::tools::throw;

/// The functions of this part.
pub const TABLE: &[Spec] = &[
    Spec::new("compareLists", 3, compare_lists),
    Spec::new("listDfs", 3, list_dfs),
    Spec::new("naturalSort", 1, natural_sort),
    Spec::new("toposort", 2, toposort),
];

fn compare_lists<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [compare, left, right] = take(arguments)?;
    let (left, right) = (evaluator.force_list(left)?, evaluator.force_list(right)?);
    for (first, second) in left.iter().zip(right) {
        let order = evaluator.call2(compare, *first, *second)?;
        if !evaluator.equal(order, Value::Int(0))? {
            return Ok(order);
        }
    }
    Ok(Value::Int(left.len().cmp(&right.len()) as i64))
}

/// A string in parts, texts and numbers in turn; numbers are digits without leading zeros.
fn parts(text: &[u8]) -> Vec<&[u8]> {
    let mut parts = vec![];
    let mut rest = text;
    while let Some(start) = rest.iter().position(u8::is_ascii_digit) {
        let (before, number) = rest.split_at(start);
        let length = match number.first() {
            Some(b'0') => 1,
            _ => number
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count(),
        };
        let (number, behind) = number.split_at(length);
        parts.extend([before, number]);
        rest = behind;
    }
    parts.push(rest);
    parts
}

fn compare_naturally(left: &[&[u8]], right: &[&[u8]]) -> Ordering {
    let pairs = left.iter().zip(right).enumerate();
    let mut orders = pairs.map(|(at, (left, right))| {
        let is_number = at % 2 == 1;
        let length = match is_number {
            true => left.len().cmp(&right.len()),
            false => Ordering::Equal,
        };
        length.then_with(|| left.cmp(right))
    });
    let first = orders.find(|order| order.is_ne());
    first.unwrap_or_else(|| left.len().cmp(&right.len()))
}

fn natural_sort<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list] = take(arguments)?;
    let items = evaluator.force_list(list)?;
    if let [_] = items {
        return Ok(evaluator.list(items));
    }
    let mut keyed = vec![];
    for item in items {
        keyed.push((parts(evaluator.force_string(*item)?.bytes), *item));
    }
    keyed.sort_by(|(left, _), (right, _)| compare_naturally(left, right));
    let items: Vec<Value<'a>> = keyed.into_iter().map(|(_, item)| item).collect();
    Ok(evaluator.list(&items))
}

/// Where a search for an element without a predecessor ended.
struct Search<'a> {
    found: Value<'a>,
    /// The elements on the way that must come before `found`.
    loops: Vec<Value<'a>>,
    /// The way, last first.
    visited: Vec<Value<'a>>,
    rest: Vec<Value<'a>>,
}

fn search<'a>(
    evaluator: &Evaluator<'a>,
    stop_on_cycles: bool,
    before: Value<'a>,
    list: &[Value<'a>],
) -> Result<Search<'a>> {
    let Some((first, rest)) = list.split_first() else {
        return Err(throw("listDfs: the list must not be empty"));
    };
    let mut search = Search {
        found: *first,
        loops: vec![],
        visited: vec![],
        rest: rest.to_vec(),
    };
    loop {
        let found = search.found;
        let precedes =
            |item: &Value<'a>| evaluator.force_bool(evaluator.call2(before, *item, found)?);
        if stop_on_cycles {
            for item in &search.visited {
                if precedes(item)? {
                    search.loops.push(*item);
                }
            }
            if !search.loops.is_empty() {
                return Ok(search);
            }
        }
        let (mut preceding, mut others) = (vec![], vec![]);
        for item in &search.rest {
            match precedes(item)? {
                true => preceding.push(*item),
                false => others.push(*item),
            }
        }
        let Some((next, preceding)) = preceding.split_first() else {
            return Ok(search);
        };
        search.visited.insert(0, found);
        search.found = *next;
        search.rest = [preceding, &others].concat();
    }
}

fn list_dfs<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [stop_on_cycles, before, list] = take(arguments)?;
    let stop_on_cycles = evaluator.force_bool(stop_on_cycles)?;
    let search = search(
        evaluator,
        stop_on_cycles,
        before,
        evaluator.force_list(list)?,
    )?;
    let way = [
        ("visited", evaluator.list(&search.visited)),
        ("rest", evaluator.list(&search.rest)),
    ];
    let end = if search.loops.is_empty() {
        vec![("minimal", search.found)]
    } else {
        vec![
            ("cycle", search.found),
            ("loops", evaluator.list(&search.loops)),
        ]
    };
    Ok(evaluator.attrs_from(way.into_iter().chain(end)))
}

fn toposort<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [before, list] = take(arguments)?;
    let mut left = evaluator.force_list(list)?.to_vec();
    let mut result = vec![];
    while left.len() >= 2 {
        let search = search(evaluator, true, before, &left)?;
        if !search.loops.is_empty() {
            let cycle = search.visited.iter().rev().chain([&search.found]);
            let cycle: Vec<Value<'a>> = cycle.copied().collect();
            return Ok(evaluator.attrs_from([
                ("cycle", evaluator.list(&cycle)),
                ("loops", evaluator.list(&search.loops)),
            ]));
        }
        result.push(search.found);
        left = [search.visited, search.rest].concat();
    }
    result.append(&mut left);
    Ok(evaluator.attrs_from([("result", evaluator.list(&result))]))
}
