//! The tags of a role as a set rather than a list, and back: settings of a tag need the set.

use rnix::SyntaxKind::{NODE_ATTR_SET, NODE_LIST};
use rnix::ast::{AttrSet, Expr, HasEntry, List};
use rowan::ast::AstNode;
use source::{Edit, Span};

use super::{Action, Kind};
use crate::Snapshot;
use crate::bindings::{around, span_of};
use crate::index::Entry;
use crate::name::Name;

pub(super) fn action(snapshot: &Snapshot, here: Span) -> Option<Action> {
    let entry = snapshot.index.at(here.start)?;
    let is_of_instances = entry.path.get(1).is_some_and(|part| part == "instances");
    let is_tag = matches!(entry.name(), Name::Tag(_)) && entry.meaning.role.is_some();
    if !is_tag || !is_of_instances || !entry.is_written {
        return None;
    }
    to_set(snapshot, entry).or_else(|| to_list(snapshot, entry))
}

fn rewrite(title: &str, span: Span, text: String) -> Action {
    Action {
        title: title.to_owned(),
        kind: Kind::Rewrite,
        edits: vec![Edit::replace(span, text)],
        finding: None,
        is_preferred: false,
    }
}

fn to_set(snapshot: &Snapshot, entry: &Entry) -> Option<Action> {
    let (file, node) = around(snapshot, entry.span, NODE_LIST)?;
    let list = List::cast(node.clone())?;
    let mut names = vec![];
    for item in list.items() {
        let Expr::Str(text) = item else {
            return None;
        };
        let text = text.to_string();
        let plain = text.strip_prefix('"')?.strip_suffix('"')?;
        names.push(format!("{} = {{ }};", report::nix::attribute(plain)));
    }
    let span = span_of(&file, node.text_range());
    let text = format!("{{ {} }}", names.join(" "));
    Some(rewrite("write the tags as a set", span, text))
}

fn to_list(snapshot: &Snapshot, entry: &Entry) -> Option<Action> {
    let (file, node) = around(snapshot, entry.span, NODE_ATTR_SET)?;
    let set = AttrSet::cast(node.clone())?;
    let span = span_of(&file, node.text_range());
    let of_this = |other: &&Entry| {
        other.meaning.role == entry.meaning.role && matches!(other.name(), Name::Tag(_))
    };
    let tags = snapshot.index.within(span).iter().filter(of_this);
    let tags: Vec<String> = tags
        .map(|tag| format!("\"{}\"", tag.name().text()))
        .collect();
    let is_plain = set.attrpath_values().all(|binding| {
        let is_single = binding
            .attrpath()
            .is_some_and(|path| path.attrs().count() == 1);
        let is_empty =
            matches!(binding.value(), Some(Expr::AttrSet(set)) if set.entries().count() == 0);
        is_single && is_empty
    });
    let has_all = set.entries().count() == tags.len();
    let text = format!("[ {} ]", tags.join(" "));
    (is_plain && has_all).then(|| rewrite("write the tags as a list", span, text))
}
