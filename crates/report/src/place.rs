//! Places as people read them: `file:line:column`, the file relative to where the user is.

use std::path::{Path, PathBuf};

use source::{SourceMap, Span};

/// Names places.
#[derive(Clone, Copy)]
pub struct Places<'s> {
    /// The texts.
    pub sources: &'s SourceMap,
    /// The directory that files are named from.
    pub root: &'s Path,
}

impl Places<'_> {
    /// `file:line:column` of where `span` starts; `None` without a place.
    pub fn name(&self, span: Span) -> Option<String> {
        let (path, place) = self.sources.locate(span.some()?.start)?;
        let path = self.relative(&path);
        Some(format!(
            "{}:{}:{}",
            path.display(),
            place.line,
            place.column
        ))
    }

    /// `path` as seen from the root, if it lies below it.
    pub fn relative(&self, path: &Path) -> PathBuf {
        match path.strip_prefix(self.root) {
            Ok(below) => below.to_owned(),
            Err(_) => path.to_owned(),
        }
    }
}
