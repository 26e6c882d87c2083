//! Faults that only follow from one before them: a bracket that was never opened, or what a part of the text becomes without its beginning.

use source::Diagnostic;

use crate::ir::lower::SYNTAX;

/// How a finding on a text begins that goes on after its expression.
pub(crate) const GOES_ON: &str = "the file goes on after its expression";
/// How a finding on a bracket's end begins that closes nothing.
pub(super) const CLOSES_NOTHING: &str = "nothing is open that this";
/// How a finding on a `;` too many begins.
pub(super) const ENDS_NOTHING: &str = "this `;` ends nothing";

/// The findings, in the order of the text, without those that go when the one before is mended.
pub(super) fn leave_out(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut kept: Vec<Diagnostic> = vec![];
    for diagnostic in diagnostics {
        if !kept.iter().any(is_cause) || !follows(&kept, &diagnostic) {
            kept.push(diagnostic);
        }
    }
    kept
}

fn is_cause(known: &Diagnostic) -> bool {
    let closes_nothing = known.message.starts_with(CLOSES_NOTHING);
    known.code == SYNTAX && !closes_nothing && known.message != ENDS_NOTHING
}

fn follows(known: &[Diagnostic], finding: &Diagnostic) -> bool {
    let is_unclosed = |known: &Diagnostic| known.message.ends_with("is not closed");
    let expects_colon = |finding: &Diagnostic| {
        let label = finding.labels.first();
        label.is_some_and(|label| label.text == "expected `:`")
    };
    finding.message == GOES_ON
        || finding.message.starts_with(CLOSES_NOTHING)
        || (finding.message == ENDS_NOTHING && known.last().is_some_and(is_unclosed))
        || expects_colon(finding)
}
