//! Findings as GitHub's workflow commands: annotations on the changed lines.

use std::fmt;

use source::{Diagnostic, Severity};

use super::concise;
use super::located::labels;
use super::printable::printable;
use crate::place::Places;

/// Writes one finding on one line.
pub(crate) fn write(
    diagnostic: &Diagnostic,
    places: Places<'_>,
    out: &mut dyn fmt::Write,
) -> fmt::Result {
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let (labels, lost) = labels(diagnostic, places);
    let mut properties = vec![];
    if let Some(first) = labels.first() {
        let (start, end) = (first.place.start(), first.place.end());
        properties.push(("file", first.place.path(places)));
        properties.push(("line", start.line.to_string()));
        properties.push(("endLine", end.line.to_string()));
        // Columns are for places within one line.
        if start.line == end.line {
            properties.push(("col", start.column.to_string()));
            properties.push(("endColumn", end.column.to_string()));
        }
    }
    properties.push(("title", diagnostic.code.to_owned()));
    let properties: Vec<String> = properties
        .iter()
        .map(|(name, value)| format!("{name}={}", property(value)))
        .collect();

    let mut message = vec![diagnostic.message.clone()];
    for label in &labels {
        let place = concise::place(&label.place, places, true);
        message.push(format!("{place}  {}", label.text));
    }
    message.extend(lost.into_iter().map(str::to_owned));
    message.extend(diagnostic.notes.iter().map(|note| format!("note: {note}")));
    message.extend(diagnostic.help.iter().map(|help| format!("help: {help}")));
    let message = data(&message.join("\n"));
    writeln!(out, "::{command} {}::{message}", properties.join(","))
}

fn data(text: &str) -> String {
    printable(text, true)
        .replace('%', "%25")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
