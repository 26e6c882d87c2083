//! Clans that are options of flake-parts, and which modules are found in each.

use expect_test::expect;

use crate::check;

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
fn a_tree_that_is_called_with_a_function_is_what_that_makes_of_it() {
    check(
        &format!(
            r#"--- flake.nix
{{ {PARTS} inputs.import-tree.url = "github:vic/import-tree";
  outputs = inputs: inputs.flake-parts.lib.mkFlake {{ inherit inputs; }} ({{ lib, ... }}: {{
    imports = [
      inputs.clan-core.flakeModules.default
      (inputs.import-tree (tree: tree.initFilter (lib.hasSuffix ".part.nix")) ./modules)
    ];
  }});
}}
--- modules/a.part.nix
{{ clan.meta.name = "x"; }}
--- modules/_b/c.part.nix
{{ clan.inventory.machines.jon = {{ }}; }}
--- modules/d.nix
throw "never"
"#
        ),
        expect![[r#"
            FlakeParts in /clan
              modules/a.part.nix: meta
              modules/_b/c.part.nix: inventory { machines }
        "#]],
    );
}

#[test]
fn clan_core_itself_is_a_clan() {
    check(
        r#"--- flake.nix
{
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } {
    imports = [ (import ./flakeModules/clan.nix { clanLib = inputs.self.lib; }) ./flakeModules/more.nix ];
    clan.meta.name = "core";
  };
}
--- flakeModules/clan.nix
{ clanLib }: { lib, ... }: { options.clan = lib.mkOption { apply = clanLib.some; }; }
--- flakeModules/more.nix
{ clan.machines.test = { }; }
--- clanServices/admin/default.nix
{ }
"#,
        expect![[r#"
            FlakeParts in /clan
              flakeModules/more.nix: machines
              flake.nix: meta
        "#]],
    );
}
