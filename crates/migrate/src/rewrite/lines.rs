//! Indentation that dissolved sets gave, and changes of bytes put in order.

use std::ops::Range;

use rowan::ast::AstNode;
use source::{Edit, Span};

use crate::layout::{Strings, indentation, inside, line_start, next_line, range};
use crate::rewrite::Rewriter;
use crate::sites::{Site, literal_set};
use crate::values::Change;

impl Rewriter<'_> {
    pub(super) fn note_indentation(&mut self, site: &Site) {
        let Some(inner) = literal_set(&site.entry).and_then(|set| inside(&set)) else {
            return;
        };
        let text = self.text();
        let bytes = range(site.entry.syntax());
        if line_start(text, inner.start) > bytes.start {
            let outer = indentation(text, bytes.start).len();
            let deeper = indentation(text, inner.start).len().saturating_sub(outer);
            self.dissolved.push((inner, deeper));
        }
    }

    /// By how much the line of a byte is indented further than it will be.
    pub(super) fn deeper(&self, at: usize) -> usize {
        let around = self
            .dissolved
            .iter()
            .filter(|(range, _)| range.start <= at && at < range.end);
        around.map(|(_, deeper)| deeper).sum()
    }

    /// The white space that the line of a byte will start with.
    pub(super) fn indent(&self, at: usize) -> String {
        let indent = indentation(self.text(), at);
        let kept = indent.get(self.deeper(at)..);
        kept.unwrap_or(indent).to_owned()
    }

    pub(super) fn less_indented(&self, bytes: Range<usize>, deeper: usize) -> String {
        less_indented(self.text().get(bytes).unwrap_or_default(), deeper)
    }

    /// Takes the indentation off that dissolved sets gave.
    pub(super) fn dedent(&mut self) {
        let text = self.text();
        let Some(file) = self
            .sites
            .files
            .get(self.file)
            .filter(|_| !self.dissolved.is_empty())
        else {
            return;
        };
        let strings = Strings::of(&file.tree, text);
        let mut start = 0;
        while start < text.len() {
            let blanks = indentation(text, start).len();
            let wanted = self.deeper(start + blanks).min(blanks);
            let taken = strings.permitted(start, wanted);
            if taken > 0 {
                self.changes.push((start..start + taken, String::new()));
            }
            start = next_line(text, start);
        }
    }

    /// Turns changes into edits; what lies within another change is left out.
    pub(super) fn finish(&mut self) {
        let Some(file) = self.sites.files.get(self.file) else {
            return;
        };
        let source = &file.source;
        for change in kept(std::mem::take(&mut self.changes)) {
            let span: Span = source.span(change.0.start as u32, change.0.end as u32);
            self.plan.edits.push(Edit::replace(span, change.1));
        }
    }
}

/// The changes that do not lie within another, in the order of the text.
pub(super) fn kept(mut changes: Vec<Change>) -> Vec<Change> {
    changes.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let mut kept: Vec<Change> = vec![];
    let mut inserted: Vec<Change> = vec![];
    let mut end = 0;
    for change in changes {
        let (range, _) = &change;
        if range.is_empty() {
            let last = kept.last();
            let is_within =
                last.is_some_and(|(other, _)| other.start < range.start && range.start < other.end);
            if !is_within {
                inserted.push(change);
            }
        } else if range.start >= end {
            end = range.end;
            kept.push(change);
        }
    }
    kept.extend(inserted);
    kept.sort_by_key(|(range, _)| (range.start, range.end));
    kept
}

/// A part of a text with changes applied.
pub(super) fn apply(text: &str, bytes: Range<usize>, changes: &[Change]) -> String {
    let mut out = String::new();
    let mut at = bytes.start;
    for (range, new) in changes {
        out.push_str(text.get(at..range.start).unwrap_or_default());
        out.push_str(new);
        at = range.end;
    }
    out.push_str(text.get(at..bytes.end).unwrap_or_default());
    out
}

/// The lines behind the first, with so many blanks less.
pub(super) fn less_indented(text: &str, deeper: usize) -> String {
    let mut lines = text.split('\n');
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
        out.push('\n');
        out.push_str(line.get(deeper.min(blanks)..).unwrap_or_default());
    }
    out
}
