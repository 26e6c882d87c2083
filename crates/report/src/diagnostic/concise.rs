//! Findings in few lines: a headline, then one line for each label.

use std::fmt;

use source::Diagnostic;

use super::located::{Located, labels};
use super::printable::one_line;
use crate::place::Places;

/// Writes one finding.
pub(crate) fn write(
    diagnostic: &Diagnostic,
    places: Places<'_>,
    unicode: bool,
    out: &mut dyn fmt::Write,
) -> fmt::Result {
    let message = one_line(&diagnostic.message, unicode);
    let (kind, code) = (diagnostic.severity.name(), diagnostic.code);
    writeln!(out, "{kind}[{code}]: {message}")?;
    let (labels, lost) = labels(diagnostic, places);
    for label in &labels {
        let place = place(&label.place, places, unicode);
        let text = one_line(label.text, unicode);
        writeln!(out, "{}", format!("  {place}  {text}").trim_end())?;
    }
    for text in lost {
        writeln!(out, "  at: {}", one_line(text, unicode))?;
    }
    for note in &diagnostic.notes {
        writeln!(out, "  note: {}", one_line(note, unicode))?;
    }
    if let Some(help) = &diagnostic.help {
        writeln!(out, "  help: {}", one_line(help, unicode))?;
    }
    Ok(())
}

/// `file:line:column`.
pub(crate) fn place(place: &Located, places: Places<'_>, unicode: bool) -> String {
    let path = place.path(places);
    let start = place.start();
    format!(
        "{}:{}:{}",
        one_line(&path, unicode),
        start.line,
        start.column
    )
}
