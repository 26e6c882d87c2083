//! Every place of the clan at which something is named as at a place.

use source::{Pos, Span};

use crate::Snapshot;
use crate::index::Entry;
use crate::name::Name;

/// The places, in their order. Without `declarations`, those that something is there because of are left out.
pub fn references(snapshot: &Snapshot, place: Pos, declarations: bool) -> Vec<Span> {
    let Some(entry) = snapshot.index.at(place) else {
        return vec![];
    };
    let mut spans: Vec<Span> = same(snapshot, entry.name())
        .into_iter()
        .filter(|entry| declarations || !entry.meaning.declares)
        .map(|entry| entry.span)
        .collect();
    spans.sort();
    spans.dedup();
    spans
}

/// The places of a name. A service is the same for all of its instances, and for the clan that defines it.
pub(crate) fn same<'s>(snapshot: &'s Snapshot, name: &Name) -> Vec<&'s Entry> {
    let Name::Service(_, service) = name else {
        return snapshot.index.of(name).collect();
    };
    let entries = snapshot.index.entries().iter();
    let same =
        entries.filter(|entry| matches!(entry.name(), Name::Service(_, other) if other == service));
    same.collect()
}
