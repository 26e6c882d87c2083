//! What the commands print, as snapshots, and the shape of their JSON.

mod support;

use expect_test::{Expect, expect, expect_file};
use serde_json::Value as Json;
use support::{command, finish, run, top};

#[track_caller]
fn check(arguments: &str, expected: Expect) {
    let ran = run(arguments);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    expected.assert_eq(&ran.out);
}

#[test]
fn show_gives_the_overview() {
    let ran = run("show fixtures/backup");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    expect_file!["../../../fixtures/backup/expected.txt"].assert_eq(&ran.out);
}

/// What a command prints on a terminal of so many columns.
#[track_caller]
fn check_at(columns: usize, arguments: &str, expected: Expect) {
    let ran = finish(command(arguments).env("COLUMNS", columns.to_string()));
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.lines().all(|line| line.chars().count() <= columns));
    expected.assert_eq(&ran.out);
}

#[test]
fn tables_fit_the_terminal() {
    for columns in [80, 120] {
        let list = finish(
            command("list machines fixtures/fleet --format table")
                .env("COLUMNS", columns.to_string()),
        );
        assert!(list.out.lines().all(|line| line.chars().count() <= columns));
    }
    check_at(
        80,
        "show fixtures/modern",
        expect![[r#"
        Clan lakehouse: 6 machines, 6 instances, read as clan-core of 2026-08-22

        Machines
          anna           desktop all* darwin*           darwin; from inventory,
                                                        directory
          backup_server  server all* nixos*             from inventory, directory
          jon            laptop backup all* nixos*      from inventory, directory
          sara           laptop backup all* nixos*      from inventory, directory
          web01          server web backup all* nixos*  from inventory, directory
          web02          server web all* nixos*         from inventory, directory

        nightly (borgbackup)
          client  jon            by name, by tag backup
                  sara           by tag backup
                  web01          by tag backup
          server  backup_server  by name

        ssh-access (sshd of clan-core)
          client  jon            by tag backup, by tag laptop
                  sara           by tag backup, by tag laptop
                  web01          by tag backup
          server  backup_server  by name, by tag nixos (computed)
                  jon            by tag nixos (computed)
                  sara           by tag nixos (computed)
                  web01          by name, by tag nixos (computed), by tag web
                  web02          by tag nixos (computed), by tag web

        uptime-web (@lakehouse/uptime of self)
          probe   backup_server  by name
          target  backup_server  by tag server
                  web01          by tag server, by tag web
                  web02          by name, by tag server, by tag web

        user-jon (users)
          default  anna           by tag all (computed)
                   backup_server  by tag all (computed), by tag server
                   jon            by tag all (computed)
                   sara           by tag all (computed)
                   web01          by tag all (computed), by tag server
                   web02          by tag all (computed), by tag server

        user-sara (users)
          default  sara   by name
                   web01  by tag web
                   web02  by tag web

        wifi
          default  jon   by tag laptop
                   sara  by name, by tag laptop
    "#]],
    );
    check_at(
        80,
        "show fixtures/modern web01",
        expect![[r#"
        Machine web01 (nixos)
          defined  clan.nix:29:5
          tags     server                              clan.nix:32:10
                   web                                 clan.nix:33:10
                   backup                              clan.nix:34:10
                   all                                 computed by clan
                   nixos                               computed by clan
          roles    client of nightly (borgbackup)      by tag backup
                   client of ssh-access (sshd of       by tag backup
                   clan-core)
                   server of ssh-access (sshd of       by name, by tag nixos (computed),
                   clan-core)                          by tag web
                   target of uptime-web                by tag server, by tag web
                   (@lakehouse/uptime of self)
                   default of user-jon (users)         by tag all (computed), by tag
                                                       server
                   default of user-sara (users)        by tag web
    "#]],
    );
    check_at(
        120,
        "show fixtures/modern web01",
        expect![[r#"
        Machine web01 (nixos)
          defined  clan.nix:29:5
          tags     server                                            clan.nix:32:10
                   web                                               clan.nix:33:10
                   backup                                            clan.nix:34:10
                   all                                               computed by clan
                   nixos                                             computed by clan
          roles    client of nightly (borgbackup)                    by tag backup
                   client of ssh-access (sshd of clan-core)          by tag backup
                   server of ssh-access (sshd of clan-core)          by name, by tag nixos (computed), by tag web
                   target of uptime-web (@lakehouse/uptime of self)  by tag server, by tag web
                   default of user-jon (users)                       by tag all (computed), by tag server
                   default of user-sara (users)                      by tag web
    "#]],
    );
    let tags = run("list tags fixtures/modern --on web* --format plain");
    assert_eq!(
        tags.out,
        run("list tags fixtures/modern --on web* --format lines").out
    );
}

#[test]
fn headings_are_bold_on_a_terminal_alone() {
    let bold = run("show fixtures/modern --color always").out;
    assert!(bold.contains("\u{1B}[1mMachines\u{1B}[0m\n"));
    assert!(!run("show fixtures/modern").out.contains('\u{1B}'));
    let asked_not_to = finish(command("show fixtures/modern").env("NO_COLOR", "1"));
    assert!(!asked_not_to.out.contains('\u{1B}'));
}

#[test]
fn the_readme_shows_what_is_printed() {
    let readme = std::fs::read_to_string(top().join("README.md")).unwrap();
    let examples: Vec<&str> = readme
        .split("```console\n$ clan-inventory ")
        .skip(1)
        .collect();
    assert!(!examples.is_empty());
    for example in examples {
        let (arguments, rest) = example.split_once('\n').unwrap();
        let (shown, _) = rest.split_once("```").unwrap();
        let ran = run(arguments);
        assert_eq!(shown, format!("{}{}", ran.out, ran.err), "{arguments}");
    }
}

#[test]
fn show_gives_one_machine() {
    check(
        "show fixtures/modern web01",
        expect![[r#"
            Machine web01 (nixos)
              defined  clan.nix:29:5
              tags     server                                            clan.nix:32:10
                       web                                               clan.nix:33:10
                       backup                                            clan.nix:34:10
                       all                                               computed by clan
                       nixos                                             computed by clan
              roles    client of nightly (borgbackup)                    by tag backup
                       client of ssh-access (sshd of clan-core)          by tag backup
                       server of ssh-access (sshd of clan-core)          by name, by tag nixos (computed), by tag web
                       target of uptime-web (@lakehouse/uptime of self)  by tag server, by tag web
                       default of user-jon (users)                       by tag all (computed), by tag server
                       default of user-sara (users)                      by tag web
        "#]],
    );
}

#[test]
fn show_gives_one_instance() {
    check(
        "show fixtures/modern nightly",
        expect![[r#"
        nightly (borgbackup)
          client  jon            by name, by tag backup
                  sara           by tag backup
                  web01          by tag backup
          server  backup_server  by name
          defined at clan.nix:120:5
    "#]],
    );
    check(
        "show fixtures/backup borgbackup.instance_1",
        expect![[r#"
        borgbackup.instance_1
          client  jon            by name
                  sara           by name
          server  backup_server  by name
          defined at flake.nix:34:24
    "#]],
    );
}

#[test]
fn show_gives_documents_as_well() {
    assert_eq!(
        run("show fixtures/modern --format json").out,
        run("resolve fixtures/modern").out
    );
    let narrowed = |name: &str| {
        let out = run(&format!("show fixtures/modern {name} --format json")).out;
        let document: serde_json::Value = serde_json::from_str(&out).unwrap();
        let mut lines = vec![];
        for (machine, about) in document["machines"].as_object().unwrap() {
            let memberships = about["memberships"].as_array().unwrap().iter();
            let memberships: Vec<String> = memberships
                .map(|each| format!("{}.{}", each["instance"], each["role"]).replace('"', ""))
                .collect();
            lines.push(format!("{machine}: {}", memberships.join(" ")));
        }
        for instance in document["instances"].as_array().unwrap() {
            for (role, about) in instance["roles"].as_object().unwrap() {
                let name = &instance["instance"];
                lines.push(format!("{name}.{role}: {}", about["members"]).replace('"', ""));
            }
        }
        for part in ["/machines", "/instances", "/services/borgbackup"] {
            let Some(names) = document["inventory"].pointer(part) else {
                continue;
            };
            let names = names.as_object().unwrap().keys();
            let names: Vec<&str> = names.map(String::as_str).collect();
            lines.push(format!("inventory{part}: {}", names.join(" ")));
        }
        lines.join("\n")
    };
    expect![[r#"
        web01: nightly.client ssh-access.client ssh-access.server uptime-web.target user-jon.default user-sara.default
        nightly.client: [web01]
        ssh-access.client: [web01]
        ssh-access.server: [web01]
        uptime-web.target: [web01]
        user-jon.default: [web01]
        user-sara.default: [web01]
        inventory/machines: web01
        inventory/instances: nightly ssh-access uptime-web user-jon user-sara"#]].assert_eq(&narrowed("web01"));
    expect![[r#"
        backup_server: nightly.server
        jon: nightly.client
        sara: nightly.client
        web01: nightly.client
        nightly.client: [jon,sara,web01]
        nightly.server: [backup_server]
        inventory/machines: backup_server jon sara web01
        inventory/instances: nightly"#]]
    .assert_eq(&narrowed("nightly"));
}

#[test]
fn show_without_a_terminal_in_mind() {
    let plain = run("show fixtures/modern --format plain --color always").out;
    assert_eq!(plain, run("show fixtures/modern --color never").out);
}

#[test]
fn explain_gives_each_membership_with_its_reasons() {
    check(
        "explain fixtures/modern sara",
        expect![[r#"
            sara fills these roles:

            client of nightly (borgbackup)
              the role takes the tag `backup`  clan.nix:122:25
                the machine carries it         clan.nix:22:8
              imports what `borgbackup` makes for it

            client of ssh-access (sshd of clan-core)
              the role takes the tag `backup`  clan.nix:86:10
                the machine carries it         clan.nix:22:8
              the role takes the tag `laptop`  clan.nix:85:10
                the machine carries it         clan.nix:21:8
              imports what `sshd` makes for it

            server of ssh-access (sshd of clan-core)
              the role takes the tag `nixos`       clan.nix:72:25
                clan computes it for this machine
              imports what `sshd` makes for it

            default of user-jon (users)
              the role takes the tag `all`         clan.nix:92:26
                clan computes it for this machine
              imports what `users` makes for it

            default of user-sara (users)
              named in the role  clan.nix:107:30
              imports what `users` makes for it

            default of wifi
              named in the role                clan.nix:62:30
              the role takes the tag `laptop`  clan.nix:56:26
                the machine carries it         clan.nix:21:8
              imports what `wifi` makes for it
        "#]],
    );
    check(
        "explain fixtures/backup-tags sara",
        expect![[r#"
        sara fills these roles:

        client of borgbackup.instance_1
          the role takes the tag `backup`  inventory.nix:33:30
            the machine carries it         inventory.nix:8:26
          imports `roles/client.nix` of clan-core's `borgbackup`

        default of packages.desktop
          the role takes the tag `roaming`            inventory.nix:40:31
            `inventory.tags` gives it to the machine  inventory.nix:27:26
          the role takes the tag `laptop`             inventory.nix:40:41
            the machine carries it                    inventory.nix:8:17
          imports `roles/default.nix` of clan-core's `packages`

        default of packages.everywhere
          the role takes the tag `all`         inventory.nix:44:31
            clan computes it for this machine
          imports `roles/default.nix` of clan-core's `packages`

        client of sshd.lan
          the role takes the tag `roaming`            inventory.nix:51:30
            `inventory.tags` gives it to the machine  inventory.nix:27:26
          imports `roles/client.nix` of clan-core's `sshd`
    "#]],
    );
}

#[test]
fn explain_gives_each_setting_with_its_definitions() {
    check(
        "explain fixtures/modern wifi.default.sara",
        expect![[r#"
        sara is default of wifi
          named in the role                clan.nix:62:30
          the role takes the tag `laptop`  clan.nix:56:26
            the machine carries it         clan.nix:21:8
          imports what `wifi` makes for it

        networks.home.autoConnect = true
          the default  boolean

        networks.home.enable = true
          the default  boolean

        networks.home.keyMgmt = "wpa-psk"
          the default  string

        networks.lake.autoConnect = true
          the default  boolean

        networks.lake.enable = true
          the default  boolean

        networks.lake.keyMgmt = "sae"
          role `default`                             clan.nix:59:14
          declared        string, default "wpa-psk"

        networks.office.autoConnect = false
          the machine                         clan.nix:64:9
          declared     boolean, default true

        networks.office.enable = true
          the default  boolean

        networks.office.keyMgmt = "wpa-eap"
          the machine                             clan.nix:63:9
          declared     string, default "wpa-psk"
    "#]],
    );
    check(
        "explain fixtures/modern ssh-access.server.backup_server.hostKeys.rsa.enable",
        expect![[r#"
            backup_server is server of ssh-access (sshd of clan-core)
              named in the role                    clan.nix:82:29
              the role takes the tag `nixos`       clan.nix:72:25
                clan computes it for this machine

            hostKeys.rsa.enable = true
              role `server`  says false              clan.nix:76:22  mkDefault lost
              the machine    says true               clan.nix:82:65  won
              declared       boolean, default false
        "#]],
    );
    check(
        "explain fixtures/backup borgbackup.instance_1.client.jon.exclude",
        expect![[r#"
            jon is client of borgbackup.instance_1
              named in the role  flake.nix:36:18

            clan.borgbackup on jon, merged over all instances of borgbackup:

            exclude = [ "*.pyc" "/home/*/.cache" ]
              role `client`                               flake.nix:42:35
              declared       list of string, default [ ]
        "#]],
    );
}

#[test]
fn list_gives_one_name_a_line() {
    check(
        "list machines fixtures/modern",
        expect![[r#"
        anna
        backup_server
        jon
        sara
        web01
        web02
    "#]],
    );
    check(
        "list tags fixtures/modern",
        expect![[r#"
        all
        backup
        darwin
        desktop
        laptop
        nixos
        server
        web
    "#]],
    );
    check(
        "list instances fixtures/modern",
        expect![[r#"
        nightly
        ssh-access
        uptime-web
        user-jon
        user-sara
        wifi
    "#]],
    );
    check(
        "list roles fixtures/modern",
        expect![[r#"
        nightly.client
        nightly.server
        ssh-access.client
        ssh-access.server
        uptime-web.probe
        uptime-web.target
        user-jon.default
        user-sara.default
        wifi.default
    "#]],
    );
    check(
        "list services fixtures/modern",
        expect![[r#"
        @lakehouse/uptime
        borgbackup
        sshd
        users
        wifi
    "#]],
    );
    check(
        "list inputs fixtures/modern",
        expect![[r#"
        clan-core
        nixpkgs
        clan-core/disko
        clan-core/flake-parts
        clan-core/sops-nix
        clan-core/systems
        clan-core/treefmt-nix
    "#]],
    );
}

#[test]
fn a_selector_picks_machines() {
    check(
        "list machines --on web* fixtures/modern",
        expect![[r#"
        web01
        web02
    "#]],
    );
    check(
        "list machines --on @backup,!web01 fixtures/modern",
        expect![[r#"
            jon
            sara
        "#]],
    );
    check(
        "list machines --on !@server fixtures/modern",
        expect![[r#"
        anna
        jon
        sara
    "#]],
    );
    check(
        "list instances --on anna fixtures/modern",
        expect![[r#"
        user-jon
    "#]],
    );
}

#[test]
fn a_selector_that_means_nothing_is_told() {
    let said = |arguments: &str| {
        let ran = run(arguments);
        (ran.code, ran.out, ran.err)
    };
    let (code, out, err) = said("list machines --on web1,@labtop,!zoo*,anna fixtures/modern");
    assert_eq!((code, out.as_str()), (0, "anna\n"));
    expect![[r#"
        warning: no machine is called `web1`; did you mean `web01`?
        warning: no machine is tagged `labtop`; did you mean `laptop`?
        warning: no machine is called `zoo*`
    "#]]
    .assert_eq(&err);
    let (code, out, err) = said("list machines --on , fixtures/modern");
    assert_eq!((code, out.as_str()), (2, ""));
    expect![[r#"
        error: `--on` names nothing: write names of machines, `@tag`, or `!` for without
    "#]]
    .assert_eq(&err);
    let (code, out, err) = said("list inputs --on anna fixtures/modern");
    assert_eq!((code, out.as_str()), (2, ""));
    expect![[r#"
        error: inputs are not on machines: leave `--on` out
    "#]]
    .assert_eq(&err);
}

#[test]
fn lists_can_be_tables() {
    check(
        "list machines --format table fixtures/modern",
        expect![[r#"
        anna           darwin  desktop all darwin
        backup_server  nixos   server all nixos
        jon            nixos   laptop backup all nixos
        sara           nixos   laptop backup all nixos
        web01          nixos   server web backup all nixos
        web02          nixos   server web all nixos
    "#]],
    );
    check(
        "list inputs --format table fixtures/modern",
        expect![[r#"
            clan-core              https://git.clan.lol/api/v1/repos/clan/clan-core/archive/d7c35d9127af3f773b57d8e792818597a9aaa29c.tar.gz  2026-08-22  stand-in
            nixpkgs                github:NixOS/nixpkgs                                                                                      2026-08-20  stand-in
            clan-core/disko        github:nix-community/disko                                                                                2026-08-17  out of reach
            clan-core/flake-parts  github:hercules-ci/flake-parts                                                                            2026-08-13  stand-in
            clan-core/sops-nix     github:Mic92/sops-nix                                                                                     2026-08-18  out of reach
            clan-core/systems      github:nix-systems/default                                                                                2023-04-09  stand-in
            clan-core/treefmt-nix  github:numtide/treefmt-nix                                                                                2026-08-16  stand-in
        "#]],
    );
}

#[test]
fn lists_can_be_json() {
    check(
        "list roles --on anna --format json fixtures/modern",
        expect![[r#"
            [
              {
                "name": "user-jon.default",
                "members": "anna backup_server jon sara web01 web02"
              }
            ]
        "#]],
    );
}

fn json(arguments: &str) -> Json {
    serde_json::from_str(&run(arguments).out).unwrap()
}

fn keys(value: &Json) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn the_document_has_its_keys_in_order() {
    let document = json("resolve fixtures/modern");
    expect!["format_version dialect directory meta inventory machines instances checks unknown diagnostics"].assert_eq(&keys(&document).join(" "));
    let jon = &document["machines"]["jon"];
    expect!["class tags sources memberships"].assert_eq(&keys(jon).join(" "));
    expect!["generation service instance role via"]
        .assert_eq(&keys(&jon["memberships"][0]).join(" "));
    let instance = &document["instances"][0];
    expect!["generation service input instance enabled roles"].assert_eq(&keys(instance).join(" "));
    let client = &instance["roles"]["client"];
    expect!["members machines extra_modules"].assert_eq(&keys(client).join(" "));
    expect!["via settings"].assert_eq(&keys(&client["machines"]["jon"]).join(" "));
}

#[test]
fn a_machine_of_the_services_generation_has_its_config() {
    let document = json("resolve fixtures/backup");
    expect!["class tags sources memberships config"]
        .assert_eq(&keys(&document["machines"]["jon"]).join(" "));
    expect![[r#"{"borgbackup":{"destinations":{"storagebox":{"name":"storagebox","repo":"u123456@u123456.your-storagebox.de:/./borgbackup","rsh":"ssh -oPort=23 -i /run/secrets/storagebox"}},"exclude":["*.pyc","/home/*/.cache"]},"sshd":{"certificate":{"searchDomains":["lan"]}}}"#]].assert_eq(&document["machines"]["jon"]["config"].to_string());
}

#[test]
fn findings_are_part_of_the_document() {
    let document = json("resolve --keep-going fixtures/layers-conflict");
    let found = document["diagnostics"].as_array().unwrap();
    assert_eq!(found.len(), 2, "{found:?}");
    for each in found {
        assert_eq!(each["code"], "conflicting-definitions");
        assert_eq!(each["severity"], "error");
        assert_eq!(
            keys(each).join(" "),
            "code severity message help labels related fixes"
        );
        let labels = each["labels"].as_array().unwrap();
        assert_eq!(labels.len(), 2);
        for label in labels {
            assert_eq!(keys(label).join(" "), "file start end text primary");
            assert_eq!(keys(&label["start"]).join(" "), "line column byte");
            assert_eq!(label["file"], "inventory.nix");
        }
    }
}

#[test]
fn yaml_says_what_json_says() {
    let ran = run("resolve --format yaml fixtures/backup");
    assert_eq!(ran.code, 0);
    let first: Vec<&str> = ran.out.lines().take(8).collect();
    expect![[r#"
        format_version: "1.0"
        dialect: "2024-12-09"
        directory: "."
        meta:
          description: null
          icon: null
          name: "backyard"
        inventory:"#]]
    .assert_eq(&first.join("\n"));
}
