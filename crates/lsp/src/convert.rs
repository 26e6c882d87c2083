//! Between bytes and the positions of the protocol.

use std::ops::Range as Bytes;

use gen_lsp_types::{Position, Range};
use source::LineIndex;

/// What the columns of positions count.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16: two for a character beyond the basic plane.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    fn width(self, character: char) -> u32 {
        match self {
            Encoding::Utf8 => character.len_utf8() as u32,
            Encoding::Utf16 => character.len_utf16() as u32,
            Encoding::Utf32 => 1,
        }
    }
}

/// A text with its lines.
pub(crate) struct Text<'t> {
    /// The text.
    pub text: &'t str,
    /// Its lines.
    pub lines: &'t LineIndex,
    /// What columns count.
    pub encoding: Encoding,
}

impl Text<'_> {
    /// The byte at a position. One behind the end of its line counts as that end, one within a character as its start.
    pub fn offset(&self, position: Position) -> usize {
        let Some(start) = self.lines.line_start(position.line) else {
            return self.text.len();
        };
        let mut column = 0;
        let mut offset = start as usize;
        for character in self.text.get(offset..).unwrap_or_default().chars() {
            column += self.encoding.width(character);
            if column > position.character || matches!(character, '\n' | '\r') {
                break;
            }
            offset += character.len_utf8();
        }
        offset
    }

    /// The position of a byte. Between the two characters of a line's end there is none: there it is that of the first.
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.lines.line_of(offset as u32);
        let start = self.lines.line_start(line).unwrap_or_default() as usize;
        let before = self.text.get(start..offset).unwrap_or_default();
        let before = before.strip_suffix('\r').unwrap_or(before);
        let column = before.chars().map(|each| self.encoding.width(each)).sum();
        Position::new(line, column)
    }

    /// The range of bytes.
    pub fn range(&self, bytes: Bytes<usize>) -> Range {
        Range::new(self.position(bytes.start), self.position(bytes.end))
    }

    /// The bytes of a range.
    pub fn bytes(&self, range: Range) -> Bytes<usize> {
        let start = self.offset(range.start);
        start..self.offset(range.end).max(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a𝄞b\r\nü\nx";

    #[track_caller]
    fn check(encoding: Encoding, offset: usize, line: u32, character: u32) {
        let lines = LineIndex::new(TEXT);
        let text = Text {
            text: TEXT,
            lines: &lines,
            encoding,
        };
        let position = Position::new(line, character);
        assert_eq!(text.position(offset), position);
        assert_eq!(text.offset(position), offset);
    }

    #[test]
    fn columns_count_what_was_agreed() {
        check(Encoding::Utf16, 5, 0, 3);
        check(Encoding::Utf8, 5, 0, 5);
        check(Encoding::Utf32, 5, 0, 2);
        check(Encoding::Utf16, 10, 1, 1);
        check(Encoding::Utf8, 10, 1, 2);
    }

    #[test]
    fn positions_outside_are_brought_in() {
        let lines = LineIndex::new(TEXT);
        let text = Text {
            text: TEXT,
            lines: &lines,
            encoding: Encoding::Utf16,
        };
        for (line, character, offset) in [(0, 99, 6), (0, 2, 1), (9, 0, 12), (2, 5, 12)] {
            assert_eq!(text.offset(Position::new(line, character)), offset);
        }
        assert_eq!(text.position(99), Position::new(2, 1));
        assert_eq!(text.position(7), Position::new(0, 4));
    }
}
