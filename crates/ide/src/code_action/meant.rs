//! The name that a wrong one was probably meant to be.

use source::{Diagnostic, Edit, suggest};

use super::{Action, quick_fix};
use crate::Snapshot;
use crate::name::Name;
use crate::rename::spelt;
use crate::tell::code;

/// Findings of a name that is not there.
const UNKNOWN: [&str; 5] = [
    "unknown-machine",
    "unknown-tag",
    "unknown-role",
    "unknown-module",
    "unknown-input",
];

pub(super) fn action(snapshot: &Snapshot, diagnostic: &Diagnostic) -> Option<Action> {
    if !UNKNOWN.contains(&diagnostic.code) || !diagnostic.fixes.is_empty() {
        return None;
    }
    let entry = snapshot.index.at(diagnostic.primary()?.start)?;
    let candidates = candidates(snapshot, entry.name());
    let name = entry.name().text();
    let nearest = suggest::nearest(name, candidates.iter().map(String::as_str))?;
    let edit = Edit::replace(entry.span, spelt(snapshot, entry.span, nearest));
    let title = format!("write {}", code(nearest));
    entry.is_written.then(|| quick_fix(title, vec![edit]))
}

fn candidates(snapshot: &Snapshot, name: &Name) -> Vec<String> {
    let Some(resolution) = snapshot.resolution() else {
        return vec![];
    };
    match name {
        Name::Machine(_) => resolution.machines.keys().cloned().collect(),
        Name::Tag(_) => {
            let tags = resolution.tags.iter();
            let carried = tags.filter(|(_, machines)| !machines.is_empty());
            carried.map(|(tag, _)| tag.clone()).collect()
        }
        Name::Role(instance, _) => {
            let service = snapshot.service(instance);
            service
                .map(|service| service.roles.keys().cloned().collect())
                .unwrap_or_default()
        }
        Name::Service(Some(instance), _) => {
            let input = snapshot
                .instance(instance)
                .and_then(|(_, view)| view.input.clone());
            let offered = snapshot
                .vocabulary()
                .map(|vocabulary| vocabulary.offered.as_slice());
            let offered = offered.unwrap_or_default().iter();
            let offered = offered.filter(|(from, _)| *from == input);
            offered.map(|(_, name)| name.clone()).collect()
        }
        Name::Input(_) => {
            let inputs = snapshot.analysis.inputs.iter();
            inputs.map(|input| input.name.clone()).collect()
        }
        _ => vec![],
    }
}
