//! From `services` to `instances`: the plan, its new texts, and whether these say the same.
//!
//! The new texts are analysed as well, before anybody writes them: who fills which role must be what it was.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use migrate::{Input, Plan, Successor, plan};
use model::inventory::Generation;
use model::{Catalogue, Dialect};
use resolve::Resolution;
use resolve::view::InstanceView;
use source::files::memory::Memory;
use source::files::overlay::Overlay;
use source::{Diagnostic, Edit, Files, Severity, SourceMap, edit};

use crate::analysis::{AnalysedClan, Analysis, Entry, Request, analyse};
use crate::session::Options;

/// What came of it.
#[derive(Clone, Debug)]
pub struct Migration {
    /// The clan as it is.
    pub before: Analysis,
    /// The files that change, by path.
    pub files: Vec<NewText>,
    /// The changes that make them so, in the order of their places.
    pub edits: Vec<Edit>,
    /// What is left to the author, and what is wrong with the new texts.
    pub diagnostics: Vec<Diagnostic>,
    /// Each instance of the old form, and its new name; none for one that stays.
    pub instances: BTreeMap<(String, String), Option<String>>,
    /// How many things are left to the author.
    pub marks: usize,
    /// Why the clan as it is cannot be evaluated: what is to be converted has to be known first.
    pub errors: Vec<Diagnostic>,
    /// Whether the new texts can be written: they have no errors that the old ones lack, but for what is left to the author.
    pub is_sound: bool,
}

/// The codes of what is left to the author: the text is right, and what it asks for is yet to be made.
const LEFT_TO_AUTHOR: &[&str] = &["removed-option", "unknown-module", "missing-value"];

/// A file and what it is to say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewText {
    /// Where it lies.
    pub path: PathBuf,
    /// What it says now.
    pub before: Vec<u8>,
    /// What it is to say.
    pub after: Vec<u8>,
}

/// Plans the migration of what `request` points at, to the clan-core of the day `to`: of all instances, or of one only, by service and name.
///
/// Shape: without a clan nothing changes. Of one that has errors the plan is a guess, which these errors go with.
pub fn migrate(
    files: &dyn Files,
    sources: &Arc<SourceMap>,
    options: &Options,
    request: &Request,
    to: &Dialect,
    only: Option<&(String, String)>,
) -> Migration {
    let (request, own) = with_services(files, sources, options, request);
    let before = analyse(files, sources, options.clone(), &request);
    let mut migration = Migration {
        diagnostics: vec![],
        files: vec![],
        edits: vec![],
        instances: BTreeMap::new(),
        marks: 0,
        errors: errors_of(&before, own.as_ref()),
        is_sound: true,
        before,
    };
    let Some(clan) = migration.before.clan.as_ref() else {
        return migration;
    };
    let plan = planned(files, sources, &request, &migration.before, clan, to, only);
    let Some(new) = new_texts(sources, &plan) else {
        let message = "the changes overlap";
        migration
            .diagnostics
            .push(Diagnostic::error("internal-error", message));
        return migration;
    };
    migration.marks = plan.diagnostics.len();
    migration
        .diagnostics
        .extend(plan.diagnostics.iter().cloned());
    if !new.is_empty() {
        let findings = verified(
            files,
            sources,
            options,
            &request,
            to,
            &new,
            &migration.before,
            &plan,
        );
        let is_left = |each: &Diagnostic| LEFT_TO_AUTHOR.contains(&each.code);
        let errors = |each: &&Diagnostic| each.severity == Severity::Error;
        // All else that is left has its mark.
        let missing = findings.iter().filter(|each| each.code == "missing-value");
        migration.marks += missing.count();
        migration.is_sound = findings.iter().filter(errors).all(is_left);
        migration.diagnostics.extend(findings);
    }
    migration.files = new;
    migration.edits = plan.edits;
    migration.instances = plan.instances;
    migration
}

