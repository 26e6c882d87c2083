//! The fleet in the forms of other tools.

mod support;

use expect_test::{Expect, expect};
use serde_json::Value as Json;
use support::{Folder, run};

#[track_caller]
fn check(arguments: &str, expected: Expect) {
    let ran = run(arguments);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    expected.assert_eq(&ran.out);
}

fn json(arguments: &str) -> Json {
    let ran = run(arguments);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    serde_json::from_str(&ran.out).unwrap()
}

#[test]
fn ansible_gets_groups_and_one_variable_for_each_machine() {
    let document = json("export ansible fixtures/modern --list");
    assert_eq!(
        document["tag_laptop"]["hosts"],
        serde_json::json!(["jon", "sara"])
    );
    assert_eq!(
        document["role_nightly_server"]["hosts"],
        serde_json::json!(["backup_server"])
    );
    assert_eq!(
        document["instance_nightly"]["children"],
        serde_json::json!(["role_nightly_server", "role_nightly_client"])
    );
    assert!(
        document["tag_laptop"].get("vars").is_none(),
        "variables of groups would overwrite each other"
    );
    let web = &document["_meta"]["hostvars"]["web01"];
    assert_eq!(web["ansible_host"], "web01.lake.example");
    assert_eq!(web["ansible_user"], "root");
    let settings = &web["clan"]["instances"]["user-jon"]["roles"]["default"]["settings"];
    assert_eq!(settings["groups"], serde_json::json!(["wheel"]));
    let host = json("export ansible fixtures/modern --host web01");
    assert_eq!(host, *web);
}

#[test]
fn names_that_ansible_takes_for_one_are_told_apart() {
    let folder = Folder::of(
        "export-names",
        "--- clan.nix\n{ meta.name = \"c\"; inventory.machines.a.tags = [ \"x-y\" ]; inventory.machines.b.tags = [ \"x_y\" ]; }\n",
    );
    let ran = folder.run("export ansible clan.nix");
    let document: Json = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(document["tag_x_y"]["hosts"], serde_json::json!(["a"]));
    assert_eq!(document["tag_x_y_2"]["hosts"], serde_json::json!(["b"]));
}

#[test]
fn prometheus_gets_targets() {
    check(
        "export prometheus fixtures/modern --role uptime-web.target --on web*",
        expect![[r#"
            [
              {
                "targets": [
                  "web01.lake.example:9100"
                ],
                "labels": {
                  "machine": "web01",
                  "class": "nixos",
                  "tags": ",server,web,backup,all,nixos,",
                  "clan": "lakehouse"
                }
              },
              {
                "targets": [
                  "web02.lake.example:9100"
                ],
                "labels": {
                  "machine": "web02",
                  "class": "nixos",
                  "tags": ",server,web,all,nixos,",
                  "clan": "lakehouse"
                }
              }
            ]
        "#]],
    );
    let ran = run("export prometheus fixtures/modern --role uptime-web.nobody");
    assert_eq!(ran.code, 2);
}

#[test]
fn ssh_gets_what_has_an_address() {
    check(
        "export ssh-config fixtures/modern",
        expect![[r#"
        # The machines of lakehouse, by clan-inventory

        # anna: no `deploy.targetHost`

        Host backup_server backup_server.lake.example
          HostName 10.20.0.9
          User root

        # jon: no `deploy.targetHost`

        # sara: no `deploy.targetHost`

        Host web01 web01.lake.example
          HostName web01.lake.example
          User root

        Host web02 web02.lake.example
          HostName web02.lake.example
          User root
    "#]],
    );
    check(
        "export hosts fixtures/modern",
        expect![[r#"
        # The machines of lakehouse, by clan-inventory
        # anna: no `deploy.targetHost`
        10.20.0.9	backup_server backup_server.lake.example
        # jon: no `deploy.targetHost`
        # sara: no `deploy.targetHost`
        # web01: `web01.lake.example` is no number
        # web02: `web02.lake.example` is no number
    "#]],
    );
}

#[test]
fn spreadsheets_get_a_table() {
    let ran = run("export csv fixtures/modern --on @laptop,backup_server");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let mut lines = ran.out.split_terminator('\n');
    assert!(lines.all(|line| line.ends_with('\r')), "{:?}", ran.out);
    let table = expect![[r#"
            machine,class,description,tags,user,host,port,roles
            backup_server,nixos,"many disks, little memory",server all nixos,root,10.20.0.9,,server of nightly (borgbackup); server of ssh-access (sshd of clan-core); probe of uptime-web (@lakehouse/uptime of self); target of uptime-web (@lakehouse/uptime of self); default of user-jon (users)
            jon,nixos,,laptop backup all nixos,,,,client of nightly (borgbackup); client of ssh-access (sshd of clan-core); server of ssh-access (sshd of clan-core); default of user-jon (users); default of wifi
            sara,nixos,,laptop backup all nixos,,,,client of nightly (borgbackup); client of ssh-access (sshd of clan-core); server of ssh-access (sshd of clan-core); default of user-jon (users); default of user-sara (users); default of wifi
        "#]];
    table.assert_eq(&ran.out.replace('\r', ""));
}

#[test]
fn what_could_be_more_than_a_name_is_no_entry() {
    let folder = Folder::of(
        "export-hostile",
        "--- clan.nix\n{ meta.name = \"c\"; inventory.machines = { \"x\\nHost *\".deploy.targetHost = \"h\"; a.deploy.targetHost = \"-oProxyCommand=x\"; b.deploy.targetHost = \"10.0.0.1\\n10.0.0.2 bank\"; }; }\n",
    );
    let ran = folder.run("export ssh-config clan.nix --keep-going");
    assert!(
        !ran.out
            .lines()
            .any(|line| line.starts_with("Host") || line.contains("Proxy")),
        "{}",
        ran.out
    );
    let ran = folder.run("export hosts clan.nix --keep-going");
    assert!(
        ran.out.lines().all(|line| line.starts_with('#')),
        "{}",
        ran.out
    );
}

#[test]
fn the_page_has_everything_in_it() {
    let ran = run("export html fixtures/modern");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let page = ran.out;
    assert!(page.starts_with("<!doctype html>") && page.contains("default-src 'none'"));
    assert!(!page.contains("{{"), "every part is filled in");
    let (_, data) = page
        .split_once("<script id=\"data\" type=\"application/json\">")
        .unwrap();
    let (data, _) = data.split_once("</script>").unwrap();
    let data: Json = serde_json::from_str(data).unwrap();
    assert_eq!(data["machines"].as_array().unwrap().len(), 6);
    let setting = data["instances"][1]["roles"][1]["members"][3]["settings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|setting| setting["said"].as_array().unwrap().len() > 1);
    assert!(setting.is_some(), "settings have all layers");
    assert_eq!(page, run("export html fixtures/modern").out);
}

#[test]
fn a_text_of_the_clan_does_not_leave_its_place_in_the_page() {
    let folder = Folder::of(
        "export-script",
        "--- clan.nix\n{ meta.name = \"c\"; meta.description = \"</script><script>alert(1)\"; inventory.machines.\"<i>\" = { }; }\n",
    );
    let page = folder.run("export html clan.nix").out;
    assert_eq!(
        page.matches("</script>").count(),
        2,
        "those of the page itself"
    );
    assert!(!page.contains("<i>"));
}

#[test]
fn the_page_shows_what_is_wrong() {
    let ran = run("export html fixtures/broken-guide/clan.nix");
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("\"missing-semicolon\""));
}
