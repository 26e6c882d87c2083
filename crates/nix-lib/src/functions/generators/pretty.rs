//! `lib.generators.toPretty`: values as a reader of Nix would write them.

use nix_frontend::builtins::take;
use nix_frontend::eval::error::At;
use nix_frontend::eval::{Attrs, Evaluator, Result, Str, Value};
use nix_frontend::ir::symbol::known;
use source::Span;

use crate::functions::formals::{Formals, Given};
use crate::functions::strings::escapes::nix_identifier;
use crate::functions::tools::{Text, builtin, function, interpolated, text};
use crate::functions::trivial::{function_args, is_function};

/// How values are written.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    /// Whether a set with `__pretty` and `val` says itself how it is written.
    pub(crate) allow_pretty_values: bool,
    /// Whether each element has a line of its own.
    pub(crate) multiline: bool,
}

/// The value in the usual style.
pub(crate) fn plain<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<&'a Str<'a>> {
    let style = Style {
        allow_pretty_values: false,
        multiline: true,
    };
    evaluator.force_string(pretty(evaluator, style, value)?)
}

/// The value in a style.
pub(crate) fn pretty<'a>(
    evaluator: &Evaluator<'a>,
    style: Style,
    value: Value<'a>,
) -> Result<Value<'a>> {
    write(evaluator, style, "", value)
}

/// The options of the function.
pub(super) const OPTIONS: Formals = &[
    ("allowPrettyValues", true),
    ("indent", true),
    ("multiline", true),
];

pub(super) fn to_pretty<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [options] = take(arguments)?;
    let options = Given::new(evaluator, "toPretty", OPTIONS, options)?;
    let style = Style {
        allow_pretty_values: options.flag("allowPrettyValues", false)?,
        multiline: options.flag("multiline", true)?,
    };
    let indent = match options.get("indent") {
        Some(indent) => evaluator
            .arena
            .alloc_str(&evaluator.force_string(indent)?.text()),
        None => "",
    };
    Ok(function(evaluator, "toPretty", move |evaluator, value| {
        write(evaluator, style, indent, value)
    }))
}

fn write<'a>(
    evaluator: &Evaluator<'a>,
    style: Style,
    indent: &str,
    value: Value<'a>,
) -> Result<Value<'a>> {
    let mut into = Text::new(evaluator);
    let mut writer = Writer {
        evaluator,
        style,
        into: &mut into,
    };
    writer.value(indent, value)?;
    Ok(into.finish())
}

struct Writer<'t, 'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    style: Style,
    into: &'t mut Text<'e, 'a>,
}

impl<'a> Writer<'_, '_, 'a> {
    /// What is between the brackets and what they hold.
    fn space(&self, indent: &str) -> String {
        match self.style.multiline {
            true => format!("\n{indent}"),
            false => " ".to_owned(),
        }
    }

    fn value(&mut self, indent: &str, value: Value<'a>) -> Result<()> {
        let evaluator = self.evaluator;
        evaluator.check_stack()?;
        match evaluator.force(value)? {
            Value::Float(_) => {
                let json = builtin(evaluator, "toJSON", &[value])?;
                self.into.interpolate(json)?;
            }
            Value::String(string) => self.string(indent, string),
            Value::Bool(value) => self.into.push(value.get().to_string()),
            Value::Null => self.into.push("null"),
            Value::List(list) => self.list(indent, list.items)?,
            function if is_function(evaluator, function)? => self.function(function)?,
            Value::Attrs(attrs) => self.attrs(indent, attrs)?,
            other => {
                let string = text(evaluator, other)?;
                self.into.push_string(string);
            }
        }
        Ok(())
    }

