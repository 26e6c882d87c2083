//! TOML as `builtins.fromTOML` reads it, with the place of every key and value.
//!
//! What Nix has no value for is refused: integers beyond 64 bits, strings with null bytes, and dates and times unless the
//! caller asks for them, which in Nix is the experimental feature `parse-toml-timestamps`.

use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeFloat, DeInteger, DeTable, DeValue};
use toml::value::{Date, Datetime, Offset, Time};

use crate::escape;

/// A value and where it is written.
#[derive(Clone, PartialEq, Debug)]
pub struct Toml {
    /// The value.
    pub value: TomlValue,
    /// The offsets of its first byte and of the one behind its last; a table that is not written with braces has the
    /// place of its header or key.
    pub span: Range<usize>,
}

/// A value, in the terms of Nix.
#[derive(Clone, PartialEq, Debug)]
pub enum TomlValue {
    /// `true` or `false`
    Bool(bool),
    /// An integer in any base.
    Int(i64),
    /// A float; `inf` and `nan` are floats.
    Float(f64),
    /// A string of any form.
    String(String),
    /// A date, a time or both, spelt as in the set `{ _type = "timestamp"; value = …; }` that Nix makes of it.
    Timestamp(String),
    /// An array, or the tables of one name in double brackets.
    List(Vec<Toml>),
    /// A table, in the order of the names' bytes.
    Set(Vec<TomlAttribute>),
}

/// An attribute of a table.
#[derive(Clone, PartialEq, Debug)]
pub struct TomlAttribute {
    /// Its name.
    pub name: String,
    /// Where the name is written; of several places the first.
    pub name_span: Range<usize>,
    /// Its value.
    pub value: Toml,
}

/// Why a text can't be read as TOML, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TomlError {
    /// What is wrong.
    pub message: String,
    /// The offsets of the first byte of what is wrong and of the one behind its last.
    pub span: Range<usize>,
}

impl fmt::Display for TomlError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "while parsing TOML: {}", self.message)
    }
}

impl std::error::Error for TomlError {}

/// What to do with dates and times.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Timestamps {
    /// Refuse them, as Nix does.
    Refuse,
    /// Read them, as Nix does with the experimental feature.
    Read,
}

/// Reads the TOML document `text`; the result is a [`TomlValue::Set`].
pub fn parse(text: &[u8], timestamps: Timestamps) -> Result<Toml, TomlError> {
    let text = std::str::from_utf8(text).map_err(|error| TomlError {
        message: "the text is not UTF-8".to_owned(),
        span: error.valid_up_to()..error.valid_up_to() + error.error_len().unwrap_or_default(),
    })?;
    let document = DeTable::parse(text).map_err(|error| TomlError {
        message: error.message().to_owned(),
        span: error.span().unwrap_or_default(),
    })?;
    let value = table(document.get_ref(), timestamps)?;
    let span = document.span();
    Ok(Toml { value, span })
}

fn table(table: &DeTable<'_>, timestamps: Timestamps) -> Result<TomlValue, TomlError> {
    let mut attributes = vec![];
    for (name, value) in table.iter() {
        let name_span = name.span();
        attributes.push(TomlAttribute {
            name: string(name.get_ref(), &name_span)?,
            name_span,
            value: convert(value, timestamps)?,
        });
    }
    attributes.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(TomlValue::Set(attributes))
}

fn convert(value: &Spanned<DeValue<'_>>, timestamps: Timestamps) -> Result<Toml, TomlError> {
    let span = value.span();
    let value = match value.get_ref() {
        DeValue::Boolean(value) => TomlValue::Bool(*value),
        DeValue::Integer(value) => TomlValue::Int(integer(value, &span)?),
        DeValue::Float(value) => TomlValue::Float(float(value, &span)?),
        DeValue::String(text) => TomlValue::String(string(text, &span)?),
        DeValue::Datetime(value) => match timestamps {
            Timestamps::Read => TomlValue::Timestamp(timestamp(value)),
            Timestamps::Refuse => {
                return Err(TomlError {
                    message: "Dates and times are not supported".to_owned(),
                    span,
                });
            }
        },
        DeValue::Array(elements) => {
            let elements = elements.iter().map(|element| convert(element, timestamps));
            TomlValue::List(elements.collect::<Result<_, _>>()?)
        }
        DeValue::Table(attributes) => table(attributes, timestamps)?,
    };
    Ok(Toml { value, span })
}

