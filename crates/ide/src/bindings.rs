//! The bindings around names: `name = value;` as a whole, the list that an element is in.

use std::sync::Arc;

use rnix::SyntaxKind::{NODE_ATTRPATH, NODE_ATTRPATH_VALUE, NODE_LIST, NODE_PAREN};
use rnix::{SyntaxKind, SyntaxNode, TextRange};
use source::{SourceFile, Span};

use crate::Snapshot;
use crate::cursor::is_json;

/// A span of a file that covers a node.
pub(crate) fn span_of(file: &SourceFile, range: TextRange) -> Span {
    file.span(range.start().into(), range.end().into())
}

/// The file that a place lies in, and its syntax; none for JSON.
pub(crate) fn syntax(snapshot: &Snapshot, span: Span) -> Option<(Arc<SourceFile>, SyntaxNode)> {
    let file = snapshot.sources.file(span.start)?;
    let tree = (!is_json(&file.path)).then(|| snapshot.tree(&file))?;
    Some((file, tree))
}

/// The node of a kind nearest around a place.
pub(crate) fn around(
    snapshot: &Snapshot,
    span: Span,
    kind: SyntaxKind,
) -> Option<(Arc<SourceFile>, SyntaxNode)> {
    let (file, tree) = syntax(snapshot, span)?;
    let token = tree
        .token_at_offset(file.offset(span.start).into())
        .right_biased()?;
    let node = token.parent_ancestors().find(|node| node.kind() == kind)?;
    Some((file, node))
}

/// The binding whose path has the name at a place; none if the name stands in no path.
pub(crate) fn binding(snapshot: &Snapshot, span: Span) -> Option<(Arc<SourceFile>, SyntaxNode)> {
    let (file, path) = around(snapshot, span, NODE_ATTRPATH)?;
    let binding = path
        .parent()
        .filter(|node| node.kind() == NODE_ATTRPATH_VALUE)?;
    let is_last = |node: &SyntaxNode| node.last_child().is_some_and(|value| value != path);
    is_last(&binding).then_some((file, binding))
}

/// Where what the name at a place is given begins and ends: the binding if it has one, else the name alone.
pub(crate) fn extent(snapshot: &Snapshot, span: Span) -> Span {
    match binding(snapshot, span) {
        Some((file, binding)) => span_of(&file, binding.text_range()),
        None => span,
    }
}

/// The list that a place stands in as an element, perhaps in parentheses.
pub(crate) fn list(snapshot: &Snapshot, span: Span) -> Option<(Arc<SourceFile>, SyntaxNode)> {
    let (file, list) = around(snapshot, span, NODE_LIST)?;
    let start = file.offset(span.start).into();
    let mut elements = list.children().filter(|node| node.kind() != NODE_PAREN);
    elements
        .any(|node| node.text_range().contains(start))
        .then_some((file, list))
}
