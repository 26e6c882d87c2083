//! What the user wishes of findings: severities in `clan-inventory.toml`, and `# clan-inventory: allow(code) reason` beside a line.
//!
//! Where clan fails, it fails: an error can be neither allowed nor made less. Everything else can be silenced, or made an error.

mod comment;
mod configuration;

use std::path::Path;

use source::{Diagnostic, Files, Severity, SourceMap};

use self::configuration::Configuration;

/// The findings as the user wishes them. `codes` are all that there are, to tell misspelt ones; `root` is where the configuration lies; what is
/// wished to be an error is one for a check only.
pub(crate) fn heard(
    diagnostics: Vec<Diagnostic>,
    files: &dyn Files,
    sources: &SourceMap,
    root: &Path,
    codes: &[&'static str],
    is_check: bool,
) -> Vec<Diagnostic> {
    let (configuration, faults) = Configuration::read(files, sources, root, codes);
    let mut heard = vec![];
    for mut diagnostic in diagnostics {
        if diagnostic.severity != Severity::Error {
            match configuration.wish(diagnostic.code) {
                Some(None) => continue,
                _ if comment::allows(&diagnostic, sources) => continue,
                // An answer is an answer, whatever a check is to fail on.
                Some(Some(severity)) if is_check || severity < Severity::Error => {
                    diagnostic.severity = severity;
                }
                _ => {}
            }
        }
        heard.push(diagnostic);
    }
    heard.extend(faults);
    heard
}
