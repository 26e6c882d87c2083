//! Values as JSON.

use std::path::Path;

use model::Data;
use serde_json::{Value as Json, json};

use crate::place::Places;

/// A document as text, each part on a line of its own.
///
/// `{:#}` says the same, in three times as many steps.
pub fn text(document: &Json) -> String {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

/// A set of ready parts; `json!` would copy each of them.
pub(crate) fn object<'n>(entries: impl IntoIterator<Item = (&'n str, Json)>) -> Json {
    let entries = entries.into_iter();
    let entries = entries.map(|(name, value)| (name.to_owned(), value));
    Json::Object(entries.collect())
}

/// A value as JSON: paths below the root from there, functions and unknown values as marked sets.
pub(crate) fn data(value: &Data, places: Places<'_>) -> Json {
    match value {
        Data::Null => Json::Null,
        Data::Bool(value) => json!(value),
        Data::Int(value) => json!(value),
        Data::Float(value) => json!(value),
        Data::String(value) => json!(value),
        Data::Path(path) => json!(below_root(path, places)),
        Data::List(items) => items.iter().map(|item| data(item, places)).collect(),
        Data::Set(attrs) => {
            let attrs = attrs.iter();
            let attrs = attrs.map(|(name, _, value)| (name.clone(), data(value, places)));
            Json::Object(attrs.collect())
        }
        Data::Function(span) => json!({ "$function": places.name(*span) }),
        Data::Unknown { name, .. } => json!({ "$unknown": name }),
    }
}

fn below_root(path: &str, places: Places<'_>) -> String {
    match Path::new(path).strip_prefix(places.root) {
        Ok(below) if below.as_os_str().is_empty() => ".".to_owned(),
        Ok(below) => format!("./{}", below.display()),
        Err(_) => path.to_owned(),
    }
}
