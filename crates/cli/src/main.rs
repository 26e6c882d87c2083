//! The command `clan-inventory`.

mod args;
mod clan;
mod commands;
mod prompt;
mod revision;
mod surroundings;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let args = args::Args::parse();
    commands::run(&args)
}
