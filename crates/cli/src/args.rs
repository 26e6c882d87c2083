//! The command line: the options that every command has, and the commands.

use std::path::PathBuf;

use clap::{ArgAction, Args as ClapArgs, ColorChoice, Parser, Subcommand};

use crate::commands::check::CheckArgs;
use crate::commands::completions::CompletionsArgs;
use crate::commands::diff::DiffArgs;
use crate::commands::eval::EvalArgs;
use crate::commands::explain::ExplainArgs;
use crate::commands::export::ExportArgs;
use crate::commands::graph::GraphArgs;
use crate::commands::inputs::InputsArgs;
use crate::commands::list::ListArgs;
use crate::commands::lsp::LspArgs;
use crate::commands::man::ManArgs;
use crate::commands::migrate::MigrateArgs;
use crate::commands::repl::ReplArgs;
use crate::commands::resolve::ResolveArgs;
use crate::commands::schema::SchemaArgs;
use crate::commands::show::ShowArgs;
use crate::examples;

/// Tells which machine of a clan runs what, with which settings, and why: without Nix.
#[derive(Parser, Debug)]
#[command(name = "clan-inventory", version, propagate_version = true, after_help = examples::ALL)]
pub struct Args {
    /// The options of all commands.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What there is to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Show machines, tags, instances, and who fills which role and why
    #[command(after_help = examples::SHOW)]
    Show(ShowArgs),
    /// Write everything that is computed as a document
    #[command(after_help = examples::RESOLVE)]
    Resolve(ResolveArgs),
    /// Tell everything that is wrong
    #[command(after_help = examples::CHECK)]
    Check(CheckArgs),
    /// Tell what differs for the fleet between two directories or git revisions
    Diff(DiffArgs),
    /// Draw tags, machines, roles and instances
    Graph(GraphArgs),
    /// Write the fleet in the form of another tool, or as a page to look around in
    Export(ExportArgs),
    /// Explain a membership, a setting, or a diagnostic code
    #[command(after_help = examples::EXPLAIN)]
    Explain(ExplainArgs),
    /// List machines, tags, instances, roles, services or inputs
    #[command(after_help = examples::LIST)]
    List(ListArgs),
    /// Convert `services` to `instances` in the files
    #[command(after_help = examples::MIGRATE)]
    Migrate(MigrateArgs),
    /// Print the schema of inventories, clans, services or this program's documents
    #[command(after_help = examples::SCHEMA)]
    Schema(SchemaArgs),
    /// Tell where the flake's inputs are read from, or fetch them
    #[command(after_help = examples::INPUTS)]
    Inputs(InputsArgs),
    /// Evaluate any Nix expression, as `nix-instantiate --eval` does
    #[command(after_help = examples::EVAL)]
    Eval(EvalArgs),
    /// Evaluate Nix expressions at a prompt, as `nix repl` does
    #[command(after_help = examples::REPL)]
    Repl(ReplArgs),
    /// Serve an editor: findings, completion and more while the user types
    Lsp(LspArgs),
    /// Print what makes a shell complete command lines
    #[command(after_help = examples::COMPLETIONS)]
    Completions(CompletionsArgs),
    /// Print the manual page, or write those of all commands
    #[command(after_help = examples::MAN)]
    Man(ManArgs),
}

/// The options of all commands.
#[derive(ClapArgs, Clone, Debug)]
#[command(next_help_heading = "Options of all commands")]
pub struct Global {
    /// The state of clan-core to follow: its main branch at the end of that day
    #[arg(
        long,
        global = true,
        value_name = "auto|YYYY-MM-DD",
        default_value = "auto"
    )]
    pub dialect: String,
    /// A directory to take for the flake input NAME (`a/b` for an input of an input)
    #[arg(long, global = true, value_name = "NAME=DIR", value_parser = pair)]
    pub override_input: Vec<(String, PathBuf)>,
    /// Leave inputs alone that `inputs fetch` has fetched
    #[arg(long, global = true)]
    pub no_cache: bool,
    /// Take locked inputs from a Nix store on this machine, where they are there [default of DIR: /nix/store]
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "/nix/store"
    )]
    pub use_store: Option<PathBuf>,
    /// The clan that is meant where a flake has several, by its `meta.name`
    #[arg(long, global = true, value_name = "NAME")]
    pub clan: Option<String>,
    /// Take clan-core's own service modules from here rather than from the built-in catalogue
    #[arg(long, global = true, value_name = "DIR")]
    pub services: Option<PathBuf>,
    /// Allow reading outside the flake's directory; `eval` may without, unless `--pure-eval` is given
    #[arg(long, global = true)]
    pub impure: bool,
    /// Where the expression on standard input would lie
    #[arg(long, global = true, value_name = "FILE")]
    pub stdin_filename: Option<PathBuf>,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
    /// Say less: `-q` no warnings and traces
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub quiet: u8,
    /// Say more
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// The most memory that evaluation may take, such as `512M` or `8G` [default: 4G]
    #[arg(long, global = true, value_name = "SIZE", value_parser = size)]
    pub max_memory: Option<usize>,
    /// The most function calls that evaluation may make [default: any number]
    #[arg(long, global = true, value_name = "N")]
    pub max_steps: Option<u64>,
    /// Show every frame of what was being evaluated when an error came up
    #[arg(long, global = true)]
    pub show_trace: bool,
    /// The deepest that function calls may nest [default: 10000]
    #[arg(long, global = true, value_name = "N")]
    pub max_call_depth: Option<u32>,
}

fn pair(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, directory)) if !name.is_empty() => {
            Ok((name.to_owned(), PathBuf::from(directory)))
        }
        _ => Err("NAME=DIR is wanted".to_owned()),
    }
}

fn size(text: &str) -> Result<usize, String> {
    let text = text.trim_end_matches(['b', 'B']).trim_end_matches('i');
    let (digits, shift) = match text.char_indices().next_back() {
        Some((at, 'k' | 'K')) => (text.get(..at), 10),
        Some((at, 'm' | 'M')) => (text.get(..at), 20),
        Some((at, 'g' | 'G')) => (text.get(..at), 30),
        Some((at, 't' | 'T')) => (text.get(..at), 40),
        _ => (Some(text), 0),
    };
    let number = digits.and_then(|digits| digits.parse::<usize>().ok());
    let bytes = number.and_then(|number| number.checked_mul(1 << shift));
    bytes.ok_or_else(|| "a size such as `512M` or `8G` is wanted".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn sizes_have_units() {
        for (text, bytes) in [
            ("10", Ok(10)),
            ("2K", Ok(2048)),
            ("1MiB", Ok(1 << 20)),
            ("8g", Ok(8 << 30)),
        ] {
            assert_eq!(size(text), bytes);
        }
        for text in ["", "x", "-1", "G", "99999999999999999999"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
