//! The name that a misspelt one was probably meant to be.

use crate::diagnostic::Fix;
use crate::edit::Edit;
use crate::source_map::SourceMap;
use crate::span::Span;
use crate::spelling::is_identifier;

/// The shortest name that is taken for the start of a longer one.
const SHORTEST_START: usize = 3;

/// The candidate nearest to `name`, if one is near enough to be a slip of the keys.
///
/// Near: at most a third of the longer name's letters have to be put in, left out, exchanged or swapped with their neighbour;
/// a difference in case alone always counts as near, and so does a name of three letters or more that the candidate goes on from. Among
/// equals the first in order wins.
pub fn nearest<'n>(name: &str, candidates: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let wanted: Vec<char> = name.chars().collect();
    let mut rows = Rows::default();
    let mut letters: Vec<char> = vec![];
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        if candidate == name || candidate.is_empty() {
            continue;
        }
        letters.clear();
        letters.extend(candidate.chars());
        let longer = wanted.len().max(letters.len());
        let allowed = longer.div_ceil(3).min(4);
        let distance = if lowercase(candidate).eq(lowercase(name)) {
            0
        } else if wanted.len() >= SHORTEST_START && candidate.starts_with(name) {
            1
        } else if wanted.len().abs_diff(letters.len()) > allowed {
            // So many letters have to be put in or left out at least.
            continue;
        } else {
            rows.distance(&wanted, &letters)
        };
        let whole = distance >= longer;
        if distance <= allowed && !whole && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn lowercase(name: &str) -> impl Iterator<Item = char> {
    name.chars().flat_map(char::to_lowercase)
}

/// Whether `name` can only be a slip of the keys for one of the names: one letter put in, left out, exchanged or swapped with its neighbour, and
/// no other name as near.
pub fn is_slip<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> bool {
    let wanted: Vec<char> = name.chars().collect();
    let is_near = |other: &&str| {
        let letters: Vec<char> = other.chars().collect();
        Rows::default().distance(&wanted, &letters) <= 1
    };
    let digits = |name: &str| -> String { name.chars().filter(char::is_ascii_digit).collect() };
    let mut near = names.into_iter().filter(is_near);
    // Another number is another name.
    let is_it = |other: &str| digits(other) == digits(name);
    wanted.len() >= SHORTEST_START && near.next().is_some_and(is_it) && near.next().is_none()
}

/// The name that a help `did you mean …?` proposes.
pub fn proposed(help: &str) -> Option<&str> {
    help.strip_prefix("did you mean `")?.strip_suffix("`?")
}

/// The change of a misspelt name into the one that was meant. None where the text at `span` is not that name, but makes it.
pub fn rename(
    sources: &SourceMap,
    span: Span,
    written: &str,
    meant: &str,
    safe: bool,
) -> Option<Fix> {
    let file = sources.file(span.some()?.start)?;
    let text = file.slice(span);
    let is_quoted = text.len() > 1 && text.starts_with('"') && text.ends_with('"');
    let inner = if is_quoted {
        &text[1..text.len() - 1]
    } else {
        text
    };
    let is_literal = |character: char| !matches!(character, '"' | '\\' | '$' | '\n');
    if inner != written || !meant.chars().all(is_literal) {
        return None;
    }
    let is_in_quotes = file.text.get(..file.range(span).start)?.ends_with('"');
    let new = match is_quoted || (!is_in_quotes && !is_identifier(meant.as_bytes())) {
        true => format!("\"{meant}\""),
        false => meant.to_owned(),
    };
    Some(Fix {
        title: format!("write `{meant}`"),
        safe,
        edits: vec![Edit::replace(span, new)],
    })
}

/// Distances between the starts of two words, row by row; kept for the next two words.
#[derive(Default)]
struct Rows {
    before: Vec<usize>,
    previous: Vec<usize>,
    current: Vec<usize>,
}

impl Rows {
    /// The number of insertions, deletions, exchanges and swaps of neighbours between two words.
    fn distance(&mut self, left: &[char], right: &[char]) -> usize {
        self.previous.clear();
        self.previous.extend(0..=right.len());
        for (row, letter) in left.iter().enumerate() {
            self.current.clear();
            self.current.push(row + 1);
            for (column, other) in right.iter().enumerate() {
                let exchanged = self.previous[column] + usize::from(letter != other);
                let mut least = exchanged
                    .min(self.previous[column + 1] + 1)
                    .min(self.current[column] + 1);
                let swapped = row > 0
                    && column > 0
                    && left[row - 1] == *other
                    && right[column - 1] == *letter;
                if swapped {
                    least = least.min(self.before[column - 1] + 1);
                }
                self.current.push(least);
            }
            std::mem::swap(&mut self.before, &mut self.previous);
            std::mem::swap(&mut self.previous, &mut self.current);
        }
        self.previous[right.len()]
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{is_slip, nearest, rename};
    use crate::SourceMap;

    #[track_caller]
    fn check(name: &str, candidates: &[&str], expected: Option<&str>) {
        assert_eq!(nearest(name, candidates.iter().copied()), expected);
    }

    #[test]
    fn a_slip_of_the_keys_is_near() {
        check("latpop", &["server", "laptop"], Some("laptop"));
        check("jonn", &["sara", "jon"], Some("jon"));
        check("Laptop", &["laptop"], Some("laptop"));
        check("clinet", &["client", "server"], Some("client"));
    }

    #[test]
    fn another_word_is_not() {
        check("backup", &["laptop", "all"], None);
        check("a", &["b"], None);
        check("x", &[""], None);
    }

    #[test]
    fn one_letter_is_a_slip_and_another_number_is_not() {
        assert!(is_slip("prot", ["port", "host"]));
        assert!(is_slip("hosts", ["host", "port"]));
        assert!(!is_slip("web-3", ["web-1", "web-2"]));
        assert!(!is_slip("db-2", ["db-1"]));
        assert!(!is_slip("tags", ["tag1", "tagx"]));
        assert!(!is_slip("settings", ["set"]));
    }

    #[track_caller]
    fn renamed(text: &str, at: &str, written: &str, meant: &str, expected: Option<&str>) {
        let sources = SourceMap::new();
        let file = sources.add(Path::new("/a"), text.into()).unwrap();
        let start = text.find(at).unwrap();
        let span = file.span(start as u32, (start + at.len()) as u32);
        let fix = rename(&sources, span, written, meant, true);
        let new = fix.map(|fix| text.replacen(at, &fix.edits[0].text, 1));
        assert_eq!(new.as_deref(), expected);
    }

    #[test]
    fn a_name_is_written_as_it_stood() {
        renamed("prot = 1;", "prot", "prot", "port", Some("port = 1;"));
        renamed("prot = 1;", "prot", "prot", "a.b", Some("\"a.b\" = 1;"));
        renamed(
            "[ \"egde\" ]",
            "\"egde\"",
            "egde",
            "edge",
            Some("[ \"edge\" ]"),
        );
        renamed("[ \"egde\" ]", "egde", "egde", "4dge", Some("[ \"4dge\" ]"));
        renamed("[ tag ]", "tag", "egde", "edge", None);
        renamed("prot = 1;", "prot", "prot", "a\"b", None);
    }
}
