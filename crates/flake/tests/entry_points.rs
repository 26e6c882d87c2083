//! The forms in which a clan is given, and which modules are found in each.

mod support;

use std::path::PathBuf;

use expect_test::{Expect, expect};

use support::found;

/// Checks which clans are found in the files.
#[track_caller]
fn check(text: &str, expected: Expect) {
    expected.assert_eq(&found(text, &[]));
}

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

const PARTS: &str = r#"
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
"#;

#[test]
fn e6_flake_parts() {
    check(
        &format!(
            r#"--- flake.nix
{{ {PARTS}
  outputs = inputs@{{ flake-parts, ... }}:
    flake-parts.lib.mkFlake {{ inherit inputs; }} {{
      systems = [ "x86_64-linux" ];
      imports = [ inputs.clan-core.flakeModules.default ];
      clan = {{ meta.name = "my"; inventory.machines.jon = {{ }}; }};
      perSystem = {{ pkgs, inputs', ... }}: {{ devShells.default = pkgs.mkShell {{ }}; }};
    }};
}}
"#
        ),
        expect![[r#"
            FlakeParts in /clan
              flake.nix: inventory { machines } meta
        "#]],
    );
}

#[test]
fn e7_both_names_of_the_option() {
    check(
        &format!(
            r#"--- flake.nix
{{ {PARTS}
  outputs = inputs@{{ flake-parts, ... }}:
    flake-parts.lib.mkFlake {{ inherit inputs; }} ({{ self, lib, ... }}: {{
      imports = [ inputs.clan-core.flakeModules.default ./more.nix ];
      flake.clan = {{ meta.name = lib.mkDefault "my"; }};
      flake.nixosModules.a = {{ pkgs, ... }}: {{ }};
    }});
}}
--- more.nix
{{ clan.inventory.machines.jon = {{ }}; flake.nixosModules.b = {{ }}; }}
"#
        ),
        expect![[r#"
            FlakeParts in /clan
              flake.nix: meta
              more.nix: inventory { machines }
        "#]],
    );
}

#[test]
fn e8_e9_e10_modules_of_flake_parts_in_files() {
    check(
        &format!(
            r#"--- flake.nix
{{ {PARTS}
  inputs.treefmt-nix.url = "github:numtide/treefmt-nix";
  outputs = inputs: inputs.flake-parts.lib.mkFlake {{ inherit inputs; }} {{
    imports = [ ./clan.nix ./b.nix inputs.treefmt-nix.flakeModule ];
    clan = {{ imports = [ ./my.nix ]; }};
  }};
}}
--- clan.nix
{{ inputs, ... }}: {{ imports = [ inputs.clan-core.flakeModules.default ]; clan = {{ meta.name = "x"; }}; }}
--- b.nix
{{ flake.clan.inventory.instances.a = {{ }}; }}
--- my.nix
{{ inventory.machines.jon = {{ }}; }}
"#
        ),
        expect![[r#"
            FlakeParts in /clan
              b.nix: inventory { instances }
              clan.nix: meta
              flake.nix: imports
        "#]],
    );
}

#[test]
fn e11_a_function_of_flake_parts() {
    check(
        &format!(
            r#"--- flake.nix
{{ {PARTS}
  outputs = inputs: inputs.flake-parts.lib.mkFlake {{ inherit inputs; }} {{
    imports = [ inputs.clan-core.flakeModules.default ];
    clan = {{ config, lib, ... }}: {{ inventory.machines.jon = {{ }}; }};
  }};
}}
"#
        ),
        expect![[r#"
            FlakeParts in /clan
              flake.nix: function
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
fn e18_without_any_nix() {
    check(
        "--- machines/jon/facter.json\n{}\n--- inventory.json\n{}",
        expect![[r#"
        Directory in /clan, inventory only
          ?: 
    "#]],
    );
    check(
        "--- inventory.json\n{ \"machines\": {} }",
        expect![[r#"
        File in /clan, inventory only
          inventory.json: inventory {  }
    "#]],
    );
    check(
        "--- fleet.json\n{ \"inventory\": { \"machines\": {} } }",
        expect![[r#"
        File in /clan
          fleet.json: inventory { machines }
    "#]],
    );
    check(
        "--- fleet.json\n{ \"machines\": {} }",
        expect![[r#"
        File in /clan, inventory only
          fleet.json: inventory { machines }
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
            Note[out-of-reach]: `inputs.blueprint.lib.make (…)` is out of reach: input `blueprint` is not on disk
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
            Note[out-of-reach]: `inputs.parts.lib.mkFlake (…)` is out of reach: input `parts` is not on disk
        "#]],
    );
}

#[test]
fn files_are_told_by_their_shape() {
    check(
        "--- a.nix\nbuildClan { inventory.machines.jon = { }; }",
        expect![[r#"
        BuildClan in /clan
          a.nix: inventory { machines }
    "#]],
    );
    check(
        "--- a.nix\n{ out = clan { inventory.machines.jon = { }; }; }",
        expect![[r#"
        Clan in /clan
          a.nix: inventory { machines }
    "#]],
    );
    check(
        "--- a.nix\n{ meta.name = \"x\"; inventory.machines.jon = { }; }",
        expect![[r#"
        File in /clan
          a.nix: inventory { machines } meta
    "#]],
    );
    check(
        "--- a.nix\n{ machines.jon.tags = [ ]; instances.a = { }; }",
        expect![[r#"
        File in /clan, inventory only
          a.nix: inventory { instances machines }
    "#]],
    );
    check(
        "--- a.nix\n{ machines.jon.tags = [ \"x\" ]; }",
        expect![[r#"
        File in /clan, inventory only
          a.nix: inventory { machines }
    "#]],
    );
    check(
        "--- inventory.nix\n{ machines.jon = { }; }",
        expect![[r#"
        File in /clan, inventory only
          inventory.nix: inventory { machines }
    "#]],
    );
    check(
        "--- a.nix\n{ machines.jon = { }; }",
        expect![[r#"
        File in /clan
          a.nix: machines
    "#]],
    );
    check(
        "--- a.nix\n{ lib, config, ... }: { inventory.machines.jon = lib.mkIf (config.x == 1) { }; }",
        expect![[r#"
        File in /clan
          a.nix: function
    "#]],
    );
    check(
        "--- a.nix\n{ lib, ... }: { services.a.b.roles.c.machines = [ ]; }",
        expect![[r#"
        File in /clan, inventory only
          a.nix: inventory { function }
    "#]],
    );
    check(
        "--- a.nix\n{ self, clan-core, ... }: clan-core.lib.clan { inherit self; inventory = { }; }",
        expect![[r#"
        Clan in /clan
          a.nix: inventory {  } self
    "#]],
    );
    check(
        "--- a.nix\n{ inputs, ... }: { imports = [ inputs.clan-core.flakeModules.default ]; clan.inventory.machines.jon = { }; }",
        expect![[r#"
            FlakeParts in /clan
              <mkFlake argument>: inventory { machines }
        "#]],
    );
    check(
        "--- a.nix\n{ imports = [ ./b.nix ]; }\n--- b.nix\n{ }",
        expect![[r#"
        File in /clan
          a.nix: imports
    "#]],
    );
    check(
        "--- a.nix\n{ config = { inventory.machines.jon = { }; }; }",
        expect![[r#"
        File in /clan
          a.nix: config
    "#]],
    );
}

#[test]
fn what_holds_no_clan_is_an_error() {
    check(
        "--- flake.nix\n{ outputs = { self }: { a = ; }; }",
        expect![[r#"
            Error[syntax]: this binding has no value
        "#]],
    );
    check(
        "--- flake.nix\n{ outputs = { self: { a = 1; }; }",
        expect![[r#"
            Error[syntax]: this `{` is not closed
            Error[syntax]: a binding is written with `=`, not `:`
            Error[evaluation-error]: attempt to call something which is not a function but a set: { self = «thunk»; }
        "#]],
    );
    check(
        "--- flake.nix\n{ outputs = { self }: { packages = { }; }; }",
        expect![[r#"
        Error[no-clan]: no clan was found in `/clan`
    "#]],
    );
    check(
        "--- flake.nix\n{ outputs = { self }: throw \"no\"; }",
        expect![[r#"
        Error[thrown]: no
    "#]],
    );
    check(
        "--- a.nix\n1",
        expect![[r#"
        Error[evaluation-error]: expected a clan or an inventory but found an integer: 1
    "#]],
    );
    check(
        "--- a.nix\n{ foo = 1; }",
        expect![[r#"
        Error[no-clan]: no clan was found in `/clan`
    "#]],
    );
    check(
        "--- a.json\n[",
        expect![[r#"
        Error[evaluation-error]: [json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing value - unexpected end of input; expected '[', '{', or a literal
    "#]],
    );
}

#[test]
fn import_tree_finds_the_modules() {
    check(
        &format!(
            r#"--- flake.nix
{{ {PARTS} inputs.import-tree.url = "github:vic/import-tree";
  outputs = inputs: inputs.flake-parts.lib.mkFlake {{ inherit inputs; }} (inputs.import-tree ./modules);
}}
--- modules/a.nix
{{ inputs, ... }}: {{ imports = [ inputs.clan-core.flakeModules.default ]; clan.meta.name = "x"; }}
--- modules/b/c.nix
{{ self, config, ... }}: {{
  clan.inventory.machines.jon = {{ }};
  clan.machines.jon = config.flake.modules.nixos.jon;
  flake.modules.nixos.jon = {{ pkgs, ... }}: {{ }};
}}
--- modules/b/d.nix
{{ flake.modules.nixos.jon = {{ a = 1; }}; }}
--- modules/_no.nix
throw "never"
"#
        ),
        expect![[r#"
            FlakeParts in /clan
              modules/b/c.nix: inventory { machines } machines
              modules/a.nix: meta
        "#]],
    );
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
fn a_clan_module_of_any_name_may_be_imported() {
    check(
        r#"--- flake.nix
{
  inputs.weird.url = "github:me/fork";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } {
    imports = [ inputs.weird.flakeModules.default ];
    clan.inventory.machines.jon = { };
  };
}
"#,
        expect![[r#"
            FlakeParts in /clan
              flake.nix: inventory { machines }
        "#]],
    );
}

#[test]
fn a_clan_made_by_hand_is_no_second_one() {
    check(
        r#"--- flake.nix
{
  inputs.clan-core.url = "git+https://git.clan.lol/clan/clan-core";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } ({ self, ... }:
    let clan = inputs.clan-core.lib.clan { inherit self; inventory.machines.jon = { }; };
    in { flake.clan = clan.config; flake = { inherit (clan.config) nixosConfigurations; }; });
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
fn several_clans_are_all_found() {
    check(
        r#"--- flake.nix
{
  inputs.clan-core.url = "git+https://git.clan.lol/clan/clan-core";
  outputs = { self, clan-core }:
    let
      one = clan-core.lib.clan { inherit self; meta.name = "one"; };
      two = clan-core.lib.clan { inherit self; meta.name = "two"; };
    in {
      nixosConfigurations = two.config.nixosConfigurations // one.config.nixosConfigurations;
      clan = one.config;
    };
}
"#,
        expect![[r#"
            Clan in /clan
              flake.nix: meta self
            Clan in /clan
              flake.nix: meta self
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
