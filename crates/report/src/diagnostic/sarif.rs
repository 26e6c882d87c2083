//! Findings as SARIF 2.1.0, for code scanning.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use source::{Code, Diagnostic, Fix};

use super::fingerprint::Fingerprints;
use super::located::{Located, LocatedLabel, labels};
use crate::codes;
use crate::place::Places;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The whole log: one run of this program, a rule for each code that was found.
pub(crate) fn log(diagnostics: &[Diagnostic], places: Places<'_>) -> Json {
    let mut rules: BTreeMap<Code, usize> = diagnostics.iter().map(|each| (each.code, 0)).collect();
    for (index, number) in rules.values_mut().enumerate() {
        *number = index;
    }
    let mut fingerprints = Fingerprints::default();
    let results: Vec<Json> = diagnostics
        .iter()
        .map(|diagnostic| {
            let fingerprint = fingerprints.next(diagnostic, places);
            result(diagnostic, rules.get(diagnostic.code), &fingerprint, places)
        })
        .collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "clan-inventory",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules.keys().map(|code| rule(code)).collect::<Vec<Json>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(code: &str) -> Json {
    let (Some(headline), Some(page)) = (codes::headline(code), codes::explain(code)) else {
        return json!({ "id": code });
    };
    json!({
        "id": code,
        "shortDescription": { "text": headline },
        "help": { "text": page, "markdown": page },
    })
}

fn result(
    diagnostic: &Diagnostic,
    rule: Option<&usize>,
    fingerprint: &str,
    places: Places<'_>,
) -> Json {
    let (labels, lost) = labels(diagnostic, places);
    let (first, others) = match labels.split_first() {
        Some((first, others)) => (vec![location(first, None, places)], others),
        None => (vec![], [].as_slice()),
    };
    let related = others.iter().enumerate();
    let related = related.map(|(number, label)| location(label, Some(number + 1), places));
    let mut text = vec![diagnostic.message.as_str()];
    text.extend(lost);
    text.extend(diagnostic.notes.iter().map(String::as_str));
    text.extend(diagnostic.help.as_deref());
    let fixes = diagnostic.fixes.iter();
    json!({
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": diagnostic.severity.name(),
        "message": { "text": text.join("\n") },
        "locations": first,
        "relatedLocations": related.collect::<Vec<Json>>(),
        "partialFingerprints": { "clanInventory/v1": fingerprint },
        "fixes": fixes.filter_map(|each| fix(each, places)).collect::<Vec<Json>>(),
    })
}

fn location(label: &LocatedLabel<'_>, id: Option<usize>, places: Places<'_>) -> Json {
    let mut object = json!({
        "physicalLocation": {
            "artifactLocation": artifact(&label.place, places),
            "region": region(&label.place),
        },
        "message": { "text": label.text },
    });
    if let Some(id) = id {
        object["id"] = json!(id);
    }
    object
}

fn artifact(place: &Located, places: Places<'_>) -> Json {
    let path = place.path(places);
    if path.starts_with('/') {
        json!({ "uri": format!("file://{}", encoded(&path)) })
    } else {
        json!({ "uri": encoded(&path), "uriBaseId": "%SRCROOT%" })
    }
}

fn region(place: &Located) -> Json {
    let (start, end) = (place.start(), place.end());
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "byteOffset": place.range.start,
        "byteLength": place.range.len(),
    })
}

/// A fix; `None` if the place of an edit is unknown.
fn fix(fix: &Fix, places: Places<'_>) -> Option<Json> {
    let mut changes: Vec<(Json, Vec<Json>)> = vec![];
    for edit in &fix.edits {
        let place = Located::new(places, edit.span)?;
        let artifact = artifact(&place, places);
        let replacement = json!({
            "deletedRegion": region(&place),
            "insertedContent": { "text": edit.text },
        });
        match changes.iter_mut().find(|(file, _)| *file == artifact) {
            Some((_, replacements)) => replacements.push(replacement),
            None => changes.push((artifact, vec![replacement])),
        }
    }
    let changes = changes.into_iter().map(|(artifact, replacements)| {
        json!({ "artifactLocation": artifact, "replacements": replacements })
    });
    Some(json!({
        "description": { "text": fix.title },
        "artifactChanges": changes.collect::<Vec<Json>>(),
    }))
}

/// `path` with everything but letters, digits, `/` and `-._~` written as percent escapes.
fn encoded(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
