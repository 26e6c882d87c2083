//! `mkIf`, `mkMerge`, `mkOverride` and `mkOrder`: pushing them down, taking them off, and who wins.

use nix_frontend::eval::{Attr, Attrs, Bool, ErrorKind, EvalError, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;
use source::Span;

use crate::modules::definition::{Definition, PLAIN, PLAIN_ORDER};

/// What kind of marker a value is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Marker {
    /// `mkIf`
    If,
    /// `mkMerge`
    Merge,
    /// `mkOverride`, `mkForce`, `mkDefault`, …
    Override,
    /// `mkOrder`, `mkBefore`, `mkAfter`
    Order,
    /// `mkDefinition`
    Definition,
}

/// The marker that a set is, and the set. Forces the value.
pub fn marker<'a>(
    evaluator: &Evaluator<'a>,
    value: Value<'a>,
) -> Result<Option<(Marker, &'a Attrs<'a>)>> {
    let Value::Attrs(attrs) = evaluator.force(value)? else {
        return Ok(None);
    };
    let marker = match tag(evaluator, attrs)? {
        Some(b"if") => Marker::If,
        Some(b"merge") => Marker::Merge,
        Some(b"override") => Marker::Override,
        Some(b"order") => Marker::Order,
        Some(b"definition") => Marker::Definition,
        _ => return Ok(None),
    };
    Ok(Some((marker, attrs)))
}

/// The `_type` of a set, if it has one that is a string.
pub fn tag<'a>(evaluator: &Evaluator<'a>, attrs: &'a Attrs<'a>) -> Result<Option<&'a [u8]>> {
    let Some(tag) = attrs.value(known::TYPE_TAG) else {
        return Ok(None);
    };
    Ok(match evaluator.force(tag)? {
        Value::String(tag) => Some(tag.bytes),
        _ => None,
    })
}

/// Expands `mkMerge` around a set and moves `mkIf` and `mkOverride` from around it to its attributes.
pub fn push_down<'a>(
    evaluator: &Evaluator<'a>,
    definition: Definition<'a>,
) -> Result<Vec<Definition<'a>>> {
    evaluator.check_stack()?;
    let Some((marker, attrs)) = marker(evaluator, definition.value)? else {
        return Ok(vec![definition]);
    };
    match marker {
        Marker::Merge => {
            let mut all = vec![];
            for item in contents(evaluator, attrs)? {
                all.extend(push_down(evaluator, definition.with_value(*item))?);
            }
            Ok(all)
        }
        Marker::If | Marker::Override => {
            let inner = definition.with_value(content(evaluator, attrs)?);
            let wrap = |value| match marker {
                Marker::If => mk_if(evaluator, attrs.value(known::CONDITION), value),
                _ => mk_override_value(evaluator, attrs.value(known::PRIORITY), value),
            };
            let pushed = push_down(evaluator, inner)?.into_iter();
            pushed
                .map(|each| Ok(each.with_value(map_attrs(evaluator, each.value, wrap)?)))
                .collect()
        }
        Marker::Order | Marker::Definition => Ok(vec![definition]),
    }
}

fn map_attrs<'a>(
    evaluator: &Evaluator<'a>,
    value: Value<'a>,
    wrap: impl Fn(Value<'a>) -> Value<'a>,
) -> Result<Value<'a>> {
    let value = evaluator.force(value)?;
    let Value::Attrs(attrs) = value else {
        return Ok(value);
    };
    let wrapped = evaluator.items(attrs).iter().map(|attr| Attr {
        value: wrap(attr.value),
        ..*attr
    });
    Ok(evaluator.attrs(wrapped.collect()))
}

