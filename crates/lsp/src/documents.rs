//! The texts that the client has open.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{TextDocumentContentChangeEvent, Uri};
use source::LineIndex;

use crate::convert::{Encoding, Text};

/// An open text.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// Its address as the client spells it.
    pub uri: Uri,
    /// Its version.
    pub version: i32,
    /// Its text.
    pub text: Arc<str>,
    /// The lines of the text.
    pub lines: Arc<LineIndex>,
}

impl Document {
    /// An open text.
    pub fn new(uri: Uri, version: i32, text: &str) -> Document {
        Document {
            uri,
            version,
            lines: Arc::new(LineIndex::new(text)),
            text: Arc::from(text),
        }
    }

    /// The text with its lines.
    pub fn text(&self, encoding: Encoding) -> Text<'_> {
        Text {
            text: &self.text,
            lines: &self.lines,
            encoding,
        }
    }

    /// Changes the text, one change after the other.
    fn change(
        &mut self,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) {
        for change in changes {
            let text = match change {
                TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => {
                    whole.text
                }
                TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part) => {
                    let bytes = self.text(encoding).bytes(part.range);
                    let mut text = self.text.to_string();
                    text.replace_range(bytes, &part.text);
                    text
                }
            };
            *self = Document::new(self.uri.clone(), version, &text);
        }
        self.version = version;
    }
}

/// The open texts, by path.
#[derive(Default)]
pub(crate) struct Documents {
    open: BTreeMap<PathBuf, Document>,
}

impl Documents {
    /// Opens a text.
    pub fn open(&mut self, path: PathBuf, document: Document) {
        self.open.insert(path, document);
    }

    /// Closes a text.
    pub fn close(&mut self, path: &Path) {
        self.open.remove(path);
    }

    /// Changes an open text. Whether it is open.
    pub fn change(
        &mut self,
        path: &Path,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> bool {
        match self.open.get_mut(path) {
            Some(document) => {
                document.change(version, changes, encoding);
                true
            }
            None => false,
        }
    }

    /// The text that is open at a path.
    pub fn get(&self, path: &Path) -> Option<&Document> {
        self.open.get(path)
    }

    /// The texts, in the order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&PathBuf, &Document)> {
        self.open.iter()
    }
}

#[cfg(test)]
mod tests {
    use gen_lsp_types::{Position, Range, TextDocumentContentChangePartial};

    use super::*;

    fn part(range: [u32; 4], text: &str) -> TextDocumentContentChangeEvent {
        let [line, column, end_line, end_column] = range;
        let start = Position::new(line, column);
        TextDocumentContentChangeEvent::TextDocumentContentChangePartial(
            TextDocumentContentChangePartial {
                range: Range::new(start, Position::new(end_line, end_column)),
                text: text.to_owned(),
                ..Default::default()
            },
        )
    }

    #[test]
    fn each_change_starts_from_the_one_before() {
        let mut document = Document::new(Uri("file:///a".to_owned()), 1, "a𝄞b\nc");
        let changes = vec![
            part([0, 3, 0, 4], "xy"),
            part([0, 5, 1, 0], ""),
            part([9, 0, 9, 9], "!"),
        ];
        document.change(2, changes, Encoding::Utf16);
        assert_eq!((&*document.text, document.version), ("a𝄞xyc!", 2));
    }
}
