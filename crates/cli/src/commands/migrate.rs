//! `migrate`: from `services` to `instances`, in the files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use project::analysis::Dialect;
use project::migration::{Migration, NewText, migrate};
use report::diff;
use report::place::Places;
use source::{Severity, SourceMap};

use crate::args::Global;
use crate::clan::{Depth, Prepared, dialect, prepare};
use crate::commands::{Exit, Failure};
use crate::terminal::Terminal;
use crate::write::write_all;

/// What `migrate` is asked to do.
#[derive(Args, Debug)]
pub struct MigrateArgs {
    /// The clan: a flake, a Nix or JSON file
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// Change the files rather than print what would change
    #[arg(long)]
    write: bool,
    /// The state of clan-core to write for [default: the newest]
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Option<String>,
}

/// Migrates.
pub fn run(terminal: &Terminal, global: &Global, args: &MigrateArgs) -> Result<Exit, Failure> {
    if args.write && args.path == Path::new("-") {
        let message = "standard input cannot be changed: leave `--write` out";
        return Err(Failure::Unusable(message.to_owned()));
    }
    let to = match &args.to {
        Some(day) => dialect(day)?,
        None => None,
    };
    let to = to.unwrap_or_else(|| Dialect::of(Dialect::NEWEST));
    if !to.has_instances() {
        let message = format!("the clan-core of {} has no `instances`", to.day());
        return Err(Failure::Unusable(message));
    }
    let Prepared {
        disk,
        options,
        request,
        root,
    } = prepare(global, &args.path, Depth::Answered)?;
    let sources = Arc::new(SourceMap::new());
    let migration = migrate(&disk, &sources, &options, &request, &to, None);
    let places = Places {
        sources: &sources,
        root: &root,
    };
    if migration.before.clan.is_none() {
        terminal.beside_answer(&migration.before.diagnostics, &sources, &root);
        return match migration.before.has_errors() {
            true => Ok(Exit::Errors),
            false => Err(Failure::Unusable("no clan was found".to_owned())),
        };
    }
    if !migration.errors.is_empty() {
        terminal.beside_answer(&migration.errors, &sources, &root);
        terminal.say("nothing is converted: the clan cannot be evaluated in whole; mend these errors first\n");
        return Ok(Exit::Errors);
    }
    match args.write {
        true if migration.is_sound => write(terminal, &migration, places)?,
        true => {}
        false => show(terminal, &migration, places)?,
    }
    terminal.beside_answer(&migration.diagnostics, &sources, &root);
    terminal.say(&summary(&migration));
    if !migration.is_sound {
        let was = match args.write {
            true => "nothing was written",
            false => "`--write` would write nothing",
        };
        let text = format!(
            "{was}: the new text would have the errors above, which the old one has not; write what they point at in another way, or convert it by hand\n"
        );
        terminal.say(&text);
    }
    let mut severities = migration.diagnostics.iter().map(|each| each.severity);
    Ok(match severities.any(|each| each == Severity::Error) {
        true => Exit::Errors,
        false => Exit::Done,
    })
}

fn show(terminal: &Terminal, migration: &Migration, places: Places<'_>) -> Result<(), Failure> {
    let style = terminal.style_of_data();
    for NewText {
        path,
        before,
        after,
    } in &migration.files
    {
        let text = diff::unified(path, before, after, places, &style);
        terminal.data(text.as_bytes())?;
    }
    Ok(())
}

fn write(terminal: &Terminal, migration: &Migration, places: Places<'_>) -> Result<(), Failure> {
    let files = migration.files.iter();
    let files = files.map(|file| {
        (
            file.path.as_path(),
            file.before.as_slice(),
            file.after.as_slice(),
        )
    });
    write_all(&files.collect::<Vec<_>>())?;
    for file in &migration.files {
        let name = places.relative(&file.path);
        terminal.say(&format!("changed {}\n", name.display()));
    }
    Ok(())
}

fn summary(migration: &Migration) -> String {
    let all = migration.instances.len();
    if all == 0 {
        return "nothing to migrate: the inventory has no `services`\n".to_owned();
    }
    let converted = migration.instances.values().flatten().count();
    let left = match migration.marks {
        _ if !migration.is_sound => "not rightly".to_owned(),
        0 => "nothing left to do".to_owned(),
        1 => "1 thing left to you".to_owned(),
        marks => format!("{marks} things left to you"),
    };
    format!("{converted} of {all} instances converted, {left}\n")
}
