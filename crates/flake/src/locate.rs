//! Finds the clan: reads what the user points at until something makes a clan.
//!
//! In a flake the outputs are read one after the other, those first that a clan mostly stands in. The stand-ins write down each clan
//! that is made on the way. Where a function out of reach gets the clan, it is found among the arguments.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use nix_frontend::eval::error::describe;
use nix_frontend::eval::evaluator::UnknownCall;
use nix_frontend::eval::{Attr, Attrs, ErrorKind, EvalError, Evaluator, Result, Value};
use nix_frontend::import::to_path;
use nix_frontend::ir::symbol::known;
use nix_lib::Library;
use nix_lib::modules::Input;
use source::{Diagnostic, Diagnostics, Span};

use crate::clan::{FoundClan, Located, Via};
use crate::entry::{self, Entry};
use crate::flakes::{Call, Flakes, Parts};
use crate::inputs::Sources;
use crate::inputs::tree::{self, Given};
use crate::stand_ins::{clan_core, flake_parts};

/// What is to be opened.
#[derive(Clone, Copy)]
pub struct Request<'r> {
    /// What the user points at.
    pub entry: &'r Entry,
    /// Where the sources of inputs lie.
    pub sources: &'r Sources,
}

/// Nothing was found that makes a clan.
pub const NO_CLAN: &str = "no-clan";

/// The outputs that are read first.
const CLAN_OUTPUTS: &[&str] = &[
    "clan",
    "clanInternals",
    "nixosConfigurations",
    "darwinConfigurations",
];

/// Finds the clans in what the user points at.
///
/// Errors: none; what goes wrong is among the diagnostics, and without a clan there is one with an error.
pub fn open<'a>(
    evaluator: &Evaluator<'a>,
    library: Library<'a>,
    request: Request<'_>,
) -> Located<'a> {
    let mut opening = Opening {
        evaluator,
        library,
        sources: request.sources,
        diagnostics: Diagnostics::new(),
        has_broken_text: false,
    };
    let mut located = entry::open(&mut opening, request.entry);
    located.diagnostics = opening.diagnostics;
    let says_why = located.diagnostics.has_errors() || opening.has_broken_text;
    if located.clans.is_empty() && !says_why {
        let name = located.root.display();
        located.diagnostics.push(
            Diagnostic::error(NO_CLAN, format!("no clan was found in `{name}`"))
                .help("a clan is made by `clan-core.lib.clan { … }`, or by `clan = { … };` with flake-parts"),
        );
    }
    located
}

/// What opening needs all along.
pub(crate) struct Opening<'a, 'e> {
    pub evaluator: &'e Evaluator<'a>,
    pub library: Library<'a>,
    pub sources: &'e Sources,
    pub diagnostics: Diagnostics,
    /// Whether something failed since a text does not parse, which the session reports.
    pub has_broken_text: bool,
}

const MOST_ATTEMPTS: usize = 3;

