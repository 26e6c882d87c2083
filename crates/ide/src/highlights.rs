//! The places in one file at which something is named as at a place.

use std::path::Path;

use source::{Pos, Span};

use crate::Snapshot;
use crate::references::same;

/// A place to highlight.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Highlight {
    /// The place.
    pub span: Span,
    /// Whether something is there because of it.
    pub is_declaration: bool,
}

/// The places in the file at `path`, in their order.
pub fn highlights(snapshot: &Snapshot, path: &Path, place: Pos) -> Vec<Highlight> {
    let (Some(entry), Some(file)) = (snapshot.index.at(place), snapshot.file(path)) else {
        return vec![];
    };
    let here = same(snapshot, entry.name()).into_iter();
    let here = here.filter(|entry| file.holds(entry.span.start));
    let mut highlights: Vec<Highlight> = here
        .map(|entry| Highlight {
            span: entry.span,
            is_declaration: entry.meaning.declares,
        })
        .collect();
    highlights.sort();
    highlights.dedup_by_key(|highlight| highlight.span);
    highlights
}
