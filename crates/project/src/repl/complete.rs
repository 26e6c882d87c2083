//! What a word at the cursor can be completed to: commands, variables, attributes.
//!
//! The word is an attribute path as it may stand in an expression. For attributes, what is bound already is evaluated as far as the path
//! goes, for a limited time, and whatever fails is left out; nothing is called that the user has written.

use nix_frontend::escape::attribute_name_into;
use nix_frontend::eval::{ErrorKind, Result, Value};
use source::Span;

use super::bindings::Bindings;
use super::command;

/// What a word can be completed to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Completion {
    /// Where the word begins that is replaced, in bytes.
    pub start: usize,
    /// What it can be replaced by, in order.
    pub candidates: Vec<String>,
    /// What the word is.
    pub kind: Kind,
}

/// What a word is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A name: the candidates are all that there are.
    Name,
    /// A path of a file: the terminal knows what there is.
    Path,
}

/// So many calls an evaluation for a completion may make.
const MOST_STEPS: u64 = 200_000;

impl Completion {
    /// Nothing to complete to at the byte `cursor`.
    pub(super) fn none(cursor: usize) -> Completion {
        Completion {
            start: cursor,
            candidates: vec![],
            kind: Kind::Name,
        }
    }
}

/// The part of a line that is completed.
#[derive(PartialEq, Eq, Debug)]
enum Word<'l> {
    Command(&'l str),
    Path(&'l str),
    /// The names before the last dot, and what there is of the name behind it.
    Attribute(Vec<String>, &'l str),
    None,
}

impl<'a> Bindings<'_, 'a> {
    /// What the word before the byte `cursor` of `line` can be completed to.
    pub(super) fn complete(&self, line: &str, cursor: usize) -> Completion {
        let before = line.get(..cursor).unwrap_or(line);
        let (start_of, mut candidates, kind) = match word(before) {
            Word::None => return Completion::none(cursor),
            Word::Path(word) => (word, vec![], Kind::Path),
            Word::Command(word) => {
                let names = command::names().filter(|name| name.starts_with(word));
                (word, names.collect(), Kind::Name)
            }
            Word::Attribute(path, word) => (word, self.names_below(&path, word), Kind::Name),
        };
        candidates.sort();
        candidates.dedup();
        Completion {
            start: before.len() - start_of.len(),
            candidates,
            kind,
        }
    }

    /// The names that begin with `word`, of the attributes at `path` or, without a path, of the variables.
    fn names_below(&self, path: &[String], word: &str) -> Vec<String> {
        let evaluator = self.evaluator;
        let names: Vec<_> = match path.split_first() {
            None => self.names().collect(),
            Some((first, rest)) => {
                evaluator.renew_limits(MOST_STEPS);
                let found = self.follow(first, rest);
                evaluator.notices.take();
                match found {
                    Ok(Some(Value::Attrs(attrs))) => evaluator
                        .ordered(attrs)
                        .iter()
                        .map(|attr| attr.name)
                        .collect(),
                    Ok(_) => vec![],
                    Err(error) => {
                        let is_limit =
                            matches!(error.kind, ErrorKind::Limit | ErrorKind::Interrupted);
                        self.mark(is_limit);
                        vec![]
                    }
                }
            }
        };
        let is_hidden = |name: &[u8]| path.is_empty() && word.is_empty() && name.starts_with(b"__");
        let names = names.into_iter().map(|name| evaluator.name(name));
        let fitting = names.filter(|name| name.starts_with(word.as_bytes()) && !is_hidden(name));
        let written = fitting.map(|name| {
            let mut text = vec![];
            attribute_name_into(&mut text, name);
            String::from_utf8_lossy(&text).into_owned()
        });
        written.collect()
    }

    fn follow(&self, first: &str, rest: &[String]) -> Result<Option<Value<'a>>> {
        let evaluator = self.evaluator;
        let Some(mut value) = self.variable(evaluator.symbol(first)) else {
            return Ok(None);
        };
        for name in rest {
            value =
                evaluator.select(evaluator.force(value)?, evaluator.symbol(name), Span::NONE)?;
        }
        Ok(Some(evaluator.force(value)?))
    }
}

/// The word that a text ends with.
fn word(before: &str) -> Word<'_> {
    let mut expression = before;
    if let Some((name, rest)) = command::split(before) {
        if rest.is_empty() {
            return Word::Command(before.trim_start());
        }
        if matches!(name, "l" | "load" | "lf" | "load-flake") {
            return Word::Path(rest.trim_start());
        }
        expression = rest;
    }
    let breaks = |letter: char| letter.is_whitespace() || "()[]{};=,:!\"".contains(letter);
    let start = expression.rfind(breaks).map_or(0, |at| at + 1);
    let plain = expression.get(start..).unwrap_or_default();
    if plain.contains('/') {
        return Word::Path(plain);
    }
    let start = path_start(expression);
    let text = expression.get(start..).unwrap_or_default();
    let Some(mut names) = split_path(text) else {
        return Word::None;
    };
    let Some(last) = names.pop() else {
        return Word::None;
    };
    let is_bare = last.is_empty() && names.is_empty() && !expression.trim().is_empty();
    if is_bare || names.iter().any(String::is_empty) {
        return Word::None;
    }
    match text.get(text.len() - last.len()..) {
        Some(word) if *word == last => Word::Attribute(names, word),
        _ => Word::None,
    }
}

/// Where the attribute path begins that the text ends with.
fn path_start(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut start = bytes.len();
    while let Some(at) = start.checked_sub(1) {
        match bytes.get(at) {
            Some(byte) if byte.is_ascii_alphanumeric() || b"_'-.".contains(byte) => start = at,
            Some(b'"') => match text.get(..at).and_then(|before| before.rfind('"')) {
                Some(opening) => start = opening,
                None => break,
            },
            _ => break,
        }
    }
    start
}

/// The names of an attribute path, the last of which may be unfinished; none if it is no such path.
fn split_path(text: &str) -> Option<Vec<String>> {
    let mut names = vec![];
    let mut rest = text;
    loop {
        let end = match rest.strip_prefix('"') {
            Some(quoted) => {
                let end = quoted.find('"')?;
                names.push(quoted.get(..end)?.to_owned());
                end + 2
            }
            None => {
                let end = rest.find('.').unwrap_or(rest.len());
                names.push(rest.get(..end)?.to_owned());
                end
            }
        };
        rest = rest.get(end..)?;
        match rest.strip_prefix('.') {
            Some(more) => rest = more,
            None if rest.is_empty() => return Some(names),
            None => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_at_the_end_is_completed() {
        let attribute = |path: &[&str], word| {
            Word::Attribute(path.iter().map(|name| (*name).to_owned()).collect(), word)
        };
        for (text, expected) in [
            ("", attribute(&[], "")),
            ("li", attribute(&[], "li")),
            ("lib.str", attribute(&["lib"], "str")),
            ("1 + (lib.strings.", attribute(&["lib", "strings"], "")),
            ("x = a.\"b.c\".d", attribute(&["a", "b.c"], "d")),
            (":p lib.a", attribute(&["lib"], "a")),
            (":p ", attribute(&[], "")),
            (":lo", Word::Command(":lo")),
            (":l ./a b", Word::Path("./a b")),
            ("import ./a", Word::Path("./a")),
            ("1 + ", Word::None),
            ("(f x).", Word::None),
        ] {
            assert_eq!(word(text), expected, "{text}");
        }
    }
}
