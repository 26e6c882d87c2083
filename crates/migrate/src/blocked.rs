//! Which instances stay as they are, since their text cannot be converted.
//!
//! A name that no statement writes (it is computed, inherited, or comes from a file of another kind) blocks what it belongs to: its
//! instance, its service, or all that is defined with it. So does a set that has to be dissolved and is not written out. An instance that is blocked in
//! one place stays in all places. It is moved out of sets that are converted; where it cannot be, these stay too.

use std::collections::BTreeSet;

use crate::fate::{Fate, Rules};
use crate::problem::Problem;
use crate::sites::{Site, Sites, literal_set};
use crate::{Input, json};

/// Decides it: what stays is told in `rules`.
pub fn decide(input: &Input<'_>, sites: &mut Sites, rules: &mut Rules<'_>) {
    for number in sites.elsewhere.clone() {
        let Some(written) = input.written.get(number) else {
            continue;
        };
        if !json::covers(input, written.definition) && needs_edit(rules, &written.path) {
            block(input, sites, rules, &written.path, written.definition);
        }
    }
    for site in &sites.sites {
        let is_stiff =
            matches!(rules.fate_of(site), Fate::Dissolve) && literal_set(&site.entry).is_none();
        if is_stiff {
            block_all(input, rules, &site.path, &site.definitions);
        }
    }
    for number in &sites.shared {
        if let Some(site) = sites.sites.get(*number) {
            block_shared(input, rules, site);
        }
    }
    for (path, problem) in json::problems(input, rules) {
        let [_, service, instance, ..] = path.as_slice() else {
            continue;
        };
        let instance = rules
            .instances
            .get_mut(&(service.clone(), instance.clone()));
        if let Some(instance) = instance.filter(|instance| instance.stays.is_none()) {
            instance.stays = Some(problem);
        }
    }
    while block_what_cannot_move(input, sites, rules) {}
}

/// Whether the name at the end of a path is another one afterwards.
fn needs_edit(rules: &Rules<'_>, path: &[String]) -> bool {
    let is_value = path.len() == 6 && path.last().is_some_and(|name| name == "machines");
    match rules.fate(path) {
        Fate::To(to, others) => to.last() != path.last() || !others.is_empty() || is_value,
        _ => true,
    }
}

/// Blocks what the nearest statement above a path names.
fn block(
    input: &Input<'_>,
    sites: &Sites,
    rules: &mut Rules<'_>,
    path: &[String],
    definition: usize,
) {
    let above = (1..path.len())
        .rev()
        .filter_map(|length| path.get(..length));
    let nearest = above.into_iter().find(|above| {
        let mut sites = sites.sites.iter();
        sites.any(|site| site.path == *above && site.definitions.contains(&definition))
    });
    let nearest = nearest.unwrap_or_default();
    // Of an instance, more than what is computed stays.
    let of = nearest.get(..nearest.len().min(3)).unwrap_or_default();
    block_all(input, rules, of, &BTreeSet::from([definition]));
}

/// Blocks every instance below a path that one of the definitions speaks of.
fn block_all(
    input: &Input<'_>,
    rules: &mut Rules<'_>,
    path: &[String],
    definitions: &BTreeSet<usize>,
) -> bool {
    let mut is_new = false;
    for written in input.written {
        if !definitions.contains(&written.definition) || !written.path.starts_with(path) {
            continue;
        }
        let [_, service, instance, ..] = written.path.as_slice() else {
            continue;
        };
        let key = (service.clone(), instance.clone());
        if let Some(instance) = rules.instances.get_mut(&key)
            && instance.stays.is_none()
        {
            instance.stays = Some(Problem::Computed);
            is_new = true;
        }
    }
    is_new
}

/// A statement that several paths lead to, with its names the same in each: that is fine if each goes the same way.
fn block_shared(input: &Input<'_>, rules: &mut Rules<'_>, site: &Site) {
    let names = site
        .path
        .get(site.base.len()..)
        .unwrap_or_default()
        .to_vec();
    let is_here = |path: &&Vec<String>| path.ends_with(&names);
    let written = input
        .written
        .iter()
        .filter(|each| site.definitions.contains(&each.definition));
    let paths: BTreeSet<Vec<String>> = written
        .map(|each| &each.path)
        .filter(is_here)
        .cloned()
        .collect();
    let relative = |path: &Vec<String>| {
        let base = path.get(..path.len() - names.len()).unwrap_or_default();
        match (rules.fate(base), rules.fate(path)) {
            (Fate::To(base, _), Fate::To(to, others)) if others.is_empty() => {
                to.strip_prefix(base.as_slice()).map(<[String]>::to_vec)
            }
            _ => None,
        }
    };
    let ways: BTreeSet<Option<Vec<String>>> = paths.iter().map(relative).collect();
    if ways.len() > 1 || ways.contains(&None) {
        for path in paths {
            let of = path.get(..path.len().min(3)).unwrap_or_default();
            block_all(input, rules, of, &site.definitions);
        }
    }
}

/// Whether a statement stays as it is: all instances in it do.
pub fn stays(input: &Input<'_>, rules: &Rules<'_>, site: &Site) -> bool {
    if let Some(instance) = rules.instance(&site.path) {
        return instance.stays.is_some();
    }
    let mut instances = input.written.iter().filter_map(|each| {
        let is_here = site.definitions.contains(&each.definition);
        let is_here = is_here && each.path.len() == 3 && each.path.starts_with(&site.path);
        rules.instance(&each.path).filter(|_| is_here)
    });
    let first = instances.next();
    first.is_some_and(|first| first.stays.is_some() && instances.all(|each| each.stays.is_some()))
}

/// The statement that names `services`, and has this one in it.
pub fn top<'s>(sites: &'s Sites, site: &'s Site) -> Option<&'s Site> {
    let mut at = site;
    while !at.base.is_empty() {
        at = sites.around(at)?;
    }
    Some(at)
}

/// Blocks the surroundings of statements that stay and cannot be moved out of them. Whether there were any.
fn block_what_cannot_move(input: &Input<'_>, sites: &Sites, rules: &mut Rules<'_>) -> bool {
    let mut is_new = false;
    for site in &sites.sites {
        let is_stuck = stays(input, rules, site) && top(sites, site).is_none();
        if is_stuck && site.path.len() < 4 {
            is_new |= block_all(input, rules, &["services".to_owned()], &site.definitions);
        }
    }
    is_new
}
