//! `show`: the overview that a person reads.

use std::borrow::Cow;
use std::path::PathBuf;

use ::resolve::view::{InstanceView, MachineView, Resolution};
use clap::{Args, ValueEnum};
use report::table::Look;
use report::{json, overview};

use crate::args::Global;
use crate::clan::{Depth, open, path_and_name};
use crate::commands::resolve::document;
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
    /// The form of the overview
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Show what could be computed even if the clan has errors
    #[arg(long)]
    keep_going: bool,
}

/// The forms of the overview.
#[derive(ValueEnum, Clone, Copy, Debug)]
pub enum Format {
    /// Tables that fit the terminal
    Table,
    /// The same without colours, its lines as long as they are
    Plain,
    /// The document of `resolve`, or the part of it that was asked for
    Json,
}

/// Shows.
pub fn run(terminal: &Terminal, global: &Global, args: &ShowArgs) -> Result<Exit, Failure> {
    let (path, name) = path_and_name(args.path.as_deref(), args.name.as_deref());
    let opened = open(global, &path, Depth::Answered)?;
    let (clan, exit) = opened.clan(args.keep_going)?;
    opened.tell(terminal);
    let Some(clan) = clan else {
        return Ok(exit);
    };
    let resolution = &clan.resolution;
    let wanted = match &name {
        None => Wanted::Clan,
        Some(name) => wanted(name, resolution)?,
    };
    let look = match args.format {
        Format::Table => terminal.look_of_data(),
        Format::Plain => Look::PLAIN,
        Format::Json => {
            let part = match wanted {
                Wanted::Clan => Cow::Borrowed(resolution),
                Wanted::Machine(name, _) => Cow::Owned(resolution.of_machine(name)),
                Wanted::Instances(name) => {
                    Cow::Owned(resolution.of_instances(|each| is_called(each, name)))
                }
            };
            let document = document(terminal, opened, clan, &part);
            terminal.stream(|out| json::write(&document, out))?;
            return Ok(exit);
        }
    };
    let text = match wanted {
        Wanted::Clan => overview::clan(resolution, look),
        Wanted::Machine(name, machine) => {
            overview::machine(name, machine, resolution, opened.places(), look)
        }
        Wanted::Instances(name) => {
            let instances = resolution.instances.iter();
            let instances = instances.filter(|each| is_called(each, name));
            let texts: Vec<String> = instances
                .map(|each| overview::instance(each, resolution, opened.places(), look))
                .collect();
            texts.join("\n")
        }
    };
    terminal.data(text.as_bytes())?;
    Ok(exit)
}

/// What is to be shown.
enum Wanted<'r> {
    Clan,
    Machine(&'r str, &'r MachineView),
    /// The instances of a name: each service may have one.
    Instances(&'r str),
}

fn wanted<'r>(name: &'r str, resolution: &'r Resolution) -> Result<Wanted<'r>, Failure> {
    if let Some(machine) = resolution.machines.get(name) {
        return Ok(Wanted::Machine(name, machine));
    }
    if resolution
        .instances
        .iter()
        .any(|each| is_called(each, name))
    {
        return Ok(Wanted::Instances(name));
    }
    Err(nothing_named(name, resolution, &[]))
}

fn is_called(instance: &InstanceView, name: &str) -> bool {
    instance.instance == name || overview::instance_name(instance) == name
}
