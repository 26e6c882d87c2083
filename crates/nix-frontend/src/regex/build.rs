//! Puts programs together from parts.
//!
//! The parts are joined as GNU's compiler joins them, since the order of trials follows from it. The C++ library also limits the size of
//! an expression by counting states; we need fewer of them, and count what it would have.

use super::RegexError;
use super::bracket::ByteSet;
use super::program::{Bytes, Id, Kind, NONE, Program, State};

/// The most states the C++ library allows.
const MOST_STATES: i64 = 100_000;

/// A part of a program: entered at `start`, left behind `end`. Its states are all those from `first` on.
#[derive(Clone, Copy)]
pub(super) struct Part {
    start: Id,
    end: Id,
    first: Id,
    /// How many states it would have in C++.
    size: i64,
    /// Whether it can match without a byte.
    nullable: bool,
}

/// The upper end of an interval.
#[derive(Clone, Copy)]
pub(super) enum Most {
    /// `{2}`
    Same,
    /// `{2,}`
    Unbounded,
    /// `{2,3}`
    Exactly(i64),
}

/// A program in the making.
#[derive(Default)]
pub(super) struct Builder {
    states: Vec<State>,
    sets: Vec<ByteSet>,
    charged: i64,
}

impl Builder {
    /// Counts states as the C++ library does.
    pub fn charge(&mut self, states: i64) -> Result<(), RegexError> {
        self.charged += states;
        if self.charged > MOST_STATES {
            return Err(RegexError::TooComplex);
        }
        Ok(())
    }

    fn len(&self) -> Id {
        Id::try_from(self.states.len()).unwrap_or(NONE)
    }

    fn add(&mut self, kind: Kind) -> Id {
        let id = self.len();
        self.states.push(State {
            kind,
            next: NONE,
            in_cycle: false,
        });
        id
    }

    fn link(&mut self, from: Id, to: Id) {
        if let Some(state) = self.states.get_mut(from as usize) {
            state.next = to;
        }
    }

    fn one(&mut self, kind: Kind) -> Part {
        let id = self.add(kind);
        Part {
            start: id,
            end: id,
            first: id,
            size: 1,
            nullable: !matches!(kind, Kind::Bytes(_)),
        }
    }

    pub fn single(&mut self, kind: Kind) -> Result<Part, RegexError> {
        self.charge(1)?;
        Ok(self.one(kind))
    }

    pub fn set(&mut self, set: ByteSet) -> Result<Part, RegexError> {
        let index = u32::try_from(self.sets.len()).map_err(|_| RegexError::TooComplex)?;
        self.sets.push(set);
        self.single(Kind::Bytes(Bytes::Set(index)))
    }

    /// `first` and then `second`.
    pub fn then(&mut self, first: Part, second: Part) -> Part {
        self.link(first.end, second.start);
        Part {
            start: first.start,
            end: second.end,
            first: first.first,
            size: first.size + second.size,
            nullable: first.nullable && second.nullable,
        }
    }

    /// The whole of a sequence, which may be empty.
    pub fn end_sequence(&mut self, sequence: Option<Part>) -> Result<Part, RegexError> {
        self.charge(1)?;
        Ok(match sequence {
            Some(sequence) => Part {
                size: sequence.size + 1,
                ..sequence
            },
            None => self.one(Kind::Pass),
        })
    }

    /// `first|second`
    pub fn either(&mut self, first: Part, second: Part) -> Result<Part, RegexError> {
        self.charge(2)?;
        let end = self.add(Kind::Pass);
        self.link(first.end, end);
        self.link(second.end, end);
        let start = self.add(Kind::Alternative(first.start));
        self.link(start, second.start);
        Ok(Part {
            start,
            end,
            first: first.first,
            size: first.size + second.size + 2,
            nullable: first.nullable || second.nullable,
        })
    }

    /// `part*`
    pub fn star(&mut self, part: Part) -> Result<Part, RegexError> {
        let plus = self.plus(part)?;
        Ok(Part {
            start: plus.end,
            nullable: true,
            ..plus
        })
    }

    /// `part+`
    pub fn plus(&mut self, part: Part) -> Result<Part, RegexError> {
        self.charge(1)?;
        let repeat = self.add(Kind::Repeat(part.start));
        self.link(part.end, repeat);
        if part.nullable {
            let states = self.states.iter_mut().skip(part.first as usize);
            states.for_each(|state| state.in_cycle = true);
        }
        Ok(Part {
            end: repeat,
            size: part.size + 1,
            ..part
        })
    }

    /// `part?`
    pub fn optional(&mut self, part: Part) -> Result<Part, RegexError> {
        self.charge(2)?;
        let end = self.add(Kind::Pass);
        self.link(part.end, end);
        let start = self.add(Kind::Repeat(part.start));
        self.link(start, end);
        Ok(Part {
            start,
            end,
            first: part.first,
            size: part.size + 2,
            nullable: true,
        })
    }

    /// `part{least,most}`
    pub fn interval(&mut self, part: Part, least: i64, most: Most) -> Result<Part, RegexError> {
        self.charge(1)?;
        let template = self.states.split_off(part.first as usize);
        let mut all = self.one(Kind::Pass);
        for _ in 0..least {
            self.charge(part.size)?;
            let copy = self.paste(&template, part);
            all = self.then(all, copy);
        }
        let more = match most {
            Most::Same => 0,
            Most::Exactly(most) => most - least,
            Most::Unbounded => {
                self.charge(part.size)?;
                let copy = self.paste(&template, part);
                let star = self.star(copy)?;
                return Ok(self.then(all, star));
            }
        };
        if more < 0 {
            return Err(RegexError::Invalid);
        }
        self.charge(1)?;
        let end = self.add(Kind::Pass);
        for _ in 0..more {
            self.charge(part.size + 1)?;
            let copy = self.paste(&template, part);
            let repeat = self.add(Kind::Repeat(copy.start));
            self.link(all.end, repeat);
            self.link(repeat, end);
            all.end = copy.end;
            all.size += copy.size + 1;
        }
        self.link(all.end, end);
        Ok(Part {
            end,
            size: all.size + 1,
            ..all
        })
    }

    /// Adds a copy of a part whose states are `template`.
    fn paste(&mut self, template: &[State], part: Part) -> Part {
        let shift = self.len().saturating_sub(part.first);
        let moved = |id: Id| if id == NONE { NONE } else { id + shift };
        self.states.extend(template.iter().map(|state| State {
            kind: match state.kind {
                Kind::Alternative(other) => Kind::Alternative(moved(other)),
                Kind::Repeat(again) => Kind::Repeat(moved(again)),
                kind => kind,
            },
            next: moved(state.next),
            in_cycle: state.in_cycle,
        }));
        Part {
            start: moved(part.start),
            end: moved(part.end),
            first: moved(part.first),
            ..part
        }
    }

    /// The program of a whole expression.
    pub fn finish(mut self, body: Part, groups: u32) -> Program {
        let accept = self.add(Kind::Accept);
        self.link(body.end, accept);
        Program::new(self.states, self.sets, body.start, groups as usize)
    }
}
