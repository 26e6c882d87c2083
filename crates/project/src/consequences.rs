//! Findings that follow from a misspelt name: what was meant is missing, and that is told already.

use source::Diagnostic;

/// The findings without those that would go with the mending of another.
pub(crate) fn without_consequences(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let meant: Vec<String> = diagnostics.iter().filter_map(meant).collect();
    let mut kept = diagnostics;
    kept.retain(|finding| !meant.iter().any(|path| follows(finding, path)));
    kept
}

/// The option that an unknown one was probably meant to be, by its path.
fn meant(finding: &Diagnostic) -> Option<String> {
    if finding.code != "unknown-option" {
        return None;
    }
    let path = finding.message.strip_prefix("there is no option `")?;
    let (set, _) = path.strip_suffix('`')?.rsplit_once('.')?;
    let name = finding.help.as_deref()?.strip_prefix("did you mean `")?;
    Some(format!("{set}.{}", name.strip_suffix("`?")?))
}

/// Whether a finding says that the option at `path` is missing, in its words.
fn follows(finding: &Diagnostic, path: &str) -> bool {
    match finding.code {
        "missing-value" if path.ends_with("meta.name") => finding.message == "the clan has no name",
        "missing-value" => finding.message == format!("`{path}` is used but has no value"),
        // Without `module`, an instance is of the service that has its name.
        "unknown-module" => {
            let instance = path.strip_prefix("inventory.instances.");
            let instance = instance.and_then(|path| path.strip_suffix(".module"));
            let end = instance.map(|name| format!(" has no service `{name}`"));
            end.is_some_and(|end| finding.message.ends_with(&end))
        }
        _ => false,
    }
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
