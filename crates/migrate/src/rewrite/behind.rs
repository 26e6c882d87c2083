//! What goes behind `roles = { … };`, since it now names a role as well.
//!
//! Nix before 2.25.5 takes `roles.client.settings = …` behind such a set, not before it.

use std::ops::Range;

use rnix::ast::{Attr, HasEntry};
use rowan::ast::AstNode;

use crate::fate::{Fate, Path};
use crate::layout::{indentation, is_alone, line_end, range, with_comments};
use crate::rewrite::Rewriter;
use crate::sites::{Site, literal_set, path_of};

impl<'r> Rewriter<'r> {
    /// Notes a statement that has to go behind the roles of its instance.
    pub(super) fn note_behind(&mut self, site: &'r Site) {
        let name = site.path.get(3).map_or("", String::as_str);
        let around = self.sites.around(site);
        let is_outermost = around.is_none_or(|around| around.path.len() <= 3);
        let goes_to_roles = matches!(name, "config" | "machines" | "extraModules" | "imports");
        if self.input.only.is_some() || !is_outermost || !goes_to_roles {
            return;
        }
        let targets: Option<Vec<Path>> = match self.rules.fate_of(site) {
            Fate::To(first, others) => Some(std::iter::once(first).chain(others).collect()),
            Fate::Dissolve => None,
            Fate::Remove | Fate::ByHand(_) => return,
        };
        let is_meant = |role: &str| {
            let of_path = |path: &Path| path.get(3).is_some_and(|name| name == role);
            targets
                .as_ref()
                .is_none_or(|targets| targets.iter().any(of_path))
        };
        let text = self.text();
        let start = with_comments(&site.entry, text);
        let bytes = start..range(site.entry.syntax()).end;
        let roles = self.sites.sites.iter().find(|other| {
            let is_roles = other.path.len() == 4
                && other.is_whole()
                && other
                    .path
                    .starts_with(site.path.get(..3).unwrap_or_default())
                && other.path.ends_with(&["roles".to_owned()]);
            let is_beside = other.file == site.file
                && other.entry.syntax().parent() == site.entry.syntax().parent();
            let is_later = range(other.entry.syntax()).start > bytes.start;
            is_roles && is_beside && is_later && names(other).iter().any(|name| is_meant(name))
        });
        if let Some(roles) = roles {
            self.behind.push((bytes, range(roles.entry.syntax())));
        }
    }

    /// Takes these statements out, as they have become, and puts them behind.
    pub(super) fn move_behind_roles(&mut self) {
        let text = self.text();
        let mut moved: Vec<(Range<usize>, String)> = vec![];
        for (bytes, roles) in std::mem::take(&mut self.behind) {
            let new = self.take_out(&bytes);
            if new.is_empty() {
                continue;
            }
            let (at, before) = match is_alone(text, &roles) {
                true => (line_end(text, roles.end), self.line(roles.start)),
                false if new.contains('#') => (roles.end, self.line(roles.start)),
                false => (roles.end, " ".to_owned()),
            };
            let after = match at == roles.end && new.contains('#') && !is_alone(text, &roles) {
                true => self.line(roles.start),
                false => String::new(),
            };
            moved.push((at..at, format!("{before}{new}{after}")));
        }
        self.changes.extend(moved);
    }

    /// A new line, indented as the one of a byte will be.
    fn line(&self, at: usize) -> String {
        let indent = indentation(self.text(), at);
        let indent = indent.get(self.deeper(at)..).unwrap_or(indent);
        format!("\n{indent}")
    }
}

/// The first names of the statements in the set of another.
fn names(site: &Site) -> Vec<String> {
    let set = literal_set(&site.entry);
    let entries = set.iter().flat_map(|set| set.attrpath_values());
    let first = entries.filter_map(|entry| path_of(&entry)?.attrs().next());
    let name = |attr: Attr| attr.syntax().text().to_string();
    first
        .map(|attr| name(attr).trim_matches('"').to_owned())
        .collect()
}
