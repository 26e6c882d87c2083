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

/// The way back from a changed text: where what is put in stands there and in the file, and its length. Sorted.
pub(super) struct WayBack {
    insertions: Vec<(u32, u32, u32)>,
    /// Where something is changed, in places of the file. Sorted.
    changes: Vec<u32>,
}

impl WayBack {
    /// The place in the file that a place in the changed text has come from.
    pub fn original(&self, patched: u32) -> u32 {
        let before = self
            .insertions
            .partition_point(|(start, ..)| *start < patched);
        let last = before
            .checked_sub(1)
            .and_then(|last| self.insertions.get(last));
        match last {
            None => patched,
            Some((start, place, length)) => place + (patched - start).saturating_sub(*length),
        }
    }

    /// Whether something was changed between these places of the changed text.
    fn touches(&self, start: u32, end: u32) -> bool {
        let (first, last) = (self.original(start), self.original(end));
        let next = self.changes.partition_point(|place| *place < first);
        self.changes.get(next).is_some_and(|place| *place <= last)
    }
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
        self.way_back().original(patched)
    }

    /// The tree of the changed text as one of `text`.
    pub fn restore(&self, green: &GreenNodeData, text: &str) -> SyntaxNode {
        SyntaxNode::new_root(self.way_back().node(green, 0, text))
    }

    /// The way back from the changed text.
    pub fn way_back(&self) -> WayBack {
        let mut added = 0;
        let insertions = self.insertions.iter().map(|(place, insertion)| {
            let length = insertion.len() as u32;
            added += length;
            (place + added - length, *place, length)
        });
        let insertions = insertions.collect();
        let places = self.insertions.iter().map(|(place, _)| *place);
        let mut changes: Vec<u32> = places
            .chain(self.blanks.iter().map(|(start, _)| *start))
            .collect();
        changes.sort_unstable();
        WayBack {
            insertions,
            changes,
        }
    }
}

impl WayBack {
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
}
