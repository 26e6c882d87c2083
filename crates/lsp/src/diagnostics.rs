//! Findings as the protocol has them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use gen_lsp_types::{
    Code, CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location,
    Message, Uri,
};
use ide::diagnostics::{Finding, findings};
use source::Severity;

use crate::places::Places;
use crate::settings::Settings;

/// Who speaks.
pub(crate) const SOURCE: &str = "clan-inventory";

/// The findings of every file that has some.
pub(crate) fn by_file(
    places: Places<'_>,
    settings: &Settings,
) -> BTreeMap<PathBuf, Vec<Diagnostic>> {
    let mut files: BTreeMap<PathBuf, Vec<Diagnostic>> = BTreeMap::new();
    for finding in findings(places.snapshot) {
        if let Some(diagnostic) = diagnostic(places, settings, &finding) {
            files.entry(finding.path).or_default().push(diagnostic);
        }
    }
    files
}

/// A finding; none if it is not wanted, or the text at its place has changed since.
pub(crate) fn diagnostic(
    places: Places<'_>,
    settings: &Settings,
    finding: &Finding,
) -> Option<Diagnostic> {
    let severity = match settings.wishes.severity.get(finding.code) {
        Some(wish) if finding.severity != Severity::Error => (*wish)?,
        _ => finding.severity,
    };
    let related = finding.related.iter().filter_map(|related| {
        let range = places.range_of(&related.path, related.range.clone())?;
        Some(DiagnosticRelatedInformation {
            location: Location::new(places.uri(&related.path), range),
            message: related.text.clone(),
        })
    });
    let related: Vec<DiagnosticRelatedInformation> = related.collect();
    Some(Diagnostic {
        range: places.range_of(&finding.path, finding.range.clone())?,
        severity: Some(match severity {
            Severity::Error => DiagnosticSeverity::Error,
            Severity::Warning => DiagnosticSeverity::Warning,
            Severity::Note => DiagnosticSeverity::Information,
        }),
        code: Some(Code::String(finding.code.to_owned())),
        code_description: Some(CodeDescription {
            href: Uri(settings.code_page.replace("CODE", finding.code)),
        }),
        source: Some(SOURCE.to_owned()),
        message: Message::String(finding.message.clone()),
        related_information: (!related.is_empty()).then_some(related),
        ..Default::default()
    })
}
