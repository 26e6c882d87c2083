//! Values that are known beforehand, for tables.

use nix_frontend::eval::{Evaluator, Value};

/// A value of a table.
#[derive(Clone, Copy)]
pub(super) enum Literal {
    Null,
    Bool(bool),
    Int(i64),
    Text(&'static str),
    Set(Fields),
}

/// The attributes of a set in a table.
pub(super) type Fields = &'static [(&'static str, Literal)];

impl Literal {
    pub(super) fn value<'a>(self, evaluator: &Evaluator<'a>) -> Value<'a> {
        match self {
            Literal::Null => Value::Null,
            Literal::Bool(flag) => Value::bool(flag),
            Literal::Int(number) => Value::Int(number),
            Literal::Text(text) => evaluator.borrowed_string(text.as_bytes()),
            Literal::Set(fields) => set(evaluator, fields),
        }
    }
}

/// A set of a table.
pub(super) fn set<'a>(evaluator: &Evaluator<'a>, fields: Fields) -> Value<'a> {
    let fields = fields.iter();
    evaluator.attrs_from(fields.map(|(name, value)| (name, value.value(evaluator))))
}

/// A list of strings.
pub(super) fn strings<'a>(
    evaluator: &Evaluator<'a>,
    strings: impl IntoIterator<Item = &'static str>,
) -> Value<'a> {
    let strings = strings.into_iter();
    let strings = strings.map(|string| evaluator.borrowed_string(string.as_bytes()));
    evaluator.list(&strings.collect::<Vec<_>>())
}
