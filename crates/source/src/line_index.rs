//! From byte offsets to lines and columns, and back.

/// A place as people count: both from 1, the column in characters (Unicode scalar values).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// The starts of a text's lines. As for Nix and editors, a line ends at `\n`, `\r\n` or a lone `\r`.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Finds the lines of `text`.
    pub fn new(text: &str) -> LineIndex {
        let bytes = text.as_bytes();
        let ends_line = |(at, byte): &(usize, &u8)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let ends = bytes.iter().enumerate().filter(ends_line);
        let starts = std::iter::once(0)
            .chain(ends.map(|(at, _)| at as u32 + 1))
            .collect();
        LineIndex { starts }
    }

    /// How many lines there are; an empty text has one.
    pub fn line_count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The line that holds `offset`, from 0.
    pub fn line_of(&self, offset: u32) -> u32 {
        self.starts.partition_point(|start| *start <= offset) as u32 - 1
    }

    /// The byte offset at which line `line` (from 0) starts; past the last line, `None`.
    pub fn line_start(&self, line: u32) -> Option<u32> {
        self.starts.get(line as usize).copied()
    }

    /// The line and column of the byte `offset` in `text`, the text that the index was made of.
    /// An offset past the end counts as the end.
    pub fn line_column(&self, text: &str, offset: u32) -> LineColumn {
        let offset = offset.min(text.len() as u32);
        let line = self.line_of(offset);
        let start = self.starts[line as usize] as usize;
        let before = text
            .as_bytes()
            .get(start..offset as usize)
            .unwrap_or_default();
        let column = before.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        LineColumn {
            line: line + 1,
            column: column as u32 + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, offset: u32, line: u32, column: u32) {
        assert_eq!(
            LineIndex::new(text).line_column(text, offset),
            LineColumn { line, column }
        );
    }

    #[test]
    fn lines_and_columns_count_from_one() {
        check("", 0, 1, 1);
        check("ab\ncd", 0, 1, 1);
        check("ab\ncd", 2, 1, 3);
        check("ab\ncd", 3, 2, 1);
        check("ab\ncd", 5, 2, 3);
    }

    #[test]
    fn each_kind_of_line_end_counts_once() {
        check("a\r\nb\rc\r\r\nd", 1, 1, 2);
        check("a\r\nb\rc\r\r\nd", 3, 2, 1);
        check("a\r\nb\rc\r\r\nd", 5, 3, 1);
        check("a\r\nb\rc\r\r\nd", 7, 4, 1);
        check("a\r\nb\rc\r\r\nd", 9, 5, 1);
    }

    #[test]
    fn columns_count_characters() {
        check("ä𝄞x", 6, 1, 3);
    }

    #[test]
    fn an_offset_past_the_end_is_the_end() {
        check("ab", 99, 1, 3);
    }
}
