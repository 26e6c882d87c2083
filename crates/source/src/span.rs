//! Places in source text, four bytes each.
//!
//! All files of a run share one line of numbers: a file that is loaded takes the next free stretch, and a
//! position is the file's start plus the byte offset in it. So a position names its file as well, and
//! fits beside an interned name in an attribute. [`SourceMap`](crate::SourceMap) turns it back.

/// A place: the start of its file plus a byte offset. [`Pos::NONE`] is no place at all.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Pos(pub u32);

impl Pos {
    /// The place of what was written nowhere.
    pub const NONE: Pos = Pos(0);

    /// Whether this is [`Pos::NONE`].
    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The place, unless it is [`Pos::NONE`].
    pub fn some(self) -> Option<Pos> {
        (self.0 != 0).then_some(self)
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
        self.end.0.saturating_sub(self.start.0)
    }

    /// Whether it covers nothing.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}
