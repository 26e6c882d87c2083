//! `schema`: what may stand in an inventory, a clan, the settings of a service, and this program's own documents.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use project::schema::{Form, Subject, no_clan, schema};
use report::schema as documents;
use serde_json::Value as Json;
use source::SourceMap;

use crate::args::Global;
use crate::clan::{Depth, Prepared, dialect, prepare};
use crate::commands::{Exit, Failure};
use crate::terminal::Terminal;

/// What `schema` is asked for.
#[derive(Args, Debug)]
pub struct SchemaArgs {
    /// `inventory`, `clan`, a service; of this program's documents `output` (of `resolve` and `show`), `findings` (of `check`), `diff`, `explanation`, `list`,
    /// `config` (`clan-inventory.toml`)
    #[arg(
        value_name = "inventory|clan|SERVICE|output|findings|diff|explanation|list|config",
        default_value = "inventory"
    )]
    what: String,
    /// The clan whose services and clan-core are meant [default: clan-core's newest]
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// The language
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// Describe what comes out of an evaluation rather than what goes in
    #[arg(long)]
    evaluated: bool,
}

/// The languages.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Format {
    /// JSON Schema 2020-12
    Json,
    /// CUE
    Cue,
}

/// Prints the schema.
pub fn run(terminal: &Terminal, global: &Global, args: &SchemaArgs) -> Result<Exit, Failure> {
    let (name, document) = match args.what.as_str() {
        "output" => ("Resolve", documents::resolve()),
        "findings" => ("Findings", documents::findings()),
        "diff" => ("Diff", documents::diff()),
        "explanation" => ("Explanation", documents::explanation()),
        "list" => ("List", documents::list()),
        "config" => ("Configuration", documents::configuration()),
        "inventory" => (
            "Inventory",
            evaluated(terminal, global, args, &Subject::Inventory)?,
        ),
        "clan" => ("Clan", evaluated(terminal, global, args, &Subject::Clan)?),
        service => {
            let subject = Subject::Service(service.to_owned());
            ("Settings", evaluated(terminal, global, args, &subject)?)
        }
    };
    let text = match args.format {
        Format::Json => format!("{document:#}\n"),
        Format::Cue => documents::cue(name, &document),
    };
    terminal.data(text.as_bytes())?;
    Ok(Exit::Done)
}

fn evaluated(
    terminal: &Terminal,
    global: &Global,
    args: &SchemaArgs,
    subject: &Subject,
) -> Result<Json, Failure> {
    let path = args.path.clone().unwrap_or_else(|| PathBuf::from("."));
    let Prepared {
        disk,
        options,
        mut request,
        root,
    } = prepare(global, &path, Depth::Answered)?;
    if args.path.is_none() {
        request.target = no_clan().target;
        request.dialect = dialect(&global.dialect)?;
    }
    let form = match args.evaluated {
        true => Form::Output,
        false => Form::Input,
    };
    let sources = Arc::new(SourceMap::new());
    match schema(&disk, &sources, options, &request, subject, form) {
        Ok(found) => Ok(match subject {
            Subject::Inventory => {
                let title = format!("the inventory of a clan, clan-core of {}", found.dialect);
                documents::document(&title, &found.schema)
            }
            Subject::Clan => {
                let title = format!("a clan, clan-core of {}", found.dialect);
                documents::document(&title, &found.schema)
            }
            Subject::Service(name) => documents::service(name, &found.schema),
        }),
        Err(none) => {
            terminal.diagnostics(&none.diagnostics, &sources, &root);
            let what = none.because.unwrap_or_else(|| match subject {
                Subject::Service(name) => format!("there is no schema of the service `{name}`"),
                _ => "there is no clan to take the schema of".to_owned(),
            });
            Err(Failure::Unusable(what))
        }
    }
}
