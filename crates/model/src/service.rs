//! Service modules: which roles they have, what their settings may be, how many machines they want.

mod faults;
mod legacy;
mod modern;
mod retired;

use indexmap::IndexMap;
use nix_frontend::eval::{EvalError, Evaluator, Value};
use nix_lib::Library;
use source::{Diagnostic, Pos, Span};

use crate::assemble::Clan;
use crate::catalogue::Catalogue;
use crate::inventory::{Generation, Instance, Sourced};

pub use legacy::{LegacyModules, UNKNOWN_SERVICE};
pub use retired::{Retired, retired_service};

/// A service as its module describes it.
#[derive(Clone)]
pub struct Service<'a> {
    /// `<input>-<name>`, `<clan-core>` standing for no input; services generation: the module's name.
    pub id: String,
    /// The name in the manifest, which constraints speak of.
    pub manifest_name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Its roles, in the order of names.
    pub roles: IndexMap<String, ServiceRole<'a>>,
    /// What it demands of roles that it does not have: clan counts their members, who are none.
    pub missing_roles: Vec<MissingRole>,
    /// Whether these are all roles. Not so where the module's source is not here.
    pub is_known: bool,
    /// Whether it is known from the catalogue only: which settings it reads is then not known.
    pub is_catalogued: bool,
    /// How many instances there may be.
    pub max_instances: Option<i64>,
    /// Services generation: whether it says that it works in an inventory.
    pub has_inventory_feature: bool,
    /// Instances: where it says what all its members import.
    pub per_machine: Option<Span>,
    /// What is wrong with the module itself. clan sees it where an instance has a member.
    pub faults: Vec<EvalError>,
}

/// A role that a service demands members of and does not have.
#[derive(Clone, Debug)]
pub struct MissingRole {
    /// Its name.
    pub name: String,
    /// The fewest members.
    pub least: i64,
    /// Where the service demands them.
    pub span: Span,
}

/// A role as the service's module describes it.
#[derive(Clone, Copy, Default)]
pub struct ServiceRole<'a> {
    /// Instances: the module that declares the settings. Services: the module that a member imports. None if it is not known.
    pub module: Option<Value<'a>>,
    /// The fewest members.
    pub least: Option<i64>,
    /// The most members.
    pub most: Option<i64>,
    /// Whether it is known to have no settings, so that nothing ever reads them.
    pub has_no_settings: bool,
    /// What it is for: a string or null.
    pub description: Option<Value<'a>>,
    /// Where the module defines it first, if that is known.
    pub place: Pos,
    /// Instances: where the module says what members import.
    pub per_instance: Option<Span>,
    /// Instances: where the module gives the role its interface.
    pub interface: Option<Span>,
}

/// Finds service modules.
pub struct Services<'a, 's> {
    /// The run.
    pub evaluator: &'s Evaluator<'a>,
    /// `lib` and the module system.
    pub library: Library<'a>,
    /// The clan.
    pub clan: &'s Clan<'a>,
    /// clan-core's own services as they are known without it.
    pub catalogue: &'s Catalogue,
    /// A directory laid out as clan-core, to be used instead of the catalogue.
    pub directory: Option<&'s std::path::Path>,
}

impl<'a> Services<'a, '_> {
    /// The service of an instance; none if there is no such service, which is reported.
    pub fn find(
        &self,
        instance: &Instance<'a>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Service<'a>> {
        if instance.is_obscure {
            let name = instance.service.value.clone();
            return Some(unknown_service(name, instance));
        }
        match instance.generation {
            Generation::Services => self.legacy(instance, diagnostics),
            Generation::Instances => self.modern(instance, diagnostics),
        }
    }
}

impl<'a> Services<'a, '_> {
    /// The service of that name: the clan's own, else clan-core's; none if there is none, which is reported.
    pub fn named(&self, name: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Service<'a>> {
        let find = |input: Option<&str>, diagnostics: &mut Vec<Diagnostic>| {
            let sourced = |text: &str| Sourced::new(text.to_owned(), Span::NONE);
            let input = input.map(sourced);
            self.modern(
                &without_roles(Generation::Instances, sourced(name), input),
                diagnostics,
            )
        };
        find(Some("self"), &mut vec![]).or_else(|| find(None, diagnostics))
    }

    /// The module of a name in `services` that has no instance. A name that is no module is reported: clan asks for it all the same.
    pub fn bare(
        &self,
        service: &Sourced<String>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Service<'a>> {
        let instance = without_roles(Generation::Services, service.clone(), None);
        let mut found = vec![];
        let module = self.legacy(&instance, &mut found);
        found.retain(|each| each.code == UNKNOWN_SERVICE);
        diagnostics.extend(found);
        module
    }
}

/// An instance that says nothing but its service.
fn without_roles<'a>(
    generation: Generation,
    service: Sourced<String>,
    input: Option<Sourced<String>>,
) -> Instance<'a> {
    Instance {
        generation,
        name: service.clone(),
        service,
        is_obscure: false,
        gap: None,
        input,
        enabled: true,
        roles: IndexMap::new(),
        config: None,
        machines: IndexMap::new(),
        extra_modules: vec![],
        weightless: vec![],
    }
}

/// A service of which nothing is known: its roles are those that the instance names.
fn unknown_service<'a>(id: String, instance: &Instance<'a>) -> Service<'a> {
    let roles = instance.roles.keys();
    Service {
        manifest_name: id.clone(),
        id,
        description: None,
        roles: roles
            .map(|role| (role.clone(), ServiceRole::default()))
            .collect(),
        missing_roles: vec![],
        is_known: false,
        is_catalogued: false,
        max_instances: None,
        has_inventory_feature: true,
        per_machine: None,
        faults: vec![],
    }
}
