//! Every place at which a file names something of the clan, before anything is merged.
//!
//! A path says what is named: `inventory machines jon` is a machine, `inventory machines jon tags web` a tag of it, `inventory instances
//! i roles client machines jon` a member. The last name of a path is what stands at the place: an attribute's name, or a string. So each
//! reader of paths decides by himself what they mean to him, and nothing is found by its spelling.
//!
//! What a file does not say itself (a name that is computed from others) is there with the place it comes from, as computed.

use nix_frontend::eval::{Attrs, Evaluator, Value};
use nix_lib::Library;
use nix_lib::modules::definition::Definition;
use nix_lib::modules::level::Child;
use nix_lib::modules::properties::{Marker, marker};
use source::{Pos, Span};

use crate::assemble::{Clan, is_own, name_span};

/// The deepest settings that are looked into.
const DEEPEST: usize = 16;

/// A place at which something is named.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Occurrence {
    /// The place: an attribute's name with its quotes, or a string without.
    pub span: Span,
    /// What is named, from the clan on.
    pub path: Vec<String>,
    /// Whether the name was made of what stands there, rather than written there.
    pub is_computed: bool,
    /// Whether it is a further place of an attribute that is defined in parts: `a` of `a.c = …` behind `a.b = …`.
    pub is_repeated: bool,
}

struct Walk<'a, 'w> {
    evaluator: &'w Evaluator<'a>,
    library: Library<'a>,
    path: Vec<String>,
    found: Vec<Occurrence>,
}

/// The occurrences in all files of a clan, in no order that means anything. What cannot be evaluated has none.
pub fn occurrences<'a>(
    evaluator: &Evaluator<'a>,
    library: Library<'a>,
    clan: &Clan<'a>,
) -> Vec<Occurrence> {
    let mut walk = Walk {
        evaluator,
        library,
        path: vec![],
        found: vec![],
    };
    walk.clan(clan);
    // What had to be tolerated was told when the inventory was read.
    library.modules.take_tolerated();
    walk.found
}

