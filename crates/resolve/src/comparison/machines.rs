//! What changes for each machine.

use std::collections::{BTreeMap, BTreeSet};

use model::inventory::Generation;

use super::renames::Renames;
use super::values::Values;
use super::{CarriedTag, Fate, MachineChange, MemberChange, Sides, ValueChange, said};
use crate::view::{
    By, DefinitionView, InstanceView, MachineView, MemberView, Resolution, Verdict, Via,
};

/// A role of an instance.
type RoleOf<'s> = (usize, &'s str);

/// Two answers, while their machines are compared.
pub(super) struct Machines<'s, 'c> {
    answers: Sides<&'s Resolution>,
    filled: Sides<BTreeMap<&'s str, BTreeMap<RoleOf<'s>, &'s MemberView>>>,
    renames: &'c Renames<'s>,
    values: &'c mut Values<'s>,
}

/// What is said of a machine or a role and compared elsewhere.
const COMPARED_ELSEWHERE: [&str; 2] = ["name", "tags"];

impl<'s, 'c> Machines<'s, 'c> {
    pub(super) fn of(
        before: &'s Resolution,
        after: &'s Resolution,
        renames: &'c Renames<'s>,
        values: &'c mut Values<'s>,
    ) -> Machines<'s, 'c> {
        let answers = Sides::both(before, after);
        let filled = answers.map(|answer| filled(answer));
        Machines {
            answers,
            filled,
            renames,
            values,
        }
    }

    /// The machines for which something changes, and the names of the others.
    pub(super) fn compare(mut self) -> (Vec<MachineChange<'s>>, Vec<&'s str>) {
        let mut changed = vec![];
        let mut unchanged = vec![];
        for name in self.names() {
            let change = self.machine(name);
            match (change.is_nothing(), change.name.after) {
                (true, Some(name)) => unchanged.push(name),
                (true, None) => {}
                (false, _) => changed.push(change),
            }
        }
        (changed, unchanged)
    }

