//! A comment that allows a finding, at the end of its line.

use source::{Diagnostic, Edit, Span};

use super::{Action, quick_fix};
use crate::Snapshot;

const WORD: &str = "# clan-inventory: allow(";

pub(super) fn action(snapshot: &Snapshot, diagnostic: &Diagnostic) -> Option<Action> {
    let span = diagnostic.primary()?;
    let file = snapshot.sources.file(span.start)?;
    if file.path.extension().is_none_or(|end| end != "nix") {
        return None;
    }
    let offset = file.offset(span.start) as usize;
    let rest = file.text.get(offset..)?;
    let end = offset + rest.find(['\n', '\r']).unwrap_or(rest.len());
    let start = file.text.get(..offset)?.rfind('\n').map_or(0, |at| at + 1);
    let line = file.text.get(start..end)?;
    let code = diagnostic.code;
    let (at, text) = match line.find(WORD) {
        Some(word) => {
            let close = line.get(word..)?.find(')')?;
            (start + word + close, format!(", {code}"))
        }
        // A comment cannot stand within a string of several lines, nor behind another one.
        None if line.contains("''") => return None,
        None => (end, format!(" {WORD}{code})")),
    };
    let place = Span::at(file.pos(at as u32));
    Some(quick_fix(
        format!("allow `{code}` here"),
        vec![Edit::replace(place, text)],
    ))
}
