//! `list`: names, one a line.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use project::analysis::{Analysis, InputState};
use report::list;
use report::table::table;
use resolve::view::Resolution;

use crate::args::Global;
use crate::clan::{Depth, open};
use crate::commands::{Exit, Failure};
use crate::terminal::Terminal;

const EXAMPLES: &str = "\
Examples:
  clan-inventory list machines --on 'web*,@laptop,!fred'   names with *, tags, all but fred
  clan-inventory list machines --on '!@server'             all without the tag server
  clan-inventory list roles --format table                 with their members
  clan-inventory list tags --format json | jq -r '.[].name'";

/// What `list` is asked to do.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct ListArgs {
    /// What to list
    #[arg(value_enum)]
    what: What,
    /// The clan: a flake, a Nix or JSON file, `-` for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// Only what concerns these machines: names with `*`, `@tag`, `!` for without, separated by commas
    #[arg(long, value_name = "SELECTOR")]
    on: Option<String>,
    /// The form of the list
    #[arg(long, value_enum, default_value_t = Format::Plain)]
    format: Format,
}

/// What can be listed.
#[derive(ValueEnum, Clone, Copy, Debug)]
pub enum What {
    /// Machines
    Machines,
    /// Tags that some machine carries, and those of the inventory
    Tags,
    /// Instances
    Instances,
    /// Roles, as INSTANCE.ROLE
    Roles,
    /// Services in use
    Services,
    /// Inputs of the flake
    Inputs,
}

/// The forms of a list.
#[derive(ValueEnum, Clone, Copy, Debug)]
pub enum Format {
    /// One name a line
    #[value(alias = "lines")]
    Plain,
    /// A JSON array of objects
    Json,
    /// A table with more about each
    Table,
}

/// Lists.
pub fn run(terminal: &Terminal, global: &Global, args: &ListArgs) -> Result<Exit, Failure> {
    let opened = open(global, &args.path, Depth::Answered)?;
    let (clan, exit) = opened.clan(true)?;
    opened.tell(terminal);
    let rows = match (args.what, clan) {
        (What::Inputs, _) => inputs(&opened.analysis),
        (_, None) => return Ok(exit),
        (what, Some(clan)) => rows(what, &clan.resolution, args.on.as_deref()),
    };
    let text = match args.format {
        Format::Plain => rows.iter().map(|row| format!("{}\n", row.name)).collect(),
        Format::Json => report::json::text(&list::json(&rows)),
        Format::Table => table(&list::cells(&rows), "", terminal.look_of_data()),
    };
    terminal.data(text.as_bytes())?;
    Ok(exit)
}

fn rows(what: What, resolution: &Resolution, on: Option<&str>) -> Vec<list::Row> {
    let selected: Option<BTreeSet<&str>> = on.map(|selector| list::select(selector, resolution));
    let on = selected.as_ref();
    match what {
        What::Machines => list::machines(resolution, on),
        What::Tags => list::tags(resolution, on),
        What::Instances => list::instances(resolution, on),
        What::Roles => list::roles(resolution, on),
        What::Services => list::services(resolution, on),
        What::Inputs => vec![],
    }
}

fn inputs(analysis: &Analysis) -> Vec<list::Row> {
    let inputs = analysis.inputs.iter();
    inputs
        .map(|input| {
            let state = match &input.state {
                InputState::Real(path, _) => path.display().to_string(),
                InputState::StandIn => "stand-in".to_owned(),
                InputState::OutOfReach => "out of reach".to_owned(),
            };
            list::Row {
                name: input.name.clone(),
                more: vec![
                    ("url", input.url.clone().unwrap_or_default()),
                    ("date", input.date.clone().unwrap_or_default()),
                    ("state", state),
                ],
            }
        })
        .collect()
}
