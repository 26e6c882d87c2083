//! Searches for the clan where nothing made one: in what functions out of reach were called with, and deeper in the outputs.
//!
//! A function out of reach is not evaluated. What it was called with is: sets and lists are looked through, files that are named are imported, and
//! functions are called with what is known of their arguments. Calls that make clans are written down by the stand-ins on the way. Where none is
//! made, what stands under `clan`, `flake.clan` or beside an `inventory` is taken for the clan's modules. Last of all come the files of the flake that
//! speak of a clan: many wrappers find their modules by where these lie.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use nix_frontend::eval::error::describe;
use nix_frontend::eval::evaluator::UnknownCall;
use nix_frontend::eval::value::OutOfReach;
use nix_frontend::eval::{Attr, Attrs, Evaluator, Value};
use nix_frontend::import::to_path;
use nix_frontend::ir::Symbol;
use nix_frontend::ir::symbol::known;
use nix_lib::modules::Input;
use source::{Diagnostic, FileKind, Pos};

use crate::discover;
use crate::flakes::{Call, Flakes};
use crate::gather;
use crate::stand_ins::{clan_core, flake_parts};

/// How many values one search looks at.
const MOST_VALUES: usize = 4000;
/// How deep a search goes.
const DEEPEST: usize = 12;
/// Outputs whose values hold no clan.
const WITHOUT_CLAN: &[&str] = &[
    "apps",
    "bundlers",
    "checks",
    "devShells",
    "formatter",
    "inputs",
    "legacyPackages",
    "outPath",
    "packages",
    "self",
    "sourceInfo",
    "templates",
];
/// Names below which a clan's arguments stand.
const CLAN_ARGUMENTS: &[&str] = &[
    "inventory",
    "machines",
    "meta",
    "imports",
    "specialArgs",
    "modules",
];

/// What was found.
pub(crate) struct Hit<'a> {
    /// The modules of the clan; none if a call that makes a clan was written down.
    pub modules: Vec<Input<'a>>,
    /// The function out of reach that gets the clan.
    pub wrapper: &'a OutOfReach<'a>,
    /// Whether the clan stands in files that the function may find by itself, rather than in its arguments.
    pub is_beside: bool,
}

/// One search.
pub(crate) struct Search<'a, 'e> {
    evaluator: &'e Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    seen: HashSet<usize>,
    left: usize,
    modules: Vec<Input<'a>>,
}

impl<'a, 'e> Search<'a, 'e> {
    pub(crate) fn new(evaluator: &'e Evaluator<'a>, flakes: &'a Flakes<'a>) -> Self {
        Search {
            evaluator,
            flakes,
            seen: HashSet::new(),
            left: MOST_VALUES,
            modules: vec![],
        }
    }

    /// Looks through a set of outputs, for calls only.
    pub(crate) fn outputs(&mut self, outputs: &'a Attrs<'a>) {
        for attr in self.evaluator.ordered(outputs) {
            if !self.is_skipped(attr.name) {
                self.calls_below(attr.value, DEEPEST - 3);
            }
        }
    }

    /// Forces what stands below a value.
    fn calls_below(&mut self, value: Value<'a>, depth: usize) {
        if depth >= DEEPEST || !self.spend() {
            return;
        }
        match self.evaluator.force(value) {
            Ok(Value::Attrs(attrs)) if self.is_new(attrs) && !self.is_closed(attrs) => {
                for attr in self.evaluator.ordered(attrs) {
                    self.calls_below(attr.value, depth + 1);
                }
            }
            Ok(Value::List(list)) => {
                for value in list.items {
                    self.calls_below(*value, depth + 1);
                }
            }
            _ => {}
        }
    }

