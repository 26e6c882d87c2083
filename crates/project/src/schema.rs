//! What an inventory, a clan or the settings of a service may be: as JSON Schema, in plain data.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use model::inventory::Generation;
use model::json_schema::Schemas;
use model::{Catalogue, Data, Inventory, Service, Services, assemble, decode};
use nix_frontend::eval::{Evaluator, Result, Value};
use source::{Diagnostic, Files, SourceMap, Span, suggest};

pub use model::json_schema::Form;

use crate::analysis::{Dialect, Entry, Request, clan_source, dialect};
use crate::session::{Options, run};

/// What clan-core leaves out where it writes an inventory as JSON.
const NOT_SERIALIZED: &[&str] = &["extraModules", "modules"];

/// What is described.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subject {
    /// The inventory.
    Inventory,
    /// The arguments of a clan.
    Clan,
    /// The settings of a service, by role.
    Service(String),
}

/// A schema, and the day whose clan-core it is of.
#[derive(Clone, Debug)]
pub struct Schema {
    /// The schema; for a service, one for each role.
    pub schema: Data,
    /// The day.
    pub dialect: String,
}

/// Why there is no schema.
#[derive(Clone, Debug, Default)]
pub struct NoSchema {
    /// What was found on the way.
    pub diagnostics: Vec<Diagnostic>,
    /// Why, in a line; none where the findings say so.
    pub because: Option<String>,
}

impl NoSchema {
    fn of(diagnostics: Vec<Diagnostic>) -> NoSchema {
        let because = None;
        NoSchema {
            diagnostics,
            because,
        }
    }

    fn because(because: String) -> NoSchema {
        NoSchema {
            diagnostics: vec![],
            because: Some(because),
        }
    }
}

/// A clan that says nothing, for what is the same in all.
pub fn no_clan() -> Request {
    let text = b"{ inventory = { }; }".to_vec();
    Request::of(Entry::Text(PathBuf::from("/«none».nix"), text))
}

/// Describes it, as the clan that `request` points at has it.
///
/// Errors: there is no such clan or service, or it cannot be evaluated.
pub fn schema(
    files: &dyn Files,
    sources: &Arc<SourceMap>,
    options: Options,
    request: &Request,
    subject: &Subject,
    form: Form,
) -> std::result::Result<Schema, NoSchema> {
    let done = run(files, sources, options, |evaluator| {
        let described = describe(evaluator, request, subject, form);
        described.unwrap_or_else(|error| Err(NoSchema::of(vec![error.diagnostic()])))
    });
    done.result
        .unwrap_or_else(|| Err(NoSchema::of(done.diagnostics)))
}

fn describe(
    evaluator: &Evaluator<'_>,
    request: &Request,
    subject: &Subject,
    form: Form,
) -> Result<std::result::Result<Schema, NoSchema>> {
    let mut diagnostics = vec![];
    let library = nix_lib::library(evaluator);
    let entry = flake::Request {
        entry: &request.target,
        sources: &request.input_sources,
    };
    let located = flake::open(evaluator, library, entry);
    let Some(found) = located.clans.first() else {
        return Ok(Err(NoSchema::of(located.diagnostics.into_iter().collect())));
    };
    let catalogue = Catalogue::get();
    let mut source = clan_source(evaluator, &located, found);
    source.core_modules = catalogue.core_modules(evaluator, request.services.as_deref());
    let wanted = request.dialect.as_ref();
    let dialect: Dialect = dialect(evaluator, library, &located, &source, wanted);
    let clan = assemble(evaluator, library, &source, &dialect, &mut diagnostics)?;
    let hidden: &[&str] = match (subject, form) {
        (Subject::Inventory, Form::Output) => NOT_SERIALIZED,
        _ => &[],
    };
    let schemas = Schemas::new(evaluator, library, &clan, form, hidden)?;
    let schema = match subject {
        Subject::Inventory => schemas.inventory(&clan)?,
        Subject::Clan => schemas.clan(&clan)?,
        Subject::Service(_) if !dialect.has_instances() => {
            let day = dialect.day();
            let because = format!(
                "the services of the clan-core of {day} have no described settings: they came with `instances`"
            );
            return Ok(Err(NoSchema::because(because)));
        }
        Subject::Service(name) => {
            let services = Services {
                evaluator,
                library,
                clan: &clan,
                catalogue,
                directory: request.services.as_deref(),
            };
            match service(&services, name) {
                Ok(service) => schemas.service(&service)?,
                Err(none) => return Ok(Err(none)),
            }
        }
    };
    Ok(Ok(Schema {
        schema,
        dialect: dialect.day().to_owned(),
    }))
}

/// The service of that name that the clan's instances use: clan-core's first, then the clan's own, then one of an input. If none uses any, the clan's
/// own, else clan-core's.
fn service<'a>(
    services: &Services<'a, '_>,
    name: &str,
) -> std::result::Result<Service<'a>, NoSchema> {
    let inventory = decode(
        services.evaluator,
        services.library,
        services.clan,
        &mut vec![],
    );
    let uses = inventory.instances.iter().filter(|each| {
        let is_new = each.generation == Generation::Instances;
        is_new && !each.is_obscure && each.service.value == name
    });
    let used = uses.min_by_key(|each| match &each.input {
        None => 0,
        Some(input) if services.clan.clan_cores.contains(&input.value) => 0,
        Some(input) if input.value == "self" => 1,
        Some(_) => 2,
    });
    let mut diagnostics = vec![];
    let found = match used {
        Some(instance) => services.find(instance, &mut diagnostics),
        None => services.named(name, &mut diagnostics),
    };
    if let Some(service) = found.filter(|service| service.is_known) {
        return Ok(service);
    }
    if let Some(far) = diagnostics.iter().find(|each| each.code == "out-of-reach") {
        return Err(NoSchema::because(far.message.clone()));
    }
    let is_retired = Catalogue::get().is_removed(name);
    diagnostics.retain(|each| is_retired || each.code != "unknown-module");
    let known = known_names(services, &inventory);
    let known = || known.iter().map(String::as_str);
    let ending = |other: &&str| other.rsplit_once('/').is_some_and(|(_, last)| last == name);
    let meant = known()
        .find(ending)
        .or_else(|| suggest::nearest(name, known()));
    let hint = meant.map(|meant| format!("; did you mean `{meant}`?"));
    Err(NoSchema {
        diagnostics,
        because: Some(format!(
            "there is no service `{name}`{}",
            hint.unwrap_or_default()
        )),
    })
}

/// The names of the services of a clan, of those it uses, and of clan-core's.
fn known_names(services: &Services<'_, '_>, inventory: &Inventory<'_>) -> BTreeSet<String> {
    let evaluator = services.evaluator;
    let used = inventory.instances.iter();
    let used = used.filter(|each| each.generation == Generation::Instances);
    let mut names: BTreeSet<String> = used.map(|each| each.service.value.clone()).collect();
    names.extend(services.catalogue.modern_names());
    let modules = evaluator.select(
        services.clan.config,
        evaluator.symbol("modules"),
        Span::NONE,
    );
    if let Ok(Value::Attrs(modules)) = modules {
        let modules = evaluator.ordered(modules).iter();
        names.extend(modules.map(|attr| evaluator.name_text(attr.name)));
    }
    names
}
