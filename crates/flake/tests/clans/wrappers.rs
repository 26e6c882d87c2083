//! Clans that functions out of reach get.

use expect_test::{Expect, expect};

use crate::check;

#[test]
fn an_unknown_wrapper_gets_the_clan() {
    check(
        r#"--- flake.nix
{
  inputs.blueprint.url = "github:me/blueprint";
  outputs = inputs: inputs.blueprint.lib.make { inherit inputs; clan.inventory.machines.jon = { }; };
}
"#,
        expect![[r#"
            UnknownCall in /clan
              flake.nix: inventory { machines }
            Note[out-of-reach]: `inputs.blueprint.lib.make` is not evaluated: input `blueprint` is not on disk
        "#]],
    );
    check(
        r#"--- flake.nix
{
  inputs.parts.url = "github:me/parts";
  inputs.clan-core.url = "git+https://git.clan.lol/clan/clan-core";
  outputs = inputs: inputs.parts.lib.mkFlake { inherit inputs; } {
    imports = [ inputs.clan-core.flakeModules.default ];
    clan.inventory.machines.jon = { };
  };
}
"#,
        expect![[r#"
            FlakeParts in /clan
              flake.nix: inventory { machines }
            Note[out-of-reach]: `inputs.parts.lib.mkFlake` is not evaluated: input `parts` is not on disk
        "#]],
    );
}

const INPUTS: &str = r#"
  inputs.clan-core.url = "git+https://git.clan.lol/clan/clan-core";
  inputs.my.url = "github:me/my";
"#;

#[track_caller]
fn wrapped(outputs: &str, expected: Expect) {
    check(
        &format!(
            "--- flake.nix\n{{ {INPUTS}\n  outputs = {outputs}; }}\n--- parts/clan.nix\n{{ clan.inventory.machines.jon = {{ }}; }}\n--- parts/default.nix\n{{ imports = [ ./clan.nix ]; }}\n"
        ),
        expected,
    );
}

#[test]
fn the_clan_stands_in_what_a_function_returns() {
    wrapped(
        r#"inputs: inputs.my.lib.wrap (final: {
          fleet = inputs.my.lib.other { parts = [ (inputs.clan-core.lib.clan { inherit (inputs) self; machines.jon = { }; }) ]; };
        })"#,
        expect![[r#"
            Clan in /clan
              flake.nix: machines self
            Note[out-of-reach]: `inputs.my.lib.other` is not evaluated: input `my` is not on disk
        "#]],
    );
    wrapped(
        r#"inputs: inputs.my.mkFlake ./. ({ lib, inputs, config, ... }: {
          inherit inputs;
          flake.clan = { meta.name = lib.toLower "W"; machines.jon = config.jon; };
        })"#,
        expect![[r#"
            UnknownCall in /clan
              flake.nix: machines meta
            Note[out-of-reach]: `inputs.my.mkFlake` is not evaluated: input `my` is not on disk
        "#]],
    );
}

#[test]
fn the_clan_stands_in_a_file_that_is_named() {
    wrapped(
        "inputs: inputs.my { inherit inputs; modules = [ ./parts/clan.nix ]; }",
        expect![[r#"
            UnknownCall in /clan
              parts/clan.nix: inventory { machines }
            Note[out-of-reach]: `inputs.my` is not evaluated: input `my` is not on disk
        "#]],
    );
    wrapped(
        "inputs: inputs.my { inherit inputs; modules = ./parts; }",
        expect![[r#"
            UnknownCall in /clan
              parts/clan.nix: inventory { machines }
            Note[out-of-reach]: `inputs.my` is not evaluated: input `my` is not on disk
        "#]],
    );
}

#[test]
fn what_stands_beside_a_wrapper_is_known() {
    wrapped(
        "inputs: inputs.my.mkFlake { } // { clan = (inputs.clan-core.lib.clan { inherit (inputs) self; machines.jon = { }; }).config; }",
        expect![[r#"
            Clan in /clan
              flake.nix: machines self
            Note[out-of-reach]: `inputs.my.mkFlake (…)` is out of reach: input `my` is not on disk
        "#]],
    );
    wrapped(
        "{ nixpkgs, ... }@inputs: nixpkgs.lib.recursiveUpdate (inputs.my.mkFlake { }) { clan = (inputs.clan-core.lib.clan { inherit (inputs) self; machines.jon = { }; }).config; }",
        expect![[r#"
            Clan in /clan
              flake.nix: machines self
            Note[out-of-reach]: `inputs.my.mkFlake (…)` is out of reach: input `my` is not on disk
        "#]],
    );
    wrapped(
        "inputs: { clan = (inputs.clan-core.lib.clan { inherit (inputs) self; machines.jon = { }; }).config; } // inputs.my.mkFlake { }",
        expect![[r#"
            Clan in /clan
              flake.nix: machines self
            Note[out-of-reach]: `inputs.my.mkFlake (…)` is not evaluated: input `my` is not on disk
        "#]],
    );
    wrapped(
        "inputs: { inherit (inputs.my.mk { clan = inputs.clan-core.lib.clan { inherit (inputs) self; machines.jon = { }; }; }) nixosConfigurations clan; }",
        expect![[r#"
            Clan in /clan
              flake.nix: machines self
            Note[out-of-reach]: `inputs.my.mk` is not evaluated: input `my` is not on disk
        "#]],
    );
}

#[test]
fn the_clan_stands_in_a_file_that_the_wrapper_finds_by_itself() {
    check(
        r#"--- flake.nix
{
  inputs.clan-core.url = "git+https://git.clan.lol/clan/clan-core";
  inputs.my.url = "github:me/my";
  outputs = { clan-core, my, ... }@inputs: my.mkFlake {
    inherit inputs;
    specialArgs.lib = [ { clan = clan-core.clanLib; } ];
    src = ./.;
  } { clan.templates.disko.plain.path = ./disk.nix; };
}
--- top/clan.nix
{ lib, inputs, ... }: {
  imports = [ inputs.clan-core.flakeModules.default ];
  clan.meta.name = "my";
  clan.inventory.instances = lib.clan.choose { };
}
--- top/more/machines.nix
{ clan.inventory.machines.jon = { }; }
--- machines/jon/configuration.nix
{ config, ... }: { clan = { core.a = config.b; }; }
"#,
        expect![[r#"
            FlakeParts in /clan
              top/more/machines.nix: inventory { machines }
              top/clan.nix: inventory { instances } meta
            Note[out-of-reach]: `inputs.my.mkFlake` is not evaluated: input `my` is not on disk
        "#]],
    );
}

#[test]
fn a_flake_of_a_wrapper_without_any_clan_has_none() {
    check(
        r#"--- flake.nix
{
  inputs.my.url = "github:me/my";
  outputs = inputs: inputs.my.mkFlake { inherit inputs; src = ./.; };
}
--- machines/jon/configuration.nix
{ config, ... }: { clan = { core.a = config.b; }; }
"#,
        expect![[r#"
            Note[out-of-reach]: `inputs.my.mkFlake (…)` is out of reach: input `my` is not on disk
            Error[no-clan]: no clan was found in `/clan`
        "#]],
    );
}
