//! What can be done about the text at a place: the fixes of findings, and other ways to write the same.

mod allow;
mod instances;
mod lacking;
mod meant;
mod tags;

pub use instances::{Means, to_instances};

use std::path::Path;

use source::{Diagnostic, Edit, Severity, Span};

use crate::Snapshot;
use crate::cursor::is_json;

/// What kind of action it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// It mends a finding.
    QuickFix,
    /// It says the same in another way.
    Rewrite,
}

/// Something that can be done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Action {
    /// What, as a command.
    pub title: String,
    /// What kind it is.
    pub kind: Kind,
    /// The changes.
    pub edits: Vec<Edit>,
    /// The finding that it mends, by its number in the analysis.
    pub finding: Option<usize>,
    /// Whether it is what can only have been meant.
    pub is_preferred: bool,
}

/// The actions for a stretch of the file at `path`, the best first.
pub fn code_actions(
    snapshot: &Snapshot,
    path: &Path,
    range: std::ops::Range<usize>,
) -> Vec<Action> {
    let Some(file) = snapshot.file(path) else {
        return vec![];
    };
    let here = file.span(range.start as u32, range.end as u32);
    let touched =
        |diagnostic: &Diagnostic| diagnostic.primary().is_some_and(|span| touches(span, here));
    let findings = snapshot.analysis.diagnostics.iter().enumerate();
    let findings: Vec<_> = findings
        .filter(|(_, diagnostic)| touched(diagnostic))
        .collect();
    let mut actions = vec![];
    for (number, diagnostic) in &findings {
        let fixes = diagnostic.fixes.iter().map(|fix| Action {
            title: fix.title.clone(),
            kind: Kind::QuickFix,
            edits: fix.edits.clone(),
            finding: Some(*number),
            is_preferred: fix.safe,
        });
        actions.extend(fixes);
        let others = [
            meant::action(snapshot, diagnostic),
            lacking::action(snapshot, diagnostic),
        ];
        for action in others.into_iter().flatten() {
            actions.push(Action {
                finding: Some(*number),
                ..action
            });
        }
    }
    actions.extend(tags::action(snapshot, here));
    for (number, diagnostic) in findings {
        if diagnostic.severity != Severity::Error && !is_json(path) {
            let allow = allow::action(snapshot, diagnostic);
            actions.extend(allow.map(|action| Action {
                finding: Some(number),
                ..action
            }));
        }
    }
    actions
}

fn touches(left: Span, right: Span) -> bool {
    left.start <= right.end && right.start <= left.end
}

fn quick_fix(title: String, edits: Vec<Edit>) -> Action {
    Action {
        title,
        kind: Kind::QuickFix,
        edits,
        finding: None,
        is_preferred: false,
    }
}
