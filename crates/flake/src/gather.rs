//! From the calls that the stand-ins wrote down to clans.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use nix_frontend::eval::{Attr, Attrs, Evaluator, Value};
use nix_frontend::import::to_path;
use nix_frontend::ir::symbol::known;
use nix_lib::modules::Input;
use source::Pos;

use crate::clan::{FoundClan, Via};
use crate::flakes::{Call, Flakes, Parts};
use crate::stand_ins::clan_core;

/// The clans that were written down, the one that is meant first: those of the flake in `root` before others, then those of the `first` calls,
/// then as they stand in the files.
pub(crate) fn clans<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    root: &Path,
    first: usize,
) -> Vec<FoundClan<'a>> {
    let mut clans: Vec<(bool, FoundClan<'a>)> = vec![];
    let mut undeclared = vec![];
    let mut seen: Vec<usize> = vec![];
    // Reading an option of flake-parts may write down further calls.
    let mut at = 0;
    while let Some(call) = flakes.calls().get(at) {
        let is_later = at >= first;
        at += 1;
        let clan = match call {
            Call::Parts(parts) => match of_parts(evaluator, parts, root) {
                Some((clan, true)) => clan,
                Some((clan, false)) => {
                    undeclared.push(clan);
                    continue;
                }
                None => continue,
            },
            Call::Modules(config) => match of_modules(evaluator, flakes, *config, root) {
                Some(clan) => clan,
                None => continue,
            },
            Call::Clan {
                via,
                arguments,
                special_args,
                place,
            } => FoundClan {
                modules: vec![input(evaluator, *arguments, *place)],
                special_args,
                self_directory: own_directory(evaluator, special_args, root),
                is_inventory_only: false,
                via: *via,
                place: *place,
            },
        };
        let address = identity(&clan);
        if !seen.contains(&address) {
            seen.push(address);
            clans.push((is_later, clan));
        }
    }
    clans.sort_by_key(|(is_later, clan)| (clan.self_directory != root, *is_later, clan.place));
    if clans.is_empty() {
        return undeclared;
    }
    clans.into_iter().map(|(_, clan)| clan).collect()
}

/// A number that calls with the same arguments share.
fn identity(clan: &FoundClan<'_>) -> usize {
    let mut modules = clan.modules.iter();
    let set = modules.find_map(|input| match input.value {
        Value::Attrs(attrs) => Some(std::ptr::from_ref(attrs).addr()),
        _ => None,
    });
    set.unwrap_or_else(|| std::ptr::from_ref(clan.special_args).addr())
}

/// A module that stands at `place`.
pub(crate) fn input<'a>(evaluator: &Evaluator<'a>, value: Value<'a>, place: Pos) -> Input<'a> {
    let file = evaluator.session.sources.locate(place);
    Input {
        file: file.map(|(path, _)| {
            let bytes = path.as_os_str().as_bytes();
            &*evaluator.arena.alloc_slice_copy(bytes)
        }),
        place,
        ..Input::of(value)
    }
}

fn of_parts<'a>(
    evaluator: &Evaluator<'a>,
    parts: &'a Parts<'a>,
    root: &Path,
) -> Option<(FoundClan<'a>, bool)> {
    if !parts.finds_clan(evaluator) {
        return None;
    }
    let found = parts.found.get()?;
    let clan = FoundClan {
        modules: found.modules.to_vec(),
        special_args: parts.clan_args,
        self_directory: own_directory(evaluator, parts.clan_args, root),
        is_inventory_only: false,
        via: Via::FlakeParts,
        place: first_place(found.modules),
    };
    Some((clan, found.is_declared))
}

/// The clan whose `config` a flake has evaluated itself, with clan-core's module among its own.
fn of_modules<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    config: Value<'a>,
    root: &Path,
) -> Option<FoundClan<'a>> {
    let config = evaluator.force(config).ok()?;
    let setup = flakes.modules.evaluation_of(config)?.setup;
    let modules: Vec<Input<'a>> = setup
        .modules
        .iter()
        .map(|given| match evaluator.force(given.value) {
            Ok(Value::Attrs(attrs)) if given.file.is_none() => {
                let place = clan_core::first_place(evaluator, attrs);
                input(evaluator, given.value, place)
            }
            _ => *given,
        })
        .collect();
    let own = evaluator.select(config, known::SELF, source::Span::NONE);
    let own = own.unwrap_or_else(|_| flakes.value(evaluator, 0));
    let special_args = clan_core::special_args(evaluator, flakes, own);
    let special_args = match setup.special_args {
        Some(given) => special_args.update(given, evaluator.arena),
        None => special_args,
    };
    let own = evaluator.attrs_ref(vec![Attr::unplaced(known::SELF, own)]);
    let special_args = special_args.update(own, evaluator.arena);
    Some(FoundClan {
        self_directory: own_directory(evaluator, special_args, root),
        special_args,
        is_inventory_only: false,
        via: Via::Modules,
        place: first_place(&modules),
        modules,
    })
}

/// The clan whose modules a function out of reach gets.
pub(crate) fn wrapped<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    root: &Path,
    modules: Vec<Input<'a>>,
) -> FoundClan<'a> {
    let given = modules.iter().find_map(|input| {
        let attrs = evaluator.force_attrs(input.value).ok()?;
        attrs.value(known::SELF)
    });
    let own = given.unwrap_or_else(|| flakes.value(evaluator, 0));
    let special_args = clan_core::special_args(evaluator, flakes, own);
    FoundClan {
        place: first_place(&modules),
        special_args,
        self_directory: own_directory(evaluator, special_args, root),
        is_inventory_only: false,
        via: Via::UnknownCall,
        modules,
    }
}

fn first_place(modules: &[Input<'_>]) -> Pos {
    let places = modules.iter().filter_map(|input| input.place.some());
    places.min().unwrap_or_default()
}

fn own_directory<'a>(
    evaluator: &Evaluator<'a>,
    special_args: &'a Attrs<'a>,
    root: &Path,
) -> PathBuf {
    let directory = || {
        let own = special_args.value(known::SELF)?;
        let path = evaluator.coerce_to_path(own).ok()?;
        Some(to_path(path.bytes).to_owned())
    };
    directory().unwrap_or_else(|| root.to_owned())
}
