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

/// Whether a fault leaves it open what the text behind it was meant to be: what is found there may be no fault at all.
pub fn unsettles(fault: &Diagnostic) -> bool {
    let message = &fault.message;
    let is_open = message.starts_with("this ")
        && [" is not closed", " is not opened"]
            .iter()
            .any(|end| message.ends_with(end));
    fault.code == SYNTAX && (is_open || message.starts_with("unexpected "))
}

/// Whether a fault turns strings inside out.
fn inverts(fault: &Diagnostic) -> bool {
    let is_bracket = ["this `(`", "this `[`", "this `{`"]
        .iter()
        .any(|start| fault.message.starts_with(start));
    unsettles(fault) && fault.message.starts_with("this ") && !is_bracket
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
        || (known.iter().any(inverts) && !inverts(finding))
        || finding.message.starts_with(CLOSES_NOTHING)
        || (finding.message == ENDS_NOTHING && known.last().is_some_and(is_unclosed))
        || expects_colon(finding)
}
