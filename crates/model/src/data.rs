//! Values as plain data: what is left of a setting when the evaluation is over.

use nix_frontend::eval::error::describe;
use nix_frontend::eval::{ErrorKind, EvalError, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;
use source::{Pos, Span};

/// A value without anything delayed.
#[derive(Clone, PartialEq, Debug)]
pub enum Data {
    /// `null`
    Null,
    /// A Boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
    /// A string.
    String(String),
    /// A path, absolute.
    Path(String),
    /// A list.
    List(Vec<Data>),
    /// A set, in the order of names: name, place of the name, value.
    Set(Vec<(String, Pos, Data)>),
    /// A function, and where it stands.
    Function(Span),
    /// Something whose source is not here: what it is called, and why.
    Unknown {
        /// `inputs.foo.packages.x86_64-linux.default`
        name: String,
        /// Why it is not known.
        because: String,
    },
}

impl Data {
    /// An empty set.
    pub fn empty() -> Data {
        Data::Set(vec![])
    }

    /// The value of an attribute of a set.
    pub fn get(&self, name: &str) -> Option<&Data> {
        match self {
            Data::Set(attrs) => attrs
                .iter()
                .find(|(key, _, _)| key == name)
                .map(|(_, _, value)| value),
            _ => None,
        }
    }

    /// Whether it is a set or list that has nothing in it.
    pub fn is_empty(&self) -> bool {
        match self {
            Data::Set(attrs) => attrs.is_empty(),
            Data::List(items) => items.is_empty(),
            _ => false,
        }
    }
}

/// Evaluates a value in whole. What depends on something out of reach is [`Data::Unknown`] where it stands.
///
/// Errors: the first other failure; a string that is not UTF-8.
pub fn read<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<Data> {
    read_with(evaluator, value, &mut |_| None)
}

/// Like [`read`]; a failure that `tolerate` turns into data is not passed on.
///
/// Errors: besides the value's own, a value that is too deep or too large, as one that contains itself is.
pub fn read_with<'a>(
    evaluator: &Evaluator<'a>,
    value: Value<'a>,
    tolerate: &mut dyn FnMut(&EvalError) -> Option<Data>,
) -> Result<Data> {
    let mut left = MOST_PARTS;
    read_part(evaluator, value, tolerate, 0, &mut left)
}

/// The deepest nesting of sets and lists that is read.
const MOST_DEPTH: usize = 64;
/// The most attributes and elements, in all, that are read of one value.
const MOST_PARTS: usize = 1_000_000;

fn read_part<'a>(
    evaluator: &Evaluator<'a>,
    value: Value<'a>,
    tolerate: &mut dyn FnMut(&EvalError) -> Option<Data>,
    depth: usize,
    left: &mut usize,
) -> Result<Data> {
    if depth > MOST_DEPTH || *left == 0 {
        *left = 0;
        return Err(too_large());
    }
    *left -= 1;
    let value = match evaluator.force(value) {
        Ok(value) => value,
        Err(error) => {
            if let ErrorKind::OutOfReach(name) = &error.kind {
                return Ok(Data::Unknown {
                    name: name.clone(),
                    because: error
                        .message
                        .rsplit(": ")
                        .next()
                        .unwrap_or_default()
                        .to_owned(),
                });
            }
            return match tolerate(&error) {
                Some(data) => Ok(data),
                None => Err(error),
            };
        }
    };
    Ok(match value {
        Value::Null => Data::Null,
        Value::Bool(value) => Data::Bool(value.get()),
        Value::Int(value) => Data::Int(value),
        Value::Float(value) => Data::Float(value.get()),
        Value::String(value) => Data::String(text(value.bytes)?),
        Value::Path(value) => Data::Path(text(value.bytes)?),
        Value::List(list) => {
            let items = list.items.iter();
            let items = items.map(|item| read_part(evaluator, *item, tolerate, depth + 1, left));
            Data::List(items.collect::<Result<_>>()?)
        }
        Value::Attrs(attrs) => {
            if evaluator.is_derivation(attrs).unwrap_or(false) {
                let name = attrs.value(known::NAME).map(|name| evaluator.force(name));
                let name = match name {
                    Some(Ok(Value::String(name))) => name.text(),
                    _ => "derivation".to_owned(),
                };
                return Ok(Data::Unknown {
                    name,
                    because: "derivations are not built".to_owned(),
                });
            }
            let mut read = Vec::with_capacity(attrs.len());
            for attr in evaluator.ordered(attrs) {
                let value = read_part(evaluator, attr.value, tolerate, depth + 1, left)?;
                read.push((evaluator.name_text(attr.name), attr.place, value));
            }
            Data::Set(read)
        }
        Value::Lambda(closure) => Data::Function(closure.code.span),
        Value::Builtin(_) | Value::Partial(_) => Data::Function(Span::NONE),
        Value::OutOfReach(unknown) => Data::Unknown {
            name: describe(&evaluator.session.symbols, unknown),
            because: unknown.root().1.to_owned(),
        },
        Value::Thunk(_) => Data::Null,
    })
}

#[cold]
fn too_large() -> Box<EvalError> {
    EvalError::new(
        ErrorKind::Limit,
        "the value is too deep or too large to be read; does it contain itself?",
    )
}

fn text(bytes: &[u8]) -> Result<String> {
    String::from_utf8(bytes.to_vec()).map_err(|_| {
        EvalError::new(
            ErrorKind::Coded("not-serializable"),
            "a string is not valid UTF-8 and cannot be written as JSON",
        )
    })
}
