//! A fleet with one service, made of numbers: machines, tags, instances, and settings with priorities.

use std::fmt;

use testkit::damage::Dice;

const MACHINES: [&str; 6] = ["ada", "bob", "cyd", "dan", "eve", "fay"];
/// One that no inventory has.
const STRANGER: &str = "zoe";
const TAGS: [&str; 4] = ["near", "far", "Old", "x-1"];
/// One that nobody carries, and those that clan computes.
const OTHER_TAGS: [&str; 4] = ["none", "all", "nixos", "darwin"];

/// What a setting is given, by name.
#[derive(Clone, Debug)]
pub enum Given {
    /// `number`
    Number(i64),
    /// `words`
    Words(Vec<&'static str>),
    /// `counts`
    Counts(Vec<(&'static str, i64)>),
}

/// How a definition is marked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Marked {
    /// Not at all.
    Plainly,
    /// `mkForce`
    Force,
    /// `mkDefault`
    Default,
    /// `mkBefore`
    Before,
    /// `mkAfter`
    After,
}

pub type Settings = Vec<(Marked, Given)>;

pub struct Machine {
    pub name: &'static str,
    pub is_darwin: bool,
    pub tags: Vec<&'static str>,
}

pub struct Role {
    pub name: &'static str,
    pub settings: Settings,
    pub machines: Vec<(&'static str, Settings)>,
    pub tags: Vec<(&'static str, Settings)>,
}

pub struct Instance {
    pub name: &'static str,
    pub roles: Vec<Role>,
}

pub struct Fleet {
    pub machines: Vec<Machine>,
    /// `inventory.tags`, in the order of names.
    pub tags: Vec<(&'static str, Vec<&'static str>)>,
    pub instances: Vec<Instance>,
}

fn some(dice: &mut Dice, percent: usize, from: &[&'static str]) -> Vec<&'static str> {
    from.iter()
        .copied()
        .filter(|_| dice.chance(percent))
        .collect()
}

/// The same in some other order.
fn shuffled(dice: &mut Dice, mut list: Vec<&'static str>) -> Vec<&'static str> {
    for at in (1..list.len()).rev() {
        list.swap(at, dice.below(at + 1));
    }
    list
}

fn settings(dice: &mut Dice, percent: usize) -> Settings {
    let mut settings = vec![];
    let marked = |dice: &mut Dice| match dice.below(8) {
        0 => Marked::Force,
        1 | 2 => Marked::Default,
        _ => Marked::Plainly,
    };
    if dice.chance(percent) {
        let mark = marked(dice);
        settings.push((mark, Given::Number(dice.below(3) as i64)));
    }
    if dice.chance(percent) {
        let mark = match dice.below(6) {
            0 => Marked::Before,
            1 => Marked::After,
            _ => marked(dice),
        };
        settings.push((mark, Given::Words(some(dice, 40, &["a", "b", "c"]))));
    }
    if dice.chance(percent) {
        let mark = marked(dice);
        let names = some(dice, 40, &["k", "l", "m"]);
        let counts = names.into_iter().map(|name| (name, dice.below(2) as i64));
        settings.push((mark, Given::Counts(counts.collect())));
    }
    settings
}

impl Fleet {
    pub fn by_chance(dice: &mut Dice) -> Fleet {
        let names = some(dice, 60, &MACHINES);
        let mut machines = vec![];
        for name in &names {
            let tags = some(dice, 40, &TAGS);
            machines.push(Machine {
                name,
                is_darwin: dice.chance(20),
                tags: shuffled(dice, tags),
            });
        }
        let known = [&MACHINES[..], &[STRANGER]].concat();
        let mut tags = vec![];
        for name in ["Old", "all", "far", "nixos"] {
            let percent = if name == "Old" || name == "far" {
                40
            } else {
                10
            };
            if dice.chance(percent) {
                tags.push((name, some(dice, 40, &known)));
            }
        }
        let mut instances = vec![];
        for name in some(dice, 60, &["first", "second", "third"]) {
            let mut roles = vec![];
            for name in some(dice, 75, &["head", "tail"]) {
                let members = some(dice, 25, &known);
                let asked = some(dice, 30, &[&TAGS[..], &OTHER_TAGS].concat());
                roles.push(Role {
                    name,
                    settings: settings(dice, 40),
                    machines: members
                        .into_iter()
                        .map(|name| (name, settings(dice, 30)))
                        .collect(),
                    tags: asked
                        .into_iter()
                        .map(|name| (name, settings(dice, 15)))
                        .collect(),
                });
            }
            instances.push(Instance { name, roles });
        }
        Fleet {
            machines,
            tags,
            instances,
        }
    }
}

/// A list of strings.
fn list(out: &mut fmt::Formatter<'_>, texts: &[&str]) -> fmt::Result {
    out.write_str("[ ")?;
    texts
        .iter()
        .try_for_each(|text| write!(out, "\"{text}\" "))?;
    out.write_str("]")
}

fn write_settings(out: &mut fmt::Formatter<'_>, path: &str, settings: &Settings) -> fmt::Result {
    if settings.is_empty() {
        return writeln!(out, "    {path} = {{ }};");
    }
    writeln!(out, "    {path}.settings = {{")?;
    for (mark, given) in settings {
        let name = match given {
            Given::Number(_) => "number",
            Given::Words(_) => "words",
            Given::Counts(_) => "counts",
        };
        let call = match mark {
            Marked::Plainly => "",
            Marked::Force => "lib.mkForce ",
            Marked::Default => "lib.mkDefault ",
            Marked::Before => "lib.mkBefore ",
            Marked::After => "lib.mkAfter ",
        };
        write!(out, "      {name} = {call}")?;
        match given {
            Given::Number(number) => write!(out, "{number}")?,
            Given::Words(words) => list(out, words)?,
            Given::Counts(counts) => {
                out.write_str("{ ")?;
                for (name, count) in counts {
                    write!(out, "{name} = {count}; ")?;
                }
                out.write_str("}")?;
            }
        }
        writeln!(out, ";")?;
    }
    writeln!(out, "    }};")
}

/// The service: its roles take the same settings, and one of them has bounds.
const SERVICE: &str = r#"  modules.work = {
    _class = "clan.service";
    manifest.name = "labour";
    manifest.constraints.maxInstances = 2;
    manifest.constraints.roles.head = { minMachines = 1; maxMachines = 3; };
    roles.head = { interface = interface; perInstance = _: { }; };
    roles.tail = { interface = interface; perInstance = _: { }; };
  };
"#;
const INTERFACE: &str = r#"  interface = { lib, ... }: {
    options.number = lib.mkOption { type = lib.types.int; default = 7; };
    options.words = lib.mkOption { type = lib.types.listOf lib.types.str; default = [ "none" ]; };
    options.counts = lib.mkOption { type = lib.types.attrsOf lib.types.int; default = { }; };
  };
"#;

impl fmt::Display for Fleet {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{{ lib, ... }}:\nlet\n{INTERFACE}in\n{{\n  meta.name = \"chance\";\n{SERVICE}"
        )?;
        for machine in &self.machines {
            let path = format!("  inventory.machines.{}", machine.name);
            write!(out, "{path}.tags = ")?;
            list(out, &machine.tags)?;
            out.write_str(";\n")?;
            if machine.is_darwin {
                writeln!(out, "{path}.machineClass = \"darwin\";")?;
            }
        }
        for (name, members) in &self.tags {
            write!(out, "  inventory.tags.{name} = ")?;
            list(out, members)?;
            out.write_str(";\n")?;
        }
        for instance in &self.instances {
            let name = instance.name;
            writeln!(out, "  inventory.instances.{name} = {{")?;
            writeln!(
                out,
                "    module = {{ name = \"work\"; input = \"self\"; }};"
            )?;
            for role in &instance.roles {
                let path = format!("roles.{}", role.name);
                write_settings(out, &path, &role.settings)?;
                for (machine, settings) in &role.machines {
                    write_settings(out, &format!("{path}.machines.{machine}"), settings)?;
                }
                for (tag, settings) in &role.tags {
                    write_settings(out, &format!("{path}.tags.{tag}"), settings)?;
                }
            }
            writeln!(out, "  }};")?;
        }
        writeln!(out, "}}")
    }
}
