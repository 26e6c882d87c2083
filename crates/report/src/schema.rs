//! Schemas as documents: JSON Schema (2020-12) and CUE.

mod cue;

use model::Data;
use serde_json::{Map, Value as Json, json};

pub use cue::cue;

use crate::codes;

/// The dialect of JSON Schema.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// A schema that was evaluated, as a document.
pub fn document(title: &str, schema: &Data) -> Json {
    finished(title, plain(schema))
}

/// The schemas of a service's roles, as a document: an object with the settings of each role.
pub fn service(name: &str, roles: &Data) -> Json {
    let roles = plain(roles);
    let schema = json!({
        "type": "object",
        "properties": roles,
        "additionalProperties": false,
    });
    finished(&format!("settings of the service {name}, by role"), schema)
}

/// The schema of `resolve`'s document.
pub fn resolve() -> Json {
    own(include_str!("schema/resolve.json"))
}

/// The schema of what `check --format json` writes.
pub fn findings() -> Json {
    own(include_str!("schema/findings.json"))
}

/// The schema of what `diff --format json` writes.
pub fn diff() -> Json {
    own(include_str!("schema/diff.json"))
}

/// The schema of what `explain --format json` writes.
pub fn explanation() -> Json {
    own(include_str!("schema/explanation.json"))
}

/// The schema of what `list --format json` writes.
pub fn list() -> Json {
    own(include_str!("schema/list.json"))
}

/// The schema of `clan-inventory.toml`.
pub fn configuration() -> Json {
    let mut severities = Map::new();
    for code in codes::list() {
        let mut schema = json!({ "$ref": "#/$defs/Severity" });
        if let (Some(headline), Json::Object(schema)) = (codes::headline(code), &mut schema) {
            let headline = headline.replace('\n', " ");
            schema.insert("description".to_owned(), Json::from(headline));
        }
        severities.insert(code.to_owned(), schema);
    }
    let schema = json!({
        "type": "object",
        "properties": {
            "severity": {
                "description": "how bad each code is; what clan fails on is an error all the same",
                "type": "object",
                "properties": severities,
                "additionalProperties": false,
            },
        },
        "additionalProperties": false,
        "$defs": { "Severity": { "enum": ["off", "note", "warning", "error"] } },
    });
    finished("clan-inventory.toml", schema)
}

fn own(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or(Json::Null)
}

fn finished(title: &str, schema: Json) -> Json {
    let mut document = Map::new();
    document.insert("$schema".to_owned(), Json::from(DIALECT));
    document.insert("title".to_owned(), Json::from(title));
    if let Json::Object(schema) = schema {
        document.extend(schema);
    }
    Json::Object(document)
}

/// Whether a default can be written, and is no stand-in for a name.
fn is_plain(data: &Data) -> bool {
    match data {
        Data::Function(_) | Data::Unknown { .. } => false,
        Data::String(text) => text != "‹name›",
        Data::List(items) => items.iter().all(is_plain),
        Data::Set(attrs) => attrs.iter().all(|(_, _, value)| is_plain(value)),
        _ => true,
    }
}

/// Data as JSON; what JSON has no word for is null.
fn plain(data: &Data) -> Json {
    match data {
        Data::Bool(value) => Json::from(*value),
        Data::Int(value) => Json::from(*value),
        Data::Float(value) => Json::from(*value),
        Data::String(text) | Data::Path(text) => Json::from(text.clone()),
        Data::List(items) => items.iter().map(plain).collect(),
        Data::Set(attrs) => {
            let attrs = attrs
                .iter()
                .filter(|(name, _, value)| name != "default" || is_plain(value));
            attrs
                .map(|(name, _, value)| (name.clone(), plain(value)))
                .collect()
        }
        Data::Null | Data::Function(_) | Data::Unknown { .. } => Json::Null,
    }
}
