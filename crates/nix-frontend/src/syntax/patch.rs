//! Changes to a text that let the parser understand more of it, and the way back: the tree is told in the places of the file.
//!
//! What is put in becomes tokens without text; what is blanked out keeps its length.

use rnix::{NixLanguage, SyntaxKind, SyntaxNode};
use rowan::{GreenNode, GreenNodeData, GreenToken, Language, NodeOrToken};

use super::tokens::is_trivia;

/// Changes to a text.
#[derive(Clone, Default, Debug)]
pub(super) struct Patch {
    /// Sorted by place.
    insertions: Vec<(u32, &'static str)>,
    blanks: Vec<(u32, u32)>,
}

impl Patch {
    pub fn is_empty(&self) -> bool {
        self.insertions.is_empty() && self.blanks.is_empty()
    }

    /// Puts `text` in at `place`, behind what is put in there already.
    pub fn insert(&mut self, place: u32, text: &'static str) {
        let at = self
            .insertions
            .partition_point(|(known, _)| *known <= place);
        self.insertions.insert(at, (place, text));
    }

    /// Puts `text` in at `place`, before what is put in there already.
    pub fn insert_first(&mut self, place: u32, text: &'static str) {
        let at = self.insertions.partition_point(|(known, _)| *known < place);
        self.insertions.insert(at, (place, text));
    }

    /// Whether something is put in at `place`.
    pub fn inserts_at(&self, place: u32) -> bool {
        self.insertions.iter().any(|(known, _)| *known == place)
    }

    /// Makes a stretch of ASCII text blank.
    pub fn blank(&mut self, start: u32, end: u32) {
        self.blanks.push((start, end));
    }

    /// The changed text.
    pub fn apply(&self, text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        for (start, end) in &self.blanks {
            if let Some(stretch) = bytes.get_mut(*start as usize..*end as usize) {
                stretch.fill(b' ');
            }
        }
        let mut patched = Vec::with_capacity(bytes.len() + 8 * self.insertions.len());
        let mut from = 0;
        for (place, insertion) in &self.insertions {
            let to = *place as usize;
            patched.extend_from_slice(bytes.get(from..to).unwrap_or_default());
            patched.extend_from_slice(insertion.as_bytes());
            from = to;
        }
        patched.extend_from_slice(bytes.get(from..).unwrap_or_default());
        String::from_utf8(patched).unwrap_or_else(|_| text.to_owned())
    }

    /// The place in the file that a place in the changed text has come from.
    pub fn original(&self, patched: u32) -> u32 {
        let mut added = 0;
        for (place, insertion) in &self.insertions {
            let start = place + added;
            if patched <= start {
                break;
            }
            let length = insertion.len() as u32;
            if patched < start + length {
                return *place;
            }
            added += length;
        }
        patched - added
    }

    /// The tree of the changed text as one of `text`.
    pub fn restore(&self, green: &GreenNodeData, text: &str) -> SyntaxNode {
        SyntaxNode::new_root(self.node(green, 0, text))
    }

    fn node(&self, green: &GreenNodeData, start: u32, text: &str) -> GreenNode {
        let end = start + u32::from(green.text_len());
        if !self.touches(start, end) {
            return green.to_owned();
        }
        let mut at = start;
        let mut children = vec![];
        for child in green.children() {
            let from = at;
            match child {
                NodeOrToken::Node(node) => {
                    at += u32::from(node.text_len());
                    let node =
                        stacker::maybe_grow(128 << 10, 2 << 20, || self.node(node, from, text));
                    children.push(NodeOrToken::Node(node));
                }
                NodeOrToken::Token(token) => {
                    at += u32::from(token.text_len());
                    let range = self.original(from) as usize..self.original(at) as usize;
                    let content = text.get(range).unwrap_or_default();
                    let kind: SyntaxKind = NixLanguage::kind_from_raw(token.kind());
                    if !(content.is_empty() && is_trivia(kind)) {
                        let token = GreenToken::new(token.kind(), content);
                        children.push(NodeOrToken::Token(token));
                    }
                }
            }
        }
        GreenNode::new(green.kind(), children)
    }

    /// Whether something was changed between these places of the changed text.
    fn touches(&self, start: u32, end: u32) -> bool {
        let (first, last) = (self.original(start), self.original(end));
        let is_inside = |place: &u32| first <= *place && *place <= last;
        self.insertions.iter().any(|(place, _)| is_inside(place))
            || self.blanks.iter().any(|(start, _)| is_inside(start))
    }
}
