//! What a selection grows to, step by step.

use source::{Pos, Span};

use crate::Snapshot;
use crate::bindings::{span_of, syntax};

/// The stretches around a place, the smallest first: the name, then each piece of syntax around it.
pub fn selection_ranges(snapshot: &Snapshot, place: Pos) -> Vec<Span> {
    let Some((file, tree)) = syntax(snapshot, Span::at(place)) else {
        return vec![];
    };
    let offset = file.offset(place);
    let Some(token) = tree.token_at_offset(offset.into()).right_biased() else {
        return vec![];
    };
    let nodes = token.parent_ancestors().map(|node| node.text_range());
    let mut spans = vec![span_of(&file, token.text_range())];
    for range in nodes {
        let span = span_of(&file, range);
        if spans.last() != Some(&span) {
            spans.push(span);
        }
    }
    spans
}
