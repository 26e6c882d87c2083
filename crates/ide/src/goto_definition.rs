//! Where the name at a place is defined.

use std::path::PathBuf;

use source::{Pos, Span};

use crate::Snapshot;
use crate::name::{InstanceName, Name};

/// Where something is defined.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// A place in a file of the clan.
    Place(Span),
    /// A file, as a whole.
    File(PathBuf),
}

/// What was asked about, and where that is defined.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Definition {
    /// The name's place.
    pub span: Span,
    /// The definitions, the first one first; one at least.
    pub targets: Vec<Target>,
}

/// Where the name at `place` is defined. `exists` tells whether a file is there.
pub fn definition(
    snapshot: &Snapshot,
    place: Pos,
    exists: &dyn Fn(&std::path::Path) -> bool,
) -> Option<Definition> {
    let entry = snapshot.index.at(place)?;
    let targets = match entry.name() {
        Name::Machine(machine) => {
            let mut targets = declared(snapshot, entry.name());
            targets.extend(configuration(snapshot, machine, exists).map(Target::File));
            targets
        }
        Name::Tag(_) | Name::Instance(_) | Name::Input(_) => declared(snapshot, entry.name()),
        Name::Role(instance, role) => of_role(snapshot, instance, role),
        Name::Service(_, name) => declared(snapshot, &Name::Service(None, name.clone())),
        Name::Setting(instance, role, path) => {
            let all =
                snapshot
                    .index
                    .of(&Name::Setting(instance.clone(), role.clone(), path.clone()));
            all.map(|entry| Target::Place(entry.span)).collect()
        }
    };
    (!targets.is_empty()).then_some(Definition {
        span: entry.span,
        targets,
    })
}

/// The places that a name is there because of, written ones first.
fn declared(snapshot: &Snapshot, name: &Name) -> Vec<Target> {
    let mut declaring: Vec<_> = snapshot
        .index
        .of(name)
        .filter(|entry| entry.meaning.declares && !entry.is_repeated)
        .collect();
    declaring.sort_by_key(|entry| !entry.is_written);
    if declaring.first().is_some_and(|first| first.is_written) {
        declaring.retain(|entry| entry.is_written);
    }
    declaring
        .iter()
        .map(|entry| Target::Place(entry.span))
        .collect()
}

/// What the service's module says of the role; without a module on disk, where the instance speaks of it.
fn of_role(snapshot: &Snapshot, instance: &InstanceName, role: &str) -> Vec<Target> {
    let described = snapshot
        .service(instance)
        .and_then(|service| service.roles.get(role));
    if let Some(span) = described.and_then(|described| described.span.some()) {
        return vec![Target::Place(span)];
    }
    let uses = snapshot
        .index
        .of(&Name::Role(instance.clone(), role.to_owned()));
    uses.take(1)
        .map(|entry| Target::Place(entry.span))
        .collect()
}

/// The configuration in the machine's folder.
fn configuration(
    snapshot: &Snapshot,
    machine: &str,
    exists: &dyn Fn(&std::path::Path) -> bool,
) -> Option<PathBuf> {
    let directory = &snapshot.analysis.clan.as_ref()?.directory;
    let file = directory
        .join("machines")
        .join(machine)
        .join("configuration.nix");
    exists(&file).then_some(file)
}
