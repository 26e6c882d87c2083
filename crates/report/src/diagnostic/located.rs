//! Spans turned into files, lines, columns and bytes.

use std::ops::Range;
use std::path::{Component, Path};
use std::sync::Arc;

use source::{Diagnostic, LineColumn, SourceFile, Span};

use crate::place::Places;

/// A stretch of one file.
#[derive(Clone)]
pub(crate) struct Located {
    /// The file it lies in.
    pub file: Arc<SourceFile>,
    /// Its bytes, on character boundaries and inside the text.
    pub range: Range<usize>,
}

/// A label whose place is known.
pub(crate) struct LocatedLabel<'d> {
    /// The place.
    pub place: Located,
    /// What stands there.
    pub text: &'d str,
    /// Whether the finding is shown there.
    pub primary: bool,
}

impl Located {
    /// Finds `span`; `None` when it lies in no file. An end before the start or in another file is mended.
    pub fn new(places: Places<'_>, span: Span) -> Option<Located> {
        let file = places.sources.file(span.some()?.start)?;
        let range = file.range(span);
        let start = floor_boundary(&file.text, range.start);
        let end = ceil_boundary(&file.text, range.end.max(start));
        Some(Located {
            file,
            range: start..end,
        })
    }

    /// The line and column where it starts.
    pub fn start(&self) -> LineColumn {
        self.line_column(self.range.start)
    }

    /// The line and column of the first character behind it.
    pub fn end(&self) -> LineColumn {
        self.line_column(self.range.end)
    }

    /// Its file, relative to the root, with forward slashes.
    pub fn path(&self, places: Places<'_>) -> String {
        slashed(&places.relative(&self.file.path))
    }

    fn line_column(&self, offset: usize) -> LineColumn {
        self.file
            .lines()
            .line_column(&self.file.text, offset as u32)
    }
}

/// The labels whose places are known, and the texts of the others.
pub(crate) fn labels<'d>(
    diagnostic: &'d Diagnostic,
    places: Places<'_>,
) -> (Vec<LocatedLabel<'d>>, Vec<&'d str>) {
    let mut found = vec![];
    let mut lost = vec![];
    for label in &diagnostic.labels {
        match Located::new(places, label.span) {
            Some(place) => found.push(LocatedLabel {
                place,
                text: &label.text,
                primary: found.is_empty(),
            }),
            None => lost.push(label.text.as_str()),
        }
    }
    (found, lost)
}

/// `path` with forward slashes on every system.
pub(crate) fn slashed(path: &Path) -> String {
    if std::path::MAIN_SEPARATOR == '/' {
        return path.to_string_lossy().into_owned();
    }
    let mut text = String::new();
    for component in path.components() {
        if !text.is_empty() && !text.ends_with('/') {
            text.push('/');
        }
        match component {
            Component::RootDir => text.push('/'),
            other => text.push_str(&other.as_os_str().to_string_lossy()),
        }
    }
    text
}

/// The last character boundary at or before `offset`.
pub(crate) fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// The first character boundary at or behind `offset`.
pub(crate) fn ceil_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset += 1;
    }
    offset
}
