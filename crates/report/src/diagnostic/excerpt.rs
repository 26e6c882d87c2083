//! A few lines of a file, prepared for drawing.
//!
//! What is drawn differs from what the file says: line ends are `\n`, control characters are visible, and a line wider than the
//! terminal is cut around its labels. So places in the excerpt are its own; line numbers and the place in the heading are the file's.

use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use source::{LineColumn, SourceFile};
use unicode_width::UnicodeWidthChar;

use super::Style;
use super::located::{ceil_boundary, floor_boundary};
use super::printable::printable;

/// How many columns a tab takes at most.
pub(crate) const TAB: usize = 4;
/// What a cut line keeps in front of its first label, in columns.
pub(crate) const LEAD: usize = 12;
/// What frames and line numbers take, in columns.
const GUTTER: usize = 12;
/// A line is cut to no less than this, in columns.
const LEAST: usize = 24;

/// Consecutive lines of one file.
#[derive(Debug)]
pub(crate) struct Excerpt {
    name: String,
    text: String,
    lines: Vec<Line>,
    /// Where labels start in the excerpt, and where that is in the file.
    starts: Vec<(usize, LineColumn)>,
}

#[derive(Debug)]
struct Line {
    /// From 0.
    number: usize,
    /// With the newline.
    range: Range<usize>,
}

impl Excerpt {
    /// The lines of `file` from `first` to `last` (from 0), and where the `labels` lie in them.
    pub fn new(
        name: String,
        file: &SourceFile,
        (first, last): (usize, usize),
        labels: &[Range<usize>],
        style: &Style,
    ) -> (Excerpt, Vec<Range<usize>>) {
        let mut excerpt = Excerpt {
            name,
            text: String::new(),
            lines: vec![],
            starts: vec![],
        };
        let mut placed = vec![0..0; labels.len()];
        for number in first..=last {
            let content = content(file, number);
            let cut = Cut::new(&file.text, content.clone(), labels, style);
            let start = excerpt.text.len();
            cut.write(&file.text, style, &mut excerpt.text);
            excerpt.lines.push(Line {
                number,
                range: start..excerpt.text.len(),
            });
            for (label, place) in labels.iter().zip(&mut placed) {
                if holds(&content, label.start) {
                    place.start = start + cut.offset(&file.text, style, label.start);
                    let shown = file.lines().line_column(&file.text, label.start as u32);
                    excerpt.starts.push((place.start, shown));
                }
                if holds(&content, label.end) {
                    place.end = start + cut.offset(&file.text, style, label.end);
                }
            }
        }
        for place in &mut placed {
            place.end = place.end.max(place.start);
        }
        (excerpt, placed)
    }

    fn line_of(&self, offset: usize) -> Option<usize> {
        self.lines
            .partition_point(|line| line.range.start <= offset)
            .checked_sub(1)
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let out_of_bounds = || MietteError::OutOfBounds;
        let end = span.offset().saturating_add(span.len());
        let first = self.line_of(span.offset()).ok_or_else(out_of_bounds)?;
        let last = self.line_of(end).ok_or_else(out_of_bounds)?;
        let first_shown = first.saturating_sub(before);
        let last_shown = (last + after).min(self.lines.len().saturating_sub(1));
        let lines = self.lines.get(first_shown..=last_shown);
        let (Some([top, ..]), Some([.., bottom])) = (lines, lines) else {
            return Err(MietteError::OutOfBounds);
        };
        let shown = top.range.start..bottom.range.end;
        let data = self.text.as_bytes().get(shown.clone());
        // The heading asks for the label's line alone; drawing asks for whole lines.
        let start = self.starts.iter().find(|(at, _)| *at == span.offset());
        let (line, column) = match start {
            Some((_, place)) if before == 0 => (place.line as usize - 1, place.column as usize - 1),
            _ => (top.number, 0),
        };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            data.ok_or_else(out_of_bounds)?,
            (shown.start, shown.len()).into(),
            line,
            column,
            last_shown - first_shown + 1,
        )))
    }
}

