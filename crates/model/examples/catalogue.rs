//! Writes the catalogue of clan-core's services anew, from a checkout of clan-core: what its service modules declare.
//!
//! ```sh
//! cargo run -p model --example catalogue -- ../clan-core > /tmp/services.json
//! ```
//!
//! What differs is told on standard error: a new setting needs its day in `data/options-since.json`. Descriptions, categories and exports stay those of the catalogue; so
//! do the modules of the services generation, which clan-core has no more. A service that is not read is told, and stays as it is.

#![expect(clippy::print_stdout, reason = "its output is the catalogue")]
#![expect(clippy::print_stderr, reason = "what is new is told beside it")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use bumpalo::Bump;
use model::vocabulary::{OptionDescription, describe};
use model::{Catalogue, ClanSource, Dialect, Service, Services, assemble};
use nix_frontend::eval::{Evaluator, Options};
use nix_frontend::session::Session;
use nix_lib::modules::Input;
use serde_json::{Map, Value as Json, json};
use source::SourceMap;
use source::files::disk::Disk;

const KNOWN: &str = include_str!("../data/services.json");

fn main() -> ExitCode {
    let Some(checkout) = std::env::args().nth(1).map(PathBuf::from) else {
        return failed("which checkout of clan-core?");
    };
    let checkout = std::fs::canonicalize(&checkout).unwrap_or(checkout);
    let mut catalogue: Json = serde_json::from_str(KNOWN).unwrap_or_default();
    let names = service_names(&checkout);
    if names.is_empty() {
        return failed(&format!("{} has no `clanServices`", checkout.display()));
    }
    let services = catalogue
        .get_mut("clan_services")
        .and_then(Json::as_object_mut);
    let Some(services) = services else {
        return failed("the catalogue at hand has no `clan_services`");
    };
    if let Err(message) = refresh(services, &checkout, &names) {
        return failed(message);
    }
    let text = serde_json::to_string_pretty(&catalogue).unwrap_or_default();
    // As the file has it: one space for each level.
    for line in text.lines() {
        let inner = line.trim_start();
        println!("{}{inner}", " ".repeat((line.len() - inner.len()) / 2));
    }
    ExitCode::SUCCESS
}

fn failed(message: &str) -> ExitCode {
    eprintln!("{message}");
    ExitCode::FAILURE
}

fn service_names(checkout: &Path) -> Vec<String> {
    let listed = std::fs::read_dir(checkout.join("clanServices"));
    let listed = listed.into_iter().flatten().flatten();
    let listed = listed.filter(|entry| entry.path().join("default.nix").is_file());
    let mut names: Vec<String> = listed
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    names
}

/// Reads each service and puts it in the place of what was known of it. What only a word is left of stays that.
fn refresh(
    known: &mut Map<String, Json>,
    checkout: &Path,
    names: &[String],
) -> Result<(), &'static str> {
    let files = Disk::everywhere();
    let session = Session::new(Arc::new(SourceMap::new()), &files);
    let arena = Bump::new();
    let evaluator = Evaluator::new(&arena, &session, Options::default());
    let library = nix_lib::library(&evaluator);
    let meta = evaluator.attrs_from([("name", evaluator.string("catalogue"))]);
    let source = ClanSource {
        modules: vec![Input::of(evaluator.attrs_from([("meta", meta)]))],
        directory: checkout.to_owned(),
        special_args: evaluator.attrs_ref(vec![]),
        inputs: None,
        clan_cores: vec![],
        no_clans: vec![],
        core_modules: vec![],
        is_called: true,
        made_at: None,
    };
    let dialect = Dialect::of(Dialect::NEWEST);
    let clan = assemble(&evaluator, library, &source, &dialect, &mut vec![]);
    let clan = clan.map_err(|_| "the rules of this program do not hold together")?;
    let services = Services {
        evaluator: &evaluator,
        library,
        clan: &clan,
        catalogue: Catalogue::get(),
        directory: Some(checkout),
    };
    for name in names {
        if known
            .get(name)
            .is_some_and(|service| service.get("removed_stub").is_some())
        {
            continue;
        }
        let mut diagnostics = vec![];
        let service = services.named(name, &mut diagnostics);
        for diagnostic in &diagnostics {
            eprintln!("{name}: {}", diagnostic.message);
        }
        let Some(service) = service.filter(|service| service.is_known && !service.is_catalogued)
        else {
            eprintln!("{name}: is not read, and stays as it was");
            continue;
        };
        let roles = roles_of(&services, &service);
        let entry = known
            .entry(name)
            .or_insert_with(|| json!({ "description": null }));
        tell_difference(name, entry, &roles);
        entry["manifest_name"] = json!(service.manifest_name);
        entry["max_instances"] = json!(service.max_instances);
        entry["roles"] = Json::Object(roles);
    }
    for name in known.keys().filter(|name| !names.contains(name)) {
        eprintln!("{name}: is no directory of `clanServices`, and stays as it was");
    }
    Ok(())
}

fn roles_of<'a>(services: &Services<'a, '_>, service: &Service<'a>) -> Map<String, Json> {
    let described = describe(services, service, true);
    let roles = described.roles.iter().map(|(role, described)| {
        let settings = described.options.iter().map(setting);
        let entry = json!({
            "min_machines": described.least,
            "max_machines": described.most,
            "settings": settings.collect::<Vec<Json>>(),
        });
        (role.clone(), entry)
    });
    roles.collect()
}

fn setting(option: &OptionDescription) -> Json {
    let mut entry = json!({ "name": option.path.join("."), "type": option.of });
    match &option.default {
        Some(default) => entry["default"] = json!(default),
        None => entry["required"] = json!(true),
    }
    entry
}

/// Names the roles and settings that the catalogue does not have yet, and those that it has and the checkout has not.
fn tell_difference(name: &str, before: &Json, roles: &Map<String, Json>) {
    let names = |role: Option<&Json>| -> Vec<String> {
        let settings = role.and_then(|role| role.get("settings")?.as_array());
        let settings = settings.into_iter().flatten();
        settings
            .filter_map(|each| Some(each.get("name")?.as_str()?.to_owned()))
            .collect()
    };
    let known = before.get("roles").and_then(Json::as_object);
    for gone in known.into_iter().flat_map(Map::keys) {
        if !roles.contains_key(gone) {
            eprintln!("{name}: has the role `{gone}` no more");
        }
    }
    for (role, after) in roles {
        let before = names(before.get("roles").and_then(|roles| roles.get(role)));
        let after = names(Some(after));
        for new in after.iter().filter(|name| !before.contains(name)) {
            eprintln!("{name}: role `{role}` has the new setting `{new}`");
        }
        for gone in before.iter().filter(|name| !after.contains(name)) {
            eprintln!("{name}: role `{role}` has the setting `{gone}` no more");
        }
    }
}
