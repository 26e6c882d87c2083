//! From the inventory to the answer.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use indexmap::IndexMap;
use model::data::Data;
use model::inventory::{Generation, Instance, Inventory, Role};
use model::{Dialect, Fact, Service, Services, Sourced};
use nix_frontend::eval::{ErrorKind, EvalError, Value};
use nix_lib::modules::spelled::written;
use source::{Diagnostic, Severity, Span, suggest};

use crate::constraints;
use crate::findings::findings;
use crate::imports::imports;
use crate::layering::{
    CONFLICT, LayerOf, Layering, MachinePart, RoleOf, SettingPlace, advised, layers,
    tell_settings_word,
};
use crate::membership::{Carriers, Fleet, Members, check_machines, members};
use crate::missing::{nearest_machine, unknown_machine};
use crate::view::{
    Check, InstanceView, Layer, MachineView, MemberView, Membership, Resolution, RoleView,
    SettingView, TagView,
};

/// What is wanted of the answer.
#[derive(Clone, Copy, Default)]
pub struct Options {
    /// Whether each setting is explained.
    pub explain: bool,
    /// Whether with what the services declare, and which modules members import.
    pub declarations: bool,
    /// Whether also that is found that clan has nothing against. It needs the settings explained.
    pub findings: bool,
}

/// A machine, its config by service, and the same explained.
type MachineConfig = (
    String,
    IndexMap<String, Data>,
    Vec<(String, Arc<[SettingView]>)>,
);

/// Final settings, and the same explained.
type Settings = (Arc<Data>, Arc<[SettingView]>);

struct Resolver<'a, 'r> {
    inventory: &'r Inventory<'a>,
    services: &'r Services<'a, 'r>,
    dialect: &'r Dialect,
    carriers: Carriers<'r>,
    options: Options,
    diagnostics: &'r mut Vec<Diagnostic>,
    checks: Vec<Check>,
}

/// Resolves memberships and settings. Everything that is wrong is reported; the rest is answered.
pub fn resolve<'a>(
    inventory: &Inventory<'a>,
    services: &Services<'a, '_>,
    meta: Value<'a>,
    options: Options,
    diagnostics: &mut Vec<Diagnostic>,
) -> Resolution {
    let dialect = &services.clan.dialect;
    let layering = Layering {
        evaluator: services.evaluator,
        library: services.library,
        meta: dialect.has(Fact::MetaArgument).then_some(meta),
    };
    let mut resolver = Resolver {
        inventory,
        services,
        dialect,
        carriers: Carriers::new(&inventory.machines),
        options,
        diagnostics,
        checks: vec![],
    };
    let found: Vec<Option<Service<'a>>> = inventory
        .instances
        .iter()
        .map(|instance| resolver.service(instance))
        .collect();
    let found = resolver.grouped(found);
    resolver.bare_services();
    resolver.tags();
    let mut instances = vec![];
    for (instance, service) in inventory.instances.iter().zip(&found) {
        let view = resolver.instance(instance, service.as_ref(), layering);
        instances.push(view);
    }
    resolver.service_faults(&found, &instances);
    resolver.count_instances(&found);
    let mut machines = resolver.machines(&instances);
    for (machine, config, explained) in resolver.machine_configs(&found, &instances, layering) {
        for (service, settings) in explained {
            explain_members(&mut instances, &service, &machine, &settings);
        }
        if let Some(view) = machines.get_mut(&machine) {
            view.config = Some(config);
        }
    }
    let checks = resolver.checks;
    for check in &checks {
        let diagnostic = Diagnostic::error("service-constraint", check.message.clone())
            .label(check.span, "demanded here")
            .help(check.help.clone())
            .note_line(format!("clan calls this check `{}`", check.id));
        diagnostics.push(diagnostic);
    }
    let resolution = Resolution {
        dialect: dialect.day().to_owned(),
        is_computed: false,
        meta: inventory.meta.clone(),
        inventory: inventory.document.clone(),
        tags: carriers_by_tag(inventory.tags.keys(), &machines),
        machines,
        instances,
        checks,
        machines_gap: inventory.machines_gap.clone(),
        gaps: inventory.gaps.clone(),
    };
    if options.findings {
        let sources = &services.evaluator.session.sources;
        let findings = findings(
            (inventory, &found),
            &resolution,
            (dialect, sources),
            diagnostics,
        );
        diagnostics.extend(findings);
    }
    resolution
}

