//! `schema`: what is described fits what there is.

mod support;

use expect_test::expect;
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

/// The settings of the role `lamp` of a service `light`, whose interface this is.
#[track_caller]
fn lamp(name: &str, interface: &str) -> support::Ran {
    let text = format!(
        r#"--- clan.nix
{{
  meta.name = "home";
  modules.light = {{
    _class = "clan.service";
    manifest.name = "light";
    roles.lamp.interface = {interface};
  }};
}}
"#
    );
    Folder::of(&format!("schema-{name}"), &text).run("schema light clan.nix --format cue")
}

#[test]
fn settings_may_have_the_names_of_an_inventory() {
    let ran = lamp(
        "names",
        r#"{ lib, ... }: {
      options.services = lib.mkOption { type = lib.types.str; };
      options.options.assertions = lib.mkOption { type = lib.types.int; };
    }"#,
    );
    assert_eq!(
        ran.out,
        "// settings of the service light, by role\n#Settings: {\n\t\"lamp\"?: {\n\t\t\"options\"!: {\n\t\t\t\"assertions\"!: int\n\t\t}\n\t\t\"services\"!: string\n\t}\n}\n"
    );
}

#[test]
fn an_inventory_has_services_where_they_count() {
    let properties = |arguments: &str| schema(arguments)["properties"].clone();
    assert!(properties("inventory --dialect 2024-12-09")["services"].is_object());
    assert!(properties("inventory")["services"].is_null());
    let of_clan = &properties("clan")["inventory"];
    assert!(of_clan.is_object());
    assert!(of_clan["properties"]["services"].is_null());
}

#[test]
fn an_interface_may_ask_for_meta() {
    let ran = lamp(
        "meta",
        r#"{ lib, meta, ... }: {
      options.name = lib.mkOption { type = lib.types.str; default = meta.name; };
    }"#,
    );
    assert_eq!(
        ran.out,
        "// settings of the service light, by role\n#Settings: {\n\t\"lamp\"?: {\n\t\t\"name\"?: *\"home\" | string\n\t}\n}\n",
        "{}",
        ran.err
    );
}

#[test]
fn a_default_that_cannot_be_evaluated_is_left_out() {
    let ran = lamp(
        "defaults",
        r#"{ config, lib, ... }: {
      options.a = lib.mkOption { type = lib.types.str; };
      options.b = lib.mkOption { type = lib.types.str; default = config.a; };
      options.c = lib.mkOption { type = lib.types.str; default = throw "boom"; };
      options.d = lib.mkOption { type = lib.types.str; default = { }.lacks; };
    }"#,
    );
    assert_eq!(
        ran.out,
        "// settings of the service light, by role\n#Settings: {\n\t\"lamp\"?: {\n\t\t\"a\"!: string\n\t\t\"b\"?: string\n\t\t\"c\"?: string\n\t\t\"d\"?: string\n\t}\n}\n",
        "{}",
        ran.err
    );
    let ran = lamp(
        "type",
        r#"{ lib, ... }: { options.a = lib.mkOption { type = throw "boom"; }; }"#,
    );
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("boom"), "{}", ran.err);
}

#[test]
fn the_service_that_the_instances_use_is_meant() {
    let clan = |module: &str| {
        let text = format!(
            r#"--- clan.nix
{{
  meta.name = "home";
  inventory.machines.jon = {{ }};
  inventory.instances.it = {{
    module = {{ {module} }};
    roles.server.machines.jon = {{ }};
  }};
  modules.tor = {{
    _class = "clan.service";
    manifest.name = "own";
    roles.server.interface = {{ lib, ... }}: {{ options.own = lib.mkOption {{ type = lib.types.int; }}; }};
  }};
}}
"#
        );
        let folder = Folder::of("schema-which", &text);
        folder.run("schema tor clan.nix").out.contains("\"own\"")
    };
    assert!(!clan(r#"name = "tor";"#));
    assert!(clan(r#"name = "tor"; input = "self";"#));
    assert!(clan(r#"name = "sshd";"#));
}

#[test]
fn a_service_that_is_not_there_is_told_in_a_line() {
    let said = |arguments: &str| {
        let ran = run(&format!("schema {arguments}"));
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        ran.err
    };
    expect![[r#"
        error: there is no service `nope`; did you mean `ncps`?
    "#]]
    .assert_eq(&said("nope"));
    expect![[r#"
        error: there is no service `borgbakcup`; did you mean `borgbackup`?
    "#]]
    .assert_eq(&said("borgbakcup"));
    expect![[r#"
        error: the services of the clan-core of 2024-12-09 have no described settings: they came with `instances`
    "#]].assert_eq(&said("borgbackup --dialect 2024-12-09"));
    let folder = Folder::of(
        "schema-far",
        r#"--- flake.nix
{
  inputs.clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
  inputs.clan-community.url = "https://git.clan.lol/clan/clan-community/archive/main.tar.gz";
  outputs = inputs: {
    clan = inputs.clan-core.lib.clan {
      self = inputs.self;
      meta.name = "home";
      inventory.machines.jon = { };
      inventory.instances.dns = {
        module = { name = "coredns"; input = "clan-community"; };
        roles.server.machines.jon = { };
      };
      modules."@home/redis" = { _class = "clan.service"; manifest.name = "redis"; };
    };
  };
}
"#,
    );
    expect![[r#"
        error: the service `coredns` is not known: input `clan-community` is not on disk
    "#]]
    .assert_eq(&folder.run("schema coredns .").err);
    expect![[r#"
        error: there is no service `redis`; did you mean `@home/redis`?
    "#]]
    .assert_eq(&folder.run("schema redis .").err);
}
