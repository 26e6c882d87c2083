//! What a walk need not try again.
//!
//! Behind a state at a position the same matches are found each time, however the walk came there (see `search`). A second visit can
//! thus only repeat the first: it finds nothing, or nothing longer.

use super::program::Id;

/// What lies behind a state at a position.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Unknown,
    Match,
    Nothing,
}

/// The outcomes, two bits for each. It costs memory, and so is made only when a search takes long.
#[derive(Default)]
pub(super) struct Memo {
    bits: Vec<u64>,
    width: usize,
}

/// The most outcomes that are kept, 64 MiB of them.
const MOST_OUTCOMES: usize = 1 << 28;

impl Memo {
    /// How much work it is to make one.
    pub fn work(states: usize, positions: usize) -> u64 {
        (states.saturating_mul(positions) / 32) as u64
    }

    /// Forgets everything, and makes place if that is not too much.
    pub fn reset(&mut self, states: usize, positions: usize) -> bool {
        self.bits.clear();
        self.width = positions;
        let outcomes = states.saturating_mul(positions);
        let fits = outcomes <= MOST_OUTCOMES;
        if fits {
            self.bits.resize(outcomes / 32 + 1, 0);
        }
        fits
    }

    pub fn get(&self, id: Id, position: usize) -> Outcome {
        let at = id as usize * self.width + position;
        let word = self.bits.get(at / 32).copied().unwrap_or_default();
        match word >> (at % 32 * 2) & 3 {
            0 => Outcome::Unknown,
            1 => Outcome::Match,
            _ => Outcome::Nothing,
        }
    }

    pub fn set(&mut self, id: Id, position: usize, matched: bool) {
        let at = id as usize * self.width + position;
        if let Some(word) = self.bits.get_mut(at / 32) {
            *word |= if matched { 1 } else { 2 } << (at % 32 * 2);
        }
    }
}

/// The bytes that a run last went over, and from where on nothing was found behind them.
#[derive(Clone, Copy, Default)]
pub(super) struct Extent {
    low: usize,
    high: usize,
    nothing_from: usize,
    is_known: bool,
}

impl Extent {
    /// The end of the run from `position`, and how many of the positions from there on are worth a trial; `count` counts bytes that match
    /// from one position up to another.
    pub fn enter(
        &mut self,
        position: usize,
        len: usize,
        count: impl Fn(usize, usize) -> usize,
    ) -> (usize, usize) {
        let inside = self.is_known && (self.low..=self.high).contains(&position);
        if !inside {
            let stop = if self.is_known && position < self.low {
                self.low
            } else {
                len
            };
            let end = position + count(position, stop);
            if end == stop && stop != len {
                self.low = position;
            } else {
                *self = Extent {
                    low: position,
                    high: end,
                    nothing_from: end + 1,
                    is_known: true,
                };
            }
        }
        (self.high, self.nothing_from.saturating_sub(position))
    }

    /// Remembers that nothing lies behind the positions from `low` up to the end `high` of the run.
    pub fn nothing(&mut self, low: usize, high: usize) {
        if self.is_known && self.high == high {
            self.nothing_from = self.nothing_from.min(low);
        }
    }
}
