//! The commands, one file each.

pub mod eval;

use std::process::ExitCode;

use crate::args::{Args, Command};
use crate::terminal::{self, Terminal};

/// How a command went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// Done, and nothing is wrong.
    Done,
    /// Done, but what was looked at has errors.
    Errors,
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
        Command::Eval(eval) => eval::run(&terminal, &args.global, eval),
    };
    match outcome {
        Ok(Exit::Done) | Err(Failure::Closed) => ExitCode::SUCCESS,
        Ok(Exit::Errors) => ExitCode::from(1),
        Err(Failure::Unusable(message)) => {
            terminal::complain(&message);
            ExitCode::from(2)
        }
    }
}
