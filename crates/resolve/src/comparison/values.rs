//! Values on two sides: whether they say the same, and at which paths they do not.

use std::borrow::Cow;
use std::path::Path;

use model::Data;
use source::{SourceMap, Span};

use super::{Side, Sides, ValueChange};

/// Compares values.
pub(super) struct Values<'s> {
    roots: [&'s Path; 2],
    sources: [&'s SourceMap; 2],
    /// How many values were met that are known on neither side.
    pub(super) unknown: usize,
}

impl<'s> Values<'s> {
    pub(super) fn of(before: Side<'s>, after: Side<'s>) -> Values<'s> {
        Values {
            roots: [before.root, after.root],
            sources: [before.sources, after.sources],
            unknown: 0,
        }
    }

    /// Every path at which two values differ. Sets are gone into, lists are not; a set that one side lacks counts leaf by leaf.
    pub(super) fn changes(
        &mut self,
        before: Option<&'s Data>,
        after: Option<&'s Data>,
    ) -> Vec<ValueChange<'s>> {
        let mut changes = vec![];
        self.collect(Sides { before, after }, &mut vec![], &mut changes);
        changes
    }

    fn collect(
        &mut self,
        value: Sides<&'s Data>,
        path: &mut Vec<&'s str>,
        into: &mut Vec<ValueChange<'s>>,
    ) {
        let sets = value.map(|data| attributes(data));
        let is_gone_into = match (sets.before, sets.after) {
            (Some(None), _) | (_, Some(None)) | (None, None) => false,
            (Some(Some(before)), None) => !before.is_empty(),
            (None, Some(Some(after))) => !after.is_empty(),
            (Some(Some(before)), Some(Some(after))) => !before.is_empty() || !after.is_empty(),
        };
        if is_gone_into {
            for name in names(value) {
                let inner = Sides {
                    before: value.before.and_then(|data| data.get(name)),
                    after: value.after.and_then(|data| data.get(name)),
                };
                path.push(name);
                self.collect(inner, path, into);
                path.pop();
            }
            return;
        }
        let is_same = match (value.before, value.after) {
            (Some(before), Some(after)) => self.is_same(before, after),
            (before, after) => before.is_none() && after.is_none(),
        };
        if !is_same {
            into.push(ValueChange {
                path: path.clone(),
                value,
                from: Sides {
                    before: None,
                    after: None,
                },
            });
        }
    }

    /// Whether two lists say the same.
    pub(super) fn are_same(&mut self, before: &[Data], after: &[Data]) -> bool {
        let mut both = before.iter().zip(after);
        before.len() == after.len() && both.all(|(before, after)| self.is_same(before, after))
    }

    /// Whether two values say the same.
    pub(super) fn is_same(&mut self, before: &Data, after: &Data) -> bool {
        match (before, after) {
            (Data::Path(before), Data::Path(after))
            | (Data::String(before), Data::String(after)) => {
                let [old, new] = [self.rootless(0, before), self.rootless(1, after)];
                before == after || without_hashes(&old) == without_hashes(&new)
            }
            (Data::List(before), Data::List(after)) => self.are_same(before, after),
            (Data::Set(before), Data::Set(after)) => {
                let mut both = before.iter().zip(after);
                let is_same = |((name, _, before), (other, _, after)): (&(_, _, _), &(_, _, _))| {
                    name == other && self.is_same(before, after)
                };
                before.len() == after.len() && both.all(is_same)
            }
            (Data::Function(before), Data::Function(after)) => {
                self.text(0, *before) == self.text(1, *after)
            }
            (Data::Unknown { name: before, .. }, Data::Unknown { name: after, .. }) => {
                let is_same = before == after;
                self.unknown += usize::from(is_same);
                is_same
            }
            (before, after) => before == after,
        }
    }

    /// A text in which the root of its side stands as `.`.
    fn rootless<'t>(&self, side: usize, text: &'t str) -> Cow<'t, str> {
        let root = self.roots.get(side).and_then(|root| root.to_str());
        match root.filter(|root| root.len() > 1 && text.contains(root)) {
            Some(root) => Cow::Owned(text.replace(root, ".")),
            None => Cow::Borrowed(text),
        }
    }

    fn text(&self, side: usize, span: Span) -> Option<String> {
        let span = span.some()?;
        let file = self.sources.get(side)?.file(span.start)?;
        Some(file.slice(span).to_owned())
    }
}

const STORE: &str = "/nix/store/";
/// So many letters and a dash stand between the store and a name.
const HASH: usize = 33;

/// A text in which store paths have their names alone: their hashes follow from what lies there, as a path's contents do not belong to it.
fn without_hashes(text: &str) -> Cow<'_, str> {
    if !text.contains(STORE) {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split(STORE);
    let mut left = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        left.push_str(STORE);
        left.push_str(part.get(HASH..).unwrap_or(part));
    }
    Cow::Owned(left)
}

fn attributes(data: &Data) -> Option<&[(String, source::Pos, Data)]> {
    match data {
        Data::Set(attrs) => Some(attrs),
        _ => None,
    }
}

/// The names in both sets, in their order.
fn names(value: Sides<&Data>) -> Vec<&str> {
    let sets = [value.before, value.after];
    let attrs = sets.into_iter().flatten().filter_map(attributes).flatten();
    let mut names: Vec<&str> = attrs.map(|(name, _, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::without_hashes;

    #[test]
    fn store_paths_are_known_by_their_names() {
        let hash = "n86sh12rqxk6d418znnv2chvki441rdy";
        let text = format!("a {STORE}{hash}-tags/all.nix b", STORE = super::STORE);
        assert_eq!(without_hashes(&text), "a /nix/store/tags/all.nix b");
        assert_eq!(without_hashes("/nix/store/short"), "/nix/store/short");
    }
}
