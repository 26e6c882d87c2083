//! Sets of named arguments, for functions as `{ a, b ? … }: …` has them.

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attrs, EvalError, Evaluator, Result, Value};
use source::Span;

/// What `functionArgs` says of a function: the names of its arguments, and which of them have defaults.
pub(crate) type Formals = &'static [(&'static str, bool)];

/// A function of one argument that looks itself at what it gets.
pub(crate) fn with_formals<'a>(
    evaluator: &Evaluator<'a>,
    name: &str,
    formals: Formals,
    run: impl Fn(&Evaluator<'a>, Value<'a>) -> Result<Value<'a>> + 'a,
) -> Value<'a> {
    let formals = formals.iter();
    let formals = formals.map(|(name, has_default)| (evaluator.symbol(name), *has_default));
    let formals: Vec<_> = formals.collect();
    evaluator.native_with_formals(name, 1, &formals, move |evaluator, arguments| {
        let [given] = take(arguments)?;
        run(evaluator, given)
    })
}

/// The arguments that a function got.
#[derive(Clone, Copy)]
pub(crate) struct Given<'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    attrs: &'a Attrs<'a>,
}

impl<'e, 'a> Given<'e, 'a> {
    /// Errors: it is no set; an argument without a default is missing; an argument is unknown.
    pub(crate) fn new(
        evaluator: &'e Evaluator<'a>,
        function: &str,
        formals: Formals,
        value: Value<'a>,
    ) -> Result<Given<'e, 'a>> {
        let given = Given::open(evaluator, function, formals, value)?;
        for attr in evaluator.ordered(given.attrs) {
            let name = evaluator.name(attr.name);
            if !formals.iter().any(|(formal, _)| formal.as_bytes() == name) {
                return Err(EvalError::type_error(format!(
                    "function '{function}' called with unexpected argument '{}'",
                    evaluator.name_text(attr.name)
                )));
            }
        }
        Ok(given)
    }

    /// For `{ a, b ? …, ... }: …`.
    pub(crate) fn open(
        evaluator: &'e Evaluator<'a>,
        function: &str,
        formals: Formals,
        value: Value<'a>,
    ) -> Result<Given<'e, 'a>> {
        let attrs = evaluator.force_attrs(value)?;
        let given = Given { evaluator, attrs };
        for (name, has_default) in formals {
            if !has_default && given.get(name).is_none() {
                return Err(EvalError::type_error(format!(
                    "function '{function}' called without required argument '{name}'"
                )));
            }
        }
        Ok(given)
    }

    /// The argument of that name, if it is given.
    pub(crate) fn get(&self, name: &str) -> Option<Value<'a>> {
        self.attrs.value(self.evaluator.symbol(name))
    }

    /// An argument that was found to be given.
    pub(crate) fn required(&self, name: &str) -> Value<'a> {
        let name = self.evaluator.symbol(name);
        let missing = || {
            let attrs = Value::Attrs(self.attrs);
            self.evaluator.lazy_select(attrs, name, Span::NONE)
        };
        self.attrs.value(name).unwrap_or_else(missing)
    }

    /// A Boolean argument.
    pub(crate) fn flag(&self, name: &str, default: bool) -> Result<bool> {
        match self.get(name) {
            Some(value) => self.evaluator.force_bool(value),
            None => Ok(default),
        }
    }
}
