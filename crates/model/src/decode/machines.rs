//! Machines and tags.

use std::collections::BTreeSet;

use nix_frontend::eval::{At, Attr, ErrorKind, EvalError, Value};
use nix_lib::modules::level::Child;
use source::{Diagnostic, Span};

use super::gaps::texts_of;
use super::{Decoder, Named, faults};
use crate::assemble::{entries, name_span};
use crate::dialect::Fact;
use crate::inventory::{Gap, Machine, Source, Sourced, Tag};

/// Who carries each tag of `inventory.tags` by it.
pub(super) type Tags = Named<Sourced<Vec<Sourced<String>>>>;

/// A machine with the place of its name, its value, and what an error leaves unknown of it.
type MachineValue<'a> = (String, Span, Value<'a>, Option<Gap>);

impl<'a> Decoder<'a, '_> {
    /// `inventory.tags`: who carries each tag by it.
    pub(super) fn tags(&mut self, inventory: Value<'a>) -> (Tags, Named<Gap>) {
        let (mut tags, mut gaps) = (Tags::default(), Named::default());
        let there = self.clan.dialect.has(Fact::Tags);
        let Some(set) = there.then(|| self.attr(inventory, "tags")).flatten() else {
            return (tags, gaps);
        };
        let entries = entries(self.evaluator, set);
        let (mut loops, mut first) = (vec![], None);
        for (name, attr) in self.tell(entries).unwrap_or_default() {
            let span = name_span(self.evaluator, attr.place);
            let (members, failures) = texts_of(self.evaluator, attr.value, span);
            for error in failures {
                let gap = Gap::of(&error).unwrap_or_else(|| Gap {
                    name: format!("inventory.tags.{name}"),
                    because: format!("the tag `{name}` cannot be computed"),
                });
                gaps.insert(name.clone(), gap);
                if error.kind == ErrorKind::InfiniteRecursion {
                    loops.push(Sourced::new(name.clone(), span));
                    first.get_or_insert(error);
                } else {
                    self.report(&error);
                }
            }
            tags.insert(name, Sourced::new(members, span));
        }
        if let Some(error) = first {
            self.diagnostics.push(endless(&error, &loops));
        }
        (tags, gaps)
    }

    /// The machines, and what an error leaves unknown of them.
    pub(super) fn machines(
        &mut self,
        inventory: Value<'a>,
        tags: &Tags,
    ) -> (Named<Machine>, Option<Gap>) {
        let (set, gap) = self.machine_set(inventory);
        let sources = self.sources(inventory);
        let mut machines = Named::default();
        for (name, span, value, fault) in self.machine_values(set) {
            let class = self.text(value, "machineClass");
            let class = class.map_or_else(|| "nixos".to_owned(), |class| class.value);
            let (written, tags_gap) = self.machine_tags(value, &name, tags);
            let list = self.evaluator.force_attrs(value).ok();
            let list = list.and_then(|attrs| attrs.get(self.evaluator.symbol("tags")));
            let list = list.map_or(Span::NONE, |attr| name_span(self.evaluator, attr.place));
            let carried = written
                .into_iter()
                .map(|tag| tag_of(tag, list, &name, tags))
                .collect();
            let sources = sources.get(&name).cloned().unwrap_or_default();
            machines.insert(
                name,
                Machine {
                    span,
                    class,
                    tags: carried,
                    tags_gap: fault.or(tags_gap),
                    sources: sources.into_iter().collect(),
                },
            );
        }
        (machines, gap)
    }

    /// The set of all machines, or what an error in it leaves unknown.
    fn machine_set(&mut self, inventory: Value<'a>) -> (Vec<(String, &'a Attr<'a>)>, Option<Gap>) {
        let evaluator = self.evaluator;
        let set = evaluator.force_attrs(inventory);
        let Ok(Some(set)) = set.map(|set| set.value(evaluator.symbol("machines"))) else {
            return (vec![], Some(faults::no_machines()));
        };
        match entries(evaluator, set) {
            Ok(named) => (named, None),
            Err(error) => {
                self.report(&error);
                (vec![], Some(faults::in_machines(&error)))
            }
        }
    }

    /// The machines by name. One that cannot be read is there all the same, and empty, with what that leaves unknown.
    fn machine_values(&mut self, named: Vec<(String, &'a Attr<'a>)>) -> Vec<MachineValue<'a>> {
        let mut machines = vec![];
        for (name, attr) in named {
            let span = name_span(self.evaluator, attr.place);
            let (value, fault) = match self.evaluator.force(attr.value).at(span) {
                Ok(value) => (value, None),
                Err(error) => {
                    self.report(&error);
                    let fault = faults::in_tags(&error, &name);
                    (self.evaluator.attrs(vec![]), Some(fault))
                }
            };
            machines.push((name, span, value, fault));
        }
        machines
    }

    /// What brought each machine into the inventory.
    fn sources(&mut self, inventory: Value<'a>) -> Named<BTreeSet<Source>> {
        let mut sources: Named<BTreeSet<Source>> = Named::default();
        let mut add = |name: &str, source| {
            sources.entry(name.to_owned()).or_default().insert(source);
        };
        for folder in &self.clan.folders {
            add(folder, Source::Directory);
        }
        if let Some(json @ Value::Attrs(_)) = self.clan.json {
            let machines = self.attr(json, "machines");
            if let Some(Ok(machines)) = machines.map(|set| entries(self.evaluator, set)) {
                for (name, _) in machines {
                    add(&name, Source::Json);
                }
            }
        }
        let option = self.attr(self.clan.config, "machines");
        if let Some(Ok(machines)) = option.map(|set| entries(self.evaluator, set)) {
            for (name, _) in machines {
                add(&name, Source::MachinesOption);
            }
        }
        for (name, source) in self.written_machines(inventory) {
            add(&name, source);
        }
        sources
    }

    /// The machines that some file other than `inventory.json` defines in `inventory.machines`; other JSON counts as JSON.
    fn written_machines(&mut self, inventory: Value<'a>) -> Vec<(String, Source)> {
        let evaluator = self.evaluator;
        let Some(evaluation) = self.library.modules.evaluation_of(inventory) else {
            return vec![];
        };
        let Some(root) = self.tell(evaluation.root(evaluator)) else {
            return vec![];
        };
        let name = evaluator.symbol("machines");
        let child = root.child(evaluator, self.library.modules, name);
        let Some(Some(Child::Option(option))) = self.tell(child) else {
            return vec![];
        };
        let Some(finals) = self.tell(option.finals(evaluator)) else {
            return vec![];
        };
        let mut names = vec![];
        for definition in finals.winners {
            let Ok(machines) = entries(evaluator, definition.value) else {
                continue;
            };
            for (name, attr) in machines {
                let file = evaluator.session.sources.file(attr.place);
                let written = file.is_some_and(|file| {
                    !crate::assemble::is_schema(&file.path)
                        && file.path != self.clan.directory.join("inventory.json")
                });
                let source = if definition.file.ends_with(b".json") {
                    Source::Json
                } else {
                    Source::Inventory
                };
                let unplaced = attr.place.is_none() && definition.file != b"lib/modules.nix";
                let own = definition.file.starts_with(b"machines/");
                if written || (unplaced && !own && !is_synthetic(definition.file)) {
                    names.push((name, source));
                }
            }
        }
        names
    }
}

