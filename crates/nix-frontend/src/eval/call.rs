//! Calls.
//!
//! All arguments of one call are handed over at once. A lambda takes one and, if its body is a lambda again, the next; a
//! builtin takes as many as it wants and waits as [`Value::Partial`] for those that are not there yet; a set is called through its
//! `__functor`; a call of something out of reach is written down and is out of reach.

use source::Span;

use crate::eval::attrs::Attr;
use crate::eval::blame::A_FUNCTION;
use crate::eval::env::Env;
use crate::eval::error::{At, EvalError, Result};
use crate::eval::evaluator::{Evaluator, UnknownCall};
use crate::eval::outline::Bounds;
use crate::eval::thunk::State;
use crate::eval::value::{Builtin, Closure, Origin, Run, Value};
use crate::ir::expr::{ExprKind, Formals, LambdaExpr};
use crate::ir::symbol::{Symbol, known};

impl<'a> Evaluator<'a> {
    /// Calls `function` with `arguments`; the result is never a thunk.
    ///
    /// Errors: the function's own; a value that is no function; the depth and step limits.
    pub fn call(
        &self,
        function: Value<'a>,
        arguments: &[Value<'a>],
        span: Span,
    ) -> Result<Value<'a>> {
        let (mut function, mut arguments) = (function, arguments);
        while !arguments.is_empty() {
            function = match function {
                Value::Lambda(closure) => self.call_lambda(closure, &mut arguments, span)?,
                Value::Builtin(builtin) => match arguments.split_at_checked(builtin.arity) {
                    Some((now, later)) => {
                        arguments = later;
                        self.run(builtin, now, span)?
                    }
                    None => return Ok(self.partial(builtin, arguments)),
                },
                Value::Partial(partial) => {
                    let all = [partial.arguments, arguments].concat();
                    match all.split_at_checked(partial.builtin.arity) {
                        Some((now, later)) => {
                            let taken = arguments.len() - later.len();
                            arguments = arguments.get(taken..).unwrap_or_default();
                            self.run(partial.builtin, now, span)?
                        }
                        None => return Ok(self.partial(partial.builtin, &all)),
                    }
                }
                Value::Thunk(_) => self.force(function).at(span)?,
                Value::Attrs(attrs) if attrs.get(known::FUNCTOR).is_some() => {
                    let functor = attrs.value(known::FUNCTOR).unwrap_or(Value::Null);
                    let functor = self.force(functor).at(span)?;
                    self.call(functor, &[function], span)?
                }
                Value::OutOfReach(callee) if callee.known(known::FUNCTOR).is_some() => {
                    let functor = callee.known(known::FUNCTOR).unwrap_or(Value::Null);
                    let functor = self.force(functor).at(span)?;
                    self.call(functor, &[function], span)?
                }
                Value::OutOfReach(callee) => {
                    let arguments = self.arena.alloc_slice_copy(arguments);
                    self.unknown_calls
                        .borrow_mut()
                        .push(UnknownCall { callee, arguments });
                    return Ok(self.out_of_reach_from(Origin::Call(callee, arguments), span));
                }
                other => return Err(self.not_a_function(other).at(span)),
            };
        }
        self.force(function).at(span)
    }

