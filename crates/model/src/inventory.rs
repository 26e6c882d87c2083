//! The inventory as data. Settings stay values until they are merged; all else is plain.

use indexmap::IndexMap;
use nix_frontend::eval::Value;
use source::{Pos, Span};

use crate::data::Data;
use crate::decode::Weightless;

/// Something a file says, and where.
#[derive(Clone, PartialEq, Debug)]
pub struct Sourced<T> {
    /// What it says.
    pub value: T,
    /// Where; none for what no file says.
    pub span: Span,
}

impl<T> Sourced<T> {
    /// Something that stands at `span`.
    pub fn new(value: T, span: Span) -> Sourced<T> {
        Sourced { value, span }
    }
}

/// Which way of describing services.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Generation {
    /// `services.<service>.<instance>`
    Services,
    /// `instances.<instance>`
    Instances,
}

impl Generation {
    /// Its name in documents.
    pub fn name(self) -> &'static str {
        match self {
            Generation::Services => "services",
            Generation::Instances => "instances",
        }
    }
}

/// Something more that may be there, of which nothing is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gap {
    /// What would say it: `inputs.foo.lib.machines`.
    pub name: String,
    /// Why it is not known.
    pub because: String,
}

/// All machines, tags and instances of a clan.
pub struct Inventory<'a> {
    /// `inventory.meta`, as far as it can be read.
    pub meta: Data,
    /// The machines, in the order of their names.
    pub machines: IndexMap<String, Machine>,
    /// Why there may be more machines.
    pub machines_gap: Option<Gap>,
    /// `inventory.tags`, predefined ones included.
    pub tags: IndexMap<String, Sourced<Vec<Sourced<String>>>>,
    /// Tags that `inventory.tags` may give to more machines, and why.
    pub tag_gaps: IndexMap<String, Gap>,
    /// Every set that may have more, by its path: `inventory.machines`.
    pub gaps: Vec<(String, Gap)>,
    /// `services`, then `instances`, each in the order of names.
    pub instances: Vec<Instance<'a>>,
    /// The names in `services` below which there is no instance.
    pub bare_services: Vec<Sourced<String>>,
    /// The whole inventory as clan-core would serialise it.
    pub document: Data,
}

/// A machine of the inventory.
#[derive(Clone, Debug)]
pub struct Machine {
    /// Where its name stands first.
    pub span: Span,
    /// `nixos` or `darwin`.
    pub class: String,
    /// The tags it carries, in clan-core's order, each once.
    pub tags: Vec<Tag>,
    /// Why it may carry more.
    pub tags_gap: Option<Gap>,
    /// What brought it into the inventory.
    pub sources: Vec<Source>,
}

/// A tag that a machine carries.
#[derive(Clone, Debug)]
pub struct Tag {
    /// Its name.
    pub name: String,
    /// Where it is written, at the machine or in `inventory.tags`.
    pub span: Span,
    /// Whether it comes from `inventory.tags`.
    pub computed: bool,
}

/// What brought a machine into the inventory.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Source {
    /// `inventory.machines`
    Inventory,
    /// `inventory.json`
    Json,
    /// A directory below `machines/`.
    Directory,
    /// The clan-level option `machines`.
    MachinesOption,
}

impl Source {
    /// Its name in documents.
    pub fn name(self) -> &'static str {
        match self {
            Source::Inventory => "inventory",
            Source::Json => "json",
            Source::Directory => "directory",
            Source::MachinesOption => "machines-option",
        }
    }
}

/// An instance of a service.
pub struct Instance<'a> {
    /// Which generation it is written in.
    pub generation: Generation,
    /// The service's module name.
    pub service: Sourced<String>,
    /// Whether the module's name or input is not known, which has been reported.
    pub is_obscure: bool,
    /// `module.input`.
    pub input: Option<Sourced<String>>,
    /// Its own name.
    pub name: Sourced<String>,
    /// Services: whether it does anything.
    pub enabled: bool,
    /// Its roles, as written, in the order of names.
    pub roles: IndexMap<String, Role<'a>>,
    /// Why it may have more roles or members.
    pub gap: Option<Gap>,
    /// Services: what all machines get.
    pub config: Option<Setting<'a>>,
    /// Services: what single machines get, member or not.
    pub machines: IndexMap<String, MachineSettings<'a>>,
    /// Services: modules for all members.
    pub extra_modules: Vec<Sourced<Data>>,
    /// Services: priorities in its layers, which act inside each of them only.
    pub weightless: Vec<Weightless>,
}

/// A role of an instance.
#[derive(Default)]
pub struct Role<'a> {
    /// Where its name stands.
    pub span: Span,
    /// Machines by name, as written; in the instances generation in the order of names, each once.
    pub machines: Vec<Sourced<String>>,
    /// Tags, each once.
    pub tags: Vec<Sourced<String>>,
    /// Why it may have more members.
    pub gap: Option<Gap>,
    /// What all members get.
    pub settings: Option<Setting<'a>>,
    /// Instances: what single members get.
    pub machine_settings: IndexMap<String, Setting<'a>>,
    /// Instances: what the carriers of a tag get.
    pub tag_settings: IndexMap<String, Setting<'a>>,
    /// Instances: tags whose settings clan-core drops at that day, and where these stand.
    pub dropped_settings: Vec<(String, Pos)>,
    /// Modules for the members.
    pub extra_modules: Vec<Sourced<Data>>,
}

/// Settings as they are written, not merged yet.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The set, markers and all.
    pub value: Value<'a>,
    /// Where the name stands that is given it.
    pub place: Pos,
}

/// What one machine gets in a services instance.
pub struct MachineSettings<'a> {
    /// `machines.<m>.config`
    pub config: Option<Setting<'a>>,
    /// Where the name stands.
    pub span: Span,
    /// `machines.<m>.extraModules`
    pub extra_modules: Vec<Sourced<Data>>,
}
