//! The cases that were run through clan-core with real Nix: memberships, tags, configs and settings, or the kind of error.
//!
//! `fixtures/cases/more.json` has further ones, which came of looking for differences; its days are written out.
//! `fixtures/cases/disagree.txt` lists the cases that do not agree yet, one id a line.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value as Json, json};
use source::SourceMap;
use suite::cases::{directory as fixtures, files_of};

const SERVICES_DAYS: &[(&str, &str)] = &[
    ("2024-09", "2024-09-13"),
    ("2024-10", "2024-10-01"),
    ("2024-12", "2024-12-09"),
    ("2025-08", "2025-08-13"),
    ("2025-12", "2025-12-15"),
    ("2026-05", "2026-05-29"),
    ("2026-08", "2026-08-22"),
];

/// The document of a case at a day.
fn document(case: &Json, day: &str) -> Json {
    let files = files_of(case);
    let sources = Arc::new(SourceMap::new());
    let request = project::analysis::Request {
        dialect: model::Dialect::parse(day),
        services: Some(PathBuf::from("/clan/fixture")),
        ..project::analysis::Request::of_path("/clan")
    };
    let analysis = project::analysis::analyse(
        &files,
        &sources,
        project::session::Options::default(),
        &request,
    );
    let diagnostics: Vec<Json> = analysis
        .diagnostics
        .iter()
        .map(|each| json!({ "code": each.code, "severity": each.severity.name(), "message": each.message }))
        .collect();
    let Some(clan) = &analysis.clan else {
        return json!({ "diagnostics": diagnostics });
    };
    report::json::value_of(&report::document::Document {
        resolution: &clan.resolution,
        surroundings: report::document::Surroundings {
            directory: ".".to_owned(),
            diagnostics: Json::Array(diagnostics),
            places: report::place::Places {
                sources: &sources,
                root: Path::new("/clan"),
            },
        },
    })
}

fn said(document: &Json, kind: &str, severities: &[&str]) -> bool {
    let code = if kind == "conflict" {
        "conflicting-definitions"
    } else {
        kind
    };
    document["diagnostics"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|each| {
            each["code"] == code
                && severities.contains(&each["severity"].as_str().unwrap_or_default())
        })
}

fn strings(list: &Json) -> Vec<String> {
    let items = list.as_array().into_iter().flatten();
    items.filter_map(Json::as_str).map(str::to_owned).collect()
}

fn sorted(list: &Json) -> Vec<String> {
    let set: BTreeSet<String> = strings(list).into_iter().collect();
    set.into_iter().collect()
}

fn instance<'d>(document: &'d Json, service: Option<&str>, name: &str) -> Option<&'d Json> {
    document["instances"].as_array()?.iter().find(|each| {
        each["instance"] == name && service.is_none_or(|service| each["service"] == service)
    })
}

/// Everything in which a document differs from what clan-core made of the case.
fn differences(case: &Json, expected: &Json, document: &Json) -> Vec<String> {
    let mut wrong = vec![];
    let failing = [
        "error",
        "machine_error",
        "machine_tags_error",
        "serialization_error",
    ];
    for key in failing {
        let Some(error) = expected.get(key) else {
            continue;
        };
        let kind = error["kind"]
            .as_str()
            .or(error.as_str())
            .unwrap_or_default();
        if key == "error" && kind != "ignored" {
            if !said(document, kind, &["error"]) {
                wrong.push(format!("no error {kind}: {}", document["diagnostics"]));
            }
            let option = error["option"].as_str().unwrap_or_default();
            // A definition that is no option of its own is named by the option that it is for.
            let mut names = option.rsplit('.').filter(|name| !name.starts_with("\"["));
            let name = names.next().unwrap_or_default();
            if !document["diagnostics"]
                .to_string()
                .contains(name.trim_matches('"'))
            {
                wrong.push(format!(
                    "nothing names {option}: {}",
                    document["diagnostics"]
                ));
            }
        } else if !document["diagnostics"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|each| each["severity"] != "note")
        {
            wrong.push(format!("nothing is said of {key} {kind}"));
        }
    }
    let may_fail = failing
        .iter()
        .chain(&["failed_assertions"])
        .any(|key| expected.get(*key).is_some())
        || expected["machines"].to_string().contains("failed");
    if !may_fail {
        for each in document["diagnostics"].as_array().into_iter().flatten() {
            if each["severity"] == "error" && each["code"] != "service-constraint" {
                wrong.push(format!("unexpected error: {each}"));
            }
        }
    }
    let warned = document["diagnostics"].to_string().contains("\"warning\"");
    if expected.get("warnings").is_some() && !warned {
        wrong.push("no warning".to_owned());
    }
    if expected.get("error").is_none() {
        wrong.extend(membership_differences(case, expected, document));
        for (machine, entry) in expected["machines"].as_object().into_iter().flatten() {
            let got = &document["machines"][machine]["config"];
            if entry.get("config").is_some_and(|config| config != got) {
                wrong.push(format!(
                    "config of {machine}: {got} instead of {}",
                    entry["config"]
                ));
            }
        }
        for (_, instances) in expected["settings"].as_object().into_iter().flatten() {
            for (name, roles) in instances.as_object().into_iter().flatten() {
                for (role, members) in roles.as_object().into_iter().flatten() {
                    for (machine, settings) in members.as_object().into_iter().flatten() {
                        let found = instance(document, None, name);
                        let got = found.map_or(&Json::Null, |found| {
                            &found["roles"][role]["machines"][machine]["settings"]
                        });
                        if got != settings {
                            wrong.push(format!(
                                "settings {name}.{role}.{machine}: {got} instead of {settings}"
                            ));
                        }
                    }
                }
            }
        }
    }
    for (machine, tags) in expected["machine_tags"].as_object().into_iter().flatten() {
        let got = &document["machines"][machine]["tags"];
        if got != tags {
            wrong.push(format!("tags of {machine}: {got} instead of {tags}"));
        }
    }
    if let Some(checks) = expected["cli_checks"].as_array() {
        let ids = |list: &[Json]| -> BTreeSet<String> {
            list.iter()
                .filter_map(|each| each["id"].as_str().map(str::to_owned))
                .collect()
        };
        let got = document["checks"].as_array().cloned().unwrap_or_default();
        if ids(checks) != ids(&got) {
            wrong.push(format!(
                "checks {:?} instead of {:?}",
                ids(&got),
                ids(checks)
            ));
        }
    }
    wrong
}

