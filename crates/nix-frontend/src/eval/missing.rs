//! What is said of names that are not there: attributes, names that a `with` should have, arguments.

use source::{Pos, Span, suggest};

use crate::eval::attrs::{Attr, Attrs};
use crate::eval::error::{ErrorKind, EvalError};
use crate::eval::evaluator::Evaluator;
use crate::eval::value::{Origin, Value};
use crate::ir::expr::{AttrName, Formals, LambdaExpr, Select};
use crate::ir::symbol::Symbol;

/// So many names are told where none is near.
const MOST_NAMES: usize = 8;

/// Builtins that only some Nixes have, by an extension, plugin or setting.
const OF_OTHERS: &[&[u8]] = &[
    b"exec",
    b"extraBuiltins",
    b"importNative",
    b"parallel",
    b"wasm",
];

impl<'a> Evaluator<'a> {
    /// `value`; out of reach instead if it is `builtins` and another Nix has the attribute `name`, which this one lacks.
    #[cold]
    pub(crate) fn builtin_of_others(
        &self,
        value: Value<'a>,
        name: Symbol,
        span: Span,
    ) -> Value<'a> {
        let Value::Attrs(attrs) = value else {
            return value;
        };
        let is_builtins = self.builtins().is_ok_and(|own| std::ptr::eq(own, attrs));
        if !is_builtins || !OF_OTHERS.contains(&self.name(name)) {
            return value;
        }
        let name = format!("builtins.{}", self.name_text(name));
        let because = format!("only some Nixes have `{name}`");
        let origin = Origin::Root {
            name: self.arena.alloc_str(&name),
            because: self.arena.alloc_str(&because),
            known: None,
        };
        self.out_of_reach_from(origin, span)
    }

    /// The error of `value`, evaluated already, not having the attribute `name`. `span` is where it is asked for.
    #[cold]
    pub(crate) fn missing_attribute(
        &self,
        value: Value<'a>,
        name: Symbol,
        span: Span,
    ) -> Box<EvalError> {
        match value {
            Value::Attrs(attrs) => {
                let name = self.name_text(name);
                let error = EvalError::new(
                    ErrorKind::MissingAttribute,
                    format!("attribute '{name}' missing"),
                );
                error.help(self.instead_of(&name, attrs)).at(span)
            }
            other => self.expected("a set", other).at(span),
        }
    }

    /// What `attrs` has instead of `name`: the nearest, or all of it.
    pub(crate) fn instead_of(&self, name: &str, attrs: &'a Attrs<'a>) -> String {
        let known: Vec<String> = self.names(attrs).collect();
        match nearest(name, &known) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!("the set {}", has(&known)),
        }
    }

    /// The same where `part` of a selection asks for it.
    #[cold]
    pub(crate) fn missing_in(
        &self,
        select: &Select,
        part: &AttrName,
        value: Value<'a>,
        name: Symbol,
    ) -> Box<EvalError> {
        if let Value::Attrs(_) | Value::OutOfReach(_) = value {
            return self.missing_attribute(value, name, part.span);
        }
        let before = select.path.iter();
        let before = before
            .take_while(|other| !std::ptr::eq(*other, part))
            .last();
        let end = before.map_or(select.subject.span.end, |other| other.span.end);
        let subject = Span::new(select.subject.span.start, end);
        let name = self.name_text(name);
        let mut error = self.expected("a set", value);
        error.label = Some(format!("this is {}", value.type_with_article()));
        let help = self.operand_code(subject).and_then(|code| match value {
            Value::Null => Some(format!("`{code}.{name} or …` says what to take instead")),
            Value::List(_) => Some(format!("`map (item: item.{name}) {code}` asks each item")),
            value if value.is_function() => Some(format!("call it first: `({code} …).{name}`")),
            _ => None,
        });
        if help.is_some() {
            error.help = help;
        }
        let asked = format!("`{name}` is asked for here");
        error.at(subject).label(part.span, asked)
    }

    /// The error of a computed name that the set has already, from the place `first`.
    #[cold]
    pub(crate) fn defined_again(&self, name: Symbol, first: Pos) -> Box<EvalError> {
        let mut text = format!(
            "dynamic attribute '{}' already defined",
            self.name_text(name)
        );
        if let Some((path, place)) = self.session.sources.locate(first) {
            let (path, line, column) = (path.display(), place.line, place.column);
            text.push_str(&format!(" at {path}:{line}:{column}"));
        }
        EvalError::type_error(text).label(self.session.sources.word(first), "defined here first")
    }

    pub(crate) fn names(&self, attrs: &'a Attrs<'a>) -> impl Iterator<Item = String> {
        let attrs = self.ordered(attrs).iter();
        attrs.map(|attr| self.name_text(attr.name))
    }

    // `with`

    /// The error of a `with` over `value`, which is no set.
    #[cold]
    pub(crate) fn no_namespace(&self, value: Value<'a>) -> Box<EvalError> {
        let mut error = self.expected("a set", value);
        error.label = Some(format!(
            "looked up in a `with` over {}",
            value.type_with_article()
        ));
        error
    }

    /// The error of a variable that none of the sets around it has.
    #[cold]
    pub(crate) fn in_no_namespace(
        &self,
        name: Symbol,
        candidates: &[&'a Attrs<'a>],
    ) -> Box<EvalError> {
        let name = self.name_text(name);
        let mut error = EvalError::new(
            ErrorKind::UndefinedVariable,
            format!("undefined variable '{name}'"),
        );
        error.label = Some("no `with` has it".to_owned());
        let known = candidates.iter().flat_map(|attrs| self.names(attrs));
        let known: Vec<String> = known.collect();
        match nearest(&name, &known) {
            Some(nearest) => error.help(format!("did you mean `{nearest}`?")),
            None if candidates.len() == 1 => error.help(format!("its set {}", has(&known))),
            None => error,
        }
    }

    // Arguments

    fn function_name(&self, code: &LambdaExpr) -> String {
        match code.name {
            Some(name) => format!("'{}'", self.name_text(name)),
            None => "'anonymous lambda'".to_owned(),
        }
    }

    /// The error of a call without an argument that has no default.
    #[cold]
    pub(crate) fn missing_argument(
        &self,
        code: &LambdaExpr,
        name: Symbol,
        span: Span,
    ) -> Box<EvalError> {
        let text = self.name_text(name);
        let mut error = EvalError::type_error(format!(
            "function {} called without required argument '{text}'",
            self.function_name(code),
        ));
        let place = code.formal(name);
        if span.is_none() {
            return error.at(place);
        }
        error.label = Some("called here".to_owned());
        error.help = Some(format!("give it `{text} = …;`"));
        error
            .at(span)
            .label(place, format!("`{text}` has no default"))
    }

    /// The error of a call with an argument that the function does not take.
    #[cold]
    pub(crate) fn unexpected_argument(
        &self,
        code: &LambdaExpr,
        formals: &Formals,
        attrs: &'a Attrs<'a>,
        span: Span,
    ) -> Box<EvalError> {
        let is_formal = |attr: &Attr| {
            let entries = &formals.entries;
            entries
                .binary_search_by_key(&attr.name, |formal| formal.name)
                .is_ok()
        };
        let Some(extra) = self.ordered(attrs).iter().find(|attr| !is_formal(attr)) else {
            return EvalError::type_error("unexpected argument").at(span);
        };
        let name = self.name_text(extra.name);
        let mut entries: Vec<_> = formals.entries.iter().collect();
        entries.sort_by_key(|formal| formal.span.start);
        let known: Vec<String> = entries.iter().map(|it| self.name_text(it.name)).collect();
        let mut error = EvalError::type_error(format!(
            "function {} called with unexpected argument '{name}'",
            self.function_name(code),
        ));
        let help = match nearest(&name, &known) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!(
                "the function {}; with `...` in its pattern it takes any others too",
                takes(&known)
            ),
        };
        error.help = Some(help);
        let argument = match extra.place.is_none() {
            true => Span::NONE,
            false => self.session.sources.word(extra.place),
        };
        let pattern = match entries.as_slice() {
            [first, .., last] => first.span.cover(last.span),
            [only] => only.span,
            [] => code.span,
        };
        if argument.is_none() {
            error.label = Some("called here".to_owned());
            error.at(span).label(pattern, "takes these")
        } else {
            error.label = Some("not taken".to_owned());
            let is_in_call = span.cover(argument) == span;
            let error = error.at(argument).label(pattern, "takes these");
            error.label(if is_in_call { Span::NONE } else { span }, "called here")
        }
    }
}

