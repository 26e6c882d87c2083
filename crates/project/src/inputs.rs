//! The inputs of a flake, as its lock file and the command line have them. The flake's outputs are not evaluated.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;
use std::sync::Arc;

use flake::InputInfo;
use flake::inputs::Node;
use flake::inputs::tree::{self, Given};
use nix_frontend::eval::Evaluator;
use source::{Diagnostic, Diagnostics, Files, SourceMap};

use crate::analysis::Sources;
use crate::session::{Options, run};

/// An input by one of its names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NamedInput {
    /// The name, with those of the inputs that it belongs to: `clan-core/nixpkgs`.
    pub path: String,
    /// The path of the input that it follows.
    pub follows: Option<String>,
    /// What it is.
    pub info: InputInfo,
    /// Whether it is asked for what no stand-in knows: it has none, and belongs to the flake itself or to an input of this kind.
    pub is_needed: bool,
}

/// The inputs of a flake.
#[derive(Clone, Default, Debug)]
pub struct Inputs {
    /// By name, each below the input that it belongs to; one that is followed under each of its names.
    pub inputs: Vec<NamedInput>,
    /// What is wrong with the lock file.
    pub diagnostics: Vec<Diagnostic>,
}

/// The inputs of the flake in the directory `root`.
pub fn inputs(
    files: &dyn Files,
    sources: &Arc<SourceMap>,
    options: Options,
    root: &Path,
    input_sources: &Sources,
) -> Inputs {
    let run = run(files, sources, options, |evaluator| {
        let given = Given {
            sources: input_sources,
            clan_cores: &[],
        };
        let mut diagnostics = Diagnostics::new();
        let nodes = tree::read(evaluator, root, given, &mut diagnostics);
        let diagnostics: Vec<Diagnostic> = diagnostics.into_iter().collect();
        (named(evaluator, nodes), diagnostics)
    });
    let (inputs, found) = run.result.unwrap_or_default();
    let mut diagnostics = run.diagnostics;
    diagnostics.extend(found);
    Inputs {
        inputs,
        diagnostics,
    }
}

fn named<'a>(evaluator: &Evaluator<'a>, nodes: &[Node<'a>]) -> Vec<NamedInput> {
    let needed = needed(nodes);
    let mut named = BTreeMap::new();
    for node in nodes {
        for (name, index) in node.inputs {
            let Some(target) = nodes.get(*index) else {
                continue;
            };
            let text = evaluator.name_text(*name);
            let path = match node.name {
                "" => text,
                above => format!("{above}/{text}"),
            };
            let follows = node.follows.iter().find(|(input, _)| input == name);
            let key: Vec<String> = path.split('/').map(str::to_owned).collect();
            let input = NamedInput {
                path,
                follows: follows.map(|(_, followed)| (*followed).to_owned()),
                info: target.info(),
                is_needed: needed.contains(index),
            };
            named.insert(key, input);
        }
    }
    named.into_values().collect()
}

/// The inputs that are reached without passing one that has a stand-in.
fn needed(nodes: &[Node<'_>]) -> BTreeSet<usize> {
    let mut needed = BTreeSet::new();
    let mut waiting = VecDeque::from([0]);
    while let Some(node) = waiting.pop_front().and_then(|index| nodes.get(index)) {
        for (_, index) in node.inputs {
            let has_stand_in = nodes.get(*index).is_some_and(|node| node.kind.is_some());
            if !has_stand_in && needed.insert(*index) {
                waiting.push_back(*index);
            }
        }
    }
    needed
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use source::files::memory::Memory;

    use super::*;

    const FLAKE: &str = "{ outputs = { self, clan-core, tools, nixpkgs }: { }; }";
    const LOCK: &str = r#"{ "version": 7, "root": "root", "nodes": {
      "clan-core": { "inputs": { "nixpkgs": "nixpkgs", "disko": "disko" },
                     "locked": { "type": "git", "url": "https://git.clan.lol/clan/clan-core" } },
      "disko": { "locked": { "type": "github", "owner": "nix-community", "repo": "disko" } },
      "nixpkgs": { "locked": { "type": "github", "owner": "NixOS", "repo": "nixpkgs" } },
      "tools": { "inputs": { "nixpkgs": ["nixpkgs"], "more": "more" },
                 "locked": { "type": "github", "owner": "me", "repo": "tools" } },
      "more": { "flake": false, "locked": { "type": "file", "url": "https://x.org/more" } },
      "root": { "inputs": { "clan-core": "clan-core", "nixpkgs": ["clan-core", "nixpkgs"], "tools": "tools" } } } }"#;

    #[test]
    fn each_name_of_an_input_is_told() {
        let files = Memory::new()
            .with("/clan/flake.nix", FLAKE)
            .with("/clan/flake.lock", LOCK);
        let given = Sources::overrides(vec![("tools/more".to_owned(), PathBuf::from("/more"))]);
        let root = Path::new("/clan");
        let found = inputs(&files, &Arc::default(), Options::default(), root, &given);
        let lines = found.inputs.iter().map(|input| {
            let follows = input.follows.as_deref().unwrap_or("-");
            let url = input.info.url.as_deref().unwrap_or("-");
            let needed = if input.is_needed { "needed" } else { "" };
            format!("{} {follows} {url} {needed}\n", input.path)
        });
        expect_test::expect![[r#"
            clan-core - git+https://git.clan.lol/clan/clan-core 
            clan-core/disko - github:nix-community/disko 
            clan-core/nixpkgs - github:NixOS/nixpkgs 
            nixpkgs clan-core/nixpkgs github:NixOS/nixpkgs 
            tools - github:me/tools needed
            tools/more - path:/more needed
            tools/nixpkgs nixpkgs github:NixOS/nixpkgs 
        "#]]
        .assert_eq(&lines.collect::<String>());
    }
}
