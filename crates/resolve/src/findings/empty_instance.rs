//! An instance that has no members.

use source::Diagnostic;

use super::Looked;

pub(super) fn find(looked: Looked<'_, '_>) -> Vec<Diagnostic> {
    let all = looked
        .inventory
        .instances
        .iter()
        .zip(&looked.resolution.instances);
    let empty = all.filter(|(instance, view)| {
        let is_known = instance.gap.is_none() && !instance.is_obscure;
        // A role that asks for somebody who is not there has a finding of its own.
        let asks =
            |role: &model::inventory::Role<'_>| !role.machines.is_empty() || !role.tags.is_empty();
        let mut roles = view.roles.values();
        instance.enabled
            && is_known
            && !instance.roles.values().any(asks)
            && roles.all(|role| role.machines.is_empty() && role.gap.is_none())
    });
    empty
        .map(|(instance, _)| {
            let name = &instance.name.value;
            let finding = Diagnostic::warning(
                "empty-instance",
                format!("the instance `{name}` has no members"),
            )
            .label(instance.name.span, "does nothing");
            match instance.roles.keys().next() {
                Some(role) => {
                    finding.help(format!("give it some: `roles.{role}.tags = [ \"all\" ];`"))
                }
                None => finding.help("give its roles members, by `machines` or `tags`"),
            }
        })
        .collect()
}
