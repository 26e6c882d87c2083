//! The document of `resolve`, written as it is walked: a fleet's document is far larger than what it is made from.

use model::Data;
use model::inventory::{Gap, Source};
use resolve::view::{
    By, Check, InstanceView, MachineView, MemberView, Membership, Resolution, RoleView, TagView,
    Via,
};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value as Json, json};

use crate::json::Shown;
use crate::place::Places;

/// The version of the document's shape.
pub const FORMAT_VERSION: &str = "1.0";

/// What the document says beside the resolution.
pub struct Surroundings<'s> {
    /// The clan directory, relative to what the user pointed at.
    pub directory: String,
    /// The findings, as `check --format json` gives them.
    pub diagnostics: Json,
    /// Names places and files.
    pub places: Places<'s>,
}

/// The document, of the shape that `schema output` describes. What is added to it keeps [`FORMAT_VERSION`]'s first number.
pub struct Document<'d> {
    /// What was computed.
    pub resolution: &'d Resolution,
    /// Where it was computed, and what was found on the way.
    pub surroundings: Surroundings<'d>,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (resolution, surroundings) = (self.resolution, &self.surroundings);
        let places = surroundings.places;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("format_version", FORMAT_VERSION)?;
        map.serialize_entry("dialect", &resolution.dialect)?;
        map.serialize_entry("directory", &surroundings.directory)?;
        map.serialize_entry("meta", &Shown(&resolution.meta, places))?;
        map.serialize_entry("inventory", &Shown(&resolution.inventory, places))?;
        map.serialize_entry("machines", &Machines(resolution, places))?;
        let instances = resolution.instances.iter();
        let instances = instances.map(|instance| Part(instance, places));
        map.serialize_entry("instances", &Sequence(instances))?;
        map.serialize_entry("checks", &Sequence(resolution.checks.iter().map(CheckPart)))?;
        map.serialize_entry("unknown", &unknown(resolution))?;
        map.serialize_entry("diagnostics", &surroundings.diagnostics)?;
        if resolution.is_computed {
            map.serialize_entry("computed_by", "clan-core")?;
        }
        map.end()
    }
}

/// Items that are written one by one.
struct Sequence<I>(I);

impl<I: Iterator<Item: Serialize> + Clone> Serialize for Sequence<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}

/// Named parts that are written one by one.
struct Named<I>(I);

impl<K: Serialize, V: Serialize, I: Iterator<Item = (K, V)> + Clone> Serialize for Named<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.clone())
    }
}

struct Machines<'d>(&'d Resolution, Places<'d>);

impl Serialize for Machines<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Machines(resolution, places) = self;
        let machines = resolution.machines.iter();
        serializer.collect_map(machines.map(|(name, machine)| {
            let machine = Machine {
                machine,
                instances: &resolution.instances,
                places: *places,
            };
            (name, machine)
        }))
    }
}

struct Machine<'d> {
    machine: &'d MachineView,
    instances: &'d [InstanceView],
    places: Places<'d>,
}

impl Serialize for Machine<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let machine = self.machine;
        let tags = machine.tags.iter().map(|TagView { name, .. }| name);
        let sources = machine.sources.iter().copied().map(Source::name);
        let memberships = machine.memberships.iter().filter_map(|membership| {
            let instance = self.instances.get(membership.instance)?;
            Some(MembershipPart(membership, instance))
        });
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("class", &machine.class)?;
        map.serialize_entry("tags", &Sequence(tags))?;
        map.serialize_entry("sources", &Sequence(sources))?;
        map.serialize_entry("memberships", &Sequence(memberships))?;
        if let Some(config) = &machine.config {
            let config = config.iter();
            let config = config.map(|(service, config)| (service, Shown(config, self.places)));
            map.serialize_entry("config", &Named(config))?;
        }
        map.end()
    }
}

struct MembershipPart<'d>(&'d Membership, &'d InstanceView);

impl Serialize for MembershipPart<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let MembershipPart(membership, instance) = self;
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry("generation", instance.generation.name())?;
        map.serialize_entry("service", &instance.service)?;
        map.serialize_entry("instance", &instance.instance)?;
        map.serialize_entry("role", &membership.role)?;
        map.serialize_entry("via", &Reasons(&membership.via))?;
        map.end()
    }
}

/// A part of the document, with paths below the root told from there.
struct Part<'d, T>(&'d T, Places<'d>);