    fn string(&mut self, indent: &str, string: &Str<'a>) {
        self.into.context_of(string);
        let lines: Vec<&[u8]> = string.bytes.split(|byte| *byte == b'\n').collect();
        let Some((last, first)) = lines.split_last() else {
            return;
        };
        if !self.style.multiline || first.is_empty() {
            let lines: Vec<Vec<u8>> = lines.iter().map(|line| escaped(line)).collect();
            self.into.push("\"");
            self.into.push(lines.join(&b"\\n"[..]));
            self.into.push("\"");
            return;
        }
        let inner = self.space(&format!("{indent}  "));
        self.into.push("''");
        for line in first {
            self.into.push(&inner);
            self.into.push(escaped_in_lines(line));
        }
        if last.is_empty() {
            self.into.push(self.space(indent));
        } else {
            self.into.push(&inner);
            self.into.push(escaped_in_lines(last));
        }
        self.into.push("''");
    }

    fn list(&mut self, indent: &str, items: &[Value<'a>]) -> Result<()> {
        if items.is_empty() {
            self.into.push("[ ]");
            return Ok(());
        }
        let within = format!("{indent}  ");
        self.into.push("[");
        for item in items {
            self.into.push(self.space(&within));
            self.value(&within, *item)?;
        }
        self.into.push(self.space(indent));
        self.into.push("]");
        Ok(())
    }

    fn function(&mut self, function: Value<'a>) -> Result<()> {
        let evaluator = self.evaluator;
        let args = function_args(evaluator, &[function])?;
        let args = evaluator.ordered(evaluator.force_attrs(args)?);
        if args.is_empty() {
            self.into.push("<function>");
            return Ok(());
        }
        let mut names = vec![];
        for arg in args {
            let name = evaluator.name_text(arg.name);
            let has_default = evaluator.force_bool(arg.value)?;
            names.push(if has_default { name + "?" } else { name });
        }
        let names = names.join(", ");
        self.into.push(format!("<function, args: {{{names}}}>"));
        Ok(())
    }

    fn attrs(&mut self, indent: &str, attrs: &'a Attrs<'a>) -> Result<()> {
        let evaluator = self.evaluator;
        let get = |name: &str| attrs.value(evaluator.symbol(name));
        if self.style.allow_pretty_values
            && let (Some(pretty), Some(value)) = (get("__pretty"), get("val"))
        {
            return self.into.interpolate(evaluator.call1(pretty, value)?);
        }
        if attrs.is_empty() {
            self.into.push("{ }");
            return Ok(());
        }
        if evaluator.is_derivation(attrs)? {
            self.into.push("<derivation ");
            match attrs.value(known::NAME) {
                Some(name) => self.into.push_string(interpolated(evaluator, name)?),
                None => self.into.push("???"),
            }
            self.into.push(">");
            return Ok(());
        }
        let within = format!("{indent}  ");
        self.into.push("{");
        for attr in evaluator.ordered(attrs) {
            self.into.push(self.space(&within));
            self.into.push(nix_identifier(evaluator.name(attr.name))?);
            self.into.push(" = ");
            self.value(&within, attr.value).frame(
                || format!("in the attribute `{}`", evaluator.name_text(attr.name)),
                Span::at(attr.place),
            )?;
            self.into.push(";");
        }
        self.into.push(self.space(indent));
        self.into.push("}");
        Ok(())
    }
}

fn escaped(line: &[u8]) -> Vec<u8> {
    let mut escaped = vec![];
    for (at, byte) in line.iter().enumerate() {
        let interpolates = *byte == b'$' && line.get(at + 1) == Some(&b'{');
        if interpolates || b"\\\"".contains(byte) {
            escaped.push(b'\\');
        }
        escaped.push(*byte);
    }
    escaped
}

fn escaped_in_lines(line: &[u8]) -> Vec<u8> {
    let mut escaped = vec![];
    let mut rest = line;
    while let Some((byte, behind)) = rest.split_first() {
        if rest.starts_with(b"${") {
            escaped.extend_from_slice(b"''${");
            rest = rest.get(2..).unwrap_or_default();
        } else if rest.starts_with(b"''") {
            escaped.extend_from_slice(b"'''");
            rest = rest.get(2..).unwrap_or_default();
        } else {
            escaped.push(*byte);
            rest = behind;
        }
    }
    escaped
}
