//! `export`: the fleet in the form of another tool.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use report::export::{self, Fleet};
use report::list::select;

use crate::args::Global;
use crate::clan::{Depth, Opened, open};
use crate::commands::{Exit, Failure, nothing_named};
use crate::terminal::Terminal;

const EXAMPLES: &str = "\
Examples:
  clan-inventory export ansible                                  ansible's dynamic inventory
  clan-inventory export prometheus --role metrics.exporter       the members of a role as targets
  clan-inventory export ssh-config > ~/.ssh/config.d/fleet       then `ssh web01`
  clan-inventory export hosts --on @server                       lines for /etc/hosts
  clan-inventory export csv > fleet.csv                          for a spreadsheet
  clan-inventory export html > fleet.html                        one page to look around in, without a network

For ansible, a script of two lines is an inventory:
  #!/bin/sh
  exec clan-inventory export ansible /path/to/clan \"$@\"";

/// What `export` is asked to do.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct ExportArgs {
    #[command(subcommand)]
    tool: Tool,
}

/// The forms.
#[derive(Subcommand, Debug)]
enum Tool {
    /// ansible's dynamic inventory; what is known of a machine is in its variable `clan`
    Ansible {
        #[command(flatten)]
        what: What,
        /// Print the whole inventory, as without this option
        #[arg(long, conflicts_with = "host")]
        list: bool,
        /// Print the variables of one machine
        #[arg(long, value_name = "MACHINE")]
        host: Option<String>,
    },
    /// Targets for Prometheus, to be read with `file_sd_configs`
    Prometheus {
        #[command(flatten)]
        what: What,
        /// The port of the targets
        #[arg(long, default_value_t = 9100)]
        port: u16,
        /// Only members of this role
        #[arg(long, value_name = "INSTANCE.ROLE")]
        role: Option<String>,
    },
    /// Entries for `~/.ssh/config`
    SshConfig {
        #[command(flatten)]
        what: What,
    },
    /// Lines for `/etc/hosts`
    Hosts {
        #[command(flatten)]
        what: What,
    },
    /// A table for a spreadsheet
    Csv {
        #[command(flatten)]
        what: What,
    },
    /// One page that needs no server and no network
    Html {
        #[command(flatten)]
        what: What,
    },
}

/// The clan, and which part of it.
#[derive(Args, Debug)]
struct What {
    /// The clan: a flake, a Nix or JSON file, `-` for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// Only these machines: names with `*`, `@tag`, `!` for without, separated by commas
    #[arg(long, value_name = "SELECTOR")]
    on: Option<String>,
    /// Write what could be computed even if the clan has errors
    #[arg(long)]
    keep_going: bool,
}

impl Tool {
    fn what(&self) -> &What {
        match self {
            Tool::Ansible { what, .. }
            | Tool::Prometheus { what, .. }
            | Tool::SshConfig { what }
            | Tool::Hosts { what }
            | Tool::Csv { what }
            | Tool::Html { what } => what,
        }
    }
}

/// Exports.
pub fn run(terminal: &Terminal, global: &Global, args: &ExportArgs) -> Result<Exit, Failure> {
    let what = args.tool.what();
    let is_page = matches!(args.tool, Tool::Html { .. });
    let depth = if is_page {
        Depth::Checked
    } else {
        Depth::Answered
    };
    let opened = open(global, &what.path, depth)?;
    // The page shows what is wrong itself.
    let (clan, exit) = opened.clan(what.keep_going || is_page)?;
    if !is_page {
        opened.tell(terminal);
    }
    let Some(clan) = clan else { return Ok(exit) };
    let resolution = &clan.resolution;
    let on: Option<BTreeSet<&str>> = what.on.as_deref().map(|on| select(on, resolution));
    let fleet = Fleet {
        resolution,
        places: opened.places(),
        on: on.as_ref(),
    };
    let text = text(&args.tool, fleet, opened)?;
    terminal.data(text.as_bytes())?;
    Ok(exit)
}

fn text(tool: &Tool, fleet: Fleet<'_>, opened: &Opened) -> Result<String, Failure> {
    Ok(match tool {
        Tool::Ansible { host: None, .. } => report::json::text(&export::ansible(fleet)),
        Tool::Ansible {
            host: Some(name), ..
        } => match export::ansible_host(fleet, name) {
            Some(variables) => report::json::text(&variables),
            None => return Err(nothing_named(name, fleet.resolution, &[])),
        },
        Tool::Prometheus { port, role, .. } => {
            let role = match role {
                Some(role) => Some(role.rsplit_once('.').ok_or_else(|| {
                    Failure::Unusable(format!("`{role}` is no role: INSTANCE.ROLE is wanted"))
                })?),
                None => None,
            };
            if let Some((instance, role)) = role
                && !fleet.has_role(instance, role)
            {
                return Err(Failure::Unusable(format!(
                    "the clan has no role `{role}` of an instance `{instance}`"
                )));
            }
            report::json::text(&export::prometheus(fleet, *port, role))
        }
        Tool::SshConfig { .. } => export::ssh_config(fleet),
        Tool::Hosts { .. } => export::hosts(fleet),
        Tool::Csv { .. } => export::csv(fleet),
        Tool::Html { .. } => export::html::html(fleet, &opened.analysis.diagnostics),
    })
}
