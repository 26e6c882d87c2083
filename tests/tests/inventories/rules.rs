//! The rules for `instances`, written plainly: whoever changes those of `resolve` by mistake does not change these.
//!
//! Tags of a machine: as written, then each of `inventory.tags` that lists it, by name; each once. Members of a role: who it names, and who carries one of
//! its tags. Settings of a member: what the role says, the machine, and each of the role's tags that the machine carries; the strongest priority
//! alone counts; lists are joined from the last tag to the first, then the machine's, then the role's; numbers must agree.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::fleet::{Fleet, Given, Instance, Machine, Marked, Role, Settings};

/// Every answer on a line, in order.
pub fn resolve(fleet: &Fleet) -> Vec<String> {
    let mut lines = vec![];
    for machine in &fleet.machines {
        lines.push(format!(
            "{}: {}",
            machine.name,
            tags(fleet, machine).join(" ")
        ));
    }
    let mut checks = vec![];
    for instance in &fleet.instances {
        for role in &instance.roles {
            let members = members(fleet, role);
            let path = format!("{}.{}", instance.name, role.name);
            let names: Vec<&str> = members.iter().copied().collect();
            lines.push(format!("{path}: {}", names.join(" ")));
            for machine in members {
                let settings = merged(&layers(fleet, role, machine));
                let settings = settings.map_or("fails".to_owned(), |settings| settings.to_string());
                lines.push(format!("{path}.{machine}: {settings}"));
            }
        }
        checks.extend(bounds(fleet, instance));
    }
    if fleet.instances.len() > 2 {
        checks.push("labour-maxInstances".to_owned());
    }
    lines.extend(checks.iter().map(|id| format!("check {id}")));
    lines.sort();
    lines
}

fn tags(fleet: &Fleet, machine: &Machine) -> Vec<&'static str> {
    let mut listed: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let names = |is_wanted: &dyn Fn(&&Machine) -> bool| {
        let machines = fleet.machines.iter().filter(is_wanted);
        machines.map(|machine| machine.name).collect::<Vec<_>>()
    };
    listed.insert("all", names(&|_| true));
    listed.insert("nixos", names(&|machine| !machine.is_darwin));
    listed.insert("darwin", names(&|machine| machine.is_darwin));
    listed.extend(fleet.tags.iter().cloned());
    let mut tags = machine.tags.clone();
    for (tag, members) in listed {
        if members.contains(&machine.name) && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

fn carries(fleet: &Fleet, machine: &str, tag: &str) -> bool {
    let found = fleet.machines.iter().find(|each| each.name == machine);
    found.is_some_and(|machine| tags(fleet, machine).contains(&tag))
}

fn members(fleet: &Fleet, role: &Role) -> BTreeSet<&'static str> {
    let named = role.machines.iter().map(|(name, _)| *name);
    let all = fleet.machines.iter().map(|machine| machine.name);
    let tagged = all.filter(|name| role.tags.iter().any(|(tag, _)| carries(fleet, name, tag)));
    named.chain(tagged).collect()
}

fn bounds(fleet: &Fleet, instance: &Instance) -> Option<String> {
    let head = instance.roles.iter().find(|role| role.name == "head");
    let which = match head.map_or(0, |role| members(fleet, role).len()) {
        0 => "min",
        1..=3 => return None,
        _ => "max",
    };
    Some(format!("labour-{}-head-{which}Machines", instance.name))
}

/// What is said of a member, in the order in which lists are joined.
fn layers<'f>(fleet: &Fleet, role: &'f Role, machine: &str) -> Vec<&'f Settings> {
    let mut of_tags: Vec<_> = role.tags.iter().collect();
    of_tags.sort_by_key(|(tag, _)| std::cmp::Reverse(*tag));
    let of_tags = of_tags
        .into_iter()
        .filter(|(tag, _)| carries(fleet, machine, tag));
    let own = role.machines.iter().filter(|(name, _)| *name == machine);
    let mut layers: Vec<&Settings> = of_tags.map(|(_, settings)| settings).collect();
    layers.extend(own.map(|(_, settings)| settings));
    layers.push(&role.settings);
    layers
}

/// The definitions of the strongest priority among those that `pick` knows, the earliest order first.
fn strongest<'s, T>(layers: &[&'s Settings], pick: impl Fn(&'s Given) -> Option<T>) -> Vec<T> {
    let all = layers.iter().flat_map(|settings| settings.iter());
    let mut found: Vec<(u32, u32, T)> = all
        .filter_map(|(mark, given)| {
            let (priority, order) = match mark {
                Marked::Plainly => (100, 1000),
                Marked::Force => (50, 1000),
                Marked::Default => (1000, 1000),
                Marked::Before => (100, 500),
                Marked::After => (100, 1500),
            };
            Some((priority, order, pick(given)?))
        })
        .collect();
    let least = found.iter().map(|(priority, ..)| *priority).min();
    found.retain(|(priority, ..)| Some(*priority) == least);
    found.sort_by_key(|(_, order, _)| *order);
    found.into_iter().map(|(.., value)| value).collect()
}

/// The settings, unless two definitions contradict each other.
fn merged(layers: &[&Settings]) -> Option<Json> {
    let numbers = strongest(layers, |given| match given {
        Given::Number(number) => Some(*number),
        _ => None,
    });
    let words = strongest(layers, |given| match given {
        Given::Words(words) => Some(words),
        _ => None,
    });
    let counts = strongest(layers, |given| match given {
        Given::Counts(counts) => Some(counts),
        _ => None,
    });
    let number = numbers.first().copied().unwrap_or(7);
    if numbers.iter().any(|other| *other != number) {
        return None;
    }
    let mut by_name = BTreeMap::new();
    for (name, count) in counts.into_iter().flatten() {
        if by_name
            .insert(*name, *count)
            .is_some_and(|other| other != *count)
        {
            return None;
        }
    }
    let joined: Vec<&str> = words
        .iter()
        .flat_map(|words| words.iter().copied())
        .collect();
    let words = if words.is_empty() {
        vec!["none"]
    } else {
        joined
    };
    Some(json!({ "counts": by_name, "number": number, "words": words }))
}
