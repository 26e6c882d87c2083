//! The crates use each other as ARCHITECTURE.md says, and keep from what they do not know.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;

/// By crate: all that it uses, crates of the workspace and others.
type Edges = BTreeMap<String, BTreeSet<String>>;

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The edges in ARCHITECTURE.md: the table with the column `from outside`.
fn planned() -> Edges {
    let text = std::fs::read_to_string(top().join("ARCHITECTURE.md")).unwrap();
    let lines = text
        .lines()
        .skip_while(|line| !line.contains("| from outside |"));
    let rows = lines.skip(2).take_while(|line| line.starts_with('|'));
    let edges: Edges = rows
        .map(|row| {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let [_, name, inside, outside, _] = cells.as_slice() else {
                panic!("a row of the table has three cells: {row}");
            };
            let name = name.split('`').nth(1).unwrap().to_owned();
            let inside = inside.split('`').skip(1).step_by(2);
            let outside = outside.split(',').map(str::trim);
            let used = inside.chain(outside.filter(|name| !name.is_empty()));
            (name, used.map(str::to_owned).collect())
        })
        .collect();
    assert!(!edges.is_empty(), "ARCHITECTURE.md has lost its table");
    edges
}

/// The edges in the manifests, those of tests left out.
fn manifests() -> Edges {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["metadata", "--no-deps", "--offline", "--format-version=1"];
    let output = Command::new(cargo)
        .args(arguments)
        .current_dir(top())
        .output()
        .unwrap();
    let metadata: Json = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages
        .map(|package| {
            let dependencies = package["dependencies"].as_array().unwrap().iter();
            let used = dependencies
                .filter(|dependency| dependency["kind"] != "dev")
                .map(|dependency| dependency["name"].as_str().unwrap().to_owned());
            let name = package["name"].as_str().unwrap().to_owned();
            (name, used.collect())
        })
        .collect()
}

/// Tells addresses from names, and reaches nothing.
const ADDRESSES: &str = "report/src/export/address";

#[test]
fn the_manifests_are_the_plan() {
    let (planned, manifests) = (planned(), manifests());
    let mut wrong = vec![];
    let nothing = BTreeSet::new();
    for (name, used) in &manifests {
        let allowed = planned.get(name).unwrap_or(&nothing);
        for other in used.difference(allowed) {
            wrong.push(format!("{name} uses {other}, which the table lacks"));
        }
        for other in allowed.difference(used) {
            wrong.push(format!(
                "the table says that {name} uses {other}, which it does not"
            ));
        }
        if !planned.contains_key(name) {
            wrong.push(format!("the table lacks {name}"));
        }
    }
    let gone = planned.keys().filter(|name| !manifests.contains_key(*name));
    wrong.extend(gone.map(|name| format!("the table has {name}, which is gone")));
    assert!(
        wrong.is_empty(),
        "ARCHITECTURE.md differs:\n{}",
        wrong.join("\n")
    );
}

/// Every Rust file below a directory.
fn rust_files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// Fails if a source file has one of the words. Comments count as well; `except` names files by the start of their path below `crates/`.
#[track_caller]
fn check_absent(directory: &str, words: &[&str], except: &[&str]) {
    let crates = top().join("crates");
    let mut files = vec![];
    rust_files(&crates.join(directory), &mut files);
    let mut wrong = vec![];
    for file in files {
        let name = file.strip_prefix(&crates).unwrap().to_str().unwrap();
        let is_source = name.split('/').nth(1) == Some("src") && !name.ends_with("tests.rs");
        if !is_source || except.iter().any(|start| name.starts_with(start)) {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        let found = words.iter().filter(|word| text.contains(**word));
        wrong.extend(found.map(|word| format!("{name} has `{word}`")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_disk_port_and_the_command_touch_the_outside_world() {
    let words = [
        "std::fs",
        "std::net",
        "std::process",
        "std::env::var",
        "SystemTime::now",
        "stdin()",
        "println!",
        "print!",
    ];
    check_absent(
        "",
        &words,
        &[
            "source/src/files/disk",
            "fetch/",
            "cli/",
            "testkit/",
            ADDRESSES,
        ],
    );
}

#[test]
fn only_inputs_fetch_reaches_the_network() {
    let words = ["std::net", "ureq", "fetch::"];
    let except = [
        "cli/src/commands/inputs",
        "fetch/",
        "testkit/",
        "nix-frontend/src/builtins",
        ADDRESSES,
    ];
    check_absent("", &words, &except);
}

#[test]
fn memberships_and_the_answer_are_plain_data() {
    let words = ["nix_frontend", "nix_lib"];
    let except = [
        "resolve/src/imports.rs",
        "resolve/src/layering",
        "resolve/src/resolve.rs",
        "resolve/src/lib.rs",
    ];
    check_absent("resolve", &words, &except);
}

#[test]
fn what_renders_knows_no_values() {
    for directory in ["report", "cli"] {
        check_absent(
            directory,
            &["nix_frontend", "nix_lib", "bumpalo", "rnix"],
            &[],
        );
    }
}
