//! Binary operators other than the lazy ones; equality and order.
//!
//! Integers overflow with an error. An integer and a float compare and compute as floats. Functions are equal to nothing, not even to
//! themselves, except where a list or set compares its elements by identity first.

use std::cmp::Ordering;

use crate::eval::attrs::{Attr, Attrs};
use crate::eval::blame::of_both;
use crate::eval::coerce::Coercion;
use crate::eval::error::{EvalError, Result};
use crate::eval::evaluator::{Evaluator, UnknownCall};
use crate::eval::outline::Bounds;
use crate::eval::string::StringBuilder;
use crate::eval::value::{Origin, OutOfReach, Value};
use crate::ir::expr::Operator;
use crate::ir::symbol::known;

/// Whether the left side is what `+` or `//` can work with as it is.
#[inline(always)]
pub(crate) fn is_settled(operator: Operator, left: Value<'_>) -> bool {
    match operator {
        Operator::Update => matches!(left, Value::Attrs(_)),
        Operator::Add => matches!(
            left,
            Value::Int(_) | Value::Float(_) | Value::String(_) | Value::Path(_)
        ),
        _ => true,
    }
}

impl<'a> Evaluator<'a> {
    /// `left operator right`, both evaluated already.
    #[inline]
    pub fn operate(
        &self,
        operator: Operator,
        left: Value<'a>,
        right: Value<'a>,
    ) -> Result<Value<'a>> {
        if let (Value::Int(left), Value::Int(right)) = (left, right)
            && let Some(value) = on_integers(operator, left, right)
        {
            return Ok(value);
        }
        match operator {
            Operator::Add => self.add(left, right),
            Operator::Subtract => self.arithmetic(left, right, "-", i64::checked_sub, |l, r| l - r),
            Operator::Multiply => self.arithmetic(left, right, "*", i64::checked_mul, |l, r| l * r),
            Operator::Divide => self.divide(left, right),
            Operator::Equal => self.equal(left, right).map(Value::bool),
            Operator::NotEqual => Ok(Value::bool(!self.equal(left, right)?)),
            Operator::Less => self.is_less(left, right).map(Value::bool),
            Operator::LessOrEqual => Ok(Value::bool(!self.is_less(right, left)?)),
            Operator::Greater => self.is_less(right, left).map(Value::bool),
            Operator::GreaterOrEqual => Ok(Value::bool(!self.is_less(left, right)?)),
            Operator::Update => self.update(left, right),
            Operator::Concat => self.concat(left, right),
            Operator::And | Operator::Or | Operator::Implies => {
                let (left, right) = (self.force_bool(left)?, self.force_bool(right)?);
                Ok(Value::bool(match operator {
                    Operator::And => left && right,
                    Operator::Or => left || right,
                    _ => !left || right,
                }))
            }
        }
    }

    /// What `left` counts for in `left operator …`, where that is settled before the right side is evaluated: `+` makes a string of it, `//` needs a set.
    #[cold]
    pub(crate) fn settle(&self, operator: Operator, left: Value<'a>) -> Result<Value<'a>> {
        if operator == Operator::Update {
            return match self.force(left)? {
                unknown @ Value::OutOfReach(_) => Ok(unknown),
                left => self.force_attrs(left).map(Value::Attrs),
            };
        }
        let mut builder = StringBuilder::default();
        self.coerce_into(left, Coercion::INTERPOLATION, &mut builder)?;
        Ok(self.built_string(builder))
    }

    fn add(&self, left: Value<'a>, right: Value<'a>) -> Result<Value<'a>> {
        match (left, right) {
            (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => {
                self.arithmetic(left, right, "+", i64::checked_add, |l, r| l + r)
            }
            (Value::Int(_) | Value::Float(_), other) => Err(self.cannot_add(other, left)),
            (Value::Path(path), other) => {
                let mut bytes = path.bytes.to_vec();
                let mut tail = StringBuilder::default();
                self.coerce_into(other, Coercion::PATH_PART, &mut tail)?;
                let (tail, context) = tail.finish();
                if !context.is_empty() {
                    return Err(EvalError::type_error(
                        "a string that refers to a store path cannot be appended to a path",
                    ));
                }
                bytes.extend_from_slice(&tail);
                Ok(self.path(canonical(&bytes)))
            }
            _ => {
                let mut builder = self.string_builder();
                self.coerce_into(left, Coercion::INTERPOLATION, &mut builder)?;
                self.coerce_into(right, Coercion::INTERPOLATION, &mut builder)?;
                self.check_budget(builder.bytes.len())?;
                Ok(self.built_string(builder))
            }
        }
    }

    #[cold]
    fn cannot_add(&self, other: Value<'a>, number: Value<'a>) -> Box<EvalError> {
        if let Value::OutOfReach(_) = other {
            return self.expected("a number", other);
        }
        let error = EvalError::type_error(format!(
            "cannot add {} to {}",
            other.type_with_article(),
            number.type_with_article(),
        ));
        of_both(error)
    }

    /// `left sign right` on numbers: with integers exactly, with a float among them as floats.
    pub fn arithmetic(
        &self,
        left: Value<'a>,
        right: Value<'a>,
        sign: &str,
        on_ints: impl Fn(i64, i64) -> Option<i64>,
        on_floats: impl Fn(f64, f64) -> f64,
    ) -> Result<Value<'a>> {
        match (left, right) {
            (Value::Int(left), Value::Int(right)) => {
                overflow(on_ints(left, right), left, sign, right)
            }
            (Value::Float(_), _) | (_, Value::Float(_)) => Ok(Value::float(on_floats(
                self.as_float(left)?,
                self.as_float(right)?,
            ))),
            (Value::Int(_), other) | (other, _) => Err(self.expected("an integer", other)),
        }
    }

    /// `left / right`.
    pub fn divide(&self, left: Value<'a>, right: Value<'a>) -> Result<Value<'a>> {
        if self.as_float(right)? == 0.0 {
            let error = EvalError::type_error("division by zero");
            return Err(self.of_value(error, right, "this is 0"));
        }
        self.arithmetic(left, right, "/", i64::checked_div, |l, r| l / r)
    }

    fn as_float(&self, value: Value<'a>) -> Result<f64> {
        match value {
            Value::Int(value) => Ok(value as f64),
            Value::Float(value) => Ok(value.get()),
            other => Err(self.expected("a float", other)),
        }
    }

    fn update(&self, left: Value<'a>, right: Value<'a>) -> Result<Value<'a>> {
        if let (Value::Attrs(left), Value::Attrs(right)) = (left, right) {
            return Ok(Value::Attrs(left.update(right, self.arena)));
        }
        match (self.force(left)?, self.force(right)?) {
            (Value::OutOfReach(unknown), Value::Attrs(right)) => {
                Ok(self.known_beside(unknown, right))
            }
            (Value::Attrs(left), Value::OutOfReach(unknown)) => {
                // What the left side holds may be overridden, but it may still be looked for.
                let arguments = self.arena.alloc_slice_copy(&[Value::Attrs(left)]);
                let call = UnknownCall {
                    callee: unknown,
                    arguments,
                };
                self.unknown_calls.borrow_mut().push(call);
                Ok(self.names_beside(left, unknown))
            }
            (Value::OutOfReach(_), right @ Value::OutOfReach(_)) => Ok(right),
            (left, right) => {
                let (left, right) = (self.force_attrs(left)?, self.force_attrs(right)?);
                Ok(Value::Attrs(left.update(right, self.arena)))
            }
        }
    }

    /// `unknown // right`: whatever `unknown` has, the attributes of `right` win.
    pub fn known_beside(&self, unknown: &'a OutOfReach<'a>, right: &'a Attrs<'a>) -> Value<'a> {
        let known = match unknown.known_attrs() {
            Some(known) => known.update(right, self.arena),
            None => right,
        };
        let rest = unknown;
        self.out_of_reach_from(Origin::Open { known, rest }, unknown.span)
    }

    /// `left // unknown`: the names of `left` are there, but what they stand for is only known where `unknown` has a known attribute.
    fn names_beside(&self, left: &'a Attrs<'a>, unknown: &'a OutOfReach<'a>) -> Value<'a> {
        let names = self.items(left).iter().map(|attr| {
            let origin = Origin::Select(unknown, attr.name);
            Attr {
                value: self.out_of_reach_from(origin, unknown.span),
                ..*attr
            }
        });
        let names = self.attrs_ref(names.collect());
        let known = match unknown.known_attrs() {
            Some(known) => names.update(known, self.arena),
            None => names,
        };
        let rest = unknown;
        self.out_of_reach_from(Origin::Open { known, rest }, unknown.span)
    }

    fn concat(&self, left: Value<'a>, right: Value<'a>) -> Result<Value<'a>> {
        let (first, second) = (self.force_list(left)?, self.force_list(right)?);
        if first.is_empty() {
            return Ok(right);
        }
        if second.is_empty() {
            return Ok(left);
        }
        self.check_budget((first.len() + second.len()) * size_of::<Value>())?;
        let both = first.iter().chain(second).copied();
        let items = self.arena.alloc_slice_fill_iter(Exact {
            iter: both,
            left: first.len() + second.len(),
        });
        Ok(self.list_of(items))
    }

    /// Whether two values are equal, as `==` has it; forces what it compares.
    pub fn equal(&self, left: Value<'a>, right: Value<'a>) -> Result<bool> {
        match (left, right) {
            (Value::Null, Value::Null) => return Ok(true),
            (Value::Int(left), Value::Int(right)) => return Ok(left == right),
            _ => {}
        }
        self.check_stack()?;
        let (left, right) = (self.force(left)?, self.force(right)?);
        Ok(match (left, right) {
            (Value::Int(left), Value::Int(right)) => left == right,
            (Value::Float(left), Value::Float(right)) => left.get() == right.get(),
            (Value::Int(left), Value::Float(right)) => left as f64 == right.get(),
            (Value::Float(left), Value::Int(right)) => left.get() == right as f64,
            (Value::Null, Value::Null) => true,
            (Value::Bool(left), Value::Bool(right)) => left.get() == right.get(),
            (Value::String(left), Value::String(right)) => left.bytes == right.bytes,
            (Value::Path(left), Value::Path(right)) => left.bytes == right.bytes,
            (Value::List(left), Value::List(right)) => {
                if left.items.len() != right.items.len() {
                    return Ok(false);
                }
                for (left, right) in left.items.iter().zip(right.items) {
                    if !self.equal_within(*left, *right)? {
                        return Ok(false);
                    }
                }
                true
            }
            (Value::Attrs(left), Value::Attrs(right)) => self.equal_attrs(left, right)?,
            (Value::OutOfReach(_), other) | (other, Value::OutOfReach(_)) => {
                let unknown = if let Value::OutOfReach(_) = left {
                    left
                } else {
                    right
                };
                let _ = other;
                return Err(self.expected("a value", unknown));
            }
            _ => false,
        })
    }

    /// Equality of elements: the very same value is equal, whatever it is.
    pub(crate) fn equal_within(&self, left: Value<'a>, right: Value<'a>) -> Result<bool> {
        if same(left, right) {
            return match self.force(left)? {
                unknown @ Value::OutOfReach(_) => Err(self.expected("a value", unknown)),
                _ => Ok(true),
            };
        }
        self.equal(left, right)
    }

    fn equal_attrs(&self, left: &'a Attrs<'a>, right: &'a Attrs<'a>) -> Result<bool> {
        if self.is_derivation(left)?
            && self.is_derivation(right)?
            && let (Some(left), Some(right)) =
                (left.value(known::OUT_PATH), right.value(known::OUT_PATH))
        {
            return self.equal(left, right);
        }
        if left.len() != right.len() {
            return Ok(false);
        }
        let pairs = self.items(left).iter().zip(self.items(right));
        if pairs.clone().any(|(left, right)| left.name != right.name) {
            return Ok(false);
        }
        for attr in self.ordered(left) {
            let Some(other) = right.value(attr.name) else {
                return Ok(false);
            };
            if !self.equal_within(attr.value, other)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a set says `type = "derivation"`.
    pub fn is_derivation(&self, attrs: &'a Attrs<'a>) -> Result<bool> {
        match attrs.value(known::TYPE) {
            None => Ok(false),
            Some(kind) => match self.force(kind)? {
                Value::String(kind) => Ok(kind.bytes == b"derivation"),
                _ => Ok(false),
            },
        }
    }

    /// `left < right`: numbers, strings, paths, and lists of these.
    pub fn is_less(&self, left: Value<'a>, right: Value<'a>) -> Result<bool> {
        Ok(self.compare(left, right)? == Some(Ordering::Less))
    }

    /// The order of two values; `None` where a float is not a number. Errors: values without an order.
    pub fn compare(&self, left: Value<'a>, right: Value<'a>) -> Result<Option<Ordering>> {
        self.check_stack()?;
        let (left, right) = (self.force(left)?, self.force(right)?);
        Ok(match (left, right) {
            (Value::Int(left), Value::Int(right)) => Some(left.cmp(&right)),
            (Value::Float(left), Value::Float(right)) => left.get().partial_cmp(&right.get()),
            (Value::Int(left), Value::Float(right)) => (left as f64).partial_cmp(&right.get()),
            (Value::Float(left), Value::Int(right)) => left.get().partial_cmp(&(right as f64)),
            (Value::String(left), Value::String(right)) => Some(left.bytes.cmp(right.bytes)),
            (Value::Path(left), Value::Path(right)) => Some(left.bytes.cmp(right.bytes)),
            (Value::List(left), Value::List(right)) => {
                for (left, right) in left.items.iter().zip(right.items) {
                    if !self.equal(*left, *right)? {
                        return self.compare(*left, *right);
                    }
                }
                Some(left.items.len().cmp(&right.items.len()))
            }
            (left @ Value::OutOfReach(_), _) => return Err(self.expected("a value", left)),
            (_, right @ Value::OutOfReach(_)) => return Err(self.expected("a value", right)),
            (left, right) => {
                return Err(self.cannot_compare(left, right));
            }
        })
    }

    #[cold]
    fn cannot_compare(&self, left: Value<'a>, right: Value<'a>) -> Box<EvalError> {
        let outline = |value| self.outline(value, Bounds::MESSAGE);
        let values = format!("values are {} and {}", outline(left), outline(right));
        let (first, second) = (left.type_with_article(), right.type_with_article());
        of_both(EvalError::type_error(
            if left.type_name() == right.type_name() {
                format!(
                    "cannot compare {first} with {second}; values of that type are incomparable ({values})"
                )
            } else {
                format!("cannot compare {first} with {second}; {values}")
            },
        ))
    }
}

/// `left operator right` on integers, unless that overflows or takes more.
#[inline(always)]
pub(crate) fn on_integers<'a>(operator: Operator, left: i64, right: i64) -> Option<Value<'a>> {
    Some(match operator {
        Operator::Add => Value::Int(left.checked_add(right)?),
        Operator::Subtract => Value::Int(left.checked_sub(right)?),
        Operator::Multiply => Value::Int(left.checked_mul(right)?),
        Operator::Less => Value::bool(left < right),
        Operator::Equal => Value::bool(left == right),
        Operator::NotEqual => Value::bool(left != right),
        Operator::LessOrEqual => Value::bool(left <= right),
        Operator::Greater => Value::bool(left > right),
        Operator::GreaterOrEqual => Value::bool(left >= right),
        _ => return None,
    })
}

/// Whether two values are one and the same object.
fn same<'a>(left: Value<'a>, right: Value<'a>) -> bool {
    let (left, right) = (seen_through(left), seen_through(right));
    match (left, right) {
        (Value::Thunk(left), Value::Thunk(right)) => std::ptr::eq(left, right),
        (Value::Lambda(left), Value::Lambda(right)) => std::ptr::eq(left, right),
        (Value::Builtin(left), Value::Builtin(right)) => std::ptr::eq(left, right),
        (Value::Partial(left), Value::Partial(right)) => std::ptr::eq(left, right),
        (Value::Attrs(left), Value::Attrs(right)) => std::ptr::eq(left, right),
        (Value::List(left), Value::List(right)) => std::ptr::eq(left, right),
        _ => false,
    }
}

