//! Turns each statement into edits.

mod behind;
mod introduce;
mod left;
mod lifted;
mod lines;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rnix::ast::Expr;
use rowan::ast::AstNode;

use self::lines::{apply, less_indented};
use crate::blocked::{lifted, remains, stays};
use crate::fate::{Fate, Path, Rules};
use crate::layout::{is_alone, range};
use crate::modules::relative;
use crate::problem::Problem;
use crate::sites::{Site, Sites, literal_set};
use crate::values::{Change, name, only_name, to_paths, to_sets};
use crate::{Input, Plan};

/// Edits for all statements in Nix files.
pub fn rewrite(input: &Input<'_>, sites: &Sites, rules: &Rules<'_>) -> Plan {
    let mut plan = Plan::default();
    let mut told = BTreeSet::new();
    let mut introduced = BTreeSet::new();
    for file in 0..sites.files.len() {
        let mut rewriter = Rewriter {
            input,
            sites,
            rules,
            file,
            changes: vec![],
            dissolved: vec![],
            behind: vec![],
            lifted: vec![],
            plan: &mut plan,
            told: &mut told,
            introduced: &mut introduced,
        };
        rewriter.run();
    }
    plan
}

struct Rewriter<'r> {
    input: &'r Input<'r>,
    sites: &'r Sites,
    rules: &'r Rules<'r>,
    file: usize,
    changes: Vec<Change>,
    /// The bytes within dissolved sets, and by how much these are indented further.
    dissolved: Vec<(Range<usize>, usize)>,
    /// What goes behind another statement of its set: its bytes, and that statement's.
    behind: Vec<(Range<usize>, Range<usize>)>,
    /// What is lifted out of sets that remain: its bytes, and the statement before which it goes.
    lifted: Vec<(Range<usize>, &'r Site)>,
    plan: &'r mut Plan,
    /// The instances that were told of as a whole.
    told: &'r mut BTreeSet<(Path, Problem)>,
    /// The instances that have their module.
    introduced: &'r mut BTreeSet<Path>,
}

impl<'r> Rewriter<'r> {
    fn run(&mut self) {
        let (sites, file) = (self.sites, self.file);
        let here = || sites.sites.iter().filter(|site| site.file == file);
        for site in here() {
            if remains(self.input, self.rules, site) || stays(self.input, self.rules, site) {
                continue;
            }
            if matches!(self.rules.fate_of(site), Fate::Dissolve) {
                self.note_indentation(site);
            }
            self.note_lifted(site);
            self.note_behind(site);
        }
        let mut covered: Vec<Range<usize>> = vec![];
        for site in here() {
            let bytes = range(site.entry.syntax());
            if covered
                .iter()
                .any(|range| range.start <= bytes.start && bytes.end <= range.end)
            {
                continue;
            }
            if self.site(site) {
                covered.push(bytes);
            }
        }
        self.dedent();
        self.move_behind_roles();
        self.lift();
        self.finish();
    }

