//! Where names are defined, and where else they stand.

mod support;

use std::path::Path;

use expect_test::{Expect, expect};
use ide::goto_definition::{Target, definition};
use ide::highlights::highlights;
use ide::references::references;
use source::Files;

use crate::support::{Clan, at, clan};

fn told(clan: &Clan) -> String {
    let exists = |path: &Path| matches!(clan.files.kind(path), Ok(Some(_)));
    let found = definition(&clan.snapshot, clan.place(), &exists);
    let mut text = String::new();
    match &found {
        None => text.push_str("defined nowhere\n"),
        Some(found) => {
            for target in &found.targets {
                let target = match target {
                    Target::Place(span) => clan.show(*span),
                    Target::File(path) => path.display().to_string(),
                };
                text.push_str(&format!("defined {target}\n"));
            }
        }
    }
    for span in references(&clan.snapshot, clan.place(), false) {
        text.push_str(&format!("used {}\n", clan.show(span)));
    }
    text
}

#[track_caller]
fn check(file: &str, before: &str, expected: Expect) {
    expected.assert_eq(&told(&clan(&[(file, &at(file, before))])));
}

#[test]
fn a_machine_leads_to_its_attribute_and_its_folder() {
    check(
        "services.nix",
        "jon = { }",
        expect![[r#"
        defined machines.nix:3:5 jon
        defined /clan/machines/jon/configuration.nix
        used services.nix:14:29 jon
    "#]],
    );
}

#[test]
fn a_quoted_name_is_the_same_name() {
    check(
        "machines.nix",
        "erver\".deploy",
        expect![[r#"
        defined machines.nix:8:5 "server"
        used services.nix:8:18 server
        used services.nix:16:29 server
    "#]],
    );
}

#[test]
fn a_tag_leads_to_who_carries_it() {
    check(
        "services.nix",
        "laptop\" ]",
        expect![[r#"
        defined machines.nix:3:19 laptop
        defined machines.nix:6:17 laptop
        used services.nix:7:19 laptop
    "#]],
    );
}

#[test]
fn a_role_leads_to_the_service_module() {
    check(
        "services.nix",
        "default = {",
        expect![[r#"
        defined wifi.nix:5:9 default
        used services.nix:6:13 default
    "#]],
    );
}

#[test]
fn a_service_leads_to_the_modules_of_the_clan() {
    check(
        "services.nix",
        "wifi\";",
        expect![[r#"
        defined flake.nix:9:15 wifi
        used services.nix:4:22 wifi
    "#]],
    );
}

#[test]
fn an_input_leads_to_the_flake() {
    let services = at("services.nix", "self\";").replace("$0self", "dis$0ko");
    let clan = clan(&[("services.nix", &services)]);
    expect![[r#"
        defined flake.nix:3:10 disko
        used services.nix:5:23 disko
    "#]]
    .assert_eq(&told(&clan));
}

#[test]
fn json_says_names_too() {
    let json = r#"{ "machines": { "zoe": { "tags": [ "lap$0top" ] } } }"#;
    let clan = clan(&[("inventory.json", json)]);
    expect![[r#"
        defined machines.nix:3:19 laptop
        defined machines.nix:6:17 laptop
        defined inventory.json:1:37 laptop
        used services.nix:7:19 laptop
    "#]]
    .assert_eq(&told(&clan));
}

#[test]
fn highlights_are_those_of_the_file() {
    let clan = clan(&[("machines.nix", &at("machines.nix", "laptop\" ]"))]);
    let found = highlights(
        &clan.snapshot,
        Path::new("/clan/machines.nix"),
        clan.place(),
    );
    let lines = found
        .iter()
        .map(|each| format!("{} {}\n", clan.show(each.span), each.is_declaration));
    expect![[r#"
        machines.nix:3:19 laptop true
        machines.nix:6:17 laptop true
    "#]]
    .assert_eq(&lines.collect::<String>());
}

#[test]
fn an_attribute_in_parts_is_defined_once_and_used_in_each() {
    let machines = "{
  inventory.machines.jon.tags = [ ];
  inventory.machines.$0jon.description = \"Jon's\";
  inventory.machines.sara = { };
}
";
    expect![[r#"
        defined machines.nix:2:22 jon
        defined /clan/machines/jon/configuration.nix
        used services.nix:14:29 jon
    "#]]
    .assert_eq(&told(&clan(&[("machines.nix", machines)])));
}
