//! Which names are in scope while lowering, and where the evaluator finds them.
//!
//! The rules: the innermost binding of a name wins; any binding, those of the outermost scope included, wins over every
//! `with`; a name that nothing binds is looked up in the enclosing `with`s, innermost first; without one it is undefined.

use rustc_hash::FxHashMap;

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
    /// So many environments up, or in so high a slot, that the evaluator cannot reach it.
    TooFar,
    /// In one of the `with` environments at these depths, innermost first.
    With(Box<[u16]>),
    /// Not bound by any scope here: a global, or undefined.
    Outermost,
}

/// The scopes around an expression. Each stands for one environment.
#[derive(Default, Debug)]
pub struct Scopes {
    bound: FxHashMap<Symbol, Bound>,
    scopes: Vec<Scope>,
    /// What the names of all scopes meant outside of these, for leaving them.
    shadowed: Vec<(Symbol, Option<Bound>)>,
    withs: Vec<usize>,
}

/// The environment's number, from the outermost, and the slot.
#[derive(Clone, Copy, Debug)]
struct Bound {
    level: usize,
    index: usize,
}

#[derive(Debug)]
enum Scope {
    Names { shadowed: usize },
    With,
}

impl Scopes {
    /// Enters an environment: slot i has name i. Of equal names the last counts.
    pub fn enter(&mut self, names: impl IntoIterator<Item = Symbol>) {
        let level = self.scopes.len();
        self.scopes.push(Scope::Names {
            shadowed: self.shadowed.len(),
        });
        for (index, name) in names.into_iter().enumerate() {
            let before = self.bound.insert(name, Bound { level, index });
            self.shadowed.push((name, before));
        }
    }

    /// Enters the environment of a `with`.
    pub fn enter_with(&mut self) {
        self.withs.push(self.scopes.len());
        self.scopes.push(Scope::With);
    }

    /// Leaves the innermost environment.
    pub fn leave(&mut self) {
        match self.scopes.pop() {
            Some(Scope::Names { shadowed }) => {
                for (name, before) in self.shadowed.drain(shadowed..).rev() {
                    match before {
                        Some(before) => self.bound.insert(name, before),
                        None => self.bound.remove(&name),
                    };
                }
            }
            Some(Scope::With) => {
                self.withs.pop();
            }
            None => {}
        }
    }

    /// Finds `name`.
    pub fn find(&self, name: Symbol) -> Place {
        let up = |level: usize| u16::try_from(self.scopes.len() - 1 - level);
        if let Some(bound) = self.bound.get(&name) {
            return match (up(bound.level), u16::try_from(bound.index)) {
                (Ok(depth), Ok(index)) => Place::Local { depth, index },
                _ => Place::TooFar,
            };
        }
        if self.withs.is_empty() {
            return Place::Outermost;
        }
        let withs: Result<_, _> = self.withs.iter().rev().map(|level| up(*level)).collect();
        withs.map_or(Place::TooFar, Place::With)
    }

    /// Every name that is bound here, in no order; for did-you-mean.
    pub fn names(&self) -> impl Iterator<Item = Symbol> + '_ {
        self.bound.keys().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Symbol = Symbol(1_000);
    const B: Symbol = Symbol(1_001);

    fn local(depth: u16, index: u16) -> Place {
        Place::Local { depth, index }
    }

    #[test]
    fn the_innermost_binding_wins() {
        let mut scopes = Scopes::default();
        scopes.enter([A, B]);
        scopes.enter([B]);
        assert_eq!(scopes.find(A), local(1, 0));
        assert_eq!(scopes.find(B), local(0, 0));
        scopes.leave();
        assert_eq!(scopes.find(B), local(0, 1));
        scopes.leave();
        assert_eq!(scopes.find(B), Place::Outermost);
    }

    #[test]
    fn a_binding_wins_over_every_with() {
        let mut scopes = Scopes::default();
        scopes.enter_with();
        scopes.enter([A]);
        scopes.enter_with();
        assert_eq!(scopes.find(A), local(1, 0));
        assert_eq!(scopes.find(B), Place::With([0, 2].into()));
        scopes.leave();
        scopes.leave();
        assert_eq!(scopes.find(A), Place::With([0].into()));
    }

    #[test]
    fn slots_past_the_evaluators_reach_are_told() {
        let mut scopes = Scopes::default();
        scopes.enter((0..70_000).map(Symbol));
        assert_eq!(scopes.find(Symbol(65_535)), local(0, 65_535));
        assert_eq!(scopes.find(Symbol(65_536)), Place::TooFar);
    }
}