    fn text(&self) -> &'r str {
        self.sites
            .files
            .get(self.file)
            .map_or("", |file| &file.source.text)
    }

    /// Converts a statement. Whether it is done with, along with all that stands in it.
    fn site(&mut self, site: &'r Site) -> bool {
        if self.rules.instances.is_empty() && literal_set(&site.entry).is_none() {
            // Nothing is known of what it holds.
            return true;
        }
        if stays(self.input, self.rules, site) {
            return self.input.only.is_some() || self.leave(site);
        }
        if remains(self.input, self.rules, site) {
            return false;
        }
        match self.rules.fate_of(site) {
            Fate::To(path, others) => {
                self.introduce(site);
                self.rename(site, &path, &others);
                false
            }
            Fate::Dissolve => {
                self.dissolve(site);
                false
            }
            Fate::Remove => {
                self.remove(site);
                true
            }
            Fate::ByHand(problem) => {
                self.by_hand(site, &problem);
                true
            }
        }
    }

    fn rename(&mut self, site: &Site, path: &Path, others: &[Path]) {
        let base = self.base(site);
        let Some(mut to) = relative(path, &base) else {
            return self.by_hand(site, &Problem::Computed);
        };
        if self.rules.changed_priority.contains(&site.id()) {
            self.tell(site, &Problem::Priority);
            self.mark(range(site.entry.syntax()).start, &Problem::Priority);
        }
        let value = site.entry.value();
        let kind = path.get(4).map(String::as_str).filter(|_| path.len() == 5);
        let is_of_role = site.path.get(3).is_some_and(|part| part == "roles");
        let is_at_end = self.ends_path(site);
        let becomes_set = match kind {
            Some("machines") => true,
            Some("tags") => !self.input.has_tag_lists,
            _ => false,
        };
        if let (Some(value), true, true) = (&value, becomes_set && is_of_role, is_at_end) {
            match only_name(value) {
                Some(only) => {
                    to.push(only);
                    self.changes.push((range(value.syntax()), "{ }".to_owned()));
                }
                None => to_sets(value, &mut self.changes),
            }
        }
        if kind == Some("extraModules") {
            self.paths(value.as_ref(), self.rules.has_module_names(&site.path));
        }
        let names = site.names.0 as usize..site.names.1 as usize;
        let now = self.text().get(names.clone()).unwrap_or_default();
        let new = match self.start(site) {
            Some(_) => format!("{}{}", self.above(site), self.respelt(site, &to)),
            None => self.respelt(site, &to),
        };
        if now != new {
            self.changes.push((names, new));
        }
        self.copies(site, &base, others);
    }

    /// The new names, each spelt as it was where it is still there.
    fn respelt(&self, site: &Site, to: &[String]) -> String {
        let attrs = site
            .entry
            .attrpath()
            .into_iter()
            .flat_map(|path| path.attrs());
        let old: BTreeMap<String, String> = attrs
            .map(|attr| attr.syntax().text().to_string())
            .map(|text| (text.trim_matches('"').to_owned(), text))
            .collect();
        let spelt = to
            .iter()
            .map(|part| old.get(part).cloned().unwrap_or_else(|| name(part)));
        spelt.collect::<Vec<_>>().join(".")
    }

    /// Whether no further names stand behind those that are known.
    fn ends_path(&self, site: &Site) -> bool {
        let path = site.entry.attrpath();
        path.is_some_and(|path| range(path.syntax()).end == site.names.1 as usize)
    }

    fn paths(&mut self, value: Option<&Expr>, strings: bool) {
        let file = self.sites.files.get(self.file);
        if let (Some(value), Some(file)) = (value, file) {
            let directory = self.input.directory;
            let path = &file.source.path;
            to_paths(value, path, directory, strings, &mut self.changes);
        }
    }

    fn copies(&mut self, site: &Site, base: &[String], others: &[Path]) {
        let text = self.text();
        let bytes = range(site.entry.syntax());
        let indent = self.indent(bytes.start);
        let deeper = self.deeper(bytes.start);
        for other in others {
            let Some(to) = relative(other, base) else {
                continue;
            };
            let mut value = vec![];
            if other.last().is_some_and(|last| last == "extraModules")
                && let (Some(list), Some(file)) =
                    (site.entry.value(), self.sites.files.get(self.file))
            {
                let strings = self.rules.has_module_names(&site.path);
                let directory = self.input.directory;
                to_paths(&list, &file.source.path, directory, strings, &mut value);
            }
            let rest = apply(text, site.names.1 as usize..bytes.end, &value);
            let rest = less_indented(&rest, deeper);
            let separator = match is_alone(text, &bytes) {
                true => format!("\n{indent}"),
                false => " ".to_owned(),
            };
            let names = self.respelt(site, &to);
            let copy = format!("{separator}{}{names}{rest}", self.above(site));
            self.changes.push((bytes.end..bytes.end, copy));
        }
    }

    /// The statement that another one takes its first names from, since the sets between them go: what it is lifted out of, or the outermost set
    /// around it of those that are dissolved.
    fn start(&self, site: &Site) -> Option<&'r Site> {
        let lifted = lifted(self.input, self.rules, self.sites, site);
        lifted.or_else(|| {
            let mut outermost = None;
            let mut at = self.sites.around(site);
            while let Some(around) = at.filter(|at| self.rules.fate_of(at) == Fate::Dissolve) {
                outermost = Some(around);
                at = self.sites.around(around);
            }
            outermost
        })
    }

    /// The names of a statement that are not of the old form: `inventory.`
    fn above(&self, site: &Site) -> &'r str {
        let site = self.start(site).unwrap_or(site);
        let start = range(site.entry.syntax()).start;
        let text = self.text().get(start..site.names.0 as usize);
        text.unwrap_or_default()
    }

    /// The path that a statement's names now start from.
    fn base(&self, site: &Site) -> Path {
        if lifted(self.input, self.rules, self.sites, site).is_some() {
            return vec![];
        }
        let mut base = self.start(site).unwrap_or(site).base.as_slice();
        while let Some((_, above)) = base.split_last() {
            match self.rules.fate(base) {
                Fate::To(path, _) => return path,
                _ => base = above,
            }
        }
        vec![]
    }
}