/// The codes of texts that cannot be evaluated, so that what they say is not known.
const NOT_EVALUATED: &[&str] = &[
    "aborted",
    "duplicate-attribute",
    "evaluation-error",
    "failed-assertion",
    "infinite-recursion",
    "invalid-json",
    "io-error",
    "limit-exceeded",
    "missing-attribute",
    "missing-semicolon",
    "module-syntax",
    "no-such-file",
    "not-a-module",
    "syntax",
    "thrown",
    "undefined-variable",
];

/// The errors of a clan that keep its text from being known. Where it was read as another clan-core than its own, only what is wrong in both.
fn errors_of(before: &Analysis, own: Option<&Analysis>) -> Vec<Diagnostic> {
    let errors = before.diagnostics.iter();
    let errors = errors
        .filter(|each| each.severity == Severity::Error && NOT_EVALUATED.contains(&each.code));
    let is_own = |each: &&Diagnostic| own.is_none_or(|own| has(own, each));
    errors.filter(is_own).cloned().collect()
}

/// Whether an analysis found the same.
fn has(analysis: &Analysis, found: &Diagnostic) -> bool {
    let mut others = analysis.diagnostics.iter();
    others.any(|other| other.code == found.code && other.message == found.message)
}

/// The request, read as a clan-core that has `services`; and what the clan's own makes of it, where that has none.
fn with_services(
    files: &dyn Files,
    sources: &Arc<SourceMap>,
    options: &Options,
    request: &Request,
) -> (Request, Option<Analysis>) {
    let mut request = Request {
        written: true,
        ..request.clone()
    };
    if request.dialect.as_ref().is_some_and(Dialect::has_services) {
        return (request, None);
    }
    let own = analyse(files, sources, options.clone(), &request);
    let day = own.clan.as_ref().map(|clan| &clan.resolution.dialect);
    let day = day.and_then(|day| Dialect::parse(day));
    match day.filter(Dialect::has_services) {
        Some(day) => {
            request.dialect = Some(day);
            (request, None)
        }
        None => {
            request.dialect = Some(Dialect::of(Dialect::BOTH));
            (request, Some(own))
        }
    }
}

fn planned(
    files: &dyn Files,
    sources: &SourceMap,
    request: &Request,
    before: &Analysis,
    clan: &AnalysedClan,
    to: &Dialect,
    only: Option<&(String, String)>,
) -> Plan {
    let input = before.inputs.iter().find(|input| input.is_clan_core);
    let input = input.map(|input| input.name.clone());
    let services = clan.written.iter().filter(|each| each.path.len() == 2);
    let services = services.filter_map(|each| each.path.get(1));
    let successors = services.map(|service| {
        let successor = successor(
            files,
            request.services.as_deref(),
            service,
            input.clone(),
            to,
        );
        (service.clone(), successor)
    });
    plan(&Input {
        sources,
        written: &clan.written,
        resolution: &clan.resolution,
        successors: &successors.collect(),
        directory: &clan.directory,
        has_tag_lists: to.since("2025-08-25"),
        only,
    })
}

/// What takes the place of a module.
fn successor(
    files: &dyn Files,
    services: Option<&Path>,
    module: &str,
    input: Option<String>,
    to: &Dialect,
) -> Successor {
    let catalogue = Catalogue::get();
    let lies_in = |directory: &Path, kind: &str| {
        let kind = files.kind(&directory.join(kind).join(module));
        matches!(kind, Ok(Some(_)))
    };
    let is_own = match services {
        Some(directory) => !lies_in(directory, "clanModules"),
        None => !catalogue.legacy_names().iter().any(|name| name == module),
    };
    let name = match services {
        _ if is_own => None,
        Some(directory) => lies_in(directory, "clanServices").then(|| module.to_owned()),
        None => catalogue.successor(module),
    };
    let roles = name.as_ref().filter(|_| services.is_none());
    Successor {
        exists: name.is_some(),
        is_own,
        input: if is_own {
            Some("self".to_owned())
        } else {
            input
        },
        roles: roles.and_then(|name| catalogue.modern_settings(name, to)),
        name: name.unwrap_or_else(|| module.to_owned()),
    }
}

