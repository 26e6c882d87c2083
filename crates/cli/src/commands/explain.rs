//! `explain`: why a machine is a member, where a setting comes from, what a diagnostic code means.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use report::{codes, explain};

use crate::args::Global;
use crate::clan::{Depth, open, path_and_name};
use crate::commands::{Exit, Failure, nothing_named};
use crate::terminal::Terminal;

/// What `explain` is asked to do.
#[derive(Args, Debug)]
pub struct ExplainArgs {
    /// The clan: a flake, a Nix or JSON file, `-` for standard input [default: .]
    #[arg(value_name = "PATH", required_unless_present = "list")]
    path: Option<PathBuf>,
    /// A machine, an instance, `INSTANCE.ROLE`, or `INSTANCE.ROLE.MACHINE` with a setting behind it or not (the service may stand before the instance); or a diagnostic code
    #[arg(value_name = "WHAT")]
    what: Option<String>,
    /// The form of the explanation
    #[arg(long, value_enum, default_value_t = FormatArg::Human)]
    format: FormatArg,
    /// List all diagnostic codes, each with what it means
    #[arg(long, exclusive = true)]
    list: bool,
}

/// The forms of explanations.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum FormatArg {
    /// For people
    Human,
    /// A JSON object
    Json,
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
            "what is to be explained? A machine, an instance, `INSTANCE.ROLE.MACHINE`, or a diagnostic code"
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
        let (resolution, places) = (&clan.resolution, opened.places());
        let text = match args.format {
            FormatArg::Human => explain::text(&what, resolution, places),
            FormatArg::Json => {
                let json = explain::json::of(&what, resolution, places);
                json.map(|json| format!("{json:#}\n"))
            }
        };
        let codes: Vec<&str> = codes::list().collect();
        let text = text.ok_or_else(|| match explain::why_not(&what, resolution) {
            Some(message) => Failure::Unusable(message),
            None => nothing_named(&what, resolution, &codes),
        })?;
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
