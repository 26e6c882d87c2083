//! Who fills a role.
//!
//! Services: the machines as written, then for each tag as written its carriers in the order of names; nothing is dropped, also not what
//! comes twice. A tag that no machine carries is an error before 2025-01-08; from then on it is a warning that *also drops the members
//! found through the tags before it*, as clan-core does.
//! Instances: the names in the set, and the carriers of each tag; each machine once, in the order of names. A tag without carriers warns.
//! In both: a machine that the inventory lacks stays a member.
//! Source: clan-core `lib/inventory/build-inventory` (2024-12), `modules/clan/distributed-services.nix`.

use std::collections::HashMap;

use indexmap::IndexMap;
use model::inventory::{Gap, Generation, Instance, Inventory, Machine, Role, Sourced};
use model::{Dialect, Fact};
use source::{Diagnostic, SourceMap};

use crate::missing::{Missing, nearest_machine, unknown_machine};
use crate::view::{By, MemberView, Via};

/// Which machines carry each tag, in the order of names.
pub struct Carriers<'i> {
    by_tag: HashMap<&'i str, Vec<&'i str>>,
    names: Vec<&'i str>,
}

impl<'i> Carriers<'i> {
    /// The index of the machines' tags.
    pub fn new(machines: &'i IndexMap<String, Machine>) -> Carriers<'i> {
        let mut by_tag: HashMap<&str, Vec<&str>> = HashMap::new();
        for (name, machine) in machines {
            for tag in &machine.tags {
                by_tag.entry(&tag.name).or_default().push(name);
            }
        }
        let mut names: Vec<&str> = by_tag.keys().copied().collect();
        names.sort_unstable();
        Carriers { by_tag, names }
    }

    /// The carriers of `tag`.
    pub fn of(&self, tag: &str) -> &[&'i str] {
        self.by_tag.get(tag).map(Vec::as_slice).unwrap_or_default()
    }

    /// Every tag that some machine carries, in order.
    pub fn tags(&self) -> &[&'i str] {
        &self.names
    }
}

/// The members of a role in clan-core's order, and each once with every reason.
#[derive(Default)]
pub struct Members {
    /// In clan-core's order, repeated as clan-core has it.
    pub listed: Vec<String>,
    /// Each once.
    pub each: IndexMap<String, MemberView>,
    /// Why there may be more.
    pub gap: Option<Gap>,
    /// Whether clan fails on this role.
    pub failed: bool,
}

/// What members are chosen from, and by which rules.
#[derive(Clone, Copy)]
pub struct Fleet<'f, 'a> {
    /// The inventory.
    pub inventory: &'f Inventory<'a>,
    /// The machines of each tag.
    pub carriers: &'f Carriers<'f>,
    /// The state of clan-core.
    pub dialect: &'f Dialect,
    /// The texts that places are in.
    pub sources: &'f SourceMap,
}

/// The members of a role. Unknown tags and machines are reported.
pub fn members<'a>(
    fleet: Fleet<'_, 'a>,
    instance: &Instance<'a>,
    role_name: &str,
    role: &Role<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Members {
    let Fleet {
        inventory,
        carriers,
        dialect,
        ..
    } = fleet;
    let machines = &inventory.machines;
    let mut members = Members {
        gap: inventory.members_gap(instance, role),
        ..Members::default()
    };
    let missing = Missing {
        fleet,
        instance,
        role: (role_name, role),
    };
    for machine in &role.machines {
        members.add(
            &machine.value,
            Via {
                by: By::Name,
                span: machine.span,
            },
        );
        if !machines.contains_key(&machine.value) && inventory.machines_gap.is_none() {
            diagnostics.push(missing.machine(machine));
        }
    }
    let written = members.listed.len();
    for tag in &role.tags {
        let carried = carriers.of(&tag.value);
        if carried.is_empty() && members.gap.is_some() {
            continue;
        }
        if carried.is_empty() {
            let is_error =
                instance.generation == Generation::Services && !dialect.has(Fact::UnknownTagWarns);
            diagnostics.push(missing.tag(tag, is_error));
            members.failed |= is_error;
            if instance.generation == Generation::Services && !is_error {
                members.drop_tagged(written);
            }
            continue;
        }
        for machine in carried {
            members.add(
                machine,
                Via {
                    by: By::Tag(tag.value.clone()),
                    span: tag.span,
                },
            );
        }
    }
    if instance.generation == Generation::Instances {
        members.each.sort_keys();
        members.listed = members.each.keys().cloned().collect();
    }
    members
}

impl Members {
    fn add(&mut self, machine: &str, via: Via) {
        self.listed.push(machine.to_owned());
        let member = self.each.entry(machine.to_owned()).or_default();
        if !member.via.contains(&via) {
            member.via.push(via);
        }
    }

    /// Forgets everybody who came by a tag.
    fn drop_tagged(&mut self, written: usize) {
        self.listed.truncate(written);
        for member in self.each.values_mut() {
            member.via.retain(|via| via.by == By::Name);
        }
        self.each.retain(|_, member| !member.via.is_empty());
    }
}

/// The instance in words.
pub(crate) fn path_of(instance: &Instance<'_>) -> String {
    match instance.generation {
        Generation::Services => format!("{}.{}", instance.service.value, instance.name.value),
        Generation::Instances => instance.name.value.clone(),
    }
}

/// Reports the machines in `machines.<m>` of a services instance that the inventory does not have.
pub fn check_machines(
    instance: &Instance<'_>,
    inventory: &Inventory<'_>,
    sources: &SourceMap,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let machines = &inventory.machines;
    if inventory.machines_gap.is_some() || !instance.enabled {
        return;
    }
    for (name, own) in &instance.machines {
        if !machines.contains_key(name) {
            let machine = Sourced::new(name.clone(), own.span);
            let label = format!("has config in `{}`", path_of(instance));
            let finding = unknown_machine(&machine, label);
            let is_free = |near: &str| !instance.machines.contains_key(near);
            diagnostics.push(nearest_machine(
                finding, &machine, machines, sources, is_free,
            ));
        }
    }
}
