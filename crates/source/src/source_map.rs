//! The files of a session, and from positions back to them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, RwLock};

use crate::line_index::{LineColumn, LineIndex};
use crate::span::{Pos, Span};

/// A loaded file: where it lies, what it says, and which positions are its own.
///
/// Invalid UTF-8 is replaced byte by byte in `text`, so that offsets agree with `bytes`.
#[derive(Debug)]
pub struct SourceFile {
    /// Where the file lies, absolute; for text that lies nowhere, a name such as `«string»`.
    pub path: PathBuf,
    /// The text, of the same length as the file's bytes.
    pub text: String,
    /// The file's own bytes, where they are not valid UTF-8.
    pub raw: Option<Vec<u8>>,
    start: u32,
    lines: OnceLock<LineIndex>,
}

impl SourceFile {
    /// The file's bytes as they lie on the disk.
    pub fn bytes(&self) -> &[u8] {
        self.raw.as_deref().unwrap_or(self.text.as_bytes())
    }

    /// The place of the byte `offset`.
    pub fn pos(&self, offset: u32) -> Pos {
        Pos::new(self.start + offset)
    }

    /// The span of the bytes from `start` up to `end`.
    pub fn span(&self, start: u32, end: u32) -> Span {
        Span::new(self.pos(start), self.pos(end))
    }

    /// The span of the whole text.
    pub fn full_span(&self) -> Span {
        self.span(0, self.text.len() as u32)
    }

    /// Whether `pos` is a place of this file.
    pub fn holds(&self, pos: Pos) -> bool {
        let number = pos.number();
        self.start <= number && number - self.start <= self.text.len() as u32
    }

    /// The byte offset of `pos`; a place of another file counts as the nearest end of this one.
    pub fn offset(&self, pos: Pos) -> u32 {
        pos.number()
            .saturating_sub(self.start)
            .min(self.text.len() as u32)
    }

    /// The byte offsets of `span`.
    pub fn range(&self, span: Span) -> std::ops::Range<usize> {
        let start = self.offset(span.start) as usize;
        start..(self.offset(span.end) as usize).max(start)
    }

    /// The text that `span` covers.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(self.range(span)).unwrap_or_default()
    }

    /// The line and column of `pos`.
    pub fn line_column(&self, pos: Pos) -> LineColumn {
        self.lines().line_column(&self.text, self.offset(pos))
    }

    /// The lines of the text.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }
}

#[derive(Default)]
struct Loaded {
    files: Vec<Arc<SourceFile>>,
    newest: HashMap<PathBuf, Arc<SourceFile>>,
    end: u32,
}

/// Every file that a session has loaded. Shared freely; a file once added stays as it is.
#[derive(Default)]
pub struct SourceMap {
    loaded: RwLock<Loaded>,
}

impl SourceMap {
    /// A map without files.
    pub fn new() -> SourceMap {
        SourceMap::default()
    }

    /// Adds the file at `path`, or hands out the one already there if it has the same bytes.
    ///
    /// Errors: `None` when the session's texts together exceed 2 GiB.
    pub fn add(&self, path: &Path, bytes: Vec<u8>) -> Option<Arc<SourceFile>> {
        let mut loaded = self
            .loaded
            .write()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(file) = loaded.newest.get(path).filter(|file| file.bytes() == bytes) {
            return Some(file.clone());
        }
        let start = loaded.end.checked_add(1)?;
        let end = start.checked_add(u32::try_from(bytes.len()).ok()?)?;
        if end > Pos::MOST {
            return None;
        }
        let (text, raw) = decode(bytes);
        let file = Arc::new(SourceFile {
            path: path.to_owned(),
            text,
            raw,
            start,
            lines: OnceLock::new(),
        });
        loaded.end = end;
        loaded.files.push(file.clone());
        loaded.newest.insert(path.to_owned(), file.clone());
        Some(file)
    }

    /// The file that `pos` lies in.
    pub fn file(&self, pos: Pos) -> Option<Arc<SourceFile>> {
        let loaded = self
            .loaded
            .read()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        let after = loaded
            .files
            .partition_point(|file| file.start <= pos.number());
        let file = loaded.files.get(after.checked_sub(1)?)?;
        file.holds(pos).then(|| file.clone())
    }

