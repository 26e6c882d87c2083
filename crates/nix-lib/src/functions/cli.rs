//! `lib.cli`: sets of options as arguments of a program.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{ErrorKind, EvalError, Evaluator, Result, Value};
use source::Span;

use crate::functions::formals::{Formals, Given};
use crate::functions::generators::key_value::plain_text;
use crate::functions::strings::escapes::escape_shell_args;
use crate::functions::tools::{Text, function, interpolated, warn};

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("toCommandLine", 2, |evaluator, arguments| {
        let [format, options] = take(arguments)?;
        command_line(evaluator, format, options)
    }),
    Spec {
        formals: GNU,
        ..Spec::new("toCommandLineGNU", 1, |evaluator, arguments| {
            let [options] = take(arguments)?;
            let format = gnu_format(evaluator, options)?;
            Ok(function(
                evaluator,
                "toCommandLine",
                move |evaluator, options| command_line(evaluator, format, options),
            ))
        })
    },
    Spec::new("toCommandLineShell", 2, |evaluator, arguments| {
        let [format, options] = take(arguments)?;
        escape_shell_args(evaluator, &[command_line(evaluator, format, options)?])
    }),
    Spec::new("toCommandLineShellGNU", 2, |evaluator, arguments| {
        let [how, options] = take(arguments)?;
        let format = gnu_format(evaluator, how)?;
        escape_shell_args(evaluator, &[command_line(evaluator, format, options)?])
    }),
];

/// The values of this topic: functions that are deprecated already where they are only mentioned.
pub fn values<'a>(evaluator: &Evaluator<'a>) -> Vec<(&'static str, Value<'a>)> {
    let list = evaluator.lazy(|evaluator| {
        warn(
            evaluator,
            "lib.cli.toGNUCommandLine is deprecated, please use lib.cli.toCommandLine or lib.cli.toCommandLineShellGNU instead.",
        )?;
        let formals = FORMER.iter();
        let formals = formals.map(|(name, has_default)| (evaluator.symbol(name), *has_default));
        let formals: Vec<_> = formals.collect();
        let name = "toGNUCommandLine";
        Ok(evaluator.native_with_formals(name, 2, &formals, former_command_line))
    });
    let shell = evaluator.lazy(move |evaluator| {
        warn(
            evaluator,
            "lib.cli.toGNUCommandLineShell is deprecated, please use lib.cli.toCommandLineShell or lib.cli.toCommandLineShellGNU instead.",
        )?;
        Ok(evaluator.native("toGNUCommandLineShell", 2, move |evaluator, arguments| {
            let words = evaluator.call(list, arguments, Span::NONE)?;
            escape_shell_args(evaluator, &[words])
        }))
    });
    vec![("toGNUCommandLine", list), ("toGNUCommandLineShell", shell)]
}

/// What is said of how one option is written.
const FORMAT: Formals = &[
    ("explicitBool", false),
    ("formatArg", true),
    ("option", false),
    ("sep", false),
];

/// The words for a set of options, each written as `format` says of its name.
fn command_line<'a>(
    evaluator: &Evaluator<'a>,
    format: Value<'a>,
    options: Value<'a>,
) -> Result<Value<'a>> {
    let mut words = vec![];
    for option in evaluator.ordered(evaluator.force_attrs(options)?) {
        let name = evaluator.symbol_string(option.name);
        if evaluator.name(option.name).is_empty() {
            return Err(EvalError::new(
                ErrorKind::MissingAttribute,
                "lib.cli.toCommandLine only accepts non-empty option names.",
            ));
        }
        let one = [option.value];
        let values = match evaluator.force(option.value)? {
            Value::List(list) => list.items,
            _ => &one,
        };
        let format = evaluator.call1(format, name)?;
        let format = Given::new(evaluator, "renderOption", FORMAT, format)?;
        for value in values {
            write_option(evaluator, format, *value, &mut words)?;
        }
    }
    Ok(evaluator.list(&words))
}

fn write_option<'a>(
    evaluator: &Evaluator<'a>,
    format: Given<'_, 'a>,
    value: Value<'a>,
    words: &mut Vec<Value<'a>>,
) -> Result<()> {
    let option = format.required("option");
    match evaluator.force(value)? {
        Value::Null => return Ok(()),
        Value::Bool(is_set) if !evaluator.force_bool(format.required("explicitBool"))? => {
            words.extend(is_set.get().then_some(option));
            return Ok(());
        }
        _ => {}
    }
    let format_arg = format.get("formatArg");
    let argument = evaluator.lazy(move |evaluator| match format_arg {
        Some(format_arg) => evaluator.call1(format_arg, value),
        None => plain_text(evaluator, value),
    });
    match evaluator.force(format.required("sep"))? {
        Value::Null => words.extend([option, argument]),
        separator => words.push(joined(evaluator, [option, separator, argument])),
    }
    Ok(())
}

