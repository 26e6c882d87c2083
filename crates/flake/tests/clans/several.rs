//! Flakes with several clans.

use expect_test::expect;

use crate::check;

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
fn clans_below_one_output_are_all_found() {
    check(
        r#"--- flake.nix
{
  inputs.clan-core.url = "git+https://git.clan.lol/clan/clan-core";
  outputs = { self, clan-core }:
    let make = name: clan-core.lib.clan { inherit self; meta = { inherit name; }; directory = ./. + "/${name}"; };
    in {
      clans = { one = make "one"; two = make "two"; };
      nixosConfigurations = (make "two").config.nixosConfigurations;
    };
}
"#,
        expect![[r#"
            Clan in /clan
              flake.nix: directory meta self
            Clan in /clan
              flake.nix: directory meta self
            Clan in /clan
              flake.nix: directory meta self
        "#]],
    );
}

#[test]
fn the_output_clan_comes_first() {
    check(
        r#"--- flake.nix
{
  inputs.clan-core.url = "git+https://git.clan.lol/clan/clan-core";
  outputs = { self, clan-core }:
    let
      one = clan-core.lib.clan { inherit self; machines.a = { }; };
      two = clan-core.lib.clan { inherit self; meta.name = "two"; };
    in { clan = two.config; nixosConfigurations = one.config.nixosConfigurations; };
}
"#,
        expect![[r#"
            Clan in /clan
              flake.nix: meta self
            Clan in /clan
              flake.nix: machines self
        "#]],
    );
}
