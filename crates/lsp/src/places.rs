//! From places in a snapshot to places at the client, and back.

use std::ops::Range as Bytes;
use std::path::Path;

use gen_lsp_types::{Location, Position, Range, Uri};
use ide::Snapshot;
use source::{Pos, Span};

use crate::convert::{Encoding, Text};
use crate::documents::Documents;
use crate::shift::Shift;
use crate::uri;

/// The texts on both sides.
#[derive(Clone, Copy)]
pub(crate) struct Places<'p> {
    /// Those that are open.
    pub documents: &'p Documents,
    /// Those that were analysed.
    pub snapshot: &'p Snapshot,
    /// What columns count.
    pub encoding: Encoding,
}

impl Places<'_> {
    /// The place in the snapshot of a position in an open text; none where the text has changed since, or is no part of the clan.
    pub fn pos(&self, path: &Path, position: Position) -> Option<Pos> {
        let document = self.documents.get(path)?;
        let offset = document.text(self.encoding).offset(position);
        let file = self.snapshot.file(path)?;
        let offset = match *file.text == *document.text {
            true => offset,
            false => Shift::between(&file.text, &document.text).to_old(offset)?,
        };
        Some(file.pos(offset as u32))
    }

    /// The range of a file's bytes; none where the open text has changed since.
    pub fn range_of(&self, path: &Path, bytes: Bytes<usize>) -> Option<Range> {
        let file = self.snapshot.file(path);
        match (self.documents.get(path), file) {
            (Some(document), Some(file)) => {
                let bytes = match *file.text == *document.text {
                    true => bytes,
                    false => Shift::between(&file.text, &document.text).range_to_new(bytes)?,
                };
                Some(document.text(self.encoding).range(bytes))
            }
            (Some(document), None) => Some(document.text(self.encoding).range(bytes)),
            (None, Some(file)) => {
                let text = Text {
                    text: &file.text,
                    lines: file.lines(),
                    encoding: self.encoding,
                };
                Some(text.range(bytes))
            }
            (None, None) => Some(Range::default()),
        }
    }

    /// The range of a span in its file.
    pub fn range(&self, span: Span) -> Option<Range> {
        let (path, bytes) = ide::diagnostics::place(self.snapshot, span)?;
        self.range_of(&path, bytes)
    }

    /// The location of a span.
    pub fn location(&self, span: Span) -> Option<Location> {
        let (path, bytes) = ide::diagnostics::place(self.snapshot, span)?;
        let range = self.range_of(&path, bytes)?;
        Some(Location::new(self.uri(&path), range))
    }

    /// The address of a file, spelt as the client does if the file is open.
    pub fn uri(&self, path: &Path) -> Uri {
        match self.documents.get(path) {
            Some(document) => document.uri.clone(),
            None => uri::of_path(path),
        }
    }
}
