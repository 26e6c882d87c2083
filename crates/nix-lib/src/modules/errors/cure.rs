//! Ways out, as text that can be pasted.

use nix_frontend::eval::{Evaluator, Value};
use nix_frontend::import::to_path;
use nix_frontend::ir::symbol::known;
use source::spelling::attribute;
use source::{Edit, Fix, Pos, suggest};

use crate::modules::definition::{Definition, PLAIN};
use crate::modules::properties::{Marker, marker, number};
use crate::modules::spelled::spelled_at;
use crate::modules::types::check::check;
use crate::modules::types::{Kind, TypeRef};

/// The override priority that `mkForce` gives.
const FORCED: i64 = 50;
/// Longer code is not repeated.
const LONGEST: usize = 40;

/// A value as code at `place`, if that is short and nothing in it has to be forced.
pub fn code<'a>(evaluator: &Evaluator<'a>, value: Value<'a>, place: Pos) -> Option<String> {
    let text = match value {
        Value::Null => "null".to_owned(),
        Value::Path(path) => spelled_at(&evaluator.session.sources, place, to_path(path.bytes))
            .or_else(|| evaluator.preview(value))?,
        Value::Bool(_) | Value::Int(_) | Value::Float(_) => evaluator.preview(value)?,
        Value::String(string) => {
            let text = string.text();
            let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
            let escaped = escaped.replace("${", "\\${").replace('\n', "\\n");
            format!("\"{escaped}\"")
        }
        Value::List(list) => {
            let mut text = "[ ".to_owned();
            for item in list.items {
                text.push_str(&in_call(&code(evaluator, *item, place)?));
                text.push(' ');
            }
            text + "]"
        }
        Value::Attrs(attrs) => {
            let mut text = "{ ".to_owned();
            for attr in evaluator.ordered(attrs) {
                let name = evaluator.name_text(attr.name);
                text.push_str(&format!(
                    "{name} = {}; ",
                    code(evaluator, attr.value, place)?
                ));
                if text.len() > LONGEST {
                    return None;
                }
            }
            text + "}"
        }
        Value::Thunk(thunk) => return code(evaluator, thunk.done()?, place),
        Value::Lambda(_) | Value::Builtin(_) | Value::Partial(_) | Value::OutOfReach(_) => {
            return None;
        }
    };
    (text.len() <= LONGEST).then_some(text)
}

/// What a definition says, for its label.
pub fn said<'a>(evaluator: &Evaluator<'a>, definition: &Definition<'a>) -> String {
    let value = bare(evaluator, definition.value);
    let text = code(evaluator, value, definition.place).or_else(|| evaluator.preview(value));
    match text {
        Some(text) => format!("says `{text}`"),
        None => "defined here".to_owned(),
    }
}

/// The value inside `mkOverride`, `mkOrder` and `mkIf`.
fn bare<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Value<'a> {
    match marker(evaluator, value) {
        Ok(Some((Marker::If | Marker::Override | Marker::Order, attrs))) => {
            match attrs.value(known::CONTENT) {
                Some(content) => bare(evaluator, content),
                None => value,
            }
        }
        _ => value,
    }
}

/// The override priority of a definition whose markers are still there.
pub fn priority<'a>(evaluator: &Evaluator<'a>, definition: &Definition<'a>) -> i64 {
    match marker(evaluator, definition.value) {
        Ok(Some((Marker::Override, attrs))) => number(evaluator, attrs).unwrap_or(PLAIN),
        _ => PLAIN,
    }
}

/// How one of several definitions is made to win.
pub fn by_priority<'a>(evaluator: &Evaluator<'a>, definitions: &[Definition<'a>]) -> String {
    if definitions.iter().all(|each| each.priority == FORCED) {
        return match definitions {
            [_, _] => "take `lib.mkForce` from one of the two: the other one wins then".to_owned(),
            _ => "leave `lib.mkForce` at one of them only".to_owned(),
        };
    }
    let codes: Option<Vec<String>> = definitions
        .iter()
        .map(|each| code(evaluator, each.value, each.place))
        .collect();
    match codes.as_deref() {
        Some([winner, other]) if winner != other => format!(
            "let one win: `lib.mkForce {call}` instead of `{winner}`, or `lib.mkDefault {call}` to let `{other}` win",
            call = in_call(winner)
        ),
        Some([winner, ..]) => format!(
            "let one win: `lib.mkForce {call}` instead of `{winner}`, or `lib.mkDefault` on all others",
            call = in_call(winner)
        ),
        _ => "let one win: `lib.mkForce` on the value that should, or `lib.mkDefault` on the one that should yield".to_owned(),
    }
}

