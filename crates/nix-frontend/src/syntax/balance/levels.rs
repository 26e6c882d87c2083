//! What is open at a place of the text.

use rnix::SyntaxKind;

/// Something that has begun and not ended.
pub(super) struct Level {
    pub kind: Kind,
    /// The number of the token that it began with.
    pub opener: usize,
    /// `with` and `assert` whose `;` has not come, by number.
    pub pending: Vec<usize>,
    /// The end of the last whole binding.
    pub last_semicolon: Option<usize>,
    /// Whether a binding has begun since then.
    pub has_entry: bool,
    /// The number of the finding on its commas, if they should not be there.
    pub commas: Option<usize>,
    /// Whether a set or `let` is directly around it.
    pub in_binding: bool,
}

/// What has begun.
pub(super) enum Kind {
    Set,
    Formals,
    List,
    Parentheses,
    Interpolation,
    Text,
    Let,
    If { then: bool },
}

/// What shows that something should have ended.
pub(super) enum Cause {
    /// A `;`, which ends the binding around as well.
    Semicolon,
    /// The next binding.
    Binding,
    /// `then`, `else` or `in`.
    Keyword,
    /// Another bracket's end.
    Closer,
    /// The end of the file.
    End,
}

/// A bracket whose end stands at the start of a line, but not below the start of the line that it begins on.
pub(super) struct Crooked {
    pub opener: usize,
    pub closer: usize,
    pub in_binding: bool,
}

impl Level {
    pub fn new(kind: Kind, opener: usize, in_binding: bool) -> Level {
        Level {
            kind,
            opener,
            pending: vec![],
            last_semicolon: None,
            has_entry: false,
            commas: None,
            in_binding,
        }
    }

    pub fn has_bindings(&self) -> bool {
        matches!(self.kind, Kind::Set | Kind::Let)
    }

    pub fn is_text(&self) -> bool {
        matches!(self.kind, Kind::Text | Kind::Interpolation)
    }
}

impl Kind {
    /// The token that ends it, if it is a bracket.
    pub fn closer(&self) -> Option<SyntaxKind> {
        match self {
            Kind::Set | Kind::Formals => Some(SyntaxKind::TOKEN_R_BRACE),
            Kind::List => Some(SyntaxKind::TOKEN_R_BRACK),
            Kind::Parentheses => Some(SyntaxKind::TOKEN_R_PAREN),
            Kind::Interpolation => Some(SyntaxKind::TOKEN_INTERPOL_END),
            Kind::Text => Some(SyntaxKind::TOKEN_STRING_END),
            Kind::Let | Kind::If { .. } => None,
        }
    }
}
