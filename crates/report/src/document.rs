//! The document of `resolve`.

use model::Data;
use model::inventory::Gap;
use resolve::view::{
    By, InstanceView, MachineView, MemberView, Membership, Resolution, RoleView, Via,
};
use serde_json::{Map, Value as Json, json};

use crate::json::{data, object};
use crate::place::Places;

/// The version of the document's shape.
pub const FORMAT_VERSION: &str = "1.0";

/// What the document says beside the resolution.
pub struct Surroundings<'s> {
    /// The clan directory, relative to what the user pointed at.
    pub directory: String,
    /// The findings, as `check --format json` gives them.
    pub diagnostics: Json,
    /// Names places and files.
    pub places: Places<'s>,
}

/// Makes the document.
pub fn document(resolution: &Resolution, surroundings: Surroundings<'_>) -> Json {
    let writer = Writer {
        places: surroundings.places,
    };
    let machines = resolution.machines.iter().map(|(name, machine)| {
        let view = writer.machine(machine, &resolution.instances);
        (name.clone(), view)
    });
    let machines = Json::Object(machines.collect());
    let instances = resolution.instances.iter();
    let instances: Vec<Json> = instances
        .map(|instance| writer.instance(instance))
        .collect();
    let checks: Vec<Json> = resolution
        .checks
        .iter()
        .map(|check| json!({ "id": check.id, "severity": "error", "message": check.message }))
        .collect();
    let computed_by = resolution
        .is_computed
        .then_some(("computed_by", json!("clan-core")));
    let parts = [
        ("format_version", json!(FORMAT_VERSION)),
        ("dialect", json!(resolution.dialect)),
        ("directory", json!(surroundings.directory)),
        ("meta", data(&resolution.meta, writer.places)),
        ("inventory", data(&resolution.inventory, writer.places)),
        ("machines", machines),
        ("instances", Json::Array(instances)),
        ("checks", Json::Array(checks)),
        ("unknown", unknown(resolution)),
        ("diagnostics", surroundings.diagnostics),
    ];
    object(parts.into_iter().chain(computed_by))
}

struct Writer<'s> {
    places: Places<'s>,
}

impl Writer<'_> {
    fn machine(&self, machine: &MachineView, instances: &[InstanceView]) -> Json {
        let tags: Vec<&str> = machine.tags.iter().map(|tag| tag.name.as_str()).collect();
        let sources: Vec<&str> = machine.sources.iter().map(|source| source.name()).collect();
        let memberships: Vec<Json> = machine
            .memberships
            .iter()
            .filter_map(|membership| membership_json(membership, instances))
            .collect();
        let mut object = Map::new();
        object.insert("class".to_owned(), json!(machine.class));
        object.insert("tags".to_owned(), json!(tags));
        object.insert("sources".to_owned(), json!(sources));
        object.insert("memberships".to_owned(), Json::Array(memberships));
        if let Some(config) = &machine.config {
            let config = config
                .iter()
                .map(|(service, config)| (service.clone(), data(config, self.places)));
            object.insert("config".to_owned(), Json::Object(config.collect()));
        }
        Json::Object(object)
    }

    fn instance(&self, instance: &InstanceView) -> Json {
        let roles = instance.roles.iter();
        let roles: Map<String, Json> = roles
            .map(|(name, role)| (name.clone(), self.role(role)))
            .collect();
        object([
            ("generation", json!(instance.generation.name())),
            ("service", json!(instance.service)),
            ("input", json!(instance.input)),
            ("instance", json!(instance.instance)),
            ("enabled", json!(instance.enabled)),
            ("roles", Json::Object(roles)),
        ])
    }

    fn role(&self, role: &RoleView) -> Json {
        let machines = role.machines.iter();
        let machines: Map<String, Json> = machines
            .map(|(name, member)| (name.clone(), self.member(member)))
            .collect();
        let extra: Vec<Json> = role
            .extra_modules
            .iter()
            .map(|each| data(each, self.places))
            .collect();
        object([
            ("members", json!(role.members)),
            ("machines", Json::Object(machines)),
            ("extra_modules", Json::Array(extra)),
        ])
    }

    fn member(&self, member: &MemberView) -> Json {
        let mut object = Map::new();
        object.insert("via".to_owned(), via_json(&member.via));
        if let Some(settings) = &member.settings {
            object.insert("settings".to_owned(), data(settings, self.places));
        }
        Json::Object(object)
    }
}

fn membership_json(membership: &Membership, instances: &[InstanceView]) -> Option<Json> {
    let instance = instances.get(membership.instance)?;
    Some(object([
        ("generation", json!(instance.generation.name())),
        ("service", json!(instance.service)),
        ("instance", json!(instance.instance)),
        ("role", json!(membership.role)),
        ("via", via_json(&membership.via)),
    ]))
}

pub(crate) fn via_json(via: &[Via]) -> Json {
    via.iter()
        .map(|via| match &via.by {
            By::Name => json!({ "by": "name" }),
            By::Tag(tag) => json!({ "by": "tag", "tag": tag }),
        })
        .collect()
}

/// Every place in the document whose value is not known.
fn unknown(resolution: &Resolution) -> Json {
    let mut found = vec![];
    collect(&resolution.inventory, "inventory", &mut found);
    let mut add = |path: String, gap: &Gap| {
        found.push(json!({ "path": path, "because": gap.because }));
    };
    for (path, gap) in &resolution.gaps {
        add(path.clone(), gap);
    }
    if let Some(gap) = &resolution.machines_gap {
        add("machines".to_owned(), gap);
    }
    for (name, machine) in &resolution.machines {
        if let Some(gap) = &machine.tags_gap {
            add(format!("machines.{name}.tags"), gap);
        }
    }
    for (number, instance) in resolution.instances.iter().enumerate() {
        for (role, view) in &instance.roles {
            if let Some(gap) = &view.gap {
                add(format!("instances.{number}.roles.{role}.members"), gap);
            }
        }
    }
    for (name, machine) in &resolution.machines {
        for (service, data) in machine.config.iter().flatten() {
            collect(
                data,
                &format!("machines.{name}.config.{service}"),
                &mut found,
            );
        }
    }
    for (number, instance) in resolution.instances.iter().enumerate() {
        for (role, view) in &instance.roles {
            for (machine, member) in &view.machines {
                let path = format!("instances.{number}.roles.{role}.machines.{machine}.settings");
                if let Some(settings) = &member.settings {
                    collect(settings, &path, &mut found);
                }
            }
        }
    }
    Json::Array(found)
}

fn collect(data: &Data, path: &str, into: &mut Vec<Json>) {
    let mut parts = vec![];
    collect_below(data, path, &mut parts, into);
}

/// A step of a path within a value.
enum Step<'d> {
    Name(&'d str),
    Number(usize),
}

fn collect_below<'d>(data: &'d Data, start: &str, below: &mut Vec<Step<'d>>, into: &mut Vec<Json>) {
    let mut step = |step, value| {
        below.push(step);
        collect_below(value, start, below, into);
        below.pop();
    };
    match data {
        Data::Set(attrs) => {
            for (name, _, value) in attrs {
                step(Step::Name(name), value);
            }
        }
        Data::List(items) => {
            for (number, item) in items.iter().enumerate() {
                step(Step::Number(number), item);
            }
        }
        Data::Unknown { because, .. } => {
            let path = below
                .iter()
                .fold(start.to_owned(), |path, step| match step {
                    Step::Name(name) => format!("{path}.{name}"),
                    Step::Number(number) => format!("{path}.{number}"),
                });
            into.push(json!({ "path": path, "because": because }));
        }
        _ => {}
    }
}
