//! From `services.<service>.<instance>` to `instances.<service>-<instance>`: where things are written in, edits and findings out.
//!
//! 1. [`fate`] tells of each name of the old form where it goes, from the roles that machines fill and from what the new services can be told.
//! 2. [`sites`] finds the statements in the files that write these names.
//! 3. [`blocked`] tells which instances cannot be converted in their text, and leaves them as they are.
//! 4. [`rewrite`] turns each statement into edits; comments and layout stay. [`json`] does the same for `inventory.json`.
//!
//! What has no mechanical answer is a finding at its place, and marked in the text by a comment `# migrate: …`.

mod blocked;
mod fate;
mod json;
mod layout;
mod modules;
mod problem;
mod rewrite;
mod settings;
mod sites;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use model::written::Written;
use resolve::view::Resolution;
use source::{Diagnostic, Edit, SourceMap};

use crate::fate::Rules;
use crate::sites::Sites;

/// What is to be converted.
pub struct Input<'i> {
    /// The texts.
    pub sources: &'i SourceMap,
    /// Every name below `services`, and where it stands.
    pub written: &'i [Written],
    /// Who fills which role today.
    pub resolution: &'i Resolution,
    /// What takes the place of each module that is used, by its name.
    pub successors: &'i BTreeMap<String, Successor>,
    /// The clan directory, that module paths given as strings start from.
    pub directory: &'i Path,
    /// Whether the clan-core that is written for takes a list of tags.
    pub has_tag_lists: bool,
    /// The instance that is converted, by service and name, while the others stay; none for all.
    pub only: Option<&'i (String, String)>,
}

/// What takes the place of a module of the services generation.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Successor {
    /// `module.name`
    pub name: String,
    /// `module.input`; none for clan-core's own.
    pub input: Option<String>,
    /// Whether there is such a service; else it is yet to be written, or to be chosen.
    pub exists: bool,
    /// Whether the module is the clan's own.
    pub is_own: bool,
    /// What each role can be told; none if that is not known.
    pub roles: Option<BTreeMap<String, BTreeSet<String>>>,
}

/// What is to be done.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The changes of all files, in the order of their places.
    pub edits: Vec<Edit>,
    /// What cannot be converted, or not in whole.
    pub diagnostics: Vec<Diagnostic>,
    /// Each instance that was found and what it is called afterwards; none if it stays as it is.
    pub instances: BTreeMap<(String, String), Option<String>>,
}

/// Plans the conversion.
pub fn plan(input: &Input<'_>) -> Plan {
    let mut sites = Sites::find(input);
    let mut rules = Rules::new(input);
    settings::decide(input, &sites, &mut rules);
    blocked::decide(input, &mut sites, &mut rules);
    let mut plan = rewrite::rewrite(input, &sites, &rules);
    json::rewrite(input, &sites, &rules, &mut plan);
    plan.edits
        .sort_by_key(|edit| (edit.span.start, edit.span.end));
    for edit in &mut plan.edits {
        end_lines_as_there(input.sources, edit);
    }
    plan.instances = rules.names();
    plan
}

/// Ends the lines of a new text as its file does.
fn end_lines_as_there(sources: &SourceMap, edit: &mut Edit) {
    let file = sources.file(edit.span.start);
    if file.is_some_and(|file| file.text.contains("\r\n")) {
        edit.text = edit.text.replace("\r\n", "\n").replace('\n', "\r\n");
    }
}
