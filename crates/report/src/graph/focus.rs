//! The part of a clan that lies around a machine, a tag or an instance.

use std::collections::BTreeSet;

use resolve::view::{By, InstanceView, MemberView, Resolution};

use super::{Members, Shown, is_by_name};
use crate::overview::instance_name;

/// What a drawing is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Focus<'s> {
    /// A machine: its tags and its roles.
    Machine(&'s str),
    /// A tag: its machines, and the roles that take it.
    Tag(&'s str),
    /// An instance: its members, and the tags that make them so.
    Instance(&'s str),
}

impl<'s> Focus<'s> {
    /// What a name means: `@tag`, a machine, an instance, or a tag; none if the clan has nothing of that name.
    pub fn find(name: &'s str, resolution: &Resolution) -> Option<Focus<'s>> {
        if let Some(tag) = name.strip_prefix('@')
            && resolution.tags.contains_key(tag)
        {
            return Some(Focus::Tag(tag));
        }
        let mut instances = resolution.instances.iter();
        if resolution.machines.contains_key(name) {
            Some(Focus::Machine(name))
        } else if instances.any(|each| is_called(each, name)) {
            Some(Focus::Instance(name))
        } else {
            resolution
                .tags
                .contains_key(name)
                .then_some(Focus::Tag(name))
        }
    }

    pub(super) fn describe(&self) -> String {
        match self {
            Focus::Machine(name) => format!("machine {name}"),
            Focus::Tag(name) => format!("tag {name}"),
            Focus::Instance(name) => format!("instance {name}"),
        }
    }

    fn has_member(self, instance: &InstanceView, machine: &str, member: &MemberView) -> bool {
        match self {
            Focus::Machine(name) => machine == name,
            Focus::Tag(tag) => takes(member, tag),
            Focus::Instance(name) => is_called(instance, name),
        }
    }
}

fn is_called(instance: &InstanceView, name: &str) -> bool {
    instance.instance == name || instance_name(instance) == name
}

fn takes(member: &MemberView, tag: &str) -> bool {
    member
        .via
        .iter()
        .any(|via| matches!(&via.by, By::Tag(other) if other == tag))
}

/// What is to be drawn.
pub(super) fn shown<'s>(resolution: &'s Resolution, focus: Option<&Focus<'_>>) -> Shown<'s> {
    let mut roles = vec![];
    let mut machines: BTreeSet<&str> = BTreeSet::new();
    let mut reasons: BTreeSet<&str> = BTreeSet::new();
    for instance in &resolution.instances {
        let mut of_instance = vec![];
        for (role, view) in &instance.roles {
            let members = view.machines.iter().filter(|(machine, member)| {
                focus.is_none_or(|focus| focus.has_member(instance, machine, member))
            });
            let mut shown = Members::new();
            for (machine, member) in members {
                shown.insert(machine, is_by_name(&member.via));
                machines.insert(machine);
                let tags = member.via.iter().filter_map(|via| match &via.by {
                    By::Tag(tag) => Some(tag.as_str()),
                    By::Name => None,
                });
                reasons.extend(tags);
            }
            let is_whole = match focus {
                None => true,
                Some(Focus::Instance(name)) => is_called(instance, name),
                Some(_) => false,
            };
            if is_whole || !shown.is_empty() {
                of_instance.push((role.as_str(), shown));
            }
        }
        if !of_instance.is_empty() {
            roles.push((instance, of_instance));
        }
    }
    let others = resolution
        .machines
        .iter()
        .filter(|(name, machine)| match focus {
            None => true,
            Some(Focus::Machine(wanted)) => name == wanted,
            Some(Focus::Tag(tag)) => machine.tags.iter().any(|each| each.name == *tag),
            Some(Focus::Instance(_)) => false,
        });
    machines.extend(others.map(|(name, _)| name.as_str()));
    let tags = resolution
        .tags
        .iter()
        .filter(|(name, carriers)| match focus {
            None => !carriers.is_empty(),
            Some(Focus::Machine(wanted)) => carriers.iter().any(|each| each == wanted),
            Some(Focus::Tag(tag)) => name == tag,
            Some(Focus::Instance(_)) => reasons.contains(name.as_str()),
        });
    let tags = tags.map(|(name, carriers)| {
        let carriers = carriers.iter().map(String::as_str);
        let carriers = carriers.filter(|name| machines.contains(name));
        (name.as_str(), carriers.collect())
    });
    Shown {
        tags: tags.collect(),
        machines,
        roles,
    }
}
