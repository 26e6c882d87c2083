//! Values as text, for messages.

use crate::eval::evaluator::Evaluator;
use crate::eval::value::Value;

const LONGEST: usize = 60;

impl<'a> Evaluator<'a> {
    /// A simple value, or the outline of a list or set, in a line; nothing is forced.
    pub fn preview(&self, value: Value<'a>) -> Option<String> {
        Some(match value {
            Value::Null => return None,
            Value::Bool(value) => value.get().to_string(),
            Value::Int(value) => value.to_string(),
            Value::Float(value) => crate::number::print_float(value.get()),
            Value::String(value) => {
                let text = value.text();
                let mut short: String = text.chars().take(LONGEST).collect();
                if short.len() < text.len() {
                    short.push('…');
                }
                format!("{short:?}")
            }
            Value::Path(value) => value.text(),
            Value::List(list) if list.items.is_empty() => "[ ]".to_owned(),
            Value::List(list) => format!("[ … ] of {} elements", list.items.len()),
            Value::Attrs(attrs) => {
                let names = self.ordered(attrs).iter().take(6);
                let names: Vec<String> = names
                    .map(|attr| format!("{} = …;", self.name_text(attr.name)))
                    .collect();
                let more = if attrs.len() > names.len() {
                    " …"
                } else {
                    ""
                };
                if names.is_empty() {
                    "{ }".to_owned()
                } else {
                    format!("{{ {}{more} }}", names.join(" "))
                }
            }
            Value::Thunk(thunk) => return self.preview(thunk.done()?),
            Value::Lambda(_) | Value::Builtin(_) | Value::Partial(_) | Value::OutOfReach(_) => {
                return None;
            }
        })
    }

    /// `{ file, line, column }` of a place; null without one, and where the text is no file.
    pub fn place(&self, pos: source::Pos) -> Value<'a> {
        let place = self.session.sources.locate(pos);
        match place.filter(|(path, _)| path.is_absolute()) {
            None => Value::Null,
            Some((path, place)) => self.attrs_from([
                ("file", self.string(path.to_string_lossy().as_bytes())),
                ("line", Value::Int(i64::from(place.line))),
                ("column", Value::Int(i64::from(place.column))),
            ]),
        }
    }
}
