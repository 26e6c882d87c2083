//! Where in a text a cursor stands: in which sets and lists, and whether a name or a value is wanted there.
//!
//! Only what stands before the cursor is looked at, token by token. So it does not matter what the text is like behind it, and a text that
//! no parser takes (`machines.` before `}`) needs no mending. The path of a place is made of the names that are given the sets around it:
//! `let` counts as a name, functions, parentheses and operators as nothing. A missing `;` is noticed at the next `=`.
//!
//! [`Anchors`] turn such a path into one from the clan on: they compare paths of places at which the last analysis found something named
//! with what it found there.

use std::collections::BTreeSet;
use std::path::Path;

use rnix::SyntaxKind;
use rnix::SyntaxKind::{
    TOKEN_ASSERT, TOKEN_ASSIGN, TOKEN_COLON, TOKEN_COMMA, TOKEN_COMMENT, TOKEN_DOT, TOKEN_IDENT,
    TOKEN_IN, TOKEN_INHERIT, TOKEN_INTERPOL_END, TOKEN_INTERPOL_START, TOKEN_L_BRACE,
    TOKEN_L_BRACK, TOKEN_L_PAREN, TOKEN_LET, TOKEN_R_BRACE, TOKEN_R_BRACK, TOKEN_R_PAREN,
    TOKEN_SEMICOLON, TOKEN_STRING_CONTENT, TOKEN_STRING_END, TOKEN_STRING_START, TOKEN_WHITESPACE,
    TOKEN_WITH,
};

use crate::Snapshot;

/// What is wanted at a cursor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// An attribute's name.
    Name,
    /// A value.
    Value,
    /// An element of a list.
    Item,
}

/// A cursor in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cursor {
    /// The names around it: of the set whose name is wanted, or that the value is given to.
    pub path: Vec<String>,
    /// What is wanted.
    pub wanted: Wanted,
    /// Whether it stands within quotes.
    pub is_quoted: bool,
    /// What of the name is written before it.
    pub prefix: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Set,
    Let,
    List,
    Paren,
    Interpolation,
}

struct Frame {
    kind: Kind,
    path: Vec<String>,
    /// The names of the binding.
    names: Vec<String>,
    /// Whether the last of them is followed by a dot.
    is_open: bool,
    has_value: bool,
    is_inherit: bool,
    /// The dotted names at the end of the value, which are a binding's if `=` follows.
    tail: Vec<String>,
    tail_is_open: bool,
    /// How many tokens the value has.
    length: usize,
    /// How many `with` and `assert` wait for their semicolon.
    scopes: usize,
}

impl Frame {
    fn new(kind: Kind, path: Vec<String>) -> Frame {
        Frame {
            kind,
            path,
            names: vec![],
            is_open: false,
            has_value: !matches!(kind, Kind::Set | Kind::Let),
            is_inherit: false,
            tail: vec![],
            tail_is_open: false,
            length: 0,
            scopes: 0,
        }
    }

    fn has_bindings(&self) -> bool {
        matches!(self.kind, Kind::Set | Kind::Let)
    }

    fn end_binding(&mut self) {
        *self = Frame::new(self.kind, std::mem::take(&mut self.path));
    }

    /// The path of what stands here.
    fn here(&self) -> Vec<String> {
        [self.path.as_slice(), self.names.as_slice()].concat()
    }
}

struct Scanner {
    frames: Vec<Frame>,
    /// The string that is being read: its text, and whether there is more to it.
    string: Option<(String, bool)>,
    is_json: bool,
}

impl Scanner {
    fn new(is_json: bool) -> Scanner {
        Scanner {
            frames: vec![Frame::new(Kind::Text, vec![])],
            string: None,
            is_json,
        }
    }

    fn top(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::new(Kind::Text, vec![]));
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    fn open(&mut self, kind: Kind) {
        let mut path = self.top().here();
        if kind == Kind::Let {
            path.push("let".to_owned());
        }
        self.top().value();
        self.frames.push(Frame::new(kind, path));
    }

    fn close(&mut self, kind: Kind) {
        let found = self.frames.iter().rposition(|frame| frame.kind == kind);
        if let Some(at) = found.filter(|at| *at > 0) {
            self.frames.truncate(at);
        }
    }

