//! Changes to text.

use crate::source_map::SourceFile;
use crate::span::Span;

/// One change: what `span` covers becomes `text`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

impl Edit {
    /// Replaces `span` by `text`.
    pub fn replace(span: Span, text: impl Into<String>) -> Edit {
        Edit {
            span,
            text: text.into(),
        }
    }

    /// Puts `text` before the start of `span`.
    pub fn insert_before(span: Span, text: impl Into<String>) -> Edit {
        Edit {
            span: Span::at(span.start),
            text: text.into(),
        }
    }

    /// Puts `text` behind the end of `span`.
    pub fn insert_after(span: Span, text: impl Into<String>) -> Edit {
        Edit {
            span: Span::at(span.end),
            text: text.into(),
        }
    }
}

/// The bytes of a file with changes applied; none if two of them overlap. They are in the order of their places; what is inserted at one place
/// follows as given.
pub fn apply<'e>(file: &SourceFile, edits: impl IntoIterator<Item = &'e Edit>) -> Option<Vec<u8>> {
    let before = file.bytes();
    let mut after = Vec::with_capacity(before.len());
    let mut done = 0;
    for edit in edits {
        let range = file.range(edit.span);
        after.extend_from_slice(before.get(done..range.start)?);
        after.extend_from_slice(edit.text.as_bytes());
        done = range.end;
    }
    after.extend_from_slice(before.get(done..)?);
    Some(after)
}
