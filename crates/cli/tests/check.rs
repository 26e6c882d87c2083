//! `check`: findings, their forms, and what fixes do.

mod support;

use serde_json::Value as Json;
use support::{command, finish, run, top};

#[test]
fn a_clan_with_errors_fails() {
    let ran = run("check fixtures/layers-conflict --format concise");
    assert_eq!(ran.code, 1);
    assert!(
        ran.out.starts_with("error[conflicting-definitions]:"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("inventory.nix:18:40"), "{}", ran.out);
}

#[test]
fn a_clan_without_findings_passes() {
    let ran = run("check fixtures/backup");
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
}

#[test]
fn warnings_fail_when_they_are_denied() {
    let path = "fixtures/broken-guide/clan.nix";
    assert_eq!(run(&format!("check {path}")).code, 1);
    let directory = copy("warnings");
    let mended = directory.join("clan.nix");
    let mended = mended.display();
    assert_eq!(run(&format!("check --fix {mended}")).code, 0);
    assert_eq!(run(&format!("check {mended}")).code, 0);
    assert_eq!(run(&format!("check --deny-warnings {mended}")).code, 1);
}

#[test]
fn json_gives_places_and_fixes() {
    let ran = run("check --format json fixtures/broken-guide/clan.nix");
    let findings: Json = serde_json::from_str(&ran.out).unwrap();
    let first = &findings[0];
    assert_eq!(first["code"], "missing-semicolon");
    assert_eq!(first["labels"][0]["start"]["line"], 8);
    assert_eq!(first["labels"][0]["primary"], true);
    assert_eq!(first["fixes"][0]["safe"], true);
    assert_eq!(first["fixes"][0]["edits"][0]["text"], ";");
}

#[test]
fn a_difference_changes_nothing() {
    let path = "fixtures/broken-guide/clan.nix";
    let before = std::fs::read(top().join(path)).unwrap();
    let ran = run(&format!("check --diff {path}"));
    assert!(
        ran.out
            .contains("+            \"backup_backup_server\" = {};"),
        "{}",
        ran.out
    );
    assert_eq!(std::fs::read(top().join(path)).unwrap(), before);
}

#[test]
fn every_format_is_written() {
    for format in [
        "human", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit",
    ] {
        let ran = run(&format!("check --format {format} fixtures/layers-conflict"));
        assert_eq!(ran.code, 1, "{format}");
        assert!(
            ran.out.contains("conflicting-definitions"),
            "{format}: {}",
            ran.out
        );
    }
}

#[test]
fn statistics_do_not_spoil_a_document() {
    let ran = run("check --format json --statistics fixtures/layers-conflict");
    serde_json::from_str::<Json>(&ran.out).unwrap();
    assert_eq!(ran.err, "2  error    conflicting-definitions\n");
}

#[test]
fn what_two_paths_share_is_told_once() {
    let once = run("check --format json fixtures/layers-conflict");
    let twice = run(
        "check --format json fixtures/layers-conflict fixtures/layers-conflict/inventory.nix/..",
    );
    let count = |text: &str| {
        let findings: Json = serde_json::from_str(text).unwrap();
        findings.as_array().unwrap().len()
    };
    assert_eq!(count(&once.out), count(&twice.out));
}

#[test]
fn excerpts_are_as_wide_as_told() {
    for width in ["40", "200"] {
        let mut command = command("check fixtures/layers-conflict");
        let ran = finish(command.env("COLUMNS", width));
        let cut = ran.out.contains('…');
        assert_eq!(cut, width == "40", "{}", ran.out);
    }
}

#[test]
fn an_unknown_code_is_no_page() {
    assert_eq!(run("check --explain no-such-code").code, 2);
    for place in ["fixtures/layers-conflict", "crates"] {
        let ran = run(&format!("explain {place} unknown-machin"));
        let hint = "did you mean `unknown-machine`?\n";
        assert!(ran.code == 2 && ran.err.ends_with(hint), "{}", ran.err);
    }
}

#[test]
fn what_a_fix_brings_to_light_is_told() {
    let directory = copy("light");
    let path = directory.join("clan.nix");
    std::fs::write(
        &path,
        "{\n  meta.name = \"home\";\n  inventory.machines.jon = { };\n  inventory.instances.a = {\n    module.name = \"admin\";\n    roles.default.tags = [ al ];\n  };\n}\n",
    )
    .unwrap();
    let ran = run(&format!(
        "check --format concise --unsafe-fixes {}",
        path.display()
    ));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let found: Vec<&str> = ran.out.lines().take(2).collect();
    assert_eq!(
        found,
        [
            "warning[unknown-tag]: no machine carries the tag `al`",
            "  clan.nix:6:29  selects nobody for role `default` of `a`"
        ]
    );
}

/// A copy of the guide's example that may be changed.
fn copy(name: &str) -> std::path::PathBuf {
    let directory =
        std::env::temp_dir().join(format!("clan-inventory-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let from = top().join("fixtures/broken-guide/clan.nix");
    std::fs::copy(from, directory.join("clan.nix")).unwrap();
    directory
}
