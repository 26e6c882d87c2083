//! Why there is nothing to explain, and what was probably meant.

use model::inventory::Generation;
use resolve::view::{InstanceView, Resolution, RoleView};
use source::spelling::path_names;
use source::suggest;

use super::behind_instance;

/// So many members are named.
const MOST_NAMES: usize = 5;

/// Of something below an instance that is there: why `what` names nothing.
pub fn why_not(what: &str, resolution: &Resolution) -> Option<String> {
    let parts = path_names(what);
    let mut instances = resolution.instances.iter();
    instances.find_map(|instance| {
        let rest = behind_instance(&parts, instance)?;
        let (name, rest) = rest.split_first()?;
        match instance.roles.get(name) {
            None => Some(no_role(instance, name)),
            Some(role) => {
                let machine = rest.first()?;
                let is_member = role.machines.contains_key(machine);
                (!is_member).then(|| no_member(instance, (name, role), machine, resolution))
            }
        }
    })
}

fn no_role(instance: &InstanceView, name: &str) -> String {
    let roles = || instance.roles.keys().map(String::as_str);
    let hint = match suggest::nearest(name, roles()) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("its roles are {}", listed(roles())),
    };
    let instance = path_of(instance);
    format!("`{instance}` has no role `{name}`; {hint}")
}

fn no_member(
    instance: &InstanceView,
    (name, role): (&str, &RoleView),
    machine: &str,
    resolution: &Resolution,
) -> String {
    let members = || role.machines.keys().map(String::as_str);
    let instance = path_of(instance);
    let message = format!("`{machine}` is no member of role `{name}` of `{instance}`");
    let is_machine = resolution.machines.contains_key(machine);
    let nearest = suggest::nearest(machine, members()).filter(|_| !is_machine);
    match nearest {
        Some(nearest) => format!("{message}; did you mean `{nearest}`?"),
        None if role.machines.is_empty() => format!("{message}, which has none"),
        None => format!("{message}; its members are {}", listed(members())),
    }
}

fn path_of(instance: &InstanceView) -> String {
    match instance.generation {
        Generation::Services => format!("{}.{}", instance.service, instance.instance),
        Generation::Instances => instance.instance.clone(),
    }
}

fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names
        .get(..MOST_NAMES)
        .filter(|_| names.len() > MOST_NAMES + 1)
    {
        Some(first) => format!("{} and {} more", first.join(", "), names.len() - MOST_NAMES),
        None => names.join(", "),
    }
}
