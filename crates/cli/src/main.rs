//! The command `clan-inventory`.

mod args;
mod clan;
mod commands;
mod examples;
mod names;
mod prompt;
mod revision;
mod surroundings;
mod terminal;
mod watch;
mod write;

use std::mem::ManuallyDrop;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};
use clap_complete::CompleteEnv;

fn main() -> ExitCode {
    let completion = CompleteEnv::with_factory(names::command);
    completion.var(commands::completions::VARIABLE).complete();
    let args = args();
    keep_quiet_about_memory();
    commands::run(&args)
}

/// What the command line says. All that clap knows of it stays in memory: the process ends sooner than that is taken apart.
fn args() -> args::Args {
    let mut command = ManuallyDrop::new(args::Args::command());
    let matches = command.try_get_matches_from_mut(std::env::args_os());
    let matches = matches.unwrap_or_else(|error| error.exit());
    let args = args::Args::from_arg_matches(&ManuallyDrop::new(matches));
    args.unwrap_or_else(|error| error.format(&mut command).exit())
}

/// What the system refuses becomes a finding, and needs no report of a panic beside it.
fn keep_quiet_about_memory() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if panic.payload().downcast_ref::<&str>() != Some(&project::session::NO_MEMORY) {
            report(panic);
        }
    }));
}
