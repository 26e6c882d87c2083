//! What is wrong, file by file.

use std::ops::Range;
use std::path::{Path, PathBuf};

use source::{Code, Diagnostic, Severity, Span};

use crate::Snapshot;

/// A finding in one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The file.
    pub path: PathBuf,
    /// The bytes of the file.
    pub range: Range<usize>,
    /// What kind it is.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// The headline, then notes and the way out, a line each.
    pub message: String,
    /// Further places that belong to it.
    pub related: Vec<Related>,
    /// Which of the analysis' diagnostics it is.
    pub number: usize,
}

/// A further place of a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Related {
    /// The file.
    pub path: PathBuf,
    /// The bytes of the file.
    pub range: Range<usize>,
    /// What stands there.
    pub text: String,
}

/// Every finding, in the order of the analysis.
pub fn findings(snapshot: &Snapshot) -> Vec<Finding> {
    let diagnostics = snapshot.analysis.diagnostics.iter().enumerate();
    diagnostics
        .map(|(number, diagnostic)| finding(snapshot, number, diagnostic))
        .collect()
}

/// A finding without a place in a file stands at the start of the clan's first file.
fn finding(snapshot: &Snapshot, number: usize, diagnostic: &Diagnostic) -> Finding {
    let mut places = diagnostic.labels.iter().filter_map(|label| {
        let (path, range) = place(snapshot, label.span)?;
        let text = label.text.clone();
        Some(Related { path, range, text })
    });
    let first = places.next();
    let related = places.collect();
    let (path, range) = match first {
        Some(first) => (first.path, first.range),
        None => (snapshot.main.clone(), 0..0),
    };
    Finding {
        path,
        range,
        code: diagnostic.code,
        severity: diagnostic.severity,
        message: message(diagnostic),
        related,
        number,
    }
}

/// The file and bytes of a span; none in texts that are not files.
pub fn place(snapshot: &Snapshot, span: Span) -> Option<(PathBuf, Range<usize>)> {
    let file = snapshot.sources.file(span.start)?;
    is_file(&file.path).then(|| (file.path.clone(), file.range(span)))
}

fn is_file(path: &Path) -> bool {
    path.is_absolute() && !path.starts_with("/«clan-core»") && !path.starts_with("/«native»")
}

fn message(diagnostic: &Diagnostic) -> String {
    let mut text = diagnostic.message.clone();
    for note in &diagnostic.notes {
        text.push('\n');
        text.push_str(note);
    }
    if let Some(help) = &diagnostic.help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    text
}
