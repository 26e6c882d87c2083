//! Another name for a machine, a tag or an instance, everywhere.
//!
//! Every place must be written: a name that is computed somewhere, or inherited, cannot be exchanged there, and then nothing is. A machine's
//! folder moves with it. That nothing else hangs on the old spelling can only be told by an analysis of the new texts, which
//! [`agrees`] compares with the old.

use std::path::PathBuf;

use indexmap::IndexMap;
use resolve::Resolution;
use resolve::view::InstanceView;
use source::{Edit, Pos, SourceFile, Span};

use crate::Snapshot;
use crate::index::Entry;
use crate::name::Name;
use crate::tell::code;

/// What a new name changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Renaming {
    /// The changes of texts.
    pub edits: Vec<Edit>,
    /// A folder that is moved: from and to.
    pub folder: Option<(PathBuf, PathBuf)>,
}

/// The name that can be changed at a place: where it stands, without quotes, and what it is.
///
/// Errors: why it cannot be changed.
pub fn prepare(snapshot: &Snapshot, place: Pos) -> Result<(Span, String), String> {
    let entry = renamable(snapshot, place)?;
    every_place(snapshot, entry)?;
    Ok((bare(snapshot, entry.span), entry.name().text().to_owned()))
}

/// What gives the thing at a place a new name.
///
/// Errors: why it cannot be changed.
pub fn rename(
    snapshot: &Snapshot,
    place: Pos,
    new: &str,
    exists: &dyn Fn(&std::path::Path) -> bool,
) -> Result<Renaming, String> {
    let entry = renamable(snapshot, place)?;
    let places = every_place(snapshot, entry)?;
    check_new(snapshot, entry.name(), new)?;
    let edits = places
        .iter()
        .map(|place| Edit::replace(*place, spelt(snapshot, *place, new)));
    let folder = match entry.name() {
        Name::Machine(machine) => folder(snapshot, machine, new, exists)?,
        _ => None,
    };
    Ok(Renaming {
        edits: edits.collect(),
        folder,
    })
}

fn renamable(snapshot: &Snapshot, place: Pos) -> Result<&Entry, String> {
    let entry = snapshot
        .index
        .at(place)
        .ok_or("there is no name of the inventory here")?;
    match entry.name() {
        Name::Tag(tag) if matches!(tag.as_str(), "all" | "nixos" | "darwin") => {
            Err(format!("clan itself gives machines the tag {}", code(tag)))
        }
        Name::Machine(_) | Name::Tag(_) | Name::Instance(_) => Ok(entry),
        other => Err(format!(
            "the {} {} is not named by this clan alone",
            other.kind(),
            code(other.text())
        )),
    }
}

/// The places of a name, each once. An instance that names no module has its name as the module's too.
fn every_place(snapshot: &Snapshot, entry: &Entry) -> Result<Vec<Span>, String> {
    let name = entry.name();
    let said = format!("the {} {}", name.kind(), code(name.text()));
    let mut places = vec![];
    for each in snapshot.index.of(name) {
        if !each.is_written || is_inherited(snapshot, each.span) {
            return Err(format!("{said} is computed {}", at(snapshot, each.span)));
        }
        places.push(each.span);
    }
    if let Name::Instance(instance) = name
        && instance.service.is_none()
        && !names_module(snapshot, entry)
    {
        return Err(format!(
            "{said} is that of its service too: write `module.name = \"{}\";` first",
            instance.name
        ));
    }
    places.sort();
    places.dedup();
    Ok(places)
}

fn names_module(snapshot: &Snapshot, entry: &Entry) -> bool {
    let Name::Instance(instance) = entry.name() else {
        return true;
    };
    let mut entries = snapshot.index.entries().iter();
    entries.any(|each| matches!(each.name(), Name::Service(Some(of), _) if of == instance && each.is_written))
}

/// `at file:line`, seen from the clan's directory.
fn at(snapshot: &Snapshot, span: Span) -> String {
    let places = report::place::Places {
        sources: &snapshot.sources,
        root: &snapshot.analysis.root,
    };
    places
        .name(span)
        .map_or_else(|| "somewhere".to_owned(), |place| format!("at {place}"))
}

/// Whether an identifier stands in `inherit`, where it is a variable's name as well.
fn is_inherited(snapshot: &Snapshot, span: Span) -> bool {
    let Some(file) = snapshot.sources.file(span.start) else {
        return true;
    };
    if file.path.extension().is_none_or(|end| end != "nix") {
        return false;
    }
    let tree = snapshot.tree(&file);
    let offset = file.offset(span.start);
    let token = tree.token_at_offset(offset.into()).right_biased();
    let inherits = |kind| kind == rnix::SyntaxKind::NODE_INHERIT;
    token.is_some_and(|token| {
        token
            .parent_ancestors()
            .take(3)
            .any(|node| inherits(node.kind()))
    })
}

