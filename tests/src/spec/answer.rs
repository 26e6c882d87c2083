//! What result blocks hold.

use std::fmt::Write as _;

use report::{explain, nix};
use source::Diagnostic;

use super::run::Ran;

/// What a block of this kind should hold; none for what is no result.
pub fn answer(ran: &Ran, kind: &str) -> Option<String> {
    let (word, rest) = kind.split_once(' ').unwrap_or((kind, ""));
    let answer = match word {
        "value" => ran.value.clone().unwrap_or_default().trim_end().to_owned() + "\n",
        "report" => ran
            .diagnostics
            .iter()
            .map(|each| finding(each, ran))
            .collect(),
        "fixed" => ran.fixed.get(rest).cloned().unwrap_or_default(),
        "members" => members(ran),
        "settings" => settings(ran),
        "resolve" => resolved(ran, rest),
        "explain" => {
            let clan = ran.clan.as_ref()?;
            let text = explain::text(rest, &clan.resolution, ran.places());
            text.unwrap_or_else(|| "nothing\n".to_owned())
        }
        "explain-json" => {
            let clan = ran.clan.as_ref()?;
            let json = explain::json::of(rest, &clan.resolution, ran.places());
            json.map_or_else(|| "nothing\n".to_owned(), |json| format!("{json:#}\n"))
        }
        _ => return None,
    };
    Some(answer)
}

/// A finding in its compact form.
fn finding(diagnostic: &Diagnostic, ran: &Ran) -> String {
    let Diagnostic { code, message, .. } = diagnostic;
    let mut text = format!("{}[{code}]: {message}\n", diagnostic.severity.name());
    for label in &diagnostic.labels {
        let place = ran.places().name(label.span).unwrap_or_default();
        let _ = writeln!(text, "  {place}  {}", label.text);
    }
    for note in &diagnostic.notes {
        let _ = writeln!(text, "  note: {}", note.replace('\n', "\n    "));
    }
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(text, "  help: {}", help.replace('\n', "\n    "));
    }
    for fix in &diagnostic.fixes {
        let word = if fix.safe { "fix" } else { "unsafe fix" };
        let _ = writeln!(text, "  {word}: {}", fix.title);
    }
    text
}

fn members(ran: &Ran) -> String {
    let mut text = String::new();
    let instances = ran.clan.iter().flat_map(|clan| &clan.resolution.instances);
    for instance in instances {
        for (role, view) in &instance.roles {
            let members = match view.members.is_empty() {
                true => "nobody".to_owned(),
                false => view.members.join(" "),
            };
            let _ = writeln!(text, "{}.{role}: {members}", instance.instance);
        }
    }
    text
}

fn settings(ran: &Ran) -> String {
    let mut text = String::new();
    let Some(clan) = &ran.clan else { return text };
    for instance in &clan.resolution.instances {
        for (role, view) in &instance.roles {
            for (machine, member) in &view.machines {
                if let Some(settings) = &member.settings {
                    let settings = nix::line(settings, ran.places());
                    let _ = writeln!(text, "{}.{role}.{machine}: {settings}", instance.instance);
                }
            }
        }
    }
    for (machine, view) in &clan.resolution.machines {
        for (service, config) in view.config.iter().flatten() {
            let config = nix::line(config, ran.places());
            let _ = writeln!(text, "{machine}: clan.{service} = {config}");
        }
    }
    text
}

/// A part of the document of `resolve`: `machines.jon.tags`.
fn resolved(ran: &Ran, path: &str) -> String {
    let Some(clan) = &ran.clan else {
        return String::new();
    };
    let surroundings = report::document::Surroundings {
        directory: ".".to_owned(),
        diagnostics: report::diagnostic::json::array(&[], ran.places()),
        places: ran.places(),
    };
    let document = report::json::value_of(&report::document::Document {
        resolution: &clan.resolution,
        surroundings,
    });
    let mut path = path.split('.').filter(|part| !part.is_empty());
    let part = path.try_fold(&document, |at, name| match name.parse::<usize>() {
        Ok(number) => at.get(number),
        Err(_) => at.get(name),
    });
    part.map_or_else(|| "nothing\n".to_owned(), |part| format!("{part:#}\n"))
}
