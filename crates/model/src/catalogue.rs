//! clan-core's own services, as far as memberships and settings need them, for a machine that does not have clan-core.
//!
//! The data lists each service's roles, their options with types in words and defaults as text, and their constraints. Options are made of it
//! again: a type in words that is not understood becomes `types.unspecified`, a default that is no plain value is out of reach.
//! Source: clan-core at 2024-12-09 and 2025-08-14 (`clanModules`), at 2026-08-22 (`clanServices`).

mod interface;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use indexmap::IndexMap;
use nix_frontend::eval::Evaluator;
use nix_lib::Library;
use serde_json::Value as Json;
use serde_json::value::RawValue;

use crate::dialect::{Dialect, Fact};
use crate::inventory::Generation;
use crate::service::{Service, ServiceRole, retired_service};

const TEXT: &str = include_str!("../data/services.json");
const SINCE: &str = include_str!("../data/options-since.json");

/// Where the modules would lie that are known from the catalogue.
const OWN_MODULES: &str = "/«clan-core»/clanModules";

/// From this day on the younger of the two states of a module is nearer.
const LATE: &str = "2025-04-15";

/// clan-core's services.
///
/// What it says of a service is read when that service is asked for.
pub struct Catalogue {
    services: Text,
    since: Json,
}

/// The services of both generations by name, each as it stands in the file.
#[derive(Default, serde::Deserialize)]
struct Text {
    #[serde(borrow)]
    clan_services: BTreeMap<String, &'static RawValue>,
    #[serde(borrow)]
    legacy_clan_modules: BTreeMap<String, &'static RawValue>,
}