impl<'a> Walk<'a, '_> {
    fn clan(&mut self, clan: &Clan<'a>) {
        for part in ["machines", "modules"] {
            let definitions = self.definitions(clan.config, part);
            self.below(part, |walk| walk.names(definitions));
        }
        let Some(inventory) = self.value(clan.config, "inventory") else {
            return;
        };
        self.below("inventory", |walk| {
            for (part, look) in [
                ("meta", Walk::settings as fn(&mut Self, Value<'a>)),
                ("tags", Walk::tags),
                ("machines", Walk::machines),
                ("instances", Walk::instances),
                ("services", Walk::services),
            ] {
                let definitions = walk.definitions(inventory, part);
                walk.below(part, |walk| walk.names(definitions));
                if let Some(value) = walk.value(inventory, part) {
                    walk.below(part, |walk| look(walk, value));
                }
            }
        });
    }

    /// `inventory.tags`: each a list of machines.
    fn tags(&mut self, tags: Value<'a>) {
        self.each(tags, |walk, value, place| {
            walk.record(place);
            walk.strings(value, place);
        });
    }

    fn machines(&mut self, machines: Value<'a>) {
        self.each(machines, |walk, machine, _| {
            let definitions = walk.definitions(machine, "tags");
            walk.below("tags", |walk| walk.lists(definitions));
        });
    }

    fn instances(&mut self, instances: Value<'a>) {
        self.each(instances, |walk, instance, _| {
            if let Some(module) = walk.value(instance, "module") {
                walk.below("module", |walk| {
                    walk.text(module, "name");
                    walk.text(module, "input");
                });
            }
            walk.roles(instance);
        });
    }

    fn services(&mut self, services: Value<'a>) {
        self.each(services, |walk, instances, _| {
            walk.each(instances, |walk, instance, place| {
                walk.record(place);
                walk.part(instance, "config", Walk::settings);
                walk.roles(instance);
                let definitions = walk.definitions(instance, "machines");
                walk.below("machines", |walk| walk.names(definitions));
                walk.part(instance, "machines", |walk, machines| {
                    walk.each(machines, |walk, machine, _| {
                        walk.part(machine, "config", Walk::settings);
                    });
                });
            });
        });
    }

    /// The roles of an instance of either generation.
    fn roles(&mut self, instance: Value<'a>) {
        let definitions = self.definitions(instance, "roles");
        self.below("roles", |walk| walk.names(definitions));
        self.part(instance, "roles", |walk, roles| {
            walk.each(roles, |walk, role, _| {
                for part in ["machines", "tags"] {
                    let definitions = walk.definitions(role, part);
                    walk.below(part, |walk| walk.lists(definitions));
                    walk.part(role, part, |walk, members| {
                        if let Ok(Value::Attrs(_)) = walk.evaluator.force(members) {
                            walk.each(members, |walk, member, _| {
                                walk.part(member, "settings", Walk::settings);
                            });
                        }
                    });
                }
                walk.part(role, "settings", Walk::settings);
                walk.part(role, "config", Walk::settings);
            });
        });
    }

    /// The names in settings, and in the sets within.
    fn settings(&mut self, settings: Value<'a>) {
        let start = self.path.len();
        self.settings_below(settings, start);
    }

    fn settings_below(&mut self, settings: Value<'a>, start: usize) {
        if self.path.len() - start > DEEPEST {
            return;
        }
        let get = |attrs: &'a Attrs<'a>, name: &str| attrs.value(self.evaluator.symbol(name));
        match marker(self.evaluator, settings) {
            Ok(Some((Marker::Merge, attrs))) => {
                let contents = get(attrs, "contents").unwrap_or(Value::Null);
                let contents = self.evaluator.force_list(contents).unwrap_or_default();
                for value in contents {
                    self.settings_below(*value, start);
                }
            }
            Ok(Some((_, attrs))) => {
                if let Some(content) = get(attrs, "content") {
                    self.settings_below(content, start);
                }
            }
            Ok(None) => {
                if let Ok(Value::Attrs(attrs)) = self.evaluator.force(settings)
                    && !self.evaluator.is_derivation(attrs).unwrap_or(true)
                {
                    self.each(settings, |walk, value, place| {
                        walk.record(place);
                        walk.settings_below(value, start);
                    });
                }
            }
            Err(_) => {}
        }
    }

    /// What modules define of an option of a submodule, or of the clan; those that count.
    fn definitions(&self, of: Value<'a>, name: &str) -> &'a [Definition<'a>] {
        let (evaluator, modules) = (self.evaluator, self.library.modules);
        let definitions = || {
            let root = modules.evaluation_of(of)?.root(evaluator).ok()?;
            let name = evaluator.symbol(name);
            let child = root.child(evaluator, modules, name).ok()??;
            let finals = match child {
                Child::Option(option) => option.finals(evaluator).ok(),
                Child::Level(_) => None,
            };
            let counting = finals.map(|finals| finals.winners);
            counting.or_else(|| root.definitions_of(evaluator, name).ok())
        };
        definitions().unwrap_or_default()
    }

    /// The names in definitions that are sets.
    fn names(&mut self, definitions: &[Definition<'a>]) {
        for definition in definitions {
            self.names_in(definition);
        }
    }

    fn names_in(&mut self, definition: &Definition<'a>) {
        let Ok(Value::Attrs(attrs)) = self.evaluator.force(definition.value) else {
            return;
        };
        for attr in self.evaluator.ordered(attrs) {
            let name = self.evaluator.name_text(attr.name);
            let place = match attr.place.some() {
                Some(place) => place,
                None => definition.place.borrowed(),
            };
            self.below(&name, |walk| walk.record(place));
        }
    }

    /// What definitions list, be they lists of strings or sets.
    fn lists(&mut self, definitions: &[Definition<'a>]) {
        for definition in definitions {
            match self.evaluator.force(definition.value) {
                Ok(Value::List(_)) => self.strings(definition.value, definition.place),
                _ => self.names_in(definition),
            }
        }
    }

    /// The strings of a list that is given to the name at `place`.
    fn strings(&mut self, list: Value<'a>, place: Pos) {
        for item in self.evaluator.force_list(list).unwrap_or_default() {
            self.string(*item, place);
        }
    }

    fn string(&mut self, value: Value<'a>, place: Pos) {
        if let Ok(Value::String(string)) = self.evaluator.force(value) {
            let written = self.evaluator.session.span_of_bytes(string.bytes);
            self.below(&string.text(), |walk| match written {
                Some(span) if !is_own(walk.evaluator, span.start) => walk.add(span, false),
                _ => walk.record(place.borrowed()),
            });
        }
    }

    /// The string that an attribute of a set is.
    fn text(&mut self, set: Value<'a>, name: &str) {
        if let Ok(attrs) = self.evaluator.force_attrs(set)
            && let Some(attr) = attrs.get(self.evaluator.symbol(name))
        {
            self.below(name, |walk| walk.string(attr.value, attr.place));
        }
    }

    fn value(&self, set: Value<'a>, name: &str) -> Option<Value<'a>> {
        let attrs = self.evaluator.force_attrs(set).ok()?;
        let attr = attrs.get(self.evaluator.symbol(name))?;
        self.evaluator.force(attr.value).ok()
    }

    /// Looks at an attribute of a set, if it is there.
    fn part(&mut self, set: Value<'a>, name: &str, look: impl FnOnce(&mut Self, Value<'a>)) {
        if let Some(value) = self.value(set, name) {
            self.below(name, |walk| look(walk, value));
        }
    }

    /// Looks at each attribute of a set, and where its name stands.
    fn each(&mut self, set: Value<'a>, mut look: impl FnMut(&mut Self, Value<'a>, Pos)) {
        let Ok(attrs) = self.evaluator.force_attrs(set) else {
            return;
        };
        for attr in self.evaluator.ordered(attrs) {
            if let Ok(value) = self.evaluator.force(attr.value) {
                let name = self.evaluator.name_text(attr.name);
                self.below(&name, |walk| look(walk, value, attr.place));
            }
        }
    }

    fn below<T>(&mut self, name: &str, look: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(name.to_owned());
        let seen = look(self);
        self.path.pop();
        seen
    }

    /// Writes down that the path is named at `place`.
    fn record(&mut self, place: Pos) {
        let span = name_span(self.evaluator, place);
        self.add(span, place.is_borrowed());
        if !span.is_none() && !place.is_borrowed() {
            let session = self.evaluator.session;
            for span in session.repeated(span.start) {
                self.found.push(Occurrence {
                    span,
                    path: self.path.clone(),
                    is_computed: false,
                    is_repeated: true,
                });
            }
        }
    }

    fn add(&mut self, span: Span, is_computed: bool) {
        if !span.is_none() {
            self.found.push(Occurrence {
                span,
                path: self.path.clone(),
                is_computed,
                is_repeated: false,
            });
        }
    }
}
