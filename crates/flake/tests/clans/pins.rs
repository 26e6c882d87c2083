//! Clans of repositories that pin their inputs without flakes.

use expect_test::expect;

use crate::check;

/// The file that npins writes, in the parts that matter here: sources by name, fetched lazily.
const NPINS: &str = r#"--- npins/default.nix
let
  data = builtins.fromJSON (builtins.readFile ./sources.json);
  mkSource = name: spec:
    assert spec ? type;
    let
      override = builtins.getEnv "NPINS_OVERRIDE_${name}";
      path = if spec.type == "Git" && spec.url == null
        then builtins.fetchGit { inherit (spec.repository) url; rev = spec.revision; inherit name; }
        else builtins.fetchTarball { inherit (spec) url; sha256 = spec.hash; };
    in spec // { outPath = if override == "" then path else /. + override; };
in
if data.version >= 3 then builtins.mapAttrs mkSource data.pins else throw "unsupported"
--- npins/sources.json
{
  "pins": {
    "clan-core": { "type": "Git", "repository": { "type": "Git", "url": "https://git.clan.lol/clan/clan-core.git" }, "revision": "abc", "url": null, "hash": "x" },
    "flake-compat": { "type": "Git", "repository": { "type": "GitHub", "owner": "edolstra", "repo": "flake-compat" }, "url": "https://github.com/edolstra/flake-compat/archive/a.tar.gz", "hash": "x" },
    "nixpkgs": { "type": "Channel", "name": "nixos-unstable", "url": "https://releases.nixos.org/nixos/unstable/nixos-25.11/nixexprs.tar.xz", "hash": "x" }
  },
  "version": 5
}
"#;

#[test]
fn npins() {
    check(
        &format!(
            r#"--- default.nix
let
  sources = import ./npins;
  pkgs = import sources.nixpkgs {{ }};
  flake = src: (import sources.flake-compat {{ inherit src; }}).defaultNix;
in (flake sources.clan-core).lib.clan {{
  directory = ./.;
  inventory.machines = pkgs.lib.genAttrs [ "jon" ] (_: {{ }});
}}
{NPINS}"#
        ),
        expect![[r#"
            Clan in /clan
              default.nix: directory inventory { machines }
        "#]],
    );
}

#[test]
fn niv() {
    check(
        r#"--- clan.nix
let
  sources = import ./nix/sources.nix { };
  clan-core = import sources.flake-compat { src = sources.clan-core; };
  lib = import "${sources.nixpkgs}/lib";
in clan-core.outputs.lib.buildClan { directory = ./.; inventory.machines = lib.genAttrs [ "jon" ] (_: { }); }
--- nix/sources.nix
{ sourcesFile ? ./sources.json, sources ? builtins.fromJSON (builtins.readFile sourcesFile) }:
builtins.mapAttrs (name: spec: spec // {
  outPath = if spec.type == "tarball" then builtins.fetchTarball { inherit (spec) url sha256; name = "${name}-src"; } else throw "unknown type";
}) sources
--- nix/sources.json
{
  "clan-core": { "type": "tarball", "url": "https://git.clan.lol/clan/clan-core/archive/abc.tar.gz", "sha256": "x" },
  "flake-compat": { "type": "tarball", "url": "https://github.com/edolstra/flake-compat/archive/a.tar.gz", "sha256": "x" },
  "nixpkgs": { "type": "tarball", "url": "https://github.com/NixOS/nixpkgs/archive/b.tar.gz", "sha256": "x" }
}
"#,
        expect![[r#"
            BuildClan in /clan
              clan.nix: directory inventory { machines }
        "#]],
    );
}

#[test]
fn flake_compat_reads_the_flake_beside_it() {
    check(
        r#"--- fleet/default.nix
(import (fetchTarball "https://github.com/edolstra/flake-compat/archive/master.tar.gz") { src = ./flake; }).defaultNix.clan
--- fleet/flake/flake.nix
{
  inputs.clan-core.url = "git+https://git.clan.lol/clan/clan-core";
  outputs = { self, clan-core }: { clan = (clan-core.lib.clan { inherit self; inventory.machines.jon = { }; }).config; };
}
"#,
        expect![[r#"
            Clan in /clan/fleet/flake
              fleet/flake/flake.nix: inventory { machines } self
        "#]],
    );
}

#[test]
fn a_flake_that_is_fetched_by_its_url() {
    check(
        r#"--- fleet.nix
(builtins.getFlake "git+https://git.clan.lol/clan/clan-core").lib.clan { inventory.machines.jon = { }; }
"#,
        expect![[r#"
            Clan in /clan
              fleet.nix: inventory { machines }
        "#]],
    );
}
