//! `lib.generators`: values as plain text, and lines of a key and a value.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Value};

use crate::functions::formals::{Formals, Given};
use crate::functions::generators::NO_OPTIONS;
use crate::functions::generators::pretty::plain;
use crate::functions::gvariant;
use crate::functions::strings::escapes::escape;
use crate::functions::strings::numbers::float_to_string;
use crate::functions::tools::{Text, abort, function, text};
use crate::functions::trivial::is_function;

/// The functions of this part.
pub const TABLE: &[Spec] = &[
    Spec {
        formals: OPTIONS,
        ..Spec::new("mkKeyValueDefault", 1, mk_key_value_default)
    },
    Spec::new("mkValueStringDefault", 1, |evaluator, arguments| {
        let [options] = take(arguments)?;
        Given::new(evaluator, "mkValueStringDefault", NO_OPTIONS, options)?;
        Ok(function(evaluator, "mkValueString", plain_text))
    }),
    Spec {
        formals: LINES,
        ..Spec::new("toKeyValue", 1, to_key_value)
    },
];

const OPTIONS: Formals = &[("mkValueString", true)];

/// The values of this part.
pub(super) fn values<'a>(evaluator: &Evaluator<'a>) -> Vec<(&'static str, Value<'a>)> {
    vec![("mkDconfKeyValue", dconf_key_value(evaluator))]
}

/// A value that has an obvious form, in that form. Aborts: lists, sets, functions and paths have none.
pub(crate) fn plain_text<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<Value<'a>> {
    let unsupported = |what: &str, shown: Value<'a>| {
        let shown = plain(evaluator, shown)?.text();
        Err(abort(&format!(
            "generators.mkValueStringDefault: {what} not supported: {shown}"
        )))
    };
    let value = evaluator.force(value)?;
    match value {
        Value::Int(_) => Ok(Value::String(text(evaluator, value)?)),
        Value::Attrs(attrs) if evaluator.is_derivation(attrs)? => {
            Ok(Value::String(text(evaluator, value)?))
        }
        Value::String(_) => Ok(value),
        Value::Bool(value) => Ok(evaluator.string(value.get().to_string())),
        Value::Null => Ok(evaluator.borrowed_string(b"null")),
        Value::List(_) => unsupported("lists", value),
        Value::Attrs(_) => unsupported("attrsets", value),
        Value::Float(_) => float_to_string(evaluator, &[value]),
        Value::OutOfReach(_) => Err(evaluator.expected("a plain value", value)),
        other if is_function(evaluator, other)? => unsupported("functions", other),
        other => unsupported("this value is", Value::String(text(evaluator, other)?)),
    }
}

/// The function of a key and a value that writes both with a separator between them.
pub(super) fn key_value<'a>(
    evaluator: &Evaluator<'a>,
    value_text: Option<Value<'a>>,
    separator: Value<'a>,
) -> Value<'a> {
    evaluator.native("mkKeyValue", 2, move |evaluator, arguments| {
        let [key, value] = take(arguments)?;
        let mut line = Text::new(evaluator);
        line.interpolate(escape(evaluator, &[evaluator.list(&[separator]), key])?)?;
        line.interpolate(separator)?;
        line.interpolate(match value_text {
            Some(value_text) => evaluator.call1(value_text, value)?,
            None => plain_text(evaluator, value)?,
        })?;
        Ok(line.finish())
    })
}

/// `key=value`
pub(super) fn usual_key_value<'a>(evaluator: &Evaluator<'a>) -> Value<'a> {
    key_value(evaluator, None, evaluator.borrowed_string(b"="))
}

/// `key=value` with the value in the notation of GVariant.
pub(super) fn dconf_key_value<'a>(evaluator: &Evaluator<'a>) -> Value<'a> {
    let value_text = function(evaluator, "mkValueString", |evaluator, value| {
        let value = gvariant::variant(evaluator, value)?;
        Ok(Value::String(text(evaluator, value)?))
    });
    key_value(evaluator, Some(value_text), evaluator.borrowed_string(b"="))
}

fn mk_key_value_default<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [options] = take(arguments)?;
    let options = Given::new(evaluator, "mkKeyValueDefault", OPTIONS, options)?;
    let value_text = options.get("mkValueString");
    Ok(function(
        evaluator,
        "mkKeyValueDefault",
        move |evaluator, separator| Ok(key_value(evaluator, value_text, separator)),
    ))
}

const LINES: Formals = &[
    ("indent", true),
    ("listsAsDuplicateKeys", true),
    ("mkKeyValue", true),
];

/// How the attributes of a set become lines.
#[derive(Clone, Copy)]
pub(super) struct Lines<'a> {
    /// What makes a line's text of a key and a value.
    pub(super) key_value: Value<'a>,
    /// Whether each element of a list has a line of its own.
    pub(super) duplicate: Option<Value<'a>>,
    /// What is before each line.
    pub(super) indent: Option<Value<'a>>,
}

impl<'a> Lines<'a> {
    /// What the options say.
    pub(super) fn new(evaluator: &Evaluator<'a>, options: Given<'_, 'a>) -> Lines<'a> {
        let key_value = options.get("mkKeyValue");
        Lines {
            key_value: key_value.unwrap_or_else(|| usual_key_value(evaluator)),
            duplicate: options.get("listsAsDuplicateKeys"),
            indent: options.get("indent"),
        }
    }

    /// Writes each attribute.
    pub(super) fn write(
        self,
        evaluator: &Evaluator<'a>,
        attrs: Value<'a>,
        into: &mut Text<'_, 'a>,
    ) -> Result<()> {
        let duplicate = match self.duplicate {
            Some(duplicate) => evaluator.force_bool(duplicate)?,
            None => false,
        };
        for attr in evaluator.ordered(evaluator.force_attrs(attrs)?) {
            let key = evaluator.symbol_string(attr.name);
            if duplicate && let Value::List(list) = evaluator.force(attr.value)? {
                for item in list.items {
                    self.line(evaluator, key, *item, into)?;
                }
            } else {
                self.line(evaluator, key, attr.value, into)?;
            }
        }
        Ok(())
    }

    fn line(
        self,
        evaluator: &Evaluator<'a>,
        key: Value<'a>,
        value: Value<'a>,
        into: &mut Text<'_, 'a>,
    ) -> Result<()> {
        if let Some(indent) = self.indent {
            into.interpolate(indent)?;
        }
        into.interpolate(evaluator.call2(self.key_value, key, value)?)?;
        into.push("\n");
        Ok(())
    }
}

fn to_key_value<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [options] = take(arguments)?;
    let options = Given::new(evaluator, "toKeyValue", LINES, options)?;
    let lines = Lines::new(evaluator, options);
    Ok(function(
        evaluator,
        "toKeyValue",
        move |evaluator, attrs| {
            let mut written = Text::new(evaluator);
            lines.write(evaluator, attrs, &mut written)?;
            Ok(written.finish())
        },
    ))
}