/// Code as the argument of a call, or as an element of a list.
fn in_call(code: &str) -> String {
    if code.starts_with('-') {
        format!("({code})")
    } else {
        code.to_owned()
    }
}

/// What to write for a value of that type.
pub fn example<'a>(evaluator: &Evaluator<'a>, of: TypeRef<'a>) -> &'static str {
    match of.kind {
        Kind::Later(later) => later
            .get(evaluator)
            .map_or("…", |of| example(evaluator, of)),
        Kind::Bool | Kind::BoolByOr => "true",
        Kind::Int(..) => "1",
        Kind::Float => "1.0",
        Kind::Str
        | Kind::NonEmptyStr
        | Kind::SingleLineStr
        | Kind::StrMatching(_)
        | Kind::SeparatedString(_) => "\"…\"",
        Kind::ListOf(..) => "[ … ]",
        Kind::Attrs | Kind::AttrsOf { .. } | Kind::Submodule(_) | Kind::AttrTag(_) => "{ … }",
        Kind::Path { .. } => "./…",
        Kind::Package => "pkgs.…",
        Kind::Unique(_, element) | Kind::Either(element, _) => example(evaluator, element),
        Kind::CoercedTo { to, .. } => example(evaluator, to),
        _ => "…",
    }
}

/// A way out of a value that a type refuses.
pub struct Cure {
    /// In words.
    pub help: String,
    /// What the value would be as code, and whether it can only have been meant.
    pub code: Option<(String, bool)>,
}

impl Cure {
    fn words(help: impl Into<String>) -> Cure {
        let help = help.into();
        Cure { help, code: None }
    }

    fn write(code: String) -> Cure {
        let help = format!("write `{code}`");
        let code = Some((code, true));
        Cure { help, code }
    }
}

/// What to write instead of a value that a type refuses.
pub fn of_type<'a>(
    evaluator: &Evaluator<'a>,
    of: TypeRef<'a>,
    value: Value<'a>,
    place: Pos,
) -> Option<Cure> {
    let value = evaluator.force(value).ok()?;
    let fits = |of| matches!(check(evaluator, of, value), Ok(true));
    let own = code(evaluator, value, place);
    match (of.kind, value) {
        (Kind::NullOr(inner) | Kind::Unique(_, inner), _) => {
            of_type(evaluator, inner, value, place)
        }
        (Kind::Either(left, right), _) => of_type(evaluator, left, value, place)
            .or_else(|| of_type(evaluator, right, value, place)),
        (Kind::CoercedTo { from, to, .. }, _) => {
            of_type(evaluator, to, value, place).or_else(|| of_type(evaluator, from, value, place))
        }
        (Kind::Later(later), _) => of_type(evaluator, later.get(evaluator).ok()?, value, place),
        (Kind::Enum(values), Value::String(string)) => {
            let values = evaluator.force_list(values).ok()?;
            let texts = values.iter().filter_map(|each| match each {
                Value::String(text) => Some(text.text()),
                Value::Thunk(thunk) => match thunk.done()? {
                    Value::String(text) => Some(text.text()),
                    _ => None,
                },
                _ => None,
            });
            let texts: Vec<String> = texts.collect();
            let (wanted, texts) = (string.text(), texts.iter().map(String::as_str));
            let nearest = suggest::nearest(&wanted, texts.clone())?;
            Some(Cure {
                help: format!("did you mean `\"{nearest}\"`?"),
                code: Some((format!("\"{nearest}\""), suggest::is_slip(&wanted, texts))),
            })
        }
        (Kind::AttrTag(tags), Value::Attrs(attrs)) => {
            let [only] = evaluator.items(attrs) else {
                return Some(Cure::words("keep exactly one of the attributes"));
            };
            let names = evaluator.ordered(tags).iter();
            let names: Vec<String> = names.map(|tag| evaluator.name_text(tag.name)).collect();
            let wanted = evaluator.name_text(only.name);
            let nearest = suggest::nearest(&wanted, names.iter().map(String::as_str))?;
            Some(Cure::words(format!("did you mean `{nearest}`?")))
        }
        (Kind::ListOf(element, _), _) if !matches!(value, Value::List(_)) && fits(element) => {
            Some(match own {
                Some(own) => Cure::write(format!("[ {} ]", in_call(&own))),
                None => Cure::words("write `[ … ]` around it"),
            })
        }
        (Kind::AttrsOf { element, .. }, Value::List(list)) => named(evaluator, element, list.items),
        (_, Value::Null) => Some(Cure::words(
            "leave the definition out, or declare the option with `lib.types.nullOr (…)`",
        )),
        (Kind::Int(..) | Kind::Float | Kind::Bool | Kind::BoolByOr, Value::String(string)) => {
            unquoted(of, &string.text())
        }
        (Kind::Float, Value::Int(_)) => Some(Cure::write(format!("{}.0", own?))),
        (Kind::Bool | Kind::BoolByOr, Value::Int(number @ (0 | 1))) => {
            Some(Cure::write((number == 1).to_string()))
        }
        (
            Kind::Str | Kind::NonEmptyStr | Kind::SingleLineStr | Kind::SeparatedString(_),
            Value::Int(_) | Value::Float(_) | Value::Bool(_),
        ) => Some(Cure::write(format!("\"{}\"", own?))),
        (Kind::Str | Kind::SeparatedString(_), Value::Path(_)) => {
            Some(Cure::words("write it in a string, as `\"${./…}\"`"))
        }
        (Kind::Str | Kind::SeparatedString(_), Value::List(_)) => Some(Cure::words(
            "`lib.concatStringsSep \" \" [ … ]` makes one string of a list of strings",
        )),
        (Kind::Path { .. }, Value::String(string)) if !string.bytes.starts_with(b"/") => {
            Some(Cure::words(format!(
                "write `./{}` without quotes for a file beside this one",
                plain(&string.text())?
            )))
        }
        (Kind::Package | Kind::ShellPackage, Value::String(string)) => Some(Cure::words(format!(
            "write `pkgs.{}` without quotes",
            plain(&string.text())?
        ))),
        _ => None,
    }
}

