//! Lists of names, with more about each for those who want it; and which machines a selector means.

use std::collections::BTreeSet;

use resolve::view::{InstanceView, Resolution};
use serde_json::{Map, Value as Json};

/// An entry of a list.
#[derive(Clone, Debug)]
pub struct Row {
    /// What is listed.
    pub name: String,
    /// More about it, by column.
    pub more: Vec<(&'static str, String)>,
}

/// The list as JSON: an array of objects.
pub fn json(rows: &[Row]) -> Json {
    let rows = rows.iter().map(|row| {
        let mut object = Map::new();
        object.insert("name".to_owned(), Json::from(row.name.as_str()));
        for (column, value) in &row.more {
            object.insert((*column).to_owned(), Json::from(value.as_str()));
        }
        Json::Object(object)
    });
    rows.collect()
}

/// The list as rows of cells.
pub fn cells(rows: &[Row]) -> Vec<Vec<String>> {
    let rows = rows.iter().map(|row| {
        let more = row.more.iter().map(|(_, value)| value.clone());
        std::iter::once(row.name.clone()).chain(more).collect()
    });
    rows.collect()
}

/// The parts of a selector.
pub fn parts(selector: &str) -> impl Iterator<Item = &str> {
    let parts = selector.split(',').map(str::trim);
    parts.filter(|part| !part.is_empty())
}

/// The machines that a selector means: names with `*` for anything, `@tag`, `!` in front for without; separated by commas.
///
/// The machines that any part names, less those that a part with `!` names; only parts with `!` start from all machines.
pub fn select<'r>(selector: &str, resolution: &'r Resolution) -> BTreeSet<&'r str> {
    let all = || resolution.machines.keys().map(String::as_str);
    let meant = |part: &str| -> BTreeSet<&'r str> {
        match part.strip_prefix('@') {
            Some(tag) => {
                let carriers = resolution.machines.iter();
                let carriers = carriers
                    .filter(|(_, machine)| machine.tags.iter().any(|each| each.name == tag));
                carriers.map(|(name, _)| name.as_str()).collect()
            }
            None => all().filter(|name| fits(part, name)).collect(),
        }
    };
    let (without, with): (Vec<&str>, Vec<&str>) =
        parts(selector).partition(|part| part.starts_with('!'));
    let mut selected: BTreeSet<&str> = if with.is_empty() {
        all().collect()
    } else {
        with.iter().flat_map(|part| meant(part)).collect()
    };
    for part in without {
        for name in meant(part.trim_start_matches('!')) {
            selected.remove(name);
        }
    }
    selected
}

/// Whether a name fits a pattern in which `*` stands for anything.
fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, rest)) => {
            let Some(behind) = name.strip_prefix(start) else {
                return false;
            };
            let ends = behind
                .char_indices()
                .map(|(at, _)| at)
                .chain([behind.len()]);
            ends.into_iter()
                .any(|at| behind.get(at..).is_some_and(|tail| fits(rest, tail)))
        }
    }
}

fn is_on(name: &str, on: Option<&BTreeSet<&str>>) -> bool {
    on.is_none_or(|on| on.contains(name))
}

fn has_member(instance: &InstanceView, role: Option<&str>, on: Option<&BTreeSet<&str>>) -> bool {
    let Some(on) = on else { return true };
    let roles = instance.roles.iter();
    let roles = roles.filter(|(name, _)| role.is_none_or(|role| role == name.as_str()));
    roles
        .flat_map(|(_, view)| view.machines.keys())
        .any(|machine| on.contains(machine.as_str()))
}

/// The machines.
pub fn machines(resolution: &Resolution, on: Option<&BTreeSet<&str>>) -> Vec<Row> {
    let machines = resolution
        .machines
        .iter()
        .filter(|(name, _)| is_on(name, on));
    machines
        .map(|(name, machine)| {
            let tags: Vec<&str> = machine.tags.iter().map(|tag| tag.name.as_str()).collect();
            let mut more = vec![("class", machine.class.clone()), ("tags", tags.join(" "))];
            let gap = machine.tags_gap.as_ref();
            more.extend(gap.map(|gap| ("unknown", format!("perhaps more tags: {}", gap.because))));
            let name = name.clone();
            Row { name, more }
        })
        .collect()
}

/// The tags, with who carries each.
pub fn tags(resolution: &Resolution, on: Option<&BTreeSet<&str>>) -> Vec<Row> {
    let tags = resolution.tags.iter();
    let tags =
        tags.filter(|(_, carriers)| on.is_none() || carriers.iter().any(|name| is_on(name, on)));
    tags.map(|(name, carriers)| Row {
        name: name.clone(),
        more: vec![("machines", carriers.join(" "))],
    })
    .collect()
}

/// The instances, with their service.
pub fn instances(resolution: &Resolution, on: Option<&BTreeSet<&str>>) -> Vec<Row> {
    let instances = resolution
        .instances
        .iter()
        .filter(|each| has_member(each, None, on));
    instances
        .map(|each| Row {
            name: each.instance.clone(),
            more: vec![
                ("service", each.service.clone()),
                ("generation", each.generation.name().to_owned()),
            ],
        })
        .collect()
}

/// The roles, as `INSTANCE.ROLE`, with their members.
pub fn roles(resolution: &Resolution, on: Option<&BTreeSet<&str>>) -> Vec<Row> {
    let mut rows = vec![];
    for instance in &resolution.instances {
        for (role, view) in &instance.roles {
            if has_member(instance, Some(role), on) {
                let members: Vec<&str> = view.machines.keys().map(String::as_str).collect();
                let mut more = vec![("members", members.join(" "))];
                let gap = view.gap.as_ref();
                more.extend(gap.map(|gap| ("unknown", format!("perhaps others: {}", gap.because))));
                let name = format!("{}.{role}", instance.instance);
                rows.push(Row { name, more });
            }
        }
    }
    rows
}

/// The services in use, each once.
pub fn services(resolution: &Resolution, on: Option<&BTreeSet<&str>>) -> Vec<Row> {
    let mut names: Vec<&str> = resolution
        .instances
        .iter()
        .filter(|each| has_member(each, None, on))
        .map(|each| each.service.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    let row = |name: &str| {
        let instances: Vec<&str> = resolution
            .instances
            .iter()
            .filter(|each| each.service == name)
            .map(|each| each.instance.as_str())
            .collect();
        Row {
            name: name.to_owned(),
            more: vec![("instances", instances.join(" "))],
        }
    };
    names.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_star_stands_for_anything() {
        assert!(fits("web*", "web01") && fits("*01", "web01") && fits("w*b*1", "web01"));
        assert!(!fits("web", "web01") && !fits("*x", "web01"));
    }
}
