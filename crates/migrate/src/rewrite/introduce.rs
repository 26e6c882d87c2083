//! What is said of each instance first: its module.

use std::ops::Range;

use rnix::ast::{AttrSet, Expr, HasEntry};
use rowan::ast::AstNode;

use crate::layout::{inside, is_alone, line_end, range, with_comments};
use crate::modules::{relative, statements};
use crate::problem::Problem;
use crate::rewrite::Rewriter;
use crate::sites::Site;
use crate::values::Change;

/// The bytes of `roles = …;` in a set.
fn roles_in(set: &AttrSet) -> Option<Range<usize>> {
    let mut entries = set.attrpath_values();
    let roles = entries.find(|entry| {
        let path = entry.attrpath();
        path.is_some_and(|path| path.syntax().text().to_string().trim() == "roles")
    });
    roles.map(|roles| range(roles.syntax()))
}

impl Rewriter<'_> {
    /// Says which module an instance has, at the first statement about it.
    pub(super) fn introduce(&mut self, site: &Site) {
        let [_, service, _, ..] = site.path.as_slice() else {
            return;
        };
        let Some(instance) = self.rules.instance(&site.path) else {
            return;
        };
        let key = site.path.get(..3).unwrap_or_default().to_vec();
        if !self.introduced.insert(key) {
            return;
        }
        let text = self.text();
        let bytes = range(site.entry.syntax());
        let problem = match instance.successor {
            Some(successor) if successor.exists => None,
            Some(successor) if successor.is_own => Some(Problem::OwnModule(service.clone())),
            _ => Some(Problem::NoSuccessor(service.clone())),
        };
        if let Some(problem) = &problem {
            self.tell(site, problem);
        }
        let mark = problem.map(|problem| problem.mark());
        let is_instance = site.path.len() == 3 && self.ends_path(site);
        if let Some(Expr::AttrSet(set)) = site.entry.value().filter(|_| is_instance) {
            let mut lines = statements(instance, service, &[]);
            if let Some(roles) = roles_in(&set) {
                let (of_roles, others): (Vec<String>, _) = lines
                    .into_iter()
                    .partition(|line| line.starts_with("roles."));
                lines = others;
                for line in of_roles {
                    let change = self.put_behind(&roles, &format!("{line};"));
                    self.changes.push(change);
                }
            }
            let (at, added) = self.at_start(&set, &lines, mark);
            self.changes.push((at..at, added));
            return;
        }
        let path = instance.path(&[]);
        let base = self.base(site);
        let within = relative(&path, &base).unwrap_or_default();
        let at = with_comments(&site.entry, text);
        let lines = statements(instance, service, &within);
        let indent = self.indent(bytes.start);
        let mut added = String::new();
        let newline = match is_alone(text, &bytes) {
            true => format!("\n{indent}"),
            false => " ".to_owned(),
        };
        if let Some(mark) = mark {
            added.push_str(&format!("{mark}\n{indent}"));
        }
        let above = self.above(site);
        for line in lines {
            added.push_str(&format!("{above}{line};{newline}"));
        }
        self.changes.push((at..at, added));
    }

    /// A statement that is put behind another.
    fn put_behind(&self, other: &Range<usize>, statement: &str) -> Change {
        let text = self.text();
        match is_alone(text, other) {
            true => {
                let at = line_end(text, other.end);
                (at..at, format!("\n{}{statement}", self.indent(other.start)))
            }
            false => (other.end..other.end, format!(" {statement}")),
        }
    }

    /// Where statements go at the start of a set, and their text.
    fn at_start(&self, set: &AttrSet, lines: &[String], mark: Option<String>) -> (usize, String) {
        let text = self.text();
        let open = set.l_curly_token();
        let open = open.map_or(0, |token| usize::from(token.text_range().end()));
        let within = text.get(open..range(set.syntax()).end);
        let spreads = within.unwrap_or_default().contains('\n');
        if !spreads && mark.is_none() {
            let lines: Vec<String> = lines.iter().map(|line| format!(" {line};")).collect();
            return (open, lines.concat());
        }
        let end = if spreads { line_end(text, open) } else { open };
        let first = inside(set).map_or(open, |inner| inner.start);
        let indent = match spreads && first > end {
            true => self.indent(first),
            false => format!("{}  ", self.indent(open)),
        };
        let lines = lines.iter().map(|line| format!("{line};"));
        let lines = mark.into_iter().chain(lines);
        let mut added: String = lines.map(|line| format!("\n{indent}{line}")).collect();
        if !spreads {
            // A blank follows already.
            added.push('\n');
            added.push_str(indent.get(1..).unwrap_or_default());
        }
        (end, added)
    }
}
