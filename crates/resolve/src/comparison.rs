//! What differs between two answers: plain data, grouped by machine.
//!
//! What stands on both sides and is the same is silent. Machines, tags and instances that were only renamed are one
//! thing with two names, and a reason of a membership that follows from a new name is no change. Values are compared by what they say: paths from the root of
//! each side, store paths by their names, functions by their text, and what is not known by its name. Something that one side lacks where it may have more is *unsure*.

mod machines;
mod renames;
mod values;

use std::path::Path;

use model::Data;
use model::inventory::{Gap, Generation};
use source::SourceMap;

use self::machines::Machines;
use self::renames::Renames;
use self::values::Values;
use crate::view::{DefinitionView, InstanceView, MachineView, MemberView, Resolution};

/// An answer, with what its places mean.
#[derive(Clone, Copy)]
pub struct Side<'s> {
    /// The answer.
    pub resolution: &'s Resolution,
    /// The texts that it was read from.
    pub sources: &'s SourceMap,
    /// The directory that paths are named from.
    pub root: &'s Path,
}

/// Something before and after; none where there is no such thing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sides<T> {
    /// As it was.
    pub before: Option<T>,
    /// As it is.
    pub after: Option<T>,
}

/// What became of something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is another.
    Changed,
}

impl<T> Sides<T> {
    /// Something that is on both sides.
    pub fn both(before: T, after: T) -> Sides<T> {
        Sides {
            before: Some(before),
            after: Some(after),
        }
    }

    /// What became of it.
    pub fn fate(&self) -> Fate {
        match (&self.before, &self.after) {
            (None, _) => Fate::Added,
            (_, None) => Fate::Removed,
            _ => Fate::Changed,
        }
    }

    /// What a function makes of each side.
    pub fn map<'t, U>(&'t self, each: impl Fn(&'t T) -> U) -> Sides<U> {
        Sides {
            before: self.before.as_ref().map(&each),
            after: self.after.as_ref().map(&each),
        }
    }
}

impl<T: Copy> Sides<T> {
    /// As it is, or as it was if it is gone.
    pub fn newest(&self) -> Option<T> {
        self.after.or(self.before)
    }
}

/// Everything that differs between two answers.
#[derive(Debug)]
pub struct Comparison<'s> {
    /// The day whose clan-core each is read by, if they differ.
    pub dialect: Option<Sides<&'s str>>,
    /// What differs in `meta`.
    pub meta: Vec<ValueChange<'s>>,
    /// Tags that are new, gone or renamed, in the order of names.
    pub tags: Vec<TagChange<'s>>,
    /// Instances that are new, gone, renamed, or of another service.
    pub instances: Vec<InstanceChange<'s>>,
    /// The machines for which something changes, in the order of names.
    pub machines: Vec<MachineChange<'s>>,
    /// The machines for which nothing does.
    pub unchanged: Vec<&'s str>,
    /// How many values are known on neither side, and taken for the same.
    pub unknown: usize,
}

impl Comparison<'_> {
    /// Whether anything changes.
    pub fn differs(&self) -> bool {
        let nothing = self.dialect.is_none()
            && self.meta.is_empty()
            && self.tags.is_empty()
            && self.instances.is_empty()
            && self.machines.is_empty();
        !nothing
    }
}

/// A value at a path.
#[derive(Debug)]
pub struct ValueChange<'s> {
    /// The path.
    pub path: Vec<&'s str>,
    /// The value.
    pub value: Sides<&'s Data>,
    /// Where the value comes from, as far as that is known.
    pub from: Sides<&'s DefinitionView>,
}

/// A tag.
#[derive(Debug)]
pub struct TagChange<'s> {
    /// Its name; another on each side if it was renamed.
    pub name: Sides<&'s str>,
    /// Who carries it, on the newest side.
    pub machines: &'s [String],
}

/// An instance.
#[derive(Debug)]
pub struct InstanceChange<'s> {
    /// The instance.
    pub instance: Sides<&'s InstanceView>,
}

impl InstanceChange<'_> {
    /// Whether it is on both sides, and its name is another.
    pub fn is_renamed(&self) -> bool {
        let name = self.instance.map(|each| each.instance.as_str());
        self.instance.fate() == Fate::Changed && name.before != name.after
    }
}

/// A machine.
#[derive(Debug)]
pub struct MachineChange<'s> {
    /// Its name; another on each side if it was renamed.
    pub name: Sides<&'s str>,
    /// The machine, if the inventory has it.
    pub machine: Sides<&'s MachineView>,
    /// What the inventory says of it besides its tags.
    pub attributes: Vec<ValueChange<'s>>,
    /// Tags that it carries on one side only.
    pub tags: Vec<CarriedTag<'s>>,
    /// Roles that it fills on one side only, for other reasons, or with other settings.
    pub members: Vec<MemberChange<'s>>,
    /// Services generation: by service, what it gets on the machine.
    pub config: Vec<(&'s str, Vec<ValueChange<'s>>)>,
    /// Why it may be on the other side after all.
    pub unsure: Option<&'s Gap>,
}

