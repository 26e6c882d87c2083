//! Services of the instances generation.
//!
//! `module.input` says where the module is looked up: none means clan-core's own (before 2025-06-30 the clan's `modules` and
//! `inventory.modules`), `self` the clan's `modules`, any other name that flake input's `clan.modules`.
//! Source: clan-core `lib/resolve-module/default.nix`.

use indexmap::IndexMap;
use nix_frontend::eval::{ErrorKind, EvalError, Evaluator, Result, Value};
use nix_frontend::import::to_path;
use source::{Diagnostic, Fix, SourceMap, Span, suggest};

use super::faults;
use super::{MissingRole, Service, ServiceRole, Services, retired_service, unknown_service};
use crate::assemble::{entries, is_own, name_span, own_text};
use crate::data::read;
use crate::dialect::Fact;
use crate::inventory::{Generation, Instance, Sourced};

/// Whose services those are that come with no input.
const CLAN_CORE: &str = "clan-core";
const SCHEMA: &str = include_str!("../../data/service.nix");

/// Where a service's module is.
enum Found<'a> {
    /// A module value, and where it is given its name.
    Module(Value<'a>, Span),
    /// One of clan-core's own, known from the catalogue.
    Catalogued,
    /// The source is not here.
    OutOfReach(String),
    /// There is none, which has been reported.
    Nowhere,
}

