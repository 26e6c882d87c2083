//! The answer: plain data, without anything of the evaluation that it came from.

use std::sync::Arc;

use indexmap::IndexMap;
use model::Data;
use model::inventory::{Gap, Generation, Source};
use source::Span;

/// Everything that is known of a clan.
#[derive(Clone, Debug)]
pub struct Resolution {
    /// The day whose clan-core it is read by.
    pub dialect: String,
    /// Whether clan-core's own code computed machines and instances.
    pub is_computed: bool,
    /// `inventory.meta`.
    pub meta: Data,
    /// The merged inventory, defaults filled in.
    pub inventory: Data,
    /// `inventory.tags`: who carries each, and where it is written.
    pub tags: IndexMap<String, Vec<String>>,
    /// The machines, in the order of names.
    pub machines: IndexMap<String, MachineView>,
    /// The instances: `services` first, each generation in the order of names.
    pub instances: Vec<InstanceView>,
    /// What the services demand and does not hold.
    pub checks: Vec<Check>,
    /// Why there may be more machines.
    pub machines_gap: Option<Gap>,
    /// Every set of the inventory that may have more, by its path.
    pub gaps: Vec<(String, Gap)>,
}

/// A machine.
#[derive(Clone, Debug)]
pub struct MachineView {
    /// Where its name stands first.
    pub span: Span,
    /// `nixos` or `darwin`.
    pub class: String,
    /// The tags it carries, in clan-core's order.
    pub tags: Vec<TagView>,
    /// Why it may carry more.
    pub tags_gap: Option<Gap>,
    /// What brought it into the inventory.
    pub sources: Vec<Source>,
    /// Which roles it fills.
    pub memberships: Vec<Membership>,
    /// Services generation: what each service gets on it, by the service's name.
    pub config: Option<IndexMap<String, Data>>,
}

/// A tag of a machine.
#[derive(Clone, Debug)]
pub struct TagView {
    /// Its name.
    pub name: String,
    /// Where it is written.
    pub span: Span,
    /// Whether it comes from `inventory.tags`.
    pub computed: bool,
}

/// A role that a machine fills.
#[derive(Clone, Debug)]
pub struct Membership {
    /// The place of the instance in [`Resolution::instances`].
    pub instance: usize,
    /// The role.
    pub role: String,
    /// Why.
    pub via: Vec<Via>,
}

/// A reason of a membership.
#[derive(Clone, PartialEq, Debug)]
pub struct Via {
    /// What selects the machine.
    pub by: By,
    /// Where the role says so.
    pub span: Span,
}

/// What selects a machine for a role.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum By {
    /// Its name.
    Name,
    /// A tag that it carries.
    Tag(String),
}

/// An instance of a service.
#[derive(Clone, Debug)]
pub struct InstanceView {
    /// Which generation it is written in.
    pub generation: Generation,
    /// The service's module name.
    pub service: String,
    /// `module.input`.
    pub input: Option<String>,
    /// Its own name.
    pub instance: String,
    /// Where its name stands.
    pub span: Span,
    /// Whether it does anything.
    pub enabled: bool,
    /// Its roles, in the order of names.
    pub roles: IndexMap<String, RoleView>,
}

/// A role of an instance.
#[derive(Clone, Debug, Default)]
pub struct RoleView {
    /// Where its name stands in the instance; none if the instance does not speak of it.
    pub span: Span,
    /// Who fills it, in clan-core's order, repeated as clan-core has it.
    pub members: Vec<String>,
    /// Each member once.
    pub machines: IndexMap<String, MemberView>,
    /// Why there may be more members.
    pub gap: Option<Gap>,
    /// Modules for the members.
    pub extra_modules: Vec<Data>,
}

/// A machine in a role.
#[derive(Clone, Debug, Default)]
pub struct MemberView {
    /// Why it is a member.
    pub via: Vec<Via>,
    /// Instances generation: the merged settings, one for all machines of which the same layers speak.
    pub settings: Option<Arc<Data>>,
    /// Each single setting with everything that is said of it.
    pub explained: Arc<[SettingView]>,
    /// The modules that the machine imports for it; only where settings are explained.
    pub imports: Vec<ImportView>,
}

