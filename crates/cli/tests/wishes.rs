//! What the user wishes of findings: comments that allow one, and severities in `clan-inventory.toml`.

mod support;

use expect_test::{Expect, expect};
use support::Folder;

const CLAN: &str = r#"--- clan.nix
{
  meta.name = "home";
  modules.wifi = {
    _class = "clan.service";
    manifest.name = "wifi";
    roles.default = { };
  };
  inventory.machines.jon.tags = [ "work" ];
  inventory.instances.wifi = {
    module.input = "self";
    roles.default.machines.jon = { };
    roles.default.machines.sara = { };
    # clan-inventory: allow(unknown-machine) comes next week
    roles.default.machines.eva = { };
  };
  inventory.instances.spare = {
    module.name = "wifi";
    module.input = "self";
  };
}
"#;

#[track_caller]
fn check(name: &str, configuration: &str, expected: Expect) {
    let folder = Folder::of(&format!("wishes-{name}"), &format!("{CLAN}{configuration}"));
    let ran = folder.run("check clan.nix --format concise");
    expected.assert_eq(&format!("{}exit {}\n", ran.out, ran.code));
}

#[test]
fn an_error_stays_one() {
    let clan = CLAN.replace(
        "module.name = \"wifi\";",
        "module.name = \"wify\"; # clan-inventory: allow(unknown-module) not yet",
    );
    let wishes = "--- clan-inventory.toml\n[severity]\nunknown-module = \"off\"\n";
    let folder = Folder::of("wishes-error", &format!("{clan}{wishes}"));
    let ran = folder.run("check clan.nix --format concise");
    assert_eq!(ran.code, 1);
    assert!(ran.out.starts_with("error[unknown-module]"), "{}", ran.out);
}

#[test]
fn comments_allow_what_is_no_error() {
    check(
        "none",
        "",
        expect![[r#"
            warning[unknown-machine]: the inventory has no machine `sara`
              clan.nix:12:28  named in role `default` of `wifi`
              help: define `machines.sara`
            warning[empty-instance]: the instance `spare` has no members
              clan.nix:16:23  does nothing
              help: give its roles members, by `machines` or `tags`
            exit 0
        "#]],
    );
}

#[test]
fn codes_have_the_severity_that_is_wished() {
    check(
        "wished",
        "--- clan-inventory.toml\n[severity]\nempty-instance = \"off\"\nunknown-machine = \"error\"\n",
        expect![[r#"
            error[unknown-machine]: the inventory has no machine `sara`
              clan.nix:12:28  named in role `default` of `wifi`
              help: define `machines.sara`
            exit 1
        "#]],
    );
}

#[test]
fn what_is_not_understood_is_told_and_the_rest_holds() {
    check(
        "wrong",
        "--- clan-inventory.toml\n[severity]\nempty-instance = \"off\"\nunknown-machine = \"high\"\nunknow-tag = \"off\"\n",
        expect![[r#"
            warning[unknown-machine]: the inventory has no machine `sara`
              clan.nix:12:28  named in role `default` of `wifi`
              help: define `machines.sara`
            warning[bad-configuration]: there is no code `unknow-tag`
              clan-inventory.toml:4:1  not understood
              help: did you mean `unknown-tag`?
            warning[bad-configuration]: there is no severity `high`
              clan-inventory.toml:3:19  not understood
              help: write `off`, `note`, `warning` or `error`
            exit 0
        "#]],
    );
    check(
        "syntax",
        "--- clan-inventory.toml\n[severity\n",
        expect![[r#"
            warning[unknown-machine]: the inventory has no machine `sara`
              clan.nix:12:28  named in role `default` of `wifi`
              help: define `machines.sara`
            warning[empty-instance]: the instance `spare` has no members
              clan.nix:16:23  does nothing
              help: give its roles members, by `machines` or `tags`
            warning[bad-configuration]: unclosed table, expected `]`
              clan-inventory.toml:1:10  not understood
            exit 0
        "#]],
    );
    check(
        "table",
        "--- clan-inventory.toml\n[severities]\nempty-instance = \"off\"\n",
        expect![[r#"
            warning[unknown-machine]: the inventory has no machine `sara`
              clan.nix:12:28  named in role `default` of `wifi`
              help: define `machines.sara`
            warning[empty-instance]: the instance `spare` has no members
              clan.nix:16:23  does nothing
              help: give its roles members, by `machines` or `tags`
            warning[bad-configuration]: unknown field `severities`, expected `severity`
              clan-inventory.toml:1:2  not understood
            exit 0
        "#]],
    );
}
