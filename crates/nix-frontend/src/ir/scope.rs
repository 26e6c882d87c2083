//! Which names are in scope while lowering, and where the evaluator finds them.
//!
//! The rules: the innermost binding of a name wins; any binding, those of the outermost scope included, wins over every
//! `with`; a name that nothing binds is looked up in the enclosing `with`s, innermost first; without one it is undefined.

use crate::ir::symbol::Symbol;

/// Where a variable is found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// So many environments up, in that slot.
    Local {
        /// How many environments up.
        depth: u16,
        /// Which slot.
        index: u16,
    },
    /// In one of the `with` environments at these depths, innermost first.
    With(Vec<u16>),
    /// Not bound by any scope here: a global, or undefined.
    Outermost,
}

/// The scopes around an expression, the innermost last. Each stands for one environment.
#[derive(Default, Debug)]
pub struct Scopes {
    scopes: Vec<Scope>,
}

/// One environment's names.
#[derive(Debug)]
pub enum Scope {
    /// Slot i has the name at place i. All but the first are in the order of symbols.
    Names(Vec<Symbol>),
    /// The namespace of a `with`.
    With,
}

impl Scopes {
    /// Enters a scope.
    pub fn push(&mut self, scope: Scope) {
        self.scopes.push(scope);
    }

    /// Leaves the innermost scope.
    pub fn pop(&mut self) {
        self.scopes.pop();
    }

    /// Leaves the innermost scope for a while, to lower what is written outside it.
    pub fn take(&mut self) -> Option<Scope> {
        self.scopes.pop()
    }

    /// Finds `name`.
    pub fn find(&self, name: Symbol) -> Place {
        let mut withs = vec![];
        for (depth, scope) in self.scopes.iter().rev().enumerate() {
            let depth = depth as u16;
            match scope {
                Scope::With => withs.push(depth),
                Scope::Names(names) => {
                    if let Some(index) = position(names, name) {
                        return Place::Local {
                            depth,
                            index: index as u16,
                        };
                    }
                }
            }
        }
        if withs.is_empty() {
            Place::Outermost
        } else {
            Place::With(withs)
        }
    }

    /// Every name that is bound here, innermost first; for did-you-mean.
    pub fn names(&self) -> impl Iterator<Item = Symbol> + '_ {
        self.scopes
            .iter()
            .rev()
            .flat_map(|scope| match scope {
                Scope::Names(names) => names.as_slice(),
                Scope::With => &[],
            })
            .copied()
    }
}

/// Where `name` is among the names of a scope: all sorted but perhaps the first, which may be a function's argument.
fn position(names: &[Symbol], name: Symbol) -> Option<usize> {
    const FEW: usize = 8;
    if names.len() <= FEW {
        return names.iter().position(|known| *known == name);
    }
    let (first, rest) = names.split_first()?;
    if *first == name {
        return Some(0);
    }
    rest.binary_search(&name).ok().map(|at| at + 1)
}
