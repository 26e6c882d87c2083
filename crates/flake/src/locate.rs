//! Finds the clan: reads what the user points at until something makes a clan.
//!
//! In a flake the outputs are read one after the other, those first that a clan mostly stands in. The stand-ins write down each clan
//! that is made on the way. Where a function out of reach gets the clan, it is found among the arguments.

use std::collections::BTreeSet;
use std::path::Path;

use nix_frontend::eval::error::describe;
use nix_frontend::eval::value::Origin;
use nix_frontend::eval::{Attr, ErrorKind, EvalError, Evaluator, Value};
use nix_frontend::ir::symbol::known;
use nix_lib::Library;
use source::{Diagnostic, Diagnostics, SourceMap, Span, suggest};

use crate::clan::{FoundClan, Located};
use crate::entry::{self, Entry};
use crate::flakes::{Call, Flakes};
use crate::gather;
use crate::inputs::Sources;
use crate::inputs::tree::{self, Given};
use crate::search::{self, Hit, Search};

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

/// The outputs that are read first: of several clans they hold the one that is meant.
const OWN_OUTPUTS: &[&str] = &["clan", "clanInternals"];
/// The outputs that are read next.
const MACHINE_OUTPUTS: &[&str] = &["nixosConfigurations", "darwinConfigurations"];

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
    if located.clans.is_empty()
        && !says_why
        && let Some(finding) = misspelt(evaluator)
    {
        located.diagnostics.push(finding);
    } else if located.clans.is_empty() && !says_why {
        let name = located.root.display();
        located.diagnostics.push(
            Diagnostic::error(NO_CLAN, format!("no clan was found in `{name}`"))
                .help("a clan is made by `clan-core.lib.clan { … }`, or by `clan = { … };` with flake-parts"),
        );
    }
    located
}

/// The finding on a function of clan-core's that is called and that it does not have: `clan-core.lib.clam`.
fn misspelt(evaluator: &Evaluator<'_>) -> Option<Diagnostic> {
    let calls = evaluator.unknown_calls.borrow();
    calls.iter().find_map(|call| {
        let Origin::Select(lib, name) = call.callee.origin else {
            return None;
        };
        let is_known = |name: &&str| lib.known(evaluator.symbol(name)).is_some();
        let makers = MAKERS.iter().copied().filter(is_known);
        let name = evaluator.name_text(name);
        let nearest = suggest::nearest(&name, makers)?;
        let sources = &evaluator.session.sources;
        let place = selected(sources, call.callee.span, &name);
        let lib = describe(&evaluator.session.symbols, lib);
        let message = format!("`{lib}` has no `{name}`");
        let fix = suggest::rename(sources, place, &name, nearest, false);
        let finding = Diagnostic::error("missing-attribute", message).label(place, "makes no clan");
        Some(finding.meant(nearest, fix))
    })
}

/// Where `name` stands in the selection that begins at `span`.
fn selected(sources: &SourceMap, span: Span, name: &str) -> Span {
    let place = span.some().and_then(|span| {
        let file = sources.file(span.start)?;
        let start = file.range(span).start;
        let behind = file.text.get(start..)?;
        let dotted = format!(".{name}");
        let mut found = behind.match_indices(&dotted).filter(|(at, _)| {
            // Not the start of another name.
            let after = behind.get(at + dotted.len()..).unwrap_or_default();
            !after.starts_with(|next: char| next.is_alphanumeric() || "_-'".contains(next))
        });
        let start = start + found.next()?.0 + 1;
        Some(file.span(start as u32, (start + name.len()) as u32))
    });
    place.unwrap_or(span)
}