    /// The clan among the arguments of functions out of reach, the first called first.
    pub(crate) fn unknown_calls(&mut self) -> Option<Hit<'a>> {
        let before = self.made();
        let mut next = 0;
        loop {
            let call = self.evaluator.unknown_calls.borrow().get(next).copied()?;
            next += 1;
            if self.is_settled_by(&call) {
                continue;
            }
            self.call(&call);
            if let Some(hit) = self.hit(&call, before) {
                return Some(hit);
            }
        }
    }

    /// The clan in the files of the flake, if a function out of reach may have read them.
    pub(crate) fn files(&mut self) -> Option<Hit<'a>> {
        let calls = self.evaluator.unknown_calls.borrow().clone();
        let call = calls.iter().find(|call| !self.is_settled_by(call))?;
        let before = self.made();
        let root = self.flakes.nodes.first()?.source?;
        let candidates = discover::files(self.evaluator, root);
        if !discover::parts(self.evaluator, self.flakes, &candidates) {
            self.left = MOST_VALUES;
            for file in &candidates {
                self.file(file, call, 1);
                if self.made() > before || !self.modules.is_empty() {
                    break;
                }
            }
        }
        let hit = self.hit(call, before)?;
        Some(Hit {
            is_beside: true,
            ..hit
        })
    }

    fn hit(&mut self, call: &UnknownCall<'a>, before: usize) -> Option<Hit<'a>> {
        let is_found = self.made() > before || !self.modules.is_empty();
        is_found.then(|| Hit {
            modules: std::mem::take(&mut self.modules),
            wrapper: call.callee,
            is_beside: false,
        })
    }

    /// Whether what is called is known not to make clans of its arguments.
    fn is_settled_by(&self, call: &UnknownCall<'a>) -> bool {
        let name = describe(&self.evaluator.session.symbols, call.callee);
        let mut parts = name.split(['.', ' ']);
        parts.any(|part| part == "legacyPackages" || part == "packages")
    }

    fn call(&mut self, call: &UnknownCall<'a>) {
        let name = describe(&self.evaluator.session.symbols, call.callee);
        if name.ends_with("mkFlake") && self.flake_parts(call) {
            return;
        }
        for argument in call.arguments {
            self.look(*argument, call, 0);
        }
    }

    /// Evaluates the arguments as those of flake-parts, if they look like it and hold a clan.
    fn flake_parts(&mut self, call: &UnknownCall<'a>) -> bool {
        let [arguments, module, ..] = call.arguments else {
            return false;
        };
        let Ok(Value::Attrs(arguments)) = self.evaluator.force(*arguments) else {
            return false;
        };
        if arguments.get(known::INPUTS).is_none() && arguments.get(known::SELF).is_none() {
            return false;
        }
        let before = self.made();
        let parts = flake_parts::evaluate(self.evaluator, self.flakes, arguments, *module);
        parts.is_ok_and(|parts| parts.finds_clan(self.evaluator)) && self.made() > before
    }

    fn look(&mut self, value: Value<'a>, call: &UnknownCall<'a>, depth: usize) {
        if depth >= DEEPEST || !self.spend() {
            return;
        }
        match self.evaluator.force(value) {
            Ok(Value::Attrs(attrs)) if self.is_new(attrs) && !self.is_closed(attrs) => {
                self.attrs(attrs, call, depth);
            }
            Ok(Value::OutOfReach(unknown)) => {
                if let Some(known) = unknown.known_attrs()
                    && self.is_new(known)
                    && !self.is_closed(known)
                {
                    self.attrs(known, call, depth);
                }
            }
            Ok(Value::List(list)) => {
                for value in list.items {
                    self.look(*value, call, depth + 1);
                }
            }
            Ok(Value::Path(path)) => self.file(to_path(path.bytes), call, depth),
            Ok(function @ Value::Lambda(closure)) => {
                let address = std::ptr::from_ref(closure).addr();
                if !self.seen.insert(address) {
                    return;
                }
                let argument = self.argument(function, call);
                if let Ok(made) = self.evaluator.call1(function, argument) {
                    self.look(made, call, depth + 1);
                }
            }
            _ => {}
        }
    }

    fn attrs(&mut self, attrs: &'a Attrs<'a>, call: &UnknownCall<'a>, depth: usize) {
        let before = self.made();
        let found = self.modules.len();
        if let Some(clan) = attrs.get(known::CLAN) {
            self.candidate(clan);
        }
        if depth == 0 && attrs.get(known::INVENTORY).is_some() {
            let place = clan_core::first_place(self.evaluator, attrs);
            self.take(Value::Attrs(attrs), place);
        }
        if self.made() > before || self.modules.len() > found {
            return;
        }
        for attr in self.evaluator.ordered(attrs) {
            if !self.is_skipped(attr.name) {
                self.look(attr.value, call, depth + 1);
            }
        }
    }

    /// What stands under `clan`: the clan's modules, unless reading it makes a clan.
    fn candidate(&mut self, attr: &Attr<'a>) {
        let before = self.made();
        let is_clan = is_clan(self.evaluator, attr.value);
        if is_clan && self.made() == before {
            self.take(attr.value, attr.place);
        }
    }

    fn take(&mut self, value: Value<'a>, place: Pos) {
        self.modules
            .push(gather::input(self.evaluator, value, place));
    }

    /// A file of Nix that is named, or a directory that can be imported.
    fn file(&mut self, path: &Path, call: &UnknownCall<'a>, depth: usize) {
        let session = self.evaluator.session;
        let file = match session.kind_of(path) {
            Some(FileKind::Regular) if path.extension() == Some(OsStr::new("nix")) => {
                path.to_owned()
            }
            Some(FileKind::Directory) if path.join("flake.nix") != self.own_file() => {
                path.join("default.nix")
            }
            _ => return,
        };
        if session.kind_of(&file) != Some(FileKind::Regular) {
            return;
        }
        let bytes = file.as_os_str().as_bytes();
        if let Ok(value) = self.evaluator.import(bytes) {
            self.look(value, call, depth + 1);
        }
    }

    fn own_file(&self) -> std::path::PathBuf {
        let root = self.flakes.nodes.first().and_then(|root| root.source);
        root.unwrap_or(Path::new("/")).join("flake.nix")
    }

    /// What a function among the arguments gets: the inputs, `self` and `lib` as far as the wrapper has them; the rest is out of reach.
    fn argument(&self, function: Value<'a>, call: &UnknownCall<'a>) -> Value<'a> {
        let evaluator = self.evaluator;
        let own = self.flakes.value(evaluator, 0);
        let inputs = match self.flakes.nodes.first() {
            Some(root) => {
                let own = evaluator.attrs_ref(vec![Attr::unplaced(known::SELF, own)]);
                let inputs = self.flakes.inputs(evaluator, root);
                Value::Attrs(inputs.update(own, evaluator.arena))
            }
            None => evaluator.attrs(vec![]),
        };
        let mut known = vec![
            Attr::unplaced(known::INPUTS, inputs),
            Attr::unplaced(known::SELF, own),
            Attr::unplaced(known::LIB, self.flakes.lib),
        ];
        let given = call.arguments.iter().find_map(|argument| {
            let attrs = self.evaluator.force_attrs(*argument).ok()?;
            attrs.value(evaluator.symbol("specialArgs"))
        });
        if let Some(Ok(given)) = given.map(|given| evaluator.force_attrs(given)) {
            let given = evaluator.items(given).iter();
            known.retain(|attr| !given.clone().any(|other| other.name == attr.name));
            known.extend(given.copied());
        }
        if let Value::Lambda(closure) = function
            && let Some(formals) = &closure.code.formals
        {
            let asked = |name: Symbol| formals.entries.iter().any(|formal| formal.name == name);
            known.retain(|attr| asked(attr.name));
        }
        let known = evaluator.attrs_ref(known);
        let name = describe(&evaluator.session.symbols, call.callee);
        let name = format!("an argument that {name} gives");
        let (_, because) = call.callee.root();
        evaluator.out_of_reach_but(&name, because, Some(known))
    }

    fn is_new(&mut self, attrs: &'a Attrs<'a>) -> bool {
        self.seen.insert(std::ptr::from_ref(attrs).addr())
    }

    /// Whether a set is a flake, an option, a type or something else with insides that are no arguments.
    fn is_closed(&self, attrs: &Attrs<'a>) -> bool {
        if attrs.get(known::OUT_PATH).is_some() || attrs.get(known::FUNCTOR).is_some() {
            return true;
        }
        let Some(tag) = attrs.value(known::TYPE_TAG) else {
            return false;
        };
        let tag = self.evaluator.force_string(tag);
        !tag.is_ok_and(|tag| matches!(tag.bytes, b"merge" | b"if" | b"override" | b"order"))
    }

    fn is_skipped(&self, name: Symbol) -> bool {
        is_without_clan(self.evaluator.name(name))
    }

    /// How many clans were made so far.
    fn made(&self) -> usize {
        let calls = self.flakes.calls().iter();
        let clans = calls.filter(|call| match call {
            Call::Clan { .. } | Call::Modules(_) => true,
            Call::Parts(parts) => parts.found.get().is_some_and(|found| found.is_declared),
        });
        clans.count()
    }

    fn spend(&mut self) -> bool {
        let is_left = self.left > 0;
        self.left = self.left.saturating_sub(1);
        is_left
    }
}

