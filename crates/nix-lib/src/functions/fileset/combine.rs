//! `lib.fileset`: unions, intersections and differences.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Attr, Evaluator, Result, Value};

use super::checks::{coerce, kind_of};
use super::{Below, Fileset, Tree, WHOLE, components, directory_entries};
use crate::functions::tools::{below, throw};

/// The functions of this part.
pub const TABLE: &[Spec] = &[
    Spec::new("difference", 2, difference),
    Spec::new("intersection", 2, intersection),
    Spec::new("union", 2, |evaluator, arguments| {
        let [first, second] = take(arguments)?;
        let name = "lib.fileset.union";
        let sets = two(
            evaluator,
            name,
            ["First argument", "Second argument"],
            [first, second],
        )?;
        Ok(united(evaluator, &sets).value(evaluator))
    }),
    Spec::new("unions", 1, unions),
];

fn two<'a>(
    evaluator: &Evaluator<'a>,
    function: &str,
    contexts: [&str; 2],
    values: [Value<'a>; 2],
) -> Result<[Fileset<'a>; 2]> {
    let [first, second] = values;
    let [before, behind] = contexts;
    Ok([
        coerce(evaluator, &format!("{function}: {before}"), first)?,
        coerce(evaluator, &format!("{function}: {behind}"), second)?,
    ])
}

fn unions<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [given] = take(arguments)?;
    let list = match evaluator.force(given)? {
        Value::List(list) => list.items,
        other => {
            return Err(throw(format!(
                "lib.fileset.unions: Argument is of type {}, but it should be a list instead.",
                kind_of(evaluator, other)?
            )));
        }
    };
    let mut sets = vec![];
    for (at, item) in list.iter().enumerate() {
        let context = format!("lib.fileset.unions: Element {at}");
        sets.push(coerce(evaluator, &context, *item)?);
    }
    Ok(united(evaluator, &sets).value(evaluator))
}

/// How many components two directories have in common.
fn common(left: &[u8], right: &[u8]) -> usize {
    let pairs = components(left).zip(components(right));
    pairs.take_while(|(left, right)| left == right).count()
}

/// The directory of the first so many components.
fn shortened<'a>(evaluator: &Evaluator<'a>, path: &[u8], length: usize) -> &'a [u8] {
    let names: Vec<&[u8]> = components(path).take(length).collect();
    let path = [b"/", names.join(&b'/').as_slice()].concat();
    evaluator.arena.alloc_slice_copy(&path)
}

fn united<'a>(evaluator: &Evaluator<'a>, sets: &[Fileset<'a>]) -> Fileset<'a> {
    let sets = sets.iter().filter_map(|set| match set {
        Fileset::Empty => None,
        Fileset::Below(files) => Some(*files),
    });
    let sets: Vec<Below<'a>> = sets.collect();
    let Some((first, rest)) = sets.split_first() else {
        return Fileset::Empty;
    };
    let whole = components(first.base).count();
    let length = rest.iter().map(|files| common(first.base, files.base));
    let length = length.fold(whole, usize::min);
    let trees = sets
        .iter()
        .map(|files| from_above(evaluator, *files, length));
    let trees = &*evaluator.arena.alloc_slice_copy(&trees.collect::<Vec<_>>());
    Fileset::Below(Below {
        base: shortened(evaluator, first.base, length),
        tree: evaluator.lazy(move |evaluator| unite(evaluator, trees)),
    })
}

/// The tree as seen from the directory of the first so many components of its base.
fn from_above<'a>(evaluator: &Evaluator<'a>, files: Below<'a>, length: usize) -> Value<'a> {
    let names: Vec<&[u8]> = components(files.base).skip(length).collect();
    let names = names.into_iter().rev();
    names.fold(files.tree, |tree, name| {
        evaluator.attrs_from([(name, tree)])
    })
}

/// The part of the tree that lies below another directory, which is further down.
fn from_below<'a>(evaluator: &Evaluator<'a>, files: Below<'a>, base: &'a [u8]) -> Value<'a> {
    evaluator.lazy(move |evaluator| {
        let mut tree = files.tree;
        for name in components(base).skip(components(files.base).count()) {
            match Tree::of(evaluator, tree)? {
                Tree::Entries(entries) => {
                    let name = evaluator.symbol(name);
                    tree = entries.value(name).unwrap_or(Value::Null);
                }
                _ => break,
            }
        }
        evaluator.force(tree)
    })
}

