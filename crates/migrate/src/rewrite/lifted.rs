//! What is lifted out of sets that remain, and put before the statement that has them.

use std::ops::Range;

use rowan::ast::AstNode;

use crate::blocked::{lifted, remains};
use crate::layout::{indentation, range, starts_line, with_blank_line, with_comments, with_line};
use crate::rewrite::Rewriter;
use crate::rewrite::lines::{apply, kept};
use crate::sites::Site;
use crate::values::Change;

impl<'r> Rewriter<'r> {
    /// Notes a statement that stands in a set that remains.
    pub(super) fn note_lifted(&mut self, site: &'r Site) {
        let around = self.sites.around(site);
        let is_outermost = around.is_some_and(|around| remains(self.input, self.rules, around));
        let top = lifted(self.input, self.rules, self.sites, site).filter(|_| is_outermost);
        let Some(top) = top else { return };
        let text = self.text();
        let start = with_comments(&site.entry, text);
        let bytes = start..range(site.entry.syntax()).end;
        let outer = indentation(text, range(top.entry.syntax()).start).len();
        let deeper = indentation(text, start).len().saturating_sub(outer);
        self.dissolved.push((bytes.clone(), deeper));
        self.lifted.push((bytes, top));
    }

    /// Takes out a statement, as it has become.
    pub(super) fn take_out(&mut self, bytes: &Range<usize>) -> String {
        let text = self.text();
        let cut = with_line(text, bytes);
        let is_within = |change: &Change| {
            let range = &change.0;
            let ends_within = range.end <= cut.end && (range.start < cut.end || cut == *bytes);
            cut.start <= range.start && ends_within
        };
        let changes = std::mem::take(&mut self.changes);
        let (within, without) = changes.into_iter().partition(is_within);
        self.changes = without;
        let new = apply(text, cut.clone(), &kept(within));
        self.changes
            .push((with_blank_line(text, cut), String::new()));
        new.trim().to_owned()
    }

    /// Takes out what is lifted, as it has become, and puts it where it goes.
    pub(super) fn lift(&mut self) {
        let text = self.text();
        let mut all = std::mem::take(&mut self.lifted);
        all.sort_by_key(|(bytes, _)| bytes.start);
        for (bytes, top) in all {
            let new = self.take_out(&bytes);
            if new.is_empty() {
                continue;
            }
            let at = with_comments(&top.entry, text);
            let after = match starts_line(text, at) || new.contains('#') {
                true => format!("\n{}", indentation(text, at)),
                false => " ".to_owned(),
            };
            self.changes.push((at..at, format!("{new}{after}")));
        }
    }
}
