//! What `explain` prints: each membership and each setting with every reason and its place.

pub mod json;
mod missing;
mod settings;

use std::fmt::Write as _;

use model::inventory::Generation;
use resolve::view::{
    By, ImportView, ImportedBy, InstanceView, MachineView, MemberView, Resolution,
};

pub use self::missing::why_not;
use source::spelling::path_names;

use crate::nix::line;
use crate::overview::instance_name;
use crate::place::Places;
use crate::table::{Look, table};

/// What is to be explained.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'r> {
    /// A machine.
    Machine(&'r str, &'r MachineView),
    /// An instance.
    Instance(&'r InstanceView),
    /// A role of an instance.
    Role(&'r InstanceView, &'r str),
    /// A machine in a role of an instance.
    Member(&'r InstanceView, &'r str, &'r str),
}

/// What `what` names, and the path of the settings that it is restricted to: a machine, `INSTANCE`, `INSTANCE.ROLE` or `INSTANCE.ROLE.MACHINE` with
/// a setting behind it or not; the service may stand before the instance.
pub fn subject<'r>(what: &str, resolution: &'r Resolution) -> Option<(Subject<'r>, Vec<String>)> {
    if let Some((name, machine)) = resolution.machines.get_key_value(what) {
        return Some((Subject::Machine(name, machine), vec![]));
    }
    let parts = path_names(what);
    let mut instances = resolution.instances.iter();
    instances.find_map(|instance| {
        let rest = behind_instance(&parts, instance)?;
        let Some((role, rest)) = rest.split_first() else {
            return Some((Subject::Instance(instance), vec![]));
        };
        let (role, view) = instance.roles.get_key_value(role)?;
        let Some((machine, path)) = rest.split_first() else {
            return Some((Subject::Role(instance, role), vec![]));
        };
        let known = view.machines.get_key_value(machine).map(|(name, _)| name);
        let other = resolution.machines.get_key_value(machine);
        let other = other.filter(|_| view.gap.is_some()).map(|(name, _)| name);
        let machine = known.or(other)?;
        Some((Subject::Member(instance, role, machine), path.to_vec()))
    })
}

/// What is left of the path behind the instance's name, if it starts with it.
fn behind_instance<'p>(parts: &'p [String], instance: &InstanceView) -> Option<&'p [String]> {
    match parts {
        [service, name, rest @ ..]
            if *service == instance.service && *name == instance.instance =>
        {
            Some(rest)
        }
        [name, rest @ ..] if *name == instance.instance => Some(rest),
        _ => None,
    }
}

/// The explanation of what `what` names, for people; none if it names nothing.
pub fn text(what: &str, resolution: &Resolution, places: Places<'_>) -> Option<String> {
    let (subject, path) = subject(what, resolution)?;
    Some(match subject {
        Subject::Machine(name, view) => machine(name, view, resolution, places),
        Subject::Instance(instance) => instance_text(instance, resolution, places),
        Subject::Role(instance, role) => {
            let heading = format!("{role} of {}\n", instance_name(instance));
            heading + &role_text(instance, role, resolution, places)
        }
        Subject::Member(instance, role, machine) => {
            member(instance, role, machine, &path, resolution, places)?
        }
    })
}

/// A machine: what it is, and each role it fills, with each reason.
fn machine(
    name: &str,
    machine: &MachineView,
    resolution: &Resolution,
    places: Places<'_>,
) -> String {
    let perhaps = perhaps(name, resolution);
    let mut text = format!("{name} fills ");
    text.push_str(match (machine.memberships.is_empty(), perhaps.is_empty()) {
        (false, _) => "these roles:\n",
        (true, true) => "no role\n",
        (true, false) => "no role of which that is known\n",
    });
    for membership in &machine.memberships {
        let Some(instance) = resolution.instances.get(membership.instance) else {
            continue;
        };
        // Writing to a string never fails.
        let _ = writeln!(text, "\n{} of {}", membership.role, instance_name(instance));
        let role = instance.roles.get(&membership.role);
        if let Some(member) = role.and_then(|role| role.machines.get(name)) {
            text.push_str(&table(
                &reasons(name, member, resolution, places),
                "  ",
                Look::PLAIN,
            ));
            text.push_str(&table(
                &imports(member, instance, &membership.role, places),
                "  ",
                Look::PLAIN,
            ));
        }
    }
    if !perhaps.is_empty() {
        let _ = write!(
            text,
            "\nperhaps also\n{}",
            table(&perhaps, "  ", Look::PLAIN)
        );
    }
    text
}

/// The roles of which it is not known whether the machine fills them, and why.
fn perhaps(machine: &str, resolution: &Resolution) -> Vec<Vec<String>> {
    let mut rows = vec![];
    for instance in &resolution.instances {
        for (name, role) in &instance.roles {
            let gap = role.gap.as_ref();
            if let Some(gap) = gap.filter(|_| !role.machines.contains_key(machine)) {
                let role = format!("{name} of {}", instance_name(instance));
                rows.push(vec![role, gap.because.clone()]);
            }
        }
    }
    rows
}