/// A module that a member imports.
#[derive(Clone, PartialEq, Debug)]
pub struct ImportView {
    /// What imports it.
    pub by: ImportedBy,
    /// The module, where the inventory or a directory has it.
    pub module: Option<Data>,
    /// Where it is written; none for what no file at hand says.
    pub span: Span,
}

/// What imports a module into a member.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ImportedBy {
    /// Services: the role's file in the service's module.
    RoleFile,
    /// The service, whose module is not here.
    Service,
    /// `perInstance` of the role.
    PerInstance,
    /// `perMachine` of the service.
    PerMachine,
    /// `extraModules` of the instance.
    Instance,
    /// `extraModules` of the machine in the instance.
    Machine,
    /// `extraModules` of the role.
    Role,
}

impl ImportedBy {
    /// Its name in documents.
    pub fn name(self) -> &'static str {
        match self {
            ImportedBy::RoleFile => "role-file",
            ImportedBy::Service => "service",
            ImportedBy::PerInstance => "perInstance",
            ImportedBy::PerMachine => "perMachine",
            ImportedBy::Instance => "instance",
            ImportedBy::Machine => "machine",
            ImportedBy::Role => "role",
        }
    }
}

/// A setting with everything that is said of it.
#[derive(Clone, Debug)]
pub struct SettingView {
    /// Its path.
    pub path: Vec<String>,
    /// The final value.
    pub value: Data,
    /// What the layers say, in their order.
    pub definitions: Vec<DefinitionView>,
    /// What the service's interface says of it; none for what it takes without declaring it, or where it is not known.
    pub declared: Option<DeclaredView>,
}

/// An option of a service's interface.
#[derive(Clone, Debug)]
pub struct DeclaredView {
    /// Its path, which the setting's starts with.
    pub path: Vec<String>,
    /// Its type, as documentation words it.
    pub of: String,
    /// Its default.
    pub default: Option<Data>,
    /// Where it is declared; none for what only the catalogue knows.
    pub span: Span,
}

/// What one layer says of a setting.
#[derive(Clone, Debug)]
pub struct DefinitionView {
    /// The layer.
    pub layer: Layer,
    /// What it says, without markers.
    pub value: Data,
    /// Where; none for a default of the service's module.
    pub span: Span,
    /// The override priority.
    pub priority: i64,
    /// What became of it.
    pub verdict: Verdict,
}

/// What became of a definition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It is the value.
    Won,
    /// Others are stronger.
    Lost,
    /// It is a part of the value, or says the same as others.
    Merged,
    /// Others are as strong and say something else.
    Conflicting,
}

impl Verdict {
    /// Its name in documents.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Won => "won",
            Verdict::Lost => "lost",
            Verdict::Merged => "merged",
            Verdict::Conflicting => "conflicts",
        }
    }
}

/// A layer of settings.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Layer {
    /// The default in the service's module.
    Default,
    /// Services: `config` of the instance.
    Instance,
    /// `settings` or `config` of the role.
    Role(String),
    /// `settings` or `config` of the machine.
    Machine,
    /// `settings` of a tag of the role.
    Tag(String),
}

impl Layer {
    /// Its kind in documents.
    pub fn kind(&self) -> &'static str {
        match self {
            Layer::Default => "default",
            Layer::Instance => "instance",
            Layer::Role(_) => "role",
            Layer::Machine => "machine",
            Layer::Tag(_) => "tag",
        }
    }

    /// Its name in explanations.
    pub fn describe(&self) -> String {
        match self {
            Layer::Default => "the service's default".to_owned(),
            Layer::Instance => "the instance".to_owned(),
            Layer::Role(role) => format!("role `{role}`"),
            Layer::Machine => "the machine".to_owned(),
            Layer::Tag(tag) => format!("tag `{tag}`"),
        }
    }
}

/// Something a service demands that does not hold.
#[derive(Clone, Debug)]
pub struct Check {
    /// clan-core's name for it.
    pub id: String,
    /// What does not hold.
    pub message: String,
    /// The way out.
    pub help: String,
    /// Where the instance or role is written.
    pub span: Span,
}