fn joined<'a>(evaluator: &Evaluator<'a>, parts: [Value<'a>; 3]) -> Value<'a> {
    evaluator.lazy(move |evaluator| {
        let mut word = Text::new(evaluator);
        for part in parts {
            word.interpolate(part)?;
        }
        Ok(word.finish())
    })
}

const GNU: Formals = &[
    ("explicitBool", true),
    ("formatArg", true),
    ("isLong", true),
];

/// The format of GNU programs: `--long=argument`, `-s` with the argument right behind.
fn gnu_format<'a>(evaluator: &Evaluator<'a>, options: Value<'a>) -> Result<Value<'a>> {
    let options = Given::new(evaluator, "toCommandLineGNU", GNU, options)?;
    let explicit_bool = options.get("explicitBool").unwrap_or(Value::bool(false));
    let plain = || function(evaluator, "formatArg", plain_text);
    let format_arg = options.get("formatArg").unwrap_or_else(plain);
    let is_long = options.get("isLong");
    Ok(function(
        evaluator,
        "optionFormat",
        move |evaluator, name| {
            let is_long = evaluator.lazy(move |evaluator| match is_long {
                Some(is_long) => evaluator.call1(is_long, name),
                None => Ok(Value::bool(evaluator.force_string(name)?.bytes.len() > 1)),
            });
            let option = evaluator.lazy(move |evaluator| {
                let mut option = Text::new(evaluator);
                option.push(if evaluator.force_bool(is_long)? {
                    "--"
                } else {
                    "-"
                });
                option.interpolate(name)?;
                Ok(option.finish())
            });
            let separator = evaluator.lazy(move |evaluator| {
                let is_long = evaluator.force_bool(is_long)?;
                Ok(evaluator.borrowed_string(if is_long { b"=" } else { b"" }))
            });
            Ok(evaluator.attrs_from([
                ("option", option),
                ("sep", separator),
                ("explicitBool", explicit_bool),
                ("formatArg", format_arg),
            ]))
        },
    ))
}

const FORMER: Formals = &[
    ("mkBool", true),
    ("mkList", true),
    ("mkOption", true),
    ("mkOptionName", true),
    ("optionValueSeparator", true),
];

/// How `toGNUCommandLine` writes options; each part can be replaced.
#[derive(Clone, Copy)]
struct Former<'a> {
    boolean: Option<Value<'a>>,
    list: Option<Value<'a>>,
    option: Option<Value<'a>>,
    name: Option<Value<'a>>,
    separator: Option<Value<'a>>,
}

fn former_command_line<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [how, options] = take(arguments)?;
    let how = Given::new(evaluator, "toGNUCommandLine", FORMER, how)?;
    let former = Former {
        boolean: how.get("mkBool"),
        list: how.get("mkList"),
        option: how.get("mkOption"),
        name: how.get("mkOptionName"),
        separator: how.get("optionValueSeparator"),
    };
    let mut words = vec![];
    for option in evaluator.ordered(evaluator.force_attrs(options)?) {
        let name = evaluator.symbol_string(option.name);
        former.write(evaluator, name, option.value, &mut words)?;
    }
    Ok(evaluator.list(&words))
}

impl<'a> Former<'a> {
    fn write(
        self,
        evaluator: &Evaluator<'a>,
        name: Value<'a>,
        value: Value<'a>,
        words: &mut Vec<Value<'a>>,
    ) -> Result<()> {
        let other = match evaluator.force(value)? {
            Value::Bool(_) => self.boolean,
            Value::List(_) => self.list,
            _ => self.option,
        };
        if let Some(other) = other {
            let more = evaluator.call2(other, name, value)?;
            words.extend_from_slice(evaluator.force_list(more)?);
            return Ok(());
        }
        match evaluator.force(value)? {
            Value::Bool(is_set) => words.extend(is_set.get().then(|| self.name(evaluator, name))),
            Value::List(list) => {
                for item in list.items {
                    self.write_one(evaluator, name, *item, words)?;
                }
            }
            _ => self.write_one(evaluator, name, value, words)?,
        }
        Ok(())
    }

    fn name(self, evaluator: &Evaluator<'a>, name: Value<'a>) -> Value<'a> {
        evaluator.lazy(move |evaluator| {
            if let Some(make) = self.name {
                return evaluator.call1(make, name);
            }
            let name = interpolated(evaluator, name)?;
            let dashes = if name.bytes.len() == 1 { "-" } else { "--" };
            Ok(evaluator.string([dashes.as_bytes(), name.bytes].concat()))
        })
    }

    fn write_one(
        self,
        evaluator: &Evaluator<'a>,
        name: Value<'a>,
        value: Value<'a>,
        words: &mut Vec<Value<'a>>,
    ) -> Result<()> {
        if let Some(other) = self.option {
            let more = evaluator.call2(other, name, value)?;
            words.extend_from_slice(evaluator.force_list(more)?);
            return Ok(());
        }
        if let Value::Null = evaluator.force(value)? {
            return Ok(());
        }
        let option = self.name(evaluator, name);
        let argument = evaluator.lazy(move |evaluator| plain_text(evaluator, value));
        match evaluator.force(self.separator.unwrap_or(Value::Null))? {
            Value::Null => words.extend([option, argument]),
            separator => words.push(joined(evaluator, [option, separator, argument])),
        }
        Ok(())
    }
}
