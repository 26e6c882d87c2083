//! The functions that Nix itself provides.
//!
//! Each topic has a table. `builtins` is the set of all of them; those marked `global` are also variables of the
//! outermost scope, the others are so under `__name`.

pub mod arithmetic;
pub mod attrsets;
pub mod constants;
pub mod context;
pub mod control;
pub mod derivation;
pub mod environment;
pub mod fetch;
mod fetchurl;
pub mod files;
mod flake_refs;
pub mod functions;
pub mod hashes;
pub mod imports;
pub mod json;
pub mod lists;
pub(crate) mod paths;
pub mod regex;
mod sort;
pub mod store;
pub mod strings;
pub mod toml;
mod trees;
pub mod types;
pub mod versions;
pub mod xml;

use rustc_hash::FxHashMap;

use crate::eval::attrs::{Attr, Attrs};
use crate::eval::error::{EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::value::{BuiltinFn, Value};
use crate::import::virtual_search;
use crate::ir::symbol::{Symbol, Symbols};

/// A builtin as its topic's table has it.
pub struct Spec {
    /// Its name in `builtins`.
    pub name: &'static str,
    /// How many arguments it takes.
    pub arity: usize,
    /// What it does.
    pub run: BuiltinFn,
    /// Whether it is a variable of the outermost scope under its own name.
    pub global: bool,
    /// What `functionArgs` says: formals, and whether each is optional. Functions that Nix provides have none.
    pub formals: &'static [(&'static str, bool)],
}

impl Spec {
    /// A member of `builtins`.
    pub const fn new(name: &'static str, arity: usize, run: BuiltinFn) -> Spec {
        Spec {
            name,
            arity,
            run,
            global: false,
            formals: &[],
        }
    }

    /// A member of `builtins` that is also a variable of the outermost scope.
    pub const fn global(name: &'static str, arity: usize, run: BuiltinFn) -> Spec {
        Spec {
            name,
            arity,
            run,
            global: true,
            formals: &[],
        }
    }
}

const TOPICS: &[&[Spec]] = &[
    arithmetic::TABLE,
    attrsets::TABLE,
    context::TABLE,
    control::TABLE,
    derivation::TABLE,
    environment::TABLE,
    fetch::TABLE,
    files::TABLE,
    flake_refs::TABLE,
    functions::TABLE,
    hashes::TABLE,
    imports::TABLE,
    json::TABLE,
    lists::TABLE,
    paths::TABLE,
    store::TABLE,
    regex::TABLE,
    strings::TABLE,
    toml::TABLE,
    types::TABLE,
    versions::TABLE,
    xml::TABLE,
];

fn table() -> impl Iterator<Item = &'static Spec> {
    TOPICS.iter().flat_map(|topic| topic.iter())
}

/// The number of the global `builtins`, by its place among the plain constants.
const BUILTINS: usize = 3;

/// The names of the outermost scope, and the number of each.
pub struct GlobalNames {
    numbers: FxHashMap<Symbol, u16>,
}

impl GlobalNames {
    /// The names in `symbols`.
    pub fn new(symbols: &Symbols) -> GlobalNames {
        let plain = constants::PLAIN.iter().map(|name| symbols.intern(name));
        let functions = table().map(|spec| global_symbol(symbols, spec));
        let prefixed = constants::PREFIXED.iter().chain(constants::IMPURE);
        let prefixed = prefixed.map(|name| symbols.intern(format!("__{name}")));
        let numbered = plain.chain(functions).chain(prefixed).enumerate();
        GlobalNames {
            numbers: numbered
                .map(|(number, name)| (name, number as u16))
                .collect(),
        }
    }

    /// The number of `name`.
    pub fn find(&self, name: Symbol) -> Option<u16> {
        self.numbers.get(&name).copied()
    }

    /// The name of that number.
    pub fn name(&self, number: u16) -> Option<Symbol> {
        let mut numbers = self.numbers.iter();
        let found = numbers.find(|(_, candidate)| **candidate == number);
        found.map(|(name, _)| *name)
    }

    /// All names, in no order.
    pub fn all(&self) -> impl Iterator<Item = Symbol> + '_ {
        self.numbers.keys().copied()
    }
}

fn global_symbol(symbols: &Symbols, spec: &Spec) -> Symbol {
    if spec.global {
        symbols.intern(spec.name)
    } else {
        symbols.intern(format!("__{}", spec.name))
    }
}

/// Fills the outermost scope of an evaluation: the globals in the order of their numbers. Constants that this evaluation lacks are the last.
pub(crate) fn install(evaluator: &Evaluator<'_>) {
    let functions = table().map(|spec| (spec.name, evaluator.builtin(spec)));
    let constant = |name: &&'static str| Some((*name, constants::value(evaluator, name)?));
    let builtins = evaluator.lazy(|evaluator| {
        let globals = evaluator.globals.get();
        Ok(globals.get(BUILTINS).copied().unwrap_or(Value::Null))
    });
    let plain = constants::PLAIN.iter().filter_map(|name| match *name {
        "builtins" => Some((*name, builtins)),
        name => constant(&name),
    });
    let prefixed = constants::PREFIXED.iter().chain(constants::IMPURE);
    let members: Vec<(&str, Value<'_>)> = plain
        .chain(functions)
        .chain(prefixed.filter_map(constant))
        .collect();
    let set = evaluator.attrs_from(members.iter().copied());
    let mut globals: Vec<Value<'_>> = members.iter().map(|(_, value)| *value).collect();
    if let Some(builtins) = globals.get_mut(BUILTINS) {
        *builtins = set;
    }
    evaluator
        .globals
        .set(evaluator.arena.alloc_slice_copy(&globals));
    let fetchurl = virtual_search("nix/fetchurl.nix");
    evaluator.provide_import(fetchurl.as_bytes(), fetchurl::file(evaluator));
}

/// The arguments of a builtin, which are as many as its table says.
#[inline]
pub fn take<'a, const N: usize>(arguments: &[Value<'a>]) -> Result<[Value<'a>; N]> {
    <[Value<'a>; N]>::try_from(arguments)
        .map_err(|_| EvalError::type_error(format!("{N} arguments are needed")))
}

/// The set of these attributes, sorted by symbol, each once.
fn attrs_sorted<'a>(evaluator: &Evaluator<'a>, items: &[Attr<'a>]) -> Value<'a> {
    let items = evaluator.arena.alloc_slice_copy(items);
    Value::Attrs(evaluator.arena.alloc(Attrs::sorted(items)))
}
