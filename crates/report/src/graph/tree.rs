//! The drawing as an indented tree of text: instances, their roles, and by which reason who fills them.

use model::Data;
use resolve::view::{InstanceView, Resolution};
use unicode_width::UnicodeWidthStr;

use super::focus::{Focus, shown};
use crate::diagnostic::Style;
use crate::diagnostic::printable::one_line;
use crate::overview::{instance_name, reasons};

/// A line of a tree with what is below it.
struct Branch {
    text: String,
    below: Vec<Branch>,
}

impl Branch {
    fn leaf(text: String) -> Branch {
        Branch {
            text,
            below: vec![],
        }
    }
}

/// The whole clan, or what lies around something, as a tree.
pub fn tree(resolution: &Resolution, focus: Option<&Focus<'_>>, style: &Style) -> String {
    let painter = Painter { style };
    let shown = shown(resolution, focus);
    let mut below = vec![];
    if let Some(Focus::Machine(name)) = focus {
        let tags = resolution.machines.get(*name).map(|machine| &machine.tags);
        let tags = tags
            .into_iter()
            .flatten()
            .map(|tag| marked(&tag.name, tag.computed));
        below.push(painter.list("tags", tags.collect()));
    }
    if let Some(Focus::Tag(tag)) = focus {
        let carriers = resolution.tags.get(*tag).cloned().unwrap_or_default();
        below.push(painter.list("carried by", carriers));
    }
    for (instance, roles) in &shown.roles {
        let roles = roles.iter().map(|(role, members)| {
            let members = members.keys().copied();
            painter.role(instance, role, members, resolution, focus)
        });
        let disabled = if instance.enabled { "" } else { ", disabled" };
        let name = painter.name(&instance_name(instance));
        below.push(Branch {
            text: format!("{name}{disabled}"),
            below: roles.collect(),
        });
    }
    if focus.is_none() {
        let idle = resolution
            .machines
            .iter()
            .filter(|(_, machine)| machine.memberships.is_empty());
        let idle: Vec<String> = idle.map(|(name, _)| name.clone()).collect();
        if !idle.is_empty() {
            below.push(painter.list("without a role", idle));
        }
    }
    let title = match focus {
        Some(focus) => focus.describe(),
        None => match resolution.meta.get("name") {
            Some(Data::String(name)) => name.clone(),
            _ => "clan without a name".to_owned(),
        },
    };
    let mut text = format!("{}\n", painter.name(&title));
    painter.draw(&below, &mut String::new(), &mut text);
    text
}

fn marked(tag: &str, computed: bool) -> String {
    format!("{tag}{}", if computed { "*" } else { "" })
}

struct Painter<'s> {
    style: &'s Style,
}

impl Painter<'_> {
    fn name(&self, name: &str) -> String {
        let (on, off) = self.style.bold();
        format!("{on}{}{off}", one_line(name, self.style.unicode))
    }

    fn list(&self, what: &str, names: Vec<String>) -> Branch {
        let names = if names.is_empty() {
            vec!["none".to_owned()]
        } else {
            names
        };
        Branch::leaf(format!(
            "{what}  {}",
            one_line(&names.join(" "), self.style.unicode)
        ))
    }

    /// A role; members that have the same reasons are on one line.
    fn role<'m>(
        &self,
        instance: &InstanceView,
        role: &str,
        members: impl Iterator<Item = &'m str>,
        resolution: &Resolution,
        focus: Option<&Focus<'_>>,
    ) -> Branch {
        let mut groups: Vec<(String, Vec<String>)> = vec![];
        for name in members {
            let member = instance
                .roles
                .get(role)
                .and_then(|view| view.machines.get(name));
            let reason = member.map(|member| reasons(name, member, resolution));
            let reason = reason.unwrap_or_default();
            match groups.iter_mut().find(|(other, _)| *other == reason) {
                Some((_, names)) => names.push(name.to_owned()),
                None => groups.push((reason, vec![name.to_owned()])),
            }
        }
        let role = one_line(role, self.style.unicode);
        if let (Some(Focus::Machine(_)), Some((reason, _))) = (focus, groups.first()) {
            return Branch::leaf(format!("{role}  {reason}"));
        }
        if groups.is_empty() {
            return Branch::leaf(format!("{role}  nobody"));
        }
        let groups = groups
            .into_iter()
            .map(|(reason, names)| self.list(&format!("{reason}:"), names));
        Branch {
            text: role,
            below: groups.collect(),
        }
    }

    fn draw(&self, branches: &[Branch], indent: &mut String, text: &mut String) {
        let signs = match self.style.unicode {
            true => ["├─ ", "│  ", "└─ ", "   "],
            false => ["|- ", "|  ", "`- ", "   "],
        };
        for (number, branch) in branches.iter().enumerate() {
            let is_last = number + 1 == branches.len();
            let [sign, go_on] = if is_last {
                [signs[2], signs[3]]
            } else {
                [signs[0], signs[1]]
            };
            let length = indent.len();
            let behind = if branch.below.is_empty() {
                signs[3]
            } else {
                signs[1]
            };
            let room = self.style.width.saturating_sub(indent.width() + 3);
            for (at, line) in wrapped(&branch.text, room).into_iter().enumerate() {
                let before = if at == 0 { [sign, ""] } else { [go_on, behind] };
                text.push_str(&format!("{indent}{}{}{line}\n", before[0], before[1]));
            }
            indent.push_str(go_on);
            self.draw(&branch.below, indent, text);
            indent.truncate(length);
        }
    }
}

/// A text in lines of at most so many columns; those behind the first leave room for an indentation.
fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let room = if lines.len() == 1 {
            room
        } else {
            room.saturating_sub(3)
        };
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() && word.is_empty() {
            continue;
        }
        if !line.is_empty() && line.width() + 1 + word.width() > room {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}