/// Expands `mkMerge` and decides `mkIf`; takes no other marker off.
pub fn discharge<'a>(
    evaluator: &Evaluator<'a>,
    definition: Definition<'a>,
    into: &mut Vec<Definition<'a>>,
) -> Result<()> {
    evaluator.check_stack()?;
    let found = match marker(evaluator, definition.value) {
        // The definition is there, but what it says is not known.
        Err(error) if error.is_out_of_reach() => {
            let unknown = evaluator.or_unknown(Err(error))?;
            into.push(definition.with_value(unknown));
            return Ok(());
        }
        found => found?,
    };
    let Some((marker, attrs)) = found else {
        into.push(definition);
        return Ok(());
    };
    match marker {
        Marker::Merge => {
            for item in contents(evaluator, attrs)? {
                discharge(evaluator, definition.with_value(*item), into)?;
            }
        }
        Marker::If => {
            let condition = attrs.value(known::CONDITION).unwrap_or(Value::Null);
            match evaluator.or_unknown(evaluator.force(condition))? {
                Value::Bool(Bool::True) => {
                    let content = content(evaluator, attrs)?;
                    discharge(evaluator, definition.with_value(content), into)?;
                }
                Value::Bool(Bool::False) => {}
                unknown @ Value::OutOfReach(_) => into.push(Definition {
                    is_doubtful: true,
                    ..definition.with_value(unknown)
                }),
                _ => {
                    return Err(EvalError::new(
                        ErrorKind::Throw,
                        "‘mkIf’ called with a non-Boolean condition",
                    ));
                }
            }
        }
        Marker::Definition => {
            let value = attrs.value(known::VALUE).unwrap_or(Value::Null);
            let file = match attrs.value(known::FILE) {
                Some(file) => {
                    evaluator
                        .coerce_to_string(file, nix_frontend::eval::coerce::Coercion::TO_STRING)?
                        .bytes
                }
                None => definition.file,
            };
            into.push(Definition {
                file,
                value,
                ..definition
            });
        }
        Marker::Override | Marker::Order => into.push(definition),
    }
    Ok(())
}

/// Takes one `mkOverride` off and writes its priority down.
pub fn strip_override<'a>(
    evaluator: &Evaluator<'a>,
    definition: Definition<'a>,
) -> Result<Definition<'a>> {
    match marker(evaluator, definition.value)? {
        Some((Marker::Override, attrs)) => Ok(Definition {
            value: content(evaluator, attrs)?,
            priority: number(evaluator, attrs)?,
            ..definition
        }),
        _ => Ok(Definition {
            priority: PLAIN,
            ..definition
        }),
    }
}

/// Takes one `mkOrder` off and writes its priority down.
pub fn strip_order<'a>(
    evaluator: &Evaluator<'a>,
    definition: Definition<'a>,
) -> Result<Definition<'a>> {
    match marker(evaluator, definition.value)? {
        Some((Marker::Order, attrs)) => Ok(Definition {
            value: content(evaluator, attrs)?,
            order: number(evaluator, attrs)?,
            is_ordered: true,
            ..definition
        }),
        _ => Ok(Definition {
            order: PLAIN_ORDER,
            ..definition
        }),
    }
}

/// All that the definitions of an option come to.
pub struct Finals<'a> {
    /// Those that win, in order, without markers.
    pub winners: &'a [Definition<'a>],
    /// Those that yield to a stronger one.
    pub losers: &'a [Definition<'a>],
    /// The priority of the winners.
    pub priority: i64,
}

/// The weakest priority that can win over none.
const WEAKEST: i64 = 9999;

/// The priority that wins. A single one wins in any case.
pub(crate) fn strongest(priorities: impl ExactSizeIterator<Item = i64>) -> i64 {
    let is_single = priorities.len() == 1;
    let strongest = priorities.min();
    match strongest {
        Some(priority) if is_single => priority,
        Some(priority) => priority.min(WEAKEST),
        None => WEAKEST,
    }
}

/// Definitions by who wins, the winners not ordered yet.
#[derive(Clone, Copy)]
pub struct Decided<'a> {
    winners: &'a [Definition<'a>],
    losers: &'a [Definition<'a>],
    /// The priority of the winners.
    pub priority: i64,
}

/// Expands the definitions of one option and decides who wins. What stands inside `mkOverride` is not looked at.
pub fn decided<'a>(
    evaluator: &Evaluator<'a>,
    definitions: &[Definition<'a>],
) -> Result<Decided<'a>> {
    let mut expanded = Vec::with_capacity(definitions.len());
    for definition in definitions {
        discharge(evaluator, *definition, &mut expanded)?;
    }
    for definition in &mut expanded {
        *definition = strip_override(evaluator, *definition)?;
    }
    let priority = strongest(expanded.iter().map(|each| each.priority));
    let losers = expanded.iter().filter(|each| each.priority != priority);
    let losers: Vec<Definition<'a>> = losers.copied().collect();
    expanded.retain(|each| each.priority == priority);
    Ok(Decided {
        winners: evaluator.arena.alloc_slice_copy(&expanded),
        losers: evaluator.arena.alloc_slice_copy(&losers),
        priority,
    })
}

