//! Values and definitions as nixpkgs' messages show them: at most a few lines of each, and of what fails only the place.

use nix_frontend::eval::{Attrs, ErrorKind, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;

use crate::functions::strings::escapes::nix_identifier;
use crate::functions::trivial::function_args;
use crate::modules::definition::Definition;
use crate::modules::types::check::is_function;

/// So many lines of a value are shown.
const MOST_LINES: usize = 5;
/// A value deeper inside is left out.
const DEEPEST: usize = 10;

/// A line for each definition: its file, and its value if that can be shown.
///
/// Errors: a value cannot be evaluated for a reason that `tryEval` does not catch.
pub fn definitions<'a>(
    evaluator: &Evaluator<'a>,
    definitions: &[Definition<'a>],
) -> Result<String> {
    let mut shown = String::new();
    for definition in definitions {
        let file = String::from_utf8_lossy(definition.file);
        shown.push_str(&format!("\n- In `{file}'"));
        let Some(text) = value(evaluator, definition.value)? else {
            continue;
        };
        let mut lines: Vec<&str> = text.lines().collect();
        if lines.len() <= 1 {
            shown.push_str(&format!(": {text}"));
            continue;
        }
        if lines.len() > MOST_LINES {
            lines.truncate(MOST_LINES);
            lines.push("...");
        }
        shown.push_str(&format!(":\n    {}", lines.join("\n    ")));
    }
    Ok(shown)
}

/// Files as messages show them.
pub fn files<'a>(files: impl IntoIterator<Item = &'a [u8]>) -> String {
    let files = files.into_iter();
    let quoted = files.map(|file| format!("`{}'", String::from_utf8_lossy(file)));
    quoted.collect::<Vec<_>>().join(" and ")
}

/// The first lines of a value; none if it cannot be shown.
fn value<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<Option<String>> {
    let mut writer = Writer {
        evaluator,
        text: String::new(),
        lines: 0,
    };
    match writer.value(0, value) {
        Ok(()) => Ok(Some(writer.text)),
        Err(error) if error.is_catchable() => Ok(None),
        Err(error) if error.kind == ErrorKind::Abort => Err(error),
        Err(_) => Ok(None),
    }
}

struct Writer<'e, 'a> {
    evaluator: &'e Evaluator<'a>,
    text: String,
    lines: usize,
}

impl<'a> Writer<'_, 'a> {
    fn is_full(&self) -> bool {
        self.lines > MOST_LINES
    }

    fn line(&mut self, depth: usize) {
        self.lines += 1;
        self.text.push('\n');
        self.text.push_str(&"  ".repeat(depth));
    }

    fn value(&mut self, depth: usize, value: Value<'a>) -> Result<()> {
        let evaluator = self.evaluator;
        evaluator.check_stack()?;
        if depth > DEEPEST {
            self.text.push_str("<unevaluated>");
            return Ok(());
        }
        match evaluator.force(value)? {
            Value::Null => self.text.push_str("null"),
            Value::Bool(value) => self.text.push_str(&value.get().to_string()),
            Value::Int(value) => self.text.push_str(&value.to_string()),
            Value::Float(value) => {
                let text = nix_frontend::number::print_float(value.get());
                self.text.push_str(&text);
            }
            Value::String(string) => self.string(depth, &string.text()),
            Value::Path(path) => self.text.push_str(&path.text()),
            Value::List(list) => self.list(depth, list.items)?,
            function if is_function(function) => self.function(function)?,
            Value::Attrs(attrs) => self.attrs(depth, attrs)?,
            unknown => return Err(evaluator.expected("a value", unknown)),
        }
        Ok(())
    }

    fn string(&mut self, depth: usize, text: &str) {
        let lines: Vec<&str> = text.split('\n').collect();
        if let [only] = lines.as_slice() {
            let escaped = only
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace("${", "\\${");
            self.text.push_str(&format!("\"{escaped}\""));
            return;
        }
        self.text.push_str("''");
        for (number, line) in lines.iter().enumerate() {
            if self.is_full() {
                return;
            }
            let is_end = number + 1 == lines.len() && line.is_empty();
            self.line(if is_end { depth } else { depth + 1 });
            self.text
                .push_str(&line.replace("''", "'''").replace("${", "''${"));
        }
        self.text.push_str("''");
    }

    fn list(&mut self, depth: usize, items: &[Value<'a>]) -> Result<()> {
        if items.is_empty() {
            self.text.push_str("[ ]");
            return Ok(());
        }
        self.text.push('[');
        for item in items {
            if self.is_full() {
                return Ok(());
            }
            self.line(depth + 1);
            self.value(depth + 1, *item)?;
        }
        self.line(depth);
        self.text.push(']');
        Ok(())
    }

    fn function(&mut self, function: Value<'a>) -> Result<()> {
        let evaluator = self.evaluator;
        let args = evaluator.force_attrs(function_args(evaluator, &[function])?)?;
        let mut names = vec![];
        for arg in evaluator.ordered(args) {
            let mark = if evaluator.force_bool(arg.value)? {
                "?"
            } else {
                ""
            };
            names.push(evaluator.name_text(arg.name) + mark);
        }
        if names.is_empty() {
            self.text.push_str("<function>");
        } else {
            let names = names.join(", ");
            self.text
                .push_str(&format!("<function, args: {{{names}}}>"));
        }
        Ok(())
    }

    fn attrs(&mut self, depth: usize, attrs: &'a Attrs<'a>) -> Result<()> {
        let evaluator = self.evaluator;
        if attrs.is_empty() {
            self.text.push_str("{ }");
            return Ok(());
        }
        if evaluator.is_derivation(attrs)? {
            let name = match attrs.value(known::NAME) {
                Some(name) => evaluator.force_string(name)?.text(),
                None => "???".to_owned(),
            };
            self.text.push_str(&format!("<derivation {name}>"));
            return Ok(());
        }
        self.text.push('{');
        for attr in evaluator.ordered(attrs) {
            if self.is_full() {
                return Ok(());
            }
            self.line(depth + 1);
            let name = nix_identifier(evaluator.name(attr.name))?;
            self.text.push_str(&String::from_utf8_lossy(&name));
            self.text.push_str(" = ");
            self.value(depth + 1, attr.value)?;
            self.text.push(';');
        }
        self.line(depth);
        self.text.push('}');
        Ok(())
    }
}
