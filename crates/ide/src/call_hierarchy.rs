//! Who runs what, as a hierarchy: an instance has roles, a role has machines.

use source::{Pos, Span};

use crate::Snapshot;
use crate::bindings::extent;
use crate::index::Entry;
use crate::name::{InstanceName, Name};

/// A member of the hierarchy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// What it is.
    pub name: Name,
    /// A few words beside it.
    pub detail: String,
    /// Where its name stands first.
    pub span: Span,
    /// All that is written of it there.
    pub extent: Span,
}

/// A step in the hierarchy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// Who is there.
    pub item: Item,
    /// Where that is said.
    pub spans: Vec<Span>,
}

/// The instance, role or machine at a place.
pub fn prepare(snapshot: &Snapshot, place: Pos) -> Option<Item> {
    let entry = snapshot.index.at(place)?;
    item(snapshot, entry.name())
}

/// What stands below: an instance's roles, a role's machines.
pub fn outgoing(snapshot: &Snapshot, name: &Name) -> Vec<Step> {
    match name {
        Name::Instance(instance) => {
            let Some((_, view)) = snapshot.instance(instance) else {
                return vec![];
            };
            let roles = view
                .roles
                .iter()
                .filter(|(_, role)| !role.machines.is_empty());
            let roles = roles.map(|(role, _)| Name::Role(instance.clone(), role.clone()));
            roles
                .filter_map(|role| step(snapshot, &role, None))
                .collect()
        }
        Name::Role(instance, role) => {
            let Some((_, view)) = snapshot.instance(instance) else {
                return vec![];
            };
            let members = view
                .roles
                .get(role)
                .into_iter()
                .flat_map(|role| &role.machines);
            let members = members.filter_map(|(machine, member)| {
                let spans = member.via.iter().filter_map(|via| via.span.some());
                let name = Name::Machine(machine.clone());
                step(snapshot, &name, Some(spans.collect()))
            });
            members.collect()
        }
        _ => vec![],
    }
}

/// What stands above: a machine's roles, a role's instance.
pub fn incoming(snapshot: &Snapshot, name: &Name) -> Vec<Step> {
    match name {
        Name::Machine(machine) => {
            let Some(resolution) = snapshot.resolution() else {
                return vec![];
            };
            let machine = resolution.machines.get(machine);
            let memberships = machine.into_iter().flat_map(|machine| &machine.memberships);
            let steps = memberships.filter_map(|membership| {
                let instance = resolution.instances.get(membership.instance)?;
                let is_legacy = instance.generation == model::inventory::Generation::Services;
                let instance = InstanceName {
                    service: is_legacy.then(|| instance.service.clone()),
                    name: instance.instance.clone(),
                };
                let spans = membership.via.iter().filter_map(|via| via.span.some());
                let role = Name::Role(instance, membership.role.clone());
                step(snapshot, &role, Some(spans.collect()))
            });
            steps.collect()
        }
        Name::Role(instance, _) => {
            let instance = Name::Instance(instance.clone());
            step(snapshot, &instance, None).into_iter().collect()
        }
        _ => vec![],
    }
}

fn step(snapshot: &Snapshot, name: &Name, spans: Option<Vec<Span>>) -> Option<Step> {
    let item = item(snapshot, name)?;
    Some(Step {
        spans: spans.unwrap_or_else(|| vec![item.span]),
        item,
    })
}

fn item(snapshot: &Snapshot, name: &Name) -> Option<Item> {
    if !matches!(name, Name::Instance(_) | Name::Role(..) | Name::Machine(_)) {
        return None;
    }
    let entries: Vec<&Entry> = snapshot.index.of(name).collect();
    let declaring = entries
        .iter()
        .find(|entry| entry.meaning.declares && entry.is_written);
    let entry = declaring.or(entries.first())?;
    Some(Item {
        name: name.clone(),
        detail: match name {
            Name::Role(instance, _) => format!("role of {}", instance.shown()),
            other => other.kind().to_owned(),
        },
        span: entry.span,
        extent: extent(snapshot, entry.span),
    })
}
