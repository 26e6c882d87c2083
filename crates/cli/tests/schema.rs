//! `schema`: what is described fits what there is.

mod support;

use serde_json::Value as Json;
use support::{Folder, run};

fn schema(arguments: &str) -> Json {
    let ran = run(&format!("schema {arguments}"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

/// Why a value does not fit a schema.
fn misfits(schema: &Json, value: &Json) -> Vec<String> {
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors = validator.iter_errors(value);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

#[track_caller]
fn fits(schema: &Json, value: &Json) {
    assert_eq!(misfits(schema, value), Vec::<String>::new());
}

fn fixture(path: &str) -> Json {
    let text = std::fs::read_to_string(support::top().join("fixtures").join(path)).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn inventories_fit() {
    let schema = schema("inventory");
    fits(&schema, &fixture("json/inventory.json"));
    fits(&schema, &fixture("bare-inventory.json"));
}

#[test]
fn what_is_no_inventory_does_not() {
    let schema = schema("inventory");
    for text in [
        r#"{ "machine": {} }"#,
        r#"{ "machines": { "jon": { "tags": "work" } } }"#,
        r#"{ "machines": { "jon": { "machineClass": "windows" } } }"#,
        r#"{ "instances": { "x": { "roles": { "default": { "machines": ["jon"] } } } } }"#,
    ] {
        let value = serde_json::from_str(text).unwrap();
        assert!(!misfits(&schema, &value).is_empty(), "{text}");
    }
}

#[test]
fn evaluated_inventories_fit_the_other_form() {
    let schema = schema("inventory --evaluated");
    let document: Json = serde_json::from_str(&run("resolve fixtures/json").out).unwrap();
    fits(&schema, &document["inventory"]);
}

#[test]
fn own_documents_fit() {
    let output = schema("output");
    for name in [
        "backup",
        "modern",
        "layers-conflict",
        "json",
        "fleet",
        "bare-inventory.nix",
    ] {
        let ran = run(&format!("resolve --keep-going fixtures/{name}"));
        fits(&output, &serde_json::from_str(&ran.out).unwrap());
    }
    let findings = schema("findings");
    for name in ["broken-guide/clan.nix", "layers-conflict"] {
        let ran = run(&format!("check --format json fixtures/{name}"));
        fits(&findings, &serde_json::from_str(&ran.out).unwrap());
    }
}

#[track_caller]
fn prints(schema: &Json, arguments: &str) {
    let ran = run(arguments);
    let document = serde_json::from_str(&ran.out);
    fits(
        schema,
        &document.unwrap_or_else(|error| panic!("{arguments}: {error}: {}", ran.err)),
    );
}

#[test]
fn what_show_narrows_is_a_document_of_resolve() {
    let output = schema("output");
    prints(&output, "show fixtures/modern --format json");
    prints(&output, "show fixtures/modern web01 --format json");
    prints(
        &output,
        "show fixtures/backup borgbackup.instance_1 --format json",
    );
}

#[test]
fn differences_fit() {
    let diff = schema("diff");
    for sides in [
        "fixtures/backup fixtures/backup",
        "fixtures/backup fixtures/backup-mutual",
        "fixtures/backup fixtures/modern",
        "fixtures/modern fixtures/backup",
        "fixtures/forty fixtures/fleet",
        "fixtures/layers fixtures/backup-tags",
    ] {
        prints(&diff, &format!("diff --format json {sides}"));
    }
}

#[test]
fn explanations_fit() {
    let explanation = schema("explanation");
    for what in [
        "fixtures/modern web01",
        "fixtures/modern nightly",
        "fixtures/modern nightly.client",
        "fixtures/modern nightly.client.web01",
        "fixtures/backup jon",
        "fixtures/backup borgbackup.instance_1.client.jon",
    ] {
        prints(&explanation, &format!("explain {what} --format json"));
    }
}

#[test]
fn lists_fit() {
    let list = schema("list");
    for what in [
        "machines",
        "tags",
        "instances",
        "roles",
        "services",
        "inputs",
    ] {
        prints(&list, &format!("list {what} fixtures/modern --format json"));
    }
}

#[test]
fn the_configuration_knows_all_codes() {
    let schema = schema("config");
    let value = serde_json::json!({ "severity": { "unused-tag": "off" } });
    fits(&schema, &value);
    let value = serde_json::json!({ "severity": { "unused-tga": "off" } });
    assert!(!misfits(&schema, &value).is_empty());
}

#[test]
fn services_have_settings_by_role() {
    let schema = schema("borgbackup");
    fits(
        &schema,
        &serde_json::json!({ "client": { "startAt": "daily" }, "server": {} }),
    );
    let value = serde_json::json!({ "client": { "startsAt": "daily" } });
    assert!(!misfits(&schema, &value).is_empty());
    let ran = run("schema borgbakcup");
    assert_eq!(ran.code, 2);
}

#[test]
fn a_clans_own_service_is_described() {
    let folder = Folder::of(
        "schema-own",
        r#"--- clan.nix
{
  meta.name = "home";
  modules.light = {
    _class = "clan.service";
    manifest.name = "light";
    roles.lamp.interface = { lib, ... }: {
      options.brightness = lib.mkOption { type = lib.types.ints.between 0 100; };
    };
  };
}
"#,
    );
    let ran = folder.run("schema light clan.nix --format cue");
    assert_eq!(
        ran.out,
        "// settings of the service light, by role\n#Settings: {\n\t\"lamp\"?: {\n\t\t\"brightness\"!: int & >=0 & <=100\n\t}\n}\n"
    );
}
