//! What stays in the old form, is dissolved, left out, or turned into a comment.

use rowan::ast::AstNode;

use crate::blocked::{stays, top};
use crate::fate::Fate;
use crate::layout::{indentation, inside, is_alone, line_start, range, whole_lines, with_comments};
use crate::modules::written;
use crate::problem::Problem;
use crate::rewrite::Rewriter;
use crate::sites::{Site, literal_set};

impl Rewriter<'_> {
    /// Leaves a statement in the old form, outside of what is converted.
    pub(super) fn leave(&mut self, site: &Site) -> bool {
        let around = self.sites.around(site);
        let moves = around.is_some_and(|around| !stays(self.input, self.rules, around));
        let instance = self.rules.instance(&site.path);
        let problem = instance.and_then(|instance| instance.problem.clone());
        let problem = problem.unwrap_or(Problem::Computed);
        self.tell(site, &problem);
        let bytes = range(site.entry.syntax());
        match around
            .filter(|_| moves)
            .and_then(|around| top(self.sites, around))
        {
            Some(top) => self.move_behind(site, top, &problem),
            None => self.mark(bytes.start, &problem),
        }
        true
    }

    /// Moves a statement behind the one whose set is converted.
    pub(super) fn move_behind(&mut self, site: &Site, top: &Site, problem: &Problem) {
        let text = self.text();
        let bytes = range(site.entry.syntax());
        let start = with_comments(&site.entry, text);
        let indent = indentation(text, range(top.entry.syntax()).start).to_owned();
        let deeper = indentation(text, bytes.start)
            .len()
            .saturating_sub(indent.len());
        let comments = self.less_indented(start..bytes.start, deeper);
        let rest = self.less_indented(site.names.1 as usize..bytes.end, deeper);
        let path = written(&site.path);
        let mark = problem.mark();
        let above = self.above(top);
        let moved = format!("\n{indent}{comments}{mark}\n{indent}{above}{path}{rest}");
        let end = range(top.entry.syntax()).end;
        self.changes.push((end..end, moved));
        let lines = whole_lines(text, &(start..bytes.end));
        self.changes.push((lines, String::new()));
    }

    pub(super) fn dissolve(&mut self, site: &Site) {
        let inner = literal_set(&site.entry).and_then(|set| inside(&set));
        let Some(inner) = inner else {
            return self.remove(site);
        };
        let bytes = range(site.entry.syntax());
        self.changes.push((bytes.start..inner.start, String::new()));
        self.changes.push((inner.end..bytes.end, String::new()));
    }

    pub(super) fn remove(&mut self, site: &Site) {
        let bytes = range(site.entry.syntax());
        if let Some((what, default)) = default_of(&site.path) {
            let value = site.entry.value();
            let value = value.map(|value| value.syntax().text().to_string());
            if value != Some(default) {
                return self.by_hand(site, &Problem::NoCounterpart(what));
            }
        }
        self.changes
            .push((whole_lines(self.text(), &bytes), String::new()));
    }

    /// Turns a statement into a comment below a mark.
    pub(super) fn by_hand(&mut self, site: &Site, problem: &Problem) {
        self.tell(site, problem);
        let text = self.text();
        let bytes = range(site.entry.syntax());
        let deeper = self.deeper(bytes.start);
        let indent = self.indent(bytes.start);
        let mut statement = self.less_indented(bytes.clone(), deeper);
        let around = self.sites.around(site);
        if around.is_some_and(|around| self.rules.fate_of(around) == Fate::Dissolve) {
            // Without the set around it, it would not tell where it was.
            let rest = self.less_indented(site.names.1 as usize..bytes.end, deeper);
            let within = site.path.get(3..).filter(|path| !path.is_empty());
            let path = within.unwrap_or(&site.path);
            statement = format!("{}{rest}", written(path));
        }
        let mut lines = vec![problem.mark()];
        for line in statement.lines() {
            let line = line.strip_prefix(&indent).unwrap_or(line);
            lines.push(format!("# {line}").trim_end().to_owned());
        }
        let comment = lines.join(&format!("\n{indent}"));
        let comment = match is_alone(text, &bytes) {
            true => comment,
            false => format!("\n{indent}{comment}\n{indent}"),
        };
        self.changes.push((bytes, comment));
    }

    pub(super) fn mark(&mut self, at: usize, problem: &Problem) {
        let text = self.text();
        let line = line_start(text, at);
        let indent = indentation(text, at);
        let before = text.get(..line.saturating_sub(1)).unwrap_or_default();
        let above = before.rsplit('\n').next().unwrap_or_default().trim();
        if above != problem.mark() {
            let indent = indent.get(self.deeper(at)..).unwrap_or(indent);
            self.changes
                .push((line..line, format!("{indent}{}\n", problem.mark())));
        }
    }

    pub(super) fn tell(&mut self, site: &Site, problem: &Problem) {
        let about_all = matches!(
            problem,
            Problem::Disabled | Problem::Computed | Problem::NameTaken(_)
        );
        let of = match about_all {
            true => site.path.get(..3).unwrap_or(&site.path).to_vec(),
            false => site.path.clone(),
        };
        if self.told.insert((of, problem.clone())) {
            let span = self.sites.span(site);
            self.plan.diagnostics.push(problem.diagnostic(span));
        }
    }
}

/// What says nothing at the end of a path, and what it is called.
fn default_of(path: &[String]) -> Option<(&'static str, String)> {
    let (instance, rest) = (path.get(2)?, path.get(3..)?);
    match rest {
        [name] if name == "enabled" => Some(("enabled", "true".to_owned())),
        [meta, name] if meta == "meta" && name == "name" => {
            Some(("meta", format!("\"{instance}\"")))
        }
        _ => None,
    }
}
