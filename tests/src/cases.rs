//! The micro-cases as flakes in memory.

use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};
use source::files::memory::Memory;
use testkit::fixture::put_directory;

/// The directory of the cases.
pub fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/cases")
}

/// The flake that a case is, as files below `/clan`.
///
/// # Panics
///
/// If a case lacks what its kind needs.
pub fn files_of(case: &Json) -> Memory {
    let mut files = Memory::new();
    let modules = directory().join("modules");
    put_directory(&mut files, &modules, "/clan/fixture");
    put_directory(
        &mut files,
        &modules.join("clanServices/alpha"),
        "/clan/upstream/up",
    );
    put_directory(
        &mut files,
        &modules.join("clanServices/interfaces"),
        "/clan/upstream/interfaces",
    );
    files.insert(
        "/clan/modules/special.nix",
        "{ _extra = [ \"special\" ]; }\n",
    );
    files.insert("/clan/modules/other.nix", "{ _extra = [ \"other\" ]; }\n");
    files.insert(
        "/clan/upstream/flake.nix",
        "{ outputs = _: { clan.modules.up = import ./up; }; }\n",
    );
    files.insert("/clan/nomods/flake.nix", "{ outputs = _: { }; }\n");
    for (path, text) in case["files"].as_object().into_iter().flatten() {
        let text = match text {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        files.insert(format!("/clan/{path}"), text);
    }
    let inventory = match case.get("inventory") {
        Some(inventory) => {
            files.insert("/clan/case.json", inventory.to_string());
            "builtins.fromJSON (builtins.readFile ./case.json)".to_owned()
        }
        None => case["inventory_nix"].as_str().unwrap_or("{ }").to_owned(),
    };
    files.insert("/clan/flake.nix", flake(case, &inventory));
    files
}

fn flake(case: &Json, inventory: &str) -> String {
    let services = case["generation"] == "services";
    let modules = if services {
        "builtins.mapAttrs (name: _: ./fixture/clanModules + \"/${name}\") (builtins.readDir ./fixture/clanModules)"
    } else {
        "builtins.mapAttrs (name: _: import (./fixture/clanServices + \"/${name}\")) (removeAttrs (builtins.readDir ./fixture/clanServices) [ \"interfaces\" ])"
    };
    let scope = format!("lib = nixpkgs.lib; clanDir = ./.; mods = {modules};");
    let outputs = if case["level"] == "flake-parts" {
        format!(
            "inputs.flake-parts.url = \"github:hercules-ci/flake-parts\";\n  outputs = inputs@{{ self, nixpkgs, flake-parts, ... }}: let {scope} in flake-parts.lib.mkFlake {{ inherit inputs; }} {{ systems = [ ]; imports = [ inputs.clan-core.flakeModules.default ({}) ]; }};",
            case["flake_parts_module_nix"].as_str().unwrap()
        )
    } else {
        let name = match &case["meta"]["name"] {
            Json::Null => json!("c"),
            name => name.clone(),
        };
        let arguments = match case["clan_args_nix"].as_str() {
            Some(arguments) => arguments.to_owned(),
            None => format!("{{ meta.name = {name}; inventory = ({inventory}); }}"),
        };
        let (call, place, out) = if services {
            (
                "clan-core.lib.buildClan",
                "directory = self;",
                "inherit (clan) nixosConfigurations clanInternals;",
            )
        } else {
            (
                "clan-core.lib.clan",
                "inherit self;",
                "clan = clan.config; inherit (clan.config) nixosConfigurations clanInternals;",
            )
        };
        format!(
            "outputs = {{ self, nixpkgs, clan-core, ... }}: let {scope} clan = {call} ({{ {place} }} // ({arguments})); in {{ {out} }};"
        )
    };
    format!(
        "{{\n  inputs.clan-core.url = \"git+https://git.clan.lol/clan/clan-core\";\n  inputs.nixpkgs.follows = \"clan-core/nixpkgs\";\n  inputs.upstream.url = \"path:./upstream\";\n  inputs.nomods.url = \"path:./nomods\";\n  {outputs}\n}}\n"
    )
}
