//! `explain`: why a machine is a member, where a setting comes from, what a diagnostic code means.

use std::path::PathBuf;

use clap::Args;
use report::{codes, explain};
use resolve::view::{InstanceView, Resolution};

use crate::args::Global;
use crate::clan::{Depth, Opened, open, path_and_name};
use crate::commands::{Exit, Failure, nothing_named};
use crate::terminal::Terminal;

/// What `explain` is asked to do.
#[derive(Args, Debug)]
pub struct ExplainArgs {
    /// The clan: a flake, a Nix or JSON file, `-` for standard input [default: .]
    #[arg(value_name = "PATH", required_unless_present = "list")]
    path: Option<PathBuf>,
    /// A machine, `INSTANCE.ROLE.MACHINE` or `SERVICE.INSTANCE.ROLE.MACHINE`, with a setting behind it or not; or a diagnostic code
    #[arg(value_name = "WHAT")]
    what: Option<String>,
    /// List all diagnostic codes, each with what it means
    #[arg(long, exclusive = true)]
    list: bool,
}

/// Explains.
pub fn run(terminal: &Terminal, global: &Global, args: &ExplainArgs) -> Result<Exit, Failure> {
    if args.list {
        terminal.data(all_codes().as_bytes())?;
        return Ok(Exit::Done);
    }
    let (path, what) = path_and_name(args.path.as_deref(), args.what.as_deref());
    let Some(what) = what else {
        return Err(Failure::Unusable(
            "what is to be explained? A machine, `INSTANCE.ROLE.MACHINE`, or a diagnostic code"
                .to_owned(),
        ));
    };
    if let Some(page) = terminal.page(&what) {
        terminal.data(page.as_bytes())?;
        return Ok(Exit::Done);
    }
    let opened = open(global, &path, Depth::Explained)?;
    let (clan, exit) = opened
        .clan(true)
        .map_err(|failure| or_a_code(failure, &what))?;
    opened.tell(terminal);
    if let Some(clan) = clan {
        let text = text(&what, &clan.resolution, opened)?;
        terminal.data(text.as_bytes())?;
    }
    Ok(exit)
}

/// Each code with the first sentence of its page.
fn all_codes() -> String {
    let widest = codes::list().map(str::len).max().unwrap_or(0);
    let line = |code: &str| {
        let headline = codes::headline(code).unwrap_or_default().replace('\n', " ");
        let sentence = headline.split_inclusive(". ").next().unwrap_or_default();
        format!("{code:widest$}  {}\n", sentence.trim_end())
    };
    codes::list().map(line).collect()
}

/// Without a clan, only a diagnostic code can have been meant.
fn or_a_code(failure: Failure, what: &str) -> Failure {
    match (failure, codes::nearest(what)) {
        (Failure::Unusable(message), Some(code)) => {
            Failure::Unusable(format!("{message}; did you mean `{code}`?"))
        }
        (failure, _) => failure,
    }
}

fn text(what: &str, resolution: &Resolution, opened: &Opened) -> Result<String, Failure> {
    if let Some(text) = explain::machine(what, resolution, opened.places()) {
        return Ok(text);
    }
    let parts = split(what);
    for instance in &resolution.instances {
        let Some(rest) = behind_instance(&parts, instance) else {
            continue;
        };
        let [role, machine, path @ ..] = rest else {
            continue;
        };
        let text = explain::member(instance, role, machine, path, resolution, opened.places());
        if let Some(text) = text {
            return Ok(text);
        }
    }
    let codes: Vec<&str> = codes::list().collect();
    Err(nothing_named(what, resolution, &codes))
}

/// What is left of the path behind the instance's name, if it starts with it.
fn behind_instance<'p>(parts: &'p [String], instance: &InstanceView) -> Option<&'p [String]> {
    match parts {
        [service, name, rest @ ..]
            if *service == instance.service && *name == instance.instance =>
        {
            Some(rest)
        }
        [name, rest @ ..] if *name == instance.instance => Some(rest),
        _ => None,
    }
}

/// `a."b.c".d` as its names.
fn split(path: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for character in path.chars() {
        match character {
            '"' => quoted = !quoted,
            '.' if !quoted => parts.push(String::new()),
            other => {
                if let Some(last) = parts.last_mut() {
                    last.push(other);
                }
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    #[test]
    fn quotes_keep_dots_together() {
        assert_eq!(super::split("a.\"b.c\".d"), ["a", "b.c", "d"]);
    }
}
