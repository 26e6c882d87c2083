//! What an expression is compiled to: states that are walked from `start`, and what is known of every match beforehand.

use super::bracket::ByteSet;

/// The number of a state.
pub(super) type Id = u32;

/// No state.
pub(super) const NONE: Id = Id::MAX;

/// A state, and which is next.
#[derive(Clone, Copy)]
pub(super) struct State {
    pub kind: Kind,
    pub next: Id,
    /// Whether a walk can come back here without a byte in between.
    pub in_cycle: bool,
}

/// What a state does.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// Nothing.
    Pass,
    /// Matches one byte.
    Bytes(Bytes),
    /// Tries this state, then `next`, and keeps the longer match.
    Alternative(Id),
    /// Tries this state once more, and goes on if that leads nowhere.
    Repeat(Id),
    /// A repetition of one byte, by its number.
    Run(u32),
    /// Keeps the position: the start of group `n` in `2 * n`, its end in `2 * n + 1`.
    Save(u32),
    /// The start of the subject.
    LineStart,
    /// The end of the subject.
    LineEnd,
    /// A match.
    Accept,
}

/// Some bytes.
#[derive(Clone, Copy)]
pub(super) enum Bytes {
    One(u8),
    NotNul,
    /// A set by its number.
    Set(u32),
}

/// A repetition of one byte.
pub(super) struct Run {
    pub bytes: Bytes,
    /// The byte that must come behind, if there is only one.
    pub behind: Option<u8>,
}

/// A compiled expression.
pub(super) struct Program {
    pub states: Vec<State>,
    pub sets: Vec<ByteSet>,
    pub runs: Vec<Run>,
    pub start: Id,
    /// How many groups there are, the whole match aside.
    pub groups: usize,
    /// Whether a state is in a cycle.
    pub has_cycles: bool,
    /// What every match starts with.
    pub prefix: Vec<u8>,
    /// Whether the prefix is all there is.
    pub is_literal: bool,
    /// The first bytes of matches; `None` if a match can be empty.
    pub first: Option<ByteSet>,
    /// Whether a match can start at the start of the subject only.
    pub is_anchored: bool,
}

impl Program {
    pub fn new(states: Vec<State>, sets: Vec<ByteSet>, start: Id, groups: usize) -> Program {
        let mut program = Program {
            has_cycles: states.iter().any(|state| state.in_cycle),
            states,
            sets,
            runs: vec![],
            start,
            groups,
            prefix: vec![],
            is_literal: false,
            first: None,
            is_anchored: false,
        };
        program.skip_passes();
        program.find_prefix();
        if program.prefix.is_empty() {
            program.first = program.first_bytes();
        }
        program.find_runs();
        program
    }

    pub fn matches(&self, bytes: Bytes, byte: u8) -> bool {
        match bytes {
            Bytes::One(one) => one == byte,
            Bytes::NotNul => byte != 0,
            Bytes::Set(set) => {
                let set = self.sets.get(set as usize);
                set.is_some_and(|set| set.has(byte))
            }
        }
    }

    /// How many of the first bytes of `text` match.
    pub fn count(&self, bytes: Bytes, text: &[u8]) -> usize {
        let end = match bytes {
            Bytes::One(one) => text.iter().position(|byte| *byte != one),
            Bytes::NotNul => bstr::ByteSlice::find_byte(text, 0),
            Bytes::Set(set) => self
                .sets
                .get(set as usize)
                .and_then(|set| text.iter().position(|byte| !set.has(*byte))),
        };
        end.unwrap_or(text.len())
    }

    fn state(&self, id: Id) -> Option<State> {
        self.states.get(id as usize).copied()
    }

    /// Links go around the states that do nothing. Those mostly lead forward, so that the last states come first.
    fn skip_passes(&mut self) {
        for id in (0..self.states.len()).rev() {
            let Some(mut state) = self.states.get(id).copied() else {
                continue;
            };
            state.next = self.behind_passes(state.next);
            match &mut state.kind {
                Kind::Alternative(other) | Kind::Repeat(other) => {
                    *other = self.behind_passes(*other);
                }
                _ => {}
            }
            if let Some(place) = self.states.get_mut(id) {
                *place = state;
            }
        }
        self.start = self.behind_passes(self.start);
    }

    fn behind_passes(&self, mut id: Id) -> Id {
        while let Some(State {
            kind: Kind::Pass,
            next,
            ..
        }) = self.state(id)
        {
            id = next;
        }
        id
    }

    fn find_prefix(&mut self) {
        let mut id = self.start;
        while let Some(state) = self.state(id) {
            match state.kind {
                Kind::Bytes(Bytes::One(byte)) => self.prefix.push(byte),
                Kind::Save(_) => {}
                Kind::LineStart if self.prefix.is_empty() => {
                    self.is_anchored = true;
                }
                Kind::Accept => {
                    self.is_literal =
                        self.groups == 0 && !self.is_anchored && !self.prefix.is_empty();
                    return;
                }
                _ => return,
            }
            id = state.next;
        }
    }

    fn first_bytes(&self) -> Option<ByteSet> {
        let mut first = ByteSet::default();
        let mut seen = vec![false; self.states.len()];
        let mut open = vec![self.start];
        while let Some(id) = open.pop() {
            match seen.get_mut(id as usize) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            let state = self.state(id)?;
            match state.kind {
                Kind::Accept => return None,
                Kind::Bytes(Bytes::One(byte)) => first.add(byte),
                Kind::Bytes(Bytes::Set(set)) => first.add_all(self.sets.get(set as usize)?),
                Kind::Bytes(Bytes::NotNul) => {
                    let mut nul = ByteSet::default();
                    nul.add(0);
                    first.add_all(&nul.complement());
                }
                Kind::Alternative(other) | Kind::Repeat(other) => {
                    open.extend([other, state.next]);
                }
                _ => open.push(state.next),
            }
        }
        Some(first)
    }

    fn find_runs(&mut self) {
        for id in 0..self.states.len() {
            let Some((again, behind)) = self.run_at(id) else {
                continue;
            };
            let number = self.runs.len() as u32;
            self.runs.push(Run {
                bytes: again,
                behind,
            });
            if let Some(state) = self.states.get_mut(id) {
                state.kind = Kind::Run(number);
            }
        }
    }

    fn run_at(&self, id: usize) -> Option<(Bytes, Option<u8>)> {
        let state = self.states.get(id)?;
        let Kind::Repeat(again) = state.kind else {
            return None;
        };
        let body = self.state(again)?;
        let Kind::Bytes(bytes) = body.kind else {
            return None;
        };
        if state.in_cycle || body.next as usize != id {
            return None;
        }
        let mut behind = self.state(state.next)?;
        while let Kind::Save(_) = behind.kind {
            behind = self.state(behind.next)?;
        }
        let behind = match behind.kind {
            Kind::Bytes(Bytes::One(byte)) => Some(byte),
            _ => None,
        };
        Some((bytes, behind))
    }
}