fn unite<'a>(evaluator: &Evaluator<'a>, trees: &[Value<'a>]) -> Result<Value<'a>> {
    let mut parts = vec![];
    for tree in trees {
        match Tree::of(evaluator, *tree)? {
            Tree::Nothing => {}
            Tree::Kind(_) => return evaluator.force(*tree),
            Tree::Entries(entries) => parts.push(entries),
        }
    }
    if parts.is_empty() {
        return Ok(Value::Null);
    }
    let mut united: Vec<Attr<'a>> = vec![];
    let all = parts.iter().fold(evaluator.attrs_ref(vec![]), |all, part| {
        all.update(part, evaluator.arena)
    });
    for entry in evaluator.items(all) {
        let trees = parts.iter().filter_map(|part| part.value(entry.name));
        let trees = &*evaluator.arena.alloc_slice_copy(&trees.collect::<Vec<_>>());
        let value = evaluator.lazy(move |evaluator| unite(evaluator, trees));
        united.push(Attr { value, ..*entry });
    }
    Ok(evaluator.attrs(united))
}

fn intersection<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let given = take(arguments)?;
    let name = "lib.fileset.intersection";
    let contexts = ["First argument", "Second argument"];
    let [Fileset::Below(first), Fileset::Below(second)] = two(evaluator, name, contexts, given)?
    else {
        return Ok(Fileset::Empty.value(evaluator));
    };
    let length = common(first.base, second.base);
    let base = if length == components(first.base).count() {
        second.base
    } else if length == components(second.base).count() {
        first.base
    } else {
        return Ok(Fileset::Empty.value(evaluator));
    };
    let trees = [first, second].map(|files| from_below(evaluator, files, base));
    let tree = evaluator.lazy(move |evaluator| intersect(evaluator, trees));
    Ok(Fileset::Below(Below { base, tree }).value(evaluator))
}

fn intersect<'a>(evaluator: &Evaluator<'a>, trees: [Value<'a>; 2]) -> Result<Value<'a>> {
    let [left, right] = trees;
    match (Tree::of(evaluator, left)?, Tree::of(evaluator, right)?) {
        (Tree::Entries(left), Tree::Entries(right)) => {
            let both = evaluator.items(right).iter().filter_map(|entry| {
                let trees = [left.value(entry.name)?, entry.value];
                let value = evaluator.lazy(move |evaluator| intersect(evaluator, trees));
                Some(Attr { value, ..*entry })
            });
            Ok(evaluator.attrs(both.collect()))
        }
        (Tree::Nothing, _) | (_, Tree::Kind(_)) => evaluator.force(left),
        _ => evaluator.force(right),
    }
}

fn difference<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let given = take(arguments)?;
    let name = "lib.fileset.difference";
    let contexts = [
        "First argument (positive set)",
        "Second argument (negative set)",
    ];
    let (wanted, unwanted) = match two(evaluator, name, contexts, given)? {
        [Fileset::Below(wanted), Fileset::Below(unwanted)] => (wanted, unwanted),
        [wanted, _] => return Ok(wanted.value(evaluator)),
    };
    let base = wanted.base;
    let length = common(base, unwanted.base);
    let taken_away = if length == components(base).count() {
        from_above(evaluator, unwanted, length)
    } else if length == components(unwanted.base).count() {
        from_below(evaluator, unwanted, base)
    } else {
        Value::Null
    };
    let path = evaluator.path(base);
    let trees = [wanted.tree, taken_away];
    let tree = evaluator.lazy(move |evaluator| subtract(evaluator, path, trees));
    Ok(Fileset::Below(Below { base, tree }).value(evaluator))
}

fn subtract<'a>(
    evaluator: &Evaluator<'a>,
    path: Value<'a>,
    trees: [Value<'a>; 2],
) -> Result<Value<'a>> {
    let [wanted, unwanted] = trees;
    let some = match Tree::of(evaluator, wanted)? {
        Tree::Nothing => return Ok(Value::Null),
        Tree::Kind(WHOLE) => None,
        Tree::Kind(_) => {
            return match Tree::of(evaluator, unwanted)? {
                Tree::Kind(_) => Ok(Value::Null),
                _ => evaluator.force(wanted),
            };
        }
        Tree::Entries(entries) => Some(entries),
    };
    let taken_away = match Tree::of(evaluator, unwanted)? {
        Tree::Kind(_) => return Ok(Value::Null),
        Tree::Nothing => return evaluator.force(wanted),
        Tree::Entries(entries) => entries,
    };
    let left = evaluator
        .items(directory_entries(evaluator, path, some)?)
        .iter();
    let left = left.map(|entry| {
        let (name, tree) = (entry.name, entry.value);
        let unwanted = taken_away.value(name).unwrap_or(Value::Null);
        let value = evaluator.lazy(move |evaluator| {
            let path = below(evaluator, path, evaluator.name(name))?;
            subtract(evaluator, path, [tree, unwanted])
        });
        Attr { value, ..*entry }
    });
    Ok(evaluator.attrs(left.collect()))
}