fn check_new(snapshot: &Snapshot, name: &Name, new: &str) -> Result<(), String> {
    let Some(resolution) = snapshot.resolution() else {
        return Err("the clan cannot be read".to_owned());
    };
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "_-".contains(character);
    let starts = new.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '_');
    if !starts || !new.chars().all(is_plain) {
        return Err(format!(
            "{} is no name for it: letters, digits, `-` and `_` make one",
            code(new)
        ));
    }
    let is_taken = match name {
        Name::Machine(_) => resolution.machines.contains_key(new),
        Name::Tag(_) => {
            resolution.tags.contains_key(new) || matches!(new, "all" | "nixos" | "darwin")
        }
        Name::Instance(instance) => {
            let mut other = instance.clone();
            new.clone_into(&mut other.name);
            snapshot.instance(&other).is_some()
        }
        _ => false,
    };
    match is_taken && new != name.text() {
        true => Err(format!("there is a {} {} already", name.kind(), code(new))),
        false => Ok(()),
    }
}

fn folder(
    snapshot: &Snapshot,
    machine: &str,
    new: &str,
    exists: &dyn Fn(&std::path::Path) -> bool,
) -> Result<Option<(PathBuf, PathBuf)>, String> {
    let Some(clan) = &snapshot.analysis.clan else {
        return Ok(None);
    };
    let machines = clan.directory.join("machines");
    let (from, to) = (machines.join(machine), machines.join(new));
    if !exists(&from) || from == to {
        return Ok(None);
    }
    match exists(&to) {
        true => Err(format!("there is a folder `machines/{new}` already")),
        false => Ok(Some((from, to))),
    }
}

/// The place without its quotes.
fn bare(snapshot: &Snapshot, span: Span) -> Span {
    let text = |file: &SourceFile| file.slice(span).starts_with('"') && span.len() > 1;
    match snapshot.sources.file(span.start) {
        Some(file) if text(&file) => {
            Span::new(span.start.after(1), Pos::new(span.end.number() - 1))
        }
        _ => span,
    }
}

/// The new name as it is to be spelt at a place: in quotes if the old one is, or if it must be.
pub(crate) fn spelt(snapshot: &Snapshot, span: Span, new: &str) -> String {
    let file = snapshot.sources.file(span.start);
    let in_quotes = file.is_some_and(|file| {
        let before = file
            .text
            .get(..file.offset(span.start) as usize)
            .unwrap_or_default();
        before.ends_with('"')
    });
    let is_quoted = bare(snapshot, span) != span;
    match (in_quotes, is_quoted) {
        (true, _) => new.to_owned(),
        (_, true) => format!("\"{new}\""),
        _ => report::nix::attribute(new),
    }
}

/// Whether two answers are the same but for a name.
///
/// Errors: what differs.
pub fn agrees(
    old: &Resolution,
    new: &Resolution,
    name: &Name,
    new_name: &str,
) -> Result<(), String> {
    let mapped = |machine: &String| match name {
        Name::Machine(old) if old == machine => new_name.to_owned(),
        _ => machine.clone(),
    };
    let mut machines: Vec<String> = old.machines.keys().map(mapped).collect();
    machines.sort();
    let mut found: Vec<String> = new.machines.keys().cloned().collect();
    found.sort();
    if machines != found {
        return Err("other machines would be there".to_owned());
    }
    let members = |instance: &InstanceView, map: &dyn Fn(&String) -> String| {
        let roles = instance.roles.iter().map(|(role, view)| {
            let mut members: Vec<String> = view.machines.keys().map(map).collect();
            members.sort();
            (role.clone(), members)
        });
        roles.collect::<Vec<_>>()
    };
    let named = |instance: &InstanceView| match name {
        Name::Instance(old) if old.name == instance.instance => new_name.to_owned(),
        _ => instance.instance.clone(),
    };
    let mut before: Vec<_> = old
        .instances
        .iter()
        .map(|each| (named(each), members(each, &mapped)))
        .collect();
    let mut after: Vec<_> = new
        .instances
        .iter()
        .map(|each| (each.instance.clone(), members(each, &String::clone)))
        .collect();
    before.sort();
    after.sort();
    let differing = before.iter().find(|each| !after.contains(each));
    match differing {
        Some((instance, _)) => Err(format!("{} would have other members", code(instance))),
        None if before.len() != after.len() => Err("other instances would be there".to_owned()),
        None => Ok(()),
    }
}

/// What is renamed at a place.
pub fn name_at(snapshot: &Snapshot, place: Pos) -> Option<&Name> {
    Some(snapshot.index.at(place)?.name())
}

/// The texts that edits change, as they are afterwards.
pub fn edited(snapshot: &Snapshot, edits: &[Edit]) -> Vec<(PathBuf, String)> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| edit.span);
    let mut texts: IndexMap<PathBuf, String> = IndexMap::new();
    for edit in sorted.into_iter().rev() {
        if let Some(file) = snapshot.sources.file(edit.span.start) {
            let text = texts
                .entry(file.path.clone())
                .or_insert_with(|| file.text.clone());
            text.replace_range(file.range(edit.span), &edit.text);
        }
    }
    texts.into_iter().collect()
}
