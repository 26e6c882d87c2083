//! Attribute paths as text, as in `--attr a.b.0`, and the calls that `--arg` makes on the way along them.
//!
//! Names are parted by dots and may be quoted; a number selects from a list. Functions that are met are called with the arguments at
//! hand: those that their formals name, all of them if the formals end with `...`.

use source::Span;

use crate::eval::attrs::Attr;
use crate::eval::error::{ErrorKind, EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::value::Value;
use crate::ir::symbol::{Symbol, known};

impl<'a> Evaluator<'a> {
    /// What lies at the attribute path `path` of `value`; functions on the way are called with `arguments`.
    ///
    /// The value itself is forced, but not called. Errors: something on the way is missing or of another type.
    pub fn find_along(
        &self,
        value: Value<'a>,
        path: &str,
        arguments: &[Attr<'a>],
    ) -> Result<Value<'a>> {
        let mut value = value;
        for name in parse(path)? {
            value = self.auto_call(value, arguments)?;
            value = match name.parse::<u32>() {
                Ok(index) => self.element_along(value, index, path)?,
                Err(_) => self.attribute_along(value, &name, path)?,
            };
        }
        self.force(value)
    }

    fn element_along(&self, list: Value<'a>, index: u32, path: &str) -> Result<Value<'a>> {
        let Value::List(list) = list else {
            return Err(self.unsuitable(list, path, "list"));
        };
        list.items.get(index as usize).copied().ok_or_else(|| {
            EvalError::new(
                ErrorKind::MissingAttribute,
                format!("list index {index} in selection path '{path}' is out of range"),
            )
        })
    }

    fn attribute_along(&self, set: Value<'a>, name: &str, path: &str) -> Result<Value<'a>> {
        let attrs = match set {
            Value::Attrs(attrs) => attrs,
            Value::OutOfReach(_) => return self.select(set, self.symbol(name), Span::NONE),
            other => return Err(self.unsuitable(other, path, "set")),
        };
        if name.is_empty() {
            return Err(EvalError::type_error(format!(
                "empty attribute name in selection path '{path}'"
            )));
        }
        if let Some(found) = attrs.value(self.symbol(name)) {
            return Ok(found);
        }
        let error = EvalError::new(
            ErrorKind::MissingAttribute,
            format!("attribute '{name}' in selection path '{path}' not found"),
        );
        Err(error.help(self.instead_of(name, attrs)))
    }

    #[cold]
    fn unsuitable(&self, value: Value<'a>, path: &str, wanted: &str) -> Box<EvalError> {
        match value {
            Value::OutOfReach(_) => self.expected(wanted, value),
            value => EvalError::type_error(format!(
                "the expression selected by the selection path '{path}' should be a {wanted} but is {}",
                value.type_with_article()
            )),
        }
    }

    /// `value`, called with `arguments` if it is a function whose formals can be filled from them and from defaults.
    ///
    /// Errors: a formal without a default has no argument.
    pub fn auto_call(&self, value: Value<'a>, arguments: &[Attr<'a>]) -> Result<Value<'a>> {
        let value = self.force(value)?;
        let (accepts_more, formals) = match value {
            Value::Attrs(attrs) => {
                let Some(functor) = attrs.value(known::FUNCTOR) else {
                    return Ok(value);
                };
                let function = self.call1(functor, value)?;
                return self.auto_call(function, arguments);
            }
            Value::Lambda(closure) => {
                let Some(formals) = &closure.code.formals else {
                    return Ok(value);
                };
                let entries = formals.entries.iter();
                let entries = entries.map(|formal| (formal.name, formal.default.is_some()));
                (formals.ellipsis, entries.collect::<Vec<_>>())
            }
            Value::Builtin(builtin) if !builtin.formals.is_empty() => {
                (false, builtin.formals.to_vec())
            }
            _ => return Ok(value),
        };
        let missing = formals
            .iter()
            .find(|(name, optional)| !optional && !has(arguments, *name));
        if let Some((name, _)) = missing {
            return Err(self.unfilled(value, *name));
        }
        let wanted = |attr: &&Attr<'a>| {
            accepts_more || formals.iter().any(|(formal, _)| *formal == attr.name)
        };
        let actual = arguments.iter().filter(wanted).copied().collect();
        self.call1(value, self.attrs(actual))
    }

    #[cold]
    fn unfilled(&self, function: Value<'a>, name: Symbol) -> Box<EvalError> {
        let text = self.name_text(name);
        let mut error = EvalError::type_error(format!(
            "cannot evaluate a function that has an argument without a value ('{text}')",
        ))
        .help("pass it with `--arg` or `--argstr`, or give it a default");
        error.label = Some(format!("`{text}` has no default"));
        match function {
            Value::Lambda(closure) => error.at(closure.code.formal(name)),
            _ => error,
        }
    }
}

fn has(arguments: &[Attr<'_>], name: Symbol) -> bool {
    arguments.iter().any(|attr| attr.name == name)
}

/// The names of an attribute path.
fn parse(path: &str) -> Result<Vec<String>> {
    let mut names = vec![];
    let mut name = String::new();
    let mut rest = path;
    while let Some(first) = rest.chars().next() {
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
        match first {
            '.' => names.push(std::mem::take(&mut name)),
            '"' => {
                let Some((quoted, behind)) = rest.split_once('"') else {
                    return Err(EvalError::type_error(format!(
                        "missing closing quote in selection path '{path}'"
                    )));
                };
                name.push_str(quoted);
                rest = behind;
            }
            other => name.push(other),
        }
    }
    if !name.is_empty() {
        names.push(name);
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_parted_by_dots_and_may_be_quoted() {
        for (path, expected) in [
            ("", &[][..]),
            ("a", &["a"]),
            ("a.b.0", &["a", "b", "0"]),
            ("a.\"b.c\"d", &["a", "b.cd"]),
            (".a", &["", "a"]),
        ] {
            assert_eq!(parse(path).unwrap(), expected);
        }
        assert!(parse("a.\"b").is_err());
    }
}
