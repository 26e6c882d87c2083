//! What a services instance gives to a machine that fills none of its roles: it goes nowhere.

use model::inventory::Instance;
use source::Diagnostic;

use super::Looked;
use crate::view::InstanceView;

pub(super) fn find(looked: Looked<'_, '_>) -> Vec<Diagnostic> {
    let instances = looked.inventory.instances.iter();
    let instances = instances.zip(&looked.resolution.instances);
    let instances = instances.filter(|(instance, _)| instance.enabled && instance.gap.is_none());
    instances
        .flat_map(|(instance, view)| in_instance(looked, instance, view))
        .collect()
}

fn in_instance(
    looked: Looked<'_, '_>,
    instance: &Instance<'_>,
    view: &InstanceView,
) -> Vec<Diagnostic> {
    // Who joins one of these roles is not known.
    if view.roles.values().any(|role| role.gap.is_some()) {
        return vec![];
    }
    let is_member = |name: &str| {
        let mut roles = view.roles.values();
        roles.any(|role| role.machines.contains_key(name))
    };
    let machines = instance.machines.iter();
    let idle = machines.filter(|(name, own)| {
        let is_given = own.config.is_some() || !own.extra_modules.is_empty();
        is_given && looked.inventory.machines.contains_key(*name) && !is_member(name)
    });
    let named = |name: &str| {
        let role = view.roles.keys().next();
        let role = role.map_or("…", String::as_str);
        format!(
            "name it in a role, as in `roles.{role}.machines = [ \"{name}\" ];`, or take this away"
        )
    };
    let path = format!("{}.{}", instance.service.value, instance.name.value);
    idle.map(|(name, own)| {
        let message =
            format!("`{name}` fills no role of `{path}`, so what it is given there goes nowhere");
        Diagnostic::warning("config-without-role", message)
            .label(own.span, "no member")
            .help(named(name))
    })
    .collect()
}
