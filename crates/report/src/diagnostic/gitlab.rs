//! Findings as GitLab's code quality report.

use serde_json::{Value as Json, json};
use source::{Diagnostic, Severity};

use super::fingerprint::Fingerprints;
use super::located::Located;
use crate::place::Places;

/// The report: an array of findings. GitLab wants a file for each; one without a place is the root directory's.
pub(crate) fn report(diagnostics: &[Diagnostic], places: Places<'_>) -> Json {
    let mut fingerprints = Fingerprints::default();
    diagnostics
        .iter()
        .map(|diagnostic| {
            let place = diagnostic
                .primary()
                .and_then(|span| Located::new(places, span));
            let (path, begin, end) = match &place {
                Some(place) => (place.path(places), place.start().line, place.end().line),
                None => (".".to_owned(), 1, 1),
            };
            json!({
                "description": description(diagnostic),
                "check_name": diagnostic.code,
                "fingerprint": fingerprints.next(diagnostic, places),
                "severity": severity(diagnostic.severity),
                "location": { "path": path, "lines": { "begin": begin, "end": end } },
            })
        })
        .collect()
}

fn description(diagnostic: &Diagnostic) -> String {
    match &diagnostic.help {
        Some(help) => format!("{}: {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Note => "info",
    }
}
