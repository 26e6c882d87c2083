//! Findings as text: for a terminal, for other programs, for forges.

mod concise;
mod excerpt;
mod human;
mod located;
mod printable;

use std::io;

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

    fn ellipsis(&self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }

    /// What makes text bold, and what ends that.
    fn bold(&self) -> (&'static str, &'static str) {
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
}

/// Writes `diagnostics` in the given form, in the given order.
///
/// Errors: those of `out`.
pub fn render(
    format: Format,
    diagnostics: &[Diagnostic],
    places: Places<'_>,
    style: &Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut text = String::new();
    for (number, diagnostic) in diagnostics.iter().enumerate() {
        let written = match format {
            Format::Human => {
                if number > 0 {
                    text.push('\n');
                }
                human::write(diagnostic, places, style, &mut text)
            }
            Format::Concise => concise::write(diagnostic, places, style.unicode, &mut text),
        };
        written.map_err(io::Error::other)?;
        out.write_all(text.as_bytes())?;
        text.clear();
    }
    Ok(())
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