/// The functions of clan-core that make a clan.
const MAKERS: [&str; 2] = ["buildClan", "clan"];

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
            let first = self.read_outputs(flakes, &mut errors);
            let clans = gather::clans(self.evaluator, flakes, root, first);
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
        let mut hit = None;
        if clans.is_empty() {
            (clans, hit) = self.search(flakes, root);
        }
        let found = !clans.is_empty();
        for (stage, error) in errors {
            let is_wrapped = hit.is_some() && error.is_out_of_reach();
            if !found || stage == Stage::Whole && !is_wrapped {
                self.report(&error);
            }
        }
        if let Some(hit) = hit {
            self.diagnostics.push(search::note(self.evaluator, &hit));
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

    /// Reads outputs until a clan is made; of a flake that makes its clans itself, what may make further ones too.
    ///
    /// Returns how many calls the outputs made that hold the clan that is meant if there are several.
    fn read_outputs(
        &self,
        flakes: &'a Flakes<'a>,
        errors: &mut Vec<(Stage, Box<EvalError>)>,
    ) -> usize {
        let evaluator = self.evaluator;
        let flake = flakes.value(evaluator, 0);
        let outputs = match evaluator.force(flake) {
            Ok(flake) => evaluator.select(flake, known::OUTPUTS, Span::NONE),
            Err(error) => {
                errors.push((Stage::Whole, error));
                return 0;
            }
        };
        let outputs = match outputs {
            Ok(Value::Attrs(outputs)) => outputs,
            Ok(unknown @ Value::OutOfReach(outputs)) => {
                errors.push((Stage::Whole, evaluator.expected("a set", unknown)));
                match outputs.known_attrs() {
                    Some(known) => known,
                    None => return 0,
                }
            }
            _ => return 0,
        };
        let named = |name: &&str| outputs.get(evaluator.symbol(name));
        for attr in OWN_OUTPUTS.iter().filter_map(named) {
            self.read_output(attr, errors);
        }
        let first = flakes.calls().len();
        for attr in MACHINE_OUTPUTS.iter().filter_map(named) {
            self.read_output(attr, errors);
        }
        for attr in evaluator.ordered(outputs) {
            if has_clan(flakes) && !(is_by_hand(flakes) && search::may_hold_clan(evaluator, attr)) {
                continue;
            }
            self.read_output(attr, errors);
            if evaluator.name(attr.name).starts_with(b"clan") {
                self.read_members(attr);
            }
        }
        first
    }

    /// Reads what an output such as `clans` holds.
    fn read_members(&self, attr: &Attr<'a>) {
        if let Ok(Value::Attrs(members)) = self.evaluator.force(attr.value)
            && members.get(known::INVENTORY).is_none()
        {
            for member in self.evaluator.ordered(members) {
                // Only for the calls that are written down on the way.
                let _ = self.evaluator.force(member.value);
            }
        }
    }

    fn read_output(&self, attr: &Attr<'a>, errors: &mut Vec<(Stage, Box<EvalError>)>) {
        if let Err(error) = self.evaluator.force(attr.value) {
            let span = self.evaluator.session.sources.word(attr.place);
            errors.push((Stage::Output, error.at(span)));
        }
    }

    /// The clans that only a search finds, and the function out of reach that gets them.
    fn search(&self, flakes: &'a Flakes<'a>, root: &Path) -> (Vec<FoundClan<'a>>, Option<Hit<'a>>) {
        let evaluator = self.evaluator;
        let mut search = Search::new(evaluator, flakes);
        let flake = evaluator.force(flakes.value(evaluator, 0));
        let outputs = flake.and_then(|flake| evaluator.select(flake, known::OUTPUTS, Span::NONE));
        if let Ok(Value::Attrs(outputs)) = outputs {
            search.outputs(outputs);
            let clans = gather::clans(evaluator, flakes, root, 0);
            if !clans.is_empty() {
                return (clans, None);
            }
        }
        let Some(hit) = search.unknown_calls().or_else(|| search.files()) else {
            return (vec![], None);
        };
        let clans = match hit.modules.is_empty() {
            true => gather::clans(evaluator, flakes, root, 0),
            false => vec![gather::wrapped(
                evaluator,
                flakes,
                root,
                hit.modules.clone(),
            )],
        };
        (clans, Some(hit))
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
}

/// Where an error came up: in the flake as a whole, or in one of its outputs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Whole,
    Output,
}

fn has_clan(flakes: &Flakes<'_>) -> bool {
    flakes.calls().iter().any(|call| match call {
        Call::Clan { .. } | Call::Modules(_) => true,
        Call::Parts(parts) => parts.found.get().is_some_and(|found| found.is_declared),
    })
}

/// Whether all clans were made without flake-parts, so that there may be more of them.
fn is_by_hand(flakes: &Flakes<'_>) -> bool {
    let mut calls = flakes.calls().iter();
    !calls.any(|call| matches!(call, Call::Parts(_)))
}

/// What there is to say about all inputs that something leads to, by name.
pub(crate) fn infos(flakes: &Flakes<'_>) -> Vec<crate::inputs::InputInfo> {
    let mut reached = BTreeSet::from([0]);
    let mut next = vec![0];
    while let Some(node) = next.pop().and_then(|index: usize| flakes.nodes.get(index)) {
        let inputs = node.inputs.iter().map(|(_, index)| *index);
        next.extend(inputs.filter(|index| reached.insert(*index)));
    }
    let inputs = flakes.nodes.iter().enumerate().skip(1);
    let inputs = inputs.filter(|(index, _)| reached.contains(index));
    let mut infos: Vec<_> = inputs.map(|(_, node)| node.info()).collect();
    infos.sort_by(|left, right| {
        let key = |name: &str| (name.matches('/').count(), name.to_owned());
        key(&left.name).cmp(&key(&right.name))
    });
    infos
}
