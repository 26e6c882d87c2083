//! Other names for machines, tags and instances.

mod support;

use std::path::Path;

use expect_test::{Expect, expect};
use ide::rename::{agrees, edited, name_at, prepare, rename};
use source::Files;

use crate::support::{Clan, at, clan};

#[track_caller]
fn check(clan: &Clan, new: &str, expected: Expect) {
    let exists = |path: &Path| matches!(clan.files.kind(path), Ok(Some(_)));
    let prepared = prepare(&clan.snapshot, clan.place());
    let prepared = prepared.map(|(span, name)| format!("{name} at {}\n", clan.show(span)));
    let renamed = rename(&clan.snapshot, clan.place(), new, &exists).map(|renaming| {
        let before = clan.snapshot.resolution().unwrap();
        let mut files = clan.files.clone();
        let mut text = String::new();
        for edit in &renaming.edits {
            text.push_str(&format!("{} -> {}\n", clan.show(edit.span), edit.text));
        }
        for (path, text) in edited(&clan.snapshot, &renaming.edits) {
            files.insert(path, text);
        }
        if let Some((from, to)) = &renaming.folder {
            text.push_str(&format!("{} -> {}\n", from.display(), to.display()));
            return text;
        }
        let after = support::snapshot(&files);
        let name = name_at(&clan.snapshot, clan.place()).unwrap();
        let same = agrees(before, after.resolution().unwrap(), name, new);
        text.push_str(&format!("{same:?}\n"));
        text
    });
    let text =
        [prepared, renamed].map(|each| each.unwrap_or_else(|why| format!("refused: {why}\n")));
    expected.assert_eq(&text.concat());
}

fn renamed(file: &str, before: &str) -> Clan {
    clan(&[(file, &at(file, before))])
}

#[test]
fn every_spelling_of_a_machine_and_its_folder() {
    check(
        &renamed("machines.nix", "jon.tags"),
        "zoe",
        expect![[r#"
        jon at machines.nix:3:5 jon
        machines.nix:3:5 jon -> zoe
        services.nix:14:29 jon -> zoe
        /clan/machines/jon -> /clan/machines/zoe
    "#]],
    );
    check(
        &renamed("machines.nix", "server\".deploy"),
        "box",
        expect![[r#"
        server at machines.nix:8:6 server
        machines.nix:8:5 "server" -> "box"
        services.nix:8:18 server -> box
        services.nix:16:29 server -> box
        Ok(())
    "#]],
    );
}

#[test]
fn a_tag_is_carried_and_selected() {
    check(
        &renamed("services.nix", "laptop\" ]"),
        "mobile",
        expect![[r#"
        laptop at services.nix:7:19 laptop
        machines.nix:3:19 laptop -> mobile
        machines.nix:6:17 laptop -> mobile
        services.nix:7:19 laptop -> mobile
        Ok(())
    "#]],
    );
}

#[test]
fn an_instance_keeps_its_service() {
    check(
        &renamed("services.nix", "backup = {"),
        "nightly",
        expect![[r#"
        backup at services.nix:12:5 backup
        services.nix:12:5 backup -> nightly
        Ok(())
    "#]],
    );
}

#[test]
fn json_is_renamed_too() {
    let json = r#"{ "machines": { "z$0oe": { "tags": [ "laptop" ] } } }"#;
    check(
        &clan(&[("inventory.json", json)]),
        "eva",
        expect![[r#"
            zoe at inventory.json:1:18 zoe
            inventory.json:1:17 "zoe" -> "eva"
            Ok(())
        "#]],
    );
}

#[test]
fn a_name_that_is_taken_is_refused() {
    check(
        &renamed("machines.nix", "jon.tags"),
        "sara",
        expect![[r#"
        jon at machines.nix:3:5 jon
        refused: there is a machine `sara` already
    "#]],
    );
    check(
        &renamed("machines.nix", "jon.tags"),
        "a b",
        expect![[r#"
        jon at machines.nix:3:5 jon
        refused: `a b` is no name for it: letters, digits, `-` and `_` make one
    "#]],
    );
}

#[test]
fn a_list_that_machines_are_made_of_is_written() {
    let machines = r#"{ lib, ... }: {
  inventory.machines = lib.genAttrs [ "jo$0n" "sara" "server" ] (_: { tags = [ "laptop" ]; });
}"#;
    check(
        &clan(&[("machines.nix", machines)]),
        "zoe",
        expect![[r#"
        jon at machines.nix:2:40 jon
        machines.nix:2:40 jon -> zoe
        services.nix:14:29 jon -> zoe
        /clan/machines/jon -> /clan/machines/zoe
    "#]],
    );
}

#[test]
fn a_computed_name_is_refused() {
    let machines = r#"{ lib, ... }: {
  inventory.machines = lib.genAttrs [ "server" "sara" ("j" + "on") ] (_: { tags = [ "laptop" ]; });
}"#;
    let services = at("services.nix", "jon = { }");
    check(
        &clan(&[("machines.nix", machines), ("services.nix", &services)]),
        "zoe",
        expect![[r#"
            refused: the machine `jon` is computed at machines.nix:2:13
            refused: the machine `jon` is computed at machines.nix:2:13
        "#]],
    );
    let machines = r#"let jon = { }; in {
  inventory.machines = { inherit jo$0n; sara = { }; server = { }; };
}"#;
    check(
        &clan(&[("machines.nix", machines)]),
        "zoe",
        expect![[r#"
        refused: the machine `jon` is computed at machines.nix:2:34
        refused: the machine `jon` is computed at machines.nix:2:34
    "#]],
    );
}

#[test]
fn a_name_used_otherwise_is_noticed() {
    let machines = r#"{ lib, config, ... }: {
  inventory.machines = { "se$0rver".tags = [ ]; sara = { }; jon = { }; };
  inventory.tags.laptop = lib.optional (config.inventory.machines ? "ser${"ver"}") "sara";
}"#;
    check(
        &clan(&[("machines.nix", machines)]),
        "box",
        expect![[r#"
            server at machines.nix:2:27 server
            machines.nix:2:26 "server" -> "box"
            services.nix:8:18 server -> box
            services.nix:16:29 server -> box
            Err("`wifi` would have other members")
        "#]],
    );
}

/// Each part of an attribute that is defined in parts spells its name.
const IN_PARTS: &str = "{
  inventory.machines.jon.tags = [ ];
  inventory.machines.jon.description = \"Jon's\";
  inventory.instances.wifi = {
    module.input = \"self\";
    module.name = \"wifi\";
    roles.default.machines.jon = { };
    roles.default.machines.$0jon.settings.timeout = 5;
    roles = { default.machines.\"jon\".settings.mode = \"slow\"; };
  };
}
";

#[test]
fn every_part_of_an_attribute_has_its_name() {
    check(
        &clan(&[("machines.nix", IN_PARTS), ("services.nix", "{ }")]),
        "zoe",
        expect![[r#"
            jon at machines.nix:8:28 jon
            machines.nix:2:22 jon -> zoe
            machines.nix:3:22 jon -> zoe
            machines.nix:7:28 jon -> zoe
            machines.nix:8:28 jon -> zoe
            machines.nix:9:32 "jon" -> "zoe"
            /clan/machines/jon -> /clan/machines/zoe
        "#]],
    );
}
