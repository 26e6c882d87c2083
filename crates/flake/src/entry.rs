//! What the user points at: a flake, another Nix file, a JSON file, a directory without Nix, or an expression.
//!
//! What a file is follows from its shape. Calls of `clan` and `buildClan`, which need not be bound, make clans. `clan` or `flake.clan` at the top
//! are a module of flake-parts; `inventory` and other options of clan are clan arguments; `instances`, `services` or `tags`, or
//! machines with tags, are an inventory. Where all this says nothing, the file's name decides.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use nix_frontend::eval::{Attr, Attrs, Evaluator, Result, Value};
use nix_frontend::ir::Symbol;
use nix_frontend::ir::symbol::known;
use nix_lib::modules::Input;
use source::files::disk::normalize;
use source::{Diagnostic, FileKind, Files, Pos};

use crate::clan::{FoundClan, Located, Via};
use crate::flakes::Flakes;
use crate::gather;
use crate::inputs::Sources;
use crate::locate::{Opening, infos};
use crate::make::set;
use crate::stand_ins::{clan_core, flake_parts, flake_parts_lib};

/// What the user points at. Paths are absolute.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Entry {
    /// A directory or a file.
    Path(PathBuf),
    /// An expression, or JSON, and where it would lie.
    Text(PathBuf, Vec<u8>),
}

impl Entry {
    /// The directory whose flake this would be, judged by the name alone; nothing is looked up.
    fn flake(&self) -> Option<PathBuf> {
        let Entry::Path(path) = self else {
            return None;
        };
        let path = normalize(path);
        let ends = [Some("nix".as_ref()), Some("json".as_ref())];
        match path.file_name().is_some_and(|name| name == FLAKE) {
            true => path.parent().map(Path::to_owned),
            false => (!ends.contains(&path.extension())).then_some(path),
        }
    }
}

/// Reads what opening `entry` will need and no evaluation has to give. A thread that has nothing else to do may do so before it is asked for.
pub fn prepare(entry: &Entry, sources: &Sources, files: &dyn Files) {
    if let Some(flake) = entry.flake() {
        sources.ahead.read(files, &flake);
        files.prepare(&flake);
    }
}

/// Nothing lies where the user points at.
pub const NO_SUCH_FILE: &str = "no-such-file";

/// Files that are opened in a directory without `flake.nix`.
const FILES: &[&str] = &["clan.nix", "inventory.nix", DEFAULT];
const DEFAULT: &str = "default.nix";
const FLAKE: &str = "flake.nix";

pub(crate) fn open<'a>(opening: &mut Opening<'a, '_>, entry: &Entry) -> Located<'a> {
    let path = match entry {
        Entry::Text(path, text) => return text_at(opening, path, text.clone()),
        Entry::Path(path) => normalize(path),
    };
    match opening.evaluator.session.kind_of(&path) {
        Some(FileKind::Directory) => directory(opening, &path),
        Some(FileKind::Regular) => file(opening, &path),
        _ => {
            let text = format!("there is no file or directory `{}`", path.display());
            opening
                .diagnostics
                .push(Diagnostic::error(NO_SUCH_FILE, text));
            opening.located(&path)
        }
    }
}

fn directory<'a>(opening: &mut Opening<'a, '_>, path: &Path) -> Located<'a> {
    let kind = |name: &str| opening.evaluator.session.kind_of(&path.join(name));
    if kind(FLAKE) == Some(FileKind::Regular) {
        return opening.flake(path);
    }
    let is_file = |name: &&&str| kind(name) == Some(FileKind::Regular);
    let files: Vec<PathBuf> = FILES
        .iter()
        .filter(is_file)
        .map(|name| path.join(name))
        .collect();
    if let Some(first) = files.first() {
        let default = path.join(DEFAULT);
        // What makes a clan says more than what may be the arguments of one.
        if *first != default && files.contains(&default) && mentions_clan(opening, &default) {
            let before = (
                std::mem::take(&mut opening.diagnostics),
                opening.has_broken_text,
            );
            let located = file(opening, &default);
            if located.clans.iter().any(|clan| clan.via.is_call()) {
                return located;
            }
            (opening.diagnostics, opening.has_broken_text) = before;
        }
        return file(opening, first);
    }
    let has_machines = kind("machines") == Some(FileKind::Directory);
    if has_machines || kind("inventory.json") == Some(FileKind::Regular) {
        return without_nix(opening, path);
    }
    opening.located(path)
}

/// Whether the text of a file speaks of clans at all.
fn mentions_clan(opening: &Opening<'_, '_>, path: &Path) -> bool {
    let text = opening.evaluator.session.files.read(path);
    text.is_ok_and(|text| {
        text.windows(4)
            .any(|word| word.eq_ignore_ascii_case(b"clan"))
    })
}

