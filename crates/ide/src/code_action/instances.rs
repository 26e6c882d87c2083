//! An instance of `services` as one of `instances`.
//!
//! It is what `migrate` does, for one instance: nothing else changes. It is offered where all of it has a counterpart and the same machines fill
//! the same roles afterwards; what would be left to the author is no matter of one edit.

use std::sync::Arc;

use model::Dialect;
use project::analysis::Request;
use project::migration::{Migration, migrate};
use project::session::Options;
use source::{Diagnostic, Edit, Files, Severity, SourceMap, Span};

use super::{Action, Kind};
use crate::Snapshot;
use crate::index::Entry;
use crate::name::{InstanceName, Name};
use crate::tell::code;

/// What the snapshot was analysed with.
#[derive(Clone, Copy)]
pub struct Means<'m> {
    /// The files.
    pub files: &'m dyn Files,
    /// What evaluation may see and take.
    pub options: &'m Options,
    /// What was wanted.
    pub request: &'m Request,
}

/// The action for the instance that is named at a place. It takes two analyses, once for each snapshot.
pub fn to_instances(snapshot: &Snapshot, here: Span, means: Means<'_>) -> Option<Action> {
    let entries = snapshot.index.at(here.start).into_iter();
    let mut entries = entries.chain(snapshot.index.within(here));
    let (service, instance) = entries.find_map(old_instance)?;
    let known = snapshot.moves.lock();
    let mut known = known.unwrap_or_else(std::sync::PoisonError::into_inner);
    let known = known.entry((service, instance));
    let known = known.or_insert_with_key(|only| action(snapshot, only, means));
    known.clone()
}

fn old_instance(entry: &Entry) -> Option<(String, String)> {
    match entry.name() {
        Name::Instance(InstanceName {
            service: Some(service),
            name,
        }) => Some((service.clone(), name.clone())),
        _ => None,
    }
}

fn action(snapshot: &Snapshot, only: &(String, String), means: Means<'_>) -> Option<Action> {
    let (day, to) = days(snapshot, means.request)?;
    let request = Request {
        dialect: Some(day),
        explain: false,
        findings: false,
        places: false,
        ..means.request.clone()
    };
    let sources = Arc::new(SourceMap::new());
    let only = Some(only);
    let migration = migrate(means.files, &sources, means.options, &request, &to, only);
    let name = migration.instances.get(only?)?.as_ref()?;
    let is_whole = !has_faults(snapshot, &migration);
    let edits = migration.edits.iter();
    let edits: Option<Vec<Edit>> = edits.map(|edit| here(snapshot, &sources, edit)).collect();
    let edits = edits.filter(|_| is_whole).map(together);
    Some(Action {
        title: format!("move to {}", code(&format!("instances.{name}"))),
        kind: Kind::Rewrite,
        edits: edits.filter(|edits| !edits.is_empty())?,
        finding: None,
        is_preferred: false,
    })
}

/// The day to read the clan by, and the one to write for; none if the clan-core that is locked has no `instances`.
fn days(snapshot: &Snapshot, request: &Request) -> Option<(Dialect, Dialect)> {
    let day = Dialect::parse(&snapshot.resolution()?.dialect)?;
    let mut inputs = snapshot.analysis.inputs.iter();
    let is_guessed =
        request.dialect.is_none() && !inputs.any(|each| each.is_clan_core && each.date.is_some());
    let to = match day.has_instances() {
        true => day.clone(),
        false if is_guessed => Dialect::of(Dialect::BOTH),
        false => return None,
    };
    Some((day, to))
}

/// Whether something would be left to the author, or wrong that is not wrong already.
fn has_faults(snapshot: &Snapshot, migration: &Migration) -> bool {
    let is_known = |each: &Diagnostic| {
        let mut there = snapshot.analysis.diagnostics.iter();
        there.any(|other| other.code == each.code && other.message == each.message)
    };
    let mut found = migration.diagnostics.iter();
    found.any(|each| each.severity != Severity::Note && !is_known(each))
}

/// An edit in the snapshot's text; none if that is another one.
fn here(snapshot: &Snapshot, sources: &SourceMap, edit: &Edit) -> Option<Edit> {
    let other = sources.file(edit.span.start)?;
    let file = snapshot.file(&other.path)?;
    let bytes = other.range(edit.span);
    let span = file.span(bytes.start as u32, bytes.end as u32);
    (file.text == other.text).then(|| Edit::replace(span, edit.text.clone()))
}

/// Edits that touch each other made one: not every editor keeps their order.
fn together(edits: Vec<Edit>) -> Vec<Edit> {
    let mut all: Vec<Edit> = vec![];
    for edit in edits {
        match all
            .last_mut()
            .filter(|last| last.span.end == edit.span.start)
        {
            Some(last) => {
                last.span.end = edit.span.end;
                last.text.push_str(&edit.text);
            }
            None => all.push(edit),
        }
    }
    all
}
