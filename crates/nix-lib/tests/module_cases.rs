//! The module-system cases, each run with real Nix: the same value, or an error.

use std::path::Path;
use std::sync::Arc;

use bumpalo::Bump;
use nix_frontend::eval::{Evaluator, Options};
use nix_frontend::session::Session;
use nix_lib::library;
use serde_json::Value as Json;
use source::SourceMap;
use source::files::memory::Memory;

fn evaluate(expression: &str) -> Result<String, String> {
    let files = Memory::new();
    let session = Session::new(Arc::new(SourceMap::new()), &files);
    let arena = Bump::new();
    let evaluator = Evaluator::new(&arena, &session, Options::default());
    let library = library(&evaluator);
    let file = session
        .add(Path::new("/test/case.nix"), expression.as_bytes().to_vec())
        .map_err(|error| error.to_string())?;
    let scope = [(evaluator.symbol("lib"), library.lib)];
    let result = evaluator
        .evaluate_text(file, None, &scope)
        .and_then(|value| {
            let to_json = evaluator.builtins_value("toJSON")?;
            let text = evaluator.call1(to_json, value)?;
            Ok(evaluator.force_string(text)?.text())
        });
    let faults = session.diagnostics();
    if let Some(fault) = faults.first() {
        return Err(format!("syntax: {}", fault.message));
    }
    result.map_err(|error| format!("{:?}: {}", error.kind, error.message))
}

#[test]
fn every_case_of_the_module_system_agrees() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/cases/cases.json"
    );
    let text = std::fs::read_to_string(path).unwrap();
    let cases: Json = serde_json::from_str(&text).unwrap();
    let mut wrong = vec![];
    let mut count = 0;
    for case in cases["cases"].as_array().unwrap() {
        let Some(modules) = case.get("modules_nix").and_then(Json::as_array) else {
            continue;
        };
        count += 1;
        let modules: Vec<String> = modules
            .iter()
            .map(|module| format!("({})", module.as_str().unwrap()))
            .collect();
        let expression = format!(
            "let inherit (lib) types; in (lib.evalModules {{ modules = [ {{ options.x = lib.mkOption {{ type = {}; }}; }} {} ]; }}).config.x",
            case["type_nix"].as_str().unwrap(),
            modules.join(" ")
        );
        let states = case["expect"].as_object().unwrap();
        let expected = states
            .get("2026-06")
            .or(states.values().next_back())
            .unwrap();
        let got = evaluate(&expression);
        let agrees = match (&got, expected.get("value")) {
            (Ok(text), Some(value)) => serde_json::from_str::<Json>(text).unwrap() == *value,
            (Err(_), None) => true,
            _ => false,
        };
        if !agrees {
            wrong.push(format!("{}: {got:?} instead of {expected}", case["id"]));
        }
    }
    assert!(count > 40, "only {count} cases were found");
    assert!(
        wrong.is_empty(),
        "{} of {count} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
