//! Types in words, as messages and documentation have them.

use std::borrow::Cow;

use nix_frontend::eval::{Attrs, Evaluator, Result, Value};
use nix_frontend::ir::Symbol;
use nix_frontend::ir::symbol::known;

use crate::functions::strings::escapes::{nix_identifier, nix_string};
use crate::functions::tools::builtin;
use crate::modules::types::{Kind, TypeRef, submodule};

/// The `name` of a type. Errors: those of a custom type's own name.
pub fn name<'a>(evaluator: &Evaluator<'a>, of: TypeRef<'a>) -> Result<Cow<'a, str>> {
    if let Some(name) = of.name {
        return Ok(Cow::Borrowed(name));
    }
    Ok(Cow::Borrowed(match of.kind {
        Kind::StrMatching(pattern) => {
            let pattern = nix_string(pattern)?;
            let pattern = String::from_utf8_lossy(&pattern);
            return Ok(Cow::Owned(format!("strMatching {pattern}")));
        }
        Kind::Later(later) => return name(evaluator, later.get(evaluator)?),
        Kind::Custom(attrs) => {
            let name = text(evaluator, attrs, known::NAME)?;
            return Ok(Cow::Owned(name.unwrap_or_else(|| "custom".to_owned())));
        }
        kind => kind_name(kind),
    }))
}

/// What a kind is called by itself; kinds whose name says more have a word for all.
pub(crate) fn kind_name(kind: Kind<'_>) -> &'static str {
    match kind {
        Kind::Unspecified => "unspecified",
        Kind::Raw => "raw",
        Kind::Anything => "anything",
        Kind::Bool => "bool",
        Kind::BoolByOr => "boolByOr",
        Kind::Int(i64::MIN, i64::MAX) => "int",
        Kind::Int(..) => "intBetween",
        Kind::Float => "float",
        Kind::Str => "str",
        Kind::NonEmptyStr => "nonEmptyStr",
        Kind::SingleLineStr => "singleLineStr",
        Kind::StrMatching(_) => "strMatching",
        Kind::SeparatedString(_) => "separatedString",
        Kind::Attrs => "attrs",
        Kind::Package | Kind::ShellPackage => "package",
        Kind::FileSet(_) => "fileset",
        Kind::LuaInline => "luaInline",
        Kind::OptionDeclaration => "optionDeclaration",
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
        Kind::AttrListOf(_) => "attrListOf",
        Kind::OptionType => "optionType",
        Kind::Later(_) | Kind::Custom(_) => "custom",
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
    const ALL: [Class; 4] = [
        Class::Noun,
        Class::Conjunction,
        Class::Composite,
        Class::NonRestrictiveClause,
    ];

    /// Its name in Nix.
    pub fn name(self) -> Option<&'static str> {
        Some(match self {
            Class::Noun => "noun",
            Class::Conjunction => "conjunction",
            Class::Composite => "composite",
            Class::NonRestrictiveClause => "nonRestrictiveClause",
            Class::Unknown => return None,
        })
    }
}

/// How the description of a type behaves in a longer one: `descriptionClass`.
pub fn class<'a>(evaluator: &Evaluator<'a>, of: TypeRef<'a>) -> Result<Class> {
    if let Some(class) = of.class {
        return Ok(class);
    }
    Ok(match of.kind {
        Kind::ListOf(..) | Kind::AttrsOf { .. } | Kind::AttrListOf(_) | Kind::FunctionTo(_) => {
            Class::Composite
        }
        Kind::NullOr(_) | Kind::Either(..) => Class::Conjunction,
        Kind::Enum(values) if evaluator.force_list(values)?.len() > 1 => Class::Conjunction,
        Kind::Unique(_, element) => return class(evaluator, element),
        Kind::Attrs | Kind::CoercedTo { .. } | Kind::Submodule(_) => Class::Unknown,
        Kind::Later(later) => return class(evaluator, later.get(evaluator)?),
        Kind::Custom(attrs) => {
            let name = text(evaluator, attrs, evaluator.symbol("descriptionClass"))?;
            let known = |class: &Class| class.name() == name.as_deref();
            Class::ALL.into_iter().find(known).unwrap_or(Class::Unknown)
        }
        _ => Class::Noun,
    })
}

/// A string in a type's set; none if it is absent or no string.
fn text<'a>(
    evaluator: &Evaluator<'a>,
    attrs: &'a Attrs<'a>,
    name: Symbol,
) -> Result<Option<String>> {
    match attrs.value(name) {
        None => Ok(None),
        Some(text) => match evaluator.force(text)? {
            Value::String(text) => Ok(Some(text.text())),
            _ => Ok(None),
        },
    }
}

/// What is to be said where the type is used, if it should not be used any more.
pub fn deprecation<'a>(evaluator: &Evaluator<'a>, of: TypeRef<'a>) -> Result<Option<String>> {
    match of.kind {
        Kind::Custom(attrs) => text(evaluator, attrs, evaluator.symbol("deprecationMessage")),
        Kind::Later(later) => deprecation(evaluator, later.get(evaluator)?),
        _ if of.name == Some(LOA_OF) => Ok(Some(LOA_OF_MESSAGE.to_owned())),
        _ => Ok(None),
    }
}

