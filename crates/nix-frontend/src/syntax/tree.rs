//! The tree that lowering reads: nodes and tokens in one list, blanks and comments left out.
//!
//! It comes from [`super::sound`] or, where something is to be mended, from rnix's own tree, and is the same either way.

use rnix::{NixLanguage, NodeOrToken, SyntaxKind, SyntaxNode};
use rowan::Language;

use super::tokens::is_trivia;

/// A text's tree. Places are offsets into the text.
#[derive(PartialEq, Eq, Debug)]
pub struct Tree {
    entries: Vec<Entry>,
    root: u32,
}

/// A node or a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Entry {
    kind: SyntaxKind,
    start: u32,
    end: u32,
    /// The first child of a node.
    first: u32,
    /// What follows under the same node.
    next: u32,
}

/// In place of the number of an entry.
const NONE: u32 = u32::MAX;

/// A node and its place.
#[derive(Clone, Copy)]
pub(crate) struct Node<'t> {
    entries: &'t [Entry],
    first: u32,
    kind: SyntaxKind,
    pub start: u32,
    end: u32,
}

/// A token and its place.
#[derive(Clone, Copy)]
pub(crate) struct Token {
    pub kind: SyntaxKind,
    pub start: u32,
    pub end: u32,
}

/// A child of a node.
pub(crate) enum Element<'t> {
    Node(Node<'t>),
    Token(Token),
}

impl Tree {
    /// The tree that rnix made, without its blanks and comments.
    pub fn of(syntax: &SyntaxNode) -> Tree {
        let green = syntax.green();
        let mut builder = Builder::for_text(u32::from(green.text_len()) as usize);
        let (mut at, mut outer) = (0, vec![]);
        let mut node = Open::new(kind_of(green.kind()), 0);
        let mut children = green.children();
        loop {
            match children.next() {
                Some(NodeOrToken::Node(inner)) => {
                    outer.push((node, children));
                    node = Open::new(kind_of(inner.kind()), at);
                    children = inner.children();
                }
                Some(NodeOrToken::Token(token)) => {
                    let start = at;
                    at += u32::from(token.text_len());
                    let kind = kind_of(token.kind());
                    if !is_trivia(kind) {
                        let token = builder.token(kind, start, at);
                        builder.put(&mut node, token);
                    }
                }
                None => {
                    let made = builder.close_at(node, at);
                    match outer.pop() {
                        Some((around, rest)) => (node, children) = (around, rest),
                        None => return builder.finish(made),
                    }
                    builder.put(&mut node, made);
                }
            }
        }
    }

    pub(crate) fn root(&self) -> Option<Node<'_>> {
        match element(&self.entries, self.root)?.0 {
            Element::Node(node) => Some(node),
            Element::Token(_) => None,
        }
    }

    /// The nodes and tokens, each with its place, indented; for tests.
    pub fn outline(&self) -> String {
        let mut lines = vec![];
        let mut open = vec![(self.root, 0)];
        while let Some((number, depth)) = open.pop() {
            let Some(entry) = self.entries.get(number as usize) else {
                continue;
            };
            let (kind, start, end) = (entry.kind, entry.start, entry.end);
            lines.push(format!("{}{kind:?} {start}..{end}\n", "  ".repeat(depth)));
            open.extend([(entry.next, depth), (entry.first, depth + 1)]);
        }
        lines.concat()
    }
}

fn kind_of(raw: rowan::SyntaxKind) -> SyntaxKind {
    NixLanguage::kind_from_raw(raw)
}

fn element(entries: &[Entry], number: u32) -> Option<(Element<'_>, u32)> {
    let entry = entries.get(number as usize)?;
    let element = if entry.kind >= SyntaxKind::NODE_APPLY {
        Element::Node(Node {
            entries,
            first: entry.first,
            kind: entry.kind,
            start: entry.start,
            end: entry.end,
        })
    } else {
        Element::Token(Token {
            kind: entry.kind,
            start: entry.start,
            end: entry.end,
        })
    };
    Some((element, entry.next))
}