/// A list of names where each of them may have attributes.
fn named<'a>(evaluator: &Evaluator<'a>, element: TypeRef<'a>, items: &[Value<'a>]) -> Option<Cure> {
    let is_submodule = match element.kind {
        Kind::Later(later) => matches!(later.get(evaluator).ok()?.kind, Kind::Submodule(_)),
        _ => matches!(element.kind, Kind::Submodule(_)),
    };
    let names: Option<Vec<String>> = items
        .iter()
        .map(|item| match evaluator.force(*item).ok()? {
            Value::String(name) => Some(format!("{} = {{ }}; ", attribute(&name.text()))),
            _ => None,
        })
        .collect();
    let names = names.filter(|_| is_submodule && !items.is_empty())?;
    let code = format!("{{ {}}}", names.concat());
    let help = match code.len() <= LONGEST {
        true => format!("write `{code}`"),
        false => format!("write a set: `{{ {}… }}`", names.first()?),
    };
    Some(Cure {
        help,
        code: Some((code, false)),
    })
}

/// A number or Boolean that stands in quotes.
fn unquoted(of: TypeRef<'_>, text: &str) -> Option<Cure> {
    let fits = match of.kind {
        Kind::Int(least, most) => text
            .parse::<i64>()
            .is_ok_and(|number| (least..=most).contains(&number)),
        Kind::Float => text.contains('.') && text.parse::<f64>().is_ok_and(f64::is_finite),
        _ => text == "true" || text == "false",
    };
    fits.then(|| Cure {
        help: format!("write `{text}` without quotes"),
        code: Some((text.to_owned(), true)),
    })
}

/// A text that can be part of a name or path.
fn plain(text: &str) -> Option<&str> {
    let fits = |character: char| character.is_ascii_alphanumeric() || "._-/+".contains(character);
    let first = text.chars().next()?;
    (text.chars().all(fits) && first.is_ascii_alphanumeric() && text.len() <= LONGEST)
        .then_some(text)
}

/// The change of a definition's value into `code`. None where its text does not stand right behind its name.
pub fn edit<'a>(
    evaluator: &Evaluator<'a>,
    definition: &Definition<'a>,
    (new, safe): (String, bool),
) -> Option<Fix> {
    let own = code(evaluator, definition.value, definition.place)?;
    let sources = &evaluator.session.sources;
    let name = sources.word(definition.place.some()?);
    let file = sources.file(name.end)?;
    let behind = file.text.get(file.range(name).end..)?;
    let (between, rest) = behind.split_once(&own)?;
    if between.trim() != "=" || !rest.trim_start().starts_with(';') {
        return None;
    }
    let start = file.range(name).end + between.len();
    let span = file.span(start as u32, (start + own.len()) as u32);
    Some(Fix {
        title: format!("write `{new}`"),
        safe,
        edits: vec![Edit::replace(span, new)],
    })
}
