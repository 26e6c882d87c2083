//! Machines and tags that a role asks for and nobody is, and what was probably meant.
//!
//! A name that is one of the other kind was meant so: no machine is `all`, that is a tag. Else the nearest name of its own kind may have been
//! meant, else the nearest of the other.

use indexmap::IndexMap;
use model::Fact;
use model::inventory::{Generation, Instance, Machine, Role, Sourced};
use source::spelling::attribute;
use source::{Diagnostic, Edit, Fix, SourceMap, Span, suggest};

use crate::membership::{Fleet, path_of};

/// Where somebody is asked for who is not there.
#[derive(Clone, Copy)]
pub struct Missing<'m, 'a> {
    /// Who is there.
    pub fleet: Fleet<'m, 'a>,
    /// The instance that asks.
    pub instance: &'m Instance<'a>,
    /// The role that asks, with its name.
    pub role: (&'m str, &'m Role<'a>),
}

impl Missing<'_, '_> {
    /// The finding on a machine that the inventory does not have.
    pub fn machine(self, machine: &Sourced<String>) -> Diagnostic {
        let (role_name, role) = self.role;
        let name = &machine.value;
        let machines = &self.fleet.inventory.machines;
        let label = format!(
            "named in role `{role_name}` of `{}`",
            path_of(self.instance)
        );
        let finding = unknown_machine(machine, label);
        if self.is_tag(name) {
            return self.is_a_tag(finding, machine, name);
        }
        let near = suggest::nearest(name, machines.keys().map(String::as_str));
        if let (None, Some(tag)) = (near, self.nearest_tag(name)) {
            return self.is_a_tag(finding, machine, tag);
        }
        // To name a machine twice would be a fault of its own.
        let is_free = |near: &str| role.machines.iter().all(|each| each.value != near);
        nearest_machine(finding, machine, machines, self.fleet.sources, is_free)
    }

    /// The finding on a tag that nobody carries.
    pub fn tag(self, tag: &Sourced<String>, is_error: bool) -> Diagnostic {
        let carriers = self.fleet.carriers;
        let name = &tag.value;
        let message = format!("no machine carries the tag `{name}`");
        let finding = match is_error {
            true => Diagnostic::error("unknown-tag", message),
            false => Diagnostic::warning("unknown-tag", message),
        };
        let path = path_of(self.instance);
        let label = format!("selects nobody for role `{}` of `{path}`", self.role.0);
        let finding = finding.label(tag.span, label);
        let machines = &self.fleet.inventory.machines;
        if machines.contains_key(name) {
            return self.is_a_machine(finding, tag, name);
        }
        if let Some(nearest) = self.nearest_tag(name) {
            let fix = suggest::rename(self.fleet.sources, tag.span, name, nearest, false);
            return finding.meant(nearest, fix);
        }
        if let Some(near) = suggest::nearest(name, machines.keys().map(String::as_str)) {
            return self.is_a_machine(finding, tag, near);
        }
        if carriers.tags().is_empty() {
            return finding.help(format!("give a machine `tags = [ \"{name}\" ];`"));
        }
        finding.help(format!("the tags are: {}", carriers.tags().join(", ")))
    }

    fn is_tag(self, name: &str) -> bool {
        self.fleet.carriers.tags().contains(&name)
    }

    fn nearest_tag(&self, name: &str) -> Option<&str> {
        let tags = self.fleet.carriers.tags();
        suggest::nearest(name, tags.iter().copied())
    }

    /// Says that a tag was meant, and how a role takes its carriers.
    fn is_a_tag(self, finding: Diagnostic, machine: &Sourced<String>, tag: &str) -> Diagnostic {
        let (role_name, role) = self.role;
        let name = &machine.value;
        let help = match role.tags.is_empty() {
            true => format!("`{tag}` is a tag: write `roles.{role_name}.tags = [ \"{tag}\" ];`"),
            false => format!("`{tag}` is a tag: add it to `roles.{role_name}.tags`"),
        };
        // Settings of a machine would become those of a tag, which clan-core dropped for a while.
        let keeps =
            !role.machine_settings.contains_key(name) || self.fleet.dialect.has(Fact::TagSettings);
        let can_move = tag == name && role.tags.is_empty() && keeps;
        let fix = can_move.then(|| self.moved(machine, "machines", "tags"));
        finding.help(help).with_fixes(fix.flatten())
    }

