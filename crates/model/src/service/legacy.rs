//! Services of the services generation: directories with `roles/<role>.nix` and a README whose front matter speaks of the inventory.
//!
//! Source: clan-core at 2024-12, `lib/frontmatter`, `lib/inventory/build-inventory`.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use nix_frontend::eval::coerce::Coercion;
use nix_frontend::eval::{EvalError, Result, Value};
use nix_frontend::import::to_path;
use source::files::FileKind;
use source::{Diagnostic, SourceMap, Span, suggest};

use super::{Service, ServiceRole, Services, unknown_service};
use crate::assemble::{entries, own_text};
use crate::data::{Data, read};
use crate::dialect::Fact;
use crate::inventory::Instance;

const FRONT_MATTER: &str = include_str!("../../data/front-matter.nix");

/// `services` names a module that is not there.
pub const UNKNOWN_SERVICE: &str = "unknown-service";

/// The modules that an inventory may use, by name: the user's own.
pub type LegacyModules<'a> = IndexMap<String, Value<'a>>;

impl<'a> Services<'a, '_> {
    pub(super) fn legacy(
        &self,
        instance: &Instance<'a>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Service<'a>> {
        let name = instance.service.value.as_str();
        let own = match self.own_legacy_modules() {
            Ok(own) => own,
            Err(error) => {
                diagnostics.push(error.diagnostic());
                IndexMap::new()
            }
        };
        if let Some(module) = own.get(name) {
            return match self.legacy_directory(*module) {
                Ok(directory) => self.read_legacy(instance, &directory, diagnostics),
                Err(error) if error.is_out_of_reach() => {
                    diagnostics.push(error.diagnostic());
                    Some(unknown_service(name.to_owned(), instance))
                }
                Err(error) => {
                    diagnostics.push(error.diagnostic());
                    None
                }
            };
        }
        if let Some(directory) = self.directory {
            let path = directory.join("clanModules").join(name);
            if self.evaluator.session.kind_of(&path) == Some(FileKind::Directory) {
                return self.read_legacy(instance, &path, diagnostics);
            }
        } else if let Some(service) = self
            .catalogue
            .legacy(self.evaluator, self.library, name, &self.clan.dialect)
            .filter(|_| self.catalogue.has_legacy(name, &self.clan.dialect))
        {
            let needs_files = self.clan.dialect.has(Fact::RolesNeedFiles);
            if service.roles.is_empty() && needs_files {
                diagnostics.push(no_roles(instance));
                return None;
            }
            return Some(service);
        }
        let mut known: Vec<String> = own.keys().cloned().collect();
        match self.directory {
            Some(directory) => {
                let listed = self
                    .evaluator
                    .session
                    .files
                    .list(&directory.join("clanModules"));
                known.extend(listed.unwrap_or_default().into_iter().map(|(name, _)| name));
            }
            None => known.extend(self.catalogue.legacy_names()),
        }
        let sources = &self.evaluator.session.sources;
        diagnostics.push(unknown_service_name(instance, &known, sources));
        None
    }

    /// `inventory.modules` of the clan itself.
    pub(super) fn own_legacy_modules(&self) -> Result<LegacyModules<'a>> {
        if !self.clan.dialect.has(Fact::InventoryModules) {
            return Ok(IndexMap::new());
        }
        let evaluator = self.evaluator;
        let inventory =
            evaluator.select(self.clan.config, evaluator.symbol("inventory"), Span::NONE)?;
        let modules = evaluator.select(inventory, evaluator.symbol("modules"), Span::NONE)?;
        let modules = entries(evaluator, modules)?.into_iter();
        let modules = modules.filter(|(name, attr)| !self.is_core_module(name, attr.value));
        Ok(modules.map(|(name, attr)| (name, attr.value)).collect())
    }

    fn is_core_module(&self, name: &str, module: Value<'a>) -> bool {
        let Ok(Value::Path(path)) = self.evaluator.force(module) else {
            return false;
        };
        let mut own = self.clan.core_modules.iter();
        own.any(|(core, place)| core == name && place.as_os_str().as_bytes() == path.bytes)
    }

    fn legacy_directory(&self, module: Value<'a>) -> Result<PathBuf> {
        let path = self
            .evaluator
            .coerce_to_string(module, Coercion::PATH_PART)?;
        Ok(to_path(path.bytes).to_owned())
    }

    fn read_legacy(
        &self,
        instance: &Instance<'a>,
        directory: &Path,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Service<'a>> {
        let name = instance.service.value.as_str();
        let dialect = &self.clan.dialect;
        let roles = self.role_files(directory);
        if roles.is_none() && dialect.has(Fact::RolesNeedFiles) {
            diagnostics.push(no_roles(instance));
            return None;
        }
        let mut roles: IndexMap<String, ServiceRole<'a>> = roles.unwrap_or_default();
        if !dialect.has(Fact::RolesNeedFiles) {
            self.import_module(directory, &mut roles);
        }
        let matter = if dialect.has(Fact::InventoryFeature) {
            self.front_matter(directory).map(Some)
        } else {
            Ok(None)
        };
        let matter = matter.unwrap_or_else(|error| {
            diagnostics.push(error.at(instance.service.span).diagnostic());
            None
        });
        if let Some(matter) = matter.filter(|_| dialect.has(Fact::RoleBounds)) {
            let bounds = self.bounds(matter, &mut roles);
            if let Err(error) = bounds {
                diagnostics.push(error.at(instance.service.span).diagnostic());
            }
        }
        let is_featured = matter.is_none_or(|matter| self.is_featured(matter));
        Some(Service {
            description: None,
            id: name.to_owned(),
            manifest_name: name.to_owned(),
            roles,
            missing_roles: vec![],
            is_known: true,
            is_catalogued: false,
            max_instances: None,
            has_inventory_feature: is_featured,
            per_machine: None,
            faults: vec![],
        })
    }

    /// The roles by their files below `roles/`; none without that directory.
    fn role_files(&self, directory: &Path) -> Option<IndexMap<String, ServiceRole<'a>>> {
        let directory = directory.join("roles");
        let listed = self.evaluator.session.files.list(&directory).ok()?;
        let mut roles = IndexMap::new();
        for (file, kind) in listed {
            let role = file.strip_suffix(".nix");
            let Some(role) = role.filter(|_| kind == FileKind::Regular) else {
                continue;
            };
            let path = directory.join(&file);
            let module = self.evaluator.path(path.as_os_str().as_bytes());
            roles.insert(
                role.to_owned(),
                ServiceRole {
                    module: Some(module),
                    ..ServiceRole::default()
                },
            );
        }
        roles.sort_keys();
        Some(roles)
    }

    /// In the first days a member imported the module itself too, and the role `default` needed no file.
    fn import_module(&self, directory: &Path, roles: &mut IndexMap<String, ServiceRole<'a>>) {
        let evaluator = self.evaluator;
        let own = evaluator.path(directory.as_os_str().as_bytes());
        roles.entry("default".to_owned()).or_default();
        roles.sort_keys();
        for role in roles.values_mut() {
            let imports: Vec<Value<'a>> = [own].into_iter().chain(role.module).collect();
            let imports = evaluator.list(&imports);
            role.module = Some(evaluator.attrs_from([("imports", imports)]));
        }
    }

    /// Gives each role how many members the front matter wants.
    fn bounds(
        &self,
        matter: Value<'a>,
        roles: &mut IndexMap<String, ServiceRole<'a>>,
    ) -> Result<()> {
        let evaluator = self.evaluator;
        let names: Vec<Value<'a>> = roles.keys().map(|role| evaluator.string(role)).collect();
        let schema = own_text(evaluator, "/«clan-core»/front-matter.nix", FRONT_MATTER)?;
        let arguments = evaluator.attrs_from([
            ("lib", self.library.lib),
            ("matter", matter),
            ("roles", evaluator.list(&names)),
        ]);
        let bounds = read(evaluator, evaluator.call1(schema, arguments)?)?;
        let bound = |role: &str, which: &str| match bounds.get(role)?.get(which) {
            Some(Data::Int(number)) => Some(*number),
            _ => None,
        };
        for (name, role) in roles {
            role.least = bound(name, "min").filter(|least| *least > 0);
            role.most = bound(name, "max");
        }
        Ok(())
    }

    fn is_featured(&self, matter: Value<'a>) -> bool {
        let features = read(self.evaluator, matter);
        let features = features
            .ok()
            .and_then(|matter| matter.get("features").cloned());
        matches!(features, Some(Data::List(features)) if features.contains(&Data::String("inventory".to_owned())))
    }

    /// The TOML between the first two lines `---` of the module's README.
    fn front_matter(&self, directory: &Path) -> Result<Value<'a>> {
        let path = directory.join("README.md");
        let file = self
            .evaluator
            .session
            .load(&path)
            .map_err(|error| nix_frontend::import::file_error(&error))?;
        let mut parts = file.text.split("---\n");
        let (Some(_), Some(text), Some(_)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(EvalError::new(
                nix_frontend::eval::ErrorKind::Throw,
                format!("`{}` has no front matter", path.display()),
            ));
        };
        let parse = self.evaluator.builtins_value("fromTOML")?;
        self.evaluator.call1(parse, self.evaluator.string(text))
    }
}

fn no_roles(instance: &Instance<'_>) -> Diagnostic {
    let name = &instance.service.value;
    Diagnostic::error(
        "no-roles-directory",
        format!("the module `{name}` has no roles and cannot be used in an inventory"),
    )
    .label(instance.service.span, "has no `roles/` directory")
    .help("import it into the machines instead")
}

fn unknown_service_name(
    instance: &Instance<'_>,
    known: &[String],
    sources: &SourceMap,
) -> Diagnostic {
    let name = &instance.service.value;
    let diagnostic = Diagnostic::error(UNKNOWN_SERVICE, format!("there is no service `{name}`"))
        .label(instance.service.span, "no such service");
    let known = known.iter().map(String::as_str);
    match suggest::nearest(name, known.clone()) {
        Some(nearest) => {
            let safe = suggest::is_slip(name, known);
            let fix = suggest::rename(sources, instance.service.span, name, nearest, safe);
            diagnostic.meant(nearest, fix)
        }
        None => diagnostic.help("define it in `inventory.modules`, or use one of clan-core's"),
    }
}
