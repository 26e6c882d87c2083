//! nix-systems: a list of systems that is imported.

use nix_frontend::eval::{Attr, Evaluator, Value};

/// What the default list holds.
pub const DEFAULT: &[&str] = &[
    "aarch64-darwin",
    "aarch64-linux",
    "x86_64-darwin",
    "x86_64-linux",
];

/// The known attributes of the list that comes from `url` and would lie in `path`.
pub fn known<'a>(evaluator: &Evaluator<'a>, url: &str, path: &[u8]) -> Vec<Attr<'a>> {
    let systems = list(evaluator, &named(url));
    evaluator.provide_import(path, systems);
    let mut file = path.to_vec();
    file.extend_from_slice(b"/default.nix");
    evaluator.provide_import(&file, systems);
    vec![]
}

/// The flake `name`. It has no outputs, so that all its attributes are known by name; `known` are those that have a value.
pub fn whole<'a>(evaluator: &Evaluator<'a>, name: &str, mut known: Vec<Attr<'a>>) -> Value<'a> {
    known.push(evaluator.attr("outputs", evaluator.attrs(vec![])));
    for attribute in [
        "lastModified",
        "lastModifiedDate",
        "narHash",
        "rev",
        "shortRev",
    ] {
        let symbol = evaluator.symbol(attribute);
        if !known.iter().any(|attr| attr.name == symbol) {
            let name = format!("{name}.{attribute}");
            let value = evaluator.out_of_reach(&name, super::NOT_ON_DISK);
            known.push(Attr::unplaced(symbol, value));
        }
    }
    evaluator.attrs(known)
}

/// The systems as a list of strings.
pub fn list<'a>(evaluator: &Evaluator<'a>, systems: &[&'static str]) -> Value<'a> {
    let systems = systems.iter();
    let systems: Vec<Value<'a>> = systems
        .map(|system| evaluator.borrowed_string(system.as_bytes()))
        .collect();
    evaluator.list(&systems)
}

fn named(url: &str) -> Vec<&'static str> {
    let url = url.split('?').next().unwrap_or(url);
    let name = url.split('/').nth(1).unwrap_or_default();
    let those = |keep: &dyn Fn(&str) -> bool| {
        let systems = DEFAULT.iter().copied();
        systems.filter(|system| keep(system)).collect()
    };
    match name {
        "default-linux" => those(&|system| system.ends_with("linux")),
        "default-darwin" => those(&|system| system.ends_with("darwin")),
        name if DEFAULT.contains(&name) => those(&|system| system == name),
        _ => DEFAULT.to_vec(),
    }
}
