//! New texts from the fixes of findings.
//!
//! Each finding's first permitted fix is taken, in the order of the findings, as a whole or not at all. A fix that changes what an
//! earlier one has changed is left for the next run; the same change asked for twice is made once.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use source::{Diagnostic, Edit, Fix, SourceFile, SourceMap};

/// Which fixes may be applied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Permitted {
    /// Those that keep what the author can only have meant.
    Safe,
    /// All of them.
    Unsafe,
}

/// What came of the fixes.
#[derive(Debug, Default)]
pub struct Mending<'d> {
    /// The files that change, by path.
    pub files: Vec<MendedFile>,
    /// The fixes that are in their texts.
    pub applied: Vec<(&'d Diagnostic, &'d Fix)>,
    /// The fixes that are not, and why.
    pub skipped: Vec<(&'d Diagnostic, &'d Fix, Skipped)>,
}

/// A file and its new content.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MendedFile {
    /// Where it lies.
    pub path: PathBuf,
    /// What it says now.
    pub before: Vec<u8>,
    /// What it is to say.
    pub after: Vec<u8>,
}

/// Why a fix was not applied.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Skipped {
    /// It may change what the author meant, and only safe ones are permitted.
    Unsafe,
    /// An earlier fix changes the same text.
    Overlaps,
    /// It changes something that is no longer there, or lies in no file.
    NoPlace,
}

impl Skipped {
    /// The reason in words.
    pub fn reason(self) -> &'static str {
        match self {
            Skipped::Unsafe => "it may change what was meant",
            Skipped::Overlaps => "another fix changes the same text",
            Skipped::NoPlace => "its place is not known",
        }
    }
}

/// Applies the fixes of `diagnostics` to the texts in `sources`. Nothing is written anywhere.
pub fn apply<'d>(
    diagnostics: &'d [Diagnostic],
    sources: &SourceMap,
    permitted: Permitted,
) -> Mending<'d> {
    let mut texts = Texts {
        sources,
        changed: BTreeMap::new(),
    };
    let mut mending = Mending::default();
    for diagnostic in diagnostics {
        let may_be_used = |fix: &&Fix| fix.safe || permitted == Permitted::Unsafe;
        if let Some(fix) = diagnostic.fixes.iter().find(may_be_used) {
            match texts.change(&fix.edits) {
                Ok(()) => mending.applied.push((diagnostic, fix)),
                Err(why) => mending.skipped.push((diagnostic, fix, why)),
            }
        } else if let Some(fix) = diagnostic.fixes.first() {
            mending.skipped.push((diagnostic, fix, Skipped::Unsafe));
        }
    }
    mending.files = texts.changed.into_values().filter_map(mended).collect();
    mending
}

struct Texts<'s> {
    sources: &'s SourceMap,
    changed: BTreeMap<PathBuf, Changed>,
}

struct Changed {
    file: Arc<SourceFile>,
    changes: Vec<Change>,
}

#[derive(Clone, PartialEq, Eq)]
struct Change {
    range: Range<usize>,
    text: String,
}

impl Change {
    fn clashes(&self, other: &Change) -> bool {
        let (a, b) = (&self.range, &other.range);
        let same_spot = a.is_empty() && a == b;
        same_spot || (a.start < b.end && b.start < a.end)
    }
}

impl Texts<'_> {
    /// Adds the edits of one fix: all of them or, on an error, none.
    fn change(&mut self, edits: &[Edit]) -> Result<(), Skipped> {
        let mut added: Vec<(Arc<SourceFile>, Change)> = vec![];
        for edit in edits {
            let (file, change) = self.place(edit).ok_or(Skipped::NoPlace)?;
            let earlier = self
                .changed
                .get(&file.path)
                .map_or([].as_slice(), |changed| &changed.changes);
            if earlier.contains(&change) {
                continue;
            }
            // Within one fix, insertions at one place follow each other as written.
            let clashes_within = added.iter().any(|(other, added)| {
                let follows = change.range.is_empty() && added.range == change.range;
                Arc::ptr_eq(other, &file) && added.clashes(&change) && !follows
            });
            if clashes_within || earlier.iter().any(|other| other.clashes(&change)) {
                return Err(Skipped::Overlaps);
            }
            added.push((file, change));
        }
        for (file, change) in added {
            let changed = self
                .changed
                .entry(file.path.clone())
                .or_insert_with(|| Changed {
                    file,
                    changes: vec![],
                });
            changed.changes.push(change);
        }
        Ok(())
    }

    /// Where `edit` applies: in the newest text of a real file, at whole characters.
    fn place(&self, edit: &Edit) -> Option<(Arc<SourceFile>, Change)> {
        let span = edit.span.some()?;
        let file = self.sources.file(span.start)?;
        let newest = self.sources.by_path(&file.path)?;
        let range = file.range(span);
        let is_whole = file.holds(span.end) && span.start <= span.end;
        let at_characters =
            file.text.is_char_boundary(range.start) && file.text.is_char_boundary(range.end);
        let usable =
            is_whole && at_characters && Arc::ptr_eq(&file, &newest) && file.path.is_absolute();
        usable.then(|| {
            let text = edit.text.clone();
            (file, Change { range, text })
        })
    }
}

/// The new content; `None` if nothing changes after all.
fn mended(changed: Changed) -> Option<MendedFile> {
    let Changed { file, mut changes } = changed;
    // Stable: what is inserted at the start of a replaced stretch comes before it.
    changes.sort_by_key(|change| (change.range.start, change.range.end));
    let before = file.bytes();
    let mut after = Vec::with_capacity(before.len());
    let mut done = 0;
    for change in &changes {
        after.extend_from_slice(before.get(done..change.range.start)?);
        after.extend_from_slice(change.text.as_bytes());
        done = change.range.end;
    }
    after.extend_from_slice(before.get(done..)?);
    (after != before).then(|| MendedFile {
        path: file.path.clone(),
        before: before.to_owned(),
        after,
    })
}
