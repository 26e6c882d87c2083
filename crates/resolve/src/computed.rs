//! What clan-core's own code computed takes the place of what the rules here gave.
//!
//! clan-core decides on machines, tags, members and settings; reasons, places and explanations stay those of the rules here. What is unknown on one
//! side is taken from the other. Where both are known and differ, a finding says so.

use std::sync::Arc;

use indexmap::IndexMap;
use model::Computed;
use model::computed::{ComputedInstance, ComputedMachine, ComputedRole};
use model::data::Data;
use source::{Diagnostic, Span};

use crate::resolve::{carriers_by_tag, memberships};
use crate::view::{InstanceView, MachineView, MemberView, Resolution, RoleView, TagView};

/// clan-core's own code computes something else than the rules here.
pub const DIFFERS: &str = "differs-from-clan-core";

/// Puts what was computed in its place. Returns what differs.
pub fn adopt(resolution: &mut Resolution, computed: &Computed) -> Vec<Diagnostic> {
    let mut adoption = Adoption { found: vec![] };
    resolution.is_computed = computed.failures.is_empty();
    if let Some(machines) = &computed.machines {
        adoption.machines(&mut resolution.machines, machines);
    }
    for instance in &computed.instances {
        adoption.instance(&mut resolution.instances, instance);
    }
    if !adoption.found.is_empty() {
        resolution.tags = carriers_by_tag(resolution.tags.keys(), &resolution.machines);
        let mut memberships = memberships(&resolution.instances);
        for (name, machine) in &mut resolution.machines {
            machine.memberships = memberships.remove(name.as_str()).unwrap_or_default();
        }
    }
    adoption.found
}

struct Adoption {
    found: Vec<Diagnostic>,
}

impl Adoption {
    fn differs(&mut self, span: Span, message: String) {
        let finding = Diagnostic::warning(DIFFERS, message);
        self.found.push(match span.some() {
            Some(span) => finding.label(span, "by the rules of this program"),
            None => finding,
        });
    }

    fn machines(
        &mut self,
        ours: &mut IndexMap<String, MachineView>,
        computed: &IndexMap<String, ComputedMachine>,
    ) {
        ours.retain(|name, machine| {
            let is_there = computed.contains_key(name);
            if !is_there {
                let message = format!("clan-core has no machine `{name}`");
                self.differs(machine.span, message);
            }
            is_there
        });
        for (name, machine) in computed {
            let ours = ours.entry(name.clone()).or_insert_with(|| {
                self.differs(Span::NONE, format!("clan-core has a machine `{name}`"));
                unplaced(machine)
            });
            ours.class.clone_from(&machine.class);
            let same = ours.tags.iter().map(|tag| &tag.name).eq(&machine.tags);
            if !same {
                let message = format!(
                    "clan-core gives `{name}` the tags {}, not {}",
                    listed(machine.tags.iter().map(String::as_str)),
                    listed(ours.tags.iter().map(|tag| &*tag.name)),
                );
                self.differs(ours.span, message);
                let tags = machine.tags.iter().map(|name| {
                    let known = ours.tags.iter().find(|tag| tag.name == *name);
                    known.cloned().unwrap_or_else(|| unplaced_tag(name))
                });
                ours.tags = tags.collect();
            }
        }
        ours.sort_keys();
    }

    fn instance(&mut self, ours: &mut [InstanceView], computed: &ComputedInstance) {
        let name = &computed.name;
        let found = ours.iter_mut().find(|instance| {
            instance.generation == computed.generation
                && instance.service == computed.service
                && instance.input == computed.input
                && instance.instance == *name
        });
        let Some(ours) = found else {
            let service = &computed.service;
            let message = format!("clan-core has an instance `{name}` of `{service}`");
            return self.differs(Span::NONE, message);
        };
        for (role, computed) in &computed.roles {
            let path = format!("role `{role}` of `{name}`");
            let instance = ours.span;
            let ours = ours.roles.entry(role.clone()).or_insert_with(|| {
                self.differs(instance, format!("clan-core has a {path}"));
                RoleView::default()
            });
            let span = ours.span.some().unwrap_or(instance);
            self.role(ours, computed, &path, span);
        }
    }

