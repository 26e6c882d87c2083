//! What `diff` prints: the differences between two answers, for a terminal, for the comment of a pull request, for programs.

mod human;
pub mod json;
mod markdown;
mod sentences;
mod values;

use resolve::comparison::{Comparison, Side, Sides};

use crate::diagnostic::Style;
use crate::place::Places;

use self::sentences::Sentences;

/// Two answers and what differs between them.
#[derive(Clone, Copy)]
pub struct Compared<'c> {
    /// What differs.
    pub comparison: &'c Comparison<'c>,
    /// The answers.
    pub before: Side<'c>,
    /// The newer one.
    pub after: Side<'c>,
    /// Whether also that is told which follows from the rest: the settings of members that are new in a role or gone from it.
    pub in_full: bool,
}

impl<'c> Compared<'c> {
    fn places(self) -> Sides<Places<'c>> {
        Sides::both(places(self.before), places(self.after))
    }
}

fn places(side: Side<'_>) -> Places<'_> {
    Places {
        sources: side.sources,
        root: side.root,
    }
}

/// For people at a terminal.
pub fn human(compared: Compared<'_>, style: &Style) -> String {
    human::write(&Sentences::of(compared), style)
}

/// For the comment of a pull request: GitHub's and GitLab's Markdown, as long as they take at most.
pub fn markdown(compared: Compared<'_>) -> String {
    markdown::write(&Sentences::of(compared))
}
