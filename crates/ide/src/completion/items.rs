//! The proposals at each path of an inventory.

use std::collections::BTreeSet;

use super::schema::{self, Known};
use super::{Kind, Proposal};
use crate::Snapshot;
use crate::name::InstanceName;
use crate::tell::{count, fits, is_any};

/// What stands around the cursor.
#[derive(Clone, Copy)]
pub(super) struct Context<'c> {
    pub snapshot: &'c Snapshot,
    /// Whether the cursor is within quotes.
    pub is_quoted: bool,
    pub is_json: bool,
    /// Whether the name has a value, or a further name, already.
    pub is_given: bool,
}

impl Context<'_> {
    /// A name with nothing more.
    fn name(self, name: &str, kind: Kind) -> Proposal {
        let text = match self.is_quoted {
            true => name.to_owned(),
            false if self.is_json => format!("\"{name}\""),
            false => report::nix::attribute(name),
        };
        plain(name, kind, text)
    }

    /// A name that is given a value where it has none.
    fn binding(self, name: &str, kind: Kind, value: &str) -> Proposal {
        let proposal = self.name(name, kind);
        let is_bare = !self.is_given && !self.is_quoted && !self.is_json && !value.is_empty();
        Proposal {
            snippet: is_bare.then(|| format!("{} = {value};", escaped(&proposal.text))),
            ..proposal
        }
    }

    fn string(self, text: &str, kind: Kind) -> Proposal {
        let quoted = match self.is_quoted {
            true => text.to_owned(),
            false => format!("\"{text}\""),
        };
        plain(text, kind, quoted)
    }

    fn known(self, known: &Known) -> Proposal {
        Proposal {
            detail: Some(known.of.to_owned()),
            documentation: Some(known.about.to_owned()),
            ..self.binding(known.name, Kind::Option, known.value)
        }
    }
}

fn plain(label: &str, kind: Kind, text: String) -> Proposal {
    Proposal {
        label: label.to_owned(),
        kind,
        detail: None,
        documentation: None,
        text,
        snippet: None,
        rank: 0,
    }
}

/// A text as a snippet has it.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('$', "\\$")
        .replace('}', "\\}")
}

fn instance(path: &[&str]) -> Option<(InstanceName, usize)> {
    match path {
        ["inventory", "instances", name, ..] => Some((
            InstanceName {
                service: None,
                name: (*name).to_owned(),
            },
            3,
        )),
        ["inventory", "services", service, name, ..] => Some((
            InstanceName {
                service: Some((*service).to_owned()),
                name: (*name).to_owned(),
            },
            4,
        )),
        _ => None,
    }
}

/// The names that a set at `path` may have.
pub(super) fn names(context: Context<'_>, path: &[&str]) -> Vec<Proposal> {
    let snapshot = context.snapshot;
    let uses_services = snapshot.resolution().is_some_and(|resolution| {
        use model::inventory::Generation::Services;
        resolution
            .instances
            .iter()
            .any(|each| each.generation == Services)
    });
    let options = schema::options(path, uses_services);
    if !options.is_empty() {
        return options
            .into_iter()
            .map(|known| context.known(known))
            .collect();
    }
    match path {
        ["inventory", "machines"] => undescribed_machines(context),
        ["inventory", "tags"] => tags(context, &[], |name| {
            context.binding(name, Kind::Tag, "[ $0 ]")
        }),
        ["inventory", "instances"] => new_instances(context),
        ["inventory", "services"] => {
            let modules = snapshot
                .vocabulary()
                .map(|vocabulary| vocabulary.modules.as_slice());
            let modules = modules.unwrap_or_default().iter();
            modules
                .map(|name| context.binding(name, Kind::Service, "{ $0 }"))
                .collect()
        }
        _ => match instance(path) {
            Some((name, length)) => {
                of_instance(context, &name, path.get(length..).unwrap_or_default())
            }
            None => vec![],
        },
    }
}

