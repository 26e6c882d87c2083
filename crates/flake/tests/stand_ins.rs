//! What the stand-ins give to the flake around the clan.

mod support;

use expect_test::{Expect, expect};
use support::found;

/// Checks the string that an expression gives in a flake with the common inputs.
#[track_caller]
fn check(expression: &str, expected: Expect) {
    let text = format!(
        r#"--- flake.nix
{{
  inputs = {{
    clan-core.url = "git+https://git.clan.lol/clan/clan-core";
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    flake-parts = {{ url = "github:hercules-ci/flake-parts"; inputs.nixpkgs-lib.follows = "nixpkgs"; }};
    flake-utils.url = "github:numtide/flake-utils";
    systems.url = "github:nix-systems/default-linux";
    treefmt-nix.url = "github:numtide/treefmt-nix";
    import-tree.url = "github:vic/import-tree";
    haumea.url = "github:nix-community/haumea";
    home.url = "github:nix-community/home-manager";
    plain = {{ url = "path:./plain"; flake = false; }};
  }};
  outputs = {{ self, nixpkgs, ... }}@inputs:
    let
      inherit (nixpkgs) lib;
      show = builtins.concatStringsSep " ";
      out = {expression};
    in {{
      packages.a = "p";
      clan = inputs.clan-core.lib.clan {{ inherit self out; }};
    }};
}}
--- plain/x.json
{{ "a": "b" }}
--- sub/file.txt
content
--- tree/a.nix
{{ super, inputs }}: super.b + inputs
--- tree/b.nix
"b"
--- tree/_hidden.nix
"h"
--- tree/sub/__own.nix
"o"
--- tree/sub/default.nix
{{ root, super, self }}: {{ x = root.hidden + super.own; y = self.x; }}
--- tree/data.json
{{ "k": "v" }}
--- machines/sara/configuration.nix
{{ }}
--- inventory.json
{{ "machines": {{ "tom": {{}} }} }}
"#
    );
    let found = found(&text, &[]);
    let out = found.split(" out { ").nth(1);
    let out = out.and_then(|text| text.split(" } self").next());
    expected.assert_eq(out.unwrap_or(&found));
}

const CLAN: &str = r#"inputs.clan-core.lib.clan {
  inherit self;
  inventory.machines.jon = { };
  inventory.machines.mac.machineClass = "darwin";
  machines.eve = { };
  meta.name = "my";
}"#;

