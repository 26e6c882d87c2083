//! What each converted instance says once: its module, and what its service must be told to do what the old module did.

use crate::fate::{Instance, Path};
use crate::values::name;

/// Settings that make a service do what an old module of another name did: module, role, what to say.
const SETTINGS: &[(&str, &str, &str)] = &[("root-password", "default", "settings.user = \"root\"")];

/// The statements, without `;`, below a path that leads to the instance (empty within it).
pub fn statements(instance: &Instance<'_>, service: &str, within: &[String]) -> Vec<String> {
    let Some(successor) = instance.successor else {
        return vec![];
    };
    let to = |rest: &str| match within {
        [] => rest.to_owned(),
        path => format!("{}.{rest}", written(path)),
    };
    let mut statements = vec![to(&format!("module.name = {}", quoted(&successor.name)))];
    if let Some(input) = &successor.input {
        statements.push(to(&format!("module.input = {}", quoted(input))));
    }
    for (module, role, text) in SETTINGS {
        if *module == service && instance.roles.contains_key(*role) {
            statements.push(to(&format!("roles.{role}.{text}")));
        }
    }
    statements
}

/// A path as Nix writes it.
pub fn written(path: &[String]) -> String {
    let names: Vec<String> = path.iter().map(|part| name(part)).collect();
    names.join(".")
}

/// A string as Nix writes it.
fn quoted(text: &str) -> String {
    match name(text) {
        bare if bare == text => format!("\"{text}\""),
        quoted => quoted,
    }
}

/// The rest of a path in the new form below another.
pub fn relative(path: &[String], base: &[String]) -> Option<Path> {
    path.strip_prefix(base).map(<[String]>::to_vec)
}