impl Catalogue {
    /// The one that there is.
    pub fn get() -> &'static Catalogue {
        static READ: OnceLock<Catalogue> = OnceLock::new();
        READ.get_or_init(|| Catalogue {
            services: serde_json::from_str(TEXT).unwrap_or_default(),
            since: serde_json::from_str(SINCE).unwrap_or(Json::Null),
        })
    }

    /// Whether clan-core has a service of that name.
    pub fn has_modern(&self, name: &str) -> bool {
        let service = self.services.clan_services.get(name);
        service.is_some() && !self.is_removed(name)
    }

    /// Whether clan-core has but a name left of the service, which fails with a word on where it went.
    pub fn is_removed(&self, name: &str) -> bool {
        const STUB: &str = "removed_stub";
        let service = self.services.clan_services.get(name);
        let service = service.filter(|service| service.get().contains(STUB));
        let service = service.and_then(|service| read(service));
        let stub = service.and_then(|service| service.get(STUB)?.as_bool());
        stub.unwrap_or(false)
    }

    /// The names of the services of the instances generation.
    pub fn modern_names(&self) -> Vec<String> {
        let names = self.services.clan_services.keys();
        let names = names.filter(|name| !self.is_removed(name));
        names.cloned().collect()
    }

    /// The names of the modules of the services generation.
    pub fn legacy_names(&self) -> Vec<String> {
        self.services.legacy_clan_modules.keys().cloned().collect()
    }

    /// A service of the instances generation.
    pub fn modern<'a>(
        &self,
        evaluator: &Evaluator<'a>,
        library: Library<'a>,
        id: String,
        name: &str,
        dialect: &Dialect,
    ) -> Option<Service<'a>> {
        let service = read(self.services.clan_services.get(name)?)?;
        let mut roles = IndexMap::new();
        for (role, described) in service.get("roles")?.as_object()? {
            let options = described.get("settings").and_then(Json::as_array);
            let options = options.map(Vec::as_slice).unwrap_or_default().iter();
            let options = options.filter(|option| self.is_there(name, option, dialect));
            let options: Vec<&Json> = options.collect();
            let has_no_settings = options.is_empty();
            let module = interface::module(evaluator, library, &[], &options);
            let bound = |which: &str| described.get(which).and_then(Json::as_i64);
            roles.insert(
                role.clone(),
                ServiceRole {
                    module: Some(module),
                    least: bound("min_machines"),
                    most: bound("max_machines"),
                    has_no_settings,
                    ..ServiceRole::default()
                },
            );
        }
        let manifest_name = service.get("manifest_name").and_then(Json::as_str);
        let text = |name: &str| Some(service.get(name)?.as_str()?.to_owned());
        Some(Service {
            description: text("description"),
            id,
            manifest_name: manifest_name.unwrap_or(name).to_owned(),
            roles,
            missing_roles: vec![],
            is_known: true,
            is_catalogued: true,
            max_instances: service.get("max_instances").and_then(Json::as_i64),
            has_inventory_feature: true,
            per_machine: None,
            faults: vec![],
        })
    }

    /// What each role of a service of the instances generation can be told: the first names of its settings, by role.
    pub fn modern_settings(
        &self,
        name: &str,
        dialect: &Dialect,
    ) -> Option<BTreeMap<String, BTreeSet<String>>> {
        let service = read(self.services.clan_services.get(name)?)?;
        let roles = service.get("roles")?.as_object()?.iter();
        let settings = roles.map(|(role, described)| {
            let options = described.get("settings").and_then(Json::as_array);
            let options = options.into_iter().flatten();
            let options = options.filter(|option| self.is_there(name, option, dialect));
            let names = options.filter_map(|option| option.get("name")?.as_str());
            let first = names.filter_map(|name| name.split('.').next());
            (role.clone(), first.map(str::to_owned).collect())
        });
        Some(settings.collect())
    }

    /// The service of the instances generation that does what a module did; none if there is none.
    pub fn successor(&self, name: &str) -> Option<String> {
        if self.has_modern(name) {
            return Some(name.to_owned());
        }
        let retired = retired_service(Generation::Services, name)?;
        retired.service.clone()
    }

    /// The day on which clan-core wrote a service anew, if that was still to come: of what it was before, nothing is known.
    pub fn rewritten(&self, name: &str, dialect: &Dialect) -> Option<&str> {
        let day = self.since.get("rewritten")?.get(name)?.as_str()?;
        (!dialect.since(day)).then_some(day)
    }

    /// Whether clan-core had an option of a service on that day.
    fn is_there(&self, service: &str, option: &Json, dialect: &Dialect) -> bool {
        let young = self
            .since
            .get("options")
            .and_then(|options| options.get(service));
        let Some(young) = young.and_then(Json::as_object) else {
            return true;
        };
        let option = option
            .get("name")
            .and_then(Json::as_str)
            .unwrap_or_default();
        young.iter().all(|(name, day)| {
            let is_below = option
                .strip_prefix(name.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
            !is_below || day.as_str().is_none_or(|day| dialect.since(day))
        })
    }

    /// The modules of the services generation and where each lies: below `directory`, if that is to be used instead of the catalogue.
    pub fn core_modules(
        &self,
        evaluator: &Evaluator<'_>,
        directory: Option<&Path>,
    ) -> Vec<(String, PathBuf)> {
        let (place, names) = match directory {
            Some(directory) => {
                let place = directory.join("clanModules");
                let listed = evaluator.session.files.list(&place).unwrap_or_default();
                let names = listed.into_iter().map(|(name, _)| name).collect();
                (place, names)
            }
            None => (PathBuf::from(OWN_MODULES), self.legacy_names()),
        };
        let names = names.into_iter();
        names.map(|name| (name.clone(), place.join(name))).collect()
    }

    /// Whether clan-core had a module of the services generation on that day.
    pub fn has_legacy(&self, name: &str, dialect: &Dialect) -> bool {
        let service = self.services.legacy_clan_modules.get(name);
        let Some(service) = service.and_then(|service| read(service)) else {
            return false;
        };
        let present = |state: &str| service.get("present")?.get(state)?.as_bool();
        let was_there = |state: &str| present(state).unwrap_or(true);
        match dialect {
            early if !early.since("2024-12-10") => was_there("2024-12"),
            late if late.since(LATE) => was_there("2025-08"),
            _ => true,
        }
    }

    /// A module of the services generation.
    pub fn legacy<'a>(
        &self,
        evaluator: &Evaluator<'a>,
        library: Library<'a>,
        name: &str,
        dialect: &Dialect,
    ) -> Option<Service<'a>> {
        let service = read(self.services.legacy_clan_modules.get(name)?)?;
        let late = service.get("at_2025_08").filter(|_| dialect.since(LATE));
        let part = |name: &str| late.and_then(|late| late.get(name)).or(service.get(name));
        let late_options = service
            .get("options_by_role_2025_08")
            .filter(|_| dialect.since(LATE) || service.get("options_by_role").is_none());
        let options = late_options.or(service.get("options_by_role"));
        let options = options.and_then(Json::as_object);
        let bound = |role: &str, which: &str| {
            let constraints = part("constraints").filter(|_| dialect.has(Fact::RoleBounds));
            let roles = constraints?.get("roles")?;
            roles.get(role)?.get(which)?.as_i64()
        };
        let mut roles = IndexMap::new();
        let named = part("roles").and_then(Json::as_array);
        for role in named.into_iter().flatten().filter_map(Json::as_str) {
            let options = options
                .and_then(|options| options.get(role))
                .and_then(Json::as_array);
            let options: Vec<&Json> = options.into_iter().flatten().collect();
            let module = interface::module(evaluator, library, &["clan", name], &options);
            roles.insert(
                role.to_owned(),
                ServiceRole {
                    module: Some(module),
                    least: bound(role, "min").filter(|least| *least > 0),
                    most: bound(role, "max"),
                    has_no_settings: false,
                    ..ServiceRole::default()
                },
            );
        }
        let features = part("features").and_then(Json::as_array);
        let enabled = features.map(|features| features.iter().any(|each| each == "inventory"));
        Some(Service {
            description: None,
            id: name.to_owned(),
            manifest_name: name.to_owned(),
            roles,
            missing_roles: vec![],
            is_known: true,
            is_catalogued: true,
            max_instances: None,
            has_inventory_feature: !dialect.has(Fact::InventoryFeature) || enabled.unwrap_or(true),
            per_machine: None,
            faults: vec![],
        })
    }
}

fn read(service: &RawValue) -> Option<Json> {
    serde_json::from_str(service.get()).ok()
}