/// Gives the explained config of a service on a machine to each of the machine's roles in it.
fn explain_members(
    instances: &mut [InstanceView],
    service: &str,
    machine: &str,
    settings: &Arc<[SettingView]>,
) {
    for instance in instances {
        if instance.generation != Generation::Services || instance.service != service {
            continue;
        }
        for role in instance.roles.values_mut() {
            if let Some(member) = role.machines.get_mut(machine) {
                member.explained = settings.clone();
            }
        }
    }
}

/// Which roles of enabled instances each machine fills.
pub(crate) fn memberships(instances: &[InstanceView]) -> HashMap<&str, Vec<Membership>> {
    let mut memberships: HashMap<&str, Vec<Membership>> = HashMap::new();
    let enabled = instances.iter().enumerate();
    for (number, instance) in enabled.filter(|(_, instance)| instance.enabled) {
        for (role, view) in &instance.roles {
            for (machine, member) in &view.machines {
                memberships.entry(machine).or_default().push(Membership {
                    instance: number,
                    role: role.clone(),
                    via: member.via.clone(),
                });
            }
        }
    }
    memberships
}

/// Who carries each tag: those in `known`, and those of the machines.
pub(crate) fn carriers_by_tag<'t>(
    known: impl Iterator<Item = &'t String>,
    machines: &IndexMap<String, MachineView>,
) -> IndexMap<String, Vec<String>> {
    let mut tags: IndexMap<String, Vec<String>> = known.map(|tag| (tag.clone(), vec![])).collect();
    for (machine, described) in machines {
        for tag in &described.tags {
            tags.entry(tag.name.clone())
                .or_default()
                .push(machine.clone());
        }
    }
    tags.sort_keys();
    tags
}

