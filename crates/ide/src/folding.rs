//! What can be folded: what is said of a machine, an instance, a role.

use std::path::Path;

use source::Span;

use crate::Snapshot;
use crate::symbols::{Symbol, document_symbols};

/// The stretches of the file at `path` that can be folded, those around others first.
pub fn folding_ranges(snapshot: &Snapshot, path: &Path) -> Vec<Span> {
    let mut spans = vec![];
    collect(&document_symbols(snapshot, path), &mut spans);
    spans
}

fn collect(symbols: &[Symbol], into: &mut Vec<Span>) {
    for symbol in symbols {
        into.push(symbol.extent);
        collect(&symbol.children, into);
    }
}
