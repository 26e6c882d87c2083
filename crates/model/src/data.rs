//! Values as plain data: what is left of a setting when the evaluation is over.

use nix_frontend::eval::error::describe;
use nix_frontend::eval::{Attrs, ErrorKind, EvalError, Evaluator, Result, Value};
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
    read_without(evaluator, value, &[], tolerate)
}

/// Like [`read_with`], without the attributes at the path `omitted`, in which `*` is any name: they are not evaluated. An empty path is none.
///
/// Errors: as those of [`read_with`].
pub fn read_without<'a>(
    evaluator: &Evaluator<'a>,
    value: Value<'a>,
    omitted: &[&str],
    tolerate: &mut dyn FnMut(&EvalError) -> Option<Data>,
) -> Result<Data> {
    let mut reader = Reader {
        evaluator,
        tolerate,
        left: MOST_PARTS,
    };
    reader.part(value, 0, omitted)
}

/// The deepest nesting of sets and lists that is read.
const MOST_DEPTH: usize = 64;
/// The most attributes and elements, in all, that are read of one value.
const MOST_PARTS: usize = 1_000_000;

struct Reader<'a, 'r> {
    evaluator: &'r Evaluator<'a>,
    tolerate: &'r mut dyn FnMut(&EvalError) -> Option<Data>,
    /// How many parts may still be read.
    left: usize,
}

impl<'a> Reader<'a, '_> {
    fn part(&mut self, value: Value<'a>, depth: usize, omitted: &[&str]) -> Result<Data> {
        if depth > MOST_DEPTH || self.left == 0 {
            self.left = 0;
            return Err(too_large());
        }
        self.left -= 1;
        let value = match self.evaluator.force(value) {
            Ok(value) => value,
            Err(error) => return self.failure(error),
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
                let items = items.map(|item| self.part(*item, depth + 1, &[]));
                Data::List(items.collect::<Result<_>>()?)
            }
            Value::Attrs(attrs) => self.set(attrs, depth, omitted)?,
            Value::Lambda(closure) => Data::Function(closure.code.span),
            Value::Builtin(_) | Value::Partial(_) => Data::Function(Span::NONE),
            Value::OutOfReach(unknown) => Data::Unknown {
                name: describe(&self.evaluator.session.symbols, unknown),
                because: unknown.root().1.to_owned(),
            },
            Value::Thunk(_) => Data::Null,
        })
    }

    fn failure(&mut self, error: Box<EvalError>) -> Result<Data> {
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
        match (self.tolerate)(&error) {
            Some(data) => Ok(data),
            None => Err(error),
        }
    }

    fn set(&mut self, attrs: &'a Attrs<'a>, depth: usize, omitted: &[&str]) -> Result<Data> {
        if self.evaluator.is_derivation(attrs).unwrap_or(false) {
            return Ok(self.derivation(attrs));
        }
        let mut read = Vec::with_capacity(attrs.len());
        for attr in self.evaluator.ordered(attrs) {
            let name = self.evaluator.name_text(attr.name);
            let inner = match omitted {
                [first] if matches(first, &name) => continue,
                [first, rest @ ..] if matches(first, &name) => rest,
                _ => &[],
            };
            let value = self.part(attr.value, depth + 1, inner)?;
            read.push((name, attr.place, value));
        }
        Ok(Data::Set(read))
    }

    fn derivation(&self, attrs: &'a Attrs<'a>) -> Data {
        let name = attrs.value(known::NAME);
        let name = match name.map(|name| self.evaluator.force(name)) {
            Some(Ok(Value::String(name))) => name.text(),
            _ => "derivation".to_owned(),
        };
        Data::Unknown {
            name,
            because: "derivations are not built".to_owned(),
        }
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern == "*" || pattern == name
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