    fn feed(&mut self, kind: SyntaxKind, text: &str) {
        match kind {
            TOKEN_WHITESPACE | TOKEN_COMMENT => {}
            TOKEN_STRING_START => self.string = Some((String::new(), true)),
            TOKEN_STRING_CONTENT => {
                if let Some((string, _)) = &mut self.string {
                    string.push_str(text);
                }
            }
            TOKEN_STRING_END => {
                if let Some((string, is_plain)) = self.string.take() {
                    self.word(if is_plain { &string } else { "" });
                }
            }
            TOKEN_INTERPOL_START => {
                self.string = None;
                self.frames.push(Frame::new(Kind::Interpolation, vec![]));
            }
            TOKEN_INTERPOL_END => {
                self.close(Kind::Interpolation);
                self.string = Some((String::new(), false));
            }
            TOKEN_L_BRACE => self.open(Kind::Set),
            TOKEN_R_BRACE => self.close(Kind::Set),
            TOKEN_L_BRACK => self.open(Kind::List),
            TOKEN_R_BRACK => self.close(Kind::List),
            TOKEN_L_PAREN => self.open(Kind::Paren),
            TOKEN_R_PAREN => self.close(Kind::Paren),
            TOKEN_LET => self.open(Kind::Let),
            TOKEN_IN => self.close(Kind::Let),
            TOKEN_IDENT => self.word(text),
            TOKEN_DOT => self.top().dot(),
            TOKEN_ASSIGN => self.top().assign(),
            TOKEN_COLON if self.is_json => self.top().assign(),
            TOKEN_SEMICOLON => self.semicolon(),
            TOKEN_COMMA if self.is_json => self.semicolon(),
            TOKEN_WITH | TOKEN_ASSERT => {
                self.top().value();
                self.top().scopes += 1;
            }
            TOKEN_INHERIT => {
                let frame = self.top();
                frame.has_value = true;
                frame.is_inherit = true;
            }
            _ => self.top().value(),
        }
    }

    fn word(&mut self, text: &str) {
        self.top().word(text);
    }

    fn semicolon(&mut self) {
        let frame = self.top();
        if frame.scopes > 0 {
            frame.scopes -= 1;
            frame.tail.clear();
            frame.length = 0;
        } else if frame.has_bindings() {
            frame.end_binding();
        }
    }

    /// What a cursor here would be, with what was written of its word.
    fn cursor(&mut self, prefix: &str) -> Option<Cursor> {
        let is_quoted = self.string.is_some();
        let frame = self.top();
        let wanted = match frame.kind {
            _ if frame.is_inherit => return None,
            Kind::List => Wanted::Item,
            Kind::Set | Kind::Let if !frame.has_value => {
                let begins = frame.names.is_empty() || frame.is_open;
                begins.then_some(Wanted::Name)?
            }
            Kind::Interpolation => return None,
            _ if frame.length > 0 && !is_quoted => return None,
            _ => Wanted::Value,
        };
        Some(Cursor {
            path: frame.here(),
            wanted,
            is_quoted,
            prefix: prefix.to_owned(),
        })
    }
}

impl Frame {
    fn word(&mut self, text: &str) {
        let (names, is_open) = match self.has_value {
            true => (&mut self.tail, &mut self.tail_is_open),
            false => (&mut self.names, &mut self.is_open),
        };
        if !*is_open {
            names.clear();
        }
        names.push(text.to_owned());
        *is_open = false;
        if self.has_value {
            self.length += 1;
        }
    }

    fn dot(&mut self) {
        match self.has_value {
            true => self.tail_is_open = true,
            false => self.is_open = true,
        }
    }

    fn assign(&mut self) {
        if self.has_value && self.has_bindings() {
            let names = std::mem::take(&mut self.tail);
            self.end_binding();
            self.names = names;
        }
        self.has_value = true;
        self.is_open = false;
    }

    /// Something stands here that is no name.
    fn value(&mut self) {
        self.tail.clear();
        self.tail_is_open = false;
        self.length += 1;
    }
}

fn is_word(text: &str) -> bool {
    let mut characters = text.chars();
    let starts = characters
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_');
    starts && characters.all(|each| each.is_alphanumeric() || "_'-".contains(each))
}

/// The cursor at a byte of a text; none where nothing of an inventory can stand: in comments, interpolations, behind a whole value.
pub fn cursor(text: &str, offset: usize, is_json: bool) -> Option<Cursor> {
    let before = text.get(..offset)?;
    let mut scanner = Scanner::new(is_json);
    let mut tokens = rnix::tokenize(before).peekable();
    while let Some((kind, piece)) = tokens.next() {
        let is_last = tokens.peek().is_none();
        match kind {
            TOKEN_COMMENT if is_last => return None,
            TOKEN_STRING_CONTENT if is_last && scanner.string.is_some() => {
                let plain = scanner
                    .string
                    .as_ref()
                    .is_some_and(|(_, is_plain)| *is_plain);
                return scanner
                    .cursor(piece)
                    .filter(|_| plain && !piece.contains('\n'));
            }
            _ if is_last && is_word(piece) => return scanner.cursor(piece),
            _ => scanner.feed(kind, piece),
        }
    }
    scanner.cursor("")
}

/// How the paths in a file continue those from the clan on.
#[derive(Debug)]
pub struct Anchors(BTreeSet<(Vec<String>, Vec<String>)>);

