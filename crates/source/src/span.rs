//! Places in source text, four bytes each.
//!
//! All files of a run share one line of numbers: a file that is loaded takes the next free stretch, and a
//! position is the file's start plus the byte offset in it. So a position names its file as well, and
//! fits beside an interned name in an attribute. [`SourceMap`](crate::SourceMap) turns it back.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

/// A place: the start of its file plus a byte offset. [`Pos::NONE`] is no place at all.
///
/// A place may be borrowed: something was made of what stands there, and has no place of its own. In all else, equality and order included,
/// it is the same place.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pos(u32);

const BORROWED: u32 = 1 << 31;

impl Pos {
    /// The place of what was written nowhere.
    pub const NONE: Pos = Pos(0);

    /// The greatest number of a place.
    pub const MOST: u32 = BORROWED - 1;

    /// The place of that number, at most [`Pos::MOST`].
    pub fn new(number: u32) -> Pos {
        Pos(number & Pos::MOST)
    }

    /// The start of its file plus the byte offset.
    pub fn number(self) -> u32 {
        self.0 & Pos::MOST
    }

    /// The place `bytes` further on.
    pub fn after(self, bytes: usize) -> Pos {
        Pos::new(self.number() + bytes as u32)
    }

    /// The place as one that is borrowed.
    pub fn borrowed(self) -> Pos {
        match self.some() {
            Some(place) => Pos(place.number() | BORROWED),
            None => Pos::NONE,
        }
    }

    /// Whether it is borrowed.
    pub fn is_borrowed(self) -> bool {
        self.0 & BORROWED != 0
    }

    /// Whether this is [`Pos::NONE`].
    pub fn is_none(self) -> bool {
        self.number() == 0
    }

    /// The place, unless it is [`Pos::NONE`].
    pub fn some(self) -> Option<Pos> {
        (!self.is_none()).then_some(self)
    }
}

impl PartialEq for Pos {
    fn eq(&self, other: &Pos) -> bool {
        self.number() == other.number()
    }
}

impl Eq for Pos {}

impl PartialOrd for Pos {
    fn partial_cmp(&self, other: &Pos) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Pos {
    fn cmp(&self, other: &Pos) -> Ordering {
        self.number().cmp(&other.number())
    }
}

impl Hash for Pos {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number().hash(state);
    }
}

/// A stretch of one file's text, from `start` up to but not including `end`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Span {
    /// The first byte.
    pub start: Pos,
    /// One past the last byte.
    pub end: Pos,
}

impl Span {
    /// The span of what was written nowhere.
    pub const NONE: Span = Span {
        start: Pos::NONE,
        end: Pos::NONE,
    };

    /// From `start` up to `end`.
    pub fn new(start: Pos, end: Pos) -> Span {
        Span { start, end }
    }

    /// The empty span at `pos`.
    pub fn at(pos: Pos) -> Span {
        Span {
            start: pos,
            end: pos,
        }
    }

    /// Whether this is [`Span::NONE`].
    pub fn is_none(self) -> bool {
        self.start.is_none()
    }

    /// The span, unless it is [`Span::NONE`].
    pub fn some(self) -> Option<Span> {
        (!self.is_none()).then_some(self)
    }

    /// The smallest span that holds both; both are of one file.
    pub fn cover(self, other: Span) -> Span {
        Span {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// Whether `pos` lies in the span or at its end.
    pub fn touches(self, pos: Pos) -> bool {
        self.start <= pos && pos <= self.end
    }

    /// How many bytes it covers.
    pub fn len(self) -> u32 {
        self.end.number().saturating_sub(self.start.number())
    }

    /// Whether it covers nothing.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_borrowed_place_is_the_same_place() {
        let place = Pos::new(7);
        assert!(place.borrowed().is_borrowed() && !place.is_borrowed());
        assert_eq!(place, place.borrowed());
        assert!(place.borrowed() < Pos::new(8));
        assert!(Pos::NONE.borrowed().is_none() && !Pos::NONE.borrowed().is_borrowed());
        assert_eq!(place.borrowed().after(2).number(), 9);
    }
}
