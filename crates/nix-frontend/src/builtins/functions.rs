//! Builtins that look at functions, and `genericClosure`.

use std::cmp::Ordering;
use std::collections::VecDeque;

use rustc_hash::FxHashSet;

use crate::builtins::{Spec, attrs_sorted, take};
use crate::eval::attrs::{Attr, Attrs};
use crate::eval::error::{ErrorKind, EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::value::Value;
use crate::ir::symbol::{Symbol, known};

/// The builtins of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("functionArgs", 1, function_args),
    Spec::new("genericClosure", 1, generic_closure),
];

fn function_args<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function] = take(arguments)?;
    let formals: Vec<Attr<'a>> = match evaluator.force(function)? {
        Value::Lambda(closure) => {
            let formals = closure.code.formals.iter();
            let formals = formals.flat_map(|formals| &formals.entries);
            formals
                .map(|formal| Attr {
                    name: formal.name,
                    place: formal.span.start,
                    value: Value::bool(formal.default.is_some()),
                })
                .collect()
        }
        Value::Builtin(builtin) => {
            let formals = builtin.formals.iter();
            let formals = formals
                .map(|(name, optional)| Attr::unplaced(*name, Value::bool(*optional)))
                .collect();
            return Ok(evaluator.attrs(formals));
        }
        Value::Partial(_) => vec![],
        unknown @ Value::OutOfReach(_) => return Err(evaluator.expected("a function", unknown)),
        _ => return Err(EvalError::type_error("'functionArgs' requires a function")),
    };
    Ok(attrs_sorted(evaluator, &formals))
}

/// Breadth first. Of elements with equal keys the first counts. What the operator gives is evaluated at once, as in Nix.
fn generic_closure<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [argument] = take(arguments)?;
    let attrs = evaluator.force_attrs(argument)?;
    let start = evaluator.force_list(required(evaluator, attrs, known::START_SET)?)?;
    if start.is_empty() {
        return Ok(evaluator.list_of(&[]));
    }
    let operator = required(evaluator, attrs, known::OPERATOR)?;
    let operator = evaluator.force_function(operator)?;
    let mut waiting: VecDeque<Value<'a>> = start.iter().copied().collect();
    let mut keys = Keys::default();
    let mut closure = vec![];
    while let Some(element) = waiting.pop_front() {
        let attrs = evaluator.force_attrs(element)?;
        let key = evaluator.force(required(evaluator, attrs, known::KEY)?)?;
        if !keys.insert(evaluator, key)? {
            continue;
        }
        closure.push(element);
        let found = evaluator.call1(operator, element)?;
        for element in evaluator.force_list(found)? {
            waiting.push_back(evaluator.force(*element)?);
        }
    }
    Ok(evaluator.list(&closure))
}

fn required<'a>(
    evaluator: &Evaluator<'a>,
    attrs: &'a Attrs<'a>,
    name: Symbol,
) -> Result<Value<'a>> {
    attrs.value(name).ok_or_else(|| {
        let message = format!("attribute '{}' missing", evaluator.name_text(name));
        EvalError::new(ErrorKind::MissingAttribute, message)
    })
}

/// The keys of a closure. Numbers and strings, as nearly all keys are, are told apart by their hash as long as there are no others.
#[derive(Default)]
struct Keys<'a> {
    ints: FxHashSet<i64>,
    strings: FxHashSet<&'a [u8]>,
    sorted: Vec<Value<'a>>,
    first: Option<Value<'a>>,
}

impl<'a> Keys<'a> {
    /// Whether the key is new. Errors: it does not compare with the others.
    fn insert(&mut self, evaluator: &Evaluator<'a>, key: Value<'a>) -> Result<bool> {
        let first = *self.first.get_or_insert(key);
        match (first, key) {
            (Value::Int(_), Value::Int(number)) if self.sorted.is_empty() => {
                return Ok(self.ints.insert(number));
            }
            (Value::String(_), Value::String(string)) => {
                return Ok(self.strings.insert(string.bytes));
            }
            (Value::Int(_), _) => self.sort_ints(),
            (Value::String(_), _) => {
                evaluator.compare(key, first)?;
            }
            _ => {}
        }
        self.insert_sorted(evaluator, key)
    }

    /// From now on the keys are compared: integers are not alone.
    fn sort_ints(&mut self) {
        let mut ints: Vec<i64> = self.ints.drain().collect();
        ints.sort_unstable();
        self.sorted.extend(ints.into_iter().map(Value::Int));
    }

    fn insert_sorted(&mut self, evaluator: &Evaluator<'a>, key: Value<'a>) -> Result<bool> {
        let (mut low, mut high) = (0, self.sorted.len());
        while low < high {
            let middle = low.midpoint(high);
            let Some(other) = self.sorted.get(middle) else {
                break;
            };
            match evaluator.compare(key, *other)? {
                Some(Ordering::Less) => high = middle,
                Some(Ordering::Greater) => low = middle + 1,
                Some(Ordering::Equal) | None => return Ok(false),
            }
        }
        self.sorted.insert(low, key);
        Ok(true)
    }
}