impl Serialize for Part<'_, InstanceView> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Part(instance, places) = *self;
        let roles = instance.roles.iter();
        let roles = roles.map(|(name, role)| (name, Part(role, places)));
        let mut map = serializer.serialize_map(Some(6))?;
        map.serialize_entry("generation", instance.generation.name())?;
        map.serialize_entry("service", &instance.service)?;
        map.serialize_entry("input", &instance.input)?;
        map.serialize_entry("instance", &instance.instance)?;
        map.serialize_entry("enabled", &instance.enabled)?;
        map.serialize_entry("roles", &Named(roles))?;
        map.end()
    }
}

impl Serialize for Part<'_, RoleView> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Part(role, places) = *self;
        let machines = role.machines.iter();
        let machines = machines.map(|(name, member)| (name, Part(member, places)));
        let extra = role.extra_modules.iter().map(|each| Shown(each, places));
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("members", &role.members)?;
        map.serialize_entry("machines", &Named(machines))?;
        map.serialize_entry("extra_modules", &Sequence(extra))?;
        map.end()
    }
}

impl Serialize for Part<'_, MemberView> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Part(member, places) = *self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("via", &Reasons(&member.via))?;
        if let Some(settings) = &member.settings {
            map.serialize_entry("settings", &Shown(settings, places))?;
        }
        map.end()
    }
}

/// Why a machine is a member.
pub(crate) struct Reasons<'d>(pub &'d [Via]);

impl Serialize for Reasons<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|via| Reason(&via.by)))
    }
}

struct Reason<'d>(&'d By);

impl Serialize for Reason<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self.0 {
            By::Name => map.serialize_entry("by", "name")?,
            By::Tag(tag) => {
                map.serialize_entry("by", "tag")?;
                map.serialize_entry("tag", tag)?;
            }
        }
        map.end()
    }
}

struct CheckPart<'d>(&'d Check);

impl Serialize for CheckPart<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("id", &self.0.id)?;
        map.serialize_entry("severity", "error")?;
        map.serialize_entry("message", &self.0.message)?;
        map.end()
    }
}

/// Every place in the document whose value is not known.
fn unknown(resolution: &Resolution) -> Json {
    let mut found = vec![];
    collect(&resolution.inventory, "inventory", &mut found);
    let mut add = |path: String, gap: &Gap| {
        found.push(json!({ "path": path, "because": gap.because }));
    };
    for (path, gap) in &resolution.gaps {
        add(path.clone(), gap);
    }
    if let Some(gap) = &resolution.machines_gap {
        add("machines".to_owned(), gap);
    }
    for (name, machine) in &resolution.machines {
        if let Some(gap) = &machine.tags_gap {
            add(format!("machines.{name}.tags"), gap);
        }
    }
    for (number, instance) in resolution.instances.iter().enumerate() {
        for (role, view) in &instance.roles {
            if let Some(gap) = &view.gap {
                add(format!("instances.{number}.roles.{role}.members"), gap);
            }
        }
    }
    for (name, machine) in &resolution.machines {
        for (service, data) in machine.config.iter().flatten() {
            collect(
                data,
                &format!("machines.{name}.config.{service}"),
                &mut found,
            );
        }
    }
    for (number, instance) in resolution.instances.iter().enumerate() {
        for (role, view) in &instance.roles {
            for (machine, member) in &view.machines {
                let path = format!("instances.{number}.roles.{role}.machines.{machine}.settings");
                if let Some(settings) = &member.settings {
                    collect(settings, &path, &mut found);
                }
            }
        }
    }
    Json::Array(found)
}

fn collect(data: &Data, path: &str, into: &mut Vec<Json>) {
    let mut parts = vec![];
    collect_below(data, path, &mut parts, into);
}

/// A step of a path within a value.
enum Step<'d> {
    Name(&'d str),
    Number(usize),
}

fn collect_below<'d>(data: &'d Data, start: &str, below: &mut Vec<Step<'d>>, into: &mut Vec<Json>) {
    let mut step = |step, value| {
        below.push(step);
        collect_below(value, start, below, into);
        below.pop();
    };
    match data {
        Data::Set(attrs) => {
            for (name, _, value) in attrs {
                step(Step::Name(name), value);
            }
        }
        Data::List(items) => {
            for (number, item) in items.iter().enumerate() {
                step(Step::Number(number), item);
            }
        }
        Data::Unknown { because, .. } => {
            let path = below
                .iter()
                .fold(start.to_owned(), |path, step| match step {
                    Step::Name(name) => format!("{path}.{name}"),
                    Step::Number(number) => format!("{path}.{number}"),
                });
            into.push(json!({ "path": path, "because": because }));
        }
        _ => {}
    }
}
