//! Values as JSON.

use std::io::{self, Write};
use std::path::Path;

use model::Data;
use serde::ser::{Serialize, Serializer};
use serde_json::Value as Json;

use crate::place::Places;

/// A document as text, each part on a line of its own.
pub fn text(document: &impl Serialize) -> String {
    let mut text = vec![];
    // Writing to memory never fails.
    let _ = write(document, &mut text);
    String::from_utf8(text).unwrap_or_default()
}

/// A set of ready parts; `json!` would copy each of them.
pub(crate) fn object<'n>(entries: impl IntoIterator<Item = (&'n str, Json)>) -> Json {
    let entries = entries.into_iter();
    let entries = entries.map(|(name, value)| (name.to_owned(), value));
    Json::Object(entries.collect())
}

/// Writes a document as [`text`] has it.
///
/// Errors: those of `out`.
pub fn write(document: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    out.write_all(b"\n")
}

/// A value as JSON: paths below the root from there, functions and unknown values as marked sets.
pub(crate) struct Shown<'d>(pub &'d Data, pub Places<'d>);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Shown(value, places) = *self;
        match value {
            Data::Null => serializer.serialize_unit(),
            Data::Bool(value) => serializer.serialize_bool(*value),
            Data::Int(value) => serializer.serialize_i64(*value),
            Data::Float(value) => serializer.serialize_f64(*value),
            Data::String(value) => serializer.serialize_str(value),
            Data::Path(path) => serializer.serialize_str(&below_root(path, places)),
            Data::List(items) => {
                serializer.collect_seq(items.iter().map(|item| Shown(item, places)))
            }
            Data::Set(attrs) => {
                let attrs = attrs.iter();
                serializer.collect_map(attrs.map(|(name, _, value)| (name, Shown(value, places))))
            }
            Data::Function(span) => serializer.collect_map([("$function", places.name(*span))]),
            Data::Unknown { name, .. } => serializer.collect_map([("$unknown", name)]),
        }
    }
}

/// [`Shown`] as a part of a larger value.
pub(crate) fn data(value: &Data, places: Places<'_>) -> Json {
    value_of(&Shown(value, places))
}

/// A document as a value; `null` for what JSON cannot hold, which none of ours has.
pub fn value_of(document: &impl Serialize) -> Json {
    serde_json::to_value(document).unwrap_or_default()
}

fn below_root(path: &str, places: Places<'_>) -> String {
    match Path::new(path).strip_prefix(places.root) {
        Ok(below) if below.as_os_str().is_empty() => ".".to_owned(),
        Ok(below) => format!("./{}", below.display()),
        Err(_) => path.to_owned(),
    }
}