/// The name nearest to `name`.
pub(crate) fn nearest<'n>(name: &str, known: &'n [String]) -> Option<&'n str> {
    suggest::nearest(name, known.iter().map(String::as_str))
}

/// What a set or a directory has, in words.
pub(crate) fn has(names: &[String]) -> String {
    match names {
        [] => "is empty".to_owned(),
        names => format!("has {}", listed(names)),
    }
}

fn takes(names: &[String]) -> String {
    match names {
        [] => "takes no arguments by name".to_owned(),
        names => format!("takes {}", listed(names)),
    }
}

fn listed(names: &[String]) -> String {
    let shown = names
        .iter()
        .take(MOST_NAMES)
        .map(|name| format!("`{name}`"));
    let shown: Vec<String> = shown.collect();
    match names.len().saturating_sub(MOST_NAMES) {
        0 => match shown.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
            None => String::new(),
        },
        more => format!("{} and {more} others", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_listed_up_to_a_number() {
        let names = |count: usize| -> Vec<String> {
            (0..count).map(|number| format!("n{number}")).collect()
        };
        assert_eq!(has(&[]), "is empty");
        assert_eq!(has(&names(1)), "has `n0`");
        assert_eq!(has(&names(3)), "has `n0`, `n1` and `n2`");
        assert!(has(&names(20)).ends_with("`n7` and 12 others"));
    }
}
