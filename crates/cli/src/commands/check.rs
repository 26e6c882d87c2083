//! `check`: everything that is wrong, in the form that a person or a program wants.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};
use project::session::Notice;
use report::diagnostic::{Format, render, summary};
use report::place::Places;
use report::{diff, fix, statistics};
use source::{Diagnostic, Diagnostics, Severity, SourceFile, SourceMap};

use crate::args::Global;
use crate::clan::{Depth, open_in};
use crate::commands::{Exit, Failure};
use crate::surroundings::absolute;
use crate::terminal::Terminal;
use crate::watch::Watched;
use crate::write::write_all;

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
    /// Only findings with these codes, separated by commas
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = code)]
    select: Vec<&'static str>,
    /// No findings with these codes
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = code)]
    ignore: Vec<&'static str>,
    /// Check again whenever a file is changed, until interrupted
    #[arg(long, conflicts_with_all = ["fix", "unsafe_fixes", "diff"])]
    watch: bool,
    /// Explain a diagnostic code
    #[arg(long, value_name = "CODE")]
    explain: Option<String>,
}

/// The diagnostic code that a text is.
fn code(text: &str) -> Result<&'static str, String> {
    report::codes::list()
        .find(|code| *code == text)
        .ok_or_else(|| no_code(text))
}

fn no_code(text: &str) -> String {
    let nearest = report::codes::nearest(text);
    let hint = nearest.map(|nearest| format!("; did you mean `{nearest}`?"));
    format!(
        "there is no diagnostic code `{text}`{}",
        hint.unwrap_or_default()
    )
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
            None => Err(Failure::Unusable(no_code(code))),
        };
    }
    if args.watch {
        return watch(terminal, global, args);
    }
    let found = find(global, args)?;
    terminal.notices(&found.notices);
    if args.fix || args.diff || args.unsafe_fixes {
        return mend(terminal, global, args, &found);
    }
    tell(terminal, args, &found.diagnostics, found.places())?;
    Ok(exit(args, &found.diagnostics))
}

/// What was found.
struct Found {
    diagnostics: Vec<Diagnostic>,
    sources: Arc<SourceMap>,
    root: PathBuf,
    /// What evaluation said meanwhile.
    notices: Vec<Notice>,
}

impl Found {
    fn places(&self) -> Places<'_> {
        Places {
            sources: &self.sources,
            root: &self.root,
        }
    }
}

fn find(global: &Global, args: &CheckArgs) -> Result<Found, Failure> {
    let sources = Arc::new(SourceMap::new());
    // What two clans share is told once.
    let mut found = Diagnostics::new();
    let mut notices = vec![];
    let mut root = absolute(Path::new("."))?;
    let here = [PathBuf::from(".")];
    let paths = if args.paths.is_empty() {
        &here[..]
    } else {
        &args.paths
    };
    for path in paths {
        let opened = open_in(global, path, Depth::Checked, &sources)?;
        opened.clan(true)?;
        notices.extend(opened.analysis.notices);
        if paths.len() == 1 {
            root.clone_from(&opened.root);
        }
        found.extend(opened.analysis.diagnostics);
    }
    let is_wanted = |each: &Diagnostic| {
        let is_selected = args.select.is_empty() || args.select.contains(&each.code);
        is_selected && !args.ignore.contains(&each.code)
    };
    Ok(Found {
        diagnostics: found.into_iter().filter(is_wanted).collect(),
        sources,
        root,
        notices,
    })
}

/// Checks again and again. Ends with the process, or when nobody reads on.
fn watch(terminal: &Terminal, global: &Global, args: &CheckArgs) -> Result<Exit, Failure> {
    let mut root = absolute(Path::new("."))?;
    let mut known: BTreeSet<PathBuf> = BTreeSet::new();
    loop {
        let before = Watched::now(known.clone(), &root);
        let mut is_current = true;
        let watched = match find(global, args) {
            Ok(found) => {
                terminal.notices(&found.notices);
                let files = found.sources.files();
                known = files.iter().map(|file| file.path.clone()).collect();
                root.clone_from(&found.root);
                let watched = Watched::now(known.clone(), &root);
                terminal.clear()?;
                tell(terminal, args, &found.diagnostics, found.places())?;
                // What was saved between reading and looking is seen by what it says.
                is_current = files.iter().all(|file| is_as_read(file));
                watched
            }
            Err(Failure::Closed) => return Err(Failure::Closed),
            Err(Failure::Unusable(message)) => {
                terminal.clear()?;
                terminal.say(&format!("{message}\n"));
                Watched::now(known.clone(), &root)
            }
        };
        if is_current {
            watched.since(&before).wait();
        }
    }
}

/// Whether a file still says what was read of it; so does what lies nowhere.
fn is_as_read(file: &SourceFile) -> bool {
    !std::fs::read(&file.path).is_ok_and(|now| now != file.bytes())
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

/// Applies the fixes, or prints what they would change. What is wrong with the texts then is told as usual.
fn mend(
    terminal: &Terminal,
    global: &Global,
    args: &CheckArgs,
    found: &Found,
) -> Result<Exit, Failure> {
    let (diagnostics, places) = (&found.diagnostics, found.places());
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
        write_all(&[(file.path.as_path(), &file.before, &file.after)])?;
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
    if args.diff {
        return Ok(exit(args, diagnostics));
    }
    if mending.files.is_empty() {
        tell(terminal, args, diagnostics, places)?;
        return Ok(exit(args, diagnostics));
    }
    // A fix may bring to light what stood behind its fault, or not be what was meant.
    let left = find(global, args)?;
    tell(terminal, args, &left.diagnostics, left.places())?;
    Ok(exit(args, &left.diagnostics))
}
