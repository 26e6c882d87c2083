//! What goes to the terminal: data to standard output, messages to standard error.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use project::session::Notice;
use report::place::Places;
use serde_json::{Value as Json, json};
use source::{Diagnostic, Severity, SourceMap};

use crate::args::Global;
use crate::commands::Failure;

/// How to speak to the user.
#[derive(Debug)]
pub struct Terminal {
    quiet: bool,
}

impl Terminal {
    /// As the options of all commands say.
    pub fn new(global: &Global) -> Terminal {
        Terminal {
            quiet: global.quiet > 0,
        }
    }

    /// Writes data to standard output.
    pub fn data(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        out.write_all(bytes)?;
        out.flush()?;
        Ok(())
    }

    /// Shows findings; when quiet, errors only.
    pub fn diagnostics(&self, diagnostics: &[Diagnostic], sources: &SourceMap, root: &Path) {
        let mut text = String::new();
        for diagnostic in diagnostics {
            if !self.quiet || diagnostic.severity == Severity::Error {
                text.push_str(&concise(diagnostic, Places { sources, root }));
            }
        }
        message(&text);
    }

    /// Findings as JSON.
    pub fn json(&self, diagnostics: &[Diagnostic], places: Places<'_>) -> Json {
        let findings = diagnostics.iter().map(|each| {
            let labels = each
                .labels
                .iter()
                .map(|label| json!({ "place": places.name(label.span), "text": label.text }));
            json!({
                "code": each.code,
                "severity": each.severity.name(),
                "message": each.message,
                "help": each.help,
                "labels": labels.collect::<Vec<Json>>(),
            })
        });
        findings.collect()
    }

    /// The page about a diagnostic code, if it is one.
    pub fn page(&self, _code: &str) -> Option<String> {
        None
    }

    /// Shows what evaluation said besides its result; nothing when quiet.
    pub fn notices(&self, notices: &[Notice]) {
        if self.quiet {
            return;
        }
        for notice in notices {
            let kind = if notice.is_warning {
                "evaluation warning"
            } else {
                "trace"
            };
            message(&format!("{kind}: {}\n", notice.text));
        }
    }
}

/// Says why a command could not run.
pub fn complain(text: &str) {
    message(&format!("error: {text}\n"));
}

/// Writes to standard error; if nobody listens there, nothing can be said about it.
fn message(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

fn concise(diagnostic: &Diagnostic, places: Places<'_>) -> String {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let mut text = format!("{severity}[{}]: {}\n", diagnostic.code, diagnostic.message);
    // Writing to a string never fails.
    for label in &diagnostic.labels {
        let place = places.name(label.span);
        let place = place.as_deref().unwrap_or("somewhere");
        let _ = writeln!(text, "  {place}  {}", label.text);
    }
    for note in &diagnostic.notes {
        let _ = writeln!(text, "  note: {note}");
    }
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(text, "  help: {help}");
    }
    text
}
