//! Calls module functions with what they ask for.

use nix_frontend::eval::{Attr, Attrs, ErrorKind, EvalError, Evaluator, Result, Value};
use nix_frontend::ir::Symbol;
use nix_frontend::ir::expr::Formal;
use nix_frontend::ir::symbol::known;
use source::{Span, suggest};

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
        for asked in formals(evaluator, function)? {
            if given.get(asked.name).is_some() {
                continue;
            }
            let asked = Asked {
                span: if asked.span.is_none() {
                    span
                } else {
                    asked.span
                },
                ..asked
            };
            let value = evaluator.lazy(move |evaluator| {
                module_argument(evaluator, given, config, asked)
                    .map_err(|error| while_asking(evaluator, error, asked.name, key))
            });
            extra.push(Attr::unplaced(asked.name, value));
        }
        let all = if extra.is_empty() {
            given
        } else {
            given.update(evaluator.attrs_ref(extra), evaluator.arena)
        };
        evaluator.call(function, &[Value::Attrs(all)], span)
    }
}

/// An argument that a module function asks for.
#[derive(Clone, Copy)]
struct Asked {
    name: Symbol,
    span: Span,
    has_default: bool,
}

impl Asked {
    /// An argument of which only the name is known.
    fn of(name: Symbol) -> Asked {
        Asked {
            name,
            span: Span::NONE,
            has_default: false,
        }
    }
}

/// `config._module.args.name`
fn module_argument<'a>(
    evaluator: &Evaluator<'a>,
    given: &'a Attrs<'a>,
    config: Value<'a>,
    asked: Asked,
) -> Result<Value<'a>> {
    let config = evaluator.force(config)?;
    let module = evaluator.select(config, known::MODULE, Span::NONE)?;
    let args = evaluator.select(module, known::ARGS, Span::NONE)?;
    evaluator
        .select(args, asked.name, asked.span)
        .map_err(|error| match error.kind {
            ErrorKind::MissingAttribute => not_given(evaluator, error, (given, args), asked),
            _ => error,
        })
}

#[cold]
fn not_given<'a>(
    evaluator: &Evaluator<'a>,
    mut error: Box<EvalError>,
    (given, args): (&'a Attrs<'a>, Value<'a>),
    asked: Asked,
) -> Box<EvalError> {
    let name = evaluator.name_text(asked.name);
    error.label = Some("no such module argument".to_owned());
    let args = match args {
        Value::Attrs(args) => evaluator.items(args),
        _ => &[],
    };
    let all = evaluator.items(given).iter().chain(args);
    let all: Vec<String> = all.map(|attr| evaluator.name_text(attr.name)).collect();
    if asked.has_default {
        return error.help(format!(
            "defaults in the pattern of a module function do not count; write `_module.args.{name} = lib.mkDefault …;` in a module"
        ));
    }
    match suggest::nearest(&name, all.iter().map(String::as_str)) {
        Some(nearest) => error.help(format!("did you mean `{nearest}`?")),
        None => error.help(format!(
            "give it by `specialArgs = {{ inherit {name}; }};`, or write `_module.args.{name} = …;` in a module"
        )),
    }
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
    let error = if error.kind == ErrorKind::InfiniteRecursion && error.help.is_none() {
        error.help(format!(
            "`_module.args` is known only after all imports; give the argument by `specialArgs = {{ inherit {name}; }};`"
        ))
    } else {
        error
    };
    let noting = format!(
        "noting that argument `{name}` is not externally provided, so querying `_module.args` instead, requiring `config`"
    );
    let asking = format!("while evaluating the module argument `{name}' in \"{key}\":");
    as_in_nix(as_in_nix(error, noting), asking)
}

/// What a function's pattern asks for.
fn formals<'a>(evaluator: &Evaluator<'a>, function: Value<'a>) -> Result<Vec<Asked>> {
    Ok(match function {
        Value::Lambda(closure) => match &closure.code.formals {
            Some(formals) => formals.entries.iter().map(asked).collect(),
            None => vec![],
        },
        Value::Builtin(builtin) => {
            let formals = builtin.formals.iter();
            formals.map(|(name, _)| Asked::of(*name)).collect()
        }
        Value::Attrs(attrs) => match attrs.value(known::FUNCTION_ARGS) {
            Some(args) => {
                let args = evaluator.force_attrs(args)?;
                let args = evaluator.items(args).iter();
                args.map(|attr| Asked::of(attr.name)).collect()
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

fn asked(formal: &Formal) -> Asked {
    Asked {
        name: formal.name,
        span: formal.span,
        has_default: formal.default.is_some(),
    }
}
