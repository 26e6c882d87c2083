//! The lines that git leaves in a text where two sides of a merge conflict.

use std::sync::Arc;

use source::{Diagnostic, SourceFile};

use super::patch::Patch;
use crate::ir::lower::SYNTAX;

/// How a finding on such lines begins.
pub(super) const CONFLICT: &str = "git has left a conflict";

/// What a line is to git.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// `<<<<<<<`
    Ours,
    /// `|||||||` or `=======`
    Other,
    /// `>>>>>>>`
    End,
}

fn mark(line: &str) -> Option<Mark> {
    let (mark, rest) = line.split_at_checked(7)?;
    let is_alone = rest.is_empty() || rest.starts_with([' ', '\r']);
    match mark {
        _ if !is_alone => None,
        "<<<<<<<" => Some(Mark::Ours),
        "|||||||" | "=======" => Some(Mark::Other),
        ">>>>>>>" => Some(Mark::End),
        _ => None,
    }
}

/// Takes the first side of each conflict by changing `patch`.
pub(super) fn settle(file: &Arc<SourceFile>, text: &str, patch: &mut Patch) -> Vec<Diagnostic> {
    let mut found = vec![];
    let (mut ours, mut other): (Option<(u32, u32)>, Option<u32>) = (None, None);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len() as u32;
        let end = start + line.trim_end().len() as u32;
        match mark(line.trim_end_matches('\n')) {
            Some(Mark::Ours) => (ours, other) = (Some((start, end)), None),
            Some(Mark::Other) => other = other.or(Some(start)),
            Some(Mark::End) => {
                let (Some((first, first_end)), Some(from)) = (ours.take(), other.take()) else {
                    continue;
                };
                patch.blank(first, first_end);
                patch.blank(from, end);
                found.push(
                    Diagnostic::error(SYNTAX, format!("{CONFLICT} in this text"))
                        .label(file.span(first, first_end), "begins here")
                        .label(file.span(start, end), "ends here")
                        .help("keep what is right of either side, and take the lines of git away"),
                );
            }
            None => {}
        }
    }
    found
}