    /// Every machine that the inventory or a role names, with both of its names.
    fn names(&self) -> Vec<Sides<&'s str>> {
        let named = |answer: Option<&'s Resolution>, filled: Option<&BTreeMap<&'s str, _>>| {
            let machines = answer.into_iter().flat_map(|answer| answer.machines.keys());
            let members = filled.into_iter().flat_map(|filled| filled.keys().copied());
            let names = machines.map(String::as_str).chain(members);
            names.collect::<BTreeSet<&'s str>>()
        };
        let before = named(self.answers.before, self.filled.before.as_ref());
        let after = named(self.answers.after, self.filled.after.as_ref());
        let kept = after.iter().map(|name| {
            let earlier = self.renames.machine_before(name);
            Sides {
                before: earlier.filter(|earlier| before.contains(earlier)),
                after: Some(*name),
            }
        });
        let gone = before.iter().filter(|name| {
            let later = self.renames.machine_after(name);
            !later.is_some_and(|later| after.contains(later))
        });
        let gone = gone.map(|name| Sides {
            before: Some(*name),
            after: None,
        });
        let mut names: Vec<Sides<&str>> = kept.chain(gone).collect();
        names.sort_by_key(Sides::newest);
        names
    }

    fn machine(&mut self, name: Sides<&'s str>) -> MachineChange<'s> {
        let view = |answer: Option<&'s Resolution>, name: Option<&'s str>| {
            answer.and_then(|answer| answer.machines.get(name?))
        };
        let machine = Sides {
            before: view(self.answers.before, name.before),
            after: view(self.answers.after, name.after),
        };
        let lacking = lacking(&machine.map(|_| ()), self.answers);
        MachineChange {
            name,
            machine,
            attributes: self.attributes(name, machine),
            tags: self.tags(machine),
            members: self.members(name),
            config: self.config(name, machine),
            unsure: lacking.and_then(|answer| answer.machines_gap.as_ref()),
        }
    }

    fn attributes(
        &mut self,
        name: Sides<&'s str>,
        machine: Sides<&'s MachineView>,
    ) -> Vec<ValueChange<'s>> {
        let class = machine.map(|view| view.class.as_str());
        let is_same_class = class.fate() != Fate::Changed || class.before == class.after;
        let written = |answer: Option<&'s Resolution>, name: Option<&'s str>| {
            answer?.inventory.get("machines")?.get(name?)
        };
        let before = written(self.answers.before, name.before);
        let after = written(self.answers.after, name.after);
        let mut changes = said(self.values.changes(before, after));
        changes.retain(|change| {
            let is_elsewhere = |name: &&str| COMPARED_ELSEWHERE.contains(name);
            let is_class = is_same_class && change.path == ["machineClass"];
            !change.path.first().is_some_and(is_elsewhere) && !is_class
        });
        changes
    }

    fn tags(&self, machine: Sides<&'s MachineView>) -> Vec<CarriedTag<'s>> {
        let carried =
            |machine: Option<&'s MachineView>| machine.into_iter().flat_map(|view| &view.tags);
        let gap =
            |machine: Option<&'s MachineView>| machine.and_then(|view| view.tags_gap.as_ref());
        let is_on = |machine: Option<&MachineView>, name: Option<&str>| {
            let mut tags = machine.into_iter().flat_map(|view| &view.tags);
            name.is_some_and(|name| tags.any(|tag| tag.name == name))
        };
        let added = carried(machine.after)
            .filter(|tag| !is_on(machine.before, self.renames.tag_before(&tag.name)))
            .map(|tag| (tag, Fate::Added, gap(machine.before)));
        let removed = carried(machine.before)
            .filter(|tag| !is_on(machine.after, self.renames.tag_after(&tag.name)))
            .map(|tag| (tag, Fate::Removed, gap(machine.after)));
        let changes = added.chain(removed);
        let changes = changes.map(|(tag, fate, unsure)| CarriedTag {
            name: &tag.name,
            fate,
            computed: tag.computed,
            unsure,
        });
        changes.collect()
    }

    fn members(&mut self, name: Sides<&'s str>) -> Vec<MemberChange<'s>> {
        let empty = BTreeMap::new();
        let roles = |filled: &Option<BTreeMap<&str, BTreeMap<RoleOf<'s>, &'s MemberView>>>,
                     name: Option<&str>| {
            let roles = filled.as_ref().and_then(|filled| filled.get(name?));
            roles.unwrap_or(&empty).clone()
        };
        let before = roles(&self.filled.before, name.before);
        let mut after = roles(&self.filled.after, name.after);
        let mut changes = vec![];
        for ((number, role), member) in before {
            let later = self.renames.instance_after(number);
            let found = later.and_then(|number| after.remove(&(number, role)));
            let instance = Sides {
                before: self.instance(self.answers.before, Some(number)),
                after: self.instance(self.answers.after, later),
            };
            let member = Sides {
                before: Some(member),
                after: found,
            };
            changes.extend(self.member(instance, role, member));
        }
        for ((number, role), member) in after {
            let earlier = self.renames.instance_before(number);
            let instance = Sides {
                before: self.instance(self.answers.before, earlier),
                after: self.instance(self.answers.after, Some(number)),
            };
            let member = Sides {
                before: None,
                after: Some(member),
            };
            changes.extend(self.member(instance, role, member));
        }
        changes.sort_by_key(|change| {
            let instance = change.instance.newest();
            let instance = instance.map(|each| {
                (
                    each.generation == Generation::Instances,
                    &each.service,
                    &each.instance,
                )
            });
            (instance, change.role)
        });
        changes
    }

    fn instance(
        &self,
        answer: Option<&'s Resolution>,
        number: Option<usize>,
    ) -> Option<&'s InstanceView> {
        answer?.instances.get(number?)
    }

    fn member(
        &mut self,
        instance: Sides<&'s InstanceView>,
        role: &'s str,
        member: Sides<&'s MemberView>,
    ) -> Option<MemberChange<'s>> {
        let generation = instance.map(|each| each.generation);
        let is_moved = generation.fate() == Fate::Changed && generation.before != generation.after;
        let [before, after] = [member.before, member.after];
        // Settings of the two generations stand in different places, and do not compare.
        let mut settings = match is_moved && member.fate() == Fate::Changed {
            true => vec![],
            false => self.values.changes(
                before.and_then(|member| member.settings.as_deref()),
                after.and_then(|member| member.settings.as_deref()),
            ),
        };
        for change in &mut settings {
            change.from = Sides {
                before: before.and_then(|member| winner(member, &change.path)),
                after: after.and_then(|member| winner(member, &change.path)),
            };
        }
        let reasons = Sides {
            before: before.map(|member| reasons(&member.via, |tag| self.renames.tag_after(tag))),
            after: after.map(|member| reasons(&member.via, Some)),
        };
        let other_reasons = reasons.before != reasons.after;
        let other_modules =
            member.fate() == Fate::Changed && self.has_other_modules(instance, role);
        let lacking = match member.fate() {
            Fate::Added => instance.before,
            Fate::Removed => instance.after,
            Fate::Changed => None,
        };
        let unsure = lacking.and_then(|instance| instance.roles.get(role)?.gap.as_ref());
        let is_something = other_reasons || other_modules || !settings.is_empty();
        is_something.then_some(MemberChange {
            instance,
            role,
            member,
            other_reasons,
            other_modules,
            settings,
            unsure,
        })
    }

    fn has_other_modules(&mut self, instance: Sides<&'s InstanceView>, role: &str) -> bool {
        let modules = |instance: Option<&'s InstanceView>| {
            let role = instance.and_then(|instance| instance.roles.get(role));
            role.map(|role| role.extra_modules.as_slice())
                .unwrap_or_default()
        };
        !self
            .values
            .are_same(modules(instance.before), modules(instance.after))
    }

    fn config(
        &mut self,
        name: Sides<&'s str>,
        machine: Sides<&'s MachineView>,
    ) -> Vec<(&'s str, Vec<ValueChange<'s>>)> {
        let config = machine.map(|view| view.config.as_ref());
        let [before, after] = [config.before.flatten(), config.after.flatten()];
        let services = before
            .into_iter()
            .chain(after)
            .flat_map(|config| config.keys());
        let services: BTreeSet<&str> = services.map(String::as_str).collect();
        let mut changes = vec![];
        for service in services {
            if self.is_moved(service) {
                continue;
            }
            let mut found = self.values.changes(
                before.and_then(|config| config.get(service)),
                after.and_then(|config| config.get(service)),
            );
            for change in &mut found {
                change.from = Sides {
                    before: explained(self.answers.before, service, name.before, &change.path),
                    after: explained(self.answers.after, service, name.after, &change.path),
                };
            }
            if !found.is_empty() {
                changes.push((service, found));
            }
        }
        changes
    }

    /// Whether the instances of a service went from `services` to `instances` or back.
    fn is_moved(&self, service: &str) -> bool {
        let old = self
            .answers
            .before
            .into_iter()
            .flat_map(|answer| &answer.instances);
        let mut old = old
            .enumerate()
            .filter(|(_, each)| each.generation == Generation::Services && each.service == service);
        let new = |number| self.instance(self.answers.after, self.renames.instance_after(number));
        old.any(|(number, _)| {
            new(number).is_some_and(|each| each.generation == Generation::Instances)
        })
    }
}

