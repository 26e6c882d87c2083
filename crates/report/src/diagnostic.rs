//! Findings as text: for a terminal, for other programs, for forges.

mod concise;
mod excerpt;
mod fingerprint;
mod github;
mod gitlab;
mod human;
pub mod json;
mod junit;
pub(crate) mod located;
pub mod printable;
mod sarif;

use std::fmt::{self, Write as _};
use std::io;

use serde_json::Value as Json;
use source::{Diagnostic, Severity};

use crate::place::Places;

/// How text for people looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    /// Whether escape sequences colour it.
    pub color: bool,
    /// How many columns the terminal has; excerpts are cut to that.
    pub width: usize,
    /// Whether frames and signs beyond ASCII may be used.
    pub unicode: bool,
}

impl Style {
    /// For pipes and tests: no colour, 100 columns, Unicode.
    pub const PLAIN: Style = Style {
        color: false,
        width: 100,
        unicode: true,
    };

    pub(crate) fn ellipsis(&self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }

    /// What makes text bold, and what ends that.
    pub(crate) fn bold(&self) -> (&'static str, &'static str) {
        if self.color {
            ("\u{1B}[1m", "\u{1B}[0m")
        } else {
            ("", "")
        }
    }
}

/// The forms in which findings are written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Format {
    /// With excerpts, for a terminal.
    Human,
    /// A line for the headline and one for each label.
    Concise,
    /// One JSON array.
    Json,
    /// One JSON object on each line.
    Jsonl,
    /// SARIF 2.1.0.
    Sarif,
    /// GitHub's workflow commands.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit's XML.
    Junit,
}

impl Format {
    /// All of them, the first being the usual one.
    pub const ALL: [Format; 8] = [
        Format::Human,
        Format::Concise,
        Format::Json,
        Format::Jsonl,
        Format::Sarif,
        Format::Github,
        Format::Gitlab,
        Format::Junit,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::Human => "human",
            Format::Concise => "concise",
            Format::Json => "json",
            Format::Jsonl => "jsonl",
            Format::Sarif => "sarif",
            Format::Github => "github",
            Format::Gitlab => "gitlab",
            Format::Junit => "junit",
        }
    }
}

/// Writes `diagnostics` in the given form, in the given order, with files named from the root of `places`.
///
/// Only [`Format::Human`] and [`Format::Concise`] heed the style. Errors: those of `out`.
pub fn render(
    format: Format,
    diagnostics: &[Diagnostic],
    places: Places<'_>,
    style: &Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    match format {
        Format::Human => each(diagnostics, out, |number, diagnostic, text| {
            if number > 0 {
                text.push('\n');
            }
            human::write(diagnostic, places, style, text)
        }),
        Format::Concise => each(diagnostics, out, |_, diagnostic, text| {
            concise::write(diagnostic, places, style.unicode, text)
        }),
        Format::Github => each(diagnostics, out, |_, diagnostic, text| {
            github::write(diagnostic, places, text)
        }),
        Format::Jsonl => each(diagnostics, out, |_, diagnostic, text| {
            writeln!(text, "{}", json::object(diagnostic, places))
        }),
        Format::Json => document(&json::array(diagnostics, places), out),
        Format::Sarif => document(&sarif::log(diagnostics, places), out),
        Format::Gitlab => document(&gitlab::report(diagnostics, places), out),
        Format::Junit => {
            let mut text = String::new();
            junit::write(diagnostics, places, &mut text).map_err(io::Error::other)?;
            out.write_all(text.as_bytes())
        }
    }
}

/// Writes the findings one by one, so that a reader sees the first before the last is ready.
fn each(
    diagnostics: &[Diagnostic],
    out: &mut dyn io::Write,
    write: impl Fn(usize, &Diagnostic, &mut String) -> fmt::Result,
) -> io::Result<()> {
    let mut text = String::new();
    for (number, diagnostic) in diagnostics.iter().enumerate() {
        write(number, diagnostic, &mut text).map_err(io::Error::other)?;
        out.write_all(text.as_bytes())?;
        text.clear();
    }
    Ok(())
}

fn document(document: &Json, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "{document:#}")
}

/// How many there are of each severity: `2 errors, 1 warning`. Without findings: `no findings`.
pub fn summary(diagnostics: &[Diagnostic]) -> String {
    let counted = |severity: Severity| {
        let is_so = |each: &&Diagnostic| each.severity == severity;
        match diagnostics.iter().filter(is_so).count() {
            0 => None,
            1 => Some(format!("1 {}", severity.name())),
            count => Some(format!("{count} {}s", severity.name())),
        }
    };
    let parts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .filter_map(counted)
        .collect();
    if parts.is_empty() {
        "no findings".to_owned()
    } else {
        parts.join(", ")
    }
}
