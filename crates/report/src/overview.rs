//! What `show` prints: machines with their tags, instances with who fills which role and why.

use std::fmt::Write as _;

use model::Data;
use model::inventory::Generation;
use resolve::view::{By, InstanceView, MachineView, MemberView, Resolution};

use crate::place::Places;
use crate::table::{Look, marked, table};

/// The whole clan.
pub fn clan(resolution: &Resolution, look: Look) -> String {
    let mut text = headline(resolution, look);
    if !resolution.machines.is_empty() || resolution.machines_gap.is_some() {
        text.push_str(&format!("\n{}\n", look.bold("Machines")));
        let rows: Vec<Vec<String>> = resolution
            .machines
            .iter()
            .map(|(name, machine)| machine_row(name, machine))
            .collect();
        text.push_str(&table(&rows, "  ", look));
        if let Some(gap) = &resolution.machines_gap {
            // Writing to a string never fails.
            let _ = writeln!(text, "  perhaps others: {}", gap.because);
        }
    }
    for instance in &resolution.instances {
        text.push('\n');
        text.push_str(&instance_text(instance, resolution, look));
    }
    for (path, gap) in &resolution.gaps {
        if matches!(path.as_str(), "inventory.instances" | "inventory.services") {
            let _ = writeln!(text, "\nperhaps other instances: {}", gap.because);
        }
    }
    text
}

fn headline(resolution: &Resolution, look: Look) -> String {
    let name = match resolution.meta.get("name") {
        Some(Data::String(name)) => format!("Clan {name}"),
        _ => "Clan without a name".to_owned(),
    };
    format!(
        "{}: {}, {}, read as clan-core of {}\n",
        look.bold(&name),
        count(resolution.machines.len(), "machine"),
        count(resolution.instances.len(), "instance"),
        resolution.dialect
    )
}

fn count(number: usize, what: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {what}{ending}")
}

fn machine_row(name: &str, machine: &MachineView) -> Vec<String> {
    let tags: Vec<String> = machine.tags.iter().map(marked).collect();
    let sources: Vec<&str> = machine.sources.iter().map(|source| source.name()).collect();
    let mut notes = vec![];
    if machine.class != "nixos" {
        notes.push(machine.class.clone());
    }
    if let Some(gap) = &machine.tags_gap {
        notes.push(format!("perhaps more tags: {}", gap.because));
    }
    if sources != ["inventory"] && !sources.is_empty() {
        notes.push(format!("from {}", sources.join(", ")));
    }
    vec![name.to_owned(), tags.join(" "), notes.join("; ")]
}

/// How an instance is named in headings.
pub fn instance_name(instance: &InstanceView) -> String {
    let service = &instance.service;
    match (instance.generation, &instance.input) {
        (Generation::Services, _) => format!("{service}.{}", instance.instance),
        (Generation::Instances, None) if *service == instance.instance => service.clone(),
        (Generation::Instances, None) => format!("{} ({service})", instance.instance),
        (Generation::Instances, Some(input)) => {
            format!("{} ({service} of {input})", instance.instance)
        }
    }
}

fn instance_text(instance: &InstanceView, resolution: &Resolution, look: Look) -> String {
    let mut text = look.bold(&instance_name(instance));
    if !instance.enabled {
        text.push_str(", disabled");
    }
    text.push('\n');
    let mut rows = vec![];
    for (role, view) in &instance.roles {
        let mut first = role.clone();
        for (machine, member) in &view.machines {
            let lacking = if resolution.machines.contains_key(machine) {
                ""
            } else {
                ", not in the inventory"
            };
            let reason = format!("{}{lacking}", reasons(machine, member, resolution));
            rows.push(vec![std::mem::take(&mut first), machine.clone(), reason]);
        }
        match &view.gap {
            Some(gap) if view.machines.is_empty() => {
                rows.push(vec![first, "not known".to_owned(), gap.because.clone()]);
            }
            Some(gap) => {
                let row = ["", "perhaps others", &gap.because];
                rows.push(row.map(str::to_owned).to_vec());
            }
            None if view.machines.is_empty() => rows.push(vec![first, "nobody".to_owned()]),
            None => {}
        }
    }
    text.push_str(&table(&rows, "  ", look));
    text
}

/// Why a machine is a member, in words.
pub fn reasons(machine: &str, member: &MemberView, resolution: &Resolution) -> String {
    let reasons: Vec<String> = member
        .via
        .iter()
        .map(|via| match &via.by {
            By::Name => "by name".to_owned(),
            By::Tag(tag) => {
                let carried = resolution.machines.get(machine);
                let carried =
                    carried.and_then(|machine| machine.tags.iter().find(|each| each.name == *tag));
                if carried.is_some_and(|tag| tag.computed) {
                    format!("by tag {tag} (computed)")
                } else {
                    format!("by tag {tag}")
                }
            }
        })
        .collect();
    reasons.join(", ")
}

/// One machine.
pub fn machine(
    name: &str,
    view: &MachineView,
    resolution: &Resolution,
    places: Places<'_>,
    look: Look,
) -> String {
    let mut text = format!("Machine {} ({})\n", look.bold(name), view.class);
    let sources: Vec<&str> = view.sources.iter().map(|source| source.name()).collect();
    let mut rows = vec![];
    let defined = places.name(view.span);
    rows.push(vec![
        "defined".to_owned(),
        defined.unwrap_or_else(|| sources.join(", ")),
    ]);
    let mut first = "tags".to_owned();
    for tag in &view.tags {
        let origin = match (tag.computed, places.name(tag.span)) {
            (false, Some(place)) => place,
            (true, Some(place)) => format!("computed, {place}"),
            (true, None) => "computed by clan".to_owned(),
            (false, None) => String::new(),
        };
        rows.push(vec![std::mem::take(&mut first), tag.name.clone(), origin]);
    }
    let mut first = "roles".to_owned();
    for membership in &view.memberships {
        let Some(instance) = resolution.instances.get(membership.instance) else {
            continue;
        };
        let member = instance.roles.get(&membership.role);
        let member = member.and_then(|role| role.machines.get(name));
        let reason = member.map(|member| reasons(name, member, resolution));
        rows.push(vec![
            std::mem::take(&mut first),
            format!("{} of {}", membership.role, instance_name(instance)),
            reason.unwrap_or_default(),
        ]);
    }
    text.push_str(&table(&rows, "  ", look));
    text
}

/// One instance.
pub fn instance(
    instance: &InstanceView,
    resolution: &Resolution,
    places: Places<'_>,
    look: Look,
) -> String {
    let mut text = instance_text(instance, resolution, look);
    if let Some(place) = places.name(instance.span) {
        // Writing to a string never fails.
        let _ = writeln!(text, "  defined at {place}");
    }
    text
}