/// What of a line is drawn.
struct Cut {
    kept: Range<usize>,
    head: bool,
    tail: bool,
}

impl Cut {
    fn new(text: &str, line: Range<usize>, labels: &[Range<usize>], style: &Style) -> Cut {
        let limit = room(style);
        let whole = Cut {
            kept: line.clone(),
            head: false,
            tail: false,
        };
        if width(text, line.clone(), limit + 1) <= limit {
            return whole;
        }
        let ends = labels.iter().flat_map(|label| [label.start, label.end]);
        let first = ends.filter(|end| holds(&line, *end)).min();
        let first = first.unwrap_or(line.start);
        let start = back(text, line.start, first, LEAD);
        let end = ahead(text, start, line.end, limit);
        // At the end of the line there is more room in front.
        let start = if end == line.end {
            back(text, line.start, end, limit)
        } else {
            start
        };
        Cut {
            head: start > line.start,
            tail: end < line.end,
            kept: start..end,
        }
    }

    fn write(&self, text: &str, style: &Style, out: &mut String) {
        if self.head {
            out.push_str(style.ellipsis());
        }
        let kept = text.get(self.kept.clone()).unwrap_or_default();
        out.push_str(&printable(kept, style.unicode));
        if self.tail {
            out.push_str(style.ellipsis());
        }
        out.push('\n');
    }

    /// Where the file's `offset` is in the written line; what was cut counts as the nearest end.
    fn offset(&self, text: &str, style: &Style, offset: usize) -> usize {
        if self.head && offset < self.kept.start {
            return 0;
        }
        let end = offset.clamp(self.kept.start, self.kept.end);
        let before = text.get(self.kept.start..end).unwrap_or_default();
        let head = if self.head { style.ellipsis().len() } else { 0 };
        head + printable(before, style.unicode).len()
    }
}

/// How many columns of a line are shown.
pub(crate) fn room(style: &Style) -> usize {
    style.width.saturating_sub(GUTTER).max(LEAST)
}

/// The bytes of line `number` (from 0) without its line end.
pub(crate) fn content(file: &SourceFile, number: usize) -> Range<usize> {
    let lines = file.lines();
    let start_of = |number: usize| lines.line_start(number as u32).map(|start| start as usize);
    let start = start_of(number).unwrap_or(file.text.len());
    let next = start_of(number + 1);
    let end = next.map_or(file.text.len(), |next| next - 1);
    let end = match file.text.as_bytes().get(start..end) {
        Some([.., b'\r']) if next.is_some() => end - 1,
        _ => end,
    };
    start..end
}

fn holds(line: &Range<usize>, offset: usize) -> bool {
    line.start <= offset && offset <= line.end
}

/// The columns that `range` takes, counted no further than `limit`.
fn width(text: &str, range: Range<usize>, limit: usize) -> usize {
    let mut columns = 0;
    for character in text.get(range).unwrap_or_default().chars() {
        columns += columns_of(character);
        if columns >= limit {
            break;
        }
    }
    columns
}

/// The place `columns` before `from`, not before `least`.
fn back(text: &str, least: usize, from: usize, columns: usize) -> usize {
    let mut left = columns;
    let mut at = ceil_boundary(text, from);
    for character in text.get(least..at).unwrap_or_default().chars().rev() {
        let wide = columns_of(character);
        if wide > left {
            break;
        }
        left -= wide;
        at -= character.len_utf8();
    }
    floor_boundary(text, at)
}

/// The place `columns` behind `from`, not behind `most`.
fn ahead(text: &str, from: usize, most: usize, columns: usize) -> usize {
    let mut left = columns;
    let mut at = from;
    for character in text.get(from..most).unwrap_or_default().chars() {
        let wide = columns_of(character);
        if wide > left {
            break;
        }
        left -= wide;
        at += character.len_utf8();
    }
    at
}

fn columns_of(character: char) -> usize {
    match character {
        '\t' => TAB,
        other => other.width().unwrap_or(1),
    }
}