    /// Calls `function` with one argument, from Rust.
    pub fn call1(&self, function: Value<'a>, argument: Value<'a>) -> Result<Value<'a>> {
        match function {
            Value::Lambda(closure) => self.apply(closure, argument, Span::NONE),
            function => self.call(function, &[argument], Span::NONE),
        }
    }

    /// Calls `function` with two arguments, from Rust.
    pub fn call2(
        &self,
        function: Value<'a>,
        first: Value<'a>,
        second: Value<'a>,
    ) -> Result<Value<'a>> {
        if let Some((inner, env)) = of_two(function) {
            self.tick()?;
            self.check_stack()?;
            let outer = self.one_slot(env, first);
            let env = self.one_slot(outer, second);
            let value = self.run_body(inner, env, Span::NONE)?;
            if !inner.captures {
                self.spare(env);
                self.spare(outer);
            }
            return Ok(value);
        }
        self.call(function, &[first, second], Span::NONE)
    }

    /// Calls `function` with what the call before gave, first with `start`, and with each of the items.
    pub fn fold(
        &self,
        function: Value<'a>,
        start: Value<'a>,
        items: &[Value<'a>],
    ) -> Result<Value<'a>> {
        match of_two(function) {
            Some((inner, env)) if !inner.captures => self.fold_in_place(inner, env, start, items),
            _ => items
                .iter()
                .try_fold(start, |folded, item| self.call2(function, folded, *item)),
        }
    }

    /// Nothing keeps the environment of a call, so that one does for all.
    fn fold_in_place(
        &self,
        code: &'a LambdaExpr,
        env: &'a Env<'a>,
        start: Value<'a>,
        items: &[Value<'a>],
    ) -> Result<Value<'a>> {
        self.check_stack()?;
        let outer = self.one_slot(env, start);
        let env = self.one_slot(outer, Value::Null);
        self.enter()?;
        let folded = items.iter().try_fold(start, |folded, item| {
            self.tick()?;
            outer.refill(folded);
            env.refill(*item);
            self.eval(&code.body, env)
        });
        self.leave();
        let folded = match folded {
            Ok(folded) => folded,
            Err(error) => return Err(error.frame(|| self.frame_of(code), Span::NONE)),
        };
        self.spare(env);
        self.spare(outer);
        Ok(folded)
    }

    #[cold]
    fn not_a_function(&self, value: Value<'a>) -> Box<EvalError> {
        let error = EvalError::type_error(format!(
            "attempt to call something which is not a function but {}: {}",
            value.type_with_article(),
            self.outline(value, Bounds::MESSAGE),
        ));
        self.unfit(error, value, A_FUNCTION)
    }

    fn run(
        &self,
        builtin: &'a Builtin<'a>,
        arguments: &[Value<'a>],
        span: Span,
    ) -> Result<Value<'a>> {
        self.tick()?;
        self.check_stack().at(span)?;
        self.enter().at(span)?;
        self.call_span.set(span);
        let result = match builtin.run {
            Run::Function(run) => run(self, arguments),
            Run::Native(run) => run(self, arguments),
        };
        self.leave();
        match result {
            Ok(value) => self.force(value).at(span),
            Err(error) => Err(error
                .at(span)
                .frame(|| format!("in the call of `{}`", builtin.name), span)),
        }
    }

    fn call_lambda(
        &self,
        closure: &'a Closure<'a>,
        arguments: &mut &[Value<'a>],
        span: Span,
    ) -> Result<Value<'a>> {
        self.tick().at(span)?;
        self.check_stack().at(span)?;
        let (mut code, mut env) = (closure.code, closure.env);
        let (mut plain, mut has_formals) = (0, false);
        loop {
            let Some((first, rest)) = arguments.split_first() else {
                return Ok(Value::Lambda(self.arena.alloc(Closure { code, env })));
            };
            *arguments = rest;
            env = self.bind(code, env, *first, span)?;
            plain += 1;
            has_formals |= code.formals.is_some();
            match &code.body.kind {
                ExprKind::Lambda(next) => code = next,
                _ => break,
            }
        }
        let value = self.run_body(code, env, span)?;
        if !code.captures && !has_formals {
            for _ in 0..plain {
                let Some(outer) = env.up.get() else { break };
                self.spare(env);
                env = outer;
            }
        }
        Ok(value)
    }

    /// Calls a function with one argument.
    #[inline]
    pub(crate) fn apply(
        &self,
        closure: &'a Closure<'a>,
        argument: Value<'a>,
        span: Span,
    ) -> Result<Value<'a>> {
        self.tick().at(span)?;
        self.check_stack().at(span)?;
        let env = self.bind(closure.code, closure.env, argument, span)?;
        match &closure.code.body.kind {
            ExprKind::Lambda(code) => Ok(Value::Lambda(self.arena.alloc(Closure { code, env }))),
            _ if closure.code.captures || closure.code.formals.is_some() => {
                self.run_body(closure.code, env, span)
            }
            _ => {
                let value = self.run_body(closure.code, env, span)?;
                self.spare(env);
                Ok(value)
            }
        }
    }

    /// Evaluates the body of a function whose arguments are bound.
    #[inline]
    pub(crate) fn run_body(
        &self,
        code: &'a LambdaExpr,
        env: &'a Env<'a>,
        span: Span,
    ) -> Result<Value<'a>> {
        self.enter().at(span)?;
        let result = self.eval(&code.body, env);
        self.leave();
        result.map_err(|error| error.frame(|| self.frame_of(code), span))
    }

    fn frame_of(&self, code: &LambdaExpr) -> String {
        match code.name {
            Some(name) => format!("in the call of `{}`", self.name_text(name)),
            None => "in this call".to_owned(),
        }
    }

    #[inline]
    pub(crate) fn enter(&self) -> Result<()> {
        let depth = self.depth.get() + 1;
        if depth > self.options.limits.depth {
            return Err(self.options.limits.too_deep());
        }
        self.depth.set(depth);
        Ok(())
    }

    #[inline]
    pub(crate) fn leave(&self) {
        self.depth.set(self.depth.get().saturating_sub(1));
    }

    #[inline]
    fn bind(
        &self,
        code: &'a LambdaExpr,
        env: &'a Env<'a>,
        argument: Value<'a>,
        span: Span,
    ) -> Result<&'a Env<'a>> {
        match &code.formals {
            None => Ok(self.one_slot(env, argument)),
            Some(formals) => self.bind_formals(code, formals, env, argument, span),
        }
    }

    /// Both the formals and the attributes are sorted by symbol, so that one walk over both finds what belongs together.
    pub(crate) fn bind_formals(
        &self,
        code: &'a LambdaExpr,
        formals: &'a Formals,
        outer: &'a Env<'a>,
        argument: Value<'a>,
        span: Span,
    ) -> Result<&'a Env<'a>> {
        let attrs = match self.force(argument).at(span)? {
            Value::Attrs(attrs) => attrs,
            Value::OutOfReach(unknown) => return self.bind_unknown(code, formals, outer, unknown),
            other => {
                return Err(self
                    .expected("a set", other)
                    .at(span)
                    .frame(|| self.frame_of(code), span));
            }
        };
        let env = self.new_env(outer, code.slot_count());
        let mut slots = env.slots().iter();
        if code.argument.is_some()
            && let Some(slot) = slots.next()
        {
            slot.set(Some(argument));
        }
        let items = self.items(attrs);
        let mut found = 0;
        let mut rest = items;
        for (formal, slot) in formals.entries.iter().zip(slots) {
            rest = skip_to(rest, formal.name);
            match rest.split_first() {
                Some((attr, behind)) if attr.name == formal.name => {
                    slot.set(Some(attr.value));
                    found += 1;
                    rest = behind;
                }
                _ => match &formal.default {
                    Some(default) => slot.set(Some(self.thunk(State::Waiting(default, env)))),
                    None => return Err(self.missing_argument(code, formal.name, span)),
                },
            }
        }
        if !formals.ellipsis && found < items.len() {
            return Err(self.unexpected_argument(code, formals, attrs, span));
        }
        Ok(env)
    }

    /// A function with formals that gets something out of reach: each formal is out of reach.
    fn bind_unknown(
        &self,
        code: &'a LambdaExpr,
        formals: &'a Formals,
        outer: &'a Env<'a>,
        unknown: &'a crate::eval::value::OutOfReach<'a>,
    ) -> Result<&'a Env<'a>> {
        let env = self.new_env(outer, code.slot_count());
        let mut slots = env.slots().iter();
        if code.argument.is_some()
            && let Some(slot) = slots.next()
        {
            slot.set(Some(Value::OutOfReach(unknown)));
        }
        for (formal, slot) in formals.entries.iter().zip(slots) {
            let value = match unknown.known(formal.name) {
                Some(value) => value,
                None => {
                    let origin = Origin::Select(unknown, formal.name);
                    self.out_of_reach_from(origin, formal.span)
                }
            };
            slot.set(Some(value));
        }
        Ok(env)
    }
}

/// The inner part of a function `a: b: …` and the environment around the whole.
#[inline]
fn of_two<'a>(function: Value<'a>) -> Option<(&'a LambdaExpr, &'a Env<'a>)> {
    let Value::Lambda(Closure { code, env }) = function else {
        return None;
    };
    match (&code.formals, &code.body.kind) {
        (None, ExprKind::Lambda(inner))
            if inner.formals.is_none() && !matches!(inner.body.kind, ExprKind::Lambda(_)) =>
        {
            Some((inner, env))
        }
        _ => None,
    }
}

fn skip_to<'a, 'i>(items: &'i [Attr<'a>], name: Symbol) -> &'i [Attr<'a>] {
    const FEW: usize = 8;
    let at = if items.len() <= FEW {
        items.iter().take_while(|attr| attr.name < name).count()
    } else {
        items.partition_point(|attr| attr.name < name)
    };
    items.get(at..).unwrap_or_default()
}