impl<'a> Opening<'a, '_> {
    /// The flakes with the one in `root` as the first.
    pub(crate) fn flakes(&mut self, root: &Path, clan_cores: &[String]) -> &'a Flakes<'a> {
        let given = Given {
            sources: self.sources,
            clan_cores,
        };
        let nodes = tree::read(self.evaluator, root, given, &mut self.diagnostics);
        Flakes::new(self.evaluator, self.library, nodes, self.sources)
    }

    /// The clans of the flake in `root`.
    ///
    /// An input whose functions make clans is clan-core, whatever its name; this shows only when they are called, hence several attempts.
    pub(crate) fn flake(&mut self, root: &Path) -> Located<'a> {
        let mut clan_cores: Vec<String> = vec![];
        for attempt in 1.. {
            self.evaluator.unknown_calls.borrow_mut().clear();
            let flakes = self.flakes(root, &clan_cores);
            let mut errors = vec![];
            self.read_outputs(flakes, &mut errors);
            let clans = self.clans(flakes, root);
            let more = self.called_clan_cores();
            if clans.is_empty() && attempt < MOST_ATTEMPTS && !more.is_empty() {
                clan_cores.extend(more);
                continue;
            }
            return self.finish(flakes, root, clans, errors);
        }
        self.located(root)
    }

    fn finish(
        &mut self,
        flakes: &'a Flakes<'a>,
        root: &Path,
        mut clans: Vec<FoundClan<'a>>,
        errors: Vec<(Stage, Box<EvalError>)>,
    ) -> Located<'a> {
        if clans.is_empty() {
            clans = self.clans_in_unknown_calls(flakes, root);
        }
        let found = !clans.is_empty();
        for (stage, error) in errors {
            if !found || stage == Stage::Whole {
                self.report(&error);
            }
        }
        Located {
            clans,
            flake: Some(flakes.value(self.evaluator, 0)),
            inputs: infos(flakes),
            ..self.located(root)
        }
    }

    /// Reports an error, unless it stands for a text that does not parse.
    pub(crate) fn report(&mut self, error: &EvalError) {
        if error.kind == ErrorKind::Syntax {
            self.has_broken_text = true;
        } else {
            self.diagnostics.push(error.diagnostic());
        }
    }

    /// Nothing found yet in `root`.
    pub(crate) fn located(&self, root: &Path) -> Located<'a> {
        Located {
            clans: vec![],
            root: root.to_owned(),
            flake: None,
            inputs: vec![],
            diagnostics: Diagnostics::new(),
        }
    }

    /// Reads outputs until a clan is made.
    fn read_outputs(&self, flakes: &'a Flakes<'a>, errors: &mut Vec<(Stage, Box<EvalError>)>) {
        let evaluator = self.evaluator;
        let flake = flakes.value(evaluator, 0);
        let outputs = match evaluator.force_attrs(flake) {
            Ok(flake) => flake.value(known::OUTPUTS),
            Err(error) => {
                errors.push((Stage::Whole, error));
                return;
            }
        };
        let Some(Ok(outputs)) = outputs.map(|outputs| evaluator.force_attrs(outputs)) else {
            return;
        };
        let first = CLAN_OUTPUTS
            .iter()
            .filter_map(|name| outputs.get(evaluator.symbol(name)));
        for attr in first {
            self.read_output(attr, errors);
        }
        for attr in evaluator.ordered(outputs) {
            if has_clan(flakes) {
                break;
            }
            self.read_output(attr, errors);
        }
    }

    fn read_output(&self, attr: &Attr<'a>, errors: &mut Vec<(Stage, Box<EvalError>)>) {
        if let Err(error) = self.evaluator.force(attr.value) {
            let span = self.evaluator.session.sources.word(attr.place);
            errors.push((Stage::Output, error.at(span)));
        }
    }

    /// The clans that were written down: those of the flake in `root` first.
    pub(crate) fn clans(&self, flakes: &'a Flakes<'a>, root: &Path) -> Vec<FoundClan<'a>> {
        let mut clans: Vec<FoundClan<'a>> = vec![];
        let mut undeclared = vec![];
        let mut seen = vec![];
        for call in flakes.calls() {
            match call {
                Call::Clan {
                    via,
                    arguments,
                    special_args,
                    place,
                } => {
                    let Value::Attrs(attrs) = arguments else {
                        continue;
                    };
                    let address = std::ptr::from_ref::<Attrs<'a>>(attrs).addr();
                    if seen.contains(&address) {
                        continue;
                    }
                    seen.push(address);
                    let input = Input {
                        file: self.file_of(*place),
                        place: *place,
                        ..Input::of(*arguments)
                    };
                    clans.push(FoundClan {
                        modules: vec![input],
                        special_args,
                        self_directory: self.own_directory(special_args, root),
                        is_inventory_only: false,
                        via: *via,
                        place: *place,
                    });
                }
                Call::Parts(parts) => {
                    if let Some((clan, is_declared)) = self.clan_of_parts(parts, root) {
                        if is_declared {
                            clans.push(clan);
                        } else {
                            undeclared.push(clan);
                        }
                    }
                }
            }
        }
        if clans.is_empty() {
            clans = undeclared;
        }
        clans.sort_by_key(|clan| clan.self_directory != root);
        clans
    }

    fn clan_of_parts(&self, parts: &'a Parts<'a>, root: &Path) -> Option<(FoundClan<'a>, bool)> {
        // Reading the option takes down its definitions, even where it fails afterwards.
        let _ = self.read_clan(parts);
        let found = parts.found.get()?;
        let defines = |input: &Input<'a>| match self.evaluator.force(input.value) {
            Ok(Value::Attrs(attrs)) => !attrs.is_empty(),
            _ => true,
        };
        if !found.is_declared && !found.modules.iter().any(defines) {
            return None;
        }
        let places = found.modules.iter().filter_map(|input| input.place.some());
        let clan = FoundClan {
            modules: found.modules.to_vec(),
            special_args: parts.clan_args,
            self_directory: self.own_directory(parts.clan_args, root),
            is_inventory_only: false,
            via: Via::FlakeParts,
            place: places.min().unwrap_or_default(),
        };
        Some((clan, found.is_declared))
    }

    fn read_clan(&self, parts: &'a Parts<'a>) -> Result<Value<'a>> {
        let config = self.evaluator.force(parts.evaluation.config())?;
        let flake = self.evaluator.select(config, known::FLAKE, Span::NONE)?;
        self.evaluator.select(flake, known::CLAN, Span::NONE)
    }

    fn file_of(&self, place: source::Pos) -> Option<&'a [u8]> {
        let (path, _) = self.evaluator.session.sources.locate(place)?;
        let bytes = path.as_os_str().as_bytes();
        Some(self.evaluator.arena.alloc_slice_copy(bytes))
    }

    fn own_directory(&self, special_args: &'a Attrs<'a>, root: &Path) -> PathBuf {
        let directory = || {
            let own = special_args.value(known::SELF)?;
            let path = self.evaluator.coerce_to_path(own).ok()?;
            Some(to_path(path.bytes).to_owned())
        };
        directory().unwrap_or_else(|| root.to_owned())
    }

    /// The inputs out of reach whose functions make clans.
    fn called_clan_cores(&self) -> Vec<String> {
        let evaluator = self.evaluator;
        let mut found = vec![];
        for call in evaluator.unknown_calls.borrow().iter() {
            let name = describe(&evaluator.session.symbols, call.callee);
            let makes_clan = [".lib.clan", ".clanLib.clan", ".lib.buildClan"];
            if !makes_clan.iter().any(|end| name.ends_with(end)) {
                continue;
            }
            let (root, _) = call.callee.root();
            if let Some(input) = root.strip_prefix("inputs.") {
                let input = input.replace(".inputs.", "/");
                if !found.contains(&input) {
                    found.push(input);
                }
            }
        }
        found
    }

    /// Clans among the arguments of functions that are out of reach.
    fn clans_in_unknown_calls(&self, flakes: &'a Flakes<'a>, root: &Path) -> Vec<FoundClan<'a>> {
        let calls = self.evaluator.unknown_calls.borrow().clone();
        let mut clans = vec![];
        for call in calls {
            let name = describe(&self.evaluator.session.symbols, call.callee);
            if name.ends_with("mkFlake") {
                let _ = self.evaluate_parts(flakes, call);
                continue;
            }
            for argument in call.arguments {
                if let Ok(Value::Attrs(attrs)) = self.evaluator.force(*argument) {
                    clans.extend(self.clan_in_argument(flakes, attrs, root));
                }
            }
        }
        if clans.is_empty() {
            clans = self.clans(flakes, root);
        }
        clans
    }

    fn evaluate_parts(&self, flakes: &'a Flakes<'a>, call: UnknownCall<'a>) -> Result<()> {
        let [arguments, module, ..] = call.arguments else {
            return Ok(());
        };
        let arguments = self.evaluator.force_attrs(*arguments)?;
        flake_parts::evaluate(self.evaluator, flakes, arguments, *module)?;
        Ok(())
    }

    fn clan_in_argument(
        &self,
        flakes: &'a Flakes<'a>,
        attrs: &'a Attrs<'a>,
        root: &Path,
    ) -> Option<FoundClan<'a>> {
        let evaluator = self.evaluator;
        let (value, place) = match (attrs.get(known::INVENTORY), attrs.get(known::CLAN)) {
            (Some(_), _) => (
                Value::Attrs(attrs),
                clan_core::first_place(evaluator, attrs),
            ),
            (None, Some(clan)) => (clan.value, clan.place),
            (None, None) => return None,
        };
        let own = flakes.value(evaluator, 0);
        let own = attrs.value(known::SELF).unwrap_or(own);
        let special_args = clan_core::special_args(evaluator, flakes, own);
        let input = Input {
            file: self.file_of(place),
            place,
            ..Input::of(value)
        };
        Some(FoundClan {
            modules: vec![input],
            special_args,
            self_directory: self.own_directory(special_args, root),
            is_inventory_only: false,
            via: Via::UnknownCall,
            place,
        })
    }
}

/// Where an error came up: in the flake as a whole, or in one of its outputs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Whole,
    Output,
}

fn has_clan(flakes: &Flakes<'_>) -> bool {
    flakes.calls().iter().any(|call| match call {
        Call::Clan { .. } => true,
        Call::Parts(parts) => parts.found.get().is_some_and(|found| found.is_declared),
    })
}

/// What there is to say about all inputs, by name.
pub(crate) fn infos(flakes: &Flakes<'_>) -> Vec<crate::inputs::InputInfo> {
    let inputs = flakes.nodes.iter().skip(1);
    let mut infos: Vec<_> = inputs.map(|node| node.info()).collect();
    infos.sort_by(|left, right| {
        let key = |name: &str| (name.matches('/').count(), name.to_owned());
        key(&left.name).cmp(&key(&right.name))
    });
    infos
}
