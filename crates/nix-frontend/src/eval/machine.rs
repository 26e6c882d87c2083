//! Evaluates expressions.
//!
//! [`Evaluator::eval`] walks down the expression and loops over what stands in tail position: bodies of `let` and `with`, branches of
//! `if`, what is behind an `assert`. [`Evaluator::delay`] makes a thunk, unless the value is at hand: literals, functions and variables.

use std::cell::Cell;

use source::{Pos, Span};

use crate::eval::at_hand::evaluated;
use crate::eval::attrs::{Attr, Attrs};
use crate::eval::env::{Env, Slot, Slots};
use crate::eval::error::{At, ErrorKind, EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::ops::{is_settled, on_integers};
use crate::eval::thunk::{State, Thunk};
use crate::eval::value::{Closure, Value};
use crate::ir::expr::{
    AttrName, AttrNameKind, AttrsExpr, Binding, BindingValue, Call, Expr, ExprKind, HasAttr, Let,
    Operator, Select,
};
use crate::ir::symbol::{Symbol, known};

const BUFFERED_ARGUMENTS: usize = 4;

impl<'a> Evaluator<'a> {
    /// Evaluates `expr`; the result is never a thunk.
    pub fn eval(&self, expr: &'a Expr, env: &'a Env<'a>) -> Result<Value<'a>> {
        let (mut expr, mut env) = (expr, env);
        loop {
            match &expr.kind {
                ExprKind::Local { depth, index, .. } => {
                    return self.local(env, *depth, *index, expr.span);
                }
                ExprKind::Call(call) => return self.eval_call(call, env, expr.span),
                ExprKind::Select(select) => return self.eval_select(select, env, expr.span),
                ExprKind::If(branch) => {
                    let condition = self.eval_bool(&branch.condition, env)?;
                    expr = if condition { &branch.yes } else { &branch.no };
                }
                ExprKind::Let(binding) => {
                    env = self.let_env(binding, env);
                    expr = &binding.body;
                }
                ExprKind::WithIn(with) => {
                    let namespace = self.delay(&with.namespace, env);
                    env = self.one_slot(env, namespace);
                    expr = &with.body;
                }
                ExprKind::Assert(assert) => {
                    if !self.eval_bool(&assert.condition, env)? {
                        return Err(self.assertion_failed(&assert.condition, env));
                    }
                    expr = &assert.body;
                }
                ExprKind::Binary(binary) => match binary.operator {
                    Operator::And => {
                        if !self.eval_bool(&binary.left, env)? {
                            return Ok(Value::bool(false));
                        }
                        return self.eval_bool(&binary.right, env).map(Value::bool);
                    }
                    Operator::Or => {
                        if self.eval_bool(&binary.left, env)? {
                            return Ok(Value::bool(true));
                        }
                        return self.eval_bool(&binary.right, env).map(Value::bool);
                    }
                    Operator::Implies => {
                        if !self.eval_bool(&binary.left, env)? {
                            return Ok(Value::bool(true));
                        }
                        return self.eval_bool(&binary.right, env).map(Value::bool);
                    }
                    operator => {
                        let mut left = self.eval_operand(&binary.left, env)?;
                        if !is_settled(operator, left) {
                            left = self.settle(operator, left).map_err(|error| {
                                let right = self.delay_argument(&binary.right, env);
                                self.blame_operand(error, binary, (left, right), expr.span)
                            })?;
                        }
                        let right = self.eval_operand(&binary.right, env)?;
                        if let (Value::Int(left), Value::Int(right)) = (left, right)
                            && let Some(value) = on_integers(operator, left, right)
                        {
                            return Ok(value);
                        }
                        return self.operate(operator, left, right).map_err(|error| {
                            self.blame_operand(error, binary, (left, right), expr.span)
                        });
                    }
                },
                ExprKind::Global(number) => {
                    return match self.globals.get().get(usize::from(*number)) {
                        Some(value) => self.force(*value).at(expr.span),
                        None => Err(missing_global(expr.span)),
                    };
                }
                _ => return self.eval_other(expr, env),
            }
        }
    }

    /// Like [`Evaluator::eval`], with a short way for what is evaluated already.
    #[inline(always)]
    fn eval_operand(&self, expr: &'a Expr, env: &'a Env<'a>) -> Result<Value<'a>> {
        match &expr.kind {
            ExprKind::Local { depth, index, .. } => {
                let slot = env.ancestor(*depth).slots().get(usize::from(*index));
                match slot.and_then(evaluated) {
                    Some(value) => Ok(value),
                    None => self.eval(expr, env),
                }
            }
            ExprKind::Int(value) => Ok(Value::Int(*value)),
            _ => self.eval(expr, env),
        }
    }

    fn eval_other(&self, expr: &'a Expr, env: &'a Env<'a>) -> Result<Value<'a>> {
        if let Some(value) = self.constant(expr, env) {
            return Ok(value);
        }
        match &expr.kind {
            ExprKind::Interpolation(parts) => self.interpolate(parts, env, false),
            ExprKind::PathInterpolation(parts) => self.interpolate(parts, env, true).at(expr.span),
            ExprKind::SearchPath(name) => self.search_path(name).at(expr.span),
            ExprKind::With { name, withs } => self.lookup_with(*name, withs, env, expr.span),
            ExprKind::CurrentPosition => Ok(self.place(expr.span.start)),
            ExprKind::HasAttr(has) => self.eval_has(has, env).map(Value::bool),
            ExprKind::Attrs(attrs) => self.eval_attrs(attrs, env, expr.span),
            ExprKind::List(items) => {
                let items = items.iter().map(|item| self.delay(item, env));
                Ok(self.list_of(self.arena.alloc_slice_fill_iter(items)))
            }
            ExprKind::Not(operand) => {
                let value = self.eval_bool(operand, env)?;
                Ok(Value::bool(!value))
            }
            ExprKind::Negate(operand) => {
                let value = self.eval(operand, env)?;
                self.operate(Operator::Subtract, Value::Int(0), value)
                    .at(expr.span)
            }
            ExprKind::Broken(message) => {
                let mut error = EvalError::new(ErrorKind::Syntax, message.to_string());
                error.span = expr.span;
                Err(error)
            }
            _ => self.eval(expr, env),
        }
    }

    #[cold]
    fn assertion_failed(&self, condition: &'a Expr, env: &'a Env<'a>) -> Box<EvalError> {
        let file = self.session.sources.file(condition.span.start);
        let text = file.map(|file| file.slice(condition.span).to_owned());
        let text = text.unwrap_or_default();
        if let Err(difference) = self.difference(condition, env) {
            let frame = || format!("while evaluating the condition of the assertion '{text}'");
            return difference.at(condition.span).frame(frame, condition.span);
        }
        let message = format!("assertion '{text}' failed");
        let error = EvalError::new(ErrorKind::Assertion, message);
        self.with_operands(error.at(condition.span), condition, env)
    }

    /// Fails with the difference of two operands that should be equal.
    fn difference(&self, condition: &'a Expr, env: &'a Env<'a>) -> Result<()> {
        match &condition.kind {
            ExprKind::Binary(binary) if binary.operator == Operator::Equal => {
                let left = self.eval(&binary.left, env)?;
                let right = self.eval(&binary.right, env)?;
                self.assert_equal(left, right)
            }
            _ => Ok(()),
        }
    }

    /// Evaluates `expr` to a boolean.
    pub fn eval_bool(&self, expr: &'a Expr, env: &'a Env<'a>) -> Result<bool> {
        match self.eval_operand(expr, env)? {
            Value::Bool(value) => Ok(value.get()),
            other => Err(self.expected("a Boolean", other).at(expr.span)),
        }
    }

    // Variables

    #[inline]
    fn local(&self, env: &'a Env<'a>, depth: u16, index: u16, span: Span) -> Result<Value<'a>> {
        let env = env.ancestor(depth);
        match env.slots().get(usize::from(index)) {
            Some(slot) => match slot.get() {
                Some(Value::Thunk(thunk)) => {
                    let value = self.force(Value::Thunk(thunk)).at(span)?;
                    slot.set(Some(value));
                    Ok(value)
                }
                Some(value) => Ok(value),
                None => Err(missing_global(span)),
            },
            None => Err(missing_global(span)),
        }
    }

    fn lookup_with(
        &self,
        name: Symbol,
        withs: &[u16],
        env: &'a Env<'a>,
        span: Span,
    ) -> Result<Value<'a>> {
        let mut candidates = vec![];
        for depth in withs {
            match self.local(env, *depth, 0, span)? {
                Value::Attrs(attrs) => {
                    if let Some(attr) = attrs.get(name) {
                        return self.force(attr.value).at(span);
                    }
                    candidates.push(attrs);
                }
                Value::OutOfReach(unknown) => {
                    return self.select_unknown(unknown, name, span).at(span);
                }
                other => return Err(self.no_namespace(other).at(span)),
            }
        }
        Err(self.in_no_namespace(name, &candidates).at(span))
    }

    fn let_env(&self, binding: &'a Let, outer: &'a Env<'a>) -> &'a Env<'a> {
        let env = self.new_env(outer, binding.bindings.len());
        self.fill_bindings(&binding.bindings, &binding.sources, env, outer);
        env
    }

    /// An environment of `count` unfilled slots.
    pub(crate) fn new_env(&self, up: &'a Env<'a>, count: usize) -> &'a Env<'a> {
        let slots = if count == 1 {
            Slots::One(Cell::new(None))
        } else {
            let empty = (0..count).map(|_| Cell::new(None));
            Slots::Many(self.arena.alloc_slice_fill_iter(empty))
        };
        self.arena.alloc(Env {
            up: Cell::new(Some(up)),
            slots,
        })
    }

    #[inline]
    pub(crate) fn one_slot(&self, up: &'a Env<'a>, value: Value<'a>) -> &'a Env<'a> {
        if let Some(spare) = self.spare.get()
            && let Slots::One(slot) = &spare.slots
        {
            self.spare.set(spare.up.replace(Some(up)));
            slot.set(Some(value));
            return spare;
        }
        self.arena.alloc(Env {
            up: Cell::new(Some(up)),
            slots: Slots::One(Cell::new(Some(value))),
        })
    }

    /// Puts an environment of one slot aside for the next that is needed; nothing may refer to it any more.
    #[inline]
    pub(crate) fn spare(&self, env: &'a Env<'a>) {
        if let Slots::One(_) = env.slots {
            env.up.set(self.spare.replace(Some(env)));
        }
    }

    fn fill_bindings(
        &self,
        bindings: &'a [Binding],
        sources: &'a [Expr],
        env: &'a Env<'a>,
        outer: &'a Env<'a>,
    ) {
        let sources = self.delayed_sources(sources, env);
        for (binding, slot) in bindings.iter().zip(env.slots()) {
            slot.set(Some(self.binding_value(binding, sources, env, outer)));
        }
    }

    fn delayed_sources(&self, sources: &'a [Expr], env: &'a Env<'a>) -> &'a [Thunk<'a>] {
        let thunks = sources.iter();
        let thunks = thunks.map(|source| Thunk::new(State::Waiting(source, env)));
        self.arena.alloc_slice_fill_iter(thunks)
    }

    fn binding_value(
        &self,
        binding: &'a Binding,
        sources: &'a [Thunk<'a>],
        env: &'a Env<'a>,
        outer: &'a Env<'a>,
    ) -> Value<'a> {
        match &binding.value {
            BindingValue::Expr(expr) => self.delay(expr, env),
            BindingValue::Inherit(expr) => self.delay(expr, outer),
            BindingValue::InheritFrom(number) => match sources.get(*number as usize) {
                Some(source) => self.thunk(State::Inherit(binding, source)),
                None => Value::Null,
            },
        }
    }

    // Attribute sets

    fn eval_attrs(&self, expr: &'a AttrsExpr, env: &'a Env<'a>, span: Span) -> Result<Value<'a>> {
        let (inner, items) = if expr.recursive {
            let inner = self.new_env(env, expr.attrs.len());
            self.fill_bindings(&expr.attrs, &expr.sources, inner, env);
            if has_overrides(expr) {
                self.refill_with_thunks(&expr.attrs, inner);
            }
            let items = expr.attrs.iter().zip(inner.slots());
            let items = items.map(|(binding, slot)| attr_of(binding, slot));
            (inner, &*self.arena.alloc_slice_fill_iter(items))
        } else {
            let sources = self.delayed_sources(&expr.sources, env);
            (env, self.plain_items(expr, sources, env))
        };
        let mut attrs: &'a Attrs<'a> = self.arena.alloc(Attrs::sorted(items));
        if expr.recursive
            && let Some(overrides) = attrs.value(known::OVERRIDES)
        {
            attrs = self
                .apply_overrides(attrs, overrides, expr, inner)
                .at(span)?;
        }
        if !expr.dynamic.is_empty() {
            return self.add_dynamic(attrs, expr, inner);
        }
        Ok(Value::Attrs(attrs))
    }

    fn plain_items(
        &self,
        expr: &'a AttrsExpr,
        sources: &'a [Thunk<'a>],
        env: &'a Env<'a>,
    ) -> &'a [Attr<'a>] {
        let items = expr.attrs.iter().map(|binding| Attr {
            name: binding.name,
            place: binding.name_span.start,
            value: self.binding_value(binding, sources, env, env),
        });
        self.arena.alloc_slice_fill_iter(items)
    }

    /// The set of the constant names of `expr`, which is not recursive and inherits from no source.
    pub(crate) fn plain_set(&self, expr: &'a AttrsExpr, env: &'a Env<'a>) -> Value<'a> {
        let items = self.plain_items(expr, &[], env);
        Value::Attrs(self.arena.alloc(Attrs::sorted(items)))
    }

    /// Variables that are at hand already must wait too: they may be overridden.
    fn refill_with_thunks(&self, bindings: &'a [Binding], env: &'a Env<'a>) {
        for (binding, slot) in bindings.iter().zip(env.slots()) {
            if let BindingValue::Expr(expr) = &binding.value {
                slot.set(Some(self.thunk(State::Waiting(expr, env))));
            }
        }
    }

    fn apply_overrides(
        &self,
        attrs: &'a Attrs<'a>,
        overrides: Value<'a>,
        expr: &'a AttrsExpr,
        env: &'a Env<'a>,
    ) -> Result<&'a Attrs<'a>> {
        let overrides = self.force_attrs(overrides)?;
        for (binding, slot) in expr.attrs.iter().zip(env.slots()) {
            if let Some(value) = overrides.value(binding.name) {
                slot.set(Some(value));
            }
        }
        Ok(attrs.update(overrides, self.arena))
    }

    fn add_dynamic(
        &self,
        attrs: &'a Attrs<'a>,
        expr: &'a AttrsExpr,
        env: &'a Env<'a>,
    ) -> Result<Value<'a>> {
        let mut items = self.items(attrs).to_vec();
        let mut open = None;
        let mut known: rustc_hash::FxHashMap<Symbol, Pos> =
            items.iter().map(|attr| (attr.name, attr.place)).collect();
        for dynamic in &expr.dynamic {
            let name = self.eval(&dynamic.name, env);
            let name = match self.or_unknown(name)? {
                Value::Null => continue,
                // An attribute of which not even the name is known; the others are there all the same.
                Value::OutOfReach(unknown) => {
                    open = Some(unknown);
                    continue;
                }
                name => {
                    let name = self.force_plain_string(name).at(dynamic.name.span)?;
                    self.symbol(name)
                }
            };
            let place = dynamic.name.span.start;
            if let Some(first) = known.insert(name, place) {
                return Err(self.defined_again(name, first).at(dynamic.name.span));
            }
            items.push(Attr {
                name,
                place,
                value: self.delay(&dynamic.value, env),
            });
        }
        let attrs = self.attrs_ref(items);
        Ok(match open {
            Some(unknown) => self.known_beside(unknown, attrs),
            None => Value::Attrs(attrs),
        })
    }

    // Selection

    fn eval_select(&self, select: &'a Select, env: &'a Env<'a>, span: Span) -> Result<Value<'a>> {
        let mut value = self.eval_operand(&select.subject, env)?;
        for part in &select.path {
            let name = self.eval_name(part, env)?;
            let found = match value {
                Value::Attrs(attrs) => attrs.get(name),
                Value::OutOfReach(unknown) => {
                    value = self.select_unknown(unknown, name, span).at(span)?;
                    continue;
                }
                _ => None,
            };
            let Some(attr) = found else {
                if let Some(default) = &select.default {
                    return self.eval(default, env);
                }
                value = self.builtin_of_others(value, name, part.span);
                if let Value::OutOfReach(_) = value {
                    continue;
                }
                return Err(self.missing_in(select, part, value, name));
            };
            value = self.force(attr.value).map_err(|error| {
                let text = || format!("in the attribute `{}`", self.name_text(name));
                error.at(part.span).frame(text, part.span)
            })?;
        }
        Ok(value)
    }

    /// The attribute `name` of `value`, which is evaluated already. `span` is where it is asked for.
    pub fn select(&self, value: Value<'a>, name: Symbol, span: Span) -> Result<Value<'a>> {
        match value {
            Value::Attrs(attrs) => match attrs.get(name) {
                Some(attr) => self.force(attr.value).at(span),
                None => Err(self.missing_attribute(value, name, span)),
            },
            Value::OutOfReach(unknown) => self.select_unknown(unknown, name, span).at(span),
            other => Err(self.missing_attribute(other, name, span)),
        }
    }

    fn eval_has(&self, has: &'a HasAttr, env: &'a Env<'a>) -> Result<bool> {
        let mut value = self.eval(&has.subject, env)?;
        for (at, part) in has.path.iter().enumerate() {
            let name = self.eval_name(part, env)?;
            let found = match value {
                Value::Attrs(attrs) => attrs.value(name),
                Value::OutOfReach(unknown) => match unknown.known(name) {
                    Some(value) => Some(value),
                    None => return Err(self.expected("a set", value).at(part.span)),
                },
                _ => None,
            };
            match found {
                None => return Ok(false),
                Some(_) if at + 1 == has.path.len() => {}
                Some(found) => value = self.force(found).at(part.span)?,
            }
        }
        Ok(true)
    }

    #[inline]
    fn eval_name(&self, name: &'a AttrName, env: &'a Env<'a>) -> Result<Symbol> {
        match &name.kind {
            AttrNameKind::Static(symbol) => Ok(*symbol),
            AttrNameKind::Dynamic(expr) => {
                let name = self.eval(expr, env)?;
                let name = self.force_plain_string(name).at(expr.span)?;
                Ok(self.symbol(name))
            }
        }
    }

    // Calls

    /// A call with one argument: what has formals looks at once what it is.
    fn call_with(
        &self,
        closure: &'a Closure<'a>,
        argument: &'a Expr,
        env: &'a Env<'a>,
        span: Span,
    ) -> Result<Value<'a>> {
        let argument = match closure.code.formals {
            None => self.delay_argument(argument, env),
            Some(_) => self.eval(argument, env)?,
        };
        self.apply(closure, argument, span)
    }

    fn eval_call(&self, call: &'a Call, env: &'a Env<'a>, span: Span) -> Result<Value<'a>> {
        let function = self.eval_operand(&call.function, env)?;
        if let (Value::Lambda(closure), [argument]) = (function, &*call.arguments) {
            return self.call_with(closure, argument, env, span);
        }
        let count = call.arguments.len();
        if count <= BUFFERED_ARGUMENTS {
            let mut buffer = [Value::Null; BUFFERED_ARGUMENTS];
            for (place, argument) in buffer.iter_mut().zip(&call.arguments) {
                *place = self.delay_argument(argument, env);
            }
            let arguments = buffer.get(..count).unwrap_or_default();
            let result = self.call(function, arguments, span);
            result.map_err(|error| self.blame_argument(error, call, function, arguments, span))
        } else {
            let arguments = call.arguments.iter();
            let arguments: Vec<Value<'a>> = arguments
                .map(|argument| self.delay_argument(argument, env))
                .collect();
            let result = self.call(function, &arguments, span);
            result.map_err(|error| self.blame_argument(error, call, function, &arguments, span))
        }
    }
}

fn has_overrides(expr: &AttrsExpr) -> bool {
    let names = |binding: &Binding| binding.name;
    expr.attrs
        .binary_search_by_key(&known::OVERRIDES, names)
        .is_ok()
}

fn attr_of<'a>(binding: &Binding, slot: &Slot<'a>) -> Attr<'a> {
    Attr {
        name: binding.name,
        place: binding.name_span.start,
        value: slot.get().unwrap_or(Value::Null),
    }
}

#[cold]
fn missing_global(span: Span) -> Box<EvalError> {
    EvalError::new(ErrorKind::UndefinedVariable, "undefined variable").at(span)
}
