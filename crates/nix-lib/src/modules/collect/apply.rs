//! Calls module functions with what they ask for.

use nix_frontend::eval::{Attr, Attrs, ErrorKind, EvalError, Evaluator, Result, Value};
use nix_frontend::ir::Symbol;
use nix_frontend::ir::symbol::known;
use source::Span;

use crate::modules::collect::Collector;
use crate::modules::errors::as_in_nix;

/// What module functions are called with.
#[derive(Clone, Copy)]
pub struct Arguments<'a> {
    /// What every function gets.
    pub given: &'a Attrs<'a>,
    /// Where further arguments are looked up: `config._module.args`.
    pub config: Value<'a>,
}

impl<'a> Collector<'a, '_> {
    /// Calls a module function with what it asks for.
    pub(super) fn apply(
        &self,
        function: Value<'a>,
        key: &'a [u8],
        span: Span,
    ) -> Result<Value<'a>> {
        let evaluator = self.evaluator;
        let given = self.arguments.given;
        let config = self.arguments.config;
        let mut extra = vec![];
        for name in formals(evaluator, function)? {
            if given.get(name).is_some() {
                continue;
            }
            let value = evaluator.lazy(move |evaluator| {
                module_argument(evaluator, config, name, span)
                    .map_err(|error| while_asking(evaluator, error, name, key))
            });
            extra.push(Attr::unplaced(name, value));
        }
        let all = if extra.is_empty() {
            given
        } else {
            given.update(evaluator.attrs_ref(extra), evaluator.arena)
        };
        evaluator.call(function, &[Value::Attrs(all)], span)
    }
}

/// `config._module.args.name`
fn module_argument<'a>(
    evaluator: &Evaluator<'a>,
    config: Value<'a>,
    name: Symbol,
    span: Span,
) -> Result<Value<'a>> {
    let config = evaluator.force(config)?;
    let module = evaluator.select(config, known::MODULE, Span::NONE)?;
    let args = evaluator.select(module, known::ARGS, Span::NONE)?;
    evaluator.select(args, name, span).map_err(|error| {
        if error.is_out_of_reach() || error.kind != ErrorKind::MissingAttribute {
            return error;
        }
        let argument = evaluator.name_text(name);
        error.help(format!("no module argument `{argument}` is given here"))
    })
}

#[cold]
fn while_asking(
    evaluator: &Evaluator<'_>,
    error: Box<EvalError>,
    name: Symbol,
    key: &[u8],
) -> Box<EvalError> {
    let name = evaluator.name_text(name);
    let key = String::from_utf8_lossy(key);
    let noting = format!(
        "noting that argument `{name}` is not externally provided, so querying `_module.args` instead, requiring `config`"
    );
    let asking = format!("while evaluating the module argument `{name}' in \"{key}\":");
    as_in_nix(as_in_nix(error, noting), asking)
}

/// The names that a function's pattern asks for.
fn formals<'a>(evaluator: &Evaluator<'a>, function: Value<'a>) -> Result<Vec<Symbol>> {
    Ok(match function {
        Value::Lambda(closure) => match &closure.code.formals {
            Some(formals) => formals.entries.iter().map(|formal| formal.name).collect(),
            None => vec![],
        },
        Value::Builtin(builtin) => builtin.formals.iter().map(|(name, _)| *name).collect(),
        Value::Attrs(attrs) => match attrs.value(known::FUNCTION_ARGS) {
            Some(args) => {
                let args = evaluator.force_attrs(args)?;
                evaluator.items(args).iter().map(|attr| attr.name).collect()
            }
            None => match attrs.value(known::FUNCTOR) {
                Some(functor) => {
                    let functor = evaluator.call1(functor, function)?;
                    return formals(evaluator, functor);
                }
                None => vec![],
            },
        },
        _ => vec![],
    })
}
