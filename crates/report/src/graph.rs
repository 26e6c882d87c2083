//! The fleet drawn: tags, the machines that carry them, the roles that these fill, and the instances of the roles.
//!
//! So that a large fleet stays legible, machines with the same tags and roles are one node, and what holds for every machine is said at the
//! node instead of drawn: a tag that all carry, a role that all fill.

mod dot;
mod focus;
mod layout;
mod mermaid;
mod palette;
mod svg;
mod tree;

use std::collections::{BTreeMap, BTreeSet};

use model::Data;
use resolve::view::{By, InstanceView, MachineView, Resolution};

use crate::overview::instance_name;

pub use self::dot::dot;
pub use self::focus::Focus;
pub use self::mermaid::mermaid;
pub use self::svg::svg;
pub use self::tree::tree;

/// What holds for every machine is not drawn from this many machines on.
const MANY: usize = 4;

/// The nodes of a drawing, rank by rank, and what connects them. Edges name nodes by their place in the rank.
#[derive(Debug)]
pub struct Graph {
    /// What it shows.
    pub title: String,
    /// The first rank.
    pub tags: Vec<TagNode>,
    /// The second.
    pub machines: Vec<MachineNode>,
    /// The third, instance by instance.
    pub roles: Vec<RoleNode>,
    /// The last.
    pub instances: Vec<InstanceNode>,
    /// Who carries what: tag, machines.
    pub carried: Vec<(usize, usize)>,
    /// Who fills what: machines, role, and whether only by name.
    pub filled: Vec<(usize, usize, bool)>,
}

/// A tag.
#[derive(Debug)]
pub struct TagNode {
    /// Its name.
    pub name: String,
    /// Whether it comes from `inventory.tags`.
    pub computed: bool,
    /// How many machines carry it, if all do.
    pub everyone: Option<usize>,
}

/// Machines with the same tags and roles.
#[derive(Debug)]
pub struct MachineNode {
    /// Their names.
    pub names: Vec<String>,
    /// Whether the inventory lacks them.
    pub is_missing: bool,
}

/// A role.
#[derive(Debug)]
pub struct RoleNode {
    /// Its name.
    pub name: String,
    /// Its instance.
    pub instance: usize,
    /// How many machines fill it, if all do.
    pub everyone: Option<usize>,
    /// Whether nobody fills it.
    pub is_empty: bool,
}

/// An instance.
#[derive(Debug)]
pub struct InstanceNode {
    /// Its own name.
    pub name: String,
    /// The service and where it comes from, unless the name says so.
    pub service: Option<String>,
    /// Whether it does anything.
    pub enabled: bool,
}

impl TagNode {
    /// What is written at the node, line by line.
    fn lines(&self) -> Vec<String> {
        let star = if self.computed { "*" } else { "" };
        let name = format!("{}{star}", self.name);
        let all = self.everyone.map(|number| format!("all {number} machines"));
        std::iter::once(name).chain(all).collect()
    }
}

impl RoleNode {
    fn lines(&self) -> Vec<String> {
        let all = self.everyone.map(|number| format!("all {number} machines"));
        let none = self.is_empty.then(|| "nobody".to_owned());
        let name = std::iter::once(self.name.clone());
        name.chain(all).chain(none).collect()
    }
}

impl InstanceNode {
    fn lines(&self) -> Vec<String> {
        let disabled = (!self.enabled).then(|| "disabled".to_owned());
        let name = std::iter::once(self.name.clone());
        name.chain(self.service.clone()).chain(disabled).collect()
    }
}

/// What sets machines apart in the drawing.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    tags: Vec<usize>,
    roles: Vec<(usize, bool)>,
    is_missing: bool,
}

