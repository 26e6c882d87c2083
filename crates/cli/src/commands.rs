//! The commands, one file each.

pub mod check;
pub mod completions;
pub mod diff;
pub mod eval;
pub mod explain;
pub mod export;
pub mod graph;
pub mod inputs;
pub mod list;
pub mod lsp;
pub mod man;
pub mod migrate;
pub mod repl;
pub mod resolve;
pub mod schema;
pub mod show;

use std::process::ExitCode;

use ::resolve::view::Resolution;
use source::suggest;

use crate::args::{Args, Command};
use crate::terminal::{self, Terminal};

/// How a command went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// Done, and nothing is wrong.
    Done,
    /// Done, but what was looked at has errors.
    Errors,
    /// Done, and there are differences, which the exit code is to tell.
    Differences,
}

/// Why a command could not run at all.
#[derive(Debug)]
pub enum Failure {
    /// What the user asked for is not possible: a message of one line.
    Unusable(String),
    /// Standard output is closed: nobody reads on.
    Closed,
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Failure::Closed,
            _ => Failure::Unusable(format!("cannot write: {error}")),
        }
    }
}

/// Runs the command that was asked for.
pub fn run(args: &Args) -> ExitCode {
    let terminal = Terminal::new(&args.global);
    let outcome = match &args.command {
        Command::Show(show) => show::run(&terminal, &args.global, show),
        Command::Resolve(resolve) => resolve::run(&terminal, &args.global, resolve),
        Command::Explain(explain) => explain::run(&terminal, &args.global, explain),
        Command::Inputs(inputs) => inputs::run(&terminal, &args.global, inputs),
        Command::Migrate(migrate) => migrate::run(&terminal, &args.global, migrate),
        Command::Schema(schema) => schema::run(&terminal, &args.global, schema),
        Command::List(list) => list::run(&terminal, &args.global, list),
        Command::Check(check) => check::run(&terminal, &args.global, check),
        Command::Diff(diff) => diff::run(&terminal, &args.global, diff),
        Command::Export(export) => export::run(&terminal, &args.global, export),
        Command::Graph(graph) => graph::run(&terminal, &args.global, graph),
        Command::Eval(eval) => eval::run(&terminal, &args.global, eval),
        Command::Repl(repl) => repl::run(&terminal, &args.global, repl),
        Command::Lsp(lsp) => lsp::run(&args.global, lsp),
        Command::Completions(completions) => completions::run(&terminal, completions),
        Command::Man(man) => man::run(&terminal, man),
    };
    match outcome {
        Ok(Exit::Done) | Err(Failure::Closed) => ExitCode::SUCCESS,
        Ok(Exit::Errors | Exit::Differences) => ExitCode::from(1),
        Err(Failure::Unusable(message)) => {
            terminal::complain(&message);
            ExitCode::from(2)
        }
    }
}

/// The failure of asking for something that is not there, with what was probably meant: a machine, an instance, or one of `others`.
pub(crate) fn nothing_named(name: &str, resolution: &Resolution, others: &[&str]) -> Failure {
    let machines = resolution.machines.keys().map(String::as_str);
    let instances = resolution
        .instances
        .iter()
        .map(|each| each.instance.as_str());
    let hint = match suggest::nearest(
        name,
        machines.chain(instances).chain(others.iter().copied()),
    ) {
        Some(nearest) => format!("; did you mean `{nearest}`?"),
        None => String::new(),
    };
    Failure::Unusable(format!(
        "the clan has no machine and no instance `{name}`{hint}"
    ))
}
