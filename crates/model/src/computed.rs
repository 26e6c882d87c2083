//! What clan-core's own code computed of a clan, as data.
//!
//! Where the code keeps its results differs from year to year; `data/computed.nix` knows the places. Each part is read on its own: one that fails, or
//! needs something out of reach, leaves the others.

use indexmap::IndexMap;
use nix_frontend::eval::{EvalError, Evaluator, Result, Value};
use source::Span;

use crate::assemble::{entries, own_text};
use crate::data::{Data, read_with};
use crate::inventory::Generation;

const TEXT: &str = include_str!("../data/computed.nix");
const PATH: &str = "/«clan-core»/computed.nix";

/// What clan-core's own code computed.
#[derive(Clone, Default, Debug)]
pub struct Computed {
    /// The machines by name; none if they could not be computed.
    pub machines: Option<IndexMap<String, ComputedMachine>>,
    /// The instances; those that could not be computed are missing.
    pub instances: Vec<ComputedInstance>,
    /// What could not be computed, and why.
    pub failures: Vec<Failure>,
}

/// A machine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ComputedMachine {
    /// `nixos` or `darwin`.
    pub class: String,
    /// The tags that it carries, in order.
    pub tags: Vec<String>,
}

/// An instance of a service.
#[derive(Clone, Debug)]
pub struct ComputedInstance {
    /// Which generation it is of.
    pub generation: Generation,
    /// The service's module name.
    pub service: String,
    /// `module.input`.
    pub input: Option<String>,
    /// Its own name.
    pub name: String,
    /// Its roles by name; services generation: none if no machine is told of the instance.
    pub roles: IndexMap<String, ComputedRole>,
}

/// A role of an instance.
#[derive(Clone, Default, Debug)]
pub struct ComputedRole {
    /// Its members, in order.
    pub members: Vec<String>,
    /// Instances generation: the settings of each member.
    pub settings: IndexMap<String, Data>,
}

/// Something that could not be computed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What.
    pub what: String,
    /// Why.
    pub error: EvalError,
}

impl Computed {
    /// Nothing, because of this error.
    pub fn failed(error: EvalError) -> Computed {
        let what = "the clan".to_owned();
        Computed {
            failures: vec![Failure { what, error }],
            ..Computed::default()
        }
    }
}

/// Reads what a real clan-core computed in the `outputs` of a flake. `lib` is the one that clan-core has.
pub fn read_computed<'a>(
    evaluator: &Evaluator<'a>,
    lib: Value<'a>,
    outputs: Value<'a>,
) -> Computed {
    let mut reader = Reader {
        evaluator,
        computed: Computed::default(),
    };
    let whole = || {
        let function = own_text(evaluator, PATH, TEXT)?;
        let arguments = evaluator.attrs_from([("lib", lib), ("outputs", outputs)]);
        evaluator.call1(function, arguments)
    };
    if let Some(whole) = reader.tell("the clan", whole()) {
        let machines = reader.machines(whole);
        reader.computed.machines = reader.tell("the machines", machines);
        let instances = reader.list(whole, "instances");
        for instance in reader.tell("the instances", instances).unwrap_or_default() {
            let name = reader.text(*instance, "name").unwrap_or_default();
            let read = reader.instance(*instance);
            let read = reader.tell(&format!("the instance `{name}`"), read);
            reader.computed.instances.extend(read);
        }
    }
    reader.computed
}

struct Reader<'a, 'e> {
    evaluator: &'e Evaluator<'a>,
    computed: Computed,
}

impl<'a> Reader<'a, '_> {
    fn tell<T>(&mut self, what: &str, result: Result<T>) -> Option<T> {
        result
            .map_err(|error| {
                self.computed.failures.push(Failure {
                    what: what.to_owned(),
                    error: *error,
                });
            })
            .ok()
    }

    fn get(&self, set: Value<'a>, name: &str) -> Result<Value<'a>> {
        let set = self.evaluator.force(set)?;
        let symbol = self.evaluator.symbol(name);
        self.evaluator.select(set, symbol, Span::NONE)
    }

    fn text(&self, set: Value<'a>, name: &str) -> Result<String> {
        let value = self.get(set, name)?;
        Ok(self.evaluator.force_string(value)?.text())
    }

    fn list(&self, set: Value<'a>, name: &str) -> Result<&'a [Value<'a>]> {
        self.evaluator.force_list(self.get(set, name)?)
    }

    fn texts(&self, set: Value<'a>, name: &str) -> Result<Vec<String>> {
        let items = self.list(set, name)?.iter();
        let texts = items.map(|item| Ok(self.evaluator.force_string(*item)?.text()));
        texts.collect()
    }

    fn machines(&self, whole: Value<'a>) -> Result<IndexMap<String, ComputedMachine>> {
        let machines = entries(self.evaluator, self.get(whole, "machines")?)?.into_iter();
        let machines = machines.map(|(name, attr)| {
            let machine = ComputedMachine {
                class: self.text(attr.value, "class")?,
                tags: self.texts(attr.value, "tags")?,
            };
            Ok((name, machine))
        });
        machines.collect()
    }

    fn instance(&mut self, instance: Value<'a>) -> Result<ComputedInstance> {
        let generation = match &*self.text(instance, "generation")? {
            "services" => Generation::Services,
            _ => Generation::Instances,
        };
        let input = match self.get(instance, "input")? {
            Value::Null => None,
            input => Some(self.evaluator.force_string(input)?.text()),
        };
        let name = self.text(instance, "name")?;
        let mut roles = IndexMap::new();
        for (role, attr) in entries(self.evaluator, self.get(instance, "roles")?)? {
            let mut read = ComputedRole {
                members: self.texts(attr.value, "members")?,
                settings: IndexMap::new(),
            };
            let settings = self.get(attr.value, "settings")?;
            for (machine, attr) in entries(self.evaluator, settings)? {
                let settings = self.settings(attr.value, &machine);
                let what = format!("settings of `{machine}` in role `{role}` of `{name}`");
                if let Some(settings) = self.tell(&what, settings) {
                    read.settings.insert(machine, settings);
                }
            }
            roles.insert(role, read);
        }
        Ok(ComputedInstance {
            generation,
            service: self.text(instance, "service")?,
            input,
            name,
            roles,
        })
    }
    /// Settings as data; as in those merged here, what fails in them is unknown where it stands. Errors: they fail as a whole.
    fn settings(&self, settings: Value<'a>, machine: &str) -> Result<Data> {
        let settings = self.evaluator.force(settings)?;
        read_with(self.evaluator, settings, &mut |error| {
            Some(Data::Unknown {
                name: machine.to_owned(),
                because: error.message.clone(),
            })
        })
    }
}