fn string(text: &str, span: &Range<usize>) -> Result<String, TomlError> {
    if text.contains('\0') {
        return Err(TomlError {
            message: escape::null_byte_message(text.as_bytes()),
            span: span.clone(),
        });
    }
    Ok(text.to_owned())
}

fn integer(value: &DeInteger<'_>, span: &Range<usize>) -> Result<i64, TomlError> {
    i64::from_str_radix(value.as_str(), value.radix()).map_err(|_| TomlError {
        message: format!("integer '{value}' does not fit 64 bits"),
        span: span.clone(),
    })
}

fn float(value: &DeFloat<'_>, span: &Range<usize>) -> Result<f64, TomlError> {
    let text = value.as_str();
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() || text.ends_with("inf") || text.ends_with("nan") => {
            Ok(number)
        }
        _ => Err(TomlError {
            message: format!("float '{text}' is too large"),
            span: span.clone(),
        }),
    }
}

fn timestamp(value: &Datetime) -> String {
    let date = value.date.map(date);
    let time = value.time.map(time);
    let offset = value.offset.map(offset).unwrap_or_default();
    match (date, time) {
        (Some(date), Some(time)) => format!("{date}T{time}{offset}"),
        (date, time) => date.or(time).unwrap_or_default(),
    }
}

fn date(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
}

/// Fractions of a second have three, six or nine digits, and none if they are zero.
fn time(time: Time) -> String {
    let second = time.second.unwrap_or_default();
    let nanosecond = time.nanosecond.unwrap_or_default();
    let fraction = match nanosecond {
        0 => String::new(),
        _ if nanosecond.is_multiple_of(1_000_000) => format!(".{:03}", nanosecond / 1_000_000),
        _ if nanosecond.is_multiple_of(1_000) => format!(".{:06}", nanosecond / 1_000),
        _ => format!(".{nanosecond:09}"),
    };
    format!("{:02}:{:02}:{second:02}{fraction}", time.hour, time.minute)
}

