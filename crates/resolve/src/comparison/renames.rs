//! What was only given another name.
//!
//! A machine: one that is gone and one that is new have most in common of what sets machines apart, that is the tags and roles that not all of them
//! have. Where nothing does, their names must be near. A tag: of the machines on both sides the same carry it, and the same roles take it. An instance: its service and
//! its members are the same, and most of its settings. What fits two things alike is no rename.

use std::collections::{BTreeMap, BTreeSet};

use model::inventory::Generation;
use source::suggest;

use super::values::Values;
use crate::view::{By, InstanceView, Resolution};

/// What is what on the other side. Names that are the same stand for the same.
#[derive(Default)]
pub(super) struct Renames<'s> {
    machines: Pairs<&'s str>,
    tags: Pairs<&'s str>,
    instances: Pairs<usize>,
}

/// A part of what must be in common, of all that two things have, in hundredths.
const MOST: usize = 60;

struct Pairs<T> {
    after: BTreeMap<T, T>,
    before: BTreeMap<T, T>,
}

impl<T> Default for Pairs<T> {
    fn default() -> Pairs<T> {
        Pairs {
            after: BTreeMap::new(),
            before: BTreeMap::new(),
        }
    }
}

impl<T: Ord + Copy> Pairs<T> {
    fn add(&mut self, before: T, after: T) {
        self.after.insert(before, after);
        self.before.insert(after, before);
    }

    /// Adds those of the candidates that have no equal: `(likeness, before, after)`.
    fn add_best(&mut self, mut candidates: Vec<(usize, T, T)>) {
        candidates.sort_by(|left, right| right.cmp(left));
        for (likeness, before, after) in &candidates {
            let rivals = candidates.iter().filter(|(other, left, right)| {
                let is_free = !self.after.contains_key(left) && !self.before.contains_key(right);
                other == likeness && is_free && (left == before || right == after)
            });
            let is_taken = self.after.contains_key(before) || self.before.contains_key(after);
            if !is_taken && rivals.count() == 1 {
                self.add(*before, *after);
            }
        }
    }
}

impl<'s> Renames<'s> {
    /// Finds them.
    pub(super) fn find(
        old: &'s Resolution,
        new: &'s Resolution,
        values: &mut Values<'s>,
    ) -> Renames<'s> {
        let mut renames = Renames::default();
        renames.machines = machines(old, new);
        renames.tags = renames.find_tags(old, new);
        renames.instances = renames.find_instances(old, new, values);
        renames
    }

    /// What a machine is called later.
    pub(super) fn machine_after(&self, name: &'s str) -> Option<&'s str> {
        Some(self.machines.after.get(name).copied().unwrap_or(name))
    }

    /// What a machine was called.
    pub(super) fn machine_before(&self, name: &'s str) -> Option<&'s str> {
        Some(self.machines.before.get(name).copied().unwrap_or(name))
    }

    /// What a tag is called later; none if it is gone.
    pub(super) fn tag_after(&self, name: &str) -> Option<&'s str> {
        self.tags.after.get(name).copied()
    }

    /// What a tag was called; none if it is new.
    pub(super) fn tag_before(&self, name: &str) -> Option<&'s str> {
        self.tags.before.get(name).copied()
    }

    /// Where an instance stands later; none if it is gone.
    pub(super) fn instance_after(&self, number: usize) -> Option<usize> {
        self.instances.after.get(&number).copied()
    }

    /// Where an instance stood; none if it is new.
    pub(super) fn instance_before(&self, number: usize) -> Option<usize> {
        self.instances.before.get(&number).copied()
    }

    fn find_tags(&self, old: &'s Resolution, new: &'s Resolution) -> Pairs<&'s str> {
        let mut pairs = Pairs::default();
        for tag in old.tags.keys() {
            if let Some((same, _)) = new.tags.get_key_value(tag) {
                pairs.add(tag.as_str(), same.as_str());
            }
        }
        let taken = [takers(old), takers(new)];
        let roles = |side: usize, tag: &str| taken.get(side).and_then(|taken| taken.get(tag));
        let mut candidates = vec![];
        for (before, carriers) in &old.tags {
            let carriers = carriers.iter().filter_map(|name| self.machine_after(name));
            let carriers = carriers.filter(|name| new.machines.contains_key(*name));
            let carriers: BTreeSet<&str> = carriers.collect();
            for (after, others) in &new.tags {
                let is_free = !new.tags.contains_key(before) && !old.tags.contains_key(after);
                let was_there = |name: &&str| {
                    let earlier = self.machine_before(name);
                    earlier.is_some_and(|earlier| old.machines.contains_key(earlier))
                };
                let others = others.iter().map(String::as_str).filter(was_there);
                let others: BTreeSet<&str> = others.collect();
                let is_used = roles(0, before) == roles(1, after);
                let is_enough = carriers.len() > 1 || roles(0, before).is_some();
                if is_free && is_used && is_enough && carriers == others && !carriers.is_empty() {
                    candidates.push((carriers.len(), before.as_str(), after.as_str()));
                }
            }
        }
        pairs.add_best(candidates);
        pairs
    }

    fn find_instances(
        &self,
        old: &'s Resolution,
        new: &'s Resolution,
        values: &mut Values<'s>,
    ) -> Pairs<usize> {
        let mut pairs = Pairs::default();
        for (number, instance) in old.instances.iter().enumerate() {
            let same = new
                .instances
                .iter()
                .position(|other| is_called(other, instance));
            if let Some(same) = same {
                pairs.add(number, same);
            }
        }
        let mut candidates = vec![];
        for (number, before) in old.instances.iter().enumerate() {
            for (other, after) in new.instances.iter().enumerate() {
                let is_free =
                    !pairs.after.contains_key(&number) && !pairs.before.contains_key(&other);
                if is_free && let Some(likeness) = self.likeness(before, after, values) {
                    candidates.push((likeness, number, other));
                }
            }
        }
        pairs.add_best(candidates);
        pairs
    }

    /// How alike two instances are in their settings, in hundredths, if their members are the same.
    fn likeness(
        &self,
        before: &'s InstanceView,
        after: &'s InstanceView,
        values: &mut Values<'s>,
    ) -> Option<usize> {
        let earlier = self.members(before, true);
        if before.service != after.service
            || earlier.is_empty()
            || earlier != self.members(after, false)
        {
            return None;
        }
        if before.generation != after.generation {
            return Some(100);
        }
        let (mut all, mut different) = (0, 0);
        for (role, machine) in earlier {
            let settings = |instance: &'s InstanceView, machine: Option<&str>| {
                instance
                    .roles
                    .get(role)?
                    .machines
                    .get(machine?)?
                    .settings
                    .as_deref()
            };
            let old = settings(before, self.machine_before(machine));
            let new = settings(after, Some(machine));
            all += values
                .changes(None, new)
                .len()
                .max(values.changes(None, old).len());
            different += values.changes(old, new).len();
        }
        let likeness = 100 - (100 * different.min(all)).checked_div(all).unwrap_or(0);
        (likeness >= MOST).then_some(likeness)
    }

    fn members(&self, instance: &'s InstanceView, is_before: bool) -> BTreeSet<(&'s str, &'s str)> {
        let roles = instance.roles.iter();
        let members = roles.flat_map(|(role, view)| {
            view.machines
                .keys()
                .map(move |name| (role.as_str(), name.as_str()))
        });
        let members = members.filter_map(|(role, machine)| match is_before {
            true => Some((role, self.machine_after(machine)?)),
            false => Some((role, machine)),
        });
        members.collect()
    }
}