fn of_instance(context: Context<'_>, name: &InstanceName, path: &[&str]) -> Vec<Proposal> {
    match path {
        ["roles"] => roles(context, name),
        ["roles", role, "machines"] => machines(context, Some((name, role)), |machine| {
            context.binding(machine, Kind::Machine, "{ }")
        }),
        ["machines"] => machines(context, None, |machine| {
            context.binding(machine, Kind::Machine, "{ $0 }")
        }),
        ["roles", role, "tags"] => {
            let listed = listed_tags(context.snapshot, name, role);
            tags(context, &listed, |tag| {
                context.binding(tag, Kind::Tag, "{ }")
            })
        }
        ["roles", role, "settings" | "config", rest @ ..]
        | ["roles", role, "machines" | "tags", _, "settings", rest @ ..] => {
            settings(context, name, Some(role), rest)
        }
        ["config", rest @ ..] | ["machines", _, "config", rest @ ..] => {
            settings(context, name, None, rest)
        }
        _ => vec![],
    }
}

/// The values that may be given to `path`.
pub(super) fn values(context: Context<'_>, path: &[&str]) -> Vec<Proposal> {
    let snapshot = context.snapshot;
    match path {
        ["inventory", "machines", _, "machineClass"] => {
            let classes = ["nixos", "darwin"].iter();
            classes
                .map(|class| context.string(class, Kind::Value))
                .collect()
        }
        ["inventory", "instances", _, "module", "input"] => inputs(context),
        ["inventory", "instances", name, "module", "name"] => services(context, name),
        _ => {
            let Some((name, length)) = instance(path) else {
                return vec![];
            };
            let (role, rest) = match path.get(length..).unwrap_or_default() {
                ["roles", role, "settings" | "config", rest @ ..]
                | ["roles", role, "machines" | "tags", _, "settings", rest @ ..] => {
                    (Some(*role), rest)
                }
                ["config", rest @ ..] | ["machines", _, "config", rest @ ..] => (None, rest),
                _ => return vec![],
            };
            let rest: Vec<String> = rest.iter().map(|name| (*name).to_owned()).collect();
            let option = snapshot.option(&name, role, &rest);
            option.map_or(vec![], |option| setting_values(context, &option.of))
        }
    }
}

/// The elements that the list at `path` may have.
pub(super) fn elements(context: Context<'_>, path: &[&str]) -> Vec<Proposal> {
    let machine = |name: &str| context.string(name, Kind::Machine);
    let tag = |name: &str| context.string(name, Kind::Tag);
    match path {
        ["inventory", "machines", name, "tags"] => {
            let resolution = context.snapshot.resolution();
            let carried = resolution.and_then(|resolution| resolution.machines.get(*name));
            let carried = carried
                .map(|machine| machine.tags.as_slice())
                .unwrap_or_default();
            let carried: Vec<String> = carried.iter().map(|tag| tag.name.clone()).collect();
            tags(context, &carried, tag)
        }
        ["inventory", "tags", _] => machines(context, None, machine),
        _ => match instance(path) {
            Some((name, length)) => match path.get(length..).unwrap_or_default() {
                ["roles", role, "tags"] => {
                    tags(context, &listed_tags(context.snapshot, &name, role), tag)
                }
                ["roles", role, "machines"] => machines(context, Some((&name, role)), machine),
                _ => vec![],
            },
            None => vec![],
        },
    }
}

fn setting_values(context: Context<'_>, of: &str) -> Vec<Proposal> {
    let of = of.strip_prefix("null or ").unwrap_or(of);
    if of == "boolean" && !context.is_quoted {
        let both = ["true", "false"].into_iter();
        return both
            .map(|value| plain(value, Kind::Value, value.to_owned()))
            .collect();
    }
    let Some(choices) = of.strip_prefix("one of ") else {
        return vec![];
    };
    let choices = choices
        .split(", ")
        .filter_map(|choice| choice.strip_prefix('"')?.strip_suffix('"'));
    choices
        .map(|choice| context.string(choice, Kind::Value))
        .collect()
}

