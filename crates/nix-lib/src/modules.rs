//! The module system.
//!
//! The rules, in the order in which they apply:
//! 1. **Collect** ([`collect`]): the given modules, then the imports of each, then theirs; each key once; disabled ones left out. The
//!    list is then *reversed*: what comes later, and what is imported, comes first.
//! 2. **Declarations** ([`level`]): the `options` of all modules are united name by name. An option declared twice must have types
//!    that merge, and only one default.
//! 3. **Definitions** ([`properties`]): `mkMerge` and `mkIf` are expanded, around whole sets too. Of what is left the lowest override
//!    number wins (`mkForce` 50, plain 100, `mkDefault` 1000, an option's default 1500); all with that number are *merged*, sorted
//!    by `mkOrder`. One layer of `mkOverride` is stripped, no more.
//! 4. **Merge by type** ([`types::merge`]): scalars must agree, lists concatenate, sets unite key by key, submodules are module
//!    evaluations of their own, and so reverse the order once more.
//! 5. A definition without a declaration is an error, or goes to the freeform type.
//!
//! Everything is lazy as in nixpkgs: an option is merged when its value is read. Definitions keep file, place, priority and the origin
//! that the caller gave their module.
//! Source: nixpkgs `lib/modules.nix`, `lib/types.nix`.

pub mod collect;
pub mod declare;
pub mod definition;
pub mod errors;
pub mod evaluate;
pub mod level;
pub mod library;
pub mod once;
pub mod option;
pub mod properties;
pub mod shown;
pub mod spelled;
pub mod types;

use std::cell::{Cell, RefCell};

use nix_frontend::eval::{Attrs, EvalError, Evaluator, Result, Value};
use nix_frontend::ir::Symbol;
use rustc_hash::FxHashMap;
use source::{Pos, Span};

use crate::modules::types::TypeRef;

pub use definition::{Definition, Loc};
pub use evaluate::{Evaluation, Input, Setup};

/// What all module evaluations of one run share. Lives in the run's arena.
pub struct Modules<'a> {
    types: &'a RefCell<FxHashMap<usize, TypeRef<'a>>>,
    sets: &'a RefCell<FxHashMap<usize, &'a Attrs<'a>>>,
    lib: Cell<Value<'a>>,
    type_set: Cell<Option<Value<'a>>>,
    /// The options of the outermost evaluations, and of those in submodules.
    internal: [Cell<Option<Value<'a>>>; 2],
    skipped: &'a RefCell<Vec<Skipped>>,
    gaps: &'a RefCell<Vec<Gap>>,
    tolerant: &'a Cell<bool>,
    tolerated: &'a RefCell<Vec<EvalError>>,
    evaluations: &'a RefCell<FxHashMap<usize, &'a Evaluation<'a>>>,
}

/// A module that was left out since its source is not here.
#[derive(Clone, Debug)]
pub struct Skipped {
    /// What it is called: `inputs.foo.nixosModules.default`.
    pub name: String,
    /// Why its source is not here.
    pub because: String,
    /// Where it is imported, if known.
    pub place: Pos,
}

/// A set of options or attributes that may have more than what is known.
#[derive(Clone, Debug)]
pub struct Gap {
    /// The path of the set.
    pub path: Vec<Symbol>,
    /// What would say more: `inputs.foo.lib.machines`.
    pub name: String,
    /// Why that is not known.
    pub because: String,
}

impl<'a> Modules<'a> {
    /// The shared part of a run's module evaluations.
    pub fn new(evaluator: &Evaluator<'a>) -> &'a Modules<'a> {
        let arena = evaluator.arena;
        arena.alloc(Modules {
            types: arena.alloc(RefCell::default()),
            sets: arena.alloc(RefCell::default()),
            lib: Cell::new(Value::Null),
            type_set: Cell::new(None),
            internal: [Cell::new(None), Cell::new(None)],
            skipped: arena.alloc(RefCell::default()),
            gaps: arena.alloc(RefCell::default()),
            tolerant: arena.alloc(Cell::new(false)),
            tolerated: arena.alloc(RefCell::default()),
            evaluations: arena.alloc(RefCell::default()),
        })
    }

