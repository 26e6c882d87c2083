//! `schema`: what is described fits what there is.

mod support;

use serde_json::Value as Json;
use support::{Folder, run};

fn schema(arguments: &str) -> Json {
    let ran = run(&format!("schema {arguments}"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

/// Why a value does not fit a schema; as far as our schemas go.
fn misfit(root: &Json, schema: &Json, value: &Json, path: &str) -> Option<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let schema = &root["$defs"][reference.rsplit('/').next().unwrap()];
        return misfit(root, schema, value, path);
    }
    if let Some(schemas) = schema["anyOf"].as_array() {
        let fits = schemas
            .iter()
            .any(|each| misfit(root, each, value, path).is_none());
        return (!fits).then(|| format!("{path} is none of {}", schema["anyOf"]));
    }
    if let Some(values) = schema["enum"].as_array() {
        return (!values.contains(value)).then(|| format!("{path} is none of {values:?}"));
    }
    let is = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "integer" => value.is_i64(),
        _ => value.is_number(),
    };
    let is_right = match &schema["type"] {
        Json::String(name) => is(name),
        Json::Array(names) => names.iter().filter_map(Json::as_str).any(is),
        _ => true,
    };
    if !is_right {
        return Some(format!("{path} is no {}", schema["type"]));
    }
    for item in value.as_array().into_iter().flatten() {
        let found = schema
            .get("items")
            .and_then(|items| misfit(root, items, item, &format!("{path}[]")));
        if found.is_some() {
            return found;
        }
    }
    let object = value.as_object()?;
    for name in schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
    {
        if !object.contains_key(name) {
            return Some(format!("{path} lacks {name}"));
        }
    }
    object.iter().find_map(|(name, value)| {
        let path = format!("{path}.{name}");
        match (
            schema["properties"].get(name),
            &schema["additionalProperties"],
        ) {
            (Some(schema), _) => misfit(root, schema, value, &path),
            (None, Json::Bool(false)) => Some(format!("{path} is not foreseen")),
            (None, rest @ Json::Object(_)) => misfit(root, rest, value, &path),
            _ => None,
        }
    })
}

#[track_caller]
fn fits(schema: &Json, value: &Json) {
    assert_eq!(misfit(schema, schema, value, ""), None);
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
        assert!(misfit(&schema, &schema, &value, "").is_some(), "{text}");
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

#[test]
fn the_configuration_knows_all_codes() {
    let schema = schema("config");
    let value = serde_json::json!({ "severity": { "unused-tag": "off" } });
    fits(&schema, &value);
    let value = serde_json::json!({ "severity": { "unused-tga": "off" } });
    assert!(misfit(&schema, &schema, &value, "").is_some());
}

#[test]
fn services_have_settings_by_role() {
    let schema = schema("borgbackup");
    fits(
        &schema,
        &serde_json::json!({ "client": { "startAt": "daily" }, "server": {} }),
    );
    let value = serde_json::json!({ "client": { "startsAt": "daily" } });
    assert!(misfit(&schema, &schema, &value, "").is_some());
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
