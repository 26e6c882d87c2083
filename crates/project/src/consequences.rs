//! Findings that follow from a misspelt name, or one that nothing binds: what was meant is missing, and that is told already.

use source::{Diagnostic, Span, suggest};

use crate::undefined::UNDEFINED_VARIABLE;

/// The findings without those that would go with the mending of another.
pub(crate) fn without_consequences(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let meant: Vec<String> = diagnostics.iter().filter_map(meant).collect();
    let unbound: Vec<Span> = diagnostics.iter().filter_map(unbound).collect();
    let mut kept = diagnostics;
    kept.retain(|finding| {
        let is_inherited = finding.code == "unknown-option"
            && finding
                .primary()
                .is_some_and(|place| unbound.contains(&place));
        !is_inherited && !meant.iter().any(|path| follows(finding, path))
    });
    kept
}

/// Where a name stands that nothing binds; behind `inherit` it is an option's name too.
fn unbound(finding: &Diagnostic) -> Option<Span> {
    finding
        .primary()
        .filter(|_| finding.code == UNDEFINED_VARIABLE)
}

/// The option that an unknown one was probably meant to be, by its path; of a name that nothing binds what it was meant to be.
fn meant(finding: &Diagnostic) -> Option<String> {
    let name = suggest::proposed(finding.help.as_deref()?)?;
    if finding.code == UNDEFINED_VARIABLE {
        return Some(name.to_owned());
    }
    let path = finding.message.strip_prefix("there is no option `")?;
    let path = path.strip_suffix('`')?;
    Some(match path.rsplit_once('.') {
        Some((set, _)) => format!("{set}.{name}"),
        None => name.to_owned(),
    })
}

/// Whether a finding says that the option at `path` is missing, in its words.
fn follows(finding: &Diagnostic, path: &str) -> bool {
    match finding.code {
        "missing-value" if path.ends_with("meta.name") => finding.message == "the clan has no name",
        "missing-value" if path == "self" || path == "directory" => {
            finding.message == "the clan has neither `self` nor `directory`"
        }
        "missing-value" => misses(&finding.message, path),
        // Without `module`, an instance is of the service that has its name.
        "unknown-module" => {
            let instance = path.strip_prefix("inventory.instances.");
            let instance = instance.and_then(|path| path.strip_suffix(".module"));
            let end = instance.map(|name| format!(" has no service `{name}`"));
            end.is_some_and(|end| finding.message.ends_with(&end))
        }
        "unknown-tag" => gives_tags(path),
        _ => false,
    }
}

/// Whether the option at `path` is one that gives tags to machines.
fn gives_tags(path: &str) -> bool {
    let is_of_machine = path
        .strip_prefix("inventory.machines.")
        .is_some_and(|path| path.ends_with(".tags"));
    path == "inventory.tags" || is_of_machine
}

/// Whether a message says that the option at `path` has no value, be it in the settings of another member: it is told of each what all share.
fn misses(message: &str, path: &str) -> bool {
    let missing = message.strip_prefix('`').and_then(|rest| {
        let (missing, rest) = rest.split_once('`')?;
        let is_told = rest.starts_with(" is used but has no value");
        is_told.then_some(missing)
    });
    missing.is_some_and(|missing| missing == path || is_of_other_member(missing, path))
}

fn is_of_other_member(missing: &str, path: &str) -> bool {
    of_any_member(missing).is_some_and(|setting| of_any_member(path) == Some(setting))
}

/// The path of a setting without the name of the machine; none of anything else.
fn of_any_member(path: &str) -> Option<(&str, &str)> {
    let (role, rest) = path.split_once(".machines.")?;
    let (_, setting) = rest.split_once(".settings.")?;
    role.starts_with("instances.").then_some((role, setting))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(option: &str, help: &str, code: &'static str, message: &str, stays: bool) {
        let message_of_option = format!("there is no option `{option}`");
        let unknown = Diagnostic::error("unknown-option", message_of_option).help(help);
        let other = Diagnostic::error(code, message);
        let left = without_consequences(vec![unknown, other]);
        assert_eq!(left.len() == 2, stays, "{message}");
    }

    #[test]
    fn what_was_meant_is_not_missed() {
        let help = "did you mean `port`?";
        let message = "`a.settings.port` is used but has no value";
        check("a.settings.prot", help, "missing-value", message, false);
        let help = "did you mean `name`?";
        check(
            "inventory.meta.nam",
            help,
            "missing-value",
            "the clan has no name",
            false,
        );
        let help = "did you mean `module`?";
        let message = "clan-core has no service `caches`";
        check(
            "inventory.instances.caches.modul",
            help,
            "unknown-module",
            message,
            false,
        );
    }

    #[test]
    fn a_setting_that_members_share_is_missed_by_none_of_them() {
        let option = "instances.i.roles.r.machines.jon.settings.prot";
        let help = "did you mean `port`?";
        let message = "`instances.i.roles.r.machines.sara.settings.port` is used but has no value; clan fails if the service reads it";
        check(option, help, "missing-value", message, false);
        let message = "`instances.i.roles.s.machines.sara.settings.port` is used but has no value";
        check(option, help, "missing-value", message, true);
    }

    #[test]
    fn a_tag_is_not_missed_where_tags_are_misspelt() {
        let help = "did you mean `tags`?";
        let message = "no machine carries the tag `a`";
        check("inventory.tag", help, "unknown-tag", message, false);
        check(
            "inventory.machines.jon.tgas",
            help,
            "unknown-tag",
            message,
            false,
        );
        check(
            "inventory.instances.a.tgas",
            help,
            "unknown-tag",
            message,
            true,
        );
    }

    #[test]
    fn a_name_that_nothing_binds_is_told_once() {
        let sources = source::SourceMap::new();
        let file = sources.add(std::path::Path::new("/a.nix"), b"inherit sefl;".to_vec());
        let place = file.unwrap().span(8, 12);
        let found = ["undefined-variable", "unknown-option"]
            .map(|code| Diagnostic::error(code, code).label(place, ""));
        let left = without_consequences(found.to_vec());
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].code, "undefined-variable");
    }

    #[test]
    fn what_was_not_meant_is() {
        let help = "did you mean `port`?";
        let message = "`b.settings.port` is used but has no value";
        check("a.settings.prot", help, "missing-value", message, true);
        check(
            "a.settings.prot",
            "the options are: `x`",
            "missing-value",
            message,
            true,
        );
        check(
            "inventory.meta.nam",
            help,
            "missing-value",
            "the clan has no name",
            true,
        );
    }
}
