//! `lib.fixedPoints`: sets that speak of themselves, and overlays that change them.
//!
//! An overlay is a function `final: prev: { … }`: what it adds or changes may use the set as it becomes in the end, and as it was
//! before this overlay.

use std::cell::Cell;

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Attr, Evaluator, Result, Value};
use nix_frontend::ir::Symbol;

use crate::functions::trivial::is_function;

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("composeExtensions", 4, compose_extensions),
    Spec::new("composeManyExtensions", 3, compose_many_extensions),
    Spec::new("converge", 2, converge),
    Spec::new("extends", 3, extends),
    Spec::new("fix", 1, fix),
    Spec::new("fix'", 1, fix_and_tell),
    Spec::new("makeExtensible", 1, |evaluator, arguments| {
        let [function] = take(arguments)?;
        extensible(evaluator, evaluator.symbol("extend"), function)
    }),
    Spec::new("makeExtensibleWithCustomName", 2, |evaluator, arguments| {
        let [name, function] = take(arguments)?;
        let name = evaluator.symbol(evaluator.force_plain_string(name)?);
        extensible(evaluator, name, function)
    }),
    Spec::new("toExtension", 1, to_extension),
];

/// The value that `make` makes of itself.
pub(crate) fn knot<'a>(
    evaluator: &Evaluator<'a>,
    make: impl Fn(&Evaluator<'a>, Value<'a>) -> Result<Value<'a>> + 'a,
) -> Result<Value<'a>> {
    let knot: &'a Cell<Value<'a>> = evaluator.arena.alloc(Cell::new(Value::Null));
    let value = evaluator.lazy(move |evaluator| make(evaluator, knot.get()));
    knot.set(value);
    evaluator.force(value)
}

fn fix<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function] = take(arguments)?;
    knot(evaluator, move |evaluator, own| {
        evaluator.call1(function, own)
    })
}

/// A set with one attribute more.
fn with<'a>(
    evaluator: &Evaluator<'a>,
    attrs: Value<'a>,
    name: Symbol,
    value: Value<'a>,
) -> Result<Value<'a>> {
    let attrs = evaluator.force_attrs(attrs)?;
    let more = evaluator.attrs_ref(vec![Attr::unplaced(name, value)]);
    Ok(Value::Attrs(attrs.update(more, evaluator.arena)))
}

fn fix_and_tell<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function] = take(arguments)?;
    let unfix = evaluator.symbol("__unfix__");
    knot(evaluator, move |evaluator, own| {
        let attrs = evaluator.call1(function, own)?;
        with(evaluator, attrs, unfix, function)
    })
}

/// Applies the function until its result stays as it is.
fn converge<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, mut value] = take(arguments)?;
    loop {
        let next = evaluator.call1(function, value)?;
        if evaluator.equal(next, value)? {
            return evaluator.force(value);
        }
        value = next;
    }
}

fn extends<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [overlay, function, last] = take(arguments)?;
    extended(evaluator, overlay, function, last)
}

fn extended<'a>(
    evaluator: &Evaluator<'a>,
    overlay: Value<'a>,
    function: Value<'a>,
    last: Value<'a>,
) -> Result<Value<'a>> {
    let former = evaluator.call1(function, last)?;
    let attrs = evaluator.force_attrs(former)?;
    let more = evaluator.call2(overlay, last, former)?;
    let more = evaluator.force_attrs(more)?;
    Ok(Value::Attrs(attrs.update(more, evaluator.arena)))
}

/// What several overlays add, the later ones on top of the earlier.
fn compose<'a>(
    evaluator: &Evaluator<'a>,
    overlays: &[Value<'a>],
    last: Value<'a>,
    former: Value<'a>,
) -> Result<Value<'a>> {
    let mut former = former;
    let mut all = evaluator.attrs_ref(vec![]);
    for overlay in overlays {
        let more = evaluator.call2(*overlay, last, former)?;
        let more = evaluator.force_attrs(more)?;
        all = all.update(more, evaluator.arena);
        let before = former;
        former = evaluator.lazy(move |evaluator| {
            let before = evaluator.force_attrs(before)?;
            Ok(Value::Attrs(before.update(more, evaluator.arena)))
        });
    }
    Ok(Value::Attrs(all))
}

fn compose_extensions<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [first, second, last, former] = take(arguments)?;
    compose(evaluator, &[first, second], last, former)
}

fn compose_many_extensions<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [overlays, last, former] = take(arguments)?;
    compose(evaluator, evaluator.force_list(overlays)?, last, former)
}

/// What a function makes of itself, with a function of that name that puts overlays on top.
pub(crate) fn extensible<'a>(
    evaluator: &Evaluator<'a>,
    name: Symbol,
    function: Value<'a>,
) -> Result<Value<'a>> {
    let extend = evaluator.native("extend", 1, move |evaluator, arguments| {
        let [overlay] = take(arguments)?;
        extensible(evaluator, name, extension(evaluator, overlay, function))
    });
    let unfixed = evaluator.native("__unfix__", 1, move |evaluator, arguments| {
        let [last] = take(arguments)?;
        let attrs = evaluator.call1(function, last)?;
        with(evaluator, attrs, name, extend)
    });
    fix_and_tell(evaluator, &[unfixed])
}

/// A function of the set as it becomes in the end, with an overlay on top.
pub(crate) fn extension<'a>(
    evaluator: &Evaluator<'a>,
    overlay: Value<'a>,
    function: Value<'a>,
) -> Value<'a> {
    evaluator.native("extends", 1, move |evaluator, arguments| {
        let [last] = take(arguments)?;
        extended(evaluator, overlay, function, last)
    })
}

/// An overlay of what is one already, of a function of the former set only, or of a plain set.
fn to_extension<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [given] = take(arguments)?;
    let is_plain = !is_function(evaluator, given)?;
    Ok(
        evaluator.native("extension", 2, move |evaluator, arguments| {
            let [last, former] = take(arguments)?;
            if is_plain {
                return evaluator.force(given);
            }
            let more = evaluator.call1(given, former)?;
            match is_function(evaluator, more)? {
                true => evaluator.call2(given, last, former),
                false => Ok(more),
            }
        }),
    )
}
