//! What `diff` tells of two states of a clan.

mod support;

use std::process::Command;

use expect_test::{Expect, expect};
use serde_json::Value as Json;
use support::{Folder, Ran, run};

const CLAN: &str = r#"--- clan.nix
{
  meta.name = "lake";
  inventory.machines = {
    jon.tags = [ "laptop" "backup" ];
    sara.tags = [ "laptop" ];
    web01 = { tags = [ "web" ]; deploy.targetHost = "root@web01"; };
    web02 = { tags = [ "web" ]; deploy.targetHost = "root@web02"; };
  };
  inventory.instances = {
    sshd.roles.server.tags.all = { };
    wifi.roles.default = {
      tags.laptop = { };
      settings.networks.home = { };
      machines.sara.settings.networks.office.keyMgmt = "wpa-eap";
    };
    user-jon = {
      module.name = "users";
      roles.default.tags.all = { };
      roles.default.settings = { user = "jon"; groups = [ "wheel" "audio" ]; };
    };
  };
}
"#;

/// The clan before and after texts were replaced, and what `diff` tells with these options.
fn compare(name: &str, replaced: &[(&str, &str)], options: &str) -> Ran {
    let mut text = CLAN.to_owned();
    for (old, new) in replaced {
        assert!(text.contains(old), "{old}");
        text = text.replace(old, new);
    }
    let text = text.replace("--- clan", "--- new/clan");
    let both = format!("{}{text}", CLAN.replace("--- clan", "--- old/clan"));
    let folder = Folder::of(&format!("diff-{name}"), &both);
    folder.run(&format!("diff old/clan.nix new/clan.nix {options}"))
}

#[track_caller]
fn check(name: &str, replaced: &[(&str, &str)], expected: Expect) {
    let ran = compare(name, replaced, "");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    expected.assert_eq(&ran.out);
}

