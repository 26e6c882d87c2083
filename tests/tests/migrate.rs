//! Every clan of the services generation among fixtures and cases converts, and the same machines fill the same roles afterwards.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use expect_test::expect_file;
use model::Dialect;
use project::analysis::Request;
use project::migration::{Migration, migrate};
use project::session::Options;
use serde_json::Value as Json;
use source::files::memory::Memory;
use source::files::overlay::Overlay;
use source::{Severity, SourceMap};
use suite::cases;
use testkit::fixture;

/// The migration, and that of its result.
fn twice(files: &Memory, request: &Request) -> (Migration, Migration) {
    let to = Dialect::of(Dialect::NEWEST);
    let first = migrate(
        files,
        &Arc::new(SourceMap::new()),
        &Options::default(),
        request,
        &to,
    );
    let mut over = Memory::new();
    for file in &first.files {
        over.insert(&file.path, file.after.clone());
    }
    let files = Overlay::new(over, files);
    let request = Request {
        dialect: Some(Dialect::of(Dialect::BOTH)),
        ..request.clone()
    };
    let second = migrate(
        &files,
        &Arc::new(SourceMap::new()),
        &Options::default(),
        &request,
        &to,
    );
    (first, second)
}

/// A line about a migration: what came of the instances, and what was found.
fn line(name: &str, first: &Migration) -> String {
    let converted = first.instances.values().flatten().count();
    let mut codes: Vec<&str> = first.diagnostics.iter().map(|each| each.code).collect();
    codes.sort();
    codes.dedup();
    format!(
        "{name}: {converted} of {}, {}\n",
        first.instances.len(),
        codes.join(" ")
    )
}

/// What must hold of every migration.
fn faults(name: &str, (first, second): &(Migration, Migration), wrong: &mut Vec<String>) {
    let errors = first.diagnostics.iter();
    for each in errors.filter(|each| each.severity == Severity::Error) {
        if matches!(each.code, "members-differ" | "internal-error" | "syntax") {
            wrong.push(format!("{name}: {}", each.message));
        }
    }
    for file in &second.files {
        let text = String::from_utf8_lossy(&file.after);
        wrong.push(format!(
            "{name}: a second run changes {}:\n{text}",
            file.path.display()
        ));
    }
}

#[test]
fn fixtures_keep_their_members() {
    let (mut lines, mut wrong) = (String::new(), vec![]);
    for fixture in fixture::all() {
        let request = Request::of_path(&fixture.target);
        let both = twice(&fixture.files, &request);
        if !both.0.instances.is_empty() {
            faults(&fixture.name, &both, &mut wrong);
            lines.push_str(&line(&fixture.name, &both.0));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    expect_file!["migrated-fixtures.txt"].assert_eq(&lines);
}

#[test]
fn cases_keep_their_members() {
    let text = std::fs::read_to_string(cases::directory().join("cases.json")).unwrap();
    let all: Json = serde_json::from_str(&text).unwrap();
    let (mut lines, mut wrong) = (String::new(), vec![]);
    for case in all["cases"].as_array().unwrap() {
        if case["generation"] != "services" {
            continue;
        }
        let name = case["id"].as_str().unwrap();
        let request = Request {
            dialect: Some(Dialect::of(Dialect::BOTH)),
            services: Some(PathBuf::from("/clan/fixture")),
            ..Request::of_path(Path::new("/clan"))
        };
        let both = twice(&cases::files_of(case), &request);
        faults(name, &both, &mut wrong);
        lines.push_str(&line(name, &both.0));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    expect_file!["migrated-cases.txt"].assert_eq(&lines);
}
