//! The automaton that an expression is compiled to.

use super::RegexError;
use super::bracket::ByteSet;

/// The number of a state.
pub(super) type Id = usize;

/// No state yet.
pub(super) const NONE: Id = usize::MAX;

const MOST_STATES: usize = 100_000;

/// An automaton.
#[derive(Default)]
pub(super) struct Nfa {
    pub states: Vec<State>,
    pub start: Id,
    /// The groups, the whole match included.
    pub groups: usize,
}

/// A state, and which is next.
#[derive(Clone)]
pub(super) struct State {
    pub kind: Kind,
    pub next: Id,
}

/// What a state does.
#[derive(Clone)]
pub(super) enum Kind {
    /// Nothing.
    Pass,
    /// Matches one byte.
    Byte(u8),
    /// Matches any byte but NUL.
    Any,
    /// Matches a byte of a set.
    Set(Box<ByteSet>),
    /// Tries `alternative`, then `next`, and keeps the longer.
    Alternative(Id),
    /// Tries `again` once more, and goes on if that leads nowhere.
    Repeat(Id),
    /// A group starts.
    Open(usize),
    /// A group ends.
    Close(usize),
    /// The start of the subject.
    LineStart,
    /// The end of the subject.
    LineEnd,
    /// A match.
    Accept,
}

/// A part of the automaton: entered at `start`, left behind `end`.
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub start: Id,
    pub end: Id,
}

impl Nfa {
    pub fn add(&mut self, kind: Kind) -> Result<Id, RegexError> {
        if self.states.len() >= MOST_STATES {
            return Err(RegexError::TooComplex);
        }
        self.states.push(State { kind, next: NONE });
        Ok(self.states.len() - 1)
    }

    pub fn single(&mut self, kind: Kind) -> Result<Part, RegexError> {
        let id = self.add(kind)?;
        Ok(Part { start: id, end: id })
    }

    pub fn link(&mut self, from: Id, to: Id) {
        if let Some(state) = self.states.get_mut(from) {
            state.next = to;
        }
    }

    /// `first` and then `second`.
    pub fn then(&mut self, first: Part, second: Part) -> Part {
        self.link(first.end, second.start);
        Part {
            start: first.start,
            end: second.end,
        }
    }

    /// A copy of everything that can be reached from `part.start` without leaving by `part.end`.
    pub fn copy(&mut self, part: Part) -> Result<Part, RegexError> {
        let mut copies = std::collections::HashMap::new();
        let mut open = vec![part.start];
        while let Some(id) = open.pop() {
            if copies.contains_key(&id) {
                continue;
            }
            let Some(state) = self.states.get(id).cloned() else {
                continue;
            };
            if let Kind::Alternative(other) | Kind::Repeat(other) = state.kind {
                if other != NONE {
                    open.push(other);
                }
            }
            if id != part.end && state.next != NONE {
                open.push(state.next);
            }
            let copy = self.add(state.kind)?;
            self.link(copy, if id == part.end { NONE } else { state.next });
            copies.insert(id, copy);
        }
        let moved = |id: Id| copies.get(&id).copied().unwrap_or(NONE);
        let made: Vec<Id> = copies.values().copied().collect();
        for id in made {
            if let Some(state) = self.states.get_mut(id) {
                if state.next != NONE {
                    state.next = moved(state.next);
                }
                if let Kind::Alternative(other) | Kind::Repeat(other) = &mut state.kind {
                    if *other != NONE {
                        *other = moved(*other);
                    }
                }
            }
        }
        Ok(Part {
            start: moved(part.start),
            end: moved(part.end),
        })
    }
}
