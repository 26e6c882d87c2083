//! POSIX extended regular expressions, matched exactly as `std::regex` of GNU's C++ library matches them, which Nix uses.
//!
//! The rules, where they differ from POSIX or from other engines:
//! - Bytes, not characters, as C++'s `char` with a sign. `.` matches everything but NUL.
//! - Of two alternatives both are tried, the longer whole match wins, the first of equals. A repetition is greedy, and gives back only
//!   if nothing else matches. Empty iterations are tried at most twice in a row.
//! - A group keeps what it matched last, also from an iteration before.
//! - A backslash may stand before a special character only, and is a byte as any other in brackets.
//!
//! Matching keeps its own stack, so that long subjects cost memory, not the thread's stack; what was tried in vain is not tried again,
//! and a budget of steps ends hopeless searches.

mod bracket;
mod build;
mod memo;
mod names;
mod parse;
mod program;
mod scan;
mod search;
#[cfg(test)]
mod tests;

use std::fmt;

use program::Program;
use search::{Options, Search};

/// A compiled expression.
pub struct Regex {
    program: Program,
}

/// Why an expression cannot be used, or a search not be finished.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RegexError {
    /// The expression is not well formed.
    Invalid,
    /// The expression is too large, or the search takes too long.
    TooComplex,
}

impl fmt::Display for RegexError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            RegexError::Invalid => "invalid regular expression",
            RegexError::TooComplex => "memory limit exceeded by regular expression",
        })
    }
}

/// What the groups matched: byte offsets; the whole match first. `None` for groups that took no part.
pub type Groups = Vec<Option<(usize, usize)>>;

impl Regex {
    /// Compiles an expression.
    pub fn new(pattern: &[u8]) -> Result<Regex, RegexError> {
        Ok(Regex {
            program: parse::parse(pattern)?,
        })
    }

    /// How many groups there are, the whole match aside.
    pub fn group_count(&self) -> usize {
        self.program.groups
    }

    /// The groups, if the whole subject matches.
    pub fn match_whole(&self, subject: &[u8]) -> Result<Option<Groups>, RegexError> {
        let options = Options {
            exact: true,
            ..Options::default()
        };
        Search::new(&self.program, subject).at(0, options)
    }

    /// The matches one after the other, as C++'s `cregex_iterator` finds them.
    pub fn find_iter<'r, 's>(&'r self, subject: &'s [u8]) -> Matches<'r, 's> {
        Matches {
            search: Search::new(&self.program, subject),
            len: subject.len(),
            last: None,
            done: false,
        }
    }
}

/// The matches of an expression in a subject.
///
/// Behind an empty match the next one starts at the same place if it can do so without being empty, else at least a byte further.
pub struct Matches<'r, 's> {
    search: Search<'r, 's>,
    len: usize,
    last: Option<(usize, usize)>,
    done: bool,
}

impl Matches<'_, '_> {
    fn next_match(&mut self) -> Result<Option<Groups>, RegexError> {
        let Some((start, end)) = self.last else {
            return self.search.first(0, false);
        };
        if start != end {
            return self.search.first(end, true);
        }
        if end == self.len {
            return Ok(None);
        }
        let options = Options {
            not_empty: true,
            after_start: end > 0,
            ..Options::default()
        };
        match self.search.at(end, options)? {
            Some(found) => Ok(Some(found)),
            None => self.search.first(end + 1, true),
        }
    }
}

impl Iterator for Matches<'_, '_> {
    type Item = Result<Groups, RegexError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        match self.next_match() {
            Ok(Some(groups)) => {
                self.last = groups.first().copied().flatten();
                Some(Ok(groups))
            }
            Ok(None) => {
                self.done = true;
                None
            }
            Err(error) => {
                self.done = true;
                Some(Err(error))
            }
        }
    }
}
