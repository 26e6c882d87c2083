//! `inputs`: the locked inputs of a flake, and `inputs fetch`, the only command that reaches the network.

mod fetch;
mod progress;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand, ValueEnum};
use project::analysis::{InputState, Origin};
use project::inputs::{NamedInput, inputs};
use report::table::{Look, table};
use serde_json::{Value as Json, json};
use source::SourceMap;

use crate::args::Global;
use crate::commands::{Exit, Failure};
use crate::surroundings::{absolute, disk, flake_directory, input_sources, options};
use crate::terminal::Terminal;

const EXAMPLES: &str = "\
Examples:
  clan-inventory inputs                     the inputs of the flake here, and where each is read from
  clan-inventory inputs --format json ~/clan
  clan-inventory inputs fetch               download what stand-ins do not answer for
  clan-inventory inputs fetch nixpkgs       download this one
  clan-inventory show --use-store           read inputs from /nix/store, where they are there

What is fetched lies in CLAN_INVENTORY_CACHE, else in clan-inventory below XDG_CACHE_HOME or ~/.cache. All commands use it
unless --no-cache is given. Nothing is fetched unless `inputs fetch` is called.";

/// What `inputs` is asked to do.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct InputsArgs {
    #[command(subcommand)]
    action: Option<Action>,
    /// The flake
    #[arg(value_name = "DIR", default_value = ".")]
    path: PathBuf,
    /// The form of the list
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// What can be done with inputs besides listing them.
#[derive(Subcommand, Debug)]
enum Action {
    /// Download locked inputs and check them against their hashes
    Fetch(fetch::FetchArgs),
}

/// The forms of the list.
#[derive(ValueEnum, Clone, Copy, Debug)]
enum Format {
    /// Columns: name, date, source, URL
    Table,
    /// A JSON array of objects
    Json,
}

/// Lists inputs, or fetches them.
pub fn run(terminal: &Terminal, global: &Global, args: &InputsArgs) -> Result<Exit, Failure> {
    if let Some(Action::Fetch(fetch)) = &args.action {
        return fetch::run(terminal, global, fetch, &args.path);
    }
    let inputs = read(terminal, global, &args.path)?;
    let text = match args.format {
        Format::Table => table(
            &inputs.iter().map(cells).collect::<Vec<_>>(),
            "",
            Look::PLAIN,
        ),
        Format::Json => report::json::text(&inputs.iter().map(object).collect::<Json>()),
    };
    terminal.data(text.as_bytes())?;
    Ok(Exit::Done)
}

/// The inputs of the flake at `path`; says what is wrong with its lock file.
fn read(terminal: &Terminal, global: &Global, path: &Path) -> Result<Vec<NamedInput>, Failure> {
    let path = absolute(path)?;
    let root = flake_directory(&path);
    let root = root.ok_or_else(|| {
        let path = path.display();
        Failure::Unusable(format!(
            "there is no flake in `{path}`: it has no `flake.nix`"
        ))
    })?;
    let input_sources = input_sources(global)?;
    let given = input_sources.directories().map(|(directory, _)| directory);
    let disk = disk(global, given.chain([root.clone()])).for_one_run();
    let sources = Arc::new(SourceMap::new());
    let found = inputs(&disk, &sources, options(global), &root, &input_sources);
    terminal.diagnostics(&found.diagnostics, &sources, &root);
    Ok(found.inputs)
}

fn cells(input: &NamedInput) -> Vec<String> {
    let mut cells = vec![input.path.clone()];
    match &input.follows {
        Some(followed) => cells.extend([String::new(), format!("follows {followed}")]),
        None => cells.extend([
            input.info.date.clone().unwrap_or_default(),
            source(input),
            input.info.url.clone().unwrap_or_default(),
        ]),
    }
    cells
}

/// Where an input is read from, in words.
fn source(input: &NamedInput) -> String {
    let stand_in = input.info.has_stand_in.then_some("stand-in");
    let files = match &input.info.state {
        InputState::Real(_, origin) => Some(origin_name(*origin)),
        InputState::StandIn => None,
        InputState::OutOfReach => Some("out of reach"),
    };
    let words: Vec<&str> = stand_in.into_iter().chain(files).collect();
    words.join(", files: ")
}

fn origin_name(origin: Origin) -> &'static str {
    match origin {
        Origin::Flake => "flake",
        Origin::Override => "override",
        Origin::Cache => "cache",
        Origin::Store => "store",
    }
}

fn object(input: &NamedInput) -> Json {
    let info = &input.info;
    let (source, path) = match &info.state {
        InputState::Real(path, origin) => (Some(origin_name(*origin)), Some(path)),
        InputState::StandIn | InputState::OutOfReach => (None, None),
    };
    let locked: Json = serde_json::from_str(&info.locked).unwrap_or_default();
    json!({
        "name": input.path,
        "follows": input.follows,
        "url": info.url,
        "date": info.date,
        "revision": info.revision,
        "nar_hash": locked.get("narHash"),
        "stand_in": info.has_stand_in,
        "source": source,
        "path": path.map(|path| path.display().to_string()),
    })
}
