//! Inventories made by chance resolve as the rules say, which stand here a second time and as plainly as can be.
//!
//! An inventory follows from its seed alone. `CASES=20000` tries more of them, `SEED=7` others. With `CLAN_CORE=DIR` (a checkout) and `NIXPKGS=DIR`
//! (nixpkgs, or its `lib` in a directory of that name) clan-core's own code has to make the same of them, in an installed Nix:
//!
//! ```sh
//! CASES=500 CLAN_CORE=../clan-core NIXPKGS=../nixpkgs cargo test -p suite --test inventories
//! ```

mod clan_core;
mod fleet;
mod rules;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fleet::Fleet;
use project::analysis::{Dialect, Request, analyse};
use project::session::Options;
use report::document::{Document, Surroundings};
use report::json::value_of;
use report::place::Places;
use serde_json::Value as Json;
use source::SourceMap;
use source::files::memory::Memory;
use suite::spec::flake;
use testkit::damage::Dice;

fn number(variable: &str, otherwise: u64) -> u64 {
    let text = std::env::var(variable).ok();
    text.map_or(otherwise, |text| text.parse().expect("a number"))
}

fn fleets() -> Vec<(u64, Fleet)> {
    let (first, count) = (number("SEED", 1) * 1_000_000, number("CASES", 300));
    let seeds = first..first + count;
    seeds
        .map(|seed| (seed, Fleet::by_chance(&mut Dice::new(seed))))
        .collect()
}

/// What this program makes of it, a line for each answer.
fn ours(fleet: &Fleet) -> Vec<String> {
    let mut files = Memory::new();
    files.insert("/clan/flake.nix", flake(None));
    files.insert("/clan/clan.nix", fleet.to_string());
    let sources = Arc::new(SourceMap::new());
    let request = Request {
        dialect: Dialect::parse("2026-08-22"),
        ..Request::of_path("/clan")
    };
    let analysis = analyse(&files, &sources, Options::default(), &request);
    let clan = analysis.clan.expect("a clan");
    let surroundings = Surroundings {
        directory: ".".to_owned(),
        diagnostics: Json::Array(vec![]),
        places: Places {
            sources: &sources,
            root: Path::new("/clan"),
        },
    };
    let document = value_of(&Document {
        resolution: &clan.resolution,
        surroundings,
    });
    let mut lines = vec![];
    for (name, machine) in fields(&document["machines"]) {
        lines.push(format!("{name}: {}", texts(&machine["tags"])));
    }
    for instance in document["instances"].as_array().into_iter().flatten() {
        let name = instance["instance"].as_str().unwrap_or_default();
        for (role, described) in fields(&instance["roles"]) {
            lines.push(format!("{name}.{role}: {}", texts(&described["members"])));
            for (machine, member) in fields(&described["machines"]) {
                let settings = &member["settings"];
                let settings = match settings.to_string().contains("$unknown") {
                    true => "fails".to_owned(),
                    false => settings.to_string(),
                };
                lines.push(format!("{name}.{role}.{machine}: {settings}"));
            }
        }
    }
    for check in document["checks"].as_array().into_iter().flatten() {
        lines.push(format!(
            "check {}",
            check["id"].as_str().unwrap_or_default()
        ));
    }
    lines.sort();
    lines
}

/// The attributes of a set, in the order of names.
fn fields(set: &Json) -> Vec<(&String, &Json)> {
    let mut fields: Vec<_> = set.as_object().into_iter().flatten().collect();
    fields.sort_by_key(|(name, _)| *name);
    fields
}

fn texts(list: &Json) -> String {
    let texts = list.as_array().into_iter().flatten();
    let texts: Vec<&str> = texts.filter_map(Json::as_str).collect();
    texts.join(" ")
}

/// Where both lists differ.
#[track_caller]
fn compare(seed: u64, fleet: &Fleet, expected: &[String], found: &[String]) {
    if expected == found {
        return;
    }
    let lacking = expected.iter().filter(|line| !found.contains(line));
    let lacking: Vec<String> = lacking.map(|line| format!("- {line}")).collect();
    let further = found.iter().filter(|line| !expected.contains(line));
    let further: Vec<String> = further.map(|line| format!("+ {line}")).collect();
    let (lacking, further) = (lacking.join("\n"), further.join("\n"));
    panic!("seed {seed}:\n{fleet}\n{lacking}\n{further}");
}

#[test]
fn inventories_made_by_chance_resolve_as_the_rules_say() {
    for (seed, fleet) in fleets() {
        compare(seed, &fleet, &rules::resolve(&fleet), &ours(&fleet));
    }
}

#[test]
fn clan_core_makes_the_same_of_them() {
    let directory = |variable| std::env::var_os(variable).map(PathBuf::from);
    let (Some(core), Some(nixpkgs)) = (directory("CLAN_CORE"), directory("NIXPKGS")) else {
        return;
    };
    let fleets = fleets();
    for some in fleets.chunks(50) {
        let answers = clan_core::resolve(&core, &nixpkgs, some);
        assert_eq!(answers.len(), some.len());
        for ((seed, fleet), expected) in some.iter().zip(&answers) {
            compare(*seed, fleet, expected, &ours(fleet));
        }
    }
}
