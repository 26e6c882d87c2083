//! What is known of the name at a place.

use source::{Pos, Span};

use crate::Snapshot;
use crate::name::{InstanceName, Name};
use crate::tell::{Teller, code, count, list};

/// What is known of a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hover {
    /// The name's place.
    pub span: Span,
    /// What is known, in Markdown.
    pub markdown: String,
}

/// What is known of the name at `place`.
pub fn hover(snapshot: &Snapshot, place: Pos) -> Option<Hover> {
    let entry = snapshot.index.at(place)?;
    let machine = entry.meaning.machine.as_deref();
    let parts = match entry.name() {
        Name::Machine(name) => machine_parts(snapshot, name)?,
        Name::Tag(name) => tag_parts(snapshot, name)?,
        Name::Instance(name) => instance_parts(snapshot, name)?,
        Name::Role(instance, role) => role_parts(snapshot, instance, role)?,
        Name::Service(instance, name) => service_parts(snapshot, instance.as_ref(), name),
        Name::Input(name) => input_parts(snapshot, name)?,
        Name::Setting(instance, role, path) => {
            setting_parts(snapshot, instance, role.as_deref(), path, machine)
        }
    };
    Some(Hover {
        span: entry.span,
        markdown: parts.join("\n\n"),
    })
}

fn machine_parts(snapshot: &Snapshot, name: &str) -> Option<Vec<String>> {
    let resolution = snapshot.resolution()?;
    let Some(machine) = resolution.machines.get(name) else {
        return Some(vec![format!(
            "machine {}, which the inventory lacks",
            code(name)
        )]);
    };
    let mut parts = vec![format!("machine {} ({})", code(name), machine.class)];
    let inventory = resolution
        .inventory
        .get("machines")
        .and_then(|all| all.get(name));
    let text = |names: &[&str]| {
        let value = names
            .iter()
            .try_fold(inventory?, |data, name| data.get(name));
        match value? {
            model::Data::String(text) => Some(text.clone()),
            _ => None,
        }
    };
    parts.extend(text(&["description"]));
    if let Some(host) = text(&["deploy", "targetHost"]) {
        parts.push(format!("deployed to {}", code(&host)));
    }
    if !machine.tags.is_empty() {
        let tags = machine.tags.iter().map(|tag| match tag.computed {
            true => format!("{} (computed)", code(&tag.name)),
            false => code(&tag.name),
        });
        parts.push(format!("tags: {}", tags.collect::<Vec<_>>().join(", ")));
    }
    let roles = machine.memberships.iter().filter_map(|membership| {
        let instance = resolution.instances.get(membership.instance)?;
        let member = instance.roles.get(&membership.role)?.machines.get(name)?;
        let why = report::overview::reasons(name, member, resolution);
        let instance = report::overview::instance_name(instance);
        Some(format!("{} of {instance}, {why}", code(&membership.role)))
    });
    let roles: Vec<String> = roles.collect();
    parts.push(match roles.is_empty() {
        true => "fills no role".to_owned(),
        false => list(&roles),
    });
    let sources: Vec<&str> = machine.sources.iter().map(|source| source.name()).collect();
    if !sources.is_empty() {
        parts.push(format!("from {}", sources.join(", ")));
    }
    Some(parts)
}

fn tag_parts(snapshot: &Snapshot, name: &str) -> Option<Vec<String>> {
    let resolution = snapshot.resolution()?;
    let carriers = resolution.machines.iter().filter_map(|(machine, view)| {
        let tag = view.tags.iter().find(|tag| tag.name == name)?;
        Some(match tag.computed {
            true => format!("{} by the inventory's tags", code(machine)),
            false => code(machine),
        })
    });
    let carriers: Vec<String> = carriers.collect();
    let mut parts = vec![format!(
        "tag {}: {}",
        code(name),
        count(carriers.len(), "machine")
    )];
    parts.extend((!carriers.is_empty()).then(|| list(&carriers)));
    let roles = snapshot
        .index
        .of(&Name::Tag(name.to_owned()))
        .filter_map(|entry| {
            let (instance, role) = entry.meaning.role.as_ref()?;
            Some(format!("{} of {}", code(role), instance.shown()))
        });
    let roles: Vec<String> = roles.collect();
    if !roles.is_empty() {
        parts.push(format!("selected by\n\n{}", list(&roles)));
    }
    Some(parts)
}