/// Machines that there are but that no attribute describes yet.
fn undescribed_machines(context: Context<'_>) -> Vec<Proposal> {
    use model::inventory::Source;
    let Some(resolution) = context.snapshot.resolution() else {
        return vec![];
    };
    let machines = resolution.machines.iter();
    let machines = machines.filter(|(_, machine)| !machine.sources.contains(&Source::Inventory));
    let bare = machines.map(|(name, _)| context.binding(name, Kind::Machine, "{ $0 }"));
    let lacking = resolution
        .instances
        .iter()
        .flat_map(|instance| instance.roles.values());
    let lacking = lacking.flat_map(|role| role.machines.keys());
    let lacking: BTreeSet<&String> = lacking
        .filter(|name| !resolution.machines.contains_key(*name))
        .collect();
    let lacking = lacking.into_iter().map(|name| Proposal {
        detail: Some("named in a role".to_owned()),
        ..context.binding(name, Kind::Machine, "{ $0 }")
    });
    bare.chain(lacking).collect()
}

/// Machines, those first that share tags with the members of the role, members last.
fn machines(
    context: Context<'_>,
    role: Option<(&InstanceName, &str)>,
    propose: impl Fn(&str) -> Proposal,
) -> Vec<Proposal> {
    let Some(resolution) = context.snapshot.resolution() else {
        return vec![];
    };
    let view = role.and_then(|(name, role)| {
        let (_, instance) = context.snapshot.instance(name)?;
        instance.roles.get(role)
    });
    let members: BTreeSet<&String> = view
        .into_iter()
        .flat_map(|view| view.machines.keys())
        .collect();
    let tags = |name: &String| {
        let machine = resolution.machines.get(name);
        machine
            .into_iter()
            .flat_map(|machine| &machine.tags)
            .filter(|tag| !tag.computed)
    };
    let shared: BTreeSet<&str> = members
        .iter()
        .flat_map(|member| tags(member))
        .map(|tag| tag.name.as_str())
        .collect();
    let machines = resolution.machines.iter();
    let proposals = machines.map(|(name, machine)| {
        let common = tags(name)
            .filter(|tag| shared.contains(tag.name.as_str()))
            .count() as u32;
        let own: Vec<&str> = machine.tags.iter().map(|tag| tag.name.as_str()).collect();
        let is_member = members.contains(name);
        let member = if is_member { "a member; " } else { "" };
        Proposal {
            detail: Some(format!("{member}{} {}", machine.class, own.join(" "))),
            rank: if is_member { 200 } else { 100 - common.min(99) },
            ..propose(name)
        }
    });
    proposals.collect()
}

fn listed_tags(snapshot: &Snapshot, name: &InstanceName, role: &str) -> Vec<String> {
    let role = Some((name.clone(), role.to_owned()));
    let entries = snapshot.index.entries().iter();
    let tags = entries
        .filter(|entry| entry.meaning.role == role)
        .filter_map(|entry| match entry.name() {
            crate::name::Name::Tag(tag) => Some(tag.clone()),
            _ => None,
        });
    tags.collect()
}

/// Tags with the number of their machines; those in `listed` last.
fn tags(
    context: Context<'_>,
    listed: &[String],
    propose: impl Fn(&str) -> Proposal,
) -> Vec<Proposal> {
    let Some(resolution) = context.snapshot.resolution() else {
        return vec![];
    };
    let proposals = resolution.tags.iter().map(|(tag, machines)| Proposal {
        detail: Some(count(machines.len(), "machine")),
        documentation: Some(
            machines
                .iter()
                .take(20)
                .cloned()
                .collect::<Vec<_>>()
                .join(", "),
        ),
        rank: u32::from(listed.contains(tag)),
        ..propose(tag)
    });
    proposals.collect()
}

fn roles(context: Context<'_>, name: &InstanceName) -> Vec<Proposal> {
    let Some(service) = context.snapshot.service(name) else {
        return vec![];
    };
    let roles = service.roles.iter().map(|(role, described)| Proposal {
        documentation: described.description.clone(),
        ..context.binding(role, Kind::Role, "{ $0 }")
    });
    roles.collect()
}

