//! Clans in files without a flake.

use expect_test::expect;

use crate::check;

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