impl Graph {
    /// The whole clan, or what lies around something.
    pub fn of(resolution: &Resolution, focus: Option<&Focus<'_>>) -> Graph {
        let shown = focus::shown(resolution, focus);
        let number = shown.machines.len();
        let is_all = |machines: usize| {
            let all = focus.is_none() && number >= MANY && machines == number;
            all.then_some(number)
        };
        let tags: Vec<TagNode> = shown
            .tags
            .iter()
            .map(|(name, machines)| TagNode {
                name: (*name).to_owned(),
                computed: is_computed(name, resolution),
                everyone: is_all(machines.len()),
            })
            .collect();
        let mut instances = vec![];
        let mut roles = vec![];
        let mut filled: BTreeMap<&str, Vec<(usize, bool)>> = BTreeMap::new();
        for (instance, of_instance) in &shown.roles {
            for (role, members) in of_instance {
                let everyone = is_all(members.len());
                for (machine, by_name) in members.iter().filter(|_| everyone.is_none()) {
                    filled
                        .entry(machine)
                        .or_default()
                        .push((roles.len(), *by_name));
                }
                roles.push(RoleNode {
                    name: (*role).to_owned(),
                    instance: instances.len(),
                    everyone,
                    is_empty: members.is_empty(),
                });
            }
            instances.push(instance_node(instance));
        }
        let mut kinds: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
        for name in &shown.machines {
            let carried = shown.tags.iter().zip(&tags).enumerate();
            let carried = carried.filter(|(_, ((_, machines), node))| {
                node.everyone.is_none() && machines.contains(name)
            });
            let kind = Kind {
                tags: carried.map(|(number, _)| number).collect(),
                roles: filled.remove(name).unwrap_or_default(),
                is_missing: !resolution.machines.contains_key(*name),
            };
            kinds.entry(kind).or_default().push((*name).to_owned());
        }
        let mut kinds: Vec<(Kind, Vec<String>)> = kinds.into_iter().collect();
        kinds.sort_by(|left, right| left.1.cmp(&right.1));
        let carried = kinds
            .iter()
            .enumerate()
            .flat_map(|(number, (kind, _))| kind.tags.iter().map(move |tag| (*tag, number)));
        let filled = kinds.iter().enumerate().flat_map(|(number, (kind, _))| {
            kind.roles
                .iter()
                .map(move |(role, by_name)| (number, *role, *by_name))
        });
        Graph {
            title: title(resolution, focus),
            carried: carried.collect(),
            filled: filled.collect(),
            tags,
            roles,
            instances,
            machines: kinds
                .into_iter()
                .map(|(kind, names)| MachineNode {
                    names,
                    is_missing: kind.is_missing,
                })
                .collect(),
        }
    }
}

fn title(resolution: &Resolution, focus: Option<&Focus<'_>>) -> String {
    let clan = match resolution.meta.get("name") {
        Some(Data::String(name)) => name.clone(),
        _ => "clan without a name".to_owned(),
    };
    match focus {
        None => clan,
        Some(focus) => format!("{} of {clan}", focus.describe()),
    }
}

fn instance_node(instance: &InstanceView) -> InstanceNode {
    let heading = instance_name(instance);
    let service = heading
        .strip_prefix(&instance.instance)
        .map(|rest| rest.trim().trim_matches(['(', ')']).to_owned());
    let service = service.unwrap_or_else(|| instance.service.clone());
    InstanceNode {
        name: instance.instance.clone(),
        service: Some(service).filter(|service| !service.is_empty()),
        enabled: instance.enabled,
    }
}

/// Whether some machine has a tag from `inventory.tags`.
pub(crate) fn is_computed(tag: &str, resolution: &Resolution) -> bool {
    let machines = resolution.machines.values();
    let mut tags = machines.flat_map(|machine: &MachineView| &machine.tags);
    tags.any(|each| each.computed && each.name == tag)
}

/// The members of a role, each with whether only its name makes it one.
type Members<'s> = BTreeMap<&'s str, bool>;

/// The part of a clan that is drawn.
struct Shown<'s> {
    tags: Vec<(&'s str, BTreeSet<&'s str>)>,
    machines: BTreeSet<&'s str>,
    roles: Vec<(&'s InstanceView, Vec<(&'s str, Members<'s>)>)>,
}

fn is_by_name(via: &[resolve::view::Via]) -> bool {
    via.iter().all(|via| via.by == By::Name)
}