#[test]
fn the_clan_looks_like_the_real_one() {
    check(
        &format!("show (builtins.attrNames ({CLAN}).config.nixosConfigurations)"),
        expect![[r#""eve jon sara tom""#]],
    );
    check(
        &format!("show (builtins.attrNames ({CLAN}).config.darwinConfigurations)"),
        expect![[r#""mac""#]],
    );
    check(
        &format!("({CLAN}).config.clanInternals.inventory.meta.name"),
        expect![[r#""my""#]],
    );
    check(
        &format!("({CLAN}).config.nixosConfigurations.jon.config.networking.hostName"),
        expect!["? nixosConfigurations.jon.config.networking.hostName"],
    );
    check(
        r#"show (builtins.attrNames (inputs.clan-core.lib.buildClan { directory = self; inventory.machines.a = { }; }).nixosConfigurations)"#,
        expect![[r#""a sara tom""#]],
    );
}

#[test]
fn clan_core_names_what_is_out_of_reach() {
    check(
        "inputs.clan-core.clanModules.borgbackup",
        expect!["? inputs.clan-core.clanModules.borgbackup"],
    );
    check(
        "inputs.clan-core.packages.x86_64-linux.clan-cli",
        expect!["? inputs.clan-core.packages.x86_64-linux.clan-cli"],
    );
    check(
        "inputs.clan-core.inputs.nixpkgs.lib.types.str.name",
        expect![[r#""str""#]],
    );
}

#[test]
fn nixpkgs_has_its_lib_everywhere() {
    check(
        "(import nixpkgs { system = \"x86_64-linux\"; }).lib.types.str.name",
        expect![[r#""str""#]],
    );
    check(
        "(import nixpkgs { system = \"x86_64-linux\"; }).hello",
        expect!["? (import inputs.nixpkgs { … }).hello"],
    );
    check(
        "toString (with (import nixpkgs { system = \"x86_64-darwin\"; }); [ stdenv.hostPlatform.isDarwin system ])",
        expect![[r#""1 x86_64-darwin""#]],
    );
    check(
        "nixpkgs.legacyPackages.aarch64-linux.stdenv.hostPlatform.parsed.cpu.name",
        expect![[r#""aarch64""#]],
    );
    check(
        "(import nixpkgs { crossSystem = \"x86_64-linux\"; }).stdenv.isLinux",
        expect!["? (import inputs.nixpkgs { … }).stdenv.hostPlatform.isLinux"],
    );
    check(
        "nixpkgs.legacyPackages.x86_64-linux.stdenv.cc",
        expect!["? inputs.nixpkgs.legacyPackages.x86_64-linux.stdenv.cc"],
    );
    check(
        "nixpkgs.legacyPackages.x86_64-linux.hello.outPath",
        expect!["? inputs.nixpkgs.legacyPackages.x86_64-linux.hello.outPath"],
    );
    check(
        "nixpkgs.legacyPackages.x86_64-linux.lib.types.str.name",
        expect![[r#""str""#]],
    );
    check(
        "(import (nixpkgs + \"/lib\")).types.str.name",
        expect![[r#""str""#]],
    );
    check(
        "(import \"${nixpkgs}/nixos/lib/eval-config.nix\" { }).config.a",
        expect!["? inputs.nixpkgs/nixos/lib/eval-config.nix (…).config.a"],
    );
    check(
        "(import <nixpkgs/lib>).types.str.name",
        expect![[r#""str""#]],
    );
    check(
        "(lib.nixosSystem { modules = [ ]; }).config.system.build.toplevel",
        expect!["? (inputs.nixpkgs.lib.nixosSystem …).config.system.build.toplevel"],
    );
    check(
        "((lib.extend (final: prev: { own = 1; })).nixosSystem { modules = [ ]; }).config.x",
        expect!["? (inputs.nixpkgs.lib.nixosSystem …).config.x"],
    );
    check(
        "builtins.readFile (nixpkgs + \"/.version\")",
        expect!["error: `inputs.nixpkgs/.version` is out of reach: its source is not on disk"],
    );
}

#[test]
fn self_is_the_flake() {
    check("self + \"/sub\"", expect![[r#""/clan/sub""#]]);
    check(
        "builtins.readFile (self + \"/sub/file.txt\")",
        expect![[r#""content\n""#]],
    );
    check(
        "builtins.readFile \"${self}/sub/file.txt\"",
        expect![[r#""content\n""#]],
    );
    check("self.packages.a", expect![[r#""p""#]]);
    check("self.outputs.packages.a", expect![[r#""p""#]]);
    check("self.rev or \"dirty\"", expect![[r#""dirty""#]]);
    check("self.lastModifiedDate", expect!["? self.lastModifiedDate"]);
    check("self._type", expect![[r#""flake""#]]);
    check(
        "show (builtins.attrNames self.inputs)",
        expect![[
            r#""clan-core flake-parts flake-utils haumea home import-tree nixpkgs plain systems treefmt-nix""#
        ]],
    );
    check("self.inputs.home.lib.foo", expect!["? inputs.home.lib.foo"]);
    check(
        "(builtins.fromJSON (builtins.readFile \"${inputs.plain}/x.json\")).a",
        expect![[r#""b""#]],
    );
}

#[test]
fn systems_are_enumerated() {
    check(
        "show (import inputs.systems)",
        expect![[r#""aarch64-linux x86_64-linux""#]],
    );
    check(
        "show (builtins.attrNames (inputs.flake-utils.lib.eachDefaultSystem (system: { packages.a = system; })).packages)",
        expect![[r#""aarch64-darwin aarch64-linux x86_64-darwin x86_64-linux""#]],
    );
    check(
        "(inputs.flake-utils.lib.eachSystem [ \"x\" ] (system: { packages.a = system; })).packages.x.a",
        expect![[r#""x""#]],
    );
}

#[test]
fn flake_parts_evaluates_modules() {
    let parts = |module: &str, output: &str| {
        format!("(inputs.flake-parts.lib.mkFlake {{ inherit inputs; }} ({module})).{output}")
    };
    check(&parts("{ flake.a.b = \"x\"; }", "a.b"), expect![[r#""x""#]]);
    check(
        &parts(
            "{ lib, config, ... }: { options.my = lib.mkOption { default = \"d\"; }; config.flake.a = config.my; }",
            "a",
        ),
        expect![[r#""d""#]],
    );
    check(
        &parts(
            "{ systems = [ \"x\" ]; perSystem = { pkgs, ... }: { packages.p = pkgs.hello; }; }",
            "packages.x.p",
        ),
        expect!["? perSystem.x.packages.p"],
    );
    check(
        &parts(
            "{ withSystem, ... }: { flake.a = withSystem \"x\" ({ system, ... }: system); }",
            "a",
        ),
        expect![[r#""x""#]],
    );
    check(
        &parts(
            "{ flake-parts-lib, lib, ... }: { options.perSystem = flake-parts-lib.mkPerSystemOption { options.a = lib.mkOption { }; }; config.perSystem.a = 1; config.flake.a = \"y\"; }",
            "a",
        ),
        expect![[r#""y""#]],
    );
    check(
        &parts(
            "{ imports = [ inputs.home.flakeModule ]; treefmt.x = 1; flake.a = \"y\"; }",
            "a",
        ),
        expect![[r#""y""#]],
    );
    check(
        &parts(
            "{ config, ... }: { imports = [ { flake.l = { a = 1; }; } { flake.l.b = 2; } ]; flake.a = show (builtins.attrNames config.flake.l); }",
            "a",
        ),
        expect![[r#""a b""#]],
    );
    check(
        &parts(
            "{ imports = [ inputs.clan-core.flakeModules.default ]; clan.inventory.machines.jon = { }; }",
            "nixosConfigurations.jon.config.x",
        ),
        expect!["? nixosConfigurations.jon.config.x"],
    );
    check(
        &parts(
            "{ config, ... }: { imports = [ inputs.clan-core.flakeModules.default ]; clan.inventory.machines.jon = { }; flake.a = show (builtins.attrNames config.clan.inventory.machines); }",
            "a",
        ),
        expect![[r#""jon sara tom""#]],
    );
}

#[test]
fn inputs_of_which_all_is_known_can_be_asked_what_they_have() {
    check(
        r#"if inputs.systems ? flakeModule then "a module" else "none""#,
        expect![[r#""none""#]],
    );
    check(
        r#"if inputs.treefmt-nix ? flakeModule then "a module" else "none""#,
        expect![[r#""a module""#]],
    );
}

#[test]
fn import_tree_makes_of_files_what_it_is_told() {
    let files = |tree: &str| {
        format!(
            r#"let tree = inputs.import-tree; base = file: builtins.unsafeDiscardStringContext (baseNameOf file); in show (map base ({tree}))"#
        )
    };
    check(
        &files("tree.leafs ./tree"),
        expect![[r#""a.nix b.nix default.nix""#]],
    );
    check(
        &files(r#"((tree.initFilter (lib.hasSuffix ".json")).addPath ./tree).files"#),
        expect![[r#""data.json""#]],
    );
    check(
        &files(
            r#"(tree.addAPI { ours = self: self.filter (lib.hasInfix "/sub/"); }).ours.leafs ./tree"#,
        ),
        expect![[r#""default.nix""#]],
    );
    check(
        "toString ((inputs.import-tree.pipeTo builtins.length) ./tree)",
        expect![[r#""3""#]],
    );
    check(
        &files("tree.leafs (tree.matchNot \".*/a.nix\" ./tree).imports"),
        expect![[r#""b.nix default.nix""#]],
    );
}

#[test]
fn haumea_loads_a_directory() {
    let load = |more: &str, value: &str| {
        format!(
            r#"let tree = inputs.haumea.lib.load {{ src = ./tree; inputs.inputs = "i"; {more} }}; in {value}"#
        )
    };
    check(&load("", "tree.a"), expect![[r#""bi""#]]);
    check(
        &load("", "show (builtins.attrNames tree)"),
        expect![[r#""a b sub""#]],
    );
    check(&load("", "tree.sub.default.y"), expect![[r#""ho""#]]);
    check(
        &load(
            "transformer = inputs.haumea.lib.transformers.liftDefault;",
            "tree.sub.x",
        ),
        expect![[r#""ho""#]],
    );
    check(
        &load(
            "loader = [ inputs.haumea.lib.matchers.json ];",
            "tree.data.k",
        ),
        expect![[r#""v""#]],
    );
}
