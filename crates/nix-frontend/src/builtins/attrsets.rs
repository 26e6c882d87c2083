//! Builtins on attribute sets.

use source::Span;

use crate::builtins::{Spec, attrs_sorted, take};
use crate::eval::attrs::{Attr, Attrs};
use crate::eval::error::{ErrorKind, EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::thunk::Over;
use crate::eval::value::Value;
use crate::ir::symbol::{Symbol, known};

/// The builtins of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("attrNames", 1, attr_names),
    Spec::new("attrValues", 1, attr_values),
    Spec::new("catAttrs", 2, cat_attrs),
    Spec::new("getAttr", 2, get_attr),
    Spec::new("hasAttr", 2, has_attr),
    Spec::new("intersectAttrs", 2, intersect_attrs),
    Spec::new("listToAttrs", 1, list_to_attrs),
    Spec::new("mapAttrs", 2, map_attrs),
    Spec::global("removeAttrs", 2, remove_attrs),
    Spec::new("unsafeGetAttrPos", 2, attr_position),
    Spec::new("zipAttrsWith", 2, zip_attrs_with),
];

fn attr_names<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [attrs] = take(arguments)?;
    let attrs = evaluator.ordered(evaluator.force_attrs(attrs)?).iter();
    let names = attrs.map(|attr| evaluator.symbol_string(attr.name));
    Ok(evaluator.list_of(evaluator.arena.alloc_slice_fill_iter(names)))
}

fn attr_values<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [attrs] = take(arguments)?;
    let attrs = evaluator.ordered(evaluator.force_attrs(attrs)?).iter();
    let values = attrs.map(|attr| attr.value);
    Ok(evaluator.list_of(evaluator.arena.alloc_slice_fill_iter(values)))
}

fn get_attr<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [name, attrs] = take(arguments)?;
    let name = evaluator.force_plain_string(name)?;
    let attrs = evaluator.force(attrs)?;
    evaluator.select(attrs, evaluator.symbol(name), Span::NONE)
}

fn has_attr<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [name, attrs] = take(arguments)?;
    let name = evaluator.force_plain_string(name)?;
    let attrs = evaluator.force_attrs(attrs)?;
    let name = evaluator.session.symbols.find(name);
    let found = name.and_then(|name| attrs.get(name));
    Ok(Value::bool(found.is_some()))
}

fn attr_position<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [name, attrs] = take(arguments)?;
    let name = evaluator.force_plain_string(name)?;
    let attrs = evaluator.force_attrs(attrs)?;
    let name = evaluator.session.symbols.find(name);
    Ok(match name.and_then(|name| attrs.get(name)) {
        Some(attr) if attr.place.is_borrowed() => Value::Null,
        Some(attr) => evaluator.place(evaluator.session.path_start(attr.place)),
        None => Value::Null,
    })
}

fn remove_attrs<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [attrs, names] = take(arguments)?;
    let attrs = evaluator.force_attrs(attrs)?;
    let mut removed = vec![];
    for name in evaluator.force_list(names)? {
        let name = evaluator.symbol(evaluator.force_plain_string(*name)?);
        if attrs.get(name).is_some() {
            removed.push(name);
        }
    }
    if removed.is_empty() {
        return Ok(Value::Attrs(attrs));
    }
    removed.sort_unstable();
    let items = evaluator.items(attrs).iter();
    let kept: Vec<Attr<'a>> = items
        .filter(|attr| removed.binary_search(&attr.name).is_err())
        .copied()
        .collect();
    Ok(attrs_sorted(evaluator, &kept))
}

/// Of several elements with one name the first counts; the others need no value.
fn list_to_attrs<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list] = take(arguments)?;
    let list = evaluator.force_list(list)?;
    let mut items: Vec<Attr<'a>> = Vec::with_capacity(list.len());
    let mut open = None;
    for element in list {
        let pair = match evaluator.force_attrs(*element) {
            Err(error) if error.is_out_of_reach() => {
                open = Some(error);
                continue;
            }
            pair => pair?,
        };
        let name = pair.get(known::NAME).ok_or_else(|| missing("name"))?;
        let text = evaluator.force_plain_string(name.value);
        if let Err(error) = &text
            && error.is_out_of_reach()
        {
            open = text.err();
            continue;
        }
        let name = evaluator.symbol(text.map_err(|error| evaluator.in_attribute(error, name))?);
        match pair.get(known::VALUE) {
            Some(value) => items.push(Attr { name, ..*value }),
            None if items.iter().any(|attr| attr.name == name) => {}
            None => return Err(missing("value")),
        }
    }
    Ok(evaluator.perhaps_open(evaluator.first_attrs(items), open))
}