/// Orders the winners.
pub fn ordered<'a>(evaluator: &Evaluator<'a>, decided: Decided<'a>) -> Result<Finals<'a>> {
    let winners = evaluator.arena.alloc_slice_copy(decided.winners);
    for definition in winners.iter_mut() {
        *definition = strip_order(evaluator, *definition)?;
    }
    winners.sort_by_key(|each| each.order);
    Ok(Finals {
        winners,
        losers: decided.losers,
        priority: decided.priority,
    })
}

/// Expands, decides, and orders the definitions of one option.
pub fn finals<'a>(evaluator: &Evaluator<'a>, definitions: &[Definition<'a>]) -> Result<Finals<'a>> {
    ordered(evaluator, decided(evaluator, definitions)?)
}

/// What a marker is around, not looked at yet.
pub(crate) fn content<'a>(evaluator: &Evaluator<'a>, attrs: &'a Attrs<'a>) -> Result<Value<'a>> {
    match attrs.value(known::CONTENT) {
        Some(content) => Ok(content),
        None => evaluator.select(Value::Attrs(attrs), known::CONTENT, Span::NONE),
    }
}

fn contents<'a>(evaluator: &Evaluator<'a>, attrs: &'a Attrs<'a>) -> Result<&'a [Value<'a>]> {
    let contents = evaluator.select(Value::Attrs(attrs), known::CONTENTS, Span::NONE)?;
    evaluator.force_list(contents)
}

pub(crate) fn number<'a>(evaluator: &Evaluator<'a>, attrs: &'a Attrs<'a>) -> Result<i64> {
    let priority = evaluator.select(Value::Attrs(attrs), known::PRIORITY, Span::NONE)?;
    evaluator.force_int(priority)
}

/// The set of a marker; its two attributes sorted by symbol.
fn marked<'a>(
    evaluator: &Evaluator<'a>,
    tag: &'static str,
    first: (nix_frontend::ir::Symbol, Value<'a>),
    second: Option<(nix_frontend::ir::Symbol, Value<'a>)>,
) -> Value<'a> {
    let tag = evaluator.borrowed_string(tag.as_bytes());
    let tag = Attr::unplaced(known::TYPE_TAG, tag);
    let (name, value) = first;
    let first = Attr::unplaced(name, value);
    Value::Attrs(match second {
        None => evaluator.sorted_attrs(&[tag, first]),
        Some((name, value)) => evaluator.sorted_attrs(&[tag, first, Attr::unplaced(name, value)]),
    })
}

const _: () = assert!(
    known::TYPE_TAG.0 < known::CONTENT.0
        && known::CONTENT.0 < known::CONDITION.0
        && known::CONTENT.0 < known::PRIORITY.0
        && known::TYPE_TAG.0 < known::CONTENTS.0
);

/// `mkIf condition content`
pub fn mk_if<'a>(
    evaluator: &Evaluator<'a>,
    condition: Option<Value<'a>>,
    content: Value<'a>,
) -> Value<'a> {
    marked(
        evaluator,
        "if",
        (known::CONTENT, content),
        Some((known::CONDITION, condition.unwrap_or(Value::Null))),
    )
}

/// `mkMerge contents`
pub fn mk_merge<'a>(evaluator: &Evaluator<'a>, contents: Value<'a>) -> Value<'a> {
    marked(evaluator, "merge", (known::CONTENTS, contents), None)
}

/// `mkOverride priority content`
pub fn mk_override<'a>(evaluator: &Evaluator<'a>, priority: i64, content: Value<'a>) -> Value<'a> {
    mk_override_value(evaluator, Some(Value::Int(priority)), content)
}

/// `mkOverride priority content`, the priority a value.
pub fn mk_override_value<'a>(
    evaluator: &Evaluator<'a>,
    priority: Option<Value<'a>>,
    content: Value<'a>,
) -> Value<'a> {
    marked(
        evaluator,
        "override",
        (known::CONTENT, content),
        Some((known::PRIORITY, priority.unwrap_or(Value::Int(PLAIN)))),
    )
}

/// `mkOrder priority content`, the priority a value.
pub fn mk_order<'a>(
    evaluator: &Evaluator<'a>,
    priority: Value<'a>,
    content: Value<'a>,
) -> Value<'a> {
    marked(
        evaluator,
        "order",
        (known::CONTENT, content),
        Some((known::PRIORITY, priority)),
    )
}
