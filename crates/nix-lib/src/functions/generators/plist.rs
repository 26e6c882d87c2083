//! `lib.generators.toPlist`: values as property lists, the XML of macOS.

use nix_frontend::builtins::take;
use nix_frontend::eval::{Evaluator, Result, Str, Value};

use crate::functions::formals::{Formals, Given};
use crate::functions::strings::escapes::xml_escaped;
use crate::functions::tools::{Text, abort, function, interpolated, text, warn};

/// The options of the function.
pub(super) const OPTIONS: Formals = &[("escape", true)];

pub(super) fn to_plist<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [options] = take(arguments)?;
    let options = Given::new(evaluator, "toPlist", OPTIONS, options)?;
    let escape = options.get("escape");
    Ok(function(evaluator, "toPlist", move |evaluator, value| {
        let escapes = match escape {
            Some(escape) => evaluator.force_bool(escape)?,
            None => false,
        };
        if !escapes {
            warn(
                evaluator,
                "Using `lib.generators.toPlist` without `escape = true` is deprecated",
            )?;
        }
        let mut into = Text::new(evaluator);
        into.push(HEAD);
        let mut writer = Writer {
            evaluator,
            escapes,
            whole: value,
            into: &mut into,
        };
        writer.value("", value)?;
        into.push("\n</plist>");
        Ok(into.finish())
    }))
}

const HEAD: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
    "<!DOCTYPE plist PUBLIC \"-//Apple Computer//DTD PLIST 1.0//EN\" ",
    "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n",
    "<plist version=\"1.0\">\n",
);

struct Writer<'t, 'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    escapes: bool,
    whole: Value<'a>,
    into: &'t mut Text<'e, 'a>,
}

impl<'a> Writer<'_, '_, 'a> {
    fn value(&mut self, indent: &str, value: Value<'a>) -> Result<()> {
        let evaluator = self.evaluator;
        evaluator.check_stack()?;
        match evaluator.force(value)? {
            Value::Null => {}
            Value::Bool(value) => {
                self.into.push(indent);
                self.into
                    .push(if value.get() { "<true/>" } else { "<false/>" });
            }
            Value::Int(_) => self.element(indent, "integer", text(evaluator, value)?),
            Value::Float(_) => self.element(indent, "real", text(evaluator, value)?),
            Value::String(string) => self.escaped(indent, "string", string),
            Value::Path(path) => self.escaped(indent, "string", path),
            Value::List(list) => self.list(indent, list.items)?,
            Value::Attrs(attrs) => {
                let attrs = evaluator.ordered(attrs).iter();
                let attrs = attrs.map(|attr| (evaluator.name(attr.name), attr.value));
                self.dict(indent, &attrs.collect::<Vec<_>>())?;
            }
            unknown @ Value::OutOfReach(_) => return Err(evaluator.expected("a value", unknown)),
            _ => {
                let whole = interpolated(evaluator, self.whole)?.text();
                let message = format!("generators.toPlist: no property list (v = {whole})");
                return Err(abort(&message));
            }
        }
        Ok(())
    }

    fn element(&mut self, indent: &str, name: &str, content: &Str<'a>) {
        self.into.push(format!("{indent}<{name}>"));
        self.into.push_string(content);
        self.into.push(format!("</{name}>"));
    }

    fn escaped(&mut self, indent: &str, name: &str, content: &Str<'a>) {
        if !self.escapes {
            return self.element(indent, name, content);
        }
        self.into.push(format!("{indent}<{name}>"));
        self.into.push(xml_escaped(content.bytes));
        self.into.context_of(content);
        self.into.push(format!("</{name}>"));
    }

    fn list(&mut self, indent: &str, items: &[Value<'a>]) -> Result<()> {
        let within = format!("\t{indent}");
        self.into.push(format!("{indent}<array>\n"));
        for (at, item) in items.iter().enumerate() {
            self.into.push(if at > 0 { "\n" } else { "" });
            self.value(&within, *item)?;
        }
        self.into.push(format!("\n{indent}</array>"));
        Ok(())
    }

    /// Attributes that are null are left out, and so is what belongs to the module system.
    fn dict(&mut self, indent: &str, attrs: &[(&'a [u8], Value<'a>)]) -> Result<()> {
        let within = format!("\t{indent}");
        self.into.push(format!("{indent}<dict>\n"));
        let mut is_first = true;
        for (name, value) in attrs {
            if *name == b"_module" || matches!(self.evaluator.force(*value)?, Value::Null) {
                continue;
            }
            self.into.push(if is_first { "" } else { "\n" });
            is_first = false;
            self.escaped(&within, "key", &Str::plain(name));
            self.into.push("\n");
            self.value(&within, *value)?;
        }
        self.into.push(format!("\n{indent}</dict>"));
        Ok(())
    }
}