fn seen_through(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Thunk(thunk) => thunk.done().unwrap_or(value),
        value => value,
    }
}

struct Exact<I> {
    iter: I,
    left: usize,
}

impl<I: Iterator> Iterator for Exact<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        self.left = self.left.saturating_sub(1);
        self.iter.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<I: Iterator> ExactSizeIterator for Exact<I> {}

fn overflow<'a>(result: Option<i64>, left: i64, sign: &str, right: i64) -> Result<Value<'a>> {
    match result {
        Some(value) => Ok(Value::Int(value)),
        None => Err(of_both(overflowed(left, sign, right))),
    }
}

#[cold]
fn overflowed(left: i64, sign: &str, right: i64) -> Box<EvalError> {
    let doing = match sign {
        "+" => "adding",
        "-" => "subtracting",
        "*" => "multiplying",
        _ => "dividing",
    };
    let message = format!("integer overflow in {doing} {left} {sign} {right}");
    let mut error = EvalError::type_error(message);
    error.label = Some("more than 64 bits hold".to_owned());
    error
}

/// An absolute path without `.`, `..`, doubled and trailing slashes, as Nix makes it: links are not looked at.
pub fn canonical(path: &[u8]) -> Vec<u8> {
    let mut parts: Vec<&[u8]> = vec![];
    for part in path.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let mut normal = Vec::with_capacity(path.len());
    for part in parts {
        normal.push(b'/');
        normal.extend_from_slice(part);
    }
    if normal.is_empty() {
        normal.push(b'/');
    }
    normal
}
