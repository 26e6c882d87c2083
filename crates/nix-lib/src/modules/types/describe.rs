//! Types in words, as messages and documentation have them.

use nix_frontend::eval::{Evaluator, Value};
use nix_frontend::ir::symbol::known;

use crate::modules::types::{Kind, TypeRef};

/// The `name` of a type.
pub fn name<'a>(evaluator: &Evaluator<'a>, of: TypeRef<'a>) -> &'a str {
    if let Some(name) = of.name {
        return name;
    }
    if let Kind::StrMatching(pattern) = of.kind {
        let name = format!("strMatching {}", string_literal(pattern));
        return evaluator.arena.alloc_str(&name);
    }
    kind_name(of)
}

/// What the kind of a type is called.
pub fn kind_name(of: TypeRef<'_>) -> &'static str {
    match of.kind {
        Kind::Unspecified => "unspecified",
        Kind::Raw => "raw",
        Kind::Anything => "anything",
        Kind::Bool => "bool",
        Kind::BoolByOr => "boolByOr",
        Kind::Int(..) => "int",
        Kind::Float => "float",
        Kind::Str => "str",
        Kind::NonEmptyStr => "nonEmptyStr",
        Kind::SingleLineStr => "singleLineStr",
        Kind::StrMatching(_) => "strMatching",
        Kind::SeparatedString(_) => "separatedString",
        Kind::Attrs => "attrs",
        Kind::Package => "package",
        Kind::Path { .. } => "path",
        Kind::ListOf(..) => "listOf",
        Kind::AttrsOf { lazy: false, .. } => "attrsOf",
        Kind::AttrsOf { lazy: true, .. } => "lazyAttrsOf",
        Kind::NullOr(_) => "nullOr",
        Kind::Either(..) => "either",
        Kind::Enum(_) => "enum",
        Kind::CoercedTo { .. } => "coercedTo",
        Kind::Submodule(_) => "submodule",
        Kind::DeferredModule(_) => "deferredModule",
        Kind::FunctionTo(_) => "functionTo",
        Kind::Unique(..) => "unique",
        Kind::AttrTag(_) => "attrTag",
        Kind::OptionType => "optionType",
        Kind::Custom(_) => "custom",
    }
}

/// How a description behaves as a part of a longer one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// Needs no parentheses.
    Noun,
    /// Contains "or".
    Conjunction,
    /// Contains "of".
    Composite,
    /// Ends with a clause.
    NonRestrictiveClause,
    /// Not known.
    Unknown,
}

impl Class {
    /// The value of `descriptionClass`, if the type has one.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Class::Noun => Some("noun"),
            Class::Conjunction => Some("conjunction"),
            Class::Composite => Some("composite"),
            Class::NonRestrictiveClause => Some("nonRestrictiveClause"),
            Class::Unknown => None,
        }
    }
}

/// The types whose description ends with "meaning …".
const WITH_CLAUSE: &[&str] = &[
    "unsignedInt",
    "positiveInt",
    "numberNonnegative",
    "numberPositive",
];

/// How the description of a type behaves in a longer one.
pub fn class<'a>(evaluator: &Evaluator<'a>, of: TypeRef<'a>) -> Class {
    if of.name.is_some_and(|name| WITH_CLAUSE.contains(&name)) {
        return Class::NonRestrictiveClause;
    }
    match of.kind {
        Kind::ListOf(..) | Kind::AttrsOf { .. } | Kind::FunctionTo(_) => Class::Composite,
        Kind::NullOr(_) | Kind::Either(..) => Class::Conjunction,
        Kind::Enum(values) if values.len() > 1 => Class::Conjunction,
        Kind::Unique(_, element) => class(evaluator, element),
        Kind::Custom(attrs) => {
            let class = attrs.value(evaluator.symbol("descriptionClass"));
            match class.map(|class| evaluator.force(class)) {
                Some(Ok(Value::String(class))) => match class.bytes {
                    b"noun" => Class::Noun,
                    b"conjunction" => Class::Conjunction,
                    b"composite" => Class::Composite,
                    b"nonRestrictiveClause" => Class::NonRestrictiveClause,
                    _ => Class::Unknown,
                },
                _ => Class::Unknown,
            }
        }
        Kind::Attrs | Kind::CoercedTo { .. } | Kind::Submodule(_) => Class::Unknown,
        _ => Class::Noun,
    }
}

fn phrase<'a>(evaluator: &Evaluator<'a>, of: TypeRef<'a>, plain: &[Class]) -> String {
    let description = describe(evaluator, of);
    if plain.contains(&class(evaluator, of)) {
        description
    } else {
        format!("({description})")
    }
}

