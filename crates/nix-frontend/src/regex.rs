//! POSIX extended regular expressions, matched exactly as `std::regex` of GNU's C++ library matches them, which Nix uses.
//!
//! The rules, where they differ from POSIX or from other engines:
//! - Bytes, not characters. `.` matches everything but NUL.
//! - Of two alternatives both are tried, the longer whole match wins, the first of equals. A repetition is greedy, and gives back only
//!   if nothing else matches. Empty iterations are tried at most twice in a row.
//! - A group keeps what it matched last, also from an iteration before.
//! - A backslash may stand before a special character only.
//!
//! Matching keeps its own stack, so that long subjects cost memory, not the thread's stack; a budget of steps ends hopeless searches.

mod bracket;
mod nfa;
mod parse;
mod search;

use std::fmt;

use nfa::Nfa;

/// A compiled expression.
pub struct Regex {
    nfa: Nfa,
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
            nfa: parse::parse(pattern)?,
        })
    }

    /// How many groups there are, the whole match aside.
    pub fn group_count(&self) -> usize {
        self.nfa.groups - 1
    }

    /// The groups, if the whole subject matches.
    pub fn match_whole(&self, subject: &[u8]) -> Result<Option<Groups>, RegexError> {
        let options = search::Options {
            exact: true,
            ..search::Options::default()
        };
        search::at(&self.nfa, subject, 0, 0, options)
    }

    /// The matches one after the other, as C++'s `cregex_iterator` finds them.
    pub fn find_iter<'r, 's>(&'r self, subject: &'s [u8]) -> Matches<'r, 's> {
        Matches {
            regex: self,
            subject,
            last: None,
            done: false,
        }
    }
}

/// The matches of an expression in a subject.
pub struct Matches<'r, 's> {
    regex: &'r Regex,
    subject: &'s [u8],
    last: Option<(usize, usize)>,
    done: bool,
}

impl Matches<'_, '_> {
    fn next_match(&mut self) -> Result<Option<Groups>, RegexError> {
        let nfa = &self.regex.nfa;
        let Some((start, end)) = self.last else {
            return search::first(nfa, self.subject, 0, search::Options::default());
        };
        let options = search::Options {
            after_start: true,
            ..search::Options::default()
        };
        if start != end {
            return search::first(nfa, self.subject, end, options);
        }
        if end == self.subject.len() {
            return Ok(None);
        }
        let not_empty = search::Options {
            not_empty: true,
            after_start: end > 0,
            ..search::Options::default()
        };
        if let Some(found) = search::at(nfa, self.subject, end, end, not_empty)? {
            return Ok(Some(found));
        }
        search::first(nfa, self.subject, end + 1, options)
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

#[cfg(test)]
mod tests {
    use super::{Groups, Regex};

    fn text(groups: &Groups, subject: &str) -> String {
        let parts: Vec<&str> = groups
            .iter()
            .map(|group| group.map_or("-", |(from, to)| &subject[from..to]))
            .collect();
        parts.join("|")
    }

    #[track_caller]
    fn check(pattern: &str, subject: &str, expected: Option<&str>) {
        let regex = Regex::new(pattern.as_bytes()).unwrap();
        let found = regex.match_whole(subject.as_bytes()).unwrap();
        let found = found.map(|groups| text(&groups, subject));
        assert_eq!(found.as_deref(), expected, "{pattern} on {subject}");
    }

    #[test]
    fn whole_matches() {
        check("a*", "aaa", Some("aaa"));
        check("(a|ab)(c|bcd)(d*)", "abcd", Some("abcd|a|bcd|"));
        check("([0-9]+)\\.([0-9]+)", "12.5", Some("12.5|12|5"));
        check("(a)|(b)", "b", Some("b|-|b"));
        check("[[:space:]]*([^[:space:]]+)", "  x", Some("  x|x"));
        check("(ab){2,3}", "ababab", Some("ababab|ab"));
        check("x{0}", "", Some(""));
        check("(|a)+", "aa", Some("aa|"));
        check("a.c", "a\nc", Some("a\nc"));
        check("[]a]+", "]a", Some("]a"));
        check("", "", Some(""));
        check("a", "b", None);
    }

    #[test]
    fn what_is_not_well_formed() {
        for pattern in [
            "*a",
            "(a",
            "a)",
            "[a",
            "a{",
            "a{2,1}",
            "\\d",
            "[z-a]",
            "[[:foo:]]",
            "a|*",
        ] {
            assert!(Regex::new(pattern.as_bytes()).is_err(), "{pattern}");
        }
    }

    #[test]
    fn long_subjects_cost_no_stack() {
        let subject = "ab".repeat(200_000);
        check("(a|b)*", &subject, Some(&format!("{subject}|b")));
    }

    #[track_caller]
    fn check_all(pattern: &str, subject: &str, expected: &[&str]) {
        let regex = Regex::new(pattern.as_bytes()).unwrap();
        let found = regex.find_iter(subject.as_bytes());
        let found: Vec<String> = found
            .map(|groups| text(&groups.unwrap(), subject))
            .collect();
        assert_eq!(found, expected, "{pattern} in {subject}");
    }

    #[test]
    fn matches_one_after_the_other() {
        check_all(",", "a,b,c", &[",", ","]);
        check_all("(a)b|b", "abb", &["ab|a", "b|-"]);
        check_all("x*", "axb", &["", "x", "", ""]);
        check_all("^a", "aaa", &["a"]);
    }
}
