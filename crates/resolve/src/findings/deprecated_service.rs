//! A service that clan-core warns of: it is to be removed, and something else took its place.

use std::collections::BTreeSet;

use model::inventory::Generation;
use model::service::retired_service;
use source::Diagnostic;

use super::Looked;

pub(super) fn find(looked: Looked<'_, '_>) -> Vec<Diagnostic> {
    let (mut found, mut told) = (vec![], BTreeSet::new());
    for (instance, service) in looked.inventory.instances.iter().zip(looked.services) {
        let name = &instance.service.value;
        let is_builtin = service
            .as_ref()
            .is_some_and(|service| service.is_catalogued)
            && instance.generation == Generation::Services;
        if !is_builtin || !told.insert(name) {
            continue;
        }
        let retired = retired_service(instance.generation, name);
        let retired = retired.filter(|retired| looked.dialect.since(&retired.since));
        found.extend(retired.map(|retired| {
            let message = format!("clan-core deprecates the service `{name}`");
            let finding = Diagnostic::warning("deprecated-service", message);
            let label = format!("deprecated since {}", retired.since);
            finding
                .label(instance.service.span, label)
                .help(retired.way_out(name))
        }));
    }
    found
}