fn file<'a>(opening: &mut Opening<'a, '_>, path: &Path) -> Located<'a> {
    let parent = path.parent().unwrap_or(Path::new("/"));
    if path.file_name().is_some_and(|name| name == FLAKE) {
        return opening.flake(parent);
    }
    match opening.evaluator.session.files.read(path) {
        Ok(bytes) => text_at(opening, path, bytes),
        Err(error) => {
            let diagnostic = Diagnostic::error(NO_SUCH_FILE, error.to_string());
            opening.diagnostics.push(diagnostic);
            opening.located(parent)
        }
    }
}

/// A directory with machines and an inventory in JSON.
fn without_nix<'a>(opening: &mut Opening<'a, '_>, root: &Path) -> Located<'a> {
    let evaluator = opening.evaluator;
    let flakes = opening.flakes_beside(root);
    let empty = Input::of(evaluator.attrs(vec![]));
    let clan = FoundClan {
        modules: vec![empty],
        is_inventory_only: true,
        via: Via::Directory,
        ..clan_at(evaluator, flakes, root, Pos::NONE)
    };
    Located {
        clans: vec![clan],
        inputs: infos(flakes),
        ..opening.located(root)
    }
}

fn clan_at<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    root: &Path,
    place: Pos,
) -> FoundClan<'a> {
    let own = flakes.value(evaluator, 0);
    FoundClan {
        modules: vec![],
        special_args: clan_core::special_args(evaluator, flakes, own),
        self_directory: root.to_owned(),
        is_inventory_only: false,
        via: Via::File,
        place,
    }
}

/// A text that lies, or would lie, at `path`.
fn text_at<'a>(opening: &mut Opening<'a, '_>, path: &Path, text: Vec<u8>) -> Located<'a> {
    let parent = path.parent().unwrap_or(Path::new("/"));
    let loaded = match opening.evaluator.session.add(path, text) {
        Ok(loaded) => loaded,
        Err(error) => {
            let diagnostic = Diagnostic::error(NO_SUCH_FILE, error.to_string());
            opening.diagnostics.push(diagnostic);
            return opening.located(parent);
        }
    };
    let flakes = opening.flakes_beside(parent);
    let mut reader = Reader {
        evaluator: opening.evaluator,
        flakes,
        path,
        root: parent,
        start: loaded.pos(0),
    };
    let is_json = path.extension().is_some_and(|end| end == "json");
    let found = if is_json {
        reader.json(loaded.bytes())
    } else {
        reader.nix(loaded)
    };
    let mut clans = vec![];
    match found {
        Ok(found) => clans.extend(found),
        Err(error) => opening.report(&error),
    }
    let made = gather::clans(opening.evaluator, flakes, parent, 0);
    let made_any = !made.is_empty();
    Located {
        clans: if made_any { made } else { clans },
        inputs: infos(flakes),
        ..opening.located(parent)
    }
}

impl<'a> Opening<'a, '_> {
    /// The flakes around a file in `root`; without a flake there, the file's directory stands for it.
    fn flakes_beside(&mut self, root: &Path) -> &'a Flakes<'a> {
        let file = root.join(FLAKE);
        if self.evaluator.session.kind_of(&file) == Some(FileKind::Regular) {
            return self.flakes(root, &[]);
        }
        let bytes = self
            .evaluator
            .arena
            .alloc_slice_copy(root.as_os_str().as_bytes());
        let node = crate::inputs::Node::plain(nix_frontend::import::to_path(bytes));
        let nodes = self.evaluator.arena.alloc_slice_fill_iter([node]);
        Flakes::new(self.evaluator, self.library, nodes, self.sources)
    }
}

/// What a file holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shape {
    /// Clan arguments, or a module of the clan.
    Clan,
    /// An inventory, or a module of it.
    Inventory,
    /// A module of flake-parts.
    Parts,
    /// Nothing that says what it is.
    Unknown,
}

struct Reader<'a, 'e> {
    evaluator: &'e Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    path: &'e Path,
    root: &'e Path,
    start: Pos,
}

