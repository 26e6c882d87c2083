//! Changes to text.

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
