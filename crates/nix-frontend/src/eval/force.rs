//! Forcing thunks, and forcing values to a type.

use crate::eval::attrs::{Attr, Attrs};
use crate::eval::error::{At, ErrorKind, EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::outline::Bounds;
use crate::eval::recursion;
use crate::eval::string::Str;
use crate::eval::thunk::{Calls, Over, State, Thunk};
use crate::eval::value::Value;

impl<'a> Evaluator<'a> {
    /// Evaluates `value` as far as its outermost constructor. The result is never a thunk.
    #[inline]
    pub fn force(&self, value: Value<'a>) -> Result<Value<'a>> {
        match value {
            Value::Thunk(thunk) => self.force_thunk(thunk),
            value => Ok(value),
        }
    }

    #[inline]
    fn force_thunk(&self, thunk: &'a Thunk<'a>) -> Result<Value<'a>> {
        match thunk.done() {
            Some(value) => Ok(value),
            None => self.force_waiting(thunk),
        }
    }

    fn force_waiting(&self, thunk: &'a Thunk<'a>) -> Result<Value<'a>> {
        let state = thunk.state.get();
        match state {
            State::Forcing => return Err(recursion::needs_itself(thunk)),
            State::Failed(number) => return Err(self.kept(number)),
            _ => {}
        }
        self.check_stack()?;
        thunk.state.set(State::Forcing);
        let result = self.run_state(state);
        match result {
            Ok(value) => {
                thunk.state.set(State::Done(value));
                Ok(value)
            }
            Err(error) => {
                let mut error = self.leave_thunk(error, thunk);
                thunk.state.set(State::Failed(self.keep(&mut error)));
                Err(error)
            }
        }
    }

    fn run_state(&self, state: State<'a>) -> Result<Value<'a>> {
        match state {
            State::Waiting(expr, env) => self.eval(expr, env),
            State::Inherit(binding, source) => {
                let source = self.force_thunk(source).at(binding.name_span)?;
                self.select(source, binding.name, binding.name_span)
            }
            State::Select(selection) => {
                let source = self.force(selection.source).at(selection.span)?;
                self.select(source, selection.name, selection.span)
            }
            State::Apply(application) => {
                let function = application.function;
                self.call(function, application.arguments, application.span)
                    .map_err(|error| at_function(error, function))
            }
            State::Element(calls, number) => self
                .call_element(calls, number as usize)
                .map_err(|error| at_function(error, calls.function)),
            State::Native(compute) => {
                self.tick()?;
                let value = compute(self)?;
                self.force(value)
            }
            State::Done(value) => Ok(value),
            State::Forcing => Err(EvalError::new(
                ErrorKind::InfiniteRecursion,
                recursion::MESSAGE,
            )),
            State::Failed(number) => Err(self.kept(number)),
        }
    }

    fn call_element(&self, calls: &'a Calls<'a>, number: usize) -> Result<Value<'a>> {
        match calls.over {
            Over::Numbers(_) => self.call1(calls.function, Value::Int(number as i64)),
            Over::Items(items) => {
                let item = items.get(number).copied().unwrap_or(Value::Null);
                self.call1(calls.function, item)
            }
            Over::Numbered(first, items) => {
                let item = items.get(number).copied().unwrap_or(Value::Null);
                let number = Value::Int(first.wrapping_add(number as i64));
                self.call2(calls.function, number, item)
            }
            Over::Attrs(attrs) => match attrs.get(number) {
                Some(attr) => {
                    let name = self.symbol_string(attr.name);
                    self.call2(calls.function, name, attr.value)
                }
                None => Ok(Value::Null),
            },
        }
    }

    /// Evaluates `value` and everything in it. Errors: the first that comes up, attributes in the order of their names.
    pub fn force_deep(&self, value: Value<'a>) -> Result<Value<'a>> {
        let mut seen = rustc_hash::FxHashSet::default();
        self.force_deep_once(value, &mut seen)
    }

    fn force_deep_once(
        &self,
        value: Value<'a>,
        seen: &mut rustc_hash::FxHashSet<usize>,
    ) -> Result<Value<'a>> {
        self.check_stack()?;
        let value = self.force(value)?;
        self.enter()?;
        let result = self.force_parts(value, seen);
        self.leave();
        result.map(|()| value)
    }

    fn force_parts(&self, value: Value<'a>, seen: &mut rustc_hash::FxHashSet<usize>) -> Result<()> {
        match value {
            Value::List(list) if seen.insert(std::ptr::from_ref(list).addr()) => {
                for item in list.items {
                    self.force_deep_once(*item, seen)?;
                }
            }
            Value::Attrs(attrs) if seen.insert(std::ptr::from_ref(attrs).addr()) => {
                for attr in self.ordered(attrs) {
                    self.force_deep_once(attr.value, seen)
                        .map_err(|error| self.in_attribute(error, attr))?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The error of the value of an attribute that something goes through.
    #[cold]
    pub(crate) fn in_attribute(&self, error: Box<EvalError>, attr: &Attr<'a>) -> Box<EvalError> {
        let place = self.session.sources.word(attr.place);
        let text = || format!("in the attribute `{}`", self.name_text(attr.name));
        error.at(place).frame(text, place)
    }

    /// Forces `value` to a boolean.
    pub fn force_bool(&self, value: Value<'a>) -> Result<bool> {
        match self.force(value)? {
            Value::Bool(value) => Ok(value.get()),
            other => Err(self.expected("a Boolean", other)),
        }
    }

    /// Forces `value` to an integer.
    pub fn force_int(&self, value: Value<'a>) -> Result<i64> {
        match self.force(value)? {
            Value::Int(value) => Ok(value),
            other => Err(self.expected("an integer", other)),
        }
    }

    /// Forces `value` to a string.
    pub fn force_string(&self, value: Value<'a>) -> Result<&'a Str<'a>> {
        match self.force(value)? {
            Value::String(value) => Ok(value),
            other => Err(self.expected("a string", other)),
        }
    }

    /// Forces `value` to a string without context.
    pub fn force_plain_string(&self, value: Value<'a>) -> Result<&'a [u8]> {
        let string = self.force_string(value)?;
        match string.context.first() {
            None => Ok(string.bytes),
            Some(element) => Err(EvalError::type_error(format!(
                "the string '{}' is not allowed to refer to a store path (such as '{element}')",
                string.text()
            ))),
        }
    }

    /// Forces `value` to a list.
    pub fn force_list(&self, value: Value<'a>) -> Result<&'a [Value<'a>]> {
        match self.force(value)? {
            Value::List(list) => Ok(list.items),
            other => Err(self.expected("a list", other)),
        }
    }

    /// Forces `value` to an attribute set.
    pub fn force_attrs(&self, value: Value<'a>) -> Result<&'a Attrs<'a>> {
        match self.force(value)? {
            Value::Attrs(attrs) => Ok(attrs),
            other => Err(self.expected("a set", other)),
        }
    }

    /// Forces `value` to a function, or a set with `__functor`.
    pub fn force_function(&self, value: Value<'a>) -> Result<Value<'a>> {
        match self.force(value)? {
            function if function.is_function() => Ok(function),
            Value::Attrs(attrs) if attrs.get(crate::ir::symbol::known::FUNCTOR).is_some() => {
                Ok(Value::Attrs(attrs))
            }
            Value::OutOfReach(unknown) => Ok(Value::OutOfReach(unknown)),
            other => Err(self.expected("a function", other)),
        }
    }

    /// The error of finding `found` where `wanted` (with its article) is needed.
    #[cold]
    pub fn expected(&self, wanted: &str, found: Value<'a>) -> Box<EvalError> {
        match found {
            Value::OutOfReach(unknown) => EvalError::out_of_reach(&self.session.symbols, unknown),
            found => {
                let error = EvalError::type_error(format!(
                    "expected {wanted} but found {}: {}",
                    found.type_with_article(),
                    self.outline(found, Bounds::MESSAGE),
                ));
                self.unfit(error, found, wanted)
            }
        }
    }
}

/// The error of a call that stands nowhere in a text: it is told of the function.
#[cold]
fn at_function(error: Box<EvalError>, function: Value<'_>) -> Box<EvalError> {
    match function {
        Value::Lambda(closure) if error.span.is_none() => error.at(closure.code.span),
        _ => error,
    }
}
