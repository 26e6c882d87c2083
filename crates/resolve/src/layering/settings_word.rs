//! Settings that lack the word `settings` before them: `roles.server.machines.vault.directory`.

use source::spelling::{attribute, path_names};
use source::{Diagnostic, Edit, Fix};

use super::RoleOf;

/// Tells of the unknown options of a role, its machines and tags that are settings of its service. `has` says whether there is such a setting.
pub(crate) fn tell_settings_word(
    diagnostics: &mut [Diagnostic],
    of: &RoleOf<'_, '_>,
    has: impl Fn(&str) -> bool,
) {
    let instance = attribute(&of.instance.name.value);
    let role = attribute(of.name);
    let start = format!("there is no option `inventory.instances.{instance}.roles.{role}.");
    for finding in diagnostics {
        let is_unexplained = finding
            .help
            .as_deref()
            .is_some_and(|help| help.starts_with("the options of "));
        if finding.code != "unknown-option" || !is_unexplained {
            continue;
        }
        let path = finding.message.strip_prefix(&start);
        let Some(path) = path.and_then(|path| path.strip_suffix('`')) else {
            continue;
        };
        let names = path_names(path);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let ([name] | ["machines" | "tags", _, name]) = names.as_slice() else {
            continue;
        };
        let Some(span) = finding.primary().filter(|_| has(name)) else {
            continue;
        };
        let name = attribute(name);
        finding.help = Some(format!(
            "`{name}` is a setting of the service: write `settings.{name}`"
        ));
        finding.fixes = vec![Fix {
            title: format!("write `settings.{name}`"),
            safe: false,
            edits: vec![Edit::insert_before(span, "settings.")],
        }];
    }
}