/// The `description` of a type.
pub fn describe<'a>(evaluator: &Evaluator<'a>, of: TypeRef<'a>) -> String {
    if let Some(description) = of.description {
        return description.to_owned();
    }
    let of_element = |element| phrase(evaluator, element, &[Class::Noun, Class::Composite]);
    match of.kind {
        Kind::Unspecified => "unspecified value".to_owned(),
        Kind::Raw => "raw value".to_owned(),
        Kind::Anything => "anything".to_owned(),
        Kind::Bool => "boolean".to_owned(),
        Kind::BoolByOr => "boolean (merged using or)".to_owned(),
        Kind::Int(i64::MIN, i64::MAX) => "signed integer".to_owned(),
        Kind::Int(least, most) => {
            format!("integer between {least} and {most} (both inclusive)")
        }
        Kind::Float => "floating point number".to_owned(),
        Kind::Str => "string".to_owned(),
        Kind::NonEmptyStr => "non-empty string".to_owned(),
        Kind::SingleLineStr => "(optionally newline-terminated) single-line string".to_owned(),
        Kind::StrMatching(pattern) => {
            format!(
                "string matching the pattern {}",
                String::from_utf8_lossy(pattern)
            )
        }
        Kind::SeparatedString(separator) => {
            format!(
                "strings concatenated with {:?}",
                String::from_utf8_lossy(separator)
            )
        }
        Kind::Attrs => "attribute set".to_owned(),
        Kind::Package => "package".to_owned(),
        Kind::Path { in_store, absolute } => {
            let start = match absolute {
                None => "",
                Some(true) => "absolute ",
                Some(false) => "relative ",
            };
            let end = match in_store {
                None => "",
                Some(true) => " in the Nix store",
                Some(false) => " not in the Nix store",
            };
            format!("{start}path{end}")
        }
        Kind::ListOf(element, false) => format!("list of {}", of_element(element)),
        Kind::ListOf(element, true) => format!("non-empty (list of {})", of_element(element)),
        Kind::AttrsOf { element, lazy, .. } => {
            let start = if lazy {
                "lazy attribute set"
            } else {
                "attribute set"
            };
            format!("{start} of {}", of_element(element))
        }
        Kind::NullOr(element) => {
            let element = phrase(evaluator, element, &[Class::Noun, Class::Conjunction]);
            format!("null or {element}")
        }
        Kind::Either(left, right) => {
            let nouns = [Class::Noun, Class::Conjunction];
            let all = [Class::Noun, Class::Conjunction, Class::Composite];
            if class(evaluator, left) == Class::NonRestrictiveClause {
                let left = describe(evaluator, left);
                format!("{left}, or {}", phrase(evaluator, right, &nouns))
            } else {
                let left = phrase(evaluator, left, &nouns);
                format!("{left} or {}", phrase(evaluator, right, &all))
            }
        }
        Kind::Enum(values) => {
            let shown: Vec<String> = values.iter().map(|value| show(*value)).collect();
            match shown.as_slice() {
                [] => "impossible (empty enum)".to_owned(),
                [only] => format!("value {only} (singular enum)"),
                all => format!("one of {}", all.join(", ")),
            }
        }
        Kind::CoercedTo { from, to, .. } => {
            let from = phrase(evaluator, from, &[Class::Noun]);
            let to = phrase(evaluator, to, &[Class::Noun]);
            format!("{to} or {from} convertible to it")
        }
        Kind::Submodule(submodule) => submodule.description.unwrap_or("submodule").to_owned(),
        Kind::DeferredModule(_) => "module".to_owned(),
        Kind::FunctionTo(element) => {
            format!("function that evaluates to a(n) {}", of_element(element))
        }
        Kind::Unique(_, element) => describe(evaluator, element),
        Kind::AttrTag(tags) => {
            let names: Vec<String> = evaluator
                .ordered(tags)
                .iter()
                .map(|attr| evaluator.name_text(attr.name))
                .collect();
            format!("attribute-tagged union with choices: {}", names.join(", "))
        }
        Kind::OptionType => "optionType".to_owned(),
        Kind::Custom(attrs) => {
            let described = [known::DESCRIPTION, known::NAME]
                .iter()
                .find_map(|name| attrs.value(*name));
            match described.map(|text| evaluator.force(text)) {
                Some(Ok(Value::String(text))) => text.text(),
                _ => "custom type".to_owned(),
            }
        }
    }
}

/// A string as Nix writes it in code.
fn string_literal(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for character in String::from_utf8_lossy(bytes).chars() {
        if matches!(character, '"' | '\\' | '$') {
            text.push('\\');
        }
        text.push(character);
    }
    text.push('"');
    text
}

fn show(value: Value<'_>) -> String {
    match value {
        Value::String(string) => format!("\"{}\"", string.text()),
        Value::Int(number) => number.to_string(),
        Value::Bool(value) => value.get().to_string(),
        Value::Thunk(thunk) => match thunk.done() {
            Some(value) => show(value),
            None => "<thunk>".to_owned(),
        },
        other => format!("<{}>", other.type_name().unwrap_or("unknown")),
    }
}