/// The files with their edits applied.
fn new_texts(sources: &SourceMap, plan: &Plan) -> Option<Vec<NewText>> {
    let mut by_file: BTreeMap<PathBuf, Vec<&Edit>> = BTreeMap::new();
    for edit in &plan.edits {
        let file = sources.file(edit.span.start)?;
        by_file.entry(file.path.clone()).or_default().push(edit);
    }
    let mut new = vec![];
    for (path, edits) in by_file {
        let file = sources.file(edits.first()?.span.start)?;
        let before = file.bytes().to_owned();
        let after = edit::apply(&file, edits)?;
        if before != after {
            new.push(NewText {
                path,
                before,
                after,
            });
        }
    }
    Some(new)
}

#[expect(
    clippy::too_many_arguments,
    reason = "both analyses and what lies between them"
)]
fn verified(
    files: &dyn Files,
    sources: &Arc<SourceMap>,
    options: &Options,
    request: &Request,
    to: &Dialect,
    new: &[NewText],
    before: &Analysis,
    plan: &Plan,
) -> Vec<Diagnostic> {
    let mut over = Memory::new();
    for text in new {
        over.insert(&text.path, text.after.clone());
    }
    let files = Overlay::new(over, files);
    let mut request = Request {
        dialect: Some(to.clone()),
        written: false,
        ..request.clone()
    };
    if let Entry::Text(path, text) = &mut request.target
        && let Some(new) = new.iter().find(|new| new.path == *path)
    {
        *text = new.after.clone();
    }
    let after = analyse(&files, sources, options.clone(), &request);
    let errors = after
        .diagnostics
        .iter()
        .filter(|each| each.severity == Severity::Error);
    let mut found: Vec<Diagnostic> = errors.filter(|each| !has(before, each)).cloned().collect();
    let before_fails = before.has_errors();
    if let (Some(before), Some(after)) = (&before.clan, &after.clan) {
        // What failed before may well be another thing now.
        let severity = match before_fails {
            true => Severity::Warning,
            false => Severity::Error,
        };
        let both = (&before.resolution, &after.resolution);
        let differences = differences(both, plan, to.has_services());
        found.extend(
            differences
                .into_iter()
                .map(|message| Diagnostic::new(severity, "members-differ", message)),
        );
    }
    found
}

/// The members that an instance had and has not, or the other way round: of those that are converted, and where `services` are still heard of the others.
fn differences(
    (before, after): (&Resolution, &Resolution),
    plan: &Plan,
    has_services: bool,
) -> Vec<String> {
    let mut found = vec![];
    for ((service, instance), name) in &plan.instances {
        let is_old = |each: &InstanceView| {
            let is_of_services = each.generation == Generation::Services;
            is_of_services && each.service == *service && each.instance == *instance
        };
        let was = members(before, is_old);
        let (name, is) = match name {
            Some(name) => (name, members(after, |each| each.instance == *name)),
            None if has_services => (instance, members(after, is_old)),
            None => continue,
        };
        for (role, machine) in was.symmetric_difference(&is) {
            // Of a machine that the inventory lacks, nothing is built.
            let machines = [&before.machines, &after.machines];
            if !machines
                .iter()
                .any(|machines| machines.contains_key(machine))
            {
                continue;
            }
            let verb = match was.contains(&(role.clone(), machine.clone())) {
                true => "is no longer",
                false => "becomes",
            };
            found.push(format!("`{machine}` {verb} `{role}` of `{name}`"));
        }
    }
    found
}

/// Who fills which role of the instances that are meant.
fn members(
    resolution: &Resolution,
    is_meant: impl Fn(&InstanceView) -> bool,
) -> BTreeSet<(String, String)> {
    let instances = resolution.instances.iter().filter(|each| is_meant(each));
    let roles = instances.flat_map(|each| &each.roles);
    let members = roles.flat_map(|(role, view)| {
        view.machines
            .keys()
            .map(move |machine| (role.clone(), machine.clone()))
    });
    members.collect()
}
