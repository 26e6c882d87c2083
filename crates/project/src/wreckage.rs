//! What an evaluation makes of a text that is broken: findings that go when the fault of syntax is mended.

use nix_frontend::ir::lower::SYNTAX;
use nix_frontend::syntax::{MISSING_SEMICOLON, unsettles};
use source::{Diagnostic, SourceMap};

/// What may be found wherever a text has lost a part: something is not there.
const ABSENCES: [&str; 7] = [
    "empty-instance",
    "machine-without-role",
    "missing-value",
    "service-constraint",
    "unknown-machine",
    "unknown-tag",
    "unused-tag",
];

/// The findings without those that may only follow from a fault of syntax.
pub(crate) fn without_wreckage(
    diagnostics: Vec<Diagnostic>,
    sources: &SourceMap,
) -> Vec<Diagnostic> {
    let file = |finding: &Diagnostic| {
        let place = finding.primary()?.start;
        Some((sources.file(place)?.path.clone(), place))
    };
    let is_of_syntax = |finding: &Diagnostic| [SYNTAX, MISSING_SEMICOLON].contains(&finding.code);
    let faults: Vec<_> = diagnostics
        .iter()
        .filter(|finding| is_of_syntax(finding) && !is_of_gap(finding))
        .filter_map(|fault| Some((file(fault)?, unsettles(fault))))
        .collect();
    if faults.is_empty() {
        return diagnostics;
    }
    let mut kept = diagnostics;
    kept.retain(|finding| {
        let follows = match file(finding) {
            _ if is_of_syntax(finding) && !is_of_gap(finding) => false,
            Some((path, place)) => faults.iter().any(|((known, from), unsettles)| {
                *known == path && (is_of_gap(finding) || (*unsettles && *from < place))
            }),
            None => false,
        };
        let may_be_lost = ABSENCES.contains(&finding.code);
        !(follows || may_be_lost && faults.iter().any(|(_, unsettles)| *unsettles))
    });
    kept
}

/// Whether a finding says that a part is evaluated that the text lacks.
fn is_of_gap(finding: &Diagnostic) -> bool {
    let message = &finding.message;
    finding.code == SYNTAX
        && (message.ends_with(" is missing here") || message.starts_with("undefined variable "))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn what_stands_behind_an_open_bracket_is_not_judged() {
        let sources = SourceMap::new();
        let one = sources.add(Path::new("/one.nix"), b"a [ b c".to_vec());
        let two = sources.add(Path::new("/two.nix"), b"d".to_vec());
        let (one, two) = (one.unwrap(), two.unwrap());
        let finding = |code, message: &str, span| Diagnostic::error(code, message).label(span, "");
        let found = [
            finding("unknown-option", "before", one.span(0, 1)),
            finding("syntax", "this `[` is not closed", one.span(2, 3)),
            finding("unknown-option", "behind", one.span(4, 5)),
            finding("syntax", "an expression is missing here", one.span(0, 7)),
            finding("unknown-option", "elsewhere", two.span(0, 1)),
            finding("unknown-tag", "lost", two.span(0, 1)),
        ];
        let left = without_wreckage(found.to_vec(), &sources);
        let left: Vec<_> = left.iter().map(|left| left.message.as_str()).collect();
        assert_eq!(left, ["before", "this `[` is not closed", "elsewhere"]);
    }

    #[test]
    fn a_semicolon_too_few_hides_nothing() {
        let sources = SourceMap::new();
        let file = sources.add(Path::new("/one.nix"), b"a b".to_vec()).unwrap();
        let found = [("missing-semicolon", 0), ("unknown-tag", 2)]
            .map(|(code, at)| Diagnostic::error(code, code).label(file.span(at, at + 1), ""));
        assert_eq!(without_wreckage(found.to_vec(), &sources).len(), 2);
    }
}
