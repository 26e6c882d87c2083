//! Interned names.
//!
//! Names are bytes, as Nix strings are. The order of symbols is the order of their making, not of their names.

use std::cell::{Cell, OnceCell, RefCell};
use std::hash::Hasher;

use bstr::BStr;
use elsa::FrozenVec;
use rustc_hash::FxHasher;

/// An interned name. Equal names of one session are equal symbols.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Symbol(pub u32);

/// Every name of a session.
///
/// The names lie in chunks that stay where they are; a hash table with open addressing leads to them. In it names that differ in their last byte
/// are neighbours: such names are often made one after another, and then the place of the next is in the cache.
pub struct Symbols {
    chunks: FrozenVec<Box<[OnceCell<Name>]>>,
    count: Cell<usize>,
    places: RefCell<Vec<Place>>,
}

/// The bytes of a name; most are so short that they lie here.
enum Name {
    Short(u8, [u8; Name::SHORT]),
    Long(Box<[u8]>),
}

/// A place of the hash table: a part of a name's hash, and the number of its symbol plus one; 0 where it is free.
#[derive(Clone, Copy, Default)]
struct Place {
    tag: u32,
    number: u32,
}

const CHUNK: usize = 512;
const FIRST_PLACES: usize = 2048;
/// How far the next place is from one that is taken: over the neighbours' places, and odd, so that no place is left out.
const STRIDE: usize = 17;

impl Name {
    const SHORT: usize = 22;

    fn new(name: &[u8]) -> Name {
        let mut bytes = [0; Name::SHORT];
        match bytes.get_mut(..name.len()) {
            Some(part) => {
                part.copy_from_slice(name);
                Name::Short(name.len() as u8, bytes)
            }
            None => Name::Long(name.into()),
        }
    }

    #[inline]
    fn bytes(&self) -> &[u8] {
        match self {
            Name::Short(length, bytes) => bytes.get(..usize::from(*length)).unwrap_or_default(),
            Name::Long(bytes) => bytes,
        }
    }
}

macro_rules! well_known {
    ($($constant:ident = $name:literal),* $(,)?) => {
        /// Names that the code itself speaks of, the same in each session.
        #[allow(missing_docs, reason = "each is the name it stands for")]
        pub mod known {
            use super::Symbol;
            well_known!(@number 0u32, $($constant)*);
            pub(super) const NAMES: &[&str] = &[$($name),*];
        }
    };
    (@number $at:expr, $constant:ident $($rest:ident)*) => {
        pub const $constant: Symbol = Symbol($at);
        well_known!(@number $at + 1, $($rest)*);
    };
    (@number $at:expr,) => {};
}

well_known! {
    EMPTY = "",
    NAME = "name",
    VALUE = "value",
    TYPE_TAG = "_type",
    OUT_PATH = "outPath",
    DRV_PATH = "drvPath",
    TO_STRING = "__toString",
    FUNCTOR = "__functor",
    FUNCTION_ARGS = "__functionArgs",
    OVERRIDES = "__overrides",
    BODY = "body",
    TYPE = "type",
    DERIVATION = "derivation",
    BUILTINS = "builtins",
    FILE = "file",
    LINE = "line",
    COLUMN = "column",
    SUCCESS = "success",
    KEY = "key",
    START_SET = "startSet",
    OPERATOR = "operator",
    RIGHT = "right",
    WRONG = "wrong",
    VERSION = "version",
    PATH = "path",
    PREFIX = "prefix",
    CONTENT = "content",
    CONTENTS = "contents",
    CONDITION = "condition",
    PRIORITY = "priority",
    CONFIG = "config",
    OPTIONS = "options",
    IMPORTS = "imports",
    FILE_META = "_file",
    CLASS_META = "_class",
    MODULE = "_module",
    LIB = "lib",
    ARGS = "args",
    DEFAULT = "default",
    DESCRIPTION = "description",
    CHECK = "check",
    MERGE = "merge",
    MERGE_V2 = "v2",
    LOC = "loc",
    DEFS = "defs",
    FREEFORM_TYPE = "freeformType",
    DISABLED_MODULES = "disabledModules",
    REQUIRE = "require",
    META = "meta",
    INVENTORY = "inventory",
    MACHINES = "machines",
    TAGS = "tags",
    INSTANCES = "instances",
    SERVICES = "services",
    ROLES = "roles",
    SETTINGS = "settings",
    EXTRA_MODULES = "extraModules",
    INPUT = "input",
    INPUTS = "inputs",
    OUTPUTS = "outputs",
    SELF = "self",
    MODULES = "modules",
    DIRECTORY = "directory",
    CLAN = "clan",
    FLAKE = "flake",
    APPLY = "apply",
    EXAMPLE = "example",
    READ_ONLY = "readOnly",
}

impl Default for Symbols {
    fn default() -> Symbols {
        let symbols = Symbols {
            chunks: FrozenVec::new(),
            count: Cell::new(0),
            places: RefCell::new(vec![Place::default(); FIRST_PLACES]),
        };
        for name in known::NAMES {
            symbols.intern(name);
        }
        symbols
    }
}

