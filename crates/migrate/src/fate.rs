//! Where each name of the old form goes.
//!
//! - `services` becomes `instances`; the set of a service is dissolved, its instances are called `<service>-<instance>`.
//! - Roles stay. Their `config` is called `settings`.
//! - `config` of an instance was for all members. It goes to the role that can be told it; to each of them if several can.
//! - `config` of a machine goes to the machine in the role that it fills and that can be told it; to each of them if several can.
//! - `extraModules` of an instance go to each role.
//!
//! A set of which all names go to one place is renamed there; else it is dissolved, and each name goes its own way.

use std::collections::{BTreeMap, BTreeSet};

use model::Data;
use model::inventory::Generation;

use crate::problem::Problem;
use crate::sites::{Site, literal_set};
use crate::{Input, Successor};

/// A path of names, in the old form from `services` on, in the new one from `instances` on.
pub type Path = Vec<String>;

/// What becomes of a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It goes there, and the same text to further places.
    To(Path, Vec<Path>),
    /// Its set is dissolved: what stands in it goes its own ways.
    Dissolve,
    /// It is left out: it says nothing.
    Remove,
    /// The author has to decide.
    ByHand(Problem),
}

/// An instance of the old form.
pub struct Instance<'i> {
    /// What it is called in the new form.
    pub name: String,
    /// What takes the place of its module.
    pub successor: Option<&'i Successor>,
    /// Who fills each role.
    pub roles: BTreeMap<String, BTreeSet<String>>,
    /// Whether it does anything.
    pub enabled: bool,
    /// Whether it has modules that are strings, below the clan directory.
    pub has_module_names: bool,
    /// Whether it is to be converted.
    pub is_meant: bool,
    /// Why it stays as it is, though it is meant.
    pub problem: Option<Problem>,
}

/// The rules, with all that they look at.
pub struct Rules<'i> {
    /// The instances by service and name.
    pub instances: BTreeMap<(String, String), Instance<'i>>,
    /// Every path that is written.
    written: BTreeSet<Path>,
    /// Settings that another place says as well, where both would be one definition; with what is said twice.
    pub twice: BTreeMap<Path, String>,
    /// Statements that would define settings a second time.
    pub second: BTreeSet<(usize, u32)>,
    /// Statements with a priority that will have an effect.
    pub changed_priority: BTreeSet<(usize, u32)>,
}

impl<'i> Rules<'i> {
    /// The rules for what is written.
    pub fn new(input: &Input<'i>) -> Rules<'i> {
        let mut rules = Rules {
            instances: BTreeMap::new(),
            written: input.written.iter().map(|each| each.path.clone()).collect(),
            twice: BTreeMap::new(),
            second: BTreeSet::new(),
            changed_priority: BTreeSet::new(),
        };
        for each in input.written {
            if let [_, service, instance] = each.path.as_slice() {
                let key = (service.clone(), instance.clone());
                rules.instances.entry(key).or_insert_with(|| Instance {
                    name: format!("{service}-{instance}"),
                    successor: input.successors.get(service),
                    roles: BTreeMap::new(),
                    enabled: true,
                    has_module_names: false,
                    is_meant: input
                        .only
                        .is_none_or(|(only, name)| only == service && name == instance),
                    problem: None,
                });
            }
        }
        rules.take_members(input);
        rules.find_taken_names(input);
        rules
    }

    fn take_members(&mut self, input: &Input<'_>) {
        for view in &input.resolution.instances {
            let key = (view.service.clone(), view.instance.clone());
            let is_old = view.generation == Generation::Services;
            let Some(instance) = self.instances.get_mut(&key).filter(|_| is_old) else {
                continue;
            };
            instance.enabled = view.enabled;
            for (role, of_role) in &view.roles {
                let members = of_role.machines.keys().cloned().collect();
                instance.has_module_names |= of_role.extra_modules.iter().any(is_relative);
                if !of_role.span.is_none() || !of_role.machines.is_empty() {
                    instance.roles.insert(role.clone(), members);
                }
            }
        }
    }

    fn find_taken_names(&mut self, input: &Input<'_>) {
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        let views = input.resolution.instances.iter();
        let new = views.filter(|view| view.generation == Generation::Instances);
        for name in new.map(|view| view.instance.clone()) {
            *taken.entry(name).or_default() += 1;
        }
        for instance in self.instances.values() {
            *taken.entry(instance.name.clone()).or_default() += 1;
        }
        for instance in self.instances.values_mut() {
            if taken.get(&instance.name).is_some_and(|count| *count > 1) {
                instance.problem = Some(Problem::NameTaken(instance.name.clone()));
            }
        }
    }

    /// What each instance is called afterwards; none for one that stays.
    pub fn names(&self) -> BTreeMap<(String, String), Option<String>> {
        let name = |instance: &Instance<'_>| {
            let goes = !instance.stays() && instance.enabled;
            goes.then(|| instance.name.clone())
        };
        let instances = self.instances.iter();
        instances
            .map(|(key, each)| (key.clone(), name(each)))
            .collect()
    }