impl MachineChange<'_> {
    /// Whether it is on both sides, and its name is another.
    pub fn is_renamed(&self) -> bool {
        self.name.fate() == Fate::Changed && self.name.before != self.name.after
    }

    fn is_nothing(&self) -> bool {
        let is_same = self.name.before == self.name.after
            && self.machine.before.is_some() == self.machine.after.is_some();
        is_same
            && self.attributes.is_empty()
            && self.tags.is_empty()
            && self.members.is_empty()
            && self.config.is_empty()
    }
}

/// A tag that a machine carries on one side.
#[derive(Debug)]
pub struct CarriedTag<'s> {
    /// Its name.
    pub name: &'s str,
    /// Whether it is new there or gone.
    pub fate: Fate,
    /// Whether it comes from `inventory.tags`.
    pub computed: bool,
    /// Why the machine may carry it on the other side after all.
    pub unsure: Option<&'s Gap>,
}

/// A machine in a role.
#[derive(Debug)]
pub struct MemberChange<'s> {
    /// The instance.
    pub instance: Sides<&'s InstanceView>,
    /// The role.
    pub role: &'s str,
    /// The membership.
    pub member: Sides<&'s MemberView>,
    /// Whether the reasons are others.
    pub other_reasons: bool,
    /// Whether the extra modules of the role are others.
    pub other_modules: bool,
    /// What differs in the settings; all of them where the machine is new in the role or gone from it.
    pub settings: Vec<ValueChange<'s>>,
    /// Why the machine may fill the role on the other side after all.
    pub unsure: Option<&'s Gap>,
}

/// Compares two answers.
///
/// Shape: machines by name; a renamed one by its new name. Memberships are those of enabled instances, `services` before `instances`.
pub fn compare<'s>(before: Side<'s>, after: Side<'s>) -> Comparison<'s> {
    let sides = Sides::both(before, after);
    let (old, new) = (before.resolution, after.resolution);
    let mut values = Values::of(before, after);
    let renames = Renames::find(old, new, &mut values);
    values.unknown = 0;
    let (machines, unchanged) = Machines::of(old, new, &renames, &mut values).compare();
    let is_other_day = old.dialect != new.dialect;
    let dialects = sides.map(|side| side.resolution.dialect.as_str());
    Comparison {
        dialect: is_other_day.then_some(dialects),
        meta: said(values.changes(Some(&old.meta), Some(&new.meta))),
        tags: tags(old, new, &renames),
        instances: instances(old, new, &renames),
        machines,
        unchanged,
        unknown: values.unknown,
    }
}

/// Without what is null on one side and not there on the other: nobody said anything.
fn said(mut changes: Vec<ValueChange<'_>>) -> Vec<ValueChange<'_>> {
    changes.retain(|change| {
        let values = [change.value.before, change.value.after];
        values
            .into_iter()
            .flatten()
            .any(|value| *value != Data::Null)
    });
    changes
}

fn tags<'s>(old: &'s Resolution, new: &'s Resolution, renames: &Renames<'s>) -> Vec<TagChange<'s>> {
    let gone = old.tags.iter().filter_map(|(name, machines)| {
        let after = renames.tag_after(name);
        let machines = match after {
            Some(after) if after == name => return None,
            Some(after) => new.tags.get(after)?,
            None => machines,
        };
        let name = Sides {
            before: Some(name.as_str()),
            after,
        };
        Some(TagChange { name, machines })
    });
    let added = new.tags.iter().filter_map(|(name, machines)| {
        let is_new = renames.tag_before(name).is_none();
        let name = Sides {
            before: None,
            after: Some(name.as_str()),
        };
        is_new.then_some(TagChange { name, machines })
    });
    let mut changes: Vec<TagChange<'s>> = gone.chain(added).collect();
    changes.sort_by_key(|change| change.name.newest());
    changes
}

fn instances<'s>(
    old: &'s Resolution,
    new: &'s Resolution,
    renames: &Renames<'s>,
) -> Vec<InstanceChange<'s>> {
    let before = old.instances.iter().enumerate().map(|(number, before)| {
        let after = renames.instance_after(number);
        Sides {
            before: Some(before),
            after: after.and_then(|number| new.instances.get(number)),
        }
    });
    let added = new.instances.iter().enumerate().filter_map(|(at, after)| {
        let is_new = renames.instance_before(at).is_none();
        is_new.then_some(Sides {
            before: None,
            after: Some(after),
        })
    });
    let is_other = |instance: &Sides<&InstanceView>| {
        let keys = instance.map(|each| key(each));
        keys.before != keys.after
    };
    let changes = before.chain(added).filter(is_other);
    let mut changes: Vec<InstanceChange<'s>> = changes
        .map(|instance| InstanceChange { instance })
        .collect();
    changes.sort_by_key(|change| change.instance.newest().map(key));
    changes
}

/// Everything that makes an instance another one.
fn key(instance: &InstanceView) -> (&str, &str, Option<&str>, bool, bool) {
    let is_modern = instance.generation == Generation::Instances;
    let input = instance.input.as_deref();
    (
        &instance.instance,
        &instance.service,
        input,
        is_modern,
        instance.enabled,
    )
}