/// An instance: each role with its members and their reasons.
fn instance_text(instance: &InstanceView, resolution: &Resolution, places: Places<'_>) -> String {
    let mut text = instance_name(instance);
    if let Some(place) = places.name(instance.span) {
        let _ = write!(text, " is defined at {place}");
    }
    text.push_str(if instance.enabled {
        "\n"
    } else {
        " and disabled\n"
    });
    for role in instance.roles.keys() {
        let _ = write!(text, "\n{role}");
        let place = instance.roles.get(role);
        match place.and_then(|role| places.name(role.span)) {
            Some(place) => drop(writeln!(text, "  {place}")),
            None => text.push('\n'),
        }
        text.push_str(&role_text(instance, role, resolution, places));
    }
    text
}

/// The members of a role with their reasons.
fn role_text(
    instance: &InstanceView,
    role: &str,
    resolution: &Resolution,
    places: Places<'_>,
) -> String {
    let Some(view) = instance.roles.get(role) else {
        return String::new();
    };
    let mut rows = vec![];
    for (machine, member) in &view.machines {
        let mut first = machine.clone();
        if !resolution.machines.contains_key(machine) {
            first.push_str(", not in the inventory");
        }
        for mut row in reasons(machine, member, resolution, places) {
            row.insert(0, std::mem::take(&mut first));
            rows.push(row);
        }
    }
    match &view.gap {
        Some(gap) => rows.push(vec!["perhaps others".to_owned(), gap.because.clone()]),
        None if rows.is_empty() => rows.push(vec!["nobody".to_owned()]),
        None => {}
    }
    table(&rows, "  ", Look::PLAIN)
}

/// Why a machine is a member: rows of a reason and its place.
fn reasons(
    machine: &str,
    member: &MemberView,
    resolution: &Resolution,
    places: Places<'_>,
) -> Vec<Vec<String>> {
    let mut rows = vec![];
    for via in &member.via {
        let place = places.name(via.span).unwrap_or_default();
        match &via.by {
            By::Name => rows.push(vec!["named in the role".to_owned(), place]),
            By::Tag(tag) => {
                rows.push(vec![format!("the role takes the tag `{tag}`"), place]);
                let view = resolution.machines.get(machine);
                let carried = view.and_then(|view| view.tags.iter().find(|each| each.name == *tag));
                let Some(carried) = carried else { continue };
                let written = places.name(carried.span);
                let how = match (carried.computed, &written) {
                    (true, None) => "clan computes it for this machine",
                    (true, Some(_)) => "`inventory.tags` gives it to the machine",
                    (false, _) => "the machine carries it",
                };
                rows.push(vec![format!("  {how}"), written.unwrap_or_default()]);
            }
        }
    }
    rows
}

/// Which modules the member imports for it: rows of what imports, the module and its place.
fn imports(
    member: &MemberView,
    instance: &InstanceView,
    role: &str,
    places: Places<'_>,
) -> Vec<Vec<String>> {
    let rows = member.imports.iter().map(|import| {
        let place = places.name(import.span).unwrap_or_default();
        vec![
            format!("imports {}", imported(import, instance, role, places)),
            place,
        ]
    });
    rows.collect()
}

fn imported(
    import: &ImportView,
    instance: &InstanceView,
    role: &str,
    places: Places<'_>,
) -> String {
    let service = &instance.service;
    let module = import.module.as_ref();
    let module = module.map(|module| line(module, places));
    let module = module.as_deref();
    match import.by {
        ImportedBy::RoleFile => match module {
            Some(module) => module.to_owned(),
            None => format!("`roles/{role}.nix` of clan-core's `{service}`"),
        },
        ImportedBy::Service => format!("what `{service}` makes for it"),
        ImportedBy::PerInstance => format!("what `perInstance` of `{role}` makes"),
        ImportedBy::PerMachine => format!("what `perMachine` of `{service}` makes"),
        ImportedBy::Instance => format!("{}, for the instance", module.unwrap_or("a module")),
        ImportedBy::Machine => format!("{}, for the machine", module.unwrap_or("a module")),
        ImportedBy::Role => format!("{}, for the role", module.unwrap_or("a module")),
    }
}

/// A machine in a role: the reasons, and each setting with every definition. `path` restricts the settings.
fn member(
    instance: &InstanceView,
    role: &str,
    machine: &str,
    path: &[String],
    resolution: &Resolution,
    places: Places<'_>,
) -> Option<String> {
    let view = instance.roles.get(role)?;
    let Some(member) = view.machines.get(machine) else {
        let (name, because) = (instance_name(instance), &view.gap.as_ref()?.because);
        return Some(format!(
            "whether {machine} is {role} of {name} is not known: {because}\n"
        ));
    };
    let mut text = format!("{machine} is {role} of {}\n", instance_name(instance));
    text.push_str(&table(
        &reasons(machine, member, resolution, places),
        "  ",
        Look::PLAIN,
    ));
    if path.is_empty() {
        text.push_str(&table(
            &imports(member, instance, role, places),
            "  ",
            Look::PLAIN,
        ));
    }
    if instance.generation == Generation::Services {
        let _ = writeln!(
            text,
            "\nclan.{} on {machine}, merged over all instances of {}:",
            instance.service, instance.service
        );
    }
    text.push_str(&settings::text(member, path, places));
    Some(text)
}
