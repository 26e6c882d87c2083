//! `graph`: the fleet drawn.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use report::graph::{self, Focus, Graph};

use crate::args::Global;
use crate::clan::{Depth, open, path_and_name};
use crate::commands::{Exit, Failure, nothing_named};
use crate::terminal::Terminal;

const EXAMPLES: &str = "\
Examples:
  clan-inventory graph                             the fleet as a tree of text
  clan-inventory graph . web01                     what lies around a machine, an instance or a tag
  clan-inventory graph --format svg > fleet.svg    a drawing that needs nothing else
  clan-inventory graph --format mermaid            a drawing to paste into Markdown
  clan-inventory graph --format dot | dot -Tpdf > fleet.pdf

Machines with the same tags and roles are one node. What holds for every machine is said instead of drawn.";

/// What `graph` is asked to do.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct GraphArgs {
    /// The clan: a flake, a Nix or JSON file, `-` for standard input [default: .]
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// Draw only what lies around this machine, instance or tag; `@NAME` is a tag
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// The form of the drawing
    #[arg(long, value_enum, default_value_t = Format::Tree)]
    format: Format,
    /// Draw what could be computed even if the clan has errors
    #[arg(long)]
    keep_going: bool,
}

/// The forms of drawings.
#[derive(ValueEnum, Clone, Copy, Debug)]
enum Format {
    /// Indented text
    Tree,
    /// For graphviz
    Dot,
    /// For mermaid
    Mermaid,
    /// A picture
    Svg,
}

/// Draws.
pub fn run(terminal: &Terminal, global: &Global, args: &GraphArgs) -> Result<Exit, Failure> {
    let (path, name) = path_and_name(args.path.as_deref(), args.name.as_deref());
    let opened = open(global, &path, Depth::Answered)?;
    let (clan, exit) = opened.clan(args.keep_going)?;
    opened.tell(terminal);
    let Some(clan) = clan else { return Ok(exit) };
    let resolution = &clan.resolution;
    let focus = match &name {
        Some(name) => {
            let tags: Vec<&str> = resolution.tags.keys().map(String::as_str).collect();
            let focus = Focus::find(name, resolution);
            Some(focus.ok_or_else(|| nothing_named(name, resolution, &tags))?)
        }
        None => None,
    };
    let graph = Graph::of(resolution, focus.as_ref());
    let text = match args.format {
        Format::Tree => graph::tree(resolution, focus.as_ref(), &terminal.style_of_data()),
        Format::Dot => graph::dot(&graph),
        Format::Mermaid => graph::mermaid(&graph),
        Format::Svg => graph::svg(&graph),
    };
    terminal.data(text.as_bytes())?;
    Ok(exit)
}
