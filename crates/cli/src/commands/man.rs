//! `man`: the manual pages.

use std::path::{Path, PathBuf};
use std::{fs, io};

use clap::{Args, Command, CommandFactory};
use clap_mangen::Man;

use crate::commands::{Exit, Failure};
use crate::terminal::Terminal;

/// What `man` is asked for.
#[derive(Args, Debug)]
pub struct ManArgs {
    /// Write the pages of all commands into this directory
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Prints the page of the whole, or writes all pages.
pub fn run(terminal: &Terminal, args: &ManArgs) -> Result<Exit, Failure> {
    let mut command = crate::args::Args::command().disable_help_subcommand(true);
    command.build();
    let Some(directory) = &args.dir else {
        terminal.data(page(&command)?.as_bytes())?;
        return Ok(Exit::Done);
    };
    match fs::create_dir_all(directory).and_then(|()| write_all(&command, directory)) {
        Ok(()) => Ok(Exit::Done),
        Err(error) => Err(Failure::Unusable(format!(
            "cannot write in `{}`: {error}",
            directory.display()
        ))),
    }
}

/// Writes the page of a command and those of the commands below it.
fn write_all(command: &Command, directory: &Path) -> io::Result<()> {
    for inner in command.get_subcommands() {
        write_all(inner, directory)?;
    }
    let name = Man::new(command.clone()).get_filename();
    fs::write(directory.join(name), page(command)?)
}

fn page(command: &Command) -> io::Result<String> {
    let mut page = vec![];
    let version = format!("clan-inventory {}", env!("CARGO_PKG_VERSION"));
    Man::new(command.clone())
        .source(version)
        .render(&mut page)?;
    let page = String::from_utf8_lossy(&page);
    // Examples have a section of their own, and their lines stay lines.
    let page = page.replace(".SH EXTRA\nExamples:\n", ".SH EXAMPLES\n.nf\n");
    Ok(page.replace("\n.SH VERSION", "\n.fi\n.SH VERSION"))
}
