//! What clan-core had for a while only: no finding at the days when it had it.

mod support;

use expect_test::{Expect, expect};
use support::Folder;

/// The findings in a clan with these arguments, as clan-core of that day sees it.
#[track_caller]
fn check(name: &str, day: &str, arguments: &str, expected: Expect) {
    let flake = format!(
        r#"--- flake.nix
{{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  outputs = {{ self, clan-core }}: {{
    clan = (clan-core.lib.clan {{ directory = self; meta.name = "my"; inventory.machines.a = {{ }}; {arguments} }}).config;
  }};
}}
"#
    );
    let folder = Folder::of(&format!("days-{name}-{day}"), &flake);
    expected.assert_eq(
        &folder
            .run(&format!("check --format concise --dialect {day}"))
            .out,
    );
}

#[test]
fn exports_module_was_an_option_of_the_clan() {
    let check = |day, expected| check("exports", day, "exportsModule.options = { };", expected);
    check(
        "2025-06-20",
        expect![[r#"
            error[unknown-option]: there is no option `exportsModule`
              flake.nix:4:98  no module declares this
              help: the options are `clanInternals`, `darwinConfigurations`, `darwinModules`, `directory`, `inventory`, `machines`, `meta`, `modules`, `nixosConfigurations`, `nixosModules`, `outputs`, `pkgsForSystem`, `secrets`, `self`, `specialArgs`, `templates`
        "#]],
    );
    check("2025-08-20", expect![""]);
    check("2026-01-25", expect![""]);
    check(
        "2026-08-01",
        expect![[r#"
            error[unknown-option]: there is no option `exportsModule`
              flake.nix:4:98  no module declares this
              help: the options are `checks`, `clanInternals`, `darwinConfigurations`, `darwinModules`, `deprecatedModules`, `directory`, `exportInterfaces`, `exports`, `inventory`, `machines`, `meta`, `modules`, `nixosConfigurations`, `nixosModules`, `outputs`, `pkgsForSystem`, `secrets`, `self`, `specialArgs`, `templates`, `vars`, `varsDirectory`
        "#]],
    );
}

#[test]
fn monitoring_was_another_service() {
    let instance = r#"inventory.instances.m = { module.name = "monitoring"; roles.telegraf.machines.a.settings.x = 1; };"#;
    let check = |day, expected| check("monitoring", day, instance, expected);
    check(
        "2025-12-05",
        expect![[r#"
            note[out-of-reach]: the service `monitoring` is not known: before 2026-02-05 it was another one, which is not catalogued
              flake.nix:4:139  its roles and settings are not checked
        "#]],
    );
    check(
        "2026-08-01",
        expect![[r#"
            error[unknown-role]: the service `monitoring` has no role `telegraf`
              flake.nix:4:158  no such role
              help: its roles are: client, server
        "#]],
    );
}

#[test]
fn the_server_of_borgbackup_got_a_directory() {
    let instance = r#"inventory.services.borgbackup.b = { roles.server.machines = [ "a" ]; roles.server.config.directory = "/b"; };"#;
    let check = |day, expected| check("borgbackup", day, instance, expected);
    check(
        "2024-12-09",
        expect![[r#"
            error[unknown-option]: there is no option `clan.borgbackup.directory`
              flake.nix:4:187  no module declares this
              help: no module declares options here
        "#]],
    );
    check("2025-05-01", expect![""]);
}

#[test]
fn without_an_input_a_service_was_the_clans_own() {
    let instance = r#"
      inventory.modules."@me/web" = { _class = "clan.service"; manifest.name = "web"; roles.server.interface = { lib, ... }: { options.ip = lib.mkOption { type = lib.types.str; }; }; };
      inventory.instances.w = { module.name = "@me/web"; roles.server.machines.a.settings.ip = 1; };
    "#;
    let check = |day, expected| check("own", day, instance, expected);
    check(
        "2025-04-10",
        expect![[r#"
            error[wrong-type]: `instances.w.roles.server.machines.a.settings.ip` must be of type `string`
              flake.nix:6:91  says `1`
              flake.nix:5:136  declared here
              help: write `"1"`
        "#]],
    );
    check(
        "2025-04-25",
        expect![[r#"
        warning[deprecated-option]: `inventory.modules` is deprecated
          flake.nix:5:25  a module for `services`
          help: make it a service module, define it in `modules` of the clan, and use it by `module.input = "self"`
        error[wrong-type]: `instances.w.roles.server.machines.a.settings.ip` must be of type `string`
          flake.nix:6:91  says `1`
          flake.nix:5:136  declared here
          help: write `"1"`
    "#]],
    );
    check(
        "2025-07-15",
        expect![[r#"
        warning[deprecated-option]: `inventory.modules` is deprecated
          flake.nix:5:25  a module for `services`
          help: make it a service module, define it in `modules` of the clan, and use it by `module.input = "self"`
        note[out-of-reach]: the service `@me/web` is not known: the catalogue of clan-core's services does not have it
          flake.nix:6:48  its roles and settings are not checked
    "#]],
    );
}