    /// The instance that a path leads into.
    pub fn instance(&self, path: &[String]) -> Option<&Instance<'i>> {
        let [_, service, instance, ..] = path else {
            return None;
        };
        self.instances.get(&(service.clone(), instance.clone()))
    }

    /// Whether the instance that a path leads into has modules that are strings.
    pub fn has_module_names(&self, path: &[String]) -> bool {
        let instance = self.instance(path);
        instance.is_some_and(|instance| instance.has_module_names)
    }

    /// What becomes of a statement.
    pub fn fate_of(&self, site: &Site) -> Fate {
        if self.second.contains(&site.id()) {
            return Fate::ByHand(Problem::SecondDefinition);
        }
        match self.fate(&site.path) {
            Fate::Dissolve if site.path.len() > 2 && literal_set(&site.entry).is_none() => {
                let roles = self.instance(&site.path).map(Instance::used_roles);
                let roles = roles.unwrap_or_default().into_iter().map(str::to_owned);
                Fate::ByHand(Problem::SeveralRoles(roles.collect()))
            }
            fate => fate,
        }
    }

    /// What becomes of the name at the end of a path.
    pub fn fate(&self, path: &[String]) -> Fate {
        if let Some(setting) = self.twice.get(path) {
            return Fate::ByHand(Problem::SaidTwice(setting.clone()));
        }
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        let Some(instance) = self.instance(path) else {
            return match parts.as_slice() {
                [_] => Fate::To(vec!["instances".to_owned()], vec![]),
                _ => Fate::Dissolve,
            };
        };
        if !instance.enabled {
            return Fate::ByHand(Problem::Disabled);
        }
        let to = |rest: &[&str]| Fate::To(instance.path(rest), vec![]);
        match parts.get(3..).unwrap_or_default() {
            [] => to(&[]),
            ["roles"] => to(&["roles"]),
            ["roles", role] => to(&["roles", role]),
            ["roles", role, "config"] => to(&["roles", role, "settings"]),
            ["roles", role, "config", key] => match instance.tell(&[*role], key) {
                Ok(_) => to(&["roles", role, "settings", key]),
                Err(problem) => Fate::ByHand(problem),
            },
            ["roles", role, "imports"] => to(&["roles", role, "extraModules"]),
            rest @ ["roles", _, ..] => to(rest),
            ["config"] => self.together(path, |role| instance.path(&["roles", role, "settings"])),
            ["config", key] => self.settings(path, |role| {
                instance.path(&["roles", role, "settings", key])
            }),
            // Beside a list of members, each machine has to be told alone: two sets of machines would define one name twice.
            ["machines"] if self.has_member_lists(path) => {
                match self.only_role(path, |role| instance.path(&["roles", role, "machines"])) {
                    Fate::To(..) => Fate::Dissolve,
                    fate => fate,
                }
            }
            ["machines"] => {
                self.only_role(path, |role| instance.path(&["roles", role, "machines"]))
            }
            ["machines", machine] => self.only_role(path, |role| {
                instance.path(&["roles", role, "machines", machine])
            }),
            ["machines", machine, "config"] => self.together(path, |role| {
                instance.path(&["roles", role, "machines", machine, "settings"])
            }),
            ["machines", machine, "config", key] => self.settings(path, |role| {
                instance.path(&["roles", role, "machines", machine, "settings", key])
            }),
            ["machines", _, ..] => Fate::ByHand(Problem::NoCounterpart("extraModules")),
            ["extraModules" | "imports"] => self.modules_of_all(path, instance),
            ["enabled"] => Fate::Remove,
            // It is the instance's own name, unless the text says otherwise.
            ["meta", "name"] => Fate::Remove,
            ["meta"]
                if self
                    .below(path)
                    .iter()
                    .all(|each| each.ends_with(&["name".to_owned()])) =>
            {
                Fate::Dissolve
            }
            ["meta", ..] => Fate::ByHand(Problem::NoCounterpart("meta")),
            _ => Fate::ByHand(Problem::Computed),
        }
    }

    /// Whether a role of the instance that a path leads into lists machines.
    fn has_member_lists(&self, path: &[String]) -> bool {
        let Some(start) = path.get(..3) else {
            return false;
        };
        let from = self.written.range(start.to_vec()..);
        let mut within = from.take_while(|other| other.starts_with(start));
        within.any(|other| {
            let names: Vec<&str> = other.iter().skip(3).map(String::as_str).collect();
            matches!(names.as_slice(), ["roles", _, "machines"])
        })
    }

    /// The names written directly below a path.
    pub fn below(&self, path: &[String]) -> Vec<Path> {
        let from = self.written.range(path.to_vec()..);
        let within = from.take_while(|other| other.starts_with(path));
        let children = within.filter(|other| other.len() == path.len() + 1);
        children.cloned().collect()
    }

    /// The roles that are told a setting of an instance or of one of its machines.
    fn roles_of(&self, path: &[String]) -> Result<Vec<String>, Problem> {
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        let Some(instance) = self.instance(path) else {
            return Err(Problem::Computed);
        };
        match parts.get(3..).unwrap_or_default() {
            ["config", key] => instance.tell(&instance.used_roles(), key),
            ["machines", machine, "config", key] => {
                let roles = instance.roles_of(machine);
                if roles.is_empty() {
                    return Err(Problem::NoMember((*machine).to_owned()));
                }
                instance.tell(&roles, key)
            }
            _ => Err(Problem::Computed),
        }
    }

    fn settings(&self, path: &[String], to: impl Fn(&str) -> Path) -> Fate {
        match self.roles_of(path) {
            Ok(roles) => many(&roles, to),
            Err(problem) => Fate::ByHand(problem),
        }
    }

    /// The fate of a set of settings: renamed if all of them are for the same roles.
    fn together(&self, path: &[String], to: impl Fn(&str) -> Path) -> Fate {
        let below = self.below(path);
        if below.is_empty() {
            return Fate::Remove;
        }
        let roles: Vec<_> = below.iter().map(|each| self.roles_of(each).ok()).collect();
        let known: BTreeSet<&Vec<String>> = roles.iter().flatten().collect();
        let is_whole = roles.iter().all(Option::is_some);
        let has_decided = below.iter().any(|each| self.twice.contains_key(each));
        match (known.first(), known.len()) {
            (Some(roles), 1) if roles.len() == 1 => many(roles, to),
            (Some(roles), 1) if is_whole && !has_decided => many(roles, to),
            _ => Fate::Dissolve,
        }
    }

    /// The fate of machines: renamed if all that is said of them is for one role.
    fn only_role(&self, path: &[String], to: impl Fn(&str) -> Path) -> Fate {
        let mut roles = BTreeSet::new();
        let within = self.written.range(path.to_vec()..);
        for each in within.take_while(|other| other.starts_with(path)) {
            match each.get(5).map(String::as_str) {
                Some("config") if each.len() == 7 => match self.roles_of(each) {
                    Ok(of_key) => roles.extend(of_key),
                    Err(_) => return Fate::Dissolve,
                },
                Some("config") | None => {}
                Some(_) => return Fate::Dissolve,
            }
        }
        match (roles.first(), roles.len()) {
            (Some(role), 1) => Fate::To(to(role), vec![]),
            (None, _) => Fate::Remove,
            _ => Fate::Dissolve,
        }
    }

    fn modules_of_all(&self, path: &[String], instance: &Instance<'_>) -> Fate {
        let roles = instance.used_roles();
        let start = path.get(..3).unwrap_or_default();
        let has_own = |role: &&str| {
            ["extraModules", "imports"].iter().any(|name| {
                let mut path = start.to_vec();
                path.extend(["roles", role, name].map(str::to_owned));
                self.written.contains(&path)
            })
        };
        if roles.is_empty() || roles.iter().any(has_own) {
            return Fate::ByHand(Problem::SaidTwice("extraModules".to_owned()));
        }
        let roles: Vec<String> = roles.into_iter().map(str::to_owned).collect();
        many(&roles, |role| {
            instance.path(&["roles", role, "extraModules"])
        })
    }
}

