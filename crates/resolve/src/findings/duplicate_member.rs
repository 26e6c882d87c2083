//! A machine that a role of the services generation names twice: clan has it as a member twice.

use std::collections::HashMap;

use source::Diagnostic;

use super::Looked;

pub(super) fn find(looked: Looked<'_, '_>) -> Vec<Diagnostic> {
    let mut found = vec![];
    for instance in &looked.inventory.instances {
        for (role, written) in &instance.roles {
            let mut first = HashMap::new();
            for machine in &written.machines {
                let Some(before) = first.insert(&machine.value, machine.span) else {
                    continue;
                };
                let name = &machine.value;
                let message = format!(
                    "role `{role}` of `{}` names `{name}` twice",
                    instance.name.value
                );
                let finding = Diagnostic::warning("duplicate-member", message)
                    .label(machine.span, "again")
                    .label(before, "first here");
                found.push(finding.help("take one of them away: clan counts both"));
            }
        }
    }
    found
}
