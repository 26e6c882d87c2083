//! What is named at a place, as its path tells.

/// An instance: with its service in the services generation, whose instances of different services may share names.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct InstanceName {
    /// The service, in the services generation.
    pub service: Option<String>,
    /// Its own name.
    pub name: String,
}

impl InstanceName {
    /// As it is spoken of: `borgbackup.instance_1`, or `backup`.
    pub fn shown(&self) -> String {
        match &self.service {
            Some(service) => format!("{service}.{}", self.name),
            None => self.name.clone(),
        }
    }
}

/// Something that has a name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Name {
    /// A machine.
    Machine(String),
    /// A tag.
    Tag(String),
    /// An instance.
    Instance(InstanceName),
    /// A role of an instance.
    Role(InstanceName, String),
    /// The service that an instance names; the clan's own ones have no instance.
    Service(Option<InstanceName>, String),
    /// A flake input.
    Input(String),
    /// A setting: of whom, and its path. None for all roles, which the services generation has.
    Setting(InstanceName, Option<String>, Vec<String>),
}

/// A name in its surroundings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Meaning {
    /// What is named.
    pub name: Name,
    /// The role for which it is named.
    pub role: Option<(InstanceName, String)>,
    /// The machine that it is said of: whose tag, whose setting.
    pub machine: Option<String>,
    /// Whether it is there because of this place.
    pub declares: bool,
}

impl Name {
    /// The kind in words.
    pub fn kind(&self) -> &'static str {
        match self {
            Name::Machine(_) => "machine",
            Name::Tag(_) => "tag",
            Name::Instance(_) => "instance",
            Name::Role(..) => "role",
            Name::Service(..) => "service",
            Name::Input(_) => "input",
            Name::Setting(..) => "setting",
        }
    }

    /// The name itself.
    pub fn text(&self) -> &str {
        match self {
            Name::Machine(name) | Name::Tag(name) | Name::Input(name) => name,
            Name::Instance(instance) => &instance.name,
            Name::Role(_, name) | Name::Service(_, name) => name,
            Name::Setting(_, _, path) => path.last().map_or("", String::as_str),
        }
    }
}

fn plain(name: Name, declares: bool) -> Meaning {
    Meaning {
        name,
        role: None,
        machine: None,
        declares,
    }
}

/// What the last name of a path means; none for what is no part of an inventory.
pub fn meaning(path: &[String]) -> Option<Meaning> {
    let parts: Vec<&str> = path.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["machines", machine] => Some(plain(Name::Machine((*machine).to_owned()), true)),
        ["modules", service] => Some(plain(Name::Service(None, (*service).to_owned()), true)),
        ["inventory", rest @ ..] => of_inventory(rest),
        _ => None,
    }
}

fn of_inventory(path: &[&str]) -> Option<Meaning> {
    match path {
        ["machines", machine] => Some(plain(Name::Machine((*machine).to_owned()), true)),
        ["machines", machine, "tags", tag] => Some(Meaning {
            machine: Some((*machine).to_owned()),
            ..plain(Name::Tag((*tag).to_owned()), true)
        }),
        ["tags", tag] => Some(plain(Name::Tag((*tag).to_owned()), true)),
        ["tags", _, machine] => Some(plain(Name::Machine((*machine).to_owned()), false)),
        ["instances", instance, rest @ ..] => of_instance(
            InstanceName {
                service: None,
                name: (*instance).to_owned(),
            },
            rest,
        ),
        ["services", service] => Some(plain(Name::Service(None, (*service).to_owned()), false)),
        ["services", service, instance, rest @ ..] => of_instance(
            InstanceName {
                service: Some((*service).to_owned()),
                name: (*instance).to_owned(),
            },
            rest,
        ),
        _ => None,
    }
}

fn of_instance(instance: InstanceName, path: &[&str]) -> Option<Meaning> {
    match path {
        [] => Some(plain(Name::Instance(instance), true)),
        ["module", "name", service] => {
            let service = (*service).to_owned();
            Some(plain(Name::Service(Some(instance), service), false))
        }
        ["module", "input", input] => Some(plain(Name::Input((*input).to_owned()), false)),
        ["machines", machine] => Some(plain(Name::Machine((*machine).to_owned()), false)),
        ["config", setting @ ..] => settings(instance, None, None, setting),
        ["machines", machine, "config", setting @ ..] => {
            settings(instance, None, Some(machine), setting)
        }
        ["roles", role, rest @ ..] => of_role(instance, role, rest),
        _ => None,
    }
}

fn of_role(instance: InstanceName, role: &str, path: &[&str]) -> Option<Meaning> {
    let member = |name: Name| {
        Some(Meaning {
            role: Some((instance.clone(), role.to_owned())),
            ..plain(name, false)
        })
    };
    match path {
        [] => Some(plain(Name::Role(instance, role.to_owned()), false)),
        ["machines", machine] => member(Name::Machine((*machine).to_owned())),
        ["tags", tag] => member(Name::Tag((*tag).to_owned())),
        ["settings" | "config", setting @ ..] => settings(instance, Some(role), None, setting),
        ["machines", machine, "settings", setting @ ..] => {
            settings(instance, Some(role), Some(machine), setting)
        }
        ["tags", _, "settings", setting @ ..] => settings(instance, Some(role), None, setting),
        _ => None,
    }
}

fn settings(
    instance: InstanceName,
    role: Option<&str>,
    machine: Option<&str>,
    path: &[&str],
) -> Option<Meaning> {
    let path: Vec<String> = path.iter().map(|name| (*name).to_owned()).collect();
    if path.is_empty() {
        return None;
    }
    Some(Meaning {
        machine: machine.map(str::to_owned),
        ..plain(
            Name::Setting(instance, role.map(str::to_owned), path),
            false,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: &str) {
        let path: Vec<String> = path.split(' ').map(str::to_owned).collect();
        let told = meaning(&path).map(|meaning| {
            let role = meaning
                .role
                .map(|(instance, role)| format!(" in {}.{role}", instance.shown()));
            let declares = if meaning.declares { "+" } else { "" };
            format!(
                "{declares}{} {}{}",
                meaning.name.kind(),
                meaning.name.text(),
                role.unwrap_or_default()
            )
        });
        assert_eq!(told.as_deref().unwrap_or("nothing"), expected);
    }

    #[test]
    fn a_path_tells_what_its_last_name_means() {
        check("inventory machines jon", "+machine jon");
        check("machines jon", "+machine jon");
        check("inventory machines jon tags web", "+tag web");
        check("inventory tags web", "+tag web");
        check("inventory tags web jon", "machine jon");
        check("inventory instances backup", "+instance backup");
        check(
            "inventory instances backup module name borgbackup",
            "service borgbackup",
        );
        check("inventory instances backup module input self", "input self");
        check("inventory instances backup roles client", "role client");
        check(
            "inventory instances b roles client machines jon",
            "machine jon in b.client",
        );
        check(
            "inventory services s i roles client tags web",
            "tag web in s.i.client",
        );
        check(
            "inventory services s i machines jon config a b",
            "setting b",
        );
        check("inventory instances b roles client settings a", "setting a");
        check("inventory instances b roles client settings", "nothing");
        check("inventory meta name", "nothing");
    }
}