impl<'t> Node<'t> {
    pub fn kind(self) -> SyntaxKind {
        self.kind
    }

    pub fn end(self) -> u32 {
        self.end
    }

    /// Nodes and tokens, the faulty ones too.
    pub fn elements(self) -> impl Iterator<Item = Element<'t>> {
        let mut at = self.first;
        std::iter::from_fn(move || {
            let (found, next) = element(self.entries, at)?;
            at = next;
            Some(found)
        })
    }

    /// Tokens, without those in nodes.
    pub fn tokens(self) -> impl Iterator<Item = Token> {
        self.elements().filter_map(|element| match element {
            Element::Token(token) => Some(token),
            Element::Node(_) => None,
        })
    }

    /// Nodes; what the parser could not place is left out.
    pub fn children(self) -> impl Iterator<Item = Node<'t>> {
        self.elements().filter_map(|element| match element {
            Element::Node(node) if node.kind() != SyntaxKind::NODE_ERROR => Some(node),
            _ => None,
        })
    }

    pub fn child(self, number: usize) -> Option<Node<'t>> {
        self.children().nth(number)
    }

    /// The token that it begins with.
    pub fn first_token(self) -> Option<Token> {
        let mut node = self;
        loop {
            match node.elements().next()? {
                Element::Node(first) => node = first,
                Element::Token(token) => return Some(token),
            }
        }
    }

    /// What stands in the parentheses, if it stands in some.
    pub fn without_parentheses(self) -> Node<'t> {
        let mut node = self;
        while node.kind() == SyntaxKind::NODE_PAREN {
            match node.child(0) {
                Some(inner) => node = inner,
                None => break,
            }
        }
        node
    }
}

/// Makes a tree, what is inside before what is around it.
pub(super) struct Builder {
    entries: Vec<Entry>,
}

/// A node that is not complete.
pub(super) struct Open {
    kind: SyntaxKind,
    start: u32,
    end: u32,
    first: u32,
    last: u32,
}

/// A node or token that has no place in the tree yet.
#[derive(Clone, Copy)]
pub(super) struct Made(u32);

impl Builder {
    /// With room for the tree of a text of so many bytes.
    pub fn for_text(length: usize) -> Builder {
        const BYTES_PER_ENTRY: usize = 4;
        Builder {
            entries: Vec::with_capacity(length / BYTES_PER_ENTRY + 1),
        }
    }

    pub fn token(&mut self, kind: SyntaxKind, start: u32, end: u32) -> Made {
        self.add(kind, start, end, NONE)
    }

    /// Puts `made` behind the other children of `node`.
    pub fn put(&mut self, node: &mut Open, made: Made) {
        match self.entries.get_mut(node.last as usize) {
            Some(last) => last.next = made.0,
            None => node.first = made.0,
        }
        node.last = made.0;
        node.end = self.end(made);
    }

    pub fn close(&mut self, node: Open) -> Made {
        self.add(node.kind, node.start, node.end, node.first)
    }

    /// Closes a node that goes on behind its last child.
    pub fn close_at(&mut self, node: Open, end: u32) -> Made {
        self.add(node.kind, node.start, end, node.first)
    }

    pub fn start(&self, made: Made) -> u32 {
        self.entries
            .get(made.0 as usize)
            .map_or(0, |made| made.start)
    }

    fn end(&self, made: Made) -> u32 {
        self.entries.get(made.0 as usize).map_or(0, |made| made.end)
    }

    fn add(&mut self, kind: SyntaxKind, start: u32, end: u32, first: u32) -> Made {
        let number = self.entries.len() as u32;
        self.entries.push(Entry {
            kind,
            start,
            end,
            first,
            next: NONE,
        });
        Made(number)
    }

    pub fn finish(self, root: Made) -> Tree {
        Tree {
            entries: self.entries,
            root: root.0,
        }
    }
}

impl Open {
    pub fn new(kind: SyntaxKind, start: u32) -> Open {
        Open {
            kind,
            start,
            end: start,
            first: NONE,
            last: NONE,
        }
    }
}
