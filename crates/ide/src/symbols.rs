//! The machines, tags, instances and roles that files define, as an outline and as a list.

use std::collections::BTreeSet;
use std::path::Path;

use source::Span;

use crate::Snapshot;
use crate::bindings::extent;
use crate::index::Entry;
use crate::name::Name;

/// Something that is defined.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Symbol {
    /// Its name.
    pub name: String,
    /// What it is: `machine`, `tag`, `instance`, `role`, `service`.
    pub kind: &'static str,
    /// What there is to say in a few words.
    pub detail: String,
    /// Where its name stands.
    pub span: Span,
    /// All that is written of it there.
    pub extent: Span,
    /// What is defined within.
    pub children: Vec<Symbol>,
}

/// The most symbols that a search gives.
const MOST: usize = 256;

/// The outline of the file at `path`.
pub fn document_symbols(snapshot: &Snapshot, path: &Path) -> Vec<Symbol> {
    let Some(file) = snapshot.file(path) else {
        return vec![];
    };
    let entries = snapshot.index.within(file.full_span()).iter();
    let entries = entries.filter(|entry| entry.is_written && is_defined(entry));
    let mut symbols: Vec<Symbol> = entries.map(|entry| symbol(snapshot, entry)).collect();
    symbols.sort_by_key(|symbol| {
        (
            symbol.extent.start,
            std::cmp::Reverse(symbol.extent.end),
            symbol.span,
        )
    });
    symbols.dedup_by_key(|symbol| symbol.span);
    let mut outline = vec![];
    for symbol in symbols {
        insert(&mut outline, symbol);
    }
    outline
}

/// What a clan defines and is called like `query`: its letters in their order, in any case.
pub fn workspace_symbols(snapshot: &Snapshot, query: &str) -> Vec<Symbol> {
    let entries = snapshot.index.entries().iter();
    let found = entries.filter(|entry| {
        entry.is_written && is_defined(entry) && is_like(entry.name().text(), query)
    });
    let mut seen = BTreeSet::new();
    let found = found.filter(|entry| seen.insert((entry.name().clone(), entry.span)));
    found
        .take(MOST)
        .map(|entry| symbol(snapshot, entry))
        .collect()
}

fn is_defined(entry: &Entry) -> bool {
    !entry.is_repeated
        && match entry.name() {
            Name::Machine(_) | Name::Instance(_) | Name::Service(None, _) => entry.meaning.declares,
            Name::Tag(_) => entry.meaning.declares && entry.meaning.machine.is_none(),
            Name::Role(..) => true,
            _ => false,
        }
}

fn symbol(snapshot: &Snapshot, entry: &Entry) -> Symbol {
    let name = entry.name();
    Symbol {
        name: name.text().to_owned(),
        kind: name.kind(),
        detail: detail(snapshot, name),
        span: entry.span,
        extent: extent(snapshot, entry.span),
        children: vec![],
    }
}

fn detail(snapshot: &Snapshot, name: &Name) -> String {
    let detail = match name {
        Name::Machine(name) => snapshot.resolution().and_then(|resolution| {
            let tags = &resolution.machines.get(name)?.tags;
            Some(
                tags.iter()
                    .map(|tag| tag.name.as_str())
                    .collect::<Vec<_>>()
                    .join(" "),
            )
        }),
        Name::Instance(name) => snapshot
            .instance(name)
            .map(|(_, view)| view.service.clone()),
        Name::Role(instance, role) => snapshot.instance(instance).and_then(|(_, view)| {
            let members = view.roles.get(role)?.machines.len();
            Some(crate::tell::count(members, "machine"))
        }),
        _ => None,
    };
    detail.unwrap_or_else(|| name.kind().to_owned())
}

/// Puts a symbol into the last one that covers it.
fn insert(outline: &mut Vec<Symbol>, symbol: Symbol) {
    match outline.last_mut() {
        Some(last)
            if last.extent.start <= symbol.extent.start
                && symbol.extent.end <= last.extent.end
                && last.span != symbol.span =>
        {
            insert(&mut last.children, symbol);
        }
        _ => outline.push(symbol),
    }
}

fn is_like(name: &str, query: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    let mut query = query.chars().flat_map(char::to_lowercase);
    query.all(|wanted| letters.any(|letter| letter == wanted))
}
