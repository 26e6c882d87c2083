//! A clan-core that is given by a directory computes the clan; the rules here explain it.

use std::path::PathBuf;
use std::sync::Arc;

use expect_test::{Expect, expect};
use project::analysis::{Dialect, Request, Sources, analyse};
use project::session::Options;
use source::SourceMap;
use source::files::memory::Memory;

/// A clan with two machines and an instance of a service of its own.
const FLAKE: &str = r#"{
  inputs.clan-core.url = "git+https://git.clan.lol/clan/clan-core";
  inputs.clan-core.inputs.nixpkgs.follows = "nixpkgs";
  inputs.nixpkgs.url = "github:NixOS/nixpkgs";
  outputs =
    { self, clan-core, tools, ... }:
    let
      clan = clan-core.lib.clan {
        inherit self;
        meta.name = "home";
        modules.wifi = {
          _class = "clan.service";
          manifest.name = "wifi";
          roles.client.interface =
            { lib, ... }:
            {
              options.country = lib.mkOption { default = "at"; };
              options.token = lib.mkOption { default = null; };
            };
        };
        inventory.machines.jon.tags = [ "laptop" ];
        inventory.machines.sara = { };
        inventory.instances.home = {
          module = { name = "wifi"; input = "self"; };
          roles.client.tags.laptop = { };
          roles.client.machines.sara.settings.token = tools.token;
        };
      };
    in
    { inherit (clan.config) clanInternals; };
}
"#;

/// A clan-core whose code is `code`: a function from the arguments of `lib.clan` to `clanInternals`.
fn core(code: &str) -> String {
    format!(
        "{{ outputs = {{ self, nixpkgs, ... }}: let inherit (nixpkgs) lib; in {{ lib.clan = clan: {{ config.clanInternals = ({code}) clan; }}; }}; }}"
    )
}

/// What a clan-core of 2025 would have of [`FLAKE`], with holes for the tags of `jon`, the members and the settings of `jon`.
fn result(tags: &str, members: &str, settings: &str) -> String {
    core(&format!(
        r#"clan: {{
          inventoryClass.inventory = {{
            machines = {{
              jon = {{ tags = {tags}; machineClass = "nixos"; }};
              sara = {{ tags = [ "all" "nixos" ]; machineClass = "nixos"; }};
            }};
            inherit (clan.inventory) instances;
          }};
          inventoryClass.distributedServices.importedModulesEvaluated.self-wifi.config.instances.home.roles.client.machines =
            lib.genAttrs {members} (name: {{
              finalSettings.config = {{
                jon = {settings};
                sara = {{ country = "at"; inherit (clan.inventory.instances.home.roles.client.machines.sara.settings) token; }};
              }}.${{name}};
            }});
        }}"#
    ))
}

#[track_caller]
fn check(core: &str, expected: Expect) {
    check_clan(FLAKE, "2025-12-01", core, expected);
}

#[track_caller]
fn check_clan(flake: &str, day: &str, core: &str, expected: Expect) {
    let files = Memory::new()
        .with("/clan/flake.nix", flake)
        .with("/core/flake.nix", core);
    let core = ("clan-core".to_owned(), PathBuf::from("/core"));
    let request = Request {
        input_sources: Sources::overrides(vec![core]),
        dialect: Dialect::parse(day),
        ..Request::of_path("/clan")
    };
    let analysis = analyse(
        &files,
        &Arc::new(SourceMap::new()),
        Options::default(),
        &request,
    );
    let mut text = String::new();
    for diagnostic in &analysis.diagnostics {
        let (code, message) = (&diagnostic.code, &diagnostic.message);
        text.push_str(&format!("{:?}[{code}]: {message}\n", diagnostic.severity));
    }
    if let Some(clan) = &analysis.clan {
        let resolution = &clan.resolution;
        text.push_str(&format!("computed: {}\n", resolution.is_computed));
        for (name, machine) in &resolution.machines {
            let tags = machine.tags.iter().map(|tag| tag.name.as_str());
            let tags: Vec<&str> = tags.collect();
            let roles = machine.memberships.len();
            text.push_str(&format!("{name}: {}; {roles} roles\n", tags.join(" ")));
        }
        for instance in &resolution.instances {
            for (role, view) in &instance.roles {
                let members = view.members.join(" ");
                text.push_str(&format!("{}.{role}: {members}\n", instance.instance));
                for (machine, member) in &view.machines {
                    let (settings, reasons) = (&member.settings, member.via.len());
                    text.push_str(&format!("  {machine} ({reasons} reasons): {settings:?}\n"));
                }
            }
        }
    }
    expected.assert_eq(&text);
}

