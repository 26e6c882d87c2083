//! Which clan is meant where there are several.

use flake::locate::NO_CLAN;
use flake::{FoundClan, Located};
use model::{Dialect, assemble};
use nix_frontend::eval::{Evaluator, Value};
use nix_lib::Library;
use source::{Diagnostic, Span};

use crate::analysis::{clan_source, relative};

/// There are several clans, and nothing says which one is meant.
pub const SEVERAL_CLANS: &str = "several-clans";

struct Named<'l, 'a> {
    name: String,
    clan: &'l FoundClan<'a>,
}

/// The clan called `wanted`; else the first, with a note that names all if there are others.
pub(crate) fn choose<'l, 'a>(
    evaluator: &Evaluator<'a>,
    library: Library<'a>,
    located: &'l Located<'a>,
    wanted: Option<&str>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<&'l FoundClan<'a>> {
    let first = located.clans.first()?;
    if located.clans.len() == 1 && wanted.is_none() {
        return Some(first);
    }
    let mut clans: Vec<Named<'l, 'a>> = vec![];
    for clan in &located.clans {
        let name = name(evaluator, library, located, clan);
        // A function of the flake may make the same clan once for each output that it is read for.
        let is_known = clans.iter().any(|other| {
            let same_place = other.clan.place == clan.place;
            same_place && other.name == name
        });
        if !is_known {
            clans.push(Named { name, clan });
        }
    }
    let Some(wanted) = wanted else {
        if clans.len() > 1 {
            diagnostics.push(several(evaluator, &clans));
        }
        return Some(first);
    };
    let found = clans.iter().find(|each| each.name == wanted);
    if found.is_none() {
        let text = format!(
            "no clan is called `{wanted}`; the clans are {}",
            listed(&clans)
        );
        diagnostics.push(Diagnostic::error(NO_CLAN, text));
    }
    found.map(|each| each.clan)
}

fn several<'a>(evaluator: &Evaluator<'a>, clans: &[Named<'_, 'a>]) -> Diagnostic {
    let text = format!("there are {} clans: {}", clans.len(), listed(clans));
    let mut note = Diagnostic::note(SEVERAL_CLANS, text);
    for (at, each) in clans.iter().enumerate() {
        let Some(place) = each.clan.place.some() else {
            continue;
        };
        let text = match at {
            0 => format!("`{}` is read", each.name),
            _ => format!("`{}` is not read", each.name),
        };
        note = note.label(evaluator.session.sources.word(place), text);
    }
    note.help("choose another by `--clan NAME`")
}

fn listed(clans: &[Named<'_, '_>]) -> String {
    let names: Vec<String> = clans
        .iter()
        .map(|each| format!("`{}`", each.name))
        .collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => "none".to_owned(),
    }
}

/// What a clan is called: its `meta.name`, else its directory.
fn name<'a>(
    evaluator: &Evaluator<'a>,
    library: Library<'a>,
    located: &Located<'a>,
    clan: &FoundClan<'a>,
) -> String {
    let source = clan_source(evaluator, located, clan);
    let directory = relative(&located.root, &source.directory);
    let newest = Dialect::of(Dialect::NEWEST);
    let name = || {
        let clan = assemble(evaluator, library, &source, &newest, &mut vec![]).ok()?;
        let path = ["inventory", "meta", "name"];
        let name = path.iter().try_fold(clan.config, |value, name| {
            evaluator.select(value, evaluator.symbol(name), Span::NONE)
        });
        match name.ok()? {
            Value::String(name) => Some(name.text()),
            _ => None,
        }
    };
    let name = name();
    library.modules.take_tolerated();
    name.unwrap_or(directory)
}
