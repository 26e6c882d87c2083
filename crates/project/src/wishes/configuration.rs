//! `clan-inventory.toml` beside the flake: the table `severity`, with `off`, `note`, `warning` or `error` for a code.

use std::collections::BTreeMap;
use std::path::Path;

use source::{Diagnostic, FileError, Files, Severity, SourceFile, SourceMap, suggest};
use toml::Spanned;

/// The name of the file.
const FILE: &str = "clan-inventory.toml";
/// The code of what is wrong with it.
const BAD_CONFIGURATION: &str = "bad-configuration";

/// What the user wishes of codes: a severity, or none to hear nothing of it.
#[derive(Default)]
pub(super) struct Configuration(BTreeMap<String, Option<Severity>>);

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    #[serde(default)]
    severity: BTreeMap<Spanned<String>, Spanned<String>>,
}

impl Configuration {
    /// Reads the file in `root`, if there is one, and tells what is wrong with it.
    pub(super) fn read(
        files: &dyn Files,
        sources: &SourceMap,
        root: &Path,
        codes: &[&'static str],
    ) -> (Configuration, Vec<Diagnostic>) {
        let mut configuration = Configuration::default();
        let path = root.join(FILE);
        let bytes = match files.read(&path) {
            Ok(bytes) => bytes,
            Err(FileError::NotFound(_) | FileError::Outside(_)) => return (configuration, vec![]),
            Err(error) => {
                let fault = Diagnostic::warning(BAD_CONFIGURATION, error.to_string());
                return (configuration, vec![fault]);
            }
        };
        let Some(file) = sources.add(&path, bytes) else {
            return (configuration, vec![]);
        };
        let text: Text = match toml::from_str(&file.text) {
            Ok(text) => text,
            Err(error) => {
                let message = error.message().trim_end().to_owned();
                let fault = fault(&file, error.span().unwrap_or_default(), message);
                return (configuration, vec![fault]);
            }
        };
        let mut faults = vec![];
        for (code, severity) in text.severity {
            let name = code.get_ref();
            if !codes.is_empty() && !codes.contains(&name.as_str()) {
                let fault = fault(&file, code.span(), format!("there is no code `{name}`"));
                faults.push(match suggest::nearest(name, codes.iter().copied()) {
                    Some(nearest) => fault.help(format!("did you mean `{nearest}`?")),
                    None => fault,
                });
                continue;
            }
            match wished(severity.get_ref()) {
                Some(wish) => {
                    configuration.0.insert(name.clone(), wish);
                }
                None => {
                    let message = format!("there is no severity `{}`", severity.get_ref());
                    let fault = fault(&file, severity.span(), message);
                    faults.push(fault.help("write `off`, `note`, `warning` or `error`"));
                }
            }
        }
        (configuration, faults)
    }

    /// What is wished of a code: nothing; silence; or a severity.
    pub(super) fn wish(&self, code: &str) -> Option<Option<Severity>> {
        self.0.get(code).copied()
    }
}

fn wished(severity: &str) -> Option<Option<Severity>> {
    match severity {
        "off" => Some(None),
        "note" => Some(Some(Severity::Note)),
        "warning" => Some(Some(Severity::Warning)),
        "error" => Some(Some(Severity::Error)),
        _ => None,
    }
}

fn fault(file: &SourceFile, range: std::ops::Range<usize>, message: String) -> Diagnostic {
    let span = file.span(range.start as u32, range.end as u32);
    Diagnostic::warning(BAD_CONFIGURATION, message).label(span, "not understood")
}
