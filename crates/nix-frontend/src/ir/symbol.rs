//! Interned names.
//!
//! Names are bytes, as Nix strings are. The order of symbols is the order of their making, not of their names.

use bstr::BStr;
use elsa::FrozenIndexSet;
use rustc_hash::FxBuildHasher;

/// An interned name. Equal names of one session are equal symbols.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Symbol(pub u32);

/// Every name of a session.
pub struct Symbols {
    names: FrozenIndexSet<Box<[u8]>, FxBuildHasher>,
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
}

impl Default for Symbols {
    fn default() -> Symbols {
        let names = FrozenIndexSet::default();
        for name in known::NAMES {
            names.insert(name.as_bytes().into());
        }
        Symbols { names }
    }
}

impl Symbols {
    /// The symbol of `name`, made if need be.
    pub fn intern(&self, name: impl AsRef<[u8]>) -> Symbol {
        let name = name.as_ref();
        match self.names.get_full(name) {
            Some((index, _)) => Symbol(index as u32),
            None => Symbol(self.names.insert_full(name.into()).0 as u32),
        }
    }

    /// The symbol of `name`, if something has that name.
    pub fn find(&self, name: impl AsRef<[u8]>) -> Option<Symbol> {
        self.names
            .get_full(name.as_ref())
            .map(|(index, _)| Symbol(index as u32))
    }

    /// The name that `symbol` stands for.
    pub fn name(&self, symbol: Symbol) -> &BStr {
        self.names
            .get_index(symbol.0 as usize)
            .map_or(BStr::new(b""), BStr::new)
    }

    /// Every symbol, in the order of their making.
    pub fn iter(&self) -> impl Iterator<Item = Symbol> + '_ {
        (0..)
            .take_while(|number| self.names.get_index(*number as usize).is_some())
            .map(Symbol)
    }

    /// The name as text, invalid UTF-8 replaced.
    pub fn text(&self, symbol: Symbol) -> String {
        self.name(symbol).to_string()
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
}