#[test]
fn what_is_the_same_is_silent() {
    check(
        "same",
        &[],
        expect![[r#"
        no differences: 4 machines
    "#]],
    );
    let ran = compare("same-code", &[], "--exit-code");
    assert_eq!(ran.code, 0);
    let ran = compare("other-code", &[("\"backup\"", "")], "--exit-code");
    assert_eq!(ran.code, 1);
}

#[test]
fn machines_come_and_go() {
    check(
        "machines",
        &[(
            "web02 = {",
            "web03 = { machineClass = \"darwin\"; }; db = {",
        )],
        expect![[r#"
            db  was called web02

            web03  new: darwin, tags all* darwin*
              + server of sshd               by tag all (computed)
              + default of user-jon (users)  by tag all (computed)

            2 of 5 machines change
        "#]],
    );
}

#[test]
fn reasons_and_settings_change_beside_each_other() {
    check(
        "settings",
        &[
            ("tags.laptop = { };", "machines.jon = { };"),
            ("\"wpa-eap\"", "\"sae\""),
            ("\"wheel\" \"audio\"", "\"wheel\" \"video\""),
            ("root@web01", "admin@web01"),
        ],
        expect![[r#"
            jon, sara, web01, web02
              ~ default of user-jon (users)
                  ~ groups  role default, clan.nix:19:48
                      - "audio"
                      + "video"

            jon
              ~ default of wifi  by tag laptop → by name

            sara
              ~ default of wifi                                  by name, by tag laptop → by name
                  ~ networks.office.keyMgmt = "wpa-eap" → "sae"  the machine, clan.nix:14:46

            web01
              ~ deploy.targetHost = "root@web01" → "admin@web01"

            4 of 4 machines change
        "#]],
    );
}

#[test]
fn a_renamed_machine_is_one_machine() {
    check(
        "machine",
        &[("jon.tags", "john.tags")],
        expect![[r#"
        john  was called jon

        1 of 4 machines changes
    "#]],
    );
}

#[test]
fn a_renamed_tag_is_no_other_reason() {
    check(
        "tag",
        &[("laptop", "notebook")],
        expect![[r#"
        Tags
          ~ laptop is called notebook now  2 machines

        nothing changes for 4 machines
    "#]],
    );
}

#[test]
fn a_renamed_instance_keeps_its_members() {
    check(
        "instance",
        &[("user-jon", "jon-user")],
        expect![[r#"
        Instances
          ~ user-jon (users) is called jon-user (users) now

        nothing changes for 4 machines
    "#]],
    );
}

#[test]
fn other_modules_concern_the_members() {
    check(
        "modules",
        &[(
            "settings.networks.home = { };",
            "settings.networks.home = { }; extraModules = [ ./x.nix ];",
        )],
        expect![[r#"
            jon, sara
              ~ default of wifi  other extra modules

            2 of 4 machines change
        "#]],
    );
}

#[test]
fn an_instance_that_moves_to_instances_stays_what_it_is() {
    let before = "--- old.nix\n{ machines.a = { }; machines.b.tags = [ \"x\" ]; services.borgbackup.main.roles = { client.tags = [ \"x\" ]; server.machines = [ \"a\" ]; }; }\n";
    let after = "--- new.nix\n{ machines.a = { }; machines.b.tags = [ \"x\" ]; instances.borgbackup-main = { module.name = \"borgbackup\"; roles = { client.tags.x = { }; server.machines.a = { }; }; }; }\n";
    let folder = Folder::of("diff-generations", &format!("{before}{after}"));
    let ran = folder.run("diff old.nix new.nix");
    assert_eq!(ran.code, 0, "{}", ran.err);
    expect![[r#"
        Clan
          + meta domain = "clan"
          ~ read as clan-core of 2024-12-09 → 2026-08-22

        Tags
          + darwin  no machine
          + nixos   2 machines

        Instances
          ~ services.borgbackup.main is called borgbackup-main (borgbackup) now

        a, b
          + tag nixos  computed

        2 of 2 machines change
    "#]]
    .assert_eq(&ran.out);
}

#[test]
fn markdown_is_for_pull_requests() {
    let ran = compare(
        "markdown",
        &[("\"wpa-eap\"", "\"a`|b\""), ("web02 = {", "web-02_x = {")],
        "--format markdown",
    );
    expect![[r####"
        ### Fleet: 2 of 4 machines change

        #### `sara`

        - **~** `default` of `wifi`
          - **~** `networks.office.keyMgmt` = `"wpa-eap"` → ``"a`|b"`` (the machine, `clan.nix:14:46`)

        #### `web-02_x` · was called `web02`
    "####]].assert_eq(&ran.out);
}

#[test]
fn programs_get_both_sides() {
    let ran = compare(
        "json",
        &[
            (
                "tags = [ \"web\" ]; deploy.targetHost = \"root@web02\";",
                "",
            ),
            ("laptop", "notebook"),
        ],
        "--format json",
    );
    let document: Json = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(document["differs"], true);
    assert_eq!(document["tags"][0]["change"], "renamed");
    assert_eq!(document["before"]["source"], "old/clan.nix");
    let machine = &document["machines"][0];
    assert_eq!(machine["after"], "web02");
    assert_eq!(machine["tags"]["removed"][0]["name"], "web");
    assert_eq!(machine["attributes"][0]["before"], "root@web02");
    assert_eq!(machine["attributes"][0].get("after"), Some(&Json::Null));
    assert_eq!(document["unchanged"].as_array().unwrap().len(), 3);
}

/// Runs git in a folder.
fn git(folder: &Folder, arguments: &[&str]) {
    let mut git = Command::new("git");
    let name = ["-c", "user.name=a", "-c", "user.email=a@b"];
    let git = git.args(name).args(arguments).current_dir(&folder.0);
    assert!(git.status().unwrap().success(), "git {arguments:?}");
}

const FLAKE: &str = r#"--- fleet/flake.nix
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  outputs = { self, clan-core }: {
    clan = (clan-core.lib.clan { inherit self; imports = [ ./linked.nix ]; }).config;
  };
}
--- fleet/clan.nix
{ meta.name = "lake"; inventory.machines.jon = { }; inventory.instances.sshd.roles.server.tags.all = { }; }
"#;

#[test]
fn revisions_are_read_beside_the_work_tree() {
    let folder = Folder::of("diff-git", FLAKE);
    #[cfg(unix)]
    std::os::unix::fs::symlink("clan.nix", folder.0.join("fleet/linked.nix")).unwrap();
    git(&folder, &["init", "-q", "-b", "main"]);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "-q", "-m", "one"]);
    let clan = folder.0.join("fleet/clan.nix");
    let text = std::fs::read_to_string(&clan).unwrap();
    std::fs::write(
        &clan,
        text.replace("jon = { };", "jon = { }; inventory.machines.sara = { };"),
    )
    .unwrap();
    git(&folder, &["commit", "-q", "-a", "-m", "two"]);
    std::fs::write(&clan, text).unwrap();
    let added = "sara  new: nixos, tags all* nixos*\n  + server of sshd  by tag all (computed)\n\n1 of 2 machines changes\n";
    let fleet = Folder(folder.0.join("fleet"));
    for range in ["HEAD~1..HEAD", "HEAD~1 HEAD", "main~1..", "main~1...main"] {
        assert_eq!(fleet.run(&format!("diff {range}")).out, added, "{range}");
    }
    assert_eq!(folder.run("diff HEAD~1:fleet HEAD:fleet").out, added);
    let gone = "sara  gone: nixos, tags all* nixos*\n  - server of sshd  was by tag all (computed)\n\n1 of 2 machines changes\n";
    assert_eq!(fleet.run("diff").out, gone);
    assert_eq!(fleet.run("diff HEAD .").out, gone);
    assert_eq!(fleet.run("diff HEAD~1").out, "no differences: 1 machine\n");
    let ran = fleet.run("diff nowhere");
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (
            2,
            "error: there is no file, directory or git revision `nowhere`\n"
        )
    );
}

#[test]
fn a_side_with_errors_is_named() {
    let ran = run("diff fixtures/bare-inventory.nix fixtures/broken-guide/clan.nix");
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(
        ran.err
            .starts_with("in fixtures/broken-guide/clan.nix:\n\nerror[missing-semicolon]"),
        "{}",
        ran.err
    );
    let ran = run("diff fixtures/bare-inventory.nix fixtures/broken-guide/clan.nix --keep-going");
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("machines change"), "{}", ran.out);
}