const TAGS: &str = r#"[ "laptop" "all" "nixos" ]"#;
const MEMBERS: &str = r#"[ "jon" "sara" ]"#;

#[test]
fn the_same_result_says_nothing() {
    let core = result(TAGS, MEMBERS, r#"{ country = "at"; token = null; }"#);
    check(
        &core,
        expect![[r#"
        Note[out-of-reach]: `inputs.tools.token` is out of reach: input `tools` is not on disk
        computed: true
        jon: laptop all nixos; 1 roles
        sara: all nixos; 1 roles
        home.client: jon sara
          jon (1 reasons): Some(Set([("country", Pos(1666), String("at")), ("token", Pos(1682), Null)]))
          sara (1 reasons): Some(Set([("country", Pos(1724), String("at")), ("token", Pos(1816), Unknown { name: "inputs.tools.token", because: "input `tools` is not on disk" })]))
    "#]],
    );
}

#[test]
fn another_result_takes_the_place_of_ours() {
    let core = result(
        r#"[ "laptop" "new" ]"#,
        r#"[ "jon" ]"#,
        r#"{ country = "de"; token = null; more = 1; }"#,
    );
    check(
        &core,
        expect![[r#"
        Note[out-of-reach]: `inputs.tools.token` is out of reach: input `tools` is not on disk
        Warning[differs-from-clan-core]: clan-core gives `jon` the tags `laptop`, `new`, not `laptop`, `all`, `nixos`
        Warning[differs-from-clan-core]: clan-core's members of role `client` of `home` are `jon`, not `jon`, `sara`
        Warning[differs-from-clan-core]: clan-core computes another `country` and 1 more for `jon` in role `client` of `home`
        computed: true
        jon: laptop new; 1 roles
        sara: all nixos; 0 roles
        home.client: jon
          jon (1 reasons): Some(Set([("country", Pos(1651), String("de")), ("more", Pos(1681), Int(1)), ("token", Pos(1667), Null)]))
    "#]],
    );
}

#[test]
fn a_setting_that_was_removed_fails_and_is_left_out() {
    let core = result(
        TAGS,
        MEMBERS,
        r#"{ country = "at"; token = null; old = throw "removed"; }"#,
    );
    check(
        &core,
        expect![[r#"
        Note[out-of-reach]: `inputs.tools.token` is out of reach: input `tools` is not on disk
        computed: true
        jon: laptop all nixos; 1 roles
        sara: all nixos; 1 roles
        home.client: jon sara
          jon (1 reasons): Some(Set([("country", Pos(1666), String("at")), ("token", Pos(1682), Null)]))
          sara (1 reasons): Some(Set([("country", Pos(1747), String("at")), ("token", Pos(1839), Unknown { name: "inputs.tools.token", because: "input `tools` is not on disk" })]))
    "#]],
    );
}

#[test]
fn a_clan_core_that_fails_leaves_the_rules_here() {
    check(
        &core(r#"clan: throw "too old""#),
        expect![[r#"
        Note[out-of-reach]: `inputs.tools.token` is out of reach: input `tools` is not on disk
        Warning[not-computed]: clan-core does not compute the machines: too old
        Warning[not-computed]: clan-core does not compute the instances: too old
        computed: false
        jon: laptop all nixos; 1 roles
        sara: all nixos; 1 roles
        home.client: jon sara
          jon (1 reasons): Some(Set([("country", Pos(0), String("at")), ("token", Pos(0), Null)]))
          sara (1 reasons): Some(Set([("country", Pos(0), String("at")), ("token", Pos(910), Unknown { name: "inputs.tools.token", because: "input `tools` is not on disk" })]))
    "#]],
    );
    let core = core(
        "clan: { inventoryClass.inventory = { inherit (clan.inventory) machines instances; }; }",
    );
    check(
        &core,
        expect![[r#"
        Note[out-of-reach]: `inputs.tools.token` is out of reach: input `tools` is not on disk
        Warning[not-computed]: clan-core does not compute the instance `home`: there is no service `wifi` among 
        Warning[differs-from-clan-core]: clan-core gives `jon` the tags `laptop`, not `laptop`, `all`, `nixos`
        Warning[differs-from-clan-core]: clan-core gives `sara` the tags none, not `all`, `nixos`
        computed: false
        jon: laptop; 1 roles
        sara: ; 1 roles
        home.client: jon sara
          jon (1 reasons): Some(Set([("country", Pos(0), String("at")), ("token", Pos(0), Null)]))
          sara (1 reasons): Some(Set([("country", Pos(0), String("at")), ("token", Pos(910), Unknown { name: "inputs.tools.token", because: "input `tools` is not on disk" })]))
    "#]],
    );
}

#[test]
fn what_is_out_of_reach_is_a_note() {
    let flake = FLAKE.replace(
        "roles.client.tags.laptop = { };",
        "roles.client.tags = tools.tags;",
    );
    let core = result(
        TAGS,
        "(lib.attrNames clan.inventory.instances.home.roles.client.tags)",
        "{ }",
    );
    check_clan(
        &flake,
        "2025-12-01",
        &core,
        expect![[r#"
        Note[out-of-reach]: `inputs.tools.tags` and `inputs.tools.token` are out of reach: input `tools` is not on disk
        Note[not-computed]: clan-core does not compute the instance `home`: `inputs.tools.tags` is out of reach: input `tools` is not on disk
        computed: false
        jon: laptop all nixos; 0 roles
        sara: all nixos; 1 roles
        home.client: sara
          sara (1 reasons): Some(Set([("country", Pos(0), String("at")), ("token", Pos(910), Unknown { name: "inputs.tools.token", because: "input `tools` is not on disk" })]))
    "#]],
    );
}

#[test]
fn the_generation_of_services_is_read_from_what_machines_are_told() {
    let flake = r#"{
      outputs = { self, clan-core, ... }: let
        clan = clan-core.lib.clan {
          directory = self;
          inventory.machines.jon.tags = [ "laptop" ];
          inventory.services.admin.one.roles.default.tags = [ "laptop" ];
        };
      in { inherit (clan.config) clanInternals; };
    }"#;
    let core = core(
        r#"clan: {
          inventory = {
            machines.jon.tags = [ "laptop" "all" ];
            inherit (clan.inventory) services;
          };
          serviceConfigs.jon = [
            { clan.other = { }; }
            { imports = [ ({ ... }: { }) { clan.inventory.services.admin.one.roles.default.machines = [ "jon" "jon" ]; } ]; }
          ];
        }"#,
    );
    check_clan(
        flake,
        "2024-12-09",
        &core,
        expect![[r#"
            Error[missing-value]: the clan has no name
            Warning[differs-from-clan-core]: clan-core gives `jon` the tags `laptop`, `all`, not `all`, `laptop`
            Warning[differs-from-clan-core]: clan-core's members of role `default` of `one` are `jon`, `jon`, not `jon`
            computed: true
            jon: laptop all; 1 roles
            one.default: jon jon
              jon (1 reasons): None
        "#]],
    );
}
