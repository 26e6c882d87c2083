//! The fleet as targets for Prometheus: the JSON of `file_sd_configs`.

use serde_json::{Value as Json, json};

use super::Fleet;
use crate::json::object;

/// A target for each wanted machine, at its address and a port; only members of `role` (instance, role) if that is given.
///
/// A machine without an address is reached by `machine.domain`, else by its name. Several tags are one label, with commas around each, as
/// Prometheus does it elsewhere: `tags=~".*,web,.*"`.
pub fn prometheus(fleet: Fleet<'_>, port: u16, role: Option<(&str, &str)>) -> Json {
    let machines = fleet
        .machines()
        .filter(|(name, _)| role.is_none_or(|(instance, role)| fleet.fills(name, instance, role)));
    let targets = machines.map(|(name, machine)| {
        let address = fleet.address(name).map(|address| address.host);
        let host = address.or_else(|| fleet.full_name(name));
        let host = host.unwrap_or_else(|| name.to_owned());
        let host = if host.contains(':') {
            format!("[{host}]")
        } else {
            host
        };
        let tags: String = machine
            .tags
            .iter()
            .map(|tag| format!("{},", tag.name))
            .collect();
        let labels = [
            ("machine", json!(name)),
            ("class", json!(machine.class)),
            ("tags", json!(format!(",{tags}"))),
        ];
        let clan = fleet.meta("name").map(|clan| ("clan", json!(clan)));
        object([
            ("targets", json!([format!("{host}:{port}")])),
            ("labels", object(labels.into_iter().chain(clan))),
        ])
    });
    targets.collect()
}

impl Fleet<'_> {
    /// Whether an instance has a role.
    pub fn has_role(self, instance: &str, role: &str) -> bool {
        let mut instances = self.resolution.instances.iter();
        instances.any(|each| each.instance == instance && each.roles.contains_key(role))
    }

    /// Whether a machine fills a role.
    fn fills(self, machine: &str, instance: &str, role: &str) -> bool {
        let mut instances = self.resolution.instances.iter();
        instances.any(|each| {
            let role = each.roles.get(role);
            let is_member = role.is_some_and(|role| role.machines.contains_key(machine));
            each.enabled && each.instance == instance && is_member
        })
    }
}
