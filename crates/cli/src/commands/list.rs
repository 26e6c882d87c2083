//! `list`: names, one a line.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use project::analysis::{Analysis, InputState};
use report::list;
use report::table::table;
use resolve::view::Resolution;
use source::suggest;

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
    let on = args.on.as_deref();
    if on.is_some_and(|on| list::parts(on).next().is_none()) {
        let message = "`--on` names nothing: write names of machines, `@tag`, or `!` for without";
        return Err(Failure::Unusable(message.to_owned()));
    }
    if on.is_some() && matches!(args.what, What::Inputs) {
        let message = "inputs are not on machines: leave `--on` out";
        return Err(Failure::Unusable(message.to_owned()));
    }
    let opened = open(global, &args.path, Depth::Answered)?;
    let (clan, exit) = opened.clan(true)?;
    opened.tell(terminal);
    let rows = match (args.what, clan) {
        (What::Inputs, _) => inputs(&opened.analysis),
        (_, None) => return Ok(exit),
        (what, Some(clan)) => {
            for warning in nowhere(on.unwrap_or_default(), &clan.resolution) {
                terminal.say(&warning);
            }
            rows(what, &clan.resolution, on)
        }
    };
    let text = match args.format {
        Format::Plain => rows.iter().map(|row| format!("{}\n", row.name)).collect(),
        Format::Json => report::json::text(&list::json(&rows)),
        Format::Table => table(&list::cells(&rows), "", terminal.look_of_data()),
    };
    terminal.data(text.as_bytes())?;
    Ok(exit)
}

/// What to say of the parts of a selector that mean no machine; nothing where there may be more machines or tags than are known.
fn nowhere(selector: &str, resolution: &Resolution) -> Vec<String> {
    let mut machines = resolution.machines.values();
    if resolution.machines_gap.is_some() || machines.any(|machine| machine.tags_gap.is_some()) {
        return vec![];
    }
    let meant = list::parts(selector).map(|part| part.trim_start_matches('!'));
    let empty = meant.filter(|part| list::select(part, resolution).is_empty());
    let warning = |part: &str| {
        let machines = resolution.machines.values();
        let tags = machines.flat_map(|machine| machine.tags.iter().map(|tag| tag.name.as_str()));
        let (verb, name, nearest) = match part.strip_prefix('@') {
            Some(tag) => ("tagged", tag, suggest::nearest(tag, tags)),
            None => {
                let names = resolution.machines.keys().map(String::as_str);
                ("called", part, suggest::nearest(part, names))
            }
        };
        let hint = nearest.map(|nearest| format!("; did you mean `{nearest}`?"));
        let hint = hint.unwrap_or_default();
        format!("warning: no machine is {verb} `{name}`{hint}\n")
    };
    empty.map(warning).collect()
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