impl<'a> Resolver<'a, '_> {
    fn report(&mut self, error: &EvalError) {
        let diagnostic = error.diagnostic();
        let known = self.diagnostics.iter().any(|other| {
            other.code == diagnostic.code
                && other.primary() == diagnostic.primary()
                && (other.message == diagnostic.message || diagnostic.primary().is_some())
        });
        if !known {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Services: without any machine nothing is evaluated, so nothing fails.
    fn is_looked_at(&self, instance: &Instance<'a>) -> bool {
        instance.generation == Generation::Instances || !self.inventory.machines.is_empty()
    }

    fn service(&mut self, instance: &Instance<'a>) -> Option<Service<'a>> {
        if !self.is_looked_at(instance) {
            return None;
        }
        self.services.find(instance, self.diagnostics)
    }

    /// Until the services of clan-core were kept apart, instances without an input and those with the input `self` shared the module of the
    /// first of them, if they named it alike.
    fn grouped(&self, mut found: Vec<Option<Service<'a>>>) -> Vec<Option<Service<'a>>> {
        if self.dialect.has(Fact::ClanCoreApart) {
            return found;
        }
        let mut first: HashMap<String, Service<'a>> = HashMap::new();
        let instances = self.inventory.instances.iter();
        for (_, service) in instances
            .zip(&mut found)
            .filter(|(instance, _)| instance.generation == Generation::Instances)
        {
            if let Some(service) = service {
                let shared = first.entry(service.id.clone());
                *service = shared.or_insert_with(|| service.clone()).clone();
            }
        }
        found
    }

    /// Names in `services` without an instance. clan looks at their modules, from when on these say whether they work in an inventory.
    fn bare_services(&mut self) {
        if self.inventory.machines.is_empty() || !self.dialect.has(Fact::InventoryFeature) {
            return;
        }
        for named in &self.inventory.bare_services {
            let service = self.services.bare(named, self.diagnostics);
            if service.is_some_and(|service| !service.has_inventory_feature) {
                self.checks.push(no_feature(named));
            }
        }
    }

    /// Who carries a tag by `inventory.tags`: clan takes no notice of those that are no machines.
    fn tags(&mut self) {
        let machines = &self.inventory.machines;
        if self.inventory.machines_gap.is_some() {
            return;
        }
        for (tag, carriers) in &self.inventory.tags {
            let carriers = &carriers.value;
            let missing = carriers
                .iter()
                .filter(|each| !each.span.is_none() && !machines.contains_key(&each.value));
            for machine in missing {
                let finding = unknown_machine(machine, format!("carries the tag `{tag}`"));
                let is_free = |near: &str| carriers.iter().all(|each| each.value != near);
                let sources = &self.services.evaluator.session.sources;
                let finding = nearest_machine(finding, machine, machines, sources, is_free);
                self.diagnostics.push(finding);
            }
        }
    }

    fn instance(
        &mut self,
        instance: &Instance<'a>,
        service: Option<&Service<'a>>,
        layering: Layering<'a, '_>,
    ) -> InstanceView {
        let mut view = InstanceView {
            generation: instance.generation,
            service: instance.service.value.clone(),
            input: instance.input.as_ref().map(|input| input.value.clone()),
            instance: instance.name.value.clone(),
            span: instance.name.span,
            enabled: instance.enabled,
            roles: IndexMap::new(),
        };
        let roles_fit = match service {
            Some(service) => self.check_roles(instance, service),
            None => true,
        };
        let sources = &self.services.evaluator.session.sources;
        check_machines(instance, self.inventory, sources, self.diagnostics);
        let empty = Role::default();
        for name in self.role_names(instance, service) {
            let role = instance.roles.get(&name).unwrap_or(&empty);
            let mut role_view = RoleView {
                span: role.span,
                extra_modules: role
                    .extra_modules
                    .iter()
                    .map(|each| each.value.clone())
                    .collect(),
                ..RoleView::default()
            };
            if self.is_looked_at(instance) {
                let found = self.members(instance, &name, role);
                role_view.members = found.listed;
                role_view.machines = found.each;
                role_view.gap = found.gap;
            }
            if !role_view.members.is_empty() && instance.enabled {
                self.check_extra_modules(instance, role);
            }
            let described = service
                .and_then(|service| service.roles.get(&name))
                .copied();
            let has_role = described.is_some() || service.is_none_or(|service| !service.is_known);
            if instance.generation == Generation::Instances && has_role {
                let described = described.unwrap_or_default();
                let of = RoleOf {
                    instance,
                    service,
                    name: &name,
                    role,
                    described: &described,
                };
                self.settings(&of, &mut role_view, layering);
            }
            if self.options.declarations && instance.enabled {
                let evaluator = self.services.evaluator;
                for (machine, member) in &mut role_view.machines {
                    member.imports = imports(evaluator, instance, service, (&name, role), machine);
                }
            }
            view.roles.insert(name, role_view);
        }
        if let Some(service) = service {
            let has_members = view.roles.values().any(|role| !role.members.is_empty());
            let counted = match instance.generation {
                Generation::Services => {
                    self.dialect.has(Fact::BoundsOfAll) || (instance.enabled && has_members)
                }
                Generation::Instances => self.dialect.has(Fact::Constraints),
            };
            if counted && roles_fit && service.is_known {
                self.checks
                    .extend(constraints::of_roles(service, instance, &view));
            }
            if !service.has_inventory_feature && instance.generation == Generation::Services {
                self.checks.push(no_feature(&instance.service));
            }
        }
        view
    }

    /// A module that is not there fails when the machine is built.
    fn check_there(&mut self, path: &str, span: Span) {
        let (evaluator, path) = (self.services.evaluator, Path::new(path));
        if evaluator.session.kind_of(path).is_some() {
            if self.options.findings {
                evaluator.read_import(path);
            }
            return;
        }
        let name = path.file_name().unwrap_or_default();
        let message = format!("there is no file `{}`", name.to_string_lossy());
        let finding = Diagnostic::warning("no-such-file", message);
        let own = written(&evaluator.session.sources, span.start, path);
        let finding = finding.label(own.unwrap_or(span), "members of the role import it");
        let help = evaluator.instead_of_path(path);
        let help = help.unwrap_or_else(|| "correct the path, or write the module".to_owned());
        self.diagnostics.push(finding.help(help));
    }

    /// Since 2025-10-23 the extra modules of a role are modules: a relative string is none.
    fn check_extra_modules(&mut self, instance: &Instance<'a>, role: &Role<'a>) {
        let is_services = instance.generation == Generation::Services;
        let is_below_directory = is_services || !self.dialect.has(Fact::AnyExtraModules);
        for module in role.extra_modules.iter().chain(&instance.extra_modules) {
            let directory = self.services.clan.directory.display();
            match &module.value {
                Data::Path(path) => self.check_there(path, module.span),
                Data::String(text) if is_below_directory && !text.starts_with('/') => {
                    self.check_there(&format!("{directory}/{text}"), module.span);
                }
                _ => {}
            }
        }
        if is_below_directory {
            return;
        }
        for module in &role.extra_modules {
            let is_scalar = matches!(
                &module.value,
                Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::List(_)
            );
            if is_scalar {
                let diagnostic =
                    Diagnostic::error("wrong-type", "an entry of `extraModules` is no module");
                let diagnostic =
                    diagnostic.label(module.span, "neither a path, a set nor a function");
                self.diagnostics
                    .push(diagnostic.help("write the path of a module, or the module itself"));
            }
            let Data::String(text) = &module.value else {
                continue;
            };
            if !text.starts_with('/') {
                let message = format!("the relative path `{text}` is no module");
                let diagnostic = Diagnostic::error("wrong-type", message);
                let diagnostic =
                    diagnostic.label(module.span, "a string has no place to start from");
                let path = text.trim_start_matches("./");
                let help = format!("write the path `./{path}` without quotes");
                self.diagnostics.push(diagnostic.help(help));
            }
        }
    }

    /// The members of a role. Of a disabled instance clan looks at nothing, so nothing of it is reported.
    fn members(&mut self, instance: &Instance<'a>, name: &str, role: &Role<'a>) -> Members {
        let mut unheard = vec![];
        let diagnostics = if instance.enabled {
            &mut *self.diagnostics
        } else {
            &mut unheard
        };
        let fleet = Fleet {
            inventory: self.inventory,
            carriers: &self.carriers,
            dialect: self.dialect,
            sources: &self.services.evaluator.session.sources,
        };
        members(fleet, instance, name, role, diagnostics)
    }

    /// The roles of the service, and those that the instance speaks of beside them.
    fn role_names(&self, instance: &Instance<'a>, service: Option<&Service<'a>>) -> Vec<String> {
        let all = instance.generation == Generation::Instances || self.dialect.has(Fact::AllRoles);
        let of_service = service.filter(|_| all).into_iter();
        let of_service = of_service.flat_map(|service| service.roles.keys());
        let mut names: Vec<String> = of_service.chain(instance.roles.keys()).cloned().collect();
        if instance.generation == Generation::Instances {
            names = instance.roles.keys().cloned().collect();
        }
        names.sort();
        names.dedup();
        names
    }

    /// Reports the roles that the service does not have.
    fn check_roles(&mut self, instance: &Instance<'a>, service: &Service<'a>) -> bool {
        if !service.is_known {
            return true;
        }
        let lenient = !self.dialect.has(Fact::RolesNeedFiles);
        let mut fit = true;
        for (name, role) in &instance.roles {
            if service.roles.contains_key(name) || (lenient && name == "default") {
                continue;
            }
            fit = false;
            let message = format!(
                "the service `{}` has no role `{name}`",
                instance.service.value
            );
            let known = service.roles.keys().map(String::as_str);
            let diagnostic =
                Diagnostic::error("unknown-role", message).label(role.span, "no such role");
            let diagnostic = match suggest::nearest(name, known.clone()) {
                Some(nearest) => {
                    let is_free = !instance.roles.contains_key(nearest);
                    let safe = is_free && suggest::is_slip(name, known);
                    let sources = &self.services.evaluator.session.sources;
                    let fix = suggest::rename(sources, role.span, name, nearest, safe);
                    diagnostic.meant(nearest, fix.filter(|_| is_free))
                }
                None if service.roles.is_empty() => diagnostic.help("it has no roles"),
                None => {
                    let known: Vec<&str> = known.collect();
                    diagnostic.help(format!("its roles are: {}", known.join(", ")))
                }
            };
            self.diagnostics.push(diagnostic);
        }
        fit
    }

    fn settings(&mut self, of: &RoleOf<'a, '_>, view: &mut RoleView, layering: Layering<'a, '_>) {
        let mut shared: HashMap<Vec<Layer>, Settings> = HashMap::new();
        let mut interface = None;
        let machines: Vec<String> = view.machines.keys().cloned().collect();
        for machine in machines {
            let carried = self.inventory.machines.get(&machine);
            let carried: Vec<&str> = carried
                .map(|machine| machine.tags.iter().map(|tag| tag.name.as_str()).collect())
                .unwrap_or_default();
            let own = layers(of.role, of.name, &machine, &carried);
            // Machines of which the same layers speak have the same settings.
            let key: Vec<Layer> = own.iter().map(|layer| layer.layer.clone()).collect();
            let (settings, explained) = match shared.get(&key) {
                Some(shared) => shared.clone(),
                None => {
                    let merged = match of.service {
                        Some(service) => layering.member(of, service, &machine, &own),
                        None => crate::layering::Merged {
                            settings: Data::Unknown {
                                name: "settings".to_owned(),
                                because: "the service is not known".to_owned(),
                            },
                            errors: vec![],
                            interface: None,
                        },
                    };
                    let is_built = self.inventory.machines.contains_key(&machine);
                    for mut error in merged.errors.iter().map(advised) {
                        if error.span.is_none() && error.kind == ErrorKind::Io {
                            error.span = of.described.interface.unwrap_or(Span::NONE);
                        }
                        let error = &error;
                        let unset = error.kind == ErrorKind::Coded("missing-value");
                        let is_catalogued = of.service.is_some_and(|service| service.is_catalogued);
                        if unset && is_catalogued {
                            if !does_without(of.instance, error) {
                                self.note_unset(error, of.instance);
                            }
                        } else if !is_built || of.described.has_no_settings {
                            self.warn_unread(error);
                        } else {
                            self.report(error);
                        }
                    }
                    interface = interface.or(merged.interface);
                    let explained = if self.options.explain {
                        layering.explain(
                            &merged,
                            &own,
                            Generation::Instances,
                            self.options.declarations,
                        )
                    } else {
                        vec![]
                    };
                    let is_told = is_built || merged.errors.is_empty();
                    let known = (Arc::new(merged.settings), Arc::from(explained));
                    // What is only a warning for a machine that is not built is an error for others.
                    if is_told && !key.contains(&Layer::Machine) {
                        shared.insert(key, known.clone());
                    }
                    known
                }
            };
            if let Some(member) = view.machines.get_mut(&machine) {
                member.settings = Some(settings);
                member.explained = explained;
            }
        }
        // All members of a role have the same one.
        if let Some(interface) = interface {
            let has = |setting: &str| layering.has_setting(interface, setting);
            tell_settings_word(self.diagnostics, of, has);
        }
    }

    /// What is wrong with the modules of services: clan sees it where an instance has a member.
    fn service_faults(&mut self, found: &[Option<Service<'a>>], views: &[InstanceView]) {
        let machines = &self.inventory.machines;
        let is_used = |view: &InstanceView| {
            let mut roles = view.roles.values();
            roles.any(|role| role.machines.keys().any(|name| machines.contains_key(name)))
        };
        let (used, idle): (Vec<_>, Vec<_>) = found
            .iter()
            .zip(views)
            .filter_map(|(service, view)| Some((service.as_ref()?, view)))
            .partition(|(_, view)| is_used(view));
        for fault in used.iter().flat_map(|(service, _)| &service.faults) {
            self.report(fault);
        }
        for fault in idle.iter().flat_map(|(service, _)| &service.faults) {
            let told = fault.diagnostic();
            let is_told = self
                .diagnostics
                .iter()
                .any(|other| (other.code, other.primary()) == (told.code, told.primary()));
            if !is_told {
                self.warn(fault, "clan does not see this: the service has no members");
            }
        }
    }

    /// A fault in settings that nothing reads: clan does not see it, but the author hardly meant it.
    fn warn_unread(&mut self, error: &EvalError) {
        self.warn(
            error,
            "clan does not see this: nothing reads these settings",
        );
    }

    fn warn(&mut self, error: &EvalError, note: &str) {
        let mut diagnostic = error.diagnostic();
        if diagnostic.severity == Severity::Error {
            diagnostic.severity = Severity::Warning;
        }
        let diagnostic = diagnostic.note_line(note);
        if !self.diagnostics.contains(&diagnostic) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// A setting without value of which it is not known whether the service reads it.
    fn note_unset(&mut self, error: &EvalError, instance: &Instance<'a>) {
        let message = format!("{}; clan fails if the service reads it", error.message);
        let note = Diagnostic::note("missing-value", message);
        self.diagnostics
            .push(note.label(instance.name.span, "the settings of this instance"));
    }

    fn count_instances(&mut self, found: &[Option<Service<'a>>]) {
        if !self.dialect.has(Fact::Constraints) {
            return;
        }
        let mut by_id: IndexMap<&str, (&Service<'a>, Vec<&Instance<'a>>)> = IndexMap::new();
        for (instance, service) in self.inventory.instances.iter().zip(found) {
            if let (Some(service), Generation::Instances) = (service, instance.generation) {
                let entry = by_id
                    .entry(&service.id)
                    .or_insert_with(|| (service, vec![]));
                entry.1.push(instance);
            }
        }
        for (service, instances) in by_id.values() {
            self.checks
                .extend(constraints::of_instances(service, instances));
        }
    }

    fn machines(&self, instances: &[InstanceView]) -> IndexMap<String, MachineView> {
        let mut memberships = memberships(instances);
        let machines = self.inventory.machines.iter();
        machines
            .map(|(name, machine)| {
                let tags = machine.tags.iter().map(|tag| TagView {
                    name: tag.name.clone(),
                    span: tag.span,
                    computed: tag.computed,
                });
                let view = MachineView {
                    span: machine.span,
                    class: machine.class.clone(),
                    tags: tags.collect(),
                    tags_gap: machine.tags_gap.clone(),
                    sources: machine.sources.clone(),
                    memberships: memberships.remove(name.as_str()).unwrap_or_default(),
                    config: None,
                };
                (name.clone(), view)
            })
            .collect()
    }

    /// Services generation: the merged config of each machine.
    fn machine_configs(
        &mut self,
        found: &[Option<Service<'a>>],
        instances: &[InstanceView],
        layering: Layering<'a, '_>,
    ) -> Vec<MachineConfig> {
        let any = self.inventory.instances.iter();
        if !any
            .into_iter()
            .any(|each| each.generation == Generation::Services)
        {
            return vec![];
        }
        let mut configs = vec![];
        let machines = self.inventory.machines.iter();
        let built = machines.filter(|(_, machine)| machine.class == "nixos");
        let names: Vec<String> = built.map(|(name, _)| name.clone()).collect();
        for machine in names {
            let inventory = self.inventory;
            let all = inventory.instances.iter().zip(found).zip(instances);
            let mut parts = vec![];
            for ((instance, service), view) in all {
                let (Some(service), Generation::Services) = (service, instance.generation) else {
                    continue;
                };
                parts.extend(self.machine_part(&machine, instance, service, view));
            }
            if parts.is_empty() {
                continue;
            }
            let mut config = IndexMap::new();
            let mut explained = vec![];
            let merged = layering.machine(&machine, &parts);
            let mut layers: HashMap<&str, Vec<LayerOf<'a>>> = HashMap::new();
            for part in parts {
                layers.entry(part.service).or_default().extend(part.layers);
            }
            for (service, merged) in merged {
                for error in &merged.errors {
                    self.report(&without_markers(error));
                }
                if self.options.explain {
                    let layers = layers.get(service.as_str()).map(Vec::as_slice);
                    let settings = layering.explain(
                        &merged,
                        layers.unwrap_or_default(),
                        Generation::Services,
                        self.options.declarations,
                    );
                    explained.push((service.clone(), Arc::from(settings)));
                }
                config.insert(service, merged.settings);
            }
            configs.push((machine, config, explained));
        }
        configs
    }

    fn machine_part<'n>(
        &self,
        machine: &str,
        instance: &'n Instance<'a>,
        service: &Service<'a>,
        view: &InstanceView,
    ) -> Option<MachinePart<'a, 'n>> {
        let roles: Vec<&str> = view
            .roles
            .iter()
            .filter(|(_, role)| role.machines.contains_key(machine))
            .map(|(name, _)| name.as_str())
            .collect();
        if roles.is_empty() || !instance.enabled {
            return None;
        }
        let modules = roles
            .iter()
            .filter_map(|role| service.roles.get(*role)?.module);
        let modules: Vec<Value<'a>> = modules.collect();
        Some(MachinePart {
            service: &instance.service.value,
            is_known: modules.len() == roles.len(),
            modules,
            layers: config_layers(instance, machine, &roles),
        })
    }
}

/// In the services generation priorities end at the border of a layer: to advise them against a conflict of layers would mislead.
fn without_markers(error: &EvalError) -> EvalError {
    let mut error = error.clone();
    if error.kind == CONFLICT {
        error.help = Some(
            "take one of them away: `mkForce` and `mkDefault` do not act between instance, role and machine here"
                .to_owned(),
        );
    }
    error
}

/// The config layers of a services instance for a machine in these roles.
pub(crate) fn config_layers<'a>(
    instance: &Instance<'a>,
    machine: &str,
    roles: &[&str],
) -> Vec<LayerOf<'a>> {
    let mut layers = vec![];
    if let Some(setting) = instance.config {
        layers.push(LayerOf {
            layer: Layer::Instance,
            setting,
        });
    }
    let own = instance.machines.get(machine);
    if let Some(setting) = own.and_then(|own| own.config) {
        layers.push(LayerOf {
            layer: Layer::Machine,
            setting,
        });
    }
    for role in roles {
        let settings = instance.roles.get(*role).and_then(|role| role.settings);
        if let Some(setting) = settings {
            layers.push(LayerOf {
                layer: Layer::Role((*role).to_owned()),
                setting,
            });
        }
    }
    layers
}

fn no_feature(named: &Sourced<String>) -> Check {
    let service = &named.value;
    Check {
        id: format!("checkservice.{service}"),
        message: format!("the service `{service}` does not say that it works in an inventory"),
        help: "import its module in the configuration of the machines instead".to_owned(),
        span: named.span,
    }
}

/// A member without anything known.
impl MemberView {
    /// Where the first reason stands.
    pub fn span(&self) -> Span {
        self.via.first().map_or(Span::NONE, |via| via.span)
    }
}

/// Whether a service of clan-core does not read a setting that has no value: no code asks for the package of the Matrix server, and peers of
/// wireguard need not say which controller they attach to while there is one.
fn does_without(instance: &Instance<'_>, error: &EvalError) -> bool {
    let place = SettingPlace::of(error);
    let is = |service: &str, setting: &[&str]| {
        let is_setting = place.is_some_and(|place| place.setting == setting);
        instance.service.value == service && is_setting
    };
    let controllers = instance.roles.get("controller");
    let one_controller =
        controllers.is_some_and(|role| role.machines.len() == 1 && role.tags.is_empty());
    is("matrix-synapse", &["services", "matrix-synapse", "package"])
        || is("wireguard", &["controller"]) && one_controller
}
