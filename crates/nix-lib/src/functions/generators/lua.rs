//! `lib.generators.toLua`: values in the language Lua.

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attrs, Evaluator, Result, Value};

use crate::functions::formals::{Formals, Given};
use crate::functions::generators::pretty::plain;
use crate::functions::tools::{Text, abort, builtin, find, function, get, interpolated, throw};

/// The options of the function.
pub(super) const OPTIONS: Formals = &[("asBindings", true), ("indent", true), ("multiline", true)];

/// The type of sets that are Lua code already.
pub(super) const INLINE: &[u8] = b"lua-inline";

pub(super) fn to_lua<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [options] = take(arguments)?;
    let options = Given::new(evaluator, "toLua", OPTIONS, options)?;
    let (indent, multiline) = (options.get("indent"), options.get("multiline"));
    let as_bindings = options.get("asBindings");
    let flag = |evaluator: &Evaluator<'a>, flag: Option<Value<'a>>, default| match flag {
        Some(flag) => evaluator.force_bool(flag),
        None => Ok(default),
    };
    Ok(function(evaluator, "toLua", move |evaluator, value| {
        let indent = match indent {
            Some(indent) => interpolated(evaluator, indent)?.bytes,
            None => b"",
        };
        let mut into = Text::new(evaluator);
        let mut writer = Writer {
            evaluator,
            multiline: flag(evaluator, multiline, true)?,
            into: &mut into,
        };
        match flag(evaluator, as_bindings, false)? {
            true => writer.bindings(indent, value)?,
            false => writer.value(indent, value)?,
        }
        Ok(into.finish())
    }))
}

struct Writer<'t, 'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    multiline: bool,
    into: &'t mut Text<'e, 'a>,
}

impl<'a> Writer<'_, '_, 'a> {
    /// `name = value`, each on a line of its own.
    fn bindings(&mut self, indent: &[u8], value: Value<'a>) -> Result<()> {
        let evaluator = self.evaluator;
        let attrs = evaluator.ordered(evaluator.force_attrs(value)?);
        let bad = attrs
            .iter()
            .filter(|attr| !is_variable(evaluator.name(attr.name)));
        let bad: Vec<Value<'a>> = bad.map(|attr| evaluator.symbol_string(attr.name)).collect();
        if !bad.is_empty() {
            let bad = plain(evaluator, evaluator.list(&bad))?.text();
            return Err(throw(format!("Bad Lua var names: {bad}")));
        }
        for attr in attrs {
            self.into.push(indent);
            self.into.push(evaluator.name(attr.name));
            self.into.push(" = ");
            self.value(indent, attr.value)?;
            self.into.push("\n");
        }
        Ok(())
    }

    fn value(&mut self, indent: &[u8], value: Value<'a>) -> Result<()> {
        let evaluator = self.evaluator;
        evaluator.check_stack()?;
        match evaluator.force(value)? {
            Value::Null => self.into.push("nil"),
            Value::Int(_) | Value::Float(_) | Value::String(_) | Value::Bool(_) => {
                self.json(value)?;
            }
            Value::Path(_) => self.stored(value)?,
            Value::Attrs(attrs) if evaluator.is_derivation(attrs)? => self.stored(value)?,
            Value::List(list) => self.list(indent, list.items)?,
            Value::Attrs(attrs) => self.attrs(indent, attrs)?,
            unknown @ Value::OutOfReach(_) => return Err(evaluator.expected("a value", unknown)),
            other => {
                let kind = other.type_name().unwrap_or_default();
                let message = format!("generators.toLua: type {kind} is unsupported");
                return Err(abort(&message));
            }
        }
        Ok(())
    }

    fn json(&mut self, value: Value<'a>) -> Result<()> {
        self.into
            .interpolate(builtin(self.evaluator, "toJSON", &[value])?)
    }

    fn stored(&mut self, value: Value<'a>) -> Result<()> {
        self.json(Value::String(interpolated(self.evaluator, value)?))
    }

    /// What is before an element, or before the closing brace.
    fn space(&mut self, indent: &[u8]) {
        if self.multiline {
            self.into.push("\n");
            self.into.push(indent);
        } else {
            self.into.push(" ");
        }
    }

    fn list(&mut self, indent: &[u8], items: &[Value<'a>]) -> Result<()> {
        if items.is_empty() {
            self.into.push("{}");
            return Ok(());
        }
        let within = [indent, b"  "].concat();
        self.into.push("{");
        for (at, item) in items.iter().enumerate() {
            self.into.push(if at > 0 { "," } else { "" });
            self.space(&within);
            self.value(&within, *item)?;
        }
        self.space(indent);
        self.into.push("}");
        Ok(())
    }

    fn attrs(&mut self, indent: &[u8], attrs: &'a Attrs<'a>) -> Result<()> {
        let evaluator = self.evaluator;
        let value = Value::Attrs(attrs);
        let tag = find(evaluator, value, "_type")?.unwrap_or(Value::Null);
        if evaluator.equal(tag, evaluator.borrowed_string(INLINE))? {
            self.into.push("(");
            self.into.interpolate(get(evaluator, value, "expr")?)?;
            self.into.push(")");
            return Ok(());
        }
        if attrs.is_empty() {
            self.into.push("{}");
            return Ok(());
        }
        let within = [indent, b"  "].concat();
        self.into.push("{");
        for (at, attr) in evaluator.ordered(attrs).iter().enumerate() {
            self.into.push(if at > 0 { "," } else { "" });
            self.space(&within);
            self.into.push("[");
            self.json(evaluator.symbol_string(attr.name))?;
            self.into.push("] = ");
            self.value(&within, attr.value)?;
        }
        self.space(indent);
        self.into.push("}");
        Ok(())
    }
}

/// Whether it is a variable, or a field of one.
fn is_variable(name: &[u8]) -> bool {
    name.split(|byte| *byte == b'.').all(|part| {
        let starts = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
        let goes_on = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        part.first().is_some_and(starts) && part.iter().all(goes_on)
    })
}
