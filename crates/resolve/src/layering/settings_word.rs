//! Settings that lack the word `settings` before them: `roles.server.machines.vault.directory`.

use source::spelling::{attribute, path_names};
use source::{Diagnostic, Edit, Fix, Label, Span};

use super::RoleOf;

/// Tells of the unknown options of a role, its machines and tags that are settings of its service, once for all that stand side by side.
/// `has` says whether there is such a setting.
pub(crate) fn tell_settings_word(
    diagnostics: &mut Vec<Diagnostic>,
    of: &RoleOf<'_, '_>,
    has: impl Fn(&str) -> bool,
) {
    let instance = attribute(&of.instance.name.value);
    let role = attribute(of.name);
    let start = format!("there is no option `inventory.instances.{instance}.roles.{role}.");
    let mut groups: Vec<Group> = vec![];
    for (at, finding) in diagnostics.iter().enumerate() {
        let Some((level, name)) = stray(finding, &start).filter(|(_, name)| has(name)) else {
            continue;
        };
        let Some(span) = finding.primary() else {
            continue;
        };
        let found = Stray {
            at,
            name: attribute(&name),
            span,
        };
        match groups.iter_mut().find(|group| group.level == level) {
            Some(group) => group.strays.push(found),
            None => groups.push(Group {
                level,
                strays: vec![found],
            }),
        }
    }
    let mut told_elsewhere = vec![];
    for mut group in groups {
        group.strays.sort_by_key(|stray| stray.span.start);
        let [first, others @ ..] = group.strays.as_slice() else {
            continue;
        };
        if let Some(finding) = diagnostics.get_mut(first.at) {
            tell(finding, &group.strays);
        }
        told_elsewhere.extend(others.iter().map(|other| other.at));
    }
    let mut at = 0;
    diagnostics.retain(|_| {
        at += 1;
        !told_elsewhere.contains(&(at - 1))
    });
}

/// The settings that stand in one set.
struct Group {
    /// The names that lead to the set from the role.
    level: Vec<String>,
    strays: Vec<Stray>,
}

/// A setting without the word.
struct Stray {
    /// Which finding tells of it.
    at: usize,
    name: String,
    span: Span,
}

/// The names that lead to an unknown option of a role, and its own; none if something else is known of it.
fn stray(finding: &Diagnostic, start: &str) -> Option<(Vec<String>, String)> {
    let is_unexplained = finding
        .help
        .as_deref()
        .is_some_and(|help| help.starts_with("the options of "));
    if finding.code != "unknown-option" || !is_unexplained {
        return None;
    }
    let path = finding.message.strip_prefix(start)?.strip_suffix('`')?;
    let mut level = path_names(path);
    let name = level.pop()?;
    let is_of_role = match level.as_slice() {
        [] => true,
        [word, _] => word == "machines" || word == "tags",
        _ => false,
    };
    is_of_role.then_some((level, name))
}

/// Says in the finding on the first of several settings what they all lack.
fn tell(finding: &mut Diagnostic, strays: &[Stray]) {
    let written: Vec<String> = strays
        .iter()
        .map(|stray| format!("`settings.{}`", stray.name))
        .collect();
    let title = format!("write {}", written.join(", "));
    finding.help = Some(match strays {
        [only] => format!("`{}` is a setting of the service: {title}", only.name),
        _ => format!("these are settings of the service: {title}"),
    });
    let others = strays.iter().skip(1);
    finding.labels.extend(others.map(|other| Label {
        span: other.span,
        text: "and this".to_owned(),
    }));
    let edits = strays
        .iter()
        .map(|stray| Edit::insert_before(stray.span, "settings."));
    finding.fixes = vec![Fix {
        title,
        safe: false,
        edits: edits.collect(),
    }];
}
