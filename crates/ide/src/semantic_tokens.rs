//! The names of the inventory in a file, to be coloured.

use std::path::Path;

use source::Span;

use crate::Snapshot;
use crate::index::Entry;
use crate::name::Name;

/// The kinds of tokens; [`Token::kind`] is a place in it.
pub const KINDS: [&str; 7] = [
    "struct",
    "enumMember",
    "namespace",
    "interface",
    "class",
    "variable",
    "property",
];

/// A name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    /// Where.
    pub span: Span,
    /// What kind, as a place in [`KINDS`].
    pub kind: usize,
    /// Whether something is there because of it.
    pub is_declaration: bool,
}

/// The names written in the file at `path`, in their order, none over another.
pub fn semantic_tokens(snapshot: &Snapshot, path: &Path) -> Vec<Token> {
    let Some(file) = snapshot.file(path) else {
        return vec![];
    };
    let entries = snapshot.index.within(file.full_span()).iter();
    let mut tokens: Vec<Token> = entries
        .filter(|entry| entry.is_written)
        .map(token)
        .collect();
    tokens.dedup_by(|later, earlier| later.span.start < earlier.span.end);
    tokens
}

fn token(entry: &Entry) -> Token {
    Token {
        span: entry.span,
        kind: match entry.name() {
            Name::Machine(_) => 0,
            Name::Tag(_) => 1,
            Name::Instance(_) => 2,
            Name::Role(..) => 3,
            Name::Service(..) => 4,
            Name::Input(_) => 5,
            Name::Setting(..) => 6,
        },
        is_declaration: entry.meaning.declares,
    }
}
