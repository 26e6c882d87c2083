//! `completions`: what makes a shell complete command lines, names of the clan at hand included.

use clap::{Args, ValueEnum};
use clap_complete::env::Shells;
use clap_complete_nushell::Nushell;

use crate::commands::{Exit, Failure};
use crate::names::command;
use crate::terminal::Terminal;

/// The command's name.
const NAME: &str = "clan-inventory";
/// What tells the command to complete.
pub const VARIABLE: &str = "CLAN_INVENTORY_COMPLETE";

/// What `completions` is asked for.
#[derive(Args, Debug)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// The shells.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Shell {
    /// Bash
    Bash,
    /// Z shell
    Zsh,
    /// fish
    Fish,
    /// Nushell
    Nushell,
    /// Elvish
    Elvish,
}

impl Shell {
    fn name(self) -> &'static str {
        match self {
            Shell::Bash => "bash",
            Shell::Zsh => "zsh",
            Shell::Fish => "fish",
            Shell::Nushell => "nushell",
            Shell::Elvish => "elvish",
        }
    }
}

/// Prints the script.
pub fn run(terminal: &Terminal, args: &CompletionsArgs) -> Result<Exit, Failure> {
    let mut script = vec![];
    match Shells::builtins().completer(args.shell.name()) {
        Some(shell) => shell.write_registration(VARIABLE, NAME, NAME, NAME, &mut script)?,
        None => script = nushell().into_bytes(),
    }
    terminal.data(&script)?;
    Ok(Exit::Done)
}

/// Nushell completes by itself what it is told of the command line; names come from functions that ask the command.
fn nushell() -> String {
    let mut script = vec![];
    clap_complete::generate(Nushell, &mut command(), NAME, &mut script);
    let script = String::from_utf8_lossy(&script);
    let names = "nu-complete clan-inventory names";
    let script = script.replace("name?: string", &format!("name?: string@\"{names}\""));
    let script = script.replace("what?: string", &format!("what?: string@\"{names}\""));
    let function = format!(
        "  def \"{names}\" [] {{\n    (^{NAME} list machines | lines) ++ (^{NAME} list instances | lines)\n  }}\n"
    );
    script.replacen(
        "module completions {\n",
        &format!("module completions {{\n{function}"),
        1,
    )
}