fn is_relative(module: &Data) -> bool {
    matches!(module, Data::String(name) if !name.starts_with('/'))
}

fn many(roles: &[String], to: impl Fn(&str) -> Path) -> Fate {
    match roles.split_first() {
        Some((first, others)) => Fate::To(to(first), others.iter().map(|role| to(role)).collect()),
        None => Fate::ByHand(Problem::Computed),
    }
}

impl Instance<'_> {
    /// Whether it stays as it is.
    pub fn stays(&self) -> bool {
        !self.is_meant || self.problem.is_some()
    }

    /// A path below the instance in the new form.
    pub fn path(&self, rest: &[&str]) -> Path {
        let start = ["instances", &self.name];
        let parts = start.iter().chain(rest);
        parts.map(|part| (*part).to_owned()).collect()
    }

    /// The roles that somebody fills; all that are written if nobody does.
    fn used_roles(&self) -> Vec<&str> {
        let filled = self.roles.iter().filter(|(_, members)| !members.is_empty());
        let filled: Vec<&str> = filled.map(|(role, _)| role.as_str()).collect();
        match filled.is_empty() {
            true => self.roles.keys().map(String::as_str).collect(),
            false => filled,
        }
    }

    fn roles_of(&self, machine: &str) -> Vec<&str> {
        let roles = self.roles.iter();
        let filled = roles.filter(|(_, members)| members.contains(machine));
        filled.map(|(role, _)| role.as_str()).collect()
    }

    /// Which of the roles can be told a setting.
    fn tell(&self, roles: &[&str], setting: &str) -> Result<Vec<String>, Problem> {
        let owned = |roles: &[&str]| roles.iter().map(|role| (*role).to_owned()).collect();
        let known = self
            .successor
            .and_then(|successor| successor.roles.as_ref());
        let Some(known) = known else {
            return match roles {
                [_] => Ok(owned(roles)),
                _ => Err(Problem::SeveralRoles(owned(roles))),
            };
        };
        let takes = |role: &&&str| {
            let settings = known.get(**role);
            settings.is_some_and(|settings| settings.contains(setting) || settings.contains("*"))
        };
        let fitting: Vec<&str> = roles.iter().filter(takes).copied().collect();
        match fitting.as_slice() {
            [] => Err(Problem::UnknownSetting {
                service: self
                    .successor
                    .map(|each| each.name.clone())
                    .unwrap_or_default(),
                setting: setting.to_owned(),
            }),
            fitting => Ok(owned(fitting)),
        }
    }
}