fn instance_parts(snapshot: &Snapshot, name: &InstanceName) -> Option<Vec<String>> {
    let (_, instance) = snapshot.instance(name)?;
    let of = match &instance.input {
        Some(input) => format!("{} of {}", code(&instance.service), code(input)),
        None => code(&instance.service),
    };
    let mut parts = vec![format!("instance {} of the service {of}", code(&name.name))];
    if let Some(service) = snapshot.service(name) {
        parts.extend(service.description.clone());
    }
    let roles = instance.roles.iter();
    let roles = roles
        .map(|(role, view)| format!("{}: {}", code(role), count(view.machines.len(), "machine")));
    let roles: Vec<String> = roles.collect();
    parts.extend((!roles.is_empty()).then(|| list(&roles)));
    Some(parts)
}

fn role_parts(snapshot: &Snapshot, name: &InstanceName, role: &str) -> Option<Vec<String>> {
    let resolution = snapshot.resolution()?;
    let (_, instance) = snapshot.instance(name)?;
    let mut parts = vec![format!(
        "role {} of the service {}",
        code(role),
        code(&instance.service)
    )];
    let described = snapshot
        .service(name)
        .and_then(|service| service.roles.get(role));
    if let Some(described) = described {
        parts.extend(described.description.clone());
        let bounds = match (described.least, described.most) {
            (Some(least), Some(most)) => Some(format!("{least} to {most} machines")),
            (Some(least), None) => Some(format!("at least {}", count(least as usize, "machine"))),
            (None, Some(most)) => Some(format!("at most {}", count(most as usize, "machine"))),
            (None, None) => None,
        };
        parts.extend(bounds);
    }
    if let Some(view) = instance.roles.get(role) {
        let members = view.machines.iter().map(|(machine, member)| {
            let why = report::overview::reasons(machine, member, resolution);
            format!("{}, {why}", code(machine))
        });
        let members: Vec<String> = members.collect();
        parts.push(match members.is_empty() {
            true => "nobody fills it".to_owned(),
            false => list(&members),
        });
    }
    let options = described
        .map(|role| role.options.as_slice())
        .unwrap_or_default();
    if !options.is_empty() {
        let options = options
            .iter()
            .map(|option| format!("{}: {}", code(&option.path.join(".")), option.of));
        parts.push(format!(
            "settings\n\n{}",
            list(&options.collect::<Vec<_>>())
        ));
    }
    Some(parts)
}

fn service_parts(snapshot: &Snapshot, instance: Option<&InstanceName>, name: &str) -> Vec<String> {
    let mut parts = vec![format!("service {}", code(name))];
    let own = format!("self-{name}");
    let described = match instance {
        Some(instance) => snapshot.service(instance),
        None => snapshot.vocabulary().and_then(|vocabulary| {
            let mut services = vocabulary.services.iter();
            services.find(|service| service.id == own || service.id == name)
        }),
    };
    if let Some(service) = described {
        parts.extend(service.description.clone());
        let roles = service.roles.iter().map(|(role, described)| {
            let description = described.description.as_ref();
            let description = description.map(|text| format!(": {text}"));
            format!("{}{}", code(role), description.unwrap_or_default())
        });
        parts.push(format!("roles\n\n{}", list(&roles.collect::<Vec<_>>())));
    }
    parts
}

fn input_parts(snapshot: &Snapshot, name: &str) -> Option<Vec<String>> {
    if name == "self" {
        return Some(vec!["this flake itself".to_owned()]);
    }
    let mut inputs = snapshot.analysis.inputs.iter();
    let input = inputs.find(|input| input.name == name)?;
    let mut parts = vec![format!("flake input {}", code(name))];
    parts.extend(input.url.as_ref().map(|url| code(url)));
    parts.extend(input.date.as_ref().map(|date| format!("locked at {date}")));
    Some(parts)
}

fn setting_parts(
    snapshot: &Snapshot,
    name: &InstanceName,
    role: Option<&str>,
    path: &[String],
    machine: Option<&str>,
) -> Vec<String> {
    let mut parts = vec![format!("setting {}", code(&path.join(".")))];
    if let Some(option) = snapshot.option(name, role, path) {
        parts.push(match &option.default {
            Some(default) => format!("{}, by default {}", option.of, code(default)),
            None => option.of.clone(),
        });
        parts.extend(option.description.clone());
    }
    let teller = Teller { snapshot };
    let values = teller.values(name, role, path, machine);
    parts.extend((!values.is_empty()).then(|| list(&values)));
    parts
}
