//! Every place at which something is named, to be asked by place and by name.
//!
//! The places come from the evaluation, never from a search for a spelling. A place is *written* if the name stands there just so, as an
//! identifier or a plain literal; else it is *computed*, and nothing can be renamed there.

use std::collections::HashMap;

use model::Occurrence;
use project::analysis::Analysis;
use source::{Pos, SourceMap, Span};

use crate::cursor::is_json;
use crate::flake::declared_inputs;
use crate::name::{Meaning, Name, meaning};

/// A place with what is named there.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The place, with quotes if it has some.
    pub span: Span,
    /// The path of the name, from the clan on.
    pub path: Vec<String>,
    /// What is named.
    pub meaning: Meaning,
    /// Whether the name stands there as it is.
    pub is_written: bool,
    /// Whether it is a further place of an attribute that is defined in parts.
    pub is_repeated: bool,
}

impl Entry {
    /// What is named.
    pub fn name(&self) -> &Name {
        &self.meaning.name
    }
}

/// The places of a clan.
#[derive(Default, Debug)]
pub struct Index {
    /// In the order of places.
    entries: Vec<Entry>,
    by_name: HashMap<Name, Vec<u32>>,
}

impl Index {
    /// The places of an analysis.
    pub fn new(analysis: &Analysis, sources: &SourceMap) -> Index {
        let Some(clan) = &analysis.clan else {
            return Index::default();
        };
        let found = clan.occurrences.iter();
        let mut entries: Vec<Entry> = found.filter_map(|each| entry(each, sources)).collect();
        entries.extend(declared_inputs(&analysis.root, sources));
        entries.sort_by(|left, right| {
            let key = |entry: &Entry| (entry.span, !entry.is_written);
            key(left)
                .cmp(&key(right))
                .then_with(|| left.path.cmp(&right.path))
        });
        entries.dedup_by(|left, right| left.span == right.span && left.path == right.path);
        let mut by_name: HashMap<Name, Vec<u32>> = HashMap::new();
        for (number, entry) in (0..).zip(&entries) {
            by_name
                .entry(entry.name().clone())
                .or_default()
                .push(number);
        }
        Index { entries, by_name }
    }

    /// All places, in their order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The places between two.
    pub fn within(&self, span: Span) -> &[Entry] {
        let start = self
            .entries
            .partition_point(|entry| entry.span.start < span.start);
        let rest = self.entries.get(start..).unwrap_or_default();
        let end = rest.partition_point(|entry| entry.span.start <= span.end);
        rest.get(..end).unwrap_or_default()
    }

    /// What is named at a place; what is written there before what is computed from it.
    pub fn at(&self, place: Pos) -> Option<&Entry> {
        const LONGEST: u32 = 1 << 12;
        let from = Pos::new(place.number().saturating_sub(LONGEST).max(1));
        let near = self.within(Span::new(from, place)).iter();
        let touching = near.filter(|entry| entry.span.touches(place));
        touching.min_by_key(|entry| {
            let is_end = entry.span.end == place;
            (!entry.is_written, is_end, entry.span.len())
        })
    }

    /// Every place at which something is named so.
    pub fn of<'i>(&'i self, name: &Name) -> impl Iterator<Item = &'i Entry> + use<'i> {
        let numbers = self
            .by_name
            .get(name)
            .map(Vec::as_slice)
            .unwrap_or_default();
        numbers
            .iter()
            .filter_map(|number| self.entries.get(*number as usize))
    }

    /// Every name that is there, in their order.
    pub fn names(&self) -> Vec<&Name> {
        let mut names: Vec<&Name> = self.by_name.keys().collect();
        names.sort();
        names
    }
}

fn entry(occurrence: &Occurrence, sources: &SourceMap) -> Option<Entry> {
    let meaning = meaning(&occurrence.path)?;
    // What is read from JSON is made of its text, and is that text.
    let file = sources.file(occurrence.span.start);
    let is_json = file.is_some_and(|file| is_json(&file.path));
    let is_written = (is_json || !occurrence.is_computed)
        && is_written(occurrence.span, occurrence.path.last()?, sources).unwrap_or(false);
    Some(Entry {
        span: occurrence.span,
        path: occurrence.path.clone(),
        meaning,
        is_written,
        is_repeated: occurrence.is_repeated,
    })
}

/// Whether a place says just that name: as an identifier, or as a whole literal without escapes.
fn is_written(span: Span, name: &str, sources: &SourceMap) -> Option<bool> {
    let file = sources.file(span.start)?;
    let range = file.range(span);
    let text = file.text.get(range.clone())?;
    if let Some(quoted) = text.strip_prefix('"') {
        return Some(quoted.strip_suffix('"') == Some(name));
    }
    let before = file.text.get(..range.start)?;
    let after = file.text.get(range.end..)?;
    let in_quotes = before.ends_with('"') && after.starts_with('"');
    let in_word = |character: char| character.is_alphanumeric() || "_'-".contains(character);
    let is_word = !before.ends_with(in_word) && !after.starts_with(in_word);
    let is_free = is_word && !before.trim_end().ends_with("${") && !before.ends_with(['"', '\'']);
    Some(text == name && (in_quotes || is_free))
}
