//! `check`: everything that is wrong, in the form that a person or a program wants.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use report::diagnostic::{Format, render, summary};
use report::place::Places;
use report::{diff, fix, statistics};
use source::{Diagnostic, Diagnostics, Severity, SourceMap};

use crate::args::Global;
use crate::clan::{Depth, open_in};
use crate::commands::{Exit, Failure};
use crate::surroundings::absolute;
use crate::terminal::Terminal;

/// What `check` is asked to do.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// The clans: flakes, Nix or JSON files, `-` for standard input [default: .]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The form of the findings
    #[arg(long, value_enum, default_value_t = FormatArg::Human)]
    format: FormatArg,
    /// Count warnings as errors
    #[arg(long)]
    deny_warnings: bool,
    /// Apply the fixes that keep what can only have been meant
    #[arg(long)]
    fix: bool,
    /// Apply the other fixes too
    #[arg(long)]
    unsafe_fixes: bool,
    /// Print what the fixes would change, and change nothing
    #[arg(long)]
    diff: bool,
    /// Print how often each code was found
    #[arg(long)]
    statistics: bool,
    /// Explain a diagnostic code
    #[arg(long, value_name = "CODE")]
    explain: Option<String>,
}

/// The forms of findings.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum FormatArg {
    /// Excerpts of the files
    Human,
    /// A line each
    Concise,
    /// A JSON array
    Json,
    /// A JSON object a line
    Jsonl,
    /// SARIF 2.1.0
    Sarif,
    /// GitHub's workflow commands
    Github,
    /// GitLab's code quality report
    Gitlab,
    /// JUnit's XML
    Junit,
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Format {
        match format {
            FormatArg::Human => Format::Human,
            FormatArg::Concise => Format::Concise,
            FormatArg::Json => Format::Json,
            FormatArg::Jsonl => Format::Jsonl,
            FormatArg::Sarif => Format::Sarif,
            FormatArg::Github => Format::Github,
            FormatArg::Gitlab => Format::Gitlab,
            FormatArg::Junit => Format::Junit,
        }
    }
}

/// Checks.
pub fn run(terminal: &Terminal, global: &Global, args: &CheckArgs) -> Result<Exit, Failure> {
    if let Some(code) = &args.explain {
        return match terminal.page(code) {
            Some(page) => {
                terminal.data(page.as_bytes())?;
                Ok(Exit::Done)
            }
            None => {
                let nearest = report::codes::nearest(code);
                let hint = nearest.map(|nearest| format!("; did you mean `{nearest}`?"));
                let hint = hint.unwrap_or_default();
                Err(Failure::Unusable(format!(
                    "there is no diagnostic code `{code}`{hint}"
                )))
            }
        };
    }
    let sources = Arc::new(SourceMap::new());
    // What two clans share is told once.
    let mut found = Diagnostics::new();
    let mut root = absolute(std::path::Path::new("."))?;
    let here = [PathBuf::from(".")];
    let paths = if args.paths.is_empty() {
        &here[..]
    } else {
        &args.paths
    };
    for path in paths {
        let opened = open_in(global, path, Depth::Checked, &sources)?;
        opened.clan(true)?;
        terminal.notices(&opened.analysis.notices);
        if paths.len() == 1 {
            root.clone_from(&opened.root);
        }
        found.extend(opened.analysis.diagnostics);
    }
    let diagnostics: Vec<Diagnostic> = found.into_iter().collect();
    let places = Places {
        sources: &sources,
        root: &root,
    };
    if args.fix || args.diff || args.unsafe_fixes {
        return mend(terminal, args, &diagnostics, places);
    }
    tell(terminal, args, &diagnostics, places)?;
    Ok(exit(args, &diagnostics))
}

/// Writes the findings, and beside them how many there are.
fn tell(
    terminal: &Terminal,
    args: &CheckArgs,
    diagnostics: &[Diagnostic],
    places: Places<'_>,
) -> Result<(), Failure> {
    let mut out = vec![];
    let style = terminal.style_of_data();
    render(args.format.into(), diagnostics, places, &style, &mut out)?;
    terminal.data(&out)?;
    if args.statistics {
        let table = statistics::table(&statistics::count(diagnostics));
        match args.format {
            FormatArg::Human | FormatArg::Concise => terminal.data(table.as_bytes())?,
            // A program reads the data: nothing may stand behind its document.
            _ => terminal.say(&table),
        }
    }
    if args.format == FormatArg::Human {
        terminal.say(&format!("{}\n", summary(diagnostics)));
    }
    Ok(())
}

fn exit(args: &CheckArgs, diagnostics: &[Diagnostic]) -> Exit {
    let worst = diagnostics.iter().map(|each| each.severity).max();
    let fails = match worst {
        Some(Severity::Error) => true,
        Some(Severity::Warning) => args.deny_warnings,
        _ => false,
    };
    if fails { Exit::Errors } else { Exit::Done }
}

/// Applies the fixes, or prints what they would change. What has no fix is told as usual.
fn mend(
    terminal: &Terminal,
    args: &CheckArgs,
    diagnostics: &[Diagnostic],
    places: Places<'_>,
) -> Result<Exit, Failure> {
    let permitted = if args.unsafe_fixes {
        fix::Permitted::Unsafe
    } else {
        fix::Permitted::Safe
    };
    let mending = fix::apply(diagnostics, places.sources, permitted);
    let style = terminal.style_of_data();
    for file in &mending.files {
        if args.diff {
            let text = diff::unified(&file.path, &file.before, &file.after, places, &style);
            terminal.data(text.as_bytes())?;
            continue;
        }
        std::fs::write(&file.path, &file.after).map_err(|error| unwritable(&file.path, &error))?;
        let name = places.relative(&file.path);
        terminal.say(&format!("mended {}\n", name.display()));
    }
    for (diagnostic, _, why) in &mending.skipped {
        terminal.say(&format!(
            "not mended: {}: {}\n",
            diagnostic.message,
            why.reason()
        ));
    }
    let left = diagnostics.iter().filter(|each| {
        args.diff
            || !mending
                .applied
                .iter()
                .any(|(mended, _)| std::ptr::eq(*mended, *each))
    });
    let left: Vec<Diagnostic> = left.cloned().collect();
    if !args.diff {
        tell(terminal, args, &left, places)?;
    }
    Ok(exit(args, &left))
}

fn unwritable(path: &std::path::Path, error: &std::io::Error) -> Failure {
    Failure::Unusable(format!("cannot write `{}`: {error}", path.display()))
}
