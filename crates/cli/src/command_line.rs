//! What the command line says.
//!
//! To build all that clap knows of every command takes a tenth of the time in which a small clan is resolved. So a command that is named
//! plainly is first looked at alone; whatever is then not understood, or asks for help, is read again with all of them around.

use std::ffi::OsString;
use std::mem::ManuallyDrop;

use clap::{Args as _, CommandFactory as _, FromArgMatches as _};

use crate::args::{Args, Global};
use crate::commands::check::CheckArgs;
use crate::commands::eval::EvalArgs;
use crate::commands::explain::ExplainArgs;
use crate::commands::list::ListArgs;
use crate::commands::resolve::ResolveArgs;
use crate::commands::show::ShowArgs;

/// Gives a command its arguments.
type Augment = fn(clap::Command) -> clap::Command;

/// The commands that are looked at alone.
const COMMANDS: [(&str, Augment); 6] = [
    ("check", CheckArgs::augment_args),
    ("eval", EvalArgs::augment_args),
    ("explain", ExplainArgs::augment_args),
    ("list", ListArgs::augment_args),
    ("resolve", ResolveArgs::augment_args),
    ("show", ShowArgs::augment_args),
];

/// Reads the command line. What it does not allow ends the process with a message.
///
/// All that clap knows stays in memory: the process ends sooner than that is taken apart.
pub fn args() -> Args {
    let written: Vec<OsString> = std::env::args_os().collect();
    alone(&written).unwrap_or_else(|| among_all(&written))
}

fn alone(written: &[OsString]) -> Option<Args> {
    let is_option = |word: &&OsString| word.as_encoded_bytes().starts_with(b"-");
    let name = written.iter().skip(1).find(|word| !is_option(word))?;
    let (name, augment) = COMMANDS.iter().find(|(known, _)| name == known)?;
    let command = augment(clap::Command::new(*name));
    let program = Global::augment_args(clap::Command::new("clan-inventory")).subcommand(command);
    let matches = ManuallyDrop::new(program).try_get_matches_from_mut(written);
    Args::from_arg_matches(&ManuallyDrop::new(matches.ok()?)).ok()
}

fn among_all(written: &[OsString]) -> Args {
    let mut command = ManuallyDrop::new(Args::command());
    let matches = command.try_get_matches_from_mut(written);
    let matches = matches.unwrap_or_else(|error| error.exit());
    let args = Args::from_arg_matches(&ManuallyDrop::new(matches));
    args.unwrap_or_else(|error| error.format(&mut command).exit())
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn a_command_alone_is_read_as_among_all() {
        for line in [
            "clan-inventory resolve",
            "clan-inventory -q resolve --format yaml dir --dialect 2025-01-01",
            "clan-inventory check --fix a b --color never",
            "clan-inventory --clan=x show . jon --keep-going -v",
            "clan-inventory explain a.b.c --format json --use-store",
            "clan-inventory list machines --on web*,@laptop",
            "clan-inventory eval --expr 1 --strict -I nixpkgs=/x --arg a 1",
        ] {
            let alone = alone(&words(line)).expect(line);
            let among = Args::try_parse_from(words(line)).expect(line);
            assert_eq!(format!("{alone:?}"), format!("{among:?}"));
        }
    }

    #[test]
    fn what_is_not_plain_is_read_among_all() {
        for line in [
            "clan-inventory",
            "clan-inventory --help",
            "clan-inventory resolve --help",
            "clan-inventory resolve --formt json",
            "clan-inventory --dialect resolve show",
            "clan-inventory resolv",
            "clan-inventory graph",
        ] {
            assert!(alone(&words(line)).is_none(), "{line}");
        }
    }
}