/// Whether a value looks like the arguments of a clan, or a module of one.
pub(crate) fn is_clan<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> bool {
    match evaluator.force(value) {
        Ok(Value::Attrs(attrs)) => CLAN_ARGUMENTS
            .iter()
            .any(|name| attrs.get(evaluator.symbol(name)).is_some()),
        Ok(Value::Path(_) | Value::Lambda(_)) => true,
        // A stand-in's own function makes clans, and is none.
        _ => false,
    }
}

/// Whether an output may hold a clan, by its name.
pub(crate) fn may_hold_clan<'a>(evaluator: &Evaluator<'a>, output: &Attr<'a>) -> bool {
    !is_without_clan(evaluator.name(output.name))
}

fn is_without_clan(name: &[u8]) -> bool {
    WITHOUT_CLAN.iter().any(|other| other.as_bytes() == name)
}

/// The note that the wrapper was not evaluated.
pub(crate) fn note<'a>(evaluator: &Evaluator<'a>, hit: &Hit<'a>) -> Diagnostic {
    let wrapper = hit.wrapper;
    let name = describe(&evaluator.session.symbols, wrapper);
    let (_, because) = wrapper.root();
    let text = format!("`{name}` is not evaluated: {because}");
    let help = match hit.is_beside {
        true => {
            "the clan is taken from the files of the flake that define one; which of them this function reads, and what it adds or changes, is not seen"
        }
        false => {
            "the clan is taken from what this function is called with; what it adds or changes is not seen"
        }
    };
    let note = Diagnostic::note("out-of-reach", text).help(help);
    match wrapper.span.is_none() {
        true => note,
        false => note.label(wrapper.span, "called here"),
    }
}
