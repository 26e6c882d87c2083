//! A light view of the syntax tree: a green node and where it starts. Nothing is allocated or counted on the way.

use rnix::{NixLanguage, SyntaxKind};
use rowan::{GreenNodeData, GreenTokenData, Language, NodeOrToken};

/// A node and its place.
#[derive(Clone, Copy)]
pub(super) struct Node<'t> {
    green: &'t GreenNodeData,
    pub start: u32,
}

/// A token and its place.
#[derive(Clone, Copy)]
pub(super) struct Token<'t> {
    green: &'t GreenTokenData,
    pub start: u32,
}

/// A child of a node.
pub(super) enum Element<'t> {
    Node(Node<'t>),
    Token(Token<'t>),
}

impl<'t> Node<'t> {
    pub fn root(green: &'t GreenNodeData) -> Node<'t> {
        Node { green, start: 0 }
    }

    pub fn kind(self) -> SyntaxKind {
        NixLanguage::kind_from_raw(self.green.kind())
    }

    pub fn end(self) -> u32 {
        self.start + u32::from(self.green.text_len())
    }

    /// Nodes and tokens, the faulty ones too.
    pub fn elements(self) -> impl Iterator<Item = Element<'t>> {
        let mut start = self.start;
        self.green.children().map(move |child| match child {
            NodeOrToken::Node(green) => {
                let node = Node { green, start };
                start += u32::from(green.text_len());
                Element::Node(node)
            }
            NodeOrToken::Token(green) => {
                let token = Token { green, start };
                start += u32::from(green.text_len());
                Element::Token(token)
            }
        })
    }

    /// Tokens, without those in nodes.
    pub fn tokens(self) -> impl Iterator<Item = Token<'t>> {
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
    pub fn first_token(self) -> Option<Token<'t>> {
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

impl<'t> Token<'t> {
    pub fn kind(self) -> SyntaxKind {
        NixLanguage::kind_from_raw(self.green.kind())
    }

    pub fn text(self) -> &'t str {
        self.green.text()
    }

    pub fn end(self) -> u32 {
        self.start + u32::from(self.green.text_len())
    }

    pub fn is_trivia(self) -> bool {
        matches!(
            self.kind(),
            SyntaxKind::TOKEN_WHITESPACE | SyntaxKind::TOKEN_COMMENT
        )
    }
}