fn settings(
    context: Context<'_>,
    name: &InstanceName,
    role: Option<&str>,
    path: &[&str],
) -> Vec<Proposal> {
    let Some(service) = context.snapshot.service(name) else {
        return vec![];
    };
    let path: Vec<String> = path.iter().map(|name| (*name).to_owned()).collect();
    let roles = service.roles.iter();
    let roles = roles.filter(|(each, _)| role.is_none_or(|role| role == *each));
    let options = roles.flat_map(|(_, described)| &described.options);
    let mut proposals: Vec<Proposal> = vec![];
    for option in options.filter(|option| fits(&option.path, &path)) {
        let Some(next) = option.path.get(path.len()).filter(|next| !is_any(next)) else {
            continue;
        };
        let is_whole = option.path.len() == path.len() + 1;
        let proposal = match is_whole {
            false => Proposal {
                detail: Some("set".to_owned()),
                ..context.binding(next, Kind::Option, "{ $0 }")
            },
            true => Proposal {
                detail: Some(option.of.clone()),
                documentation: documentation(option),
                ..context.binding(next, Kind::Option, &value_snippet(&option.of))
            },
        };
        match proposals.iter_mut().find(|each| each.label == *next) {
            Some(known) if is_whole => *known = proposal,
            Some(_) => {}
            None => proposals.push(proposal),
        }
    }
    proposals
}

fn documentation(option: &model::vocabulary::OptionDescription) -> Option<String> {
    let default = option
        .default
        .as_ref()
        .map(|text| format!("default: `{text}`"));
    let parts: Vec<String> = option.description.iter().cloned().chain(default).collect();
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// What a value of a type begins with, in a snippet.
fn value_snippet(of: &str) -> String {
    let of = of.strip_prefix("null or ").unwrap_or(of);
    match of {
        "boolean" => "${1|true,false|}".to_owned(),
        _ if of.starts_with("list of string") => "[ \"$1\" ]".to_owned(),
        _ if of.starts_with("list of") => "[ $1 ]".to_owned(),
        _ if of.contains("set of") || of.contains("submodule") => "{ $0 }".to_owned(),
        _ if of.contains("string") || of.starts_with("one of \"") => "\"$1\"".to_owned(),
        _ => "$1".to_owned(),
    }
}

/// Services as instances of their own name.
fn new_instances(context: Context<'_>) -> Vec<Proposal> {
    let Some(vocabulary) = context.snapshot.vocabulary() else {
        return vec![];
    };
    let offered = vocabulary.offered.iter();
    let proposals = offered.map(|(input, name)| {
        let value = match input {
            None => "{\n  $0\n}".to_owned(),
            Some(input) => {
                format!("{{\n  module.name = \"{name}\";\n  module.input = \"{input}\";\n  $0\n}}")
            }
        };
        Proposal {
            detail: Some(from(input.as_deref())),
            ..context.binding(name, Kind::Service, &value)
        }
    });
    proposals.collect()
}

fn from(input: Option<&str>) -> String {
    match input {
        None => "a service of clan-core".to_owned(),
        Some("self") => "a service of this clan".to_owned(),
        Some(input) => format!("a service of {input}"),
    }
}

/// The services of the input that an instance names; all if it names none.
fn services(context: Context<'_>, instance: &str) -> Vec<Proposal> {
    let name = InstanceName {
        service: None,
        name: instance.to_owned(),
    };
    let view = context.snapshot.instance(&name);
    let wanted = view.and_then(|(_, view)| view.input.as_deref());
    let Some(vocabulary) = context.snapshot.vocabulary() else {
        return vec![];
    };
    let offered = vocabulary.offered.iter();
    let proposals = offered.map(|(input, service)| Proposal {
        detail: Some(from(input.as_deref())),
        rank: u32::from(input.as_deref() != wanted),
        ..context.string(service, Kind::Service)
    });
    proposals.collect()
}

fn inputs(context: Context<'_>) -> Vec<Proposal> {
    let own = Proposal {
        detail: Some("this flake".to_owned()),
        ..context.string("self", Kind::Input)
    };
    let inputs = context.snapshot.analysis.inputs.iter();
    let inputs = inputs.filter(|input| !input.name.contains('/') && !input.has_no_clan);
    let others = inputs.map(|input| Proposal {
        detail: input.url.clone(),
        rank: 1,
        ..context.string(&input.name, Kind::Input)
    });
    std::iter::once(own).chain(others).collect()
}
