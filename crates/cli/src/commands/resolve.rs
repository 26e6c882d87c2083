//! `resolve`: everything that is computed, as a document.

use std::path::PathBuf;

use ::resolve::Resolution;
use clap::{Args, ValueEnum};
use project::analysis::{AnalysedClan, relative};
use report::document::{Document, Surroundings};
use report::json;

use crate::args::Global;
use crate::clan::{Depth, Opened, open};
use crate::commands::{Exit, Failure};
use crate::terminal::Terminal;

/// What `resolve` is asked to do.
#[derive(Args, Debug)]
pub struct ResolveArgs {
    /// The clan: a flake, a Nix or JSON file, `-` for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// The form of the document
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// Write what could be computed even if the clan has errors
    #[arg(long)]
    keep_going: bool,
}

/// The forms of the document.
#[derive(ValueEnum, Clone, Copy, Debug)]
pub enum Format {
    /// JSON
    Json,
    /// YAML
    Yaml,
}

/// Resolves.
pub fn run(terminal: &Terminal, global: &Global, args: &ResolveArgs) -> Result<Exit, Failure> {
    let opened = open(global, &args.path, Depth::Answered)?;
    let (clan, exit) = opened.clan(args.keep_going)?;
    opened.tell(terminal);
    let Some(clan) = clan else {
        return Ok(exit);
    };
    let document = document(terminal, opened, clan, &clan.resolution);
    match args.format {
        Format::Json => terminal.stream(|out| json::write(&document, out))?,
        Format::Yaml => {
            terminal.data(report::yaml::write(&json::value_of(&document)).as_bytes())?
        }
    }
    Ok(exit)
}

/// The document of a clan, or of a part of its resolution.
pub(super) fn document<'d>(
    terminal: &Terminal,
    opened: &'d Opened,
    clan: &AnalysedClan,
    resolution: &'d Resolution,
) -> Document<'d> {
    Document {
        resolution,
        surroundings: Surroundings {
            directory: relative(&opened.root, &clan.directory),
            diagnostics: terminal.json(&opened.analysis.diagnostics, opened.places()),
            places: opened.places(),
        },
    }
}
