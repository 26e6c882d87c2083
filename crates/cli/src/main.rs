//! The command `clan-inventory`.

mod args;
mod clan;
mod command_line;
mod commands;
mod examples;
mod names;
mod prompt;
mod revision;
mod surroundings;
mod terminal;
mod watch;
mod write;

use std::process::ExitCode;

use clap_complete::CompleteEnv;

fn main() -> ExitCode {
    let completion = CompleteEnv::with_factory(names::command);
    completion.var(commands::completions::VARIABLE).complete();
    let args = command_line::args();
    keep_quiet_about_memory();
    commands::run(&args)
}

/// What the system refuses becomes a finding, and needs no report of a panic beside it.
fn keep_quiet_about_memory() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !project::session::is_about_memory(panic) {
            report(panic);
        }
    }));
}
