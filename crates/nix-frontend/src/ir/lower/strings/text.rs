//! The text of a string literal while it is put together: as long as it is one stretch of the file it stays there.

use crate::ir::expr::Literal;

/// Text that is put together.
#[derive(Default)]
pub(super) struct Text {
    /// One stretch of the file, unless `owned` has something.
    stretch: Option<(u32, u32)>,
    owned: Vec<u8>,
}

impl Text {
    /// Adds bytes of the file.
    pub fn push_file(&mut self, file: &[u8], start: u32, end: u32) {
        if start >= end {
            return;
        }
        match self.stretch {
            None if self.owned.is_empty() => self.stretch = Some((start, end)),
            Some((first, last)) if last == start => self.stretch = Some((first, end)),
            _ => {
                let bytes = file.get(start as usize..end as usize).unwrap_or_default();
                self.push(file, bytes);
            }
        }
    }

    /// Adds other bytes.
    pub fn push(&mut self, file: &[u8], bytes: &[u8]) {
        if let Some((start, end)) = self.stretch.take() {
            let stretch = file.get(start as usize..end as usize);
            self.owned.extend_from_slice(stretch.unwrap_or_default());
        }
        self.owned.extend_from_slice(bytes);
    }

    /// The text as a literal; `end` is where an empty one stands.
    pub fn into_literal(self, end: u32) -> Literal {
        match self.stretch {
            Some((start, end)) => Literal::Slice { start, end },
            None if self.owned.is_empty() => Literal::Slice { start: end, end },
            None => Literal::Owned(self.owned.into()),
        }
    }

    /// The bytes, if there are any.
    pub fn into_bytes(mut self, file: &[u8]) -> Option<Box<[u8]>> {
        self.push(file, b"");
        (!self.owned.is_empty()).then(|| self.owned.into())
    }
}
