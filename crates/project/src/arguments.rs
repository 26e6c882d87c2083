//! Arguments that modules of a clan ask for in vain. clan gives its `specialArgs` to the machines, not to modules of its own.

use source::Diagnostic;

/// Rewrites the help on missing module arguments for the modules of a clan.
pub(crate) fn tell_of_clan(diagnostics: &mut [Diagnostic]) {
    for finding in diagnostics {
        if let Some(help) = finding
            .help
            .as_deref()
            .and_then(|help| of_clan(finding, help))
        {
            finding.help = Some(help);
        }
    }
}

fn of_clan(finding: &Diagnostic, help: &str) -> Option<String> {
    const UNKNOWN: &str = "no such module argument";
    const LATE: &str = "`_module.args` is known only after all imports; ";
    if help.starts_with(LATE) {
        let way = "hand the value over where the file is imported: `(import ./… { … })`";
        return Some(format!("{LATE}{way}"));
    }
    let is_unknown = finding.labels.iter().any(|label| label.text == UNKNOWN);
    if finding.code != "missing-attribute" || !is_unknown {
        return None;
    }
    if finding.message == "attribute 'pkgs' missing" {
        let text = "a clan module has no `pkgs`: what needs packages belongs in the NixOS modules of machines or services";
        return Some(text.to_owned());
    }
    let (_, module) = help.split_once("`, or write `_module.args.")?;
    help.starts_with("give it by `specialArgs")
        .then(|| format!("write `_module.args.{module}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, help: &str, expected: &str) {
        let finding = Diagnostic::error("missing-attribute", message);
        let file = source::SourceMap::new();
        let file = file
            .add(std::path::Path::new("/a.nix"), b"abc".to_vec())
            .unwrap();
        let finding = finding.label(file.span(0, 1), "no such module argument");
        let mut findings = [finding.help(help)];
        tell_of_clan(&mut findings);
        assert_eq!(findings[0].help.as_deref(), Some(expected));
    }

    #[test]
    fn special_args_do_not_reach_modules_of_the_clan() {
        check(
            "attribute 'inputs' missing",
            "give it by `specialArgs = { inherit inputs; };`, or write `_module.args.inputs = …;` in a module",
            "write `_module.args.inputs = …;` in a module",
        );
        check(
            "attribute 'input' missing",
            "did you mean `inputs`?",
            "did you mean `inputs`?",
        );
    }

    #[test]
    fn a_clan_has_no_packages() {
        check(
            "attribute 'pkgs' missing",
            "did you mean `nixpkgs`?",
            "a clan module has no `pkgs`: what needs packages belongs in the NixOS modules of machines or services",
        );
    }
}
