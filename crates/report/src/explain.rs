//! What `explain` prints: each membership and each setting with every reason and its place.

use std::fmt::Write as _;

use model::inventory::Generation;
use resolve::view::{By, InstanceView, MemberView, Resolution, SettingView};

use crate::nix::{attribute, line};
use crate::overview::instance_name;
use crate::place::Places;
use crate::table::{Look, table};

/// A machine: each role it fills, with each reason.
pub fn machine(name: &str, resolution: &Resolution, places: Places<'_>) -> Option<String> {
    let machine = resolution.machines.get(name)?;
    let perhaps = perhaps(name, resolution);
    let mut text = format!("{name} fills ");
    text.push_str(match (machine.memberships.is_empty(), perhaps.is_empty()) {
        (false, _) => "these roles:\n",
        (true, true) => "no role\n",
        (true, false) => "no role of which that is known\n",
    });
    for membership in &machine.memberships {
        let instance = resolution.instances.get(membership.instance)?;
        // Writing to a string never fails.
        let _ = writeln!(text, "\n{} of {}", membership.role, instance_name(instance));
        let member = instance.roles.get(&membership.role)?.machines.get(name)?;
        text.push_str(&reasons(name, member, resolution, places));
    }
    if !perhaps.is_empty() {
        let _ = write!(
            text,
            "\nperhaps also\n{}",
            table(&perhaps, "  ", Look::PLAIN)
        );
    }
    Some(text)
}

/// The roles of which it is not known whether the machine fills them, and why.
fn perhaps(machine: &str, resolution: &Resolution) -> Vec<Vec<String>> {
    let mut rows = vec![];
    for instance in &resolution.instances {
        for (name, role) in &instance.roles {
            if let Some(gap) = role
                .gap
                .as_ref()
                .filter(|_| !role.machines.contains_key(machine))
            {
                let role = format!("{name} of {}", instance_name(instance));
                rows.push(vec![role, gap.because.clone()]);
            }
        }
    }
    rows
}

fn reasons(
    machine: &str,
    member: &MemberView,
    resolution: &Resolution,
    places: Places<'_>,
) -> String {
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
    table(&rows, "  ", Look::PLAIN)
}

/// A machine in a role: the reasons, and each setting with every definition. `path` restricts the settings.
pub fn member(
    instance: &InstanceView,
    role: &str,
    machine: &str,
    path: &[String],
    resolution: &Resolution,
    places: Places<'_>,
) -> Option<String> {
    let view = instance.roles.get(role)?;
    let Some(member) = view.machines.get(machine) else {
        let gap = view
            .gap
            .as_ref()
            .filter(|_| resolution.machines.contains_key(machine))?;
        let (name, because) = (instance_name(instance), &gap.because);
        return Some(format!(
            "whether {machine} is {role} of {name} is not known: {because}\n"
        ));
    };
    let mut text = format!("{machine} is {role} of {}\n", instance_name(instance));
    text.push_str(&reasons(machine, member, resolution, places));
    let settings: Vec<&SettingView> = member
        .explained
        .iter()
        .filter(|setting| setting.path.starts_with(path) || path.starts_with(&setting.path))
        .collect();
    if instance.generation == Generation::Services {
        let _ = writeln!(
            text,
            "\nclan.{} on {machine}, merged over all instances of {}:",
            instance.service, instance.service
        );
    }
    for setting in &settings {
        text.push('\n');
        text.push_str(&setting_text(setting, places));
    }
    if settings.is_empty() {
        text.push_str(if path.is_empty() {
            "\nno settings\n"
        } else {
            "\nno such setting\n"
        });
    }
    Some(text)
}

fn setting_text(setting: &SettingView, places: Places<'_>) -> String {
    let name: Vec<String> = setting.path.iter().map(|part| attribute(part)).collect();
    let mut text = format!("{} = {}\n", name.join("."), line(&setting.value, places));
    let several = setting.definitions.len() > 1;
    let rows: Vec<Vec<String>> = setting
        .definitions
        .iter()
        .map(|definition| {
            let mut row = vec![definition.layer.describe()];
            let says = if several {
                format!("says {}", line(&definition.value, places))
            } else {
                String::new()
            };
            row.push(says);
            row.push(places.name(definition.span).unwrap_or_default());
            let priority = match definition.priority {
                50 => "mkForce".to_owned(),
                100 => String::new(),
                1000 => "mkDefault".to_owned(),
                1500 => String::new(),
                other => format!("priority {other}"),
            };
            let verdict = match (several, definition.wins) {
                (true, false) => "yields",
                _ => "",
            };
            row.push([priority.as_str(), verdict].join(" ").trim().to_owned());
            row
        })
        .collect();
    text.push_str(&table(&rows, "  ", Look::PLAIN));
    text
}