    /// The newest text loaded from `path`.
    pub fn by_path(&self, path: &Path) -> Option<Arc<SourceFile>> {
        let loaded = self
            .loaded
            .read()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        loaded.newest.get(path).cloned()
    }

    /// All files, in the order in which they were loaded.
    pub fn files(&self) -> Vec<Arc<SourceFile>> {
        let loaded = self
            .loaded
            .read()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        loaded.files.clone()
    }

    /// The path, line and column of `pos`.
    pub fn locate(&self, pos: Pos) -> Option<(PathBuf, LineColumn)> {
        let file = self.file(pos)?;
        Some((file.path.clone(), file.line_column(pos)))
    }

    /// The span of the word at `pos`: an identifier, or a string literal with its quotes; else the one character there.
    ///
    /// Attributes keep only where their name starts; this finds where it ends.
    pub fn word(&self, pos: Pos) -> Span {
        let Some(file) = self.file(pos) else {
            return Span::NONE;
        };
        let start = file.offset(pos);
        let rest = file.text.get(start as usize..).unwrap_or_default();
        file.span(start, start + word_length(rest) as u32)
    }
}

fn word_length(rest: &str) -> usize {
    let mut characters = rest.char_indices();
    match characters.next() {
        None => 0,
        Some((_, '"')) => {
            let mut escaped = false;
            let close = characters.find(|(_, character)| {
                let closes = *character == '"' && !escaped;
                escaped = *character == '\\' && !escaped;
                closes || *character == '\n'
            });
            close.map_or(
                rest.len(),
                |(at, character)| if character == '"' { at + 1 } else { at },
            )
        }
        Some((_, first)) => {
            let in_word =
                |character: char| character.is_alphanumeric() || "_'-".contains(character);
            let end = characters
                .find(|(_, character)| !in_word(*character))
                .map_or(rest.len(), |(at, _)| at);
            if in_word(first) {
                end
            } else {
                first.len_utf8()
            }
        }
    }
}

fn decode(bytes: Vec<u8>) -> (String, Option<Vec<u8>>) {
    match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let bytes = error.into_bytes();
            let mut text = String::with_capacity(bytes.len());
            for chunk in bytes.utf8_chunks() {
                text.push_str(chunk.valid());
                text.extend(chunk.invalid().iter().map(|_| '\u{1A}'));
            }
            (text, Some(bytes))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_names_its_file() {
        let map = SourceMap::new();
        let first = map.add(Path::new("/a"), b"one".to_vec()).unwrap();
        let second = map.add(Path::new("/b"), b"two\nthree".to_vec()).unwrap();
        assert_eq!(map.file(first.pos(3)).unwrap().path, Path::new("/a"));
        let (path, place) = map.locate(second.pos(4)).unwrap();
        assert_eq!(
            (path.as_path(), place.line, place.column),
            (Path::new("/b"), 2, 1)
        );
        assert!(map.file(Pos::NONE).is_none());
    }

    #[test]
    fn the_same_text_is_loaded_once() {
        let map = SourceMap::new();
        let first = map.add(Path::new("/a"), b"one".to_vec()).unwrap();
        assert!(Arc::ptr_eq(
            &first,
            &map.add(Path::new("/a"), b"one".to_vec()).unwrap()
        ));
        assert!(!Arc::ptr_eq(
            &first,
            &map.add(Path::new("/a"), b"two".to_vec()).unwrap()
        ));
    }

    #[test]
    fn invalid_utf8_keeps_its_offsets() {
        let map = SourceMap::new();
        let file = map.add(Path::new("/a"), b"a\xFFb".to_vec()).unwrap();
        assert_eq!((file.text.len(), file.bytes()), (3, b"a\xFFb".as_slice()));
    }

    #[test]
    fn a_word_is_an_identifier_or_a_literal() {
        let map = SourceMap::new();
        let file = map
            .add(Path::new("/a"), br#"jon's-box = "a \" b" ${x}"#.to_vec())
            .unwrap();
        let word = |offset| file.slice(map.word(file.pos(offset))).to_owned();
        assert_eq!(word(0), "jon's-box");
        assert_eq!(word(12), r#""a \" b""#);
        assert_eq!(word(21), "$");
    }
}
