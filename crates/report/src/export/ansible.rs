//! The fleet as ansible's dynamic inventory.
//!
//! Groups: `tag_<tag>`, `class_<class>`, `instance_<instance>` and in it `role_<instance>_<role>`. Variables of groups go to all of their hosts, where
//! two instances of a service would overwrite each other; so all that is known of a machine is in one variable of the host, `clan`.

use std::collections::BTreeMap;

use model::inventory::Generation;
use resolve::view::{MachineView, Resolution};
use serde_json::{Map, Value as Json, json};

use super::{Fleet, identifier};
use crate::document::Reasons;
use crate::json::{data, object, value_of};

/// What `--list` asks for.
pub fn ansible(fleet: Fleet<'_>) -> Json {
    let mut groups = Groups::default();
    let mut variables = Map::new();
    for (name, machine) in fleet.machines() {
        groups.add("all", &["class", &machine.class], name);
        for tag in &machine.tags {
            groups.add("all", &["tag", &tag.name], name);
        }
        for membership in &machine.memberships {
            let Some(instance) = fleet.resolution.instances.get(membership.instance) else {
                continue;
            };
            let called = called(instance.generation, &instance.service, &instance.instance);
            let parent = groups.name(&["instance", &called]);
            groups.child("all", &parent);
            groups.add(&parent, &["role", &called, &membership.role], name);
        }
        variables.insert(name.to_owned(), host(name, machine, fleet));
    }
    let names = fleet.machines().map(|(name, _)| name.to_owned());
    let named: Vec<String> = names.collect();
    groups.members.entry("all".to_owned()).or_default().hosts = named;
    let mut document = Map::new();
    document.insert("_meta".to_owned(), json!({ "hostvars": variables }));
    for (name, group) in groups.members {
        let hosts = ("hosts", json!(group.hosts));
        let children = ("children", json!(group.children));
        let parts = [hosts, children]
            .into_iter()
            .filter(|(_, names)| names.as_array().is_some_and(|names| !names.is_empty()));
        document.insert(name, object(parts));
    }
    Json::Object(document)
}

/// What `--host` asks for: the variables of a machine; none without such a machine.
pub fn ansible_host(fleet: Fleet<'_>, name: &str) -> Option<Json> {
    let machine = fleet.resolution.machines.get(name)?;
    Some(host(name, machine, fleet))
}

/// Services have instances of their own: two services may each have one of the same name.
fn called(generation: Generation, service: &str, instance: &str) -> String {
    match generation {
        Generation::Services => format!("{service}_{instance}"),
        Generation::Instances => instance.to_owned(),
    }
}

#[derive(Default)]
struct Group {
    hosts: Vec<String>,
    children: Vec<String>,
}

/// Groups by name. Names that become the same for ansible are told apart by numbers.
#[derive(Default)]
struct Groups {
    members: BTreeMap<String, Group>,
    names: BTreeMap<Vec<String>, String>,
}

impl Groups {
    fn name(&mut self, parts: &[&str]) -> String {
        let key: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
        if let Some(name) = self.names.get(&key) {
            return name.clone();
        }
        let name = identifier(&parts.join("_"));
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let mut names = std::iter::once(name.clone()).chain(numbered);
        let free = names.find(|name| !self.names.values().any(|other| other == name));
        let free = free.unwrap_or(name);
        self.names.insert(key, free.clone());
        free
    }

    fn add(&mut self, parent: &str, parts: &[&str], host: &str) {
        let name = self.name(parts);
        self.child(parent, &name);
        let hosts = &mut self.members.entry(name).or_default().hosts;
        if !hosts.iter().any(|other| other == host) {
            hosts.push(host.to_owned());
        }
    }

    fn child(&mut self, parent: &str, name: &str) {
        let children = &mut self.members.entry(parent.to_owned()).or_default().children;
        if !children.iter().any(|other| other == name) {
            children.push(name.to_owned());
        }
    }
}

fn host(name: &str, machine: &MachineView, fleet: Fleet<'_>) -> Json {
    let mut variables = Map::new();
    if let Some(address) = fleet.address(name) {
        variables.insert("ansible_host".to_owned(), json!(address.host));
        if let Some(user) = address.user {
            variables.insert("ansible_user".to_owned(), json!(user));
        }
        if let Some(port) = address.port {
            variables.insert("ansible_port".to_owned(), json!(port));
        }
    }
    variables.insert("clan".to_owned(), clan(name, machine, fleet));
    Json::Object(variables)
}

fn clan(name: &str, machine: &MachineView, fleet: Fleet<'_>) -> Json {
    let tags: Vec<&str> = machine.tags.iter().map(|tag| tag.name.as_str()).collect();
    let config = machine.config.iter().flatten();
    let config =
        config.map(|(service, config)| (service.as_str(), unsafe_text(data(config, fleet.places))));
    let parts = [
        ("clan", json!(fleet.meta("name"))),
        ("machine", json!(name)),
        ("class", json!(machine.class)),
        ("tags", json!(tags)),
        (
            "description",
            unsafe_text(json!(fleet.said(name, &["description"]))),
        ),
        ("instances", instances(name, machine, fleet)),
        ("config", object(config)),
    ];
    object(parts)
}

fn instances(name: &str, machine: &MachineView, fleet: Fleet<'_>) -> Json {
    let resolution: &Resolution = fleet.resolution;
    let mut instances = Map::new();
    for membership in &machine.memberships {
        let Some(instance) = resolution.instances.get(membership.instance) else {
            continue;
        };
        let called = match instance.generation {
            Generation::Services => format!("{}.{}", instance.service, instance.instance),
            Generation::Instances => instance.instance.clone(),
        };
        let role = instance.roles.get(&membership.role);
        let settings = role.and_then(|role| role.machines.get(name)?.settings.as_deref());
        let settings = settings.map_or(json!({}), |settings| data(settings, fleet.places));
        let entry = instances.entry(called).or_insert_with(
            || json!({ "service": instance.service, "input": instance.input, "roles": {} }),
        );
        if let Some(roles) = entry.get_mut("roles").and_then(Json::as_object_mut) {
            let parts = [
                ("via", value_of(&Reasons(&membership.via))),
                ("settings", unsafe_text(settings)),
            ];
            roles.insert(membership.role.clone(), object(parts));
        }
    }
    Json::Object(instances)
}

/// Texts that ansible would take for templates are marked, so that they stay as they are.
fn unsafe_text(value: Json) -> Json {
    match value {
        Json::String(text) if text.contains("{{") || text.contains("{%") || text.contains("{#") => {
            json!({ "__ansible_unsafe": text })
        }
        Json::Array(items) => items.into_iter().map(unsafe_text).collect(),
        Json::Object(attrs) => {
            let attrs = attrs.into_iter();
            Json::Object(
                attrs
                    .map(|(name, value)| (name, unsafe_text(value)))
                    .collect(),
            )
        }
        other => other,
    }
}
