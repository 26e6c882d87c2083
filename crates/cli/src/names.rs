//! The names of the clan at hand, for completions.

use std::ffi::OsStr;
use std::path::Path;

use clap::{Command, CommandFactory, Parser};
use clap_complete::engine::{
    ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter,
};
use project::analysis::{AnalysedClan, analyse};
use report::codes;
use source::SourceMap;

use crate::args::Args;
use crate::clan::{Depth, Prepared, prepare};

/// Nobody waits longer for a name.
const MOST_STEPS: u64 = 5_000_000;

/// The command line, with what completes its values.
pub fn command() -> Command {
    let of = |complete: fn(&AnalysedClan) -> Vec<String>| ArgValueCompleter::new(Names(complete));
    let code = || ArgValueCompleter::new(|current: &OsStr| starting(codes(), current));
    let what = || ArgValueCompleter::new(or_path(explained));
    let shown = || ArgValueCompleter::new(or_path(shown));
    Args::command()
        .mut_subcommand("show", |show| {
            let show = show.mut_arg("path", |arg| arg.add(shown()));
            show.mut_arg("name", |arg| arg.add(of(self::shown)))
        })
        .mut_subcommand("explain", |explain| {
            let explain = explain.mut_arg("path", |arg| arg.add(what()));
            explain.mut_arg("what", |arg| arg.add(of(explained)))
        })
        .mut_subcommand("list", |list| {
            list.mut_arg("on", |arg| arg.add(of(selectors)))
        })
        .mut_subcommand("check", |check| {
            let check = check.mut_arg("explain", |arg| arg.add(code()));
            let check = check.mut_arg("select", |arg| arg.add(code()));
            check.mut_arg("ignore", |arg| arg.add(code()))
        })
}

struct Names(fn(&AnalysedClan) -> Vec<String>);

impl ValueCompleter for Names {
    fn complete(&self, current: &OsStr) -> Vec<CompletionCandidate> {
        starting(named(self.0), current)
    }
}

/// Names of the clan, and paths.
fn or_path(
    of: fn(&AnalysedClan) -> Vec<String>,
) -> impl Fn(&OsStr) -> Vec<CompletionCandidate> + Send + Sync + 'static {
    move |current| {
        let mut found = starting(named(of), current);
        found.extend(PathCompleter::any().complete(current));
        found
    }
}

fn starting(names: Vec<String>, current: &OsStr) -> Vec<CompletionCandidate> {
    let current = current.to_string_lossy();
    let names = names.into_iter().filter(|name| name.starts_with(&*current));
    names.map(CompletionCandidate::new).collect()
}

/// Names of the clan in the current directory; none without one.
fn named(of: fn(&AnalysedClan) -> Vec<String>) -> Vec<String> {
    let Ok(mut args) = Args::try_parse_from(["clan-inventory", "check"]) else {
        return vec![];
    };
    args.global.max_steps = Some(MOST_STEPS);
    let Ok(prepared) = prepare(&args.global, Path::new("."), Depth::Answered) else {
        return vec![];
    };
    let Prepared {
        disk,
        options,
        request,
        ..
    } = prepared;
    let analysis = analyse(&disk, &SourceMap::new().into(), options, &request);
    analysis.clan.as_ref().map(of).unwrap_or_default()
}

fn shown(clan: &AnalysedClan) -> Vec<String> {
    let resolution = &clan.resolution;
    let instances = resolution
        .instances
        .iter()
        .map(|each| each.instance.clone());
    resolution
        .machines
        .keys()
        .cloned()
        .chain(instances)
        .collect()
}

/// Machines, and every member as `INSTANCE.ROLE.MACHINE`.
fn explained(clan: &AnalysedClan) -> Vec<String> {
    let mut names: Vec<String> = clan.resolution.machines.keys().cloned().collect();
    for instance in &clan.resolution.instances {
        for (role, view) in &instance.roles {
            let start = format!("{}.{role}", instance.instance);
            names.extend(
                view.machines
                    .keys()
                    .map(|machine| format!("{start}.{machine}")),
            );
        }
    }
    names
}

/// Machines, and tags as `@tag`.
fn selectors(clan: &AnalysedClan) -> Vec<String> {
    let machines = &clan.resolution.machines;
    let tags = machines.values().flat_map(|machine| &machine.tags);
    let mut tags: Vec<String> = tags.map(|tag| format!("@{}", tag.name)).collect();
    tags.sort();
    tags.dedup();
    machines.keys().cloned().chain(tags).collect()
}

fn codes() -> Vec<String> {
    codes::list().map(str::to_owned).collect()
}
