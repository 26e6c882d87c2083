//! The clans in `fixtures/`: each resolves to what its `expected.json` says, by the rules of `fixtures/README.md`.

use std::path::Path;
use std::sync::Arc;

use project::analysis::{Analysis, Request, analyse, relative};
use project::session::Options;
use report::document::{Document, Surroundings};
use report::json::value_of;
use report::place::Places;
use serde_json::{Value as Json, json};
use source::{Diagnostic, Severity, SourceMap};
use testkit::fixture::{self, Fixture, ROOT};

/// The document of a fixture, and its findings as far as they are compared.
fn resolved(fixture: &Fixture) -> (Json, Vec<Json>) {
    let sources = Arc::new(SourceMap::new());
    let request = Request::of_path(&fixture.target);
    let analysis = analyse(&fixture.files, &sources, Options::default(), &request);
    let findings = findings(&analysis, &sources);
    let Some(clan) = &analysis.clan else {
        return (Json::Null, findings);
    };
    let root = Path::new(ROOT);
    let surroundings = Surroundings {
        directory: relative(root, &clan.directory),
        diagnostics: Json::Array(vec![]),
        places: Places {
            sources: &sources,
            root,
        },
    };
    let document = Document {
        resolution: &clan.resolution,
        surroundings,
    };
    (value_of(&document), findings)
}

/// Errors and warnings: code, severity, and the places of their labels.
fn findings(analysis: &Analysis, sources: &SourceMap) -> Vec<Json> {
    let found = analysis.diagnostics.iter();
    let found = found.filter(|each| each.severity != Severity::Note);
    let place = |diagnostic: &Diagnostic| -> Vec<Json> {
        let spans = diagnostic.labels.iter().map(|label| label.span.start);
        let places = spans.filter_map(|start| sources.locate(start));
        let places = places.map(|(file, at)| {
            let file = relative(Path::new(ROOT), &file);
            json!({ "file": file, "start": { "line": at.line } })
        });
        places.collect()
    };
    found
        .map(|each| {
            json!({
                "code": each.code,
                "severity": each.severity.name(),
                "message": each.message,
                "labels": place(each),
            })
        })
        .collect()
}

/// Everything in which `got` is not as `expected` says, each with its path.
fn differences(expected: &Json, got: &Json, path: &str, wrong: &mut Vec<String>) {
    let part = path.rsplit('.').next().unwrap_or_default();
    let is_plain_data = matches!(part, "config" | "settings" | "inventory" | "meta");
    match (expected, got) {
        (Json::Object(expected), Json::Object(got)) if !is_plain_data => {
            for (key, value) in expected {
                let got = got.get(key).unwrap_or(&Json::Null);
                differences(value, got, &format!("{path}.{key}"), wrong);
            }
            if matches!(part, "machines" | "roles") {
                let more = got.keys().filter(|key| !expected.contains_key(*key));
                wrong.extend(more.map(|key| format!("{path}.{key} is not expected")));
            }
        }
        (Json::Array(expected), Json::Array(got)) if expected.len() == got.len() => {
            for (number, (expected, got)) in expected.iter().zip(got).enumerate() {
                differences(expected, got, &format!("{path}.{number}"), wrong);
            }
        }
        _ if expected == got => {}
        _ => wrong.push(format!("{path} is {got} instead of {expected}")),
    }
}

/// Pairs the findings with those that are expected.
fn findings_differ(expected: &Json, mut found: Vec<Json>, wrong: &mut Vec<String>) {
    for each in expected.as_array().into_iter().flatten() {
        let fits = |found: &Json| {
            let places = each["labels"].as_array().into_iter().flatten();
            let labels = found["labels"].as_array().unwrap();
            let has_places = places.into_iter().all(|place| labels.contains(place));
            found["code"] == each["code"] && found["severity"] == each["severity"] && has_places
        };
        match found.iter().position(fits) {
            Some(position) => {
                found.remove(position);
            }
            None => wrong.push(format!("there is no {each} in {}", json!(found))),
        }
    }
    found.retain(|each| each["message"] != "the clan has no name");
    wrong.extend(found.iter().map(|each| format!("not expected: {each}")));
}

#[test]
fn every_fixture_resolves_as_expected() {
    let mut report = vec![];
    for fixture in fixture::all() {
        let expected: Json = serde_json::from_str(&fixture.expected).unwrap();
        let (document, findings) = resolved(&fixture);
        let mut wrong = vec![];
        findings_differ(&expected["diagnostics"], findings, &mut wrong);
        for (key, value) in expected.as_object().unwrap() {
            if key != "diagnostics" {
                differences(value, &document[key], key, &mut wrong);
            }
        }
        report.extend(wrong.iter().map(|each| format!("{}: {each}", fixture.name)));
    }
    assert!(report.is_empty(), "{}", report.join("\n"));
}

#[test]
fn no_fixture_is_forgotten() {
    let readme = std::fs::read_to_string(fixture::directory().join("README.md")).unwrap();
    let fixtures = fixture::all();
    for fixture in &fixtures {
        let row = format!("| `{}` |", fixture.name);
        assert!(readme.contains(&row), "README.md lacks {}", fixture.name);
    }
    assert!(fixtures.len() >= 16, "only {} fixtures", fixtures.len());
}