impl<'a> Reader<'a, '_> {
    fn nix(&mut self, file: &source::SourceFile) -> Result<Option<FoundClan<'a>>> {
        let scope = self.scope();
        let base = self.root.to_owned();
        let value = self.evaluator.evaluate_text(file, Some(base), &scope)?;
        let value = match value {
            Value::Path(path) => self.evaluator.import(path.bytes)?,
            value => value,
        };
        let shape = match value {
            _ if !self.flakes.calls().is_empty() => return Ok(None),
            Value::Attrs(attrs) => match self.shape(attrs)? {
                Shape::Unknown if attrs.get(known::IMPORTS).is_some() => self.by_name(),
                shape => shape,
            },
            function if function.is_function() => match self.probe(function)? {
                Some(shape) => shape,
                None => return Ok(None),
            },
            other => return Err(self.evaluator.expected("a clan or an inventory", other)),
        };
        self.clan(value, shape)
    }

    fn json(&mut self, bytes: &'a [u8]) -> Result<Option<FoundClan<'a>>> {
        let parse = self.evaluator.builtins_value("fromJSON")?;
        let text = self.evaluator.borrowed_string(bytes);
        let value = self.evaluator.call1(parse, text)?;
        let attrs = self.evaluator.force_attrs(value)?;
        if attrs.get(known::INVENTORY).is_some() {
            return self.clan(value, Shape::Clan);
        }
        let has_its_name = self
            .path
            .file_name()
            .is_some_and(|name| name == "inventory.json");
        let on_disk = self.evaluator.session.files.read(self.path);
        let is_inventory_json = has_its_name && on_disk.is_ok_and(|on_disk| on_disk == bytes);
        let value = if is_inventory_json {
            // The clan in its directory reads the file anyway.
            self.evaluator.attrs(vec![])
        } else {
            value
        };
        self.clan(value, Shape::Inventory)
    }

    fn clan(&self, value: Value<'a>, shape: Shape) -> Result<Option<FoundClan<'a>>> {
        let evaluator = self.evaluator;
        let value = match shape {
            Shape::Clan => value,
            Shape::Inventory => {
                let inventory = Attr {
                    name: known::INVENTORY,
                    place: self.start,
                    value,
                };
                evaluator.attrs(vec![inventory])
            }
            Shape::Parts => {
                self.evaluate_parts(value)?;
                return Ok(None);
            }
            Shape::Unknown => return Ok(None),
        };
        let file = self.path.as_os_str().as_bytes();
        let input = Input {
            file: Some(evaluator.arena.alloc_slice_copy(file)),
            place: self.start,
            ..Input::of(value)
        };
        Ok(Some(FoundClan {
            modules: vec![input],
            is_inventory_only: shape == Shape::Inventory,
            ..clan_at(evaluator, self.flakes, self.root, self.start)
        }))
    }

    fn evaluate_parts(&self, module: Value<'a>) -> Result<()> {
        let evaluator = self.evaluator;
        let own = self.flakes.value(evaluator, 0);
        let arguments = evaluator.attrs_ref(vec![
            Attr::unplaced(known::INPUTS, self.inputs()),
            Attr::unplaced(known::SELF, own),
        ]);
        flake_parts::evaluate(evaluator, self.flakes, arguments, module)?;
        Ok(())
    }

    /// The names that a file may use without binding them.
    fn scope(&self) -> Vec<(Symbol, Value<'a>)> {
        let evaluator = self.evaluator;
        let function = |via| clan_core::function(evaluator, self.flakes, via);
        let core = clan_core::core(evaluator, self.flakes);
        let own = self.flakes.value(evaluator, 0);
        let nixpkgs = clan_core::special_args(evaluator, self.flakes, own);
        let nixpkgs = nixpkgs.value(evaluator.symbol("nixpkgs"));
        let unknown = |name: &str| evaluator.out_of_reach(name, "nothing binds it here");
        let names = [
            ("buildClan", function(Via::BuildClan)),
            ("clan", function(Via::Clan)),
            ("clan-core", core),
            ("inputs", self.inputs()),
            ("lib", self.flakes.lib),
            ("nixpkgs", nixpkgs.unwrap_or_else(|| unknown("nixpkgs"))),
            ("pkgs", unknown("pkgs")),
            ("self", own),
        ];
        names
            .map(|(name, value)| (evaluator.symbol(name), value))
            .to_vec()
    }

    /// The inputs of the flake around the file; those that clans mostly have, if there is none.
    fn inputs(&self) -> Value<'a> {
        let evaluator = self.evaluator;
        let Some(root) = self.flakes.nodes.first() else {
            return evaluator.attrs(vec![]);
        };
        let own = self.flakes.value(evaluator, 0);
        let inputs = self.flakes.inputs(evaluator, root);
        let own = evaluator.attrs_ref(vec![Attr::unplaced(known::SELF, own)]);
        let inputs = inputs.update(own, evaluator.arena);
        if root.is_flake {
            return Value::Attrs(inputs);
        }
        let core = clan_core::core(evaluator, self.flakes);
        let parts = set(
            evaluator,
            [("lib", flake_parts_lib::lib(evaluator, self.flakes))],
        );
        let more = [("clan-core", core), ("flake-parts", parts)];
        let more = more.map(|(name, value)| evaluator.attr(name, value));
        let more = evaluator.attrs_ref(more.to_vec());
        let known = more.update(inputs, evaluator.arena);
        evaluator.out_of_reach_but("inputs", "there is no flake around", Some(known))
    }

    /// What a function makes of stand-ins for all its arguments; nothing more to do if that makes a clan.
    fn probe(&self, function: Value<'a>) -> Result<Option<Shape>> {
        let evaluator = self.evaluator;
        let mut attrs: Vec<Attr<'a>> = self
            .scope()
            .into_iter()
            .map(|(name, value)| Attr::unplaced(name, value))
            .collect();
        let formals: Vec<Symbol> = match function {
            Value::Lambda(closure) => match &closure.code.formals {
                Some(formals) => formals.entries.iter().map(|formal| formal.name).collect(),
                None => vec![],
            },
            _ => vec![],
        };
        let has_pattern =
            matches!(function, Value::Lambda(closure) if closure.code.formals.is_some());
        let ellipsis = matches!(function, Value::Lambda(closure)
            if closure.code.formals.as_ref().is_none_or(|formals| formals.ellipsis));
        for name in &formals {
            if !attrs.iter().any(|attr| attr.name == *name) {
                let text = evaluator.name_text(*name);
                let unknown = evaluator.out_of_reach(&text, "it is an argument of a module");
                attrs.push(Attr::unplaced(*name, unknown));
            }
        }
        if has_pattern && !ellipsis {
            attrs.retain(|attr| formals.contains(&attr.name));
        }
        let argument = evaluator.attrs(attrs);
        let made = evaluator.call1(function, argument);
        if !self.flakes.calls().is_empty() {
            return Ok(None);
        }
        let shape = match made {
            Ok(Value::Attrs(attrs)) => self.shape(attrs)?,
            Err(error) if !error.is_out_of_reach() => return Err(error),
            _ => self.by_name(),
        };
        if !self.flakes.calls().is_empty() {
            return Ok(None);
        }
        let takes_inputs = formals.contains(&known::INPUTS);
        Ok(Some(match shape {
            Shape::Unknown if takes_inputs => Shape::Parts,
            Shape::Unknown => self.by_name(),
            shape => shape,
        }))
    }

    fn shape(&self, attrs: &'a Attrs<'a>) -> Result<Shape> {
        let evaluator = self.evaluator;
        let names = |attrs: &Attrs<'a>| -> Vec<String> {
            let names = evaluator.ordered(attrs).iter();
            names.map(|attr| evaluator.name_text(attr.name)).collect()
        };
        let mut found = names(attrs);
        let mut sets = vec![attrs];
        if let Some(Ok(Value::Attrs(config))) = attrs
            .value(known::CONFIG)
            .map(|config| evaluator.force(config))
        {
            found.extend(names(config));
            sets.push(config);
        }
        let has = |wanted: &[&str]| found.iter().any(|name| wanted.contains(&name.as_str()));
        if has(&["clan", "flake", "perSystem"]) && !has(&["inventory"]) {
            return Ok(Shape::Parts);
        }
        if has(CLAN_NAMES) {
            return Ok(Shape::Clan);
        }
        if has(&["instances", "services", "tags"]) {
            return Ok(Shape::Inventory);
        }
        let machines = sets.iter().find_map(|attrs| attrs.value(known::MACHINES));
        if machines.is_some_and(|machines| self.are_inventory_machines(machines)) {
            return Ok(Shape::Inventory);
        }
        if has(&["machines", "meta", "modules"]) {
            return Ok(self.by_name());
        }
        if found.is_empty() {
            return Ok(self.by_name());
        }
        for attr in evaluator.ordered(attrs) {
            // Only for the calls that are written down on the way.
            let _ = evaluator.force(attr.value);
        }
        Ok(Shape::Unknown)
    }

    fn by_name(&self) -> Shape {
        let name = self.path.file_name().map(|name| name.to_string_lossy());
        match name {
            Some(name) if name.contains("inventory") => Shape::Inventory,
            _ => Shape::Clan,
        }
    }

    /// Whether one of the machines has what only machines of an inventory have.
    fn are_inventory_machines(&self, machines: Value<'a>) -> bool {
        let evaluator = self.evaluator;
        let Ok(Value::Attrs(machines)) = evaluator.force(machines) else {
            return false;
        };
        evaluator.ordered(machines).iter().any(|machine| {
            let Ok(Value::Attrs(machine)) = evaluator.force(machine.value) else {
                return false;
            };
            let mut names = INVENTORY_MACHINE.iter();
            names.any(|name| machine.get(evaluator.symbol(name)).is_some())
        })
    }
}

/// Options of a clan that an inventory lacks.
const CLAN_NAMES: &[&str] = &[
    "inventory",
    "directory",
    "self",
    "specialArgs",
    "pkgsForSystem",
    "templates",
    "secrets",
    "vars",
    "exportInterfaces",
    "checks",
];

/// Options of a machine that only an inventory has.
const INVENTORY_MACHINE: &[&str] = &[
    "tags",
    "deploy",
    "machineClass",
    "installedAt",
    "description",
];
