//! One note for each cause: however many values depend on an input that is not on disk, that is one thing to know.

use flake::InputInfo;
use model::Data;
use resolve::Resolution;
use source::{Diagnostic, Pos, Severity, SourceMap};

/// The code of the notes that are put together.
const OUT_OF_REACH: &str = "out-of-reach";
const MOST_NAMES: usize = 3;

/// What a note is about, and the words around it.
struct Kind {
    before: &'static str,
    after: &'static str,
    /// The words for several of the kind.
    several: [&'static str; 2],
}

const KINDS: &[Kind] = &[
    Kind {
        before: "`",
        after: "` is out of reach: ",
        several: ["", "are out of reach"],
    },
    Kind {
        before: "the module `",
        after: "` is left out: ",
        several: ["the modules ", "are left out"],
    },
    Kind {
        before: "the service `",
        after: "` is not known: ",
        several: ["the services ", "are not known"],
    },
];

/// A note about one value, module or service.
struct Part {
    kind: usize,
    name: String,
    because: String,
}

/// Tells in notes on an input that is not on disk how it comes there. Of two inputs of one name it is not known which one is meant.
pub(crate) fn tell_remedies(diagnostics: &mut [Diagnostic], inputs: &[InputInfo]) {
    for diagnostic in diagnostics {
        let because = part(diagnostic).map(|part| part.because);
        let named = because.as_deref().and_then(input_not_on_disk);
        let Some(named) = named else { continue };
        let mut meant = inputs
            .iter()
            .filter(|input| input.name.rsplit('/').next() == Some(named));
        if let (Some(input), None) = (meant.next(), meant.next()) {
            diagnostic.help.get_or_insert_with(|| remedy(input));
        }
    }
}

fn input_not_on_disk(because: &str) -> Option<&str> {
    because
        .strip_prefix("input `")?
        .strip_suffix("` is not on disk")
}

fn remedy(input: &InputInfo) -> String {
    let name = &input.name;
    let by_hand = format!("`--override-input {name}=DIR`");
    if input.locked.is_empty() {
        return format!("give its directory: {by_hand}");
    }
    format!("download it by `clan-inventory inputs fetch {name}`, or give its directory: {by_hand}")
}

/// The findings with those notes that have a common cause put together, where the first of them stands.
pub(crate) fn put_together(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut kept: Vec<Diagnostic> = vec![];
    let mut groups: Vec<(usize, Vec<Part>)> = vec![];
    for diagnostic in diagnostics {
        let Some(part) = part(&diagnostic) else {
            kept.push(diagnostic);
            continue;
        };
        let same = |(_, parts): &&mut (usize, Vec<Part>)| {
            parts.iter().any(|other| other.because == part.because)
        };
        match groups.iter_mut().find(same) {
            Some((at, parts)) => {
                if let Some(first) = kept.get_mut(*at) {
                    add_labels(first, diagnostic);
                }
                let mut known = parts.iter();
                if !known.any(|other| other.name == part.name && other.kind == part.kind) {
                    parts.push(part);
                }
            }
            None => {
                groups.push((kept.len(), vec![part]));
                kept.push(diagnostic);
            }
        }
    }
    for (at, parts) in groups {
        if let Some(note) = kept.get_mut(at).filter(|_| parts.len() > 1) {
            note.message = headline(&parts);
        }
    }
    kept
}

/// A note for each cause for which settings are not known: an input that is not on disk. That nothing is built is nothing to tell.
pub(crate) fn of_settings(resolution: &Resolution, sources: &SourceMap) -> Vec<Diagnostic> {
    let mut notes = vec![];
    for instance in &resolution.instances {
        for role in instance.roles.values() {
            for member in role.machines.values() {
                if let Some(settings) = &member.settings {
                    leaves(settings, Pos::NONE, sources, &mut notes);
                }
            }
        }
    }
    notes
}

fn leaves(data: &Data, place: Pos, sources: &SourceMap, notes: &mut Vec<Diagnostic>) {
    match data {
        Data::Unknown { name, because } if because.starts_with("input `") => {
            let message = format!("`{name}` is out of reach: {because}");
            let note = Diagnostic::note(OUT_OF_REACH, message);
            notes.push(match place.some() {
                Some(place) => note.label(sources.word(place), "needed here"),
                None => note,
            });
        }
        Data::Set(attrs) => {
            for (_, own, value) in attrs {
                let place = own.some().unwrap_or(place);
                leaves(value, place, sources, notes);
            }
        }
        Data::List(items) => {
            for item in items {
                leaves(item, place, sources, notes);
            }
        }
        _ => {}
    }
}

fn part(diagnostic: &Diagnostic) -> Option<Part> {
    if diagnostic.severity != Severity::Note || diagnostic.code != OUT_OF_REACH {
        return None;
    }
    let mut kinds = KINDS.iter().enumerate();
    kinds.find_map(|(number, kind)| {
        let rest = diagnostic.message.strip_prefix(kind.before)?;
        let (name, because) = rest.split_once(kind.after)?;
        Some(Part {
            kind: number,
            name: name.to_owned(),
            because: because.to_owned(),
        })
    })
}

fn add_labels(note: &mut Diagnostic, other: Diagnostic) {
    for label in other.labels {
        if !note
            .labels
            .iter()
            .any(|known| known.span.start == label.span.start)
        {
            note.labels.push(label);
        }
    }
}

fn headline(parts: &[Part]) -> String {
    let first = parts.first().map_or(0, |part| part.kind);
    let is_uniform = parts.iter().all(|part| part.kind == first);
    let kind = KINDS.get(if is_uniform { first } else { 0 });
    let [before, after] = kind.map_or(["", ""], |kind| kind.several);
    let names = parts.iter().take(MOST_NAMES).map(|part| {
        let own = KINDS.get(part.kind).filter(|_| !is_uniform);
        format!("{}{}`", own.map_or("`", |kind| kind.before), part.name)
    });
    let names: Vec<String> = names.collect();
    let names = match (parts.len() - names.len(), names.split_last()) {
        (0, Some((last, others))) => format!("{} and {last}", others.join(", ")),
        (more, _) => format!("{} and {more} more", names.join(", ")),
    };
    let because = parts.first().map_or("", |part| &part.because);
    format!("{before}{names} {after}: {because}")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use expect_test::{Expect, expect};

    #[track_caller]
    fn check(messages: &[&str], expected: Expect) {
        let sources = SourceMap::new();
        let file = sources
            .add(Path::new("/a.nix"), b"abcdefgh".to_vec())
            .unwrap();
        let notes = messages.iter().enumerate().map(|(at, message)| {
            let note = Diagnostic::note(OUT_OF_REACH, *message);
            note.label(file.span(at as u32, at as u32 + 1), "here")
        });
        let notes = put_together(notes.collect());
        let lines = notes
            .iter()
            .map(|note| format!("{} ({})\n", note.message, note.labels.len()));
        expected.assert_eq(&lines.collect::<String>());
    }

    #[test]
    fn values_of_one_input_are_one_note() {
        check(
            &[
                "`inputs.a.b` is out of reach: input `a` is not on disk",
                "`inputs.c` is out of reach: input `c` is not on disk",
                "`inputs.a.c` is out of reach: input `a` is not on disk",
                "`inputs.a.c` is out of reach: input `a` is not on disk",
            ],
            expect![[r#"
                `inputs.a.b` and `inputs.a.c` are out of reach: input `a` is not on disk (3)
                `inputs.c` is out of reach: input `c` is not on disk (1)
            "#]],
        );
    }

    #[track_caller]
    fn check_remedy(inputs: &[(&str, &str)], expected: Expect) {
        let inputs = inputs.iter().map(|(name, locked)| InputInfo {
            name: (*name).to_owned(),
            url: None,
            date: None,
            revision: None,
            state: flake::InputState::OutOfReach,
            has_stand_in: false,
            is_clan_core: false,
            has_no_clan: false,
            locked: (*locked).to_owned(),
        });
        let message = "the module `inputs.a.b` is left out: input `a` is not on disk";
        let mut notes = [Diagnostic::note(OUT_OF_REACH, message)];
        tell_remedies(&mut notes, &inputs.collect::<Vec<_>>());
        expected.assert_eq(notes[0].help.as_deref().unwrap_or("nothing"));
    }

    #[test]
    fn what_is_locked_can_be_downloaded() {
        check_remedy(
            &[("b/a", "{}"), ("c", "{}")],
            expect![
                "download it by `clan-inventory inputs fetch b/a`, or give its directory: `--override-input b/a=DIR`"
            ],
        );
        check_remedy(
            &[("a", "")],
            expect!["give its directory: `--override-input a=DIR`"],
        );
        check_remedy(&[("a", ""), ("b/a", "{}")], expect!["nothing"]);
    }

    #[test]
    fn modules_of_one_input_are_one_note() {
        check(
            &[
                "the module `inputs.a.x` is left out: input `a` is not on disk",
                "the module `inputs.a.y` is left out: input `a` is not on disk",
                "the module `inputs.a.z` is left out: input `a` is not on disk",
                "the module `inputs.a.w` is left out: input `a` is not on disk",
            ],
            expect![[r#"
                the modules `inputs.a.x`, `inputs.a.y`, `inputs.a.z` and 1 more are left out: input `a` is not on disk (4)
            "#]],
        );
    }

    #[test]
    fn values_modules_and_services_of_one_input_are_one_note() {
        check(
            &[
                "`inputs.a.b` is out of reach: input `a` is not on disk",
                "the module `inputs.a.y` is left out: input `a` is not on disk",
                "the service `z` is not known: input `a` is not on disk",
            ],
            expect![[r#"
                `inputs.a.b`, the module `inputs.a.y` and the service `z` are out of reach: input `a` is not on disk (3)
            "#]],
        );
    }

    #[test]
    fn other_notes_stay() {
        check(
            &["nothing", "nothing"],
            expect![[r#"
            nothing (1)
            nothing (1)
        "#]],
        );
    }
}
