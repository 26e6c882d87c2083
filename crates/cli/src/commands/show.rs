//! `show`: the overview that a person reads.

use std::path::PathBuf;

use clap::Args;
use report::overview;
use report::table::Look;
use resolve::view::Resolution;

use crate::args::Global;
use crate::clan::{Depth, Opened, open, path_and_name};
use crate::commands::{Exit, Failure, nothing_named};
use crate::terminal::Terminal;

/// What `show` is asked to do.
#[derive(Args, Debug)]
pub struct ShowArgs {
    /// The clan: a flake, a Nix or JSON file, `-` for standard input [default: .]
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// Show this machine or instance only
    #[arg(value_name = "MACHINE|INSTANCE")]
    name: Option<String>,
    /// Show what could be computed even if the clan has errors
    #[arg(long)]
    keep_going: bool,
}

/// Shows.
pub fn run(terminal: &Terminal, global: &Global, args: &ShowArgs) -> Result<Exit, Failure> {
    let (path, name) = path_and_name(args.path.as_deref(), args.name.as_deref());
    let opened = open(global, &path, Depth::Answered)?;
    let (clan, exit) = opened.clan(args.keep_going)?;
    opened.tell(terminal);
    if let Some(clan) = clan {
        let look = terminal.look_of_data();
        let text = match &name {
            None => overview::clan(&clan.resolution, look),
            Some(name) => one(name, &clan.resolution, opened, look)?,
        };
        terminal.data(text.as_bytes())?;
    }
    Ok(exit)
}

fn one(
    name: &str,
    resolution: &Resolution,
    opened: &Opened,
    look: Look,
) -> Result<String, Failure> {
    if let Some(machine) = resolution.machines.get(name) {
        return Ok(overview::machine(
            name,
            machine,
            resolution,
            opened.places(),
            look,
        ));
    }
    let instances: Vec<String> = resolution
        .instances
        .iter()
        .filter(|each| each.instance == name || overview::instance_name(each) == name)
        .map(|each| overview::instance(each, resolution, opened.places(), look))
        .collect();
    if instances.is_empty() {
        return Err(nothing_named(name, resolution, &[]));
    }
    Ok(instances.join("\n"))
}