impl<'a> Services<'a, '_> {
    pub(super) fn modern(
        &self,
        instance: &Instance<'a>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Service<'a>> {
        let input = instance.input.as_ref().map(|input| input.value.as_str());
        let name = instance.service.value.as_str();
        let core = if self.clan.dialect.has(Fact::ClanCoreApart) {
            "<clan-core>"
        } else {
            "self"
        };
        let id = format!("{}-{name}", input.unwrap_or(core));
        let found = match input {
            None if self.clan.dialect.has(Fact::NullInputIsClanCore) => {
                self.builtin(instance, diagnostics)
            }
            None => self.own_or_of_inventory(instance, diagnostics),
            Some("self") if self.clan.dialect.has(Fact::SelfInput) => {
                self.own(instance, diagnostics)
            }
            Some(other) => self.of_input(other, instance, diagnostics),
        };
        let found = match self.catalogue.rewritten(name, &self.clan.dialect) {
            Some(day) if matches!(found, Found::Catalogued) => {
                let why = format!("before {day} it was another one, which is not catalogued");
                Found::OutOfReach(why)
            }
            _ => found,
        };
        match found {
            Found::Nowhere => None,
            Found::Catalogued => self.catalogued(id, instance),
            Found::OutOfReach(why) => {
                let message = format!("the service `{name}` is not known: {why}");
                diagnostics.push(Diagnostic::note("out-of-reach", message).label(
                    instance.service.span,
                    "its roles and settings are not checked",
                ));
                Some(unknown_service(id, instance))
            }
            Found::Module(module, span) => match self.read_with_faults(&id, module, diagnostics) {
                Ok(service) => {
                    let place = span.some().unwrap_or(instance.service.span);
                    Some(faults::placed(service, place))
                }
                // Some of a checkout are functions to modules, which clan-core calls in its flake.
                Err(error) if self.is_of_checkout(module) && is_no_module(&error) => {
                    self.catalogued(id, instance)
                }
                Err(error) if error.is_out_of_reach() => {
                    diagnostics.push(error.diagnostic());
                    Some(unknown_service(id, instance))
                }
                Err(error) => {
                    let span = span.some().unwrap_or(instance.service.span);
                    let error = match is_own(self.evaluator, error.span.start) {
                        true => error.label(span, "the service is read from here"),
                        false => error.at(span),
                    };
                    diagnostics.push(error.diagnostic());
                    Some(unknown_service(id, instance))
                }
            },
        }
    }

    /// The service as the catalogue has it; one of which nothing is known if it does not.
    fn catalogued(&self, id: String, instance: &Instance<'a>) -> Option<Service<'a>> {
        let name = instance.service.value.as_str();
        let (evaluator, library, dialect) = (self.evaluator, self.library, &self.clan.dialect);
        let unknown = || unknown_service(id.clone(), instance);
        let known = self
            .catalogue
            .modern(evaluator, library, id.clone(), name, dialect);
        known.or_else(|| Some(unknown()))
    }

    fn is_of_checkout(&self, module: Value<'a>) -> bool {
        let Some(directory) = self.directory else {
            return false;
        };
        matches!(module, Value::Path(path) if to_path(path.bytes).starts_with(directory))
    }

    fn builtin(&self, instance: &Instance<'a>, diagnostics: &mut Vec<Diagnostic>) -> Found<'a> {
        let name = instance.service.value.as_str();
        if let Some(directory) = self.directory {
            let path = directory
                .join("clanServices")
                .join(name)
                .join("default.nix");
            if self.evaluator.session.kind_of(&path).is_some() {
                use std::os::unix::ffi::OsStrExt;
                let module = self.evaluator.path(path.as_os_str().as_bytes());
                return Found::Module(module, Span::NONE);
            }
            let listed = self
                .evaluator
                .session
                .files
                .list(&directory.join("clanServices"));
            let names: Vec<String> = listed
                .unwrap_or_default()
                .into_iter()
                .map(|(name, _)| name)
                .collect();
            diagnostics.push(self.unknown_module(instance, &names, CLAN_CORE));
            return Found::Nowhere;
        }
        if self.catalogue.has_modern(name) {
            return Found::Catalogued;
        }
        let retired = retired_service(Generation::Instances, name);
        let is_gone = retired.is_some_and(|retired| self.clan.dialect.since(&retired.since));
        if !is_gone && !self.clan.dialect.has(Fact::CatalogueIsWhole) {
            return Found::OutOfReach(
                "the catalogue of clan-core's services does not have it".to_owned(),
            );
        }
        let names = self.catalogue.modern_names();
        diagnostics.push(self.unknown_module(instance, &names, CLAN_CORE));
        Found::Nowhere
    }

    fn own(&self, instance: &Instance<'a>, diagnostics: &mut Vec<Diagnostic>) -> Found<'a> {
        let name = instance.service.value.as_str();
        let modules = self.evaluator.select(
            self.clan.config,
            self.evaluator.symbol("modules"),
            Span::NONE,
        );
        self.member(modules, name, instance, "this clan", diagnostics)
    }

    /// The module of that name in `modules`, else in `inventory.modules`, which clan-core's own modules of the services generation do not count in.
    fn own_or_of_inventory(
        &self,
        instance: &Instance<'a>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Found<'a> {
        let name = instance.service.value.as_str();
        let mut missing = vec![];
        let found = self.own(instance, &mut missing);
        if !matches!(found, Found::Nowhere) {
            return found;
        }
        match self.own_legacy_modules() {
            Ok(modules) => {
                if let Some(module) = modules.get(name) {
                    return Found::Module(*module, Span::NONE);
                }
            }
            Err(error) if error.is_out_of_reach() => {
                let (_, because) = error.unknown().unwrap_or_default();
                return Found::OutOfReach(because.to_owned());
            }
            Err(error) => missing.push(error.diagnostic()),
        }
        diagnostics.extend(missing);
        Found::Nowhere
    }

    fn of_input(
        &self,
        input: &str,
        instance: &Instance<'a>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Found<'a> {
        let evaluator = self.evaluator;
        let Some(inputs) = self.clan.inputs else {
            return Found::OutOfReach(format!(
                "there is no flake to take the input `{input}` from"
            ));
        };
        let known = match entries(evaluator, inputs) {
            Ok(known) => known,
            Err(error) => {
                diagnostics.push(error.diagnostic());
                return Found::Nowhere;
            }
        };
        let Some((_, attr)) = known.iter().find(|(name, _)| name == input) else {
            let mut names: Vec<String> = known.into_iter().map(|(name, _)| name).collect();
            if self.clan.dialect.has(Fact::SelfInput) && !names.iter().any(|name| name == "self") {
                names.push("self".to_owned());
            }
            let sources = &evaluator.session.sources;
            diagnostics.push(unknown_input(instance, input, &names, sources));
            return Found::Nowhere;
        };
        if self.clan.clan_cores.iter().any(|name| name == input) {
            return self.builtin(instance, diagnostics);
        }
        if self.clan.no_clans.iter().any(|name| name == input) {
            diagnostics.push(without_modules(instance, input));
            return Found::Nowhere;
        }
        let value = match evaluator.force(attr.value) {
            Ok(Value::OutOfReach(_)) => {
                return Found::OutOfReach(format!("input `{input}` is not on disk"));
            }
            Ok(value) => value,
            Err(error) if error.is_out_of_reach() => {
                return Found::OutOfReach(format!("input `{input}` is not on disk"));
            }
            Err(error) => {
                diagnostics.push(error.diagnostic());
                return Found::Nowhere;
            }
        };
        let Value::Attrs(flake) = value else {
            diagnostics.push(without_modules(instance, input));
            return Found::Nowhere;
        };
        let clan = flake.value(evaluator.symbol("clan"));
        let modules = match clan.map(|clan| evaluator.force(clan)) {
            Some(Ok(Value::Attrs(clan))) => clan.value(evaluator.symbol("modules")),
            Some(Ok(Value::OutOfReach(unknown))) => {
                return Found::OutOfReach(unknown.root().1.to_owned());
            }
            Some(Err(error)) => {
                diagnostics.push(error.diagnostic());
                return Found::Nowhere;
            }
            _ => None,
        };
        let Some(modules) = modules else {
            diagnostics.push(without_modules(instance, input));
            return Found::Nowhere;
        };
        let name = instance.service.value.as_str();
        let whose = format!("the input `{input}`");
        self.member(
            evaluator.force(modules),
            name,
            instance,
            &whose,
            diagnostics,
        )
    }

    fn member(
        &self,
        modules: Result<Value<'a>>,
        name: &str,
        instance: &Instance<'a>,
        whose: &str,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Found<'a> {
        let modules = match modules {
            Ok(Value::OutOfReach(unknown)) => {
                let known = unknown.open_set();
                let known = known.and_then(|known| known.value(self.evaluator.symbol(name)));
                return match known {
                    Some(module) => Found::Module(module, Span::NONE),
                    None => Found::OutOfReach(unknown.root().1.to_owned()),
                };
            }
            Ok(modules) => modules,
            Err(error) if error.is_out_of_reach() => {
                let (_, because) = error.unknown().unwrap_or_default();
                return Found::OutOfReach(because.to_owned());
            }
            Err(error) => {
                diagnostics.push(error.diagnostic());
                return Found::Nowhere;
            }
        };
        match entries(self.evaluator, modules) {
            Err(error) => {
                diagnostics.push(error.diagnostic());
                Found::Nowhere
            }
            Ok(known) => match known.iter().find(|(known, _)| known == name) {
                Some((_, attr)) => Found::Module(attr.value, name_span(self.evaluator, attr.place)),
                None => {
                    let names: Vec<String> = known.into_iter().map(|(name, _)| name).collect();
                    diagnostics.push(self.unknown_module(instance, &names, whose));
                    Found::Nowhere
                }
            },
        }
    }

    fn unknown_module(&self, instance: &Instance<'a>, names: &[String], whose: &str) -> Diagnostic {
        let name = &instance.service.value;
        let diagnostic =
            Diagnostic::error("unknown-module", format!("{whose} has no service `{name}`"))
                .label(instance.service.span, "no such service");
        let retired = retired_service(Generation::Instances, name);
        let retired = retired.filter(|retired| self.clan.dialect.since(&retired.since));
        if let Some(retired) = retired.filter(|_| whose == CLAN_CORE) {
            let gone = format!("clan-core has it no more since {}", retired.since);
            return diagnostic.note_line(gone).help(retired.way_out(name));
        }
        let known = names.iter().map(String::as_str);
        match suggest::nearest(name, known.clone()) {
            Some(nearest) => {
                let safe = suggest::is_slip(name, known);
                diagnostic.meant(nearest, self.renamed(instance, nearest, safe))
            }
            None if instance.input.is_none() => diagnostic.help(
                "for a service of your own write `module.input = \"self\"` and define it in `modules`",
            ),
            None if names.is_empty() => diagnostic.help(format!("{whose} has no services")),
            None => diagnostic.help(format!("its services are: {}", names.join(", "))),
        }
    }

    /// The change of a service's name. Where an instance is of the service that has its name, there is none.
    fn renamed(&self, instance: &Instance<'a>, nearest: &str, safe: bool) -> Option<Fix> {
        let Sourced { value, span } = &instance.service;
        if *span == instance.name.span {
            return None;
        }
        let sources = &self.evaluator.session.sources;
        suggest::rename(sources, *span, value, nearest, safe)
    }

    /// clan-core's own `lib`, where the services come from a checkout that has one which needs nothing but that of nixpkgs.
    fn clan_lib(&self) -> Option<Value<'a>> {
        use std::os::unix::ffi::OsStrExt;
        let evaluator = self.evaluator;
        let path = self.directory?.join("lib/default.nix");
        evaluator.session.kind_of(&path)?;
        let import = evaluator.builtins_value("import").ok()?;
        let function = evaluator.call1(import, evaluator.path(path.as_os_str().as_bytes()));
        let arguments = evaluator.attrs_from([("lib", self.library.lib)]);
        evaluator.call1(function.ok()?, arguments).ok()
    }

    /// Reads a service module, with what is wrong with it. That nothing is wrong with those of a checkout is taken for granted.
    fn read_with_faults(
        &self,
        id: &str,
        module: Value<'a>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<Service<'a>> {
        let before = self.library.modules.take_tolerated();
        diagnostics.extend(before.iter().map(EvalError::diagnostic));
        let mut service = self.read_module(id, module)?;
        service.faults.extend(self.library.modules.take_tolerated());
        if self.is_of_checkout(module) {
            service.faults.clear();
        }
        Ok(faults::without_consequences(service))
    }

    /// Evaluates a service module and reads what it says of its roles.
    fn read_module(&self, id: &str, module: Value<'a>) -> Result<Service<'a>> {
        let evaluator = self.evaluator;
        let schema = own_text(evaluator, "/«clan-core»/service.nix", SCHEMA)?;
        let unknown = |name: &str| evaluator.out_of_reach(name, "clan-core is not on disk");
        let directory =
            evaluator.select(self.clan.config, evaluator.symbol("directory"), Span::NONE)?;
        let inventory =
            evaluator.select(self.clan.config, evaluator.symbol("inventory"), Span::NONE)?;
        let meta = evaluator.lazy_select(inventory, evaluator.symbol("meta"), Span::NONE);
        let has_meta = self.clan.dialect.has(Fact::MetaArgument);
        let always = [
            (
                "clanLib",
                self.clan_lib().unwrap_or_else(|| unknown("clanLib")),
            ),
            ("exports", unknown("exports")),
            ("clan-core", unknown("clan-core")),
            ("directory", directory),
        ];
        let meta = has_meta.then_some(("meta", meta));
        let special_args = evaluator.attrs_from(always.into_iter().chain(meta));
        let arguments = evaluator.attrs_from([
            ("lib", self.library.lib),
            ("module", module),
            ("specialArgs", special_args),
        ]);
        let config = evaluator.call1(schema, arguments)?;
        let get =
            |set: Value<'a>, name: &str| evaluator.select(set, evaluator.symbol(name), Span::NONE);
        let manifest = get(config, "manifest")?;
        let (name, nameless) = match get(manifest, "name") {
            Ok(Value::String(name)) => (name.text(), None),
            Err(error) if error.kind == ErrorKind::Coded("missing-value") => {
                (id.to_owned(), Some(faults::nameless(id)))
            }
            _ => (id.to_owned(), None),
        };
        let description = match get(manifest, "description") {
            Ok(Value::String(text)) => Some(text.text()),
            _ => None,
        };
        let constraints = read(evaluator, get(manifest, "constraints")?)?;
        let number = |value: Option<&crate::data::Data>| match value {
            Some(crate::data::Data::Int(number)) => Some(*number),
            _ => None,
        };
        let span_of = |set: Value<'a>, name: &str| match set {
            Value::Attrs(attrs) => {
                // What nobody defines has no place.
                let place = attrs.get(evaluator.symbol(name))?.place.some()?;
                Some(name_span(evaluator, place))
            }
            _ => None,
        };
        let roles = entries(evaluator, get(config, "roles")?)?;
        let mut read_roles = IndexMap::new();
        for (role, attr) in roles {
            let bounds = constraints.get("roles").and_then(|roles| roles.get(&role));
            let value = evaluator.force(attr.value)?;
            let interface = evaluator.lazy_select(value, evaluator.symbol("interface"), Span::NONE);
            let description = evaluator.symbol("description");
            let description = evaluator.lazy_select(value, description, Span::NONE);
            read_roles.insert(
                role,
                ServiceRole {
                    module: Some(interface),
                    least: number(bounds.and_then(|bounds| bounds.get("minMachines"))),
                    most: number(bounds.and_then(|bounds| bounds.get("maxMachines"))),
                    has_no_settings: false,
                    description: Some(description),
                    place: attr.place,
                    per_instance: span_of(value, "perInstance"),
                    interface: span_of(value, "interface"),
                },
            );
        }
        Ok(Service {
            description,
            id: id.to_owned(),
            manifest_name: name,
            missing_roles: missing_roles(evaluator, manifest, &read_roles)?,
            roles: read_roles,
            is_known: true,
            is_catalogued: false,
            max_instances: number(constraints.get("maxInstances")),
            has_inventory_feature: true,
            per_machine: span_of(config, "perMachine"),
            faults: nameless.into_iter().collect(),
        })
    }
}

/// The roles that the manifest demands members of and that the service does not have.
fn missing_roles<'a>(
    evaluator: &Evaluator<'a>,
    manifest: Value<'a>,
    roles: &IndexMap<String, ServiceRole<'a>>,
) -> Result<Vec<MissingRole>> {
    let get = |set, name: &str| evaluator.select(set, evaluator.symbol(name), Span::NONE);
    let bounds = entries(evaluator, get(get(manifest, "constraints")?, "roles")?)?;
    let mut missing = vec![];
    for (name, attr) in bounds
        .into_iter()
        .filter(|(name, _)| !roles.contains_key(name))
    {
        if let Value::Int(least) = get(evaluator.force(attr.value)?, "minMachines")? {
            let span = name_span(evaluator, attr.place);
            missing.push(MissingRole { name, least, span });
        }
    }
    missing.retain(|role| role.least > 0);
    Ok(missing)
}

fn is_no_module(error: &EvalError) -> bool {
    error.kind == ErrorKind::Coded("not-a-module")
}

fn unknown_input(
    instance: &Instance<'_>,
    input: &str,
    names: &[String],
    sources: &SourceMap,
) -> Diagnostic {
    let span = instance
        .input
        .as_ref()
        .map_or(instance.name.span, |input| input.span);
    let diagnostic =
        Diagnostic::error("unknown-input", format!("the flake has no input `{input}`"))
            .label(span, "no such input");
    let known = names.iter().map(String::as_str);
    match suggest::nearest(input, known.clone()) {
        Some(nearest) => {
            let safe = suggest::is_slip(input, known);
            diagnostic.meant(
                nearest,
                suggest::rename(sources, span, input, nearest, safe),
            )
        }
        None => diagnostic.help(format!("its inputs are: {}", names.join(", "))),
    }
}

fn without_modules(instance: &Instance<'_>, input: &str) -> Diagnostic {
    let span = instance
        .input
        .as_ref()
        .map_or(instance.name.span, |input| input.span);
    Diagnostic::error(
        "input-without-modules",
        format!("the input `{input}` has no `clan.modules`"),
    )
    .label(span, "no services in there")
    .help("leave `module.input` out for a service of clan-core's, or name the input that the service comes from")
}
