//! What clan has nothing against and the author hardly meant. Each finding has a file and a page of its own.
//!
//! Where something is not known, nothing that depends on it is found.

mod config_without_role;
mod deprecated_service;
mod dropped_settings;
mod duplicate_member;
mod empty_instance;
mod machine_without_role;
mod overridden_setting;
mod unused_tag;
mod weightless_priority;

use model::inventory::Inventory;
use model::{Dialect, Service};
use source::{Diagnostic, Severity, SourceMap};

use crate::view::Resolution;

/// What findings are looked for in.
#[derive(Clone, Copy)]
struct Looked<'l, 'a> {
    inventory: &'l Inventory<'a>,
    services: &'l [Option<Service<'a>>],
    resolution: &'l Resolution,
    dialect: &'l Dialect,
    sources: &'l SourceMap,
}

/// Looks for all of them. `known` is what is wrong already: beside errors nothing is looked for, and where a role asks for somebody who is not there,
/// nobody is said to be unasked.
pub fn findings<'a>(
    (inventory, services): (&Inventory<'a>, &[Option<Service<'a>>]),
    resolution: &Resolution,
    (dialect, sources): (&Dialect, &SourceMap),
    known: &[Diagnostic],
) -> Vec<Diagnostic> {
    if known.iter().any(|each| each.severity == Severity::Error) {
        return vec![];
    }
    let looked = Looked {
        inventory,
        services,
        resolution,
        dialect,
        sources,
    };
    let rules = [
        config_without_role::find,
        deprecated_service::find,
        dropped_settings::find,
        duplicate_member::find,
        empty_instance::find,
        overridden_setting::find,
        weightless_priority::find,
    ];
    let unasked = [machine_without_role::find, unused_tag::find];
    let is_missed = |each: &Diagnostic| matches!(each.code, "unknown-machine" | "unknown-tag");
    let unasked = match known.iter().any(is_missed) {
        true => &[][..],
        false => &unasked[..],
    };
    let rules = rules.iter().chain(unasked);
    rules.flat_map(|find| find(looked)).collect()
}

impl Looked<'_, '_> {
    /// Whether all instances, roles and members are known.
    fn knows_all_members(self) -> bool {
        let roles = self.resolution.instances.iter();
        let mut roles = roles.flat_map(|instance| instance.roles.values());
        self.resolution.gaps.is_empty() && roles.all(|role| role.gap.is_none())
    }
}
