//! How often each code was found.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};
use source::{Code, Diagnostic, Severity};

/// The findings of one code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Count {
    /// The code.
    pub code: Code,
    /// The worst severity among them.
    pub severity: Severity,
    /// How many there are.
    pub found: usize,
    /// How many of them have a safe fix.
    pub fixable: usize,
}

/// Counts the findings by code: the most frequent first, equally frequent ones by name.
pub fn count(diagnostics: &[Diagnostic]) -> Vec<Count> {
    let mut counts: Vec<Count> = vec![];
    for diagnostic in diagnostics {
        let fixable = usize::from(diagnostic.fixes.iter().any(|fix| fix.safe));
        match counts
            .iter_mut()
            .find(|count| count.code == diagnostic.code)
        {
            Some(count) => {
                count.found += 1;
                count.fixable += fixable;
                count.severity = count.severity.max(diagnostic.severity);
            }
            None => counts.push(Count {
                code: diagnostic.code,
                severity: diagnostic.severity,
                found: 1,
                fixable,
            }),
        }
    }
    counts.sort_by(|a, b| b.found.cmp(&a.found).then(a.code.cmp(b.code)));
    counts
}

/// The counts as a table, one code a line.
pub fn table(counts: &[Count]) -> String {
    let found: Vec<String> = counts.iter().map(|count| count.found.to_string()).collect();
    let digits = found.iter().map(String::len).max().unwrap_or(0);
    let letters = counts.iter().map(|count| count.code.len()).max();
    let letters = letters.unwrap_or(0);
    let mut table = String::new();
    for (count, found) in counts.iter().zip(found) {
        let severity = count.severity.name();
        let mut line = format!("{found:>digits$}  {severity:<7}  {:<letters$}", count.code);
        if count.fixable > 0 {
            // Writing to a string never fails.
            let _ = write!(line, "  {} with --fix", count.fixable);
        }
        table.push_str(line.trim_end());
        table.push('\n');
    }
    table
}

/// The counts as a JSON array.
pub fn json(counts: &[Count]) -> Json {
    counts
        .iter()
        .map(|count| {
            json!({
                "code": count.code,
                "severity": count.severity.name(),
                "count": count.found,
                "fixable": count.fixable,
            })
        })
        .collect()
}