#[cold]
fn missing(name: &str) -> Box<EvalError> {
    let message = format!("attribute '{name}' missing");
    EvalError::new(ErrorKind::MissingAttribute, message)
}

fn intersect_attrs<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [names, attrs] = take(arguments)?;
    let names = evaluator.force_attrs(names)?;
    let attrs = evaluator.force_attrs(attrs)?;
    const MUCH_SMALLER: usize = 8;
    let common: Vec<Attr<'a>> = if names.len() < attrs.len() / MUCH_SMALLER {
        let names = evaluator.items(names).iter();
        names
            .filter_map(|attr| attrs.get(attr.name))
            .copied()
            .collect()
    } else if attrs.len() < names.len() / MUCH_SMALLER {
        let attrs = evaluator.items(attrs).iter();
        attrs
            .filter(|attr| names.get(attr.name).is_some())
            .copied()
            .collect()
    } else {
        let mut names = evaluator.items(names).iter().peekable();
        let attrs = evaluator.items(attrs).iter();
        attrs
            .filter(|attr| {
                while names.next_if(|other| other.name < attr.name).is_some() {}
                names.peek().is_some_and(|other| other.name == attr.name)
            })
            .copied()
            .collect()
    };
    Ok(attrs_sorted(evaluator, &common))
}

fn cat_attrs<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [name, list] = take(arguments)?;
    let name = evaluator.symbol(evaluator.force_plain_string(name)?);
    let mut found = vec![];
    for attrs in evaluator.force_list(list)? {
        found.extend(evaluator.force_attrs(*attrs)?.value(name));
    }
    Ok(evaluator.list(&found))
}

/// The attributes borrow the places of those they are made of, where Nix forgets them.
fn map_attrs<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, attrs] = take(arguments)?;
    let items = evaluator.items(evaluator.force_attrs(attrs)?);
    let calls = evaluator.lazy_calls(function, Over::Attrs(items));
    let mapped = items.iter().zip(calls).map(|(attr, value)| Attr {
        name: attr.name,
        place: attr.place.borrowed(),
        value,
    });
    let mapped = evaluator.arena.alloc_slice_fill_iter(mapped);
    Ok(Value::Attrs(evaluator.arena.alloc(Attrs::sorted(mapped))))
}

fn zip_attrs_with<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, list] = take(arguments)?;
    let function = evaluator.force_function(function)?;
    let mut all: Vec<(Symbol, Value<'a>)> = vec![];
    for attrs in evaluator.force_list(list)? {
        let items = evaluator.items(evaluator.force_attrs(*attrs)?).iter();
        all.extend(items.map(|attr| (attr.name, attr.value)));
    }
    all.sort_by_key(|(name, _)| *name);
    let values = all.iter().map(|(_, value)| *value);
    let mut rest = &*evaluator.arena.alloc_slice_fill_iter(values);
    let groups = all.chunk_by(|(left, _), (right, _)| left == right);
    let groups: Vec<Attr<'a>> = groups
        .filter_map(|group| {
            let (name, _) = group.first()?;
            let (values, behind) = rest.split_at_checked(group.len())?;
            rest = behind;
            Some(Attr::unplaced(*name, evaluator.list_of(values)))
        })
        .collect();
    let groups = &*evaluator.arena.alloc_slice_copy(&groups);
    let calls = evaluator.lazy_calls(function, Over::Attrs(groups));
    let zipped = groups.iter().zip(calls);
    let zipped = zipped.map(|(group, value)| Attr::unplaced(group.name, value));
    let zipped = evaluator.arena.alloc_slice_fill_iter(zipped);
    Ok(Value::Attrs(evaluator.arena.alloc(Attrs::sorted(zipped))))
}
