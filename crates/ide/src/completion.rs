//! What can stand at a cursor, where it stands in an inventory.

mod items;
mod schema;

use std::ops::Range;
use std::path::Path;

use crate::Snapshot;
use crate::cursor::{Anchors, Wanted, cursor, guess, is_json};

/// What a proposal is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// A machine.
    Machine,
    /// A tag.
    Tag,
    /// A role.
    Role,
    /// A service.
    Service,
    /// A flake input.
    Input,
    /// An option.
    Option,
    /// A value of an option.
    Value,
}

/// A proposal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proposal {
    /// What the user sees.
    pub label: String,
    /// What it is.
    pub kind: Kind,
    /// A few words beside it.
    pub detail: Option<String>,
    /// What there is to say of it, in Markdown.
    pub documentation: Option<String>,
    /// What replaces the range.
    pub text: String,
    /// The same with the places marked at which the user goes on, as snippets have them; none if there are none.
    pub snippet: Option<String>,
    /// Better ones have smaller numbers.
    pub rank: u32,
}

/// The proposals for a cursor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Completion {
    /// What they replace.
    pub range: Range<usize>,
    /// In no order that means more than their ranks.
    pub proposals: Vec<Proposal>,
}

/// What can stand at the byte `offset` of `text`, the text of the file at `path` as it is now.
pub fn completion(
    snapshot: &Snapshot,
    path: &Path,
    text: &str,
    offset: usize,
) -> Option<Completion> {
    let cursor = cursor(text, offset, is_json(path))?;
    let absolute = Anchors::new(snapshot, path).absolute(&cursor.path);
    let belongs = snapshot.file(path).is_some();
    let absolute = absolute.or_else(|| guess(&cursor.path).filter(|_| belongs))?;
    let behind = text.get(offset..).unwrap_or_default();
    let context = items::Context {
        snapshot,
        is_quoted: cursor.is_quoted,
        is_json: is_json(path),
        is_given: is_given(behind),
    };
    let at: Vec<&str> = absolute.iter().map(String::as_str).collect();
    let mut proposals = match cursor.wanted {
        Wanted::Name => items::names(context, &at),
        Wanted::Value => items::values(context, &at),
        Wanted::Item => items::elements(context, &at),
    };
    proposals.sort_by(|left, right| (left.rank, &left.label).cmp(&(right.rank, &right.label)));
    let start = offset - cursor.prefix.len();
    (!proposals.is_empty()).then_some(Completion {
        range: start..offset + word_length(behind, cursor.is_quoted),
        proposals,
    })
}

/// Whether what follows makes the name one of a path or binding already.
fn is_given(behind: &str) -> bool {
    let in_word = |each: char| each.is_alphanumeric() || "_'-\"".contains(each);
    let rest = behind.trim_start_matches(in_word).trim_start();
    let is_binding = rest.starts_with('=') && !rest.starts_with("==");
    is_binding || rest.starts_with('.') || rest.starts_with(':')
}

/// How much of the word under the cursor stands behind it.
fn word_length(behind: &str, is_quoted: bool) -> usize {
    let in_word = |each: &char| each.is_alphanumeric() || "_'-".contains(*each);
    let word: String = behind.chars().take_while(in_word).collect();
    let is_closed = behind
        .get(word.len()..)
        .is_some_and(|rest| rest.starts_with('"'));
    match !is_quoted || is_closed {
        true => word.len(),
        false => 0,
    }
}
