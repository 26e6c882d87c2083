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
    roles.defalt.machines.jon = { }; # clan-inventory: allow(unknown-role) an error all the same
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
fn comments_allow_what_is_no_error() {
    check(
        "none",
        "",
        expect![[r#"
        error[unknown-role]: the service `wifi` has no role `defalt`
          clan.nix:15:11  no such role
          help: did you mean `default`?
        warning[unknown-machine]: the inventory has no machine `sara`
          clan.nix:12:28  named in role `default` of `wifi`
          help: define `machines.sara`
        note[unused-tag]: no role asks for the tag `work`
          clan.nix:8:36  carried here
          help: a role takes the carriers of a tag with `tags = [ "…" ];`
        exit 1
    "#]],
    );
}

#[test]
fn codes_have_the_severity_that_is_wished() {
    check(
        "wished",
        "--- clan-inventory.toml\n[severity]\nunused-tag = \"off\"\nunknown-machine = \"error\"\nunknown-role = \"off\"\n",
        expect![[r#"
            error[unknown-role]: the service `wifi` has no role `defalt`
              clan.nix:15:11  no such role
              help: did you mean `default`?
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
        "--- clan-inventory.toml\n[severity]\nunused-tag = \"off\"\nunknown-machine = \"high\"\nunknow-tag = \"off\"\n",
        expect![[r#"
            error[unknown-role]: the service `wifi` has no role `defalt`
              clan.nix:15:11  no such role
              help: did you mean `default`?
            warning[unknown-machine]: the inventory has no machine `sara`
              clan.nix:12:28  named in role `default` of `wifi`
              help: define `machines.sara`
            warning[bad-configuration]: there is no code `unknow-tag`
              clan-inventory.toml:4:1  not understood
              help: did you mean `unknown-tag`?
            warning[bad-configuration]: there is no severity `high`
              clan-inventory.toml:3:19  not understood
              help: write `off`, `note`, `warning` or `error`
            exit 1
        "#]],
    );
    check(
        "syntax",
        "--- clan-inventory.toml\n[severity\n",
        expect![[r#"
        error[unknown-role]: the service `wifi` has no role `defalt`
          clan.nix:15:11  no such role
          help: did you mean `default`?
        warning[unknown-machine]: the inventory has no machine `sara`
          clan.nix:12:28  named in role `default` of `wifi`
          help: define `machines.sara`
        note[unused-tag]: no role asks for the tag `work`
          clan.nix:8:36  carried here
          help: a role takes the carriers of a tag with `tags = [ "…" ];`
        warning[bad-configuration]: unclosed table, expected `]`
          clan-inventory.toml:1:10  not understood
        exit 1
    "#]],
    );
    check(
        "table",
        "--- clan-inventory.toml\n[severities]\nunused-tag = \"off\"\n",
        expect![[r#"
        error[unknown-role]: the service `wifi` has no role `defalt`
          clan.nix:15:11  no such role
          help: did you mean `default`?
        warning[unknown-machine]: the inventory has no machine `sara`
          clan.nix:12:28  named in role `default` of `wifi`
          help: define `machines.sara`
        note[unused-tag]: no role asks for the tag `work`
          clan.nix:8:36  carried here
          help: a role takes the carriers of a tag with `tags = [ "…" ];`
        warning[bad-configuration]: unknown field `severities`, expected `severity`
          clan-inventory.toml:1:2  not understood
        exit 1
    "#]],
    );
}
