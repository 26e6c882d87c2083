//! What clan-core's own code makes of inventories, in an installed Nix.

use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;

use super::fleet::Fleet;
use super::{fields, texts};

const HARNESS: &str = include_str!("clan-core.nix");

/// What comes of each, a line for each answer, in order.
pub fn resolve(core: &Path, nixpkgs: &Path, fleets: &[(u64, Fleet)]) -> Vec<Vec<String>> {
    let directory = std::env::temp_dir().join(format!("inventories-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let mut files = vec![];
    for (seed, fleet) in fleets {
        let file = directory.join(format!("{seed}.nix"));
        std::fs::write(&file, fleet.to_string()).unwrap();
        files.push(format!("{}", file.display()));
    }
    let harness = directory.join("harness.nix");
    std::fs::write(&harness, HARNESS).unwrap();
    let absolute = |path: &Path| std::fs::canonicalize(path).unwrap().display().to_string();
    let output = Command::new("nix-instantiate")
        .env("NIX_REMOTE", "dummy://")
        .args(["--eval", "--strict", "--json"])
        .arg(&harness)
        .args(["--arg", "core", &absolute(core)])
        .args(["--arg", "lib", &format!("{}/lib", absolute(nixpkgs))])
        .args(["--arg", "files", &format!("[ {} ]", files.join(" "))])
        .output()
        .expect("nix-instantiate runs");
    std::fs::remove_dir_all(&directory).unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let answers: Json = serde_json::from_slice(&output.stdout).unwrap();
    let answers = answers.as_array().into_iter().flatten();
    answers.map(lines).collect()
}

fn lines(answer: &Json) -> Vec<String> {
    let mut lines = vec![];
    for (name, tags) in fields(&answer["tags"]) {
        lines.push(format!("{name}: {}", texts(tags)));
    }
    for (instance, roles) in fields(&answer["instances"]) {
        for (role, members) in fields(roles) {
            let names: Vec<&str> = fields(members)
                .iter()
                .map(|(name, _)| name.as_str())
                .collect();
            lines.push(format!("{instance}.{role}: {}", names.join(" ")));
            for (machine, settings) in fields(members) {
                let settings = match settings["success"].as_bool() {
                    Some(true) => settings["value"].to_string(),
                    _ => "fails".to_owned(),
                };
                lines.push(format!("{instance}.{role}.{machine}: {settings}"));
            }
        }
    }
    let checks = answer["checks"].as_array().into_iter().flatten();
    lines.extend(checks.filter_map(|id| Some(format!("check {}", id.as_str()?))));
    lines.sort();
    lines
}
