//! A part of the answer that is an answer itself: what concerns one machine, or the instances of a name.

use std::collections::HashMap;

use model::Data;
use model::inventory::Generation;

use crate::view::{InstanceView, Resolution};

impl Resolution {
    /// What concerns one machine: itself, and of instances the roles that it fills.
    pub fn of_machine(&self, name: &str) -> Resolution {
        let mut part = self.clone();
        part.machines.retain(|machine, _| machine == name);
        part.tags.retain(|_, carriers| {
            carriers.retain(|machine| machine == name);
            !carriers.is_empty()
        });
        for role in part
            .instances
            .iter_mut()
            .flat_map(|each| each.roles.values_mut())
        {
            role.members.retain(|machine| machine == name);
            role.machines.retain(|machine, _| machine == name);
        }
        for instance in &mut part.instances {
            instance.roles.retain(|_, role| !role.machines.is_empty());
        }
        part.keep_instances(|instance| !instance.roles.is_empty());
        keep(&mut part.inventory, &["machines"], &|machine| {
            machine == name
        });
        part
    }

    /// What concerns the instances that `is_wanted` takes: themselves, and the machines that fill their roles.
    pub fn of_instances(&self, is_wanted: impl Fn(&InstanceView) -> bool) -> Resolution {
        let mut part = self.clone();
        part.keep_instances(is_wanted);
        let instances = &part.instances;
        let is_member = |machine: &str| {
            let mut roles = instances.iter().flat_map(|each| each.roles.values());
            roles.any(|role| role.machines.contains_key(machine))
        };
        part.machines.retain(|machine, _| is_member(machine));
        part.tags.retain(|_, carriers| {
            carriers.retain(|machine| is_member(machine));
            !carriers.is_empty()
        });
        keep(&mut part.inventory, &["machines"], &is_member);
        part
    }

    /// Drops the other instances, and what machines have of them.
    fn keep_instances(&mut self, is_wanted: impl Fn(&InstanceView) -> bool) {
        let mut numbers: HashMap<usize, usize> = HashMap::new();
        for (number, instance) in self.instances.iter().enumerate() {
            if is_wanted(instance) {
                numbers.insert(number, numbers.len());
            }
        }
        self.instances.retain(is_wanted);
        for machine in self.machines.values_mut() {
            machine.memberships.retain_mut(|membership| {
                let number = numbers.get(&membership.instance);
                membership.instance = number.copied().unwrap_or_default();
                number.is_some()
            });
        }
        let instances = &self.instances;
        let of = |generation: Generation| {
            let instances = instances.iter();
            instances.filter(move |each| each.generation == generation)
        };
        let is_kept = |name: &str| of(Generation::Instances).any(|each| each.instance == name);
        keep(&mut self.inventory, &["instances"], &is_kept);
        let is_kept = |name: &str| of(Generation::Services).any(|each| each.service == name);
        keep(&mut self.inventory, &["services"], &is_kept);
        for service in of(Generation::Services).map(|each| &each.service) {
            let kept = of(Generation::Services).filter(|each| each.service == *service);
            let kept: Vec<&str> = kept.map(|each| each.instance.as_str()).collect();
            let is_kept = |name: &str| kept.contains(&name);
            keep(&mut self.inventory, &["services", service], &is_kept);
        }
    }
}

/// Drops the attributes of the set at `path` that `is_wanted` does not take.
fn keep(data: &mut Data, path: &[&str], is_wanted: &dyn Fn(&str) -> bool) {
    let Data::Set(attrs) = data else {
        return;
    };
    match path.split_first() {
        None => attrs.retain(|(name, _, _)| is_wanted(name)),
        Some((first, rest)) => {
            for (_, _, value) in attrs.iter_mut().filter(|(name, _, _)| name == first) {
                keep(value, rest, is_wanted);
            }
        }
    }
}
