//! Reads the merged inventory part by part.
//!
//! Every part that fails is reported and left out, or stands with its default; what does not depend on it is still read.

mod clan_level;
mod faults;
mod gaps;
mod instances;
mod machines;
mod services;
mod weightless;

pub use weightless::Weightless;

use indexmap::IndexMap;
use nix_frontend::eval::coerce::Coercion;
use nix_frontend::eval::{At, ErrorKind, EvalError, Evaluator, Result, Value};
use nix_lib::Library;
use source::{Diagnostic, Pos, Span};

use crate::assemble::{Clan, entries, name_span};
use crate::data::{Data, read_without};
use crate::inventory::{Gap, Inventory, Setting, Sourced};

/// What decoding needs, and where it reports.
pub struct Decoder<'a, 'd> {
    /// The run.
    pub evaluator: &'d Evaluator<'a>,
    /// `lib` and the module system.
    pub library: Library<'a>,
    /// The clan.
    pub clan: &'d Clan<'a>,
    /// What was found.
    pub diagnostics: &'d mut Vec<Diagnostic>,
}

/// Reads the inventory of a clan.
pub fn decode<'a>(
    evaluator: &Evaluator<'a>,
    library: Library<'a>,
    clan: &Clan<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Inventory<'a> {
    let mut decoder = Decoder {
        evaluator,
        library,
        clan,
        diagnostics,
    };
    let inventory = decoder.attr(clan.config, "inventory");
    let inventory = inventory.unwrap_or_else(|| evaluator.attrs(vec![]));
    let meta = decoder.meta(inventory);
    let (tags, tag_gaps) = decoder.tags(inventory);
    let (mut machines, machines_fault) = decoder.machines(inventory, &tags);
    let (mut instances, bare_services) = decoder.services(inventory);
    instances.extend(decoder.instances(inventory));
    decoder.inventory_modules(inventory);
    decoder.whereabouts();
    decoder.checks();
    decoder.machine_modules();
    let document = decoder.document(inventory, &meta);
    let tolerated = library.modules.take_tolerated();
    for error in &tolerated {
        decoder.report(error);
    }
    let refused = faults::refused(&tolerated, &mut machines);
    let machines_gap = decoder.gap_at(&["inventory", "machines"]);
    Inventory {
        machines_gap: machines_gap.or(machines_fault).or(refused),
        gaps: decoder.gaps(),
        meta,
        machines,
        tags,
        tag_gaps,
        instances,
        bare_services,
        document,
    }
}