    fn role(&mut self, ours: &mut RoleView, computed: &ComputedRole, path: &str, span: Span) {
        if ours.members != computed.members {
            let message = format!(
                "clan-core's members of {path} are {}, not {}",
                listed(computed.members.iter().map(String::as_str)),
                listed(ours.members.iter().map(String::as_str)),
            );
            self.differs(span, message);
            ours.members.clone_from(&computed.members);
            ours.machines
                .retain(|name, _| computed.members.contains(name));
            for name in &computed.members {
                ours.machines.entry(name.clone()).or_default();
            }
        }
        for (machine, settings) in &computed.settings {
            if let Some(member) = ours.machines.get_mut(machine) {
                self.settings(member, settings, &format!("`{machine}` in {path}"), span);
            }
        }
    }

    fn settings(&mut self, member: &mut MemberView, computed: &Data, path: &str, span: Span) {
        let Some(ours) = &member.settings else {
            member.settings = Some(Arc::new(computed.clone()));
            return;
        };
        let mut differing = vec![];
        let united = unite(ours, computed, &mut vec![], &mut differing);
        if let Some(first) = differing.first() {
            let more = match differing.len() {
                1 => String::new(),
                number => format!(" and {} more", number - 1),
            };
            let span = member.span().some().unwrap_or(span);
            let message = format!("clan-core computes another `{first}`{more} for {path}");
            self.differs(span, message);
        }
        member.settings = Some(Arc::new(united));
    }
}

/// The settings that clan-core has, with ours where its are unknown; the paths of those that differ are taken down.
fn unite(ours: &Data, computed: &Data, path: &mut Vec<String>, found: &mut Vec<String>) -> Data {
    match (ours, computed) {
        (ours, Data::Unknown { .. }) => ours.clone(),
        (Data::Unknown { .. }, computed) => computed.clone(),
        (Data::Function(_), Data::Function(_)) => ours.clone(),
        (Data::List(ours), Data::List(computed)) if ours.len() == computed.len() => {
            let both = ours.iter().zip(computed).enumerate();
            let united = both.map(|(number, (ours, computed))| {
                path.push(number.to_string());
                let united = unite(ours, computed, path, found);
                path.pop();
                united
            });
            Data::List(united.collect())
        }
        (Data::Set(attrs), Data::Set(computed)) => {
            for (name, _, value) in attrs {
                let is_there = computed.iter().any(|(other, _, _)| other == name);
                if !is_there && !matches!(value, Data::Unknown { .. }) {
                    found.push(joined(path, name));
                }
            }
            let united = computed.iter().filter_map(|(name, place, value)| {
                let value = match (ours.get(name), value) {
                    (Some(ours), value) => {
                        path.push(name.clone());
                        let united = unite(ours, value, path, found);
                        path.pop();
                        united
                    }
                    // An option that was removed: it fails when it is read.
                    (None, Data::Unknown { .. }) => return None,
                    (None, value) => {
                        found.push(joined(path, name));
                        value.clone()
                    }
                };
                Some((name.clone(), *place, value))
            });
            Data::Set(united.collect())
        }
        (ours, computed) => {
            if !is_same(ours, computed) {
                found.push(path.join("."));
            }
            computed.clone()
        }
    }
}

fn is_same(ours: &Data, computed: &Data) -> bool {
    match (ours, computed) {
        #[expect(clippy::cast_precision_loss, reason = "as JSON has it")]
        (Data::Int(whole), Data::Float(float)) | (Data::Float(float), Data::Int(whole)) => {
            *whole as f64 == *float
        }
        _ => ours == computed,
    }
}

fn joined(path: &[String], name: &str) -> String {
    let names = path.iter().map(String::as_str).chain([name]);
    names.collect::<Vec<_>>().join(".")
}

fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.len() {
        0 => "none".to_owned(),
        _ => names.join(", "),
    }
}

fn unplaced(machine: &ComputedMachine) -> MachineView {
    MachineView {
        span: Span::NONE,
        class: machine.class.clone(),
        tags: machine.tags.iter().map(|tag| unplaced_tag(tag)).collect(),
        tags_gap: None,
        sources: vec![],
        memberships: vec![],
        config: None,
    }
}

fn unplaced_tag(name: &str) -> TagView {
    TagView {
        name: name.to_owned(),
        span: Span::NONE,
        computed: true,
    }
}