impl Anchors {
    /// What the places of a file at which something is named tell.
    pub fn new(snapshot: &Snapshot, path: &Path) -> Anchors {
        let mut found = BTreeSet::new();
        let Some(file) = snapshot.file(path) else {
            return Anchors(found);
        };
        let entries = snapshot.index.within(file.full_span()).iter();
        let mut entries = entries.filter(|entry| entry.is_written).peekable();
        let mut scanner = Scanner::new(is_json(path));
        let mut at = 0;
        for (kind, piece) in rnix::tokenize(&file.text) {
            let end = at + piece.len();
            while let Some(entry) =
                entries.next_if(|entry| (file.offset(entry.span.start) as usize) < end)
            {
                let mut local = scanner.top().here();
                local.extend(entry.path.last().cloned());
                found.extend(without_common_end(&local, &entry.path));
            }
            scanner.feed(kind, piece);
            at = end;
        }
        Anchors(found)
    }

    /// The path from the clan on that a path in the file means.
    pub fn absolute(&self, path: &[String]) -> Option<Vec<String>> {
        let anchors = self.0.iter().filter(|(local, _)| path.starts_with(local));
        let (local, from_clan) = anchors.max_by_key(|(local, _)| local.len())?;
        let rest = path.get(local.len()..)?;
        Some([from_clan.as_slice(), rest].concat())
    }
}

/// Both paths without the names that they end in alike; none if there is no such name.
fn without_common_end(
    local: &[String],
    from_clan: &[String],
) -> Option<(Vec<String>, Vec<String>)> {
    let pairs = local.iter().rev().zip(from_clan.iter().rev());
    let alike = pairs.take_while(|(left, right)| left == right).count();
    let local = local.get(..local.len() - alike)?.to_vec();
    let from_clan = from_clan.get(..from_clan.len() - alike)?.to_vec();
    (alike > 0).then_some((local, from_clan))
}

/// The path from the clan on that a path in a file has by its looks: `inventory` or `instances` is a part of it. Other names of an inventory
/// are too common: NixOS has `services` as well.
pub fn guess(path: &[String]) -> Option<Vec<String>> {
    if let Some(at) = path.iter().position(|name| name == "inventory") {
        return path.get(at..).map(<[String]>::to_vec);
    }
    let at = path.iter().position(|name| name == "instances")?;
    let rest = path.get(at..)?;
    Some([&["inventory".to_owned()], rest].concat())
}

/// Whether a file is JSON.
pub(crate) fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let offset = text.find("$0").unwrap();
        let is_json = text.starts_with("{ \"");
        let found = cursor(&text.replace("$0", ""), offset, is_json);
        let told = found.map(|found| {
            let quoted = if found.is_quoted { " quoted" } else { "" };
            format!(
                "{:?}{quoted} `{}` in {}",
                found.wanted,
                found.prefix,
                found.path.join(" ")
            )
        });
        assert_eq!(told.as_deref().unwrap_or("nothing"), expected, "{text}");
    }

    #[test]
    fn names_stand_in_sets() {
        check("{ a.b.$0 }", "Name `` in a b");
        check("{ a = { b = 1; c$0", "Name `c` in a");
        check("{ a.\"b c\" = rec { $0 }; }", "Name `` in a b c");
        check("{ a = 1; }$0", "nothing");
        check("{ lib, ... }: { x = lib.mkMerge [ { y.$0", "Name `` in x y");
        check("let m = { $0 }; in m", "Name `` in let m");
        check("{ x = let a = 1; in { $0", "Name `` in x");
        check("clan { \"a$0\" = 1; }", "Name quoted `a` in ");
    }

    #[test]
    fn values_stand_behind_names() {
        check("{ a.b = $0; }", "Value `` in a b");
        check("{ a = \"x$0\"; }", "Value quoted `x` in a");
        check("{ a = \"x$0 }", "Value quoted `x` in a");
        check("{ a = lib.mkForce \"x$0\"; }", "Value quoted `x` in a");
        check("{ a = x y$0; }", "nothing");
    }

    #[test]
    fn items_stand_in_lists() {
        check("{ a = [ \"x\" \"y$0", "Item quoted `y` in a");
        check("{ a = lib.mkForce [ $0 ]; }", "Item `` in a");
        check("{ a = with x; [ y$0 ]; }", "Item `y` in a");
    }

    #[test]
    fn a_missing_semicolon_costs_its_own_binding() {
        check("{ a = 1\n b.c = { $0", "Name `` in b c");
        check("{ a.b = { }\n c.$0", "nothing");
    }

    #[test]
    fn nothing_stands_in_comments_and_interpolations() {
        check("{ a = 1; # b$0", "nothing");
        check("{ a = \"${x$0}\"; }", "nothing");
        check("{ inherit (x) a$0; }", "nothing");
    }

    #[test]
    fn json_has_colons_and_commas() {
        check("{ \"a\": { \"b\": 1, \"$0\" } }", "Name quoted `` in a");
        check("{ \"a\": { \"b\": [ \"$0", "Item quoted `` in a b");
    }
}