pub(crate) const LOA_OF: &str = "loaOf";
const LOA_OF_MESSAGE: &str = "Mixing lists with attribute values is no longer possible; please use `types.attrsOf` instead. See https://github.com/NixOS/nixpkgs/issues/1800 for the motivation.";

/// The description of a type as part of a longer one, in parentheses unless it is of one of these classes.
pub(crate) fn phrase<'a>(
    evaluator: &Evaluator<'a>,
    of: TypeRef<'a>,
    plain: &[Class],
) -> Result<String> {
    let description = describe(evaluator, of)?;
    Ok(if plain.contains(&class(evaluator, of)?) {
        description
    } else {
        format!("({description})")
    })
}

/// The `description` of a type. Errors: those of what it is made of.
pub fn describe<'a>(evaluator: &Evaluator<'a>, of: TypeRef<'a>) -> Result<String> {
    evaluator.check_stack()?;
    if let Some(description) = of.description {
        return Ok(description.to_owned());
    }
    let of_element = |element| phrase(evaluator, element, &[Class::Noun, Class::Composite]);
    Ok(match of.kind {
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
            let pattern = String::from_utf8_lossy(pattern);
            format!("string matching the pattern {pattern}")
        }
        Kind::SeparatedString(separator) => {
            let separator = evaluator.borrowed_string(separator);
            let json = builtin(evaluator, "toJSON", &[separator])?;
            let json = evaluator.force_string(json)?.text();
            format!("strings concatenated with {json}")
        }
        Kind::Attrs => "attribute set".to_owned(),
        Kind::Package | Kind::ShellPackage => "package".to_owned(),
        Kind::FileSet(_) => "fileset".to_owned(),
        Kind::LuaInline => "inline lua".to_owned(),
        Kind::OptionDeclaration => "option declaration".to_owned(),
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
        Kind::ListOf(element, false) => format!("list of {}", of_element(element)?),
        Kind::ListOf(element, true) => format!("non-empty (list of {})", of_element(element)?),
        Kind::AttrsOf { element, lazy, .. } => {
            let start = if lazy {
                "lazy attribute set"
            } else {
                "attribute set"
            };
            format!("{start} of {}", of_element(element)?)
        }
        Kind::AttrListOf(list) => format!("attribute list of {}", of_element(list.element)?),
        Kind::NullOr(element) => {
            let element = phrase(evaluator, element, &[Class::Noun, Class::Conjunction])?;
            format!("null or {element}")
        }
        Kind::Either(left, right) => either(evaluator, left, right)?,
        Kind::Enum(values) => one_of(evaluator, evaluator.force_list(values)?)?,
        Kind::CoercedTo { from, to, .. } => {
            let from = phrase(evaluator, from, &[Class::Noun])?;
            let to = phrase(evaluator, to, &[Class::Noun])?;
            format!("{to} or {from} convertible to it")
        }
        Kind::Submodule(of) => submodule::describe(evaluator, of)?,
        Kind::DeferredModule(_) => "module".to_owned(),
        Kind::FunctionTo(element) => {
            format!("function that evaluates to a(n) {}", of_element(element)?)
        }
        Kind::Unique(_, element) => describe(evaluator, element)?,
        Kind::AttrTag(tags) => {
            let choices = choices(evaluator, tags)?;
            format!("attribute-tagged union with choices: {choices}")
        }
        Kind::OptionType => "optionType".to_owned(),
        Kind::Later(later) => describe(evaluator, later.get(evaluator)?)?,
        Kind::Custom(attrs) => {
            let described = text(evaluator, attrs, known::DESCRIPTION)?;
            match described {
                Some(described) => described,
                None => name(evaluator, of)?.into_owned(),
            }
        }
    })
}

/// The tags of a tagged union.
pub(crate) fn choices<'a>(evaluator: &Evaluator<'a>, tags: &'a Attrs<'a>) -> Result<String> {
    let mut names = vec![];
    for tag in evaluator.ordered(tags) {
        let name = nix_identifier(evaluator.name(tag.name))?;
        names.push(String::from_utf8_lossy(&name).into_owned());
    }
    Ok(names.join(", "))
}

fn either<'a>(evaluator: &Evaluator<'a>, left: TypeRef<'a>, right: TypeRef<'a>) -> Result<String> {
    let nouns = [Class::Noun, Class::Conjunction];
    let all = [Class::Noun, Class::Conjunction, Class::Composite];
    if class(evaluator, left)? == Class::NonRestrictiveClause {
        let left = describe(evaluator, left)?;
        return Ok(format!("{left}, or {}", phrase(evaluator, right, &nouns)?));
    }
    let left = phrase(evaluator, left, &nouns)?;
    Ok(format!("{left} or {}", phrase(evaluator, right, &all)?))
}

fn one_of<'a>(evaluator: &Evaluator<'a>, values: &[Value<'a>]) -> Result<String> {
    let mut shown = vec![];
    for value in values {
        shown.push(match evaluator.force(*value)? {
            Value::String(string) => format!("\"{}\"", string.text()),
            Value::Int(number) => number.to_string(),
            Value::Bool(value) => value.get().to_string(),
            other => format!("<{}>", other.type_name().unwrap_or("unknown")),
        });
    }
    Ok(match shown.as_slice() {
        [] => "impossible (empty enum)".to_owned(),
        [only] => format!("value {only} (singular enum)"),
        all => format!("one of {}", all.join(", ")),
    })
}