    /// The same run's module evaluations, where module functions get another `lib`.
    pub(crate) fn with_lib(&self, evaluator: &Evaluator<'a>, lib: Value<'a>) -> &'a Modules<'a> {
        evaluator.arena.alloc(Modules {
            lib: Cell::new(lib),
            type_set: Cell::new(None),
            internal: [Cell::new(None), Cell::new(None)],
            ..*self
        })
    }

    /// Sets the `lib` that module functions get.
    pub fn set_lib(&self, lib: Value<'a>) {
        self.lib.set(lib);
    }

    /// The `lib` that module functions get.
    pub fn lib(&self) -> Value<'a> {
        self.lib.get()
    }

    /// A member of `lib`, by its path. Errors: there is none.
    pub(crate) fn member(&self, evaluator: &Evaluator<'a>, path: &[&str]) -> Result<Value<'a>> {
        let mut value = self.lib();
        for name in path {
            value = evaluator.force(value)?;
            value = evaluator.select(value, evaluator.symbol(name), Span::NONE)?;
        }
        Ok(value)
    }

    /// `lib.types`.
    pub fn types(&'a self, evaluator: &Evaluator<'a>) -> Value<'a> {
        if let Some(types) = self.type_set.get() {
            return types;
        }
        let types = evaluator.lazy(move |evaluator| Ok(types::table::types(evaluator, self)));
        self.type_set.set(Some(types));
        types
    }

    /// A member of `lib.types`.
    pub(crate) fn type_named(&'a self, evaluator: &Evaluator<'a>, name: &str) -> Result<Value<'a>> {
        let types = evaluator.force(self.types(evaluator))?;
        evaluator.select(types, evaluator.symbol(name), Span::NONE)
    }

    pub(crate) fn internal_options(&self, is_outermost: bool) -> &Cell<Option<Value<'a>>> {
        let [outermost, inner] = &self.internal;
        if is_outermost { outermost } else { inner }
    }

    /// The modules that were left out so far.
    pub fn skipped(&self) -> Vec<Skipped> {
        self.skipped.borrow().clone()
    }

    pub(crate) fn skip(&self, skipped: Skipped) {
        self.skipped.borrow_mut().push(skipped);
    }

    /// Where sets may have more than what is known.
    pub fn gaps(&self) -> Vec<Gap> {
        self.gaps.borrow().clone()
    }

    /// Writes down that the set at `path` may have more, for this reason.
    pub(crate) fn open(&self, path: Loc<'a>, error: &EvalError) {
        let Some((name, because)) = error.unknown() else {
            return;
        };
        self.gaps.borrow_mut().push(Gap {
            path: path.to_vec(),
            name: name.to_owned(),
            because: because.to_owned(),
        });
    }

    /// Whether undeclared definitions are written down instead of failing the evaluation that has them.
    pub fn set_tolerant(&self, tolerant: bool) {
        self.tolerant.set(tolerant);
    }

    pub(crate) fn is_tolerant(&self) -> bool {
        self.tolerant.get()
    }

    pub(crate) fn tolerate(&self, error: EvalError) {
        self.tolerated.borrow_mut().push(error);
    }

    /// The undeclared definitions that were written down since the last time this was asked.
    pub fn take_tolerated(&self) -> Vec<EvalError> {
        std::mem::take(&mut self.tolerated.borrow_mut())
    }

    /// Frees the tables that all evaluations share; nothing is to be evaluated any more. The arena that they hang on frees only its own memory, so that a
    /// process with many runs would keep those of each.
    pub fn forget(&self) {
        self.types.take();
        self.sets.take();
        self.evaluations.take();
        self.skipped.take();
        self.gaps.take();
        self.tolerated.take();
    }

    /// The evaluation that a submodule's value is the config of.
    pub fn evaluation_of(&self, config: Value<'a>) -> Option<&'a Evaluation<'a>> {
        let Value::Attrs(attrs) = config else {
            return None;
        };
        let address = std::ptr::from_ref(attrs).addr();
        self.evaluations.borrow().get(&address).copied()
    }

    pub(crate) fn remember_evaluation(&self, config: Value<'a>, evaluation: &'a Evaluation<'a>) {
        if let Value::Attrs(attrs) = config {
            let address = std::ptr::from_ref(attrs).addr();
            self.evaluations.borrow_mut().insert(address, evaluation);
        }
    }
}
