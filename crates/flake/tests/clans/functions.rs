//! Clans that a flake makes by calling clan-core, and which modules are found in each.

use std::path::PathBuf;

use expect_test::{Expect, expect};

use crate::check;
use crate::support::found;

#[test]
fn e1_build_clan_bound_by_let() {
    check(
        r#"--- flake.nix
{
  inputs.clan-core.url = "git+https://git.clan.lol/clan/clan-core";
  outputs = { self, clan-core, ... }:
    let
      clan = clan-core.lib.buildClan {
        directory = self;
        meta.name = "my";
        inventory.machines.jon = { };
      };
    in {
      inherit (clan) nixosConfigurations clanInternals;
    };
}
"#,
        expect![[r#"
            BuildClan in /clan
              flake.nix: directory inventory { machines } meta
        "#]],
    );
}

#[test]
fn e2_build_clan_with_self() {
    check(
        r#"--- flake.nix
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  outputs = { self, clan-core, ... }:
    let clan = clan-core.lib.buildClan { inherit self; meta.name = "my"; inventory.machines.jon = { }; };
    in { nixosConfigurations = clan.nixosConfigurations; clan = { inherit (clan) clanInternals; }; };
}
"#,
        expect![[r#"
            BuildClan in /clan
              flake.nix: inventory { machines } meta self
        "#]],
    );
}

#[test]
fn e3_lib_clan_and_its_config() {
    check(
        r#"--- flake.nix
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.nixpkgs.follows = "clan-core/nixpkgs";
  outputs = { self, clan-core, nixpkgs, ... }@inputs:
    let
      clan = clan-core.lib.clan { inherit self; inventory = { machines.jon.tags = [ "a" ]; }; };
    in {
      inherit (clan.config) nixosConfigurations nixosModules clanInternals;
      clan = clan.config;
      devShells = nixpkgs.lib.genAttrs [ "x86_64-linux" ] (system: {
        default = clan-core.inputs.nixpkgs.legacyPackages.${system}.mkShell { };
      });
    };
}
"#,
        expect![[r#"
            Clan in /clan
              flake.nix: inventory { machines } self
        "#]],
    );
}

#[test]
fn e4_imports_of_clan_nix() {
    check(
        r#"--- flake.nix
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  outputs = { self, clan-core, ... }@inputs:
    let
      clan = clan-core.lib.clan {
        inherit self;
        imports = [ ./clan.nix ];
        specialArgs = { inherit inputs; };
      };
    in { inherit (clan.config) nixosConfigurations clanInternals; clan = clan.config; };
}
--- clan.nix
{ lib, ... }: { meta.name = "my"; inventory.machines.jon = { }; }
"#,
        expect![[r#"
            Clan in /clan
              flake.nix: imports self specialArgs
        "#]],
    );
}

#[test]
fn e5_clan_lib() {
    check(
        r#"--- flake.nix
{
  inputs.core.url = "git+https://git.clan.lol/clan/clan-core?ref=main";
  outputs = inputs: { clan = (inputs.core.clanLib.clan { inherit (inputs) self; machines.jon = { }; }).config; };
}
"#,
        expect![[r#"
            Clan in /clan
              flake.nix: machines self
        "#]],
    );
}

#[test]
fn e12_to_e16_forms_of_the_inventory() {
    let check = |inventory: &str, expected: Expect| {
        let text = format!(
            r#"--- flake.nix
{{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  outputs = {{ self, clan-core, nixpkgs, ... }}:
    let inherit (nixpkgs) lib; clan = clan-core.lib.clan {{ inherit self; inventory = {inventory}; }};
    in {{ clan = clan.config; names = clan.config.inventory.machines; }};
}}
--- inventory.nix
{{ machines.jon = {{ }}; }}
--- function.nix
{{ lib }}: {{ machines.jon = {{ }}; }}
--- x.json
{{ "machines": {{ "jon": {{}} }} }}
"#
        );
        expected.assert_eq(&found(&text, &[]));
    };
    check(
        "{ config, lib, ... }: { machines.jon = { }; }",
        expect![[r#"
        Clan in /clan
          flake.nix: inventory { function } self
    "#]],
    );
    check(
        "{ imports = [ ./inventory.nix ]; machines.a = { }; }",
        expect![[r#"
        Clan in /clan
          flake.nix: inventory { imports machines } self
    "#]],
    );
    check(
        "import ./inventory.nix",
        expect![[r#"
        Clan in /clan
          flake.nix: inventory { machines } self
    "#]],
    );
    check(
        "import ./function.nix { inherit lib; }",
        expect![[r#"
        Clan in /clan
          flake.nix: inventory { machines } self
    "#]],
    );
    check(
        "./inventory.nix",
        expect![[r#"
        Clan in /clan
          flake.nix: inventory { /clan/inventory.nix } self
    "#]],
    );
    check(
        "lib.mkMerge [ (import ./inventory.nix) ]",
        expect![[r#"
        Clan in /clan
          flake.nix: inventory { _type contents } self
    "#]],
    );
    check(
        "builtins.fromJSON (builtins.readFile ./x.json)",
        expect![[r#"
        Clan in /clan
          flake.nix: inventory { machines } self
    "#]],
    );
}

#[test]
fn e17_json_imported_by_the_clan() {
    check(
        r#"--- flake.nix
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  outputs = { self, clan-core, ... }: {
    clan = (clan-core.lib.clan {
      inherit self;
      imports = [ (builtins.fromJSON (builtins.readFile ./clan.json)) ];
    }).config;
  };
}
--- clan.json
{ "inventory": { "machines": { "jon": {} } } }
"#,
        expect![[r#"
            Clan in /clan
              flake.nix: imports self
        "#]],
    );
}

#[test]
fn an_input_of_any_name_is_known_by_its_functions() {
    check(
        r#"--- flake.nix
{
  inputs.weird.url = "github:me/fork";
  outputs = { self, weird, ... }: {
    clan = (weird.lib.clan { inherit self; inventory.machines.jon = { }; }).config;
  };
}
"#,
        expect![[r#"
            Clan in /clan
              flake.nix: inventory { machines } self
        "#]],
    );
}

#[test]
fn an_overridden_clan_core_still_makes_clans() {
    let text = r#"--- flake.nix
{
  inputs.clan-core.url = "git+https://git.clan.lol/clan/clan-core";
  outputs = { self, clan-core }: { clan = (clan-core.lib.clan { inherit self; }).config; };
}
--- /core/flake.nix
{ outputs = { self }: throw "never evaluated"; }
"#;
    let overrides = [("clan-core".to_owned(), PathBuf::from("/core"))];
    expect![[r#"
        Clan in /clan
          flake.nix: self
    "#]]
    .assert_eq(&found(text, &overrides));
}

#[test]
fn inputs_by_path_are_read() {
    check(
        r#"--- flake.nix
{
  inputs.clan-core.url = "git+https://git.clan.lol/clan/clan-core";
  inputs.mine.url = "path:./mine";
  inputs.mine.inputs.core.follows = "clan-core";
  outputs = { self, mine, ... }: { clan = (mine.make { inherit self; inventory.machines.jon = { }; }).config; };
}
--- mine/flake.nix
{
  inputs.core.url = "git+https://git.clan.lol/clan/clan-core";
  outputs = { self, core }: { make = core.lib.clan; };
}
"#,
        expect![[r#"
            Clan in /clan
              flake.nix: inventory { machines } self
        "#]],
    );
}

#[test]
fn a_clan_is_found_behind_get_flake() {
    check(
        r#"--- default.nix
(builtins.getFlake (toString ./flake)).clan
--- flake/flake.nix
{
  inputs.clan-core.url = "git+https://git.clan.lol/clan/clan-core";
  outputs = { self, clan-core }: {
    clan = clan-core.lib.clan { inherit self; meta.name = "my"; inventory.machines.jon = { }; };
  };
}
"#,
        expect![[r#"
            Clan in /clan/flake
              flake/flake.nix: inventory { machines } meta self
        "#]],
    );
}

#[test]
fn e19_modules_that_the_flake_evaluates_itself() {
    check(
        r#"--- flake.nix
{
  inputs.clan-core.url = "git+https://git.clan.lol/clan/clan-core";
  inputs.nixpkgs.url = "github:NixOS/nixpkgs";
  outputs = { self, clan-core, nixpkgs }:
    let
      clan = nixpkgs.lib.evalModules {
        specialArgs = { inherit self; };
        modules = [
          clan-core.modules.clan.default
          { inherit self; inventory.machines.jon = { }; }
          ./more.nix
        ];
      };
    in { inherit (clan.config) nixosConfigurations clanInternals; };
}
--- more.nix
{ meta.name = "my"; }
"#,
        expect![[r#"
            Modules in /clan
              ?: function
              flake.nix: inventory { machines } self
              ?: /clan/more.nix
        "#]],
    );
}

#[test]
fn clan_core_from_a_set_that_is_extended() {
    check(
        r#"--- flake.nix
{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs";
  inputs.clan-core.url = "git+https://git.clan.lol/clan/clan-core";
  outputs = inputs:
    let lib = inputs.nixpkgs.lib.extend (final: prev: { clan = inputs.clan-core.lib; mine.make = final.clan.clan; });
    in { clan = (lib.mine.make { inherit (inputs) self; inventory.machines.jon = { }; }).config; };
}
"#,
        expect![[r#"
            Clan in /clan
              flake.nix: inventory { machines } self
        "#]],
    );
}

#[test]
fn a_clan_is_found_deep_in_the_outputs() {
    check(
        r#"--- flake.nix
{
  inputs.clan-core.url = "git+https://git.clan.lol/clan/clan-core";
  outputs = { self, clan-core }: {
    packages.x86_64-linux.a = throw "never read";
    fleets.home = { type = "clan"; config = (clan-core.lib.clan { inherit self; inventory.machines.jon = { }; }).config; };
  };
}
"#,
        expect![[r#"
            Clan in /clan
              flake.nix: inventory { machines } self
        "#]],
    );
}