/// The answer that lacks something, if one does.
fn lacking<'s>(there: &Sides<()>, answers: Sides<&'s Resolution>) -> Option<&'s Resolution> {
    match there.fate() {
        Fate::Added => answers.before,
        Fate::Removed => answers.after,
        Fate::Changed => None,
    }
}

/// Which roles of enabled instances each machine fills.
fn filled(answer: &Resolution) -> BTreeMap<&str, BTreeMap<RoleOf<'_>, &MemberView>> {
    let mut filled: BTreeMap<&str, BTreeMap<RoleOf<'_>, &MemberView>> = BTreeMap::new();
    let instances = answer.instances.iter().enumerate();
    for (number, instance) in instances.filter(|(_, instance)| instance.enabled) {
        for (role, view) in &instance.roles {
            for (machine, member) in &view.machines {
                let roles = filled.entry(machine).or_default();
                roles.insert((number, role), member);
            }
        }
    }
    filled
}

/// The reasons of a membership, whatever their order; tags by what they are called later.
fn reasons<'v>(
    via: &'v [Via],
    later: impl Fn(&'v str) -> Option<&'v str>,
) -> BTreeSet<Option<&'v str>> {
    let reasons = via.iter().map(|via| match &via.by {
        By::Name => None,
        By::Tag(tag) => Some(later(tag).unwrap_or(tag)),
    });
    reasons.collect()
}

/// The definition that decides a setting.
fn winner<'s>(member: &'s MemberView, path: &[&str]) -> Option<&'s DefinitionView> {
    let setting = member
        .explained
        .iter()
        .find(|setting| setting.path == path)?;
    setting
        .definitions
        .iter()
        .find(|definition| definition.verdict != Verdict::Lost)
}

/// The definition that decides what a service gets on a machine.
fn explained<'s>(
    answer: Option<&'s Resolution>,
    service: &str,
    machine: Option<&str>,
    path: &[&str],
) -> Option<&'s DefinitionView> {
    let of_service = answer?.instances.iter().filter(|each| {
        each.generation == Generation::Services && each.service == service && each.enabled
    });
    let roles = of_service.flat_map(|instance| instance.roles.values());
    let mut members = roles.filter_map(|role| role.machines.get(machine?));
    members.find_map(|member| winner(member, path))
}
