//! Which instances stay as they are, since their text cannot be converted.
//!
//! A name that no statement writes (it is computed, inherited, or comes from a file of another kind) blocks what it belongs to: its
//! instance, its service, or all that is defined with it. So does a set that has to be dissolved and is not written out. An instance that is blocked in
//! one place stays in all places. It is moved out of sets that are converted; where it cannot be, these stay too.
//!
//! Where one instance only is meant, it is the other way round: sets that have others in them remain, and the one is lifted out of them. Where it
//! cannot be, it stays.

use std::collections::BTreeSet;

use rnix::ast::{AttrSet, AttrpathValue, Expr};
use rowan::ast::AstNode;

use crate::fate::{Fate, Instance, Rules};
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
        // The module has to be said within the instance, or beside a set that is merged with it.
        let is_closed = site.path.len() == 3 && site.is_whole() && !is_set(&site.entry);
        if is_stiff || is_closed {
            block_all(input, rules, &site.path, &site.definitions);
        }
    }
    for (number, _) in &sites.shared {
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
        if let Some(instance) = instance.filter(|instance| !instance.stays()) {
            instance.problem = Some(problem);
        }
    }
    while block_half_shared(input, sites, rules) | block_what_cannot_move(input, sites, rules) {}
}

/// Whether the value of a statement is a set that is written out, of whatever kind.
fn is_set(entry: &AttrpathValue) -> bool {
    let mut value = entry.value();
    while let Some(Expr::Paren(paren)) = &value {
        value = paren.expr();
    }
    matches!(value, Some(Expr::AttrSet(_)))
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
            && !instance.stays()
        {
            instance.problem = Some(Problem::Computed);
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

/// What one instance shares with another goes with both, or with neither. Whether there were any.
fn block_half_shared(input: &Input<'_>, sites: &Sites, rules: &mut Rules<'_>) -> bool {
    let mut is_new = false;
    for (number, paths) in &sites.shared {
        let mut instances = paths.iter().filter_map(|path| rules.instance(path));
        if let Some(site) = sites.sites.get(*number)
            && instances.any(Instance::stays)
        {
            for path in paths {
                let of = path.get(..path.len().min(3)).unwrap_or_default();
                is_new |= block_all(input, rules, of, &site.definitions);
            }
        }
    }
    is_new
}

/// The instances in a statement.
fn instances_in<'r>(
    input: &'r Input<'_>,
    rules: &'r Rules<'r>,
    site: &'r Site,
) -> impl Iterator<Item = &'r Instance<'r>> {
    input.written.iter().filter_map(move |each| {
        let is_here = site.definitions.contains(&each.definition);
        let is_here = is_here && each.path.len() == 3 && each.path.starts_with(&site.path);
        rules.instance(&each.path).filter(|_| is_here)
    })
}

/// Whether a statement stays as it is: all instances in it do.
pub fn stays(input: &Input<'_>, rules: &Rules<'_>, site: &Site) -> bool {
    if let Some(instance) = rules.instance(&site.path) {
        return instance.stays();
    }
    let mut instances = instances_in(input, rules, site);
    let first = instances.next();
    first.is_some_and(|first| first.stays() && instances.all(Instance::stays))
}

/// Whether a statement that names no instance remains, though some instances in it may go: where one only is meant, unless it is all that is there.
pub fn remains(input: &Input<'_>, rules: &Rules<'_>, site: &Site) -> bool {
    if input.only.is_none() || site.path.len() > 2 {
        return false;
    }
    let mut instances = instances_in(input, rules, site);
    instances.next().is_none_or(Instance::stays) || instances.any(Instance::stays)
}

/// The statement that names `services`, has this one in it and remains: this one is lifted out of it.
pub fn lifted<'s>(
    input: &Input<'_>,
    rules: &Rules<'_>,
    sites: &'s Sites,
    site: &Site,
) -> Option<&'s Site> {
    let around = sites.around(site)?;
    if remains(input, rules, around) {
        return top(sites, around);
    }
    match rules.fate_of(around) {
        Fate::Dissolve => lifted(input, rules, sites, around),
        _ => None,
    }
}

/// Whether a statement would have to be lifted out of others and cannot be: they are not sets that are written out, or their names are in scope.
fn is_stuck(input: &Input<'_>, rules: &Rules<'_>, sites: &Sites, site: &Site) -> bool {
    let mut above = sites.sites.iter().filter(|other| {
        let is_above = other.path.len() < site.path.len() && site.path.starts_with(&other.path);
        is_above && !other.definitions.is_disjoint(&site.definitions)
    });
    // What starts at `services` stands in nothing that could remain, and below its instance a statement goes where that goes.
    let is_between = (1..3).contains(&site.base.len());
    is_between && above.any(|other| remains(input, rules, other)) && !can_be_lifted(sites, site)
}

fn can_be_lifted(sites: &Sites, site: &Site) -> bool {
    let is_plain = |site: &Site| {
        let set = site.entry.syntax().parent().and_then(AttrSet::cast);
        set.is_some_and(|set| set.rec_token().is_none())
    };
    let mut at = site;
    while !at.base.is_empty() {
        match sites.around(at) {
            Some(around) if is_plain(at) => at = around,
            _ => return false,
        }
    }
    true
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
        let stays = stays(input, rules, site);
        if input.only.is_some() {
            if !stays && is_stuck(input, rules, sites, site) {
                is_new |= block_all(input, rules, &site.path, &site.definitions);
            }
        } else if stays && top(sites, site).is_none() && site.path.len() < 4 {
            is_new |= block_all(input, rules, &["services".to_owned()], &site.definitions);
        }
    }
    is_new
}