impl<'a> Decoder<'a, '_> {
    /// Reports a failure, once.
    pub fn report(&mut self, error: &EvalError) {
        let diagnostic = error.diagnostic();
        let known = self.diagnostics.iter().any(|other| {
            let is_same =
                other.message == diagnostic.message && other.primary() == diagnostic.primary();
            // One value that needs itself is met wherever something needs it.
            let is_endless = error.kind == ErrorKind::InfiniteRecursion;
            let is_shared = || faults::is_shared(&diagnostic, other);
            other.code == diagnostic.code && (is_same || is_endless || is_shared())
        });
        if !known {
            self.diagnostics.push(diagnostic);
        }
    }

    /// The result, or a report.
    pub fn tell<T>(&mut self, result: Result<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.report(&error);
                None
            }
        }
    }

    /// The attribute of a set, evaluated; none if it is not there or fails, which is reported.
    pub fn attr(&mut self, set: Value<'a>, name: &str) -> Option<Value<'a>> {
        let attrs = self.evaluator.force_attrs(set);
        let attrs = self.tell(attrs)?;
        let attr = attrs.get(self.evaluator.symbol(name))?;
        let span = name_span(self.evaluator, attr.place);
        let value = self.evaluator.force(attr.value).at(span);
        self.tell(value)
    }

    /// The attribute of a set, not evaluated, and where its name stands.
    pub fn setting(&mut self, set: Value<'a>, name: &str) -> Option<Setting<'a>> {
        let attrs = self.evaluator.force_attrs(set);
        let attrs = self.tell(attrs)?;
        let attr = attrs.get(self.evaluator.symbol(name))?;
        let value = self.evaluator.force(attr.value);
        let value = self.tell(value)?;
        match value {
            Value::Attrs(inner) if inner.is_empty() => None,
            value => Some(Setting {
                value,
                place: attr.place,
            }),
        }
    }

    /// The attributes of a set, in the order of names.
    pub fn children(&mut self, set: Option<Value<'a>>) -> Vec<(String, Span, Value<'a>)> {
        let Some(set) = set else { return vec![] };
        let entries = entries(self.evaluator, set);
        let entries = self.tell(entries).unwrap_or_default();
        let mut children = vec![];
        for (name, attr) in entries {
            let span = name_span(self.evaluator, attr.place);
            let value = self.evaluator.force(attr.value).at(span);
            if let Some(value) = self.tell(value) {
                children.push((name, span, value));
            }
        }
        children
    }

    /// A string attribute, with the place of its text, or else of its name.
    pub fn text(&mut self, set: Value<'a>, name: &str) -> Option<Sourced<String>> {
        let attrs = self.evaluator.force_attrs(set);
        let attrs = self.tell(attrs)?;
        let attr = attrs.get(self.evaluator.symbol(name))?;
        let value = self.evaluator.force(attr.value);
        match self.tell(value)? {
            Value::String(string) => {
                let span = self.evaluator.session.span_of_bytes(string.bytes);
                let span = span.unwrap_or_else(|| name_span(self.evaluator, attr.place));
                Some(Sourced::new(string.text(), span))
            }
            _ => None,
        }
    }

    /// The strings of a list, each with its place, or else that of the list's name.
    pub fn texts(&mut self, set: Value<'a>, name: &str) -> Vec<Sourced<String>> {
        self.texts_and_gap(set, name).0
    }

    /// Like [`Decoder::texts`]; with why there may be more, where something in the list is out of reach.
    pub fn texts_and_gap(
        &mut self,
        set: Value<'a>,
        name: &str,
    ) -> (Vec<Sourced<String>>, Option<Gap>) {
        let attrs = self.evaluator.force_attrs(set);
        let Some(attrs) = self.tell(attrs) else {
            return (vec![], None);
        };
        let Some(attr) = attrs.get(self.evaluator.symbol(name)) else {
            return (vec![], None);
        };
        let around = name_span(self.evaluator, attr.place);
        let (texts, failures) = gaps::texts_of(self.evaluator, attr.value, around);
        for error in &failures {
            self.report(error);
        }
        let gap = failures.iter().find_map(Gap::of);
        (texts, gap)
    }

    /// The modules of a list as data: strings and paths as they are.
    pub fn extra_modules(&mut self, set: Value<'a>, serializable: bool) -> Vec<Sourced<Data>> {
        let attrs = self.evaluator.force_attrs(set);
        let Some(attrs) = self.tell(attrs) else {
            return vec![];
        };
        let Some(attr) = attrs.get(self.evaluator.symbol("extraModules")) else {
            return vec![];
        };
        let span = name_span(self.evaluator, attr.place);
        let items = self.evaluator.force_list(attr.value);
        let items = self.tell(items).unwrap_or_default();
        let mut modules = vec![];
        for item in items {
            if let Some(module) = self.extra_module(*item, span, serializable) {
                modules.push(Sourced::new(module, span));
            }
        }
        modules
    }

    fn extra_module(&mut self, item: Value<'a>, span: Span, serializable: bool) -> Option<Data> {
        let value = self.evaluator.force(item);
        let value = self.tell(value)?;
        match value {
            Value::String(_) | Value::Path(_) => {
                let text = self.evaluator.coerce_to_string(value, Coercion::PATH_PART);
                let text = self.tell(text)?.text();
                Some(match value {
                    Value::Path(_) => Data::Path(text),
                    _ => Data::String(text),
                })
            }
            Value::OutOfReach(_) => self.data(value),
            function if function.is_function() => {
                if serializable {
                    let message = "a function in `extraModules` cannot be written as JSON";
                    let error = EvalError::new(ErrorKind::Coded("not-serializable"), message);
                    self.report(&error.at(span).help("name the file that has the function"));
                    return None;
                }
                self.data(value)
            }
            Value::Attrs(_) if !serializable => Some(Data::Set(vec![])),
            other => self.data(other),
        }
    }

    /// A value as data; what fails in it is reported and becomes unknown.
    pub fn data(&mut self, value: Value<'a>) -> Option<Data> {
        self.data_without(value, &[])
    }

    fn data_without(&mut self, value: Value<'a>, omitted: &[&str]) -> Option<Data> {
        let mut failures = vec![];
        let data = read_without(self.evaluator, value, omitted, &mut |error| {
            failures.push(error.clone());
            Some(Data::Unknown {
                name: "error".to_owned(),
                because: error.message.clone(),
            })
        });
        for error in failures {
            self.report(&error);
        }
        self.tell(data)
    }

    /// Clan builds machines with functions in `config` of a service, but its commands cannot read such an inventory.
    fn functions_in(&mut self, data: &Data, place: Pos) {
        match data {
            Data::Function(_) => {
                let message = "a function in `config` cannot be written as JSON";
                let diagnostic = Diagnostic::warning("not-serializable", message);
                let span = name_span(self.evaluator, place);
                self.diagnostics.push(
                    diagnostic
                        .label(span, "is a function")
                        .note_line("clan's commands cannot read this inventory")
                        .help("write its result here, or the function into a module of `extraModules`"),
                );
            }
            Data::Set(attrs) => {
                for (_, inner, value) in attrs {
                    self.functions_in(value, if inner.is_none() { place } else { *inner });
                }
            }
            Data::List(items) => items.iter().for_each(|item| self.functions_in(item, place)),
            _ => {}
        }
    }

    fn meta(&mut self, inventory: Value<'a>) -> Data {
        let Some(meta) = self.attr(inventory, "meta") else {
            return Data::empty();
        };
        let entries = entries(self.evaluator, meta);
        let entries = self.tell(entries).unwrap_or_default();
        let mut data = vec![];
        for (name, attr) in entries {
            match self.evaluator.force(attr.value) {
                Ok(value) => {
                    if name == "tld" && !matches!(value, Value::Null) {
                        self.diagnostics
                            .push(deprecated_tld(name_span(self.evaluator, attr.place)));
                    }
                    if let Some(value) = self.data(value) {
                        data.push((name, attr.place, value));
                    }
                }
                Err(error) if name == "name" && error.kind == ErrorKind::Coded("missing-value") => {
                    let missing = self.no_name();
                    self.diagnostics.push(missing);
                    data.push((name, Pos::NONE, Data::Null));
                }
                Err(error) => self.report(&error),
            }
        }
        Data::Set(data)
    }

    /// Clan reads the name of a flake's clan whenever it reads the inventory. That of a bare file may be given by the flake around it, and
    /// that of a clan of which a part is left out may stand there.
    fn no_name(&self) -> Diagnostic {
        let message = "the clan has no name";
        let is_whole = self.library.modules.skipped().is_empty();
        match self.clan.made_at.filter(|_| is_whole) {
            Some(place) => Diagnostic::error("missing-value", message)
                .label(name_span(self.evaluator, place), "this clan")
                .help("define `meta.name`"),
            None => Diagnostic::warning("missing-value", message)
                .help("define `meta.name`; clan fails where something reads it"),
        }
    }

    /// The inventory as clan-core would serialise it: without what is internal.
    fn document(&mut self, inventory: Value<'a>, meta: &Data) -> Data {
        let mut parts = vec![("meta".to_owned(), Pos::NONE, meta.clone())];
        for name in ["machines", "tags", "instances", "services"] {
            let absent = name == "services" && !self.clan.dialect.has_services();
            let attrs = self.evaluator.force_attrs(inventory);
            let there = attrs.is_ok_and(|attrs| attrs.get(self.evaluator.symbol(name)).is_some());
            if absent || !there {
                continue;
            }
            let omitted = match name {
                "instances" => NEVER_SERIALISED,
                _ => &[],
            };
            if let Some(value) = self.attr(inventory, name)
                && let Some(data) = self.data_without(value, omitted)
            {
                if name == "services" {
                    self.functions_in(&data, Pos::NONE);
                }
                parts.push((name.to_owned(), Pos::NONE, data));
            }
        }
        Data::Set(parts)
    }
}

/// What clan leaves out of `instances` when it writes the inventory as JSON: modules may well contain themselves, as `inputs` does.
const NEVER_SERIALISED: &[&str] = &["*", "roles", "*", "extraModules"];

fn deprecated_tld(span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::warning("deprecated-option", "`meta.tld` is deprecated");
    let diagnostic = if span.is_none() {
        diagnostic
    } else {
        diagnostic.label(span, "has another name now")
    };
    diagnostic.help("write `meta.domain` instead")
}

/// What each name is given, in the order of names.
pub(crate) type Named<T> = IndexMap<String, T>;