/// Whether two instances are the same by their names.
fn is_called(instance: &InstanceView, other: &InstanceView) -> bool {
    instance.generation == other.generation
        && instance.instance == other.instance
        && (instance.generation == Generation::Instances || instance.service == other.service)
}

/// The roles that take each tag.
fn takers(answer: &Resolution) -> BTreeMap<&str, BTreeSet<(&str, &str)>> {
    let mut takers: BTreeMap<&str, BTreeSet<(&str, &str)>> = BTreeMap::new();
    for instance in &answer.instances {
        for (role, view) in &instance.roles {
            for via in view.machines.values().flat_map(|member| &member.via) {
                if let By::Tag(tag) = &via.by {
                    takers
                        .entry(tag)
                        .or_default()
                        .insert((&instance.instance, role));
                }
            }
        }
    }
    takers
}

/// What a machine is known by: its tags and its roles.
type Features<'s> = BTreeSet<(&'s str, &'s str)>;

fn machines<'s>(old: &'s Resolution, new: &'s Resolution) -> Pairs<&'s str> {
    let [before, after] = [features(old), features(new)];
    let common: Features<'_> = [&before, &after]
        .into_iter()
        .filter_map(shared_by_all)
        .flatten()
        .collect();
    let gone = before.iter().filter(|(name, _)| !after.contains_key(*name));
    let mut candidates = vec![];
    for (name, features) in gone {
        for (other, others) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
            if let Some(likeness) = alike((name, features), (other, others), &common) {
                candidates.push((likeness, *name, *other));
            }
        }
    }
    let mut pairs = Pairs::default();
    pairs.add_best(candidates);
    pairs
}

/// How alike two machines are, in hundredths; a little more if their names are near.
fn alike(
    (name, features): (&str, &Features<'_>),
    (other, others): (&str, &Features<'_>),
    common: &Features<'_>,
) -> Option<usize> {
    let apart = |features: &&(&str, &str)| !common.contains(*features);
    let shared = features.intersection(others).filter(apart).count();
    let all = features.union(others).filter(apart).count();
    let is_near = suggest::nearest(name, [other]).is_some();
    let likeness = match all {
        0 if is_near => 100,
        0 => return None,
        _ => 100 * shared / all,
    };
    (likeness >= MOST).then_some(likeness + usize::from(is_near))
}

fn features(answer: &Resolution) -> BTreeMap<&str, Features<'_>> {
    let machines = answer.machines.iter();
    let features = machines.map(|(name, machine)| {
        let tags = machine.tags.iter().map(|tag| ("", tag.name.as_str()));
        let roles = machine.memberships.iter().filter_map(|membership| {
            let instance = answer.instances.get(membership.instance)?;
            Some((instance.instance.as_str(), membership.role.as_str()))
        });
        (name.as_str(), tags.chain(roles).collect())
    });
    features.collect()
}

/// What all machines have, if there are several.
fn shared_by_all<'s>(machines: &BTreeMap<&str, Features<'s>>) -> Option<Features<'s>> {
    let mut features = machines.values();
    let first = features.next()?.clone();
    let shared = features.fold(first, |shared, other| {
        shared.intersection(other).copied().collect()
    });
    (machines.len() > 1).then_some(shared)
}
