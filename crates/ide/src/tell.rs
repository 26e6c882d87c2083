//! Words that several answers share: names as code, counts, lists, the values of a setting.

use indexmap::IndexMap;
use model::Data;
use model::vocabulary::OptionDescription;
use report::place::Places;
use resolve::view::{MemberView, Verdict};

use crate::Snapshot;
use crate::name::InstanceName;

/// A list goes on so long; then it tells only how many more there are.
const MOST: usize = 20;

/// A name or a value as code in Markdown.
pub(crate) fn code(text: &str) -> String {
    match text.contains('`') {
        true => format!("`` {text} ``"),
        false => format!("`{text}`"),
    }
}

/// `1 machine`, `2 machines`.
pub(crate) fn count(number: usize, what: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {what}{ending}")
}

/// A list in Markdown.
pub(crate) fn list(items: &[String]) -> String {
    let shown = items.iter().take(MOST).map(|item| format!("- {item}"));
    let mut lines: Vec<String> = shown.collect();
    if let Some(more) = items.len().checked_sub(MOST).filter(|more| *more > 0) {
        lines.push(format!("- and {more} more"));
    }
    lines.join("\n")
}

/// Tells values.
pub(crate) struct Teller<'s> {
    /// What is known.
    pub snapshot: &'s Snapshot,
}

impl Teller<'_> {
    /// A value as a line of Nix.
    pub fn nix(&self, value: &Data) -> String {
        report::nix::line(value, self.places())
    }

    /// How places are called.
    pub fn places(&self) -> Places<'_> {
        Places {
            sources: &self.snapshot.sources,
            root: &self.snapshot.analysis.root,
        }
    }

    /// The final values of a setting, each with who has it and which layer says so. With a machine, that one's alone.
    pub fn values(
        &self,
        name: &InstanceName,
        role: Option<&str>,
        path: &[String],
        machine: Option<&str>,
    ) -> Vec<String> {
        let Some((_, instance)) = self.snapshot.instance(name) else {
            return vec![];
        };
        let roles = instance.roles.iter();
        let roles = roles.filter(|(each, _)| role.is_none_or(|role| role == *each));
        let members = roles.flat_map(|(_, view)| &view.machines);
        let members = members.filter(|(each, _)| machine.is_none_or(|machine| machine == *each));
        let mut by_value: IndexMap<String, Vec<&str>> = IndexMap::new();
        for (machine, member) in members {
            if let Some(said) = self.said(member, path) {
                let machines = by_value.entry(said).or_default();
                if !machines.contains(&machine.as_str()) {
                    machines.push(machine);
                }
            }
        }
        let told = by_value
            .iter()
            .map(|(said, machines)| match machines.as_slice() {
                [only] => format!("{}: {said}", code(only)),
                all => format!("{}: {said}", count(all.len(), "machine")),
            });
        told.collect()
    }

    /// What a setting is for a member, and why.
    fn said(&self, member: &MemberView, path: &[String]) -> Option<String> {
        let exact = member.explained.iter().find(|each| each.path == path);
        if let Some(setting) = exact {
            let mut definitions = setting.definitions.iter().rev();
            let winner = definitions.find(|each| each.verdict != Verdict::Lost);
            let layer = winner.map(|winner| format!(", {}", winner.layer.describe()));
            let value = match &setting.value {
                Data::Unknown { because, .. } => return Some(format!("not known: {because}")),
                value => code(&self.nix(value)),
            };
            return Some(format!("{value}{}", layer.unwrap_or_default()));
        }
        let settings = member.settings.as_deref()?;
        let value = path
            .iter()
            .try_fold(settings, |data, name| data.get(name))?;
        Some(code(&self.nix(value)))
    }
}

impl Snapshot {
    /// The option that declares a setting; `<name>` and `*` in its path stand for any name.
    pub(crate) fn option(
        &self,
        name: &InstanceName,
        role: Option<&str>,
        path: &[String],
    ) -> Option<&OptionDescription> {
        let service = self.service(name)?;
        let roles = service.roles.iter();
        let mut roles = roles.filter(|(each, _)| role.is_none_or(|role| role == *each));
        roles.find_map(|(_, described)| {
            let mut options = described.options.iter();
            options.find(|option| option.path.len() == path.len() && fits(&option.path, path))
        })
    }
}

/// Whether the first names of an option's path can be those of `path`.
pub(crate) fn fits(option: &[String], path: &[String]) -> bool {
    option.len() >= path.len()
        && option
            .iter()
            .zip(path)
            .all(|(option, name)| option == name || is_any(option))
}

/// Whether a name in an option's path stands for any.
pub(crate) fn is_any(name: &str) -> bool {
    name == "*" || (name.starts_with('<') && name.ends_with('>'))
}