fn offset(offset: Offset) -> String {
    let minutes = match offset {
        Offset::Z => 0,
        Offset::Custom { minutes } => minutes,
    };
    if minutes == 0 {
        return "Z".to_owned();
    }
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.unsigned_abs();
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::print_float;

    fn show(value: &TomlValue) -> String {
        match value {
            TomlValue::Bool(value) => value.to_string(),
            TomlValue::Int(value) => value.to_string(),
            TomlValue::Float(value) => print_float(*value),
            TomlValue::String(text) => format!("{text:?}"),
            TomlValue::Timestamp(text) => format!("<{text}>"),
            TomlValue::List(elements) => {
                let elements = elements.iter().map(|element| show(&element.value) + " ");
                format!("[ {}]", elements.collect::<String>())
            }
            TomlValue::Set(attributes) => {
                let attributes = attributes.iter().map(|attribute| {
                    format!("{} = {}; ", attribute.name, show(&attribute.value.value))
                });
                format!("{{ {}}}", attributes.collect::<String>())
            }
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let shown = match parse(text.as_bytes(), Timestamps::Refuse) {
            Ok(document) => show(&document.value),
            Err(error) => format!("{error} at {:?}", &text[error.span.clone()]),
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn tables_become_sets_in_the_order_of_names() {
        check("", "{ }");
        check(
            "b = \"x\"\na = 1\n[t]\nz = [1, 'a', [true], {k = 1}]\ny = 2.5\n\
             [[arr]]\nn = 1\n[[arr]]\nn = 2\n[t.sub.\"q.r\"]\nv = 0x1F",
            "{ a = 1; arr = [ { n = 1; } { n = 2; } ]; b = \"x\"; \
             t = { sub = { q.r = { v = 31; }; }; y = 2.5; z = [ 1 \"a\" [ true ] { k = 1; } ]; }; }",
        );
        check(
            "a.b.d = 1\na.b.c = 2",
            "{ a = { b = { c = 2; d = 1; }; }; }",
        );
    }

    #[test]
    fn numbers_have_many_forms() {
        check(
            "a = 1_000\nb = 0b11\nc = 0o17\nd = -0\ne = +5\nf = 1_0.5_0\ng = 1e3",
            "{ a = 1000; b = 3; c = 15; d = 0; e = 5; f = 10.5; g = 1000; }",
        );
        check(
            "a = inf\nb = -inf\nc = nan\nd = -nan",
            "{ a = inf; b = -inf; c = nan; d = -nan; }",
        );
        check(
            "a = [9223372036854775808]",
            "while parsing TOML: integer '9223372036854775808' does not fit 64 bits \
             at \"9223372036854775808\"",
        );
        check(
            "a = 1e400",
            "while parsing TOML: float '1e400' is too large at \"1e400\"",
        );
    }

    #[test]
    fn mistakes_have_a_place() {
        check("a = 1\na = 2", "while parsing TOML: duplicate key at \"a\"");
        check(
            "a = ",
            "while parsing TOML: string values must be quoted, expected literal string at \"\"",
        );
        check(
            "a = \"b",
            "while parsing TOML: invalid basic string, expected `\"` at \"\"",
        );
        let deep = "a=".to_owned() + &"[".repeat(100_000);
        assert!(parse(deep.as_bytes(), Timestamps::Refuse).is_err());
        let error = parse(b"a = '\xff'", Timestamps::Refuse).unwrap_err();
        assert_eq!(
            (error.message.as_str(), error.span),
            ("the text is not UTF-8", 5..6)
        );
    }

    #[test]
    fn null_bytes_make_no_string() {
        check(
            "a = \"\\u0000b\"",
            "while parsing TOML: input string '␀b' cannot be represented as Nix string \
             because it contains null bytes at \"\\\"\\\\u0000b\\\"\"",
        );
    }

    #[test]
    fn dates_and_times_are_refused() {
        check(
            "a = [1979-05-27]",
            "while parsing TOML: Dates and times are not supported at \"1979-05-27\"",
        );
    }

    #[test]
    fn dates_and_times_can_be_read() {
        for (text, expected) in [
            ("1979-05-27T07:32:00Z", "1979-05-27T07:32:00Z"),
            (
                "1979-05-27 00:32:00.5-07:00",
                "1979-05-27T00:32:00.500-07:00",
            ),
            (
                "1979-05-27t00:32:00.9999999+00:00",
                "1979-05-27T00:32:00.999999900Z",
            ),
            ("1979-05-27T07:32:00.1234", "1979-05-27T07:32:00.123400"),
            ("1979-05-27", "1979-05-27"),
            ("07:32:00", "07:32:00"),
            ("00:32:00.999999", "00:32:00.999999"),
        ] {
            let document = format!("a = {text}");
            let value = parse(document.as_bytes(), Timestamps::Read).unwrap().value;
            assert_eq!(show(&value), format!("{{ a = <{expected}>; }}"));
        }
    }

    #[test]
    fn keys_and_values_know_their_places() {
        let text = "a . \"b\" = [ 1, 'x' ]\n[c]\nd = { e = true }";
        let mut places = vec![];
        collect(
            &parse(text.as_bytes(), Timestamps::Refuse).unwrap(),
            &mut places,
        );
        let places: Vec<_> = places.into_iter().map(|place| &text[place]).collect();
        let expected = "|a|a|\"b\"|[ 1, 'x' ]|1|'x'|c|[c]|d|{ e = true }|e|true";
        assert_eq!(places.join("|"), expected);
    }

    fn collect(toml: &Toml, places: &mut Vec<Range<usize>>) {
        match &toml.value {
            TomlValue::List(elements) => {
                places.push(toml.span.clone());
                elements.iter().for_each(|element| collect(element, places));
            }
            TomlValue::Set(attributes) => {
                places.push(toml.span.clone());
                for attribute in attributes {
                    places.push(attribute.name_span.clone());
                    collect(&attribute.value, places);
                }
            }
            _ => places.push(toml.span.clone()),
        }
    }
}
