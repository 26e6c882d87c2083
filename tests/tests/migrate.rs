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
use source::{Files, Severity, SourceMap};
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
        None,
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
        None,
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

/// What a migration must not find.
fn told(name: &str, migration: &Migration) -> Vec<String> {
    let errors = migration.diagnostics.iter();
    let errors = errors.filter(|each| each.severity == Severity::Error);
    let errors =
        errors.filter(|each| matches!(each.code, "members-differ" | "internal-error" | "syntax"));
    errors
        .map(|each| format!("{name}: {}", each.message))
        .collect()
}

/// What must hold of every migration.
fn faults(name: &str, (first, second): &(Migration, Migration), wrong: &mut Vec<String>) {
    wrong.extend(told(name, first));
    for file in &second.files {
        let text = String::from_utf8_lossy(&file.after);
        wrong.push(format!(
            "{name}: a second run changes {}:\n{text}",
            file.path.display()
        ));
    }
}

/// The clan after each instance was moved alone, as far as that goes: how many did, and what is wrong.
fn one_by_one(name: &str, files: &Memory, request: &Request, wrong: &mut Vec<String>) -> String {
    let to = Dialect::of(Dialect::BOTH);
    let run = |files: &dyn Files, only: Option<&(String, String)>| {
        let sources = Arc::new(SourceMap::new());
        migrate(files, &sources, &Options::default(), request, &to, only)
    };
    let all = run(files, None).instances;
    let mut moved = 0;
    for only in all.keys() {
        let migration = run(files, Some(only));
        if migration.instances.get(only).is_none_or(Option::is_none) {
            continue;
        }
        moved += 1;
        let name = format!("{name}: {} {}", only.0, only.1);
        let mut over = Memory::new();
        for file in &migration.files {
            over.insert(&file.path, file.after.clone());
        }
        let left = run(&Overlay::new(over, files), None).instances;
        let expected: Vec<_> = all.keys().filter(|other| *other != only).collect();
        if left.keys().collect::<Vec<_>>() != expected {
            wrong.push(format!("{name}: {:?} are left", left.keys()));
        }
        wrong.extend(told(&name, &migration));
    }
    format!("{name}: {moved} of {}\n", all.len())
}

#[test]
fn one_instance_moves_and_the_others_stay() {
    let (mut lines, mut wrong) = (String::new(), vec![]);
    for fixture in fixture::all() {
        let request = Request::of_path(&fixture.target);
        lines.push_str(&one_by_one(
            &fixture.name,
            &fixture.files,
            &request,
            &mut wrong,
        ));
    }
    for case in cases_of_services() {
        let name = case["id"].as_str().unwrap();
        let files = cases::files_of(&case);
        lines.push_str(&one_by_one(name, &files, &request_of_case(), &mut wrong));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let lines = lines
        .lines()
        .filter(|line| !line.ends_with(" of 0"))
        .map(|line| format!("{line}\n"));
    expect_file!["moved-instances.txt"].assert_eq(&lines.collect::<String>());
}

/// The micro-cases of the services generation.
fn cases_of_services() -> Vec<Json> {
    let text = std::fs::read_to_string(cases::directory().join("cases.json")).unwrap();
    let all: Json = serde_json::from_str(&text).unwrap();
    let all = all["cases"].as_array().unwrap().iter();
    let of_services = all.filter(|case| case["generation"] == "services");
    of_services.cloned().collect()
}

fn request_of_case() -> Request {
    Request {
        dialect: Some(Dialect::of(Dialect::BOTH)),
        services: Some(PathBuf::from("/clan/fixture")),
        ..Request::of_path(Path::new("/clan"))
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
    let (mut lines, mut wrong) = (String::new(), vec![]);
    for case in &cases_of_services() {
        let name = case["id"].as_str().unwrap();
        let request = request_of_case();
        let both = twice(&cases::files_of(case), &request);
        faults(name, &both, &mut wrong);
        lines.push_str(&line(name, &both.0));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    expect_file!["migrated-cases.txt"].assert_eq(&lines);
}