    /// Says that a machine was meant, and how a role names it.
    fn is_a_machine(self, finding: Diagnostic, tag: &Sourced<String>, machine: &str) -> Diagnostic {
        let (role_name, role) = self.role;
        let name = &tag.value;
        let path = format!("roles.{role_name}.machines");
        let way = match self.instance.generation {
            Generation::Instances => {
                format!("write `{path}.{} = {{ }};`", attribute(machine))
            }
            Generation::Services if role.machines.is_empty() => {
                format!("write `{path} = [ \"{machine}\" ];`")
            }
            Generation::Services => format!("add it to `{path}`"),
        };
        let help = format!("`{machine}` is a machine: {way}");
        let can_move = machine == name && role.machines.is_empty();
        let fix = can_move.then(|| self.moved(tag, "tags", "machines"));
        finding.help(help).with_fixes(fix.flatten())
    }

    /// The change of `machines` into `tags`, or the other way round, where a name alone stands in it.
    fn moved(self, name: &Sourced<String>, from: &str, to: &str) -> Option<Fix> {
        let file = self.fleet.sources.file(name.span.some()?.start)?;
        let range = file.range(name.span);
        let quoted = file.slice(name.span).trim_matches('"') == name.value;
        let before = file
            .text
            .get(..range.start)?
            .trim_end_matches('"')
            .trim_end();
        let after = file
            .text
            .get(range.end..)?
            .trim_start_matches('"')
            .trim_start();
        let (stem, is_list) = match before.strip_suffix('[') {
            Some(opened) if after.starts_with(']') => {
                let opened = opened.trim_end().strip_suffix('=')?;
                (opened.trim_end(), true)
            }
            _ => (before.strip_suffix('.')?, false),
        };
        let start = stem.strip_suffix(from)?.len();
        let word = file.span(start as u32, stem.len() as u32);
        let mut edits = vec![Edit::replace(word, to)];
        let is_services = self.instance.generation == Generation::Services;
        if is_list && !is_services && to == "machines" {
            // There the names are those of attributes.
            let end = file.text.len() - after.len() + 1;
            let list = file.span(stem.len() as u32, end as u32);
            let text = format!(".{} = {{ }}", attribute(&name.value));
            edits.push(Edit::replace(list, text));
        }
        quoted.then(|| Fix {
            title: format!("write it under `{to}`"),
            safe: false,
            edits,
        })
    }
}

/// The finding on a machine that the inventory does not have.
pub fn unknown_machine(machine: &Sourced<String>, label: String) -> Diagnostic {
    let name = &machine.value;
    let message = format!("the inventory has no machine `{name}`");
    Diagnostic::warning("unknown-machine", message).label(machine.span, label)
}

/// Says which machine was probably meant, with the change into it where `is_free` allows that name.
pub fn nearest_machine(
    finding: Diagnostic,
    machine: &Sourced<String>,
    machines: &IndexMap<String, Machine>,
    sources: &SourceMap,
    is_free: impl Fn(&str) -> bool,
) -> Diagnostic {
    let name = &machine.value;
    let Some(nearest) = suggest::nearest(name, machines.keys().map(String::as_str)) else {
        return finding.help(format!("define `machines.{}`", attribute(name)));
    };
    let defined = machines.get(nearest).map_or(Span::NONE, |near| near.span);
    let fix = suggest::rename(sources, machine.span, name, nearest, false);
    finding
        .label(defined, format!("`{nearest}` is defined here"))
        .with_fixes(fix.filter(|_| is_free(nearest)))
        .help(format!(
            "write `{nearest}`, or define `machines.{}`",
            attribute(name)
        ))
}
