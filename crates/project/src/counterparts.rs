//! What an option is called in the other generation: `roles.client.config` in `instances`, `roles.client.settings` in `services`.

use source::{Diagnostic, SourceMap, spelling, suggest};

/// Says of options that only the other generation has how this one writes them.
pub(crate) fn tell_counterparts(diagnostics: &mut [Diagnostic], sources: &SourceMap) {
    for diagnostic in diagnostics {
        match diagnostic.code {
            "unknown-option" => unknown_option(diagnostic, sources),
            "module-syntax" => config_of_instance(diagnostic, sources),
            _ => {}
        }
    }
}

fn unknown_option(diagnostic: &mut Diagnostic, sources: &SourceMap) {
    let path = diagnostic.message.strip_prefix("there is no option `");
    let Some(path) = path.and_then(|path| path.strip_suffix('`')) else {
        return;
    };
    let path = spelling::path_names(path);
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let Some(way) = way(&path) else { return };
    let name = path.last().copied().unwrap_or_default();
    diagnostic.fixes.clear();
    match way {
        Way::Name(meant) => {
            let span = diagnostic.primary();
            let fix = span.and_then(|span| suggest::rename(sources, span, name, meant, false));
            diagnostic.fixes.extend(fix);
            diagnostic.help = Some(format!("did you mean `{meant}`?"));
        }
        Way::OfRole => {
            let text = format!("that belongs to a role: `roles.<role>.{name}`");
            diagnostic.help = Some(text);
        }
    }
}

/// Where what an option says belongs.
enum Way {
    /// Under this name.
    Name(&'static str),
    /// To a role.
    OfRole,
}

fn way(path: &[&str]) -> Option<Way> {
    let (generation, below) = match path {
        ["inventory", "instances", _, below @ ..] => ("instances", below),
        ["inventory", "services", _, _, below @ ..] => ("services", below),
        _ => return None,
    };
    Some(match (generation, below) {
        ("instances", ["roles", _, "config"] | ["roles", _, "machines", _, "config"]) => {
            Way::Name("settings")
        }
        (_, ["roles", _, "imports"]) => Way::Name("extraModules"),
        ("instances", ["settings" | "machines" | "tags" | "extraModules"]) => Way::OfRole,
        ("services", ["settings"] | ["roles" | "machines", _, "settings"]) => Way::Name("config"),
        _ => return None,
    })
}

/// An instance with `config`, which makes it a module in the long form.
fn config_of_instance(diagnostic: &mut Diagnostic, sources: &SourceMap) {
    // Services have `roles` too, and a manifest.
    let file = diagnostic
        .primary()
        .and_then(|place| sources.file(place.start));
    let attrs = match file.is_some_and(|file| file.text.contains("manifest")) {
        true => &["module"][..],
        false => &["module", "roles"],
    };
    let is_instance = attrs.iter().any(|attr| {
        diagnostic.message == format!("`{attr}` cannot stand beside `config` in a module")
    });
    if let ([first, second, ..], true) = (diagnostic.labels.as_mut_slice(), is_instance) {
        std::mem::swap(first, second);
        let help =
            "an instance has no `config`: its settings belong to a role, `roles.<role>.settings`";
        diagnostic.help = Some(help.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(option: &str, help: Option<&str>) {
        let message = format!("there is no option `{option}`");
        let mut found = [Diagnostic::error("unknown-option", message)];
        tell_counterparts(&mut found, &SourceMap::new());
        assert_eq!(found[0].help.as_deref(), help, "{option}");
    }

    #[test]
    fn an_option_of_the_other_generation_has_a_counterpart() {
        let settings = Some("did you mean `settings`?");
        check("inventory.instances.a.roles.b.config", settings);
        check(
            "inventory.instances.\"a.b\".roles.c.machines.d.config",
            settings,
        );
        check(
            "inventory.services.a.b.roles.c.settings",
            Some("did you mean `config`?"),
        );
        check(
            "inventory.services.a.b.roles.c.imports",
            Some("did you mean `extraModules`?"),
        );
        check(
            "inventory.instances.a.tags",
            Some("that belongs to a role: `roles.<role>.tags`"),
        );
        check("inventory.instances.a.roles.b.settings", None);
        check("inventory.machines.a.config", None);
    }
}
