//! From places in the text that was analysed to those in the text as it is now.
//!
//! What the two have in common at their start stays where it is, and what they have in common at their end moves with it. What lies between has
//! changed: nothing there has a counterpart.

use std::ops::Range;

/// How two states of a text differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Shift {
    before: usize,
    old_length: usize,
    new_length: usize,
    after: usize,
}

impl Shift {
    /// Compares two states.
    pub fn between(old: &str, new: &str) -> Shift {
        let pairs = old.bytes().zip(new.bytes());
        let before = pairs.take_while(|(old, new)| old == new).count();
        let most = old.len().min(new.len()) - before;
        let pairs = old.bytes().rev().zip(new.bytes().rev());
        let after = pairs.take(most).take_while(|(old, new)| old == new).count();
        let ends_within = |at: &usize| !old.is_char_boundary(*at) || !new.is_char_boundary(*at);
        let before = (0..=before).rev().find(|at| !ends_within(at)).unwrap_or(0);
        let after = (0..=after).rev().find(|at| {
            old.is_char_boundary(old.len() - at) && new.is_char_boundary(new.len() - at)
        });
        Shift {
            before,
            old_length: old.len(),
            new_length: new.len(),
            after: after.unwrap_or(0),
        }
    }

    /// Where the old text's byte is now.
    pub fn to_new(self, offset: usize) -> Option<usize> {
        moved(
            offset,
            self.before,
            self.after,
            self.old_length,
            self.new_length,
        )
    }

    /// Where the new text's byte was.
    pub fn to_old(self, offset: usize) -> Option<usize> {
        moved(
            offset,
            self.before,
            self.after,
            self.new_length,
            self.old_length,
        )
    }

    /// Where the old text's stretch is now, if it has not changed.
    pub fn range_to_new(self, range: Range<usize>) -> Option<Range<usize>> {
        let start = self.to_new(range.start)?;
        let end = self.to_new(range.end)?;
        (end.checked_sub(start) == Some(range.len())).then_some(start..end)
    }
}

fn moved(offset: usize, before: usize, after: usize, from: usize, to: usize) -> Option<usize> {
    if offset <= before {
        return Some(offset);
    }
    let left = from.checked_sub(offset)?;
    (left <= after).then(|| to - left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_an_edit_moves_with_it() {
        let shift = Shift::between("a = 1; b = 2;", "a = 100; b = 2;");
        assert_eq!(shift.range_to_new(0..1), Some(0..1));
        assert_eq!(shift.range_to_new(7..8), Some(9..10));
        assert_eq!(shift.to_old(9), Some(7));
        assert_eq!(shift.range_to_new(4..8), None);
    }

    #[test]
    fn equal_texts_have_equal_places() {
        let shift = Shift::between("ü𝄞", "ü𝄞");
        assert_eq!(shift.range_to_new(2..6), Some(2..6));
    }

    #[test]
    fn a_character_is_never_cut() {
        let shift = Shift::between("ä", "ö");
        assert_eq!(shift.to_new(1), None);
        assert_eq!(shift.to_new(2), Some(2));
    }
}
