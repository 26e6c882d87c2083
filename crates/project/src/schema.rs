//! What an inventory, a clan or the settings of a service may be: as JSON Schema, in plain data.

use std::path::PathBuf;
use std::sync::Arc;

use model::json_schema::Schemas;
use model::{Catalogue, Data, Services, assemble};
use nix_frontend::eval::{Evaluator, Result};
use source::{Diagnostic, Files, SourceMap};

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
) -> std::result::Result<Schema, Vec<Diagnostic>> {
    let done = run(files, sources, options, |evaluator| {
        let mut diagnostics = vec![];
        let schema = describe(evaluator, request, subject, form, &mut diagnostics);
        match schema {
            Ok(Some(schema)) => Ok(schema),
            Ok(None) => Err(diagnostics),
            Err(error) => Err(vec![error.diagnostic()]),
        }
    });
    done.result.unwrap_or(Err(done.diagnostics))
}

fn describe(
    evaluator: &Evaluator<'_>,
    request: &Request,
    subject: &Subject,
    form: Form,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Option<Schema>> {
    let library = nix_lib::library(evaluator);
    let entry = flake::Request {
        entry: &request.target,
        sources: &request.input_sources,
    };
    let located = flake::open(evaluator, library, entry);
    let Some(found) = located.clans.first() else {
        diagnostics.extend(located.diagnostics);
        return Ok(None);
    };
    let catalogue = Catalogue::get();
    let mut source = clan_source(evaluator, &located, found);
    source.core_modules = catalogue.core_modules(evaluator, request.services.as_deref());
    let wanted = request.dialect.as_ref();
    let dialect: Dialect = dialect(evaluator, library, &located, &source, wanted);
    let clan = assemble(evaluator, library, &source, &dialect, diagnostics)?;
    let hidden: &[&str] = match (subject, form) {
        (Subject::Inventory, Form::Output) => NOT_SERIALIZED,
        _ => &[],
    };
    let schemas = Schemas::new(evaluator, library, form, hidden)?;
    let schema = match subject {
        Subject::Inventory => schemas.inventory(&clan)?,
        Subject::Clan => schemas.clan(&clan)?,
        Subject::Service(name) => {
            let services = Services {
                evaluator,
                library,
                clan: &clan,
                catalogue,
                directory: request.services.as_deref(),
            };
            match services
                .named(name, diagnostics)
                .filter(|each| each.is_known)
            {
                Some(service) => schemas.service(&service)?,
                None => return Ok(None),
            }
        }
    };
    Ok(Some(Schema {
        schema,
        dialect: dialect.day().to_owned(),
    }))
}