/// One finding for all tags that need themselves.
fn endless(error: &EvalError, tags: &[Sourced<String>]) -> Diagnostic {
    let names: Vec<String> = tags.iter().map(|tag| format!("`{}`", tag.value)).collect();
    let message = match names.as_slice() {
        [only] => format!("the tag {only} depends on itself"),
        names => format!(
            "the tags {} depend on each other without end",
            names.join(", ")
        ),
    };
    let found = error.diagnostic();
    let mut finding = Diagnostic::error(found.code, message);
    for tag in tags.iter().filter(|tag| !tag.span.is_none()) {
        finding = finding.label(tag.span, format!("`{}` needs itself", tag.value));
    }
    finding.labels.extend(found.labels);
    finding.trace = found.trace;
    finding.help("the `tags` of a machine hold the computed ones too: choose machines by name, by `machineClass`, or tag them where they are defined")
}

/// Definitions that the schema makes by function have no place and no file of the user's.
fn is_synthetic(file: &[u8]) -> bool {
    file.is_empty() || file == b"<unknown-file>" || file.ends_with(b"inventory.json")
}

/// A tag of a machine. Where neither the machine nor `inventory.tags` says it in a file, clan computes it.
fn tag_of(written: Sourced<String>, list: Span, machine: &str, tags: &Tags) -> Tag {
    let listed = tags.get(&written.value).and_then(|tag| {
        let member = tag.value.iter().find(|member| member.value == machine)?;
        Some(if member.span.is_none() {
            tag.span
        } else {
            member.span
        })
    });
    // A string that no file says has the place of its list; if the inventory gives the tag, that is not where it comes from.
    let at_machine = written.span != list || listed.is_none();
    Tag {
        span: if at_machine {
            written.span
        } else {
            listed.unwrap_or(Span::NONE)
        },
        computed: listed.is_some() && !at_machine,
        name: written.value,
    }
}
