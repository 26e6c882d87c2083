//! What the text does not say and the clan knows: how many machines tags select.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use resolve::Resolution;
use source::{Pos, Span};

use crate::Snapshot;
use crate::bindings::{list, span_of};
use crate::name::Name;
use crate::tell::count;

/// A hint behind a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InlayHint {
    /// The place.
    pub place: Pos,
    /// `→ 3 machines`
    pub text: String,
    /// Which ones.
    pub tooltip: String,
}

/// The hints between two bytes of the file at `path`, in their order.
pub fn inlay_hints(
    snapshot: &Snapshot,
    path: &Path,
    range: std::ops::Range<usize>,
) -> Vec<InlayHint> {
    let (Some(file), Some(resolution)) = (snapshot.file(path), snapshot.resolution()) else {
        return vec![];
    };
    let within = file.span(range.start as u32, range.end as u32);
    let mut tags: BTreeMap<Pos, BTreeSet<&str>> = BTreeMap::new();
    for entry in snapshot.index.within(within) {
        let Name::Tag(tag) = entry.name() else {
            continue;
        };
        if entry.is_written && !entry.is_repeated && entry.meaning.role.is_some() {
            let place = end_of(snapshot, entry.span);
            tags.entry(place).or_default().insert(tag);
        }
    }
    let hints = tags.into_iter().map(|(place, tags)| {
        let machines = carriers(resolution, &tags);
        InlayHint {
            place,
            text: format!("→ {}", count(machines.len(), "machine")),
            tooltip: machines.into_iter().collect::<Vec<_>>().join(", "),
        }
    });
    hints.collect()
}

/// Behind the list that a tag stands in, or behind the name.
fn end_of(snapshot: &Snapshot, span: Span) -> Pos {
    match list(snapshot, span) {
        Some((file, list)) => span_of(&file, list.text_range()).end,
        None => span.end,
    }
}

fn carriers<'r>(resolution: &'r Resolution, tags: &BTreeSet<&str>) -> BTreeSet<&'r str> {
    let machines = tags.iter().filter_map(|tag| resolution.tags.get(*tag));
    machines.flatten().map(String::as_str).collect()
}