impl Symbols {
    /// The symbol of `name`, made if need be.
    pub fn intern(&self, name: impl AsRef<[u8]>) -> Symbol {
        let name = name.as_ref();
        let hash = Hash::of(name);
        let mut places = self.places.borrow_mut();
        let free = match self.search(&places, hash, name) {
            Ok(symbol) => return symbol,
            Err(free) => free,
        };
        let number = self.count.get();
        if number.is_multiple_of(CHUNK) {
            self.chunks
                .push((0..CHUNK).map(|_| OnceCell::new()).collect());
        }
        if let Some(cell) = self.cell(number) {
            let _ = cell.set(Name::new(name));
        }
        self.count.set(number + 1);
        if let Some(place) = places.get_mut(free) {
            *place = Place {
                tag: hash.tag,
                number: number as u32 + 1,
            };
        }
        if number * 2 > places.len() {
            self.grow(&mut places);
        }
        Symbol(number as u32)
    }

    /// The symbol of `name`, if something has that name.
    pub fn find(&self, name: impl AsRef<[u8]>) -> Option<Symbol> {
        let name = name.as_ref();
        self.search(&self.places.borrow(), Hash::of(name), name)
            .ok()
    }

    /// The symbol of `name`, or else the place that is free for it.
    #[inline]
    fn search(&self, places: &[Place], hash: Hash, name: &[u8]) -> Result<Symbol, usize> {
        let mask = places.len() - 1;
        let mut at = hash.start & mask;
        loop {
            let place = places.get(at).copied().unwrap_or_default();
            if place.number == 0 {
                return Err(at);
            }
            let symbol = Symbol(place.number - 1);
            if place.tag == hash.tag && self.bytes(symbol) == name {
                return Ok(symbol);
            }
            at = (at + STRIDE) & mask;
        }
    }

    #[cold]
    fn grow(&self, places: &mut Vec<Place>) {
        let mut larger = vec![Place::default(); places.len() * 2];
        let mask = larger.len() - 1;
        for number in 0..self.count.get() as u32 {
            let hash = Hash::of(self.bytes(Symbol(number)));
            let mut at = hash.start & mask;
            while larger.get(at).is_some_and(|place| place.number != 0) {
                at = (at + STRIDE) & mask;
            }
            if let Some(place) = larger.get_mut(at) {
                *place = Place {
                    tag: hash.tag,
                    number: number + 1,
                };
            }
        }
        *places = larger;
    }

    #[inline]
    fn cell(&self, number: usize) -> Option<&OnceCell<Name>> {
        self.chunks.get(number / CHUNK)?.get(number % CHUNK)
    }

    #[inline]
    fn bytes(&self, symbol: Symbol) -> &[u8] {
        let name = self.cell(symbol.0 as usize).and_then(OnceCell::get);
        name.map_or(b"", Name::bytes)
    }

    /// The name that `symbol` stands for.
    #[inline]
    pub fn name(&self, symbol: Symbol) -> &BStr {
        BStr::new(self.bytes(symbol))
    }

    /// Every symbol, in the order of their making.
    pub fn iter(&self) -> impl Iterator<Item = Symbol> + '_ {
        (0..)
            .map(Symbol)
            .take_while(|symbol| (symbol.0 as usize) < self.count.get())
    }

    /// The name as text, invalid UTF-8 replaced.
    pub fn text(&self, symbol: Symbol) -> String {
        self.name(symbol).to_string()
    }
}

/// Where a name is looked for first, and what is compared before the name is.
#[derive(Clone, Copy)]
struct Hash {
    start: usize,
    tag: u32,
}

impl Hash {
    #[inline]
    fn of(name: &[u8]) -> Hash {
        let (last, rest) = name.split_last().unwrap_or((&0, &[]));
        let mut hasher = FxHasher::default();
        hasher.write(rest);
        let hash = hasher.finish();
        Hash {
            start: (hash as usize).wrapping_add(usize::from(*last)),
            tag: (hash >> 32) as u32 ^ u32::from(*last),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_are_equal_symbols() {
        let symbols = Symbols::default();
        assert_eq!(symbols.intern("jon"), symbols.intern("jon"));
        assert_ne!(symbols.intern("jon"), symbols.intern("sara"));
        assert_eq!(symbols.name(symbols.intern("jon")), "jon");
        assert_eq!(symbols.intern("outPath"), known::OUT_PATH);
    }

    #[test]
    fn many_names_are_found_again() {
        let symbols = Symbols::default();
        let name = |number: u32| format!("{}{number}", "n".repeat(number as usize % 30));
        let made: Vec<Symbol> = (0..20_000).map(|n| symbols.intern(name(n))).collect();
        for (number, symbol) in (0..).zip(&made) {
            assert_eq!(symbols.intern(name(number)), *symbol);
            assert_eq!(symbols.find(name(number)), Some(*symbol));
            assert_eq!(symbols.name(*symbol), name(number).as_bytes());
        }
        assert_eq!(symbols.find("nobody"), None);
        assert_eq!(symbols.iter().count(), known::NAMES.len() + made.len());
    }
}
