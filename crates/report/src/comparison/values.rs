//! Changed values in words: short ones in a line, lists item by item, long texts line by line.

use model::Data;
use resolve::comparison::{Fate, Sides, ValueChange};
use resolve::view::{DefinitionView, Layer};
use similar::{ChangeTag, TextDiff};

use super::sentences::{Line, Word, Words, code, text};
use crate::nix::{attribute, line};
use crate::place::Places;

/// Values that are longer together stand one below the other.
const SHORT: usize = 60;
/// So many lines are told of one value.
const MOST_LINES: usize = 12;

/// The lines about values.
pub(super) fn values(
    changes: &[ValueChange<'_>],
    depth: usize,
    places: Sides<Places<'_>>,
) -> Vec<Line> {
    let lines = changes
        .iter()
        .flat_map(|change| value(change, depth, places));
    lines.collect()
}

fn value(change: &ValueChange<'_>, depth: usize, places: Sides<Places<'_>>) -> Vec<Line> {
    let path: Vec<String> = change.path.iter().map(|part| attribute(part)).collect();
    let path = code(path.join("."));
    let shown = Sides {
        before: shown(change.value.before, places.before),
        after: shown(change.value.after, places.after),
    };
    let fate = change.value.fate();
    let why = origin(change, places);
    let line = |what: Words| Line {
        why: why.clone(),
        ..Line::new(depth, fate, what)
    };
    match (&shown.before, &shown.after) {
        (None, None) => vec![],
        (Some(value), None) | (None, Some(value)) => {
            vec![line(vec![path, text(" = "), code(value)])]
        }
        (Some(before), Some(after)) => {
            let parts = parts(change.value);
            let length = before.chars().count() + after.chars().count();
            if length <= SHORT && parts.is_none() {
                let what = [path, text(" = "), code(before), text(" → "), code(after)];
                return vec![line(what.to_vec())];
            }
            let mut lines = vec![line(vec![path])];
            match parts {
                Some(parts) => lines.extend(limited(parts, depth + 1, places)),
                None => lines.extend([
                    Line::new(depth + 1, Fate::Removed, vec![code(before)]),
                    Line::new(depth + 1, Fate::Added, vec![code(after)]),
                ]),
            }
            lines
        }
    }
}

fn shown(value: Option<&Data>, places: Option<Places<'_>>) -> Option<String> {
    Some(line(value?, places?))
}

/// The layer that decides, and where.
fn origin(change: &ValueChange<'_>, places: Sides<Places<'_>>) -> Words {
    let (definition, places) = match change.value.after {
        Some(_) => (change.from.after, places.after),
        None => (change.from.before, places.before),
    };
    let (Some(definition), Some(places)) = (definition, places) else {
        return vec![];
    };
    let DefinitionView { layer, span, .. } = definition;
    let mut words = match layer {
        Layer::Role(role) => vec![text("role "), code(role)],
        Layer::Tag(tag) => vec![text("tag "), code(tag)],
        other => vec![text(other.describe())],
    };
    if let Some(place) = places.name(*span) {
        words.extend([text(", "), code(place)]);
    }
    words
}

/// A part of a value that is on one side only.
enum Part<'v> {
    /// An item of a list.
    Item(Fate, &'v Data),
    /// A line of a text.
    Line(Fate, String),
}

/// What differs inside lists or texts of several lines; none where that tells no more than the whole.
fn parts<'v>(value: Sides<&'v Data>) -> Option<Vec<Part<'v>>> {
    match (value.before?, value.after?) {
        (Data::List(before), Data::List(after)) => {
            let lacks = |items: &[Data], item: &Data| !items.contains(item);
            let removed = before.iter().filter(|item| lacks(after, item));
            let added = after.iter().filter(|item| lacks(before, item));
            let removed = removed.map(|item| Part::Item(Fate::Removed, item));
            let parts: Vec<Part<'_>> = removed
                .chain(added.map(|item| Part::Item(Fate::Added, item)))
                .collect();
            (!parts.is_empty()).then_some(parts)
        }
        (Data::String(before), Data::String(after)) => {
            let several = before.trim_end().contains('\n') && after.trim_end().contains('\n');
            several.then(|| lines(before, after))
        }
        _ => None,
    }
}

fn lines(before: &str, after: &str) -> Vec<Part<'static>> {
    let diff = TextDiff::from_lines(before, after);
    let changes = diff.iter_all_changes().filter_map(|change| {
        let line = change.value().trim_end().to_owned();
        match change.tag() {
            ChangeTag::Equal => None,
            ChangeTag::Delete => Some(Part::Line(Fate::Removed, line)),
            ChangeTag::Insert => Some(Part::Line(Fate::Added, line)),
        }
    });
    changes.collect()
}

fn limited(parts: Vec<Part<'_>>, depth: usize, places: Sides<Places<'_>>) -> Vec<Line> {
    let left = parts.len().saturating_sub(MOST_LINES);
    let mut lines: Vec<Line> = parts
        .into_iter()
        .take(MOST_LINES)
        .map(|part| {
            let (fate, word): (Fate, Option<Word>) = match part {
                Part::Line(fate, line) => (fate, Some(code(line))),
                Part::Item(fate, item) => {
                    let places = match fate {
                        Fate::Removed => places.before,
                        _ => places.after,
                    };
                    (fate, shown(Some(item), places).map(code))
                }
            };
            Line::new(depth, fate, word.into_iter().collect())
        })
        .collect();
    if left > 0 {
        let what = vec![text(format!("and {left} more"))];
        lines.push(Line::new(depth, Fate::Changed, what));
    }
    lines
}