fn membership_differences(case: &Json, expected: &Json, document: &Json) -> Vec<String> {
    let mut wrong = vec![];
    let services = case["generation"] == "services";
    for (first, entry) in expected["memberships"].as_object().into_iter().flatten() {
        if !services {
            for (role, members) in entry["roles"].as_object().into_iter().flatten() {
                let found = instance(document, None, first);
                let got = found.map_or(&Json::Null, |found| &found["roles"][role]["members"]);
                if sorted(got) != sorted(members) {
                    wrong.push(format!("{first}.{role}: {got} instead of {members}"));
                }
            }
            continue;
        }
        for (name, roles) in entry.as_object().into_iter().flatten() {
            for (role, members) in roles.as_object().into_iter().flatten() {
                let found = instance(document, Some(first), name);
                let got = found.map_or(&Json::Null, |found| &found["roles"][role]["members"]);
                if strings(got) != strings(members) {
                    wrong.push(format!("{first}.{name}.{role}: {got} instead of {members}"));
                }
            }
        }
    }
    wrong
}

fn cases_of(file: &str) -> Vec<Json> {
    let text = std::fs::read_to_string(fixtures().join(file)).unwrap();
    let mut cases: Json = serde_json::from_str(&text).unwrap();
    match cases["cases"].take() {
        Json::Array(cases) => cases,
        other => panic!("`cases` of {file} is {other}"),
    }
}

/// The day of a state: of one of those that have names, or as it is written.
fn day_of(state: &str) -> &str {
    let named = SERVICES_DAYS.iter().find(|(short, _)| *short == state);
    named.map_or(state, |(_, day)| day)
}

#[test]
fn the_cases_agree_but_for_those_that_are_listed() {
    let listed = std::fs::read_to_string(fixtures().join("disagree.txt")).unwrap_or_default();
    let listed: BTreeSet<&str> = listed
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    let only = std::env::var("SPEC_FILTER").unwrap_or_default();
    let mut report = vec![];
    let mut disagree = BTreeSet::new();
    let mut count = 0;
    let all = [cases_of("cases.json"), cases_of("more.json")].concat();
    for case in &all {
        let id = case["id"].as_str().unwrap();
        if case["generation"] == "module-system" || !id.starts_with(&only) {
            continue;
        }
        count += 1;
        for (state, expected) in case["expect"].as_object().unwrap() {
            let day = day_of(state);
            for difference in differences(case, expected, &document(case, day)) {
                report.push(format!("{id} {state}: {difference}"));
                disagree.insert(id);
            }
        }
    }
    let new: Vec<&&str> = disagree
        .iter()
        .filter(|id| !listed.contains(**id))
        .collect();
    let mended: Vec<&&str> = listed
        .iter()
        .filter(|id| !disagree.contains(**id))
        .collect();
    assert!(
        new.is_empty(),
        "{} of {count} cases differ:\n{}",
        disagree.len(),
        report.join("\n")
    );
    assert!(
        !only.is_empty() || mended.is_empty(),
        "these cases agree now, take them off the list: {mended:?}"
    );
}
