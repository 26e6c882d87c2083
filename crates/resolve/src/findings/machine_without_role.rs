//! A machine that fills no role of any instance.

use source::Diagnostic;

use super::Looked;

pub(super) fn find(looked: Looked<'_, '_>) -> Vec<Diagnostic> {
    let resolution = looked.resolution;
    let is_used = resolution.instances.iter().any(|instance| {
        let mut roles = instance.roles.values();
        roles.any(|role| !role.machines.is_empty())
    });
    if !is_used || !looked.knows_all_members() {
        return vec![];
    }
    let machines = resolution.machines.iter();
    let idle = machines.filter(|(_, machine)| {
        machine.memberships.is_empty() && machine.tags_gap.is_none() && !machine.span.is_none()
    });
    idle.map(|(name, machine)| {
        Diagnostic::note(
            "machine-without-role",
            format!("`{name}` fills no role of any instance"),
        )
        .label(machine.span, "no instance names it or a tag of it")
        .help("name it in a role, or give it a tag that one asks for")
    })
    .collect()
}
