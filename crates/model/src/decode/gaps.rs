//! What may be there beside what is known: sets that something out of reach adds to, lists and names that it stands in.

use nix_frontend::eval::{ErrorKind, EvalError, Evaluator, Value};
use nix_frontend::ir::Symbol;
use nix_lib::modules::errors::{Refusal, wrong_type};
use nix_lib::modules::level::Child;
use nix_lib::modules::types::Kind;
use source::Span;

use super::machines::Tags;
use super::{Decoder, faults};
use crate::assemble::{is_own, name_span};
use crate::inventory::{Gap, Generation, Instance, Inventory, Role, Sourced};

impl Gap {
    /// The gap that a failure leaves, if it failed since something is out of reach.
    pub fn of(error: &EvalError) -> Option<Gap> {
        let (name, because) = error.unknown()?;
        Some(Gap {
            name: name.to_owned(),
            because: because.to_owned(),
        })
    }
}

impl<'a> Decoder<'a, '_> {
    /// What the set at `path` may have beside what is known.
    pub(super) fn gap_at(&self, path: &[&str]) -> Option<Gap> {
        let gaps = self.library.modules.gaps();
        let is_there = |given: &[Symbol]| {
            let given = given.iter().map(|name| self.evaluator.name(*name));
            given.eq(path.iter().map(|name| name.as_bytes()))
        };
        let gap = gaps.into_iter().find(|gap| is_there(&gap.path))?;
        Some(Gap {
            name: gap.name,
            because: gap.because,
        })
    }

    /// The text of an attribute on which more depends: that it is out of reach is told.
    pub(super) fn known_text(&mut self, set: Value<'a>, name: &str) -> Option<Sourced<String>> {
        let evaluator = self.evaluator;
        let value = evaluator.force_attrs(set).ok();
        let value = value.and_then(|attrs| attrs.value(evaluator.symbol(name)));
        match value.map(|value| evaluator.or_unknown(evaluator.force(value))) {
            Some(Ok(unknown @ Value::OutOfReach(_))) => {
                self.report(&evaluator.expected("a string", unknown));
                None
            }
            _ => self.text(set, name),
        }
    }

    /// The attribute of a set, or why it is not known.
    pub(super) fn attr_or_gap(
        &mut self,
        set: Value<'a>,
        name: &str,
    ) -> (Option<Value<'a>>, Option<Gap>) {
        let evaluator = self.evaluator;
        let value = evaluator.force_attrs(set).ok();
        let value = value.and_then(|attrs| attrs.value(evaluator.symbol(name)));
        let gap = match value.map(|value| evaluator.force(value)) {
            Some(Err(error)) => Gap::of(&error),
            _ => None,
        };
        (self.attr(set, name), gap)
    }

    /// The tags of a machine, one by one where the list as a whole is not known, and whether it may carry more.
    pub(super) fn machine_tags(
        &mut self,
        machine: Value<'a>,
        name: &str,
        tags: &Tags,
    ) -> (Vec<Sourced<String>>, Option<Gap>) {
        let attrs = self.evaluator.force_attrs(machine);
        let attrs = self.tell(attrs);
        let Some(attr) = attrs.and_then(|attrs| attrs.get(self.evaluator.symbol("tags"))) else {
            return (vec![], None);
        };
        let list = name_span(self.evaluator, attr.place);
        let (written, failures) = texts_of(self.evaluator, attr.value, list);
        for error in &failures {
            self.report(error);
        }
        let gap = failures.iter().find_map(Gap::of);
        let gap = gap.or_else(|| self.gap_at(&["inventory", "machines", name]));
        // Of tags that need themselves it is known which these are.
        let is_fault = |error: &&EvalError| {
            error.kind != ErrorKind::InfiniteRecursion && Gap::of(error).is_none()
        };
        let fault = failures.iter().find(is_fault);
        let fault = fault.map(|error| faults::in_tags(error, name));
        if !written.is_empty() || (gap.is_none() && failures.is_empty()) {
            return (written, gap.or(fault));
        }
        let (mut written, gap, refused) = self.defined_tags(machine);
        for error in &refused {
            self.report(error);
        }
        for (tag, members) in tags {
            let is_member = members.value.iter().any(|member| member.value == name);
            if is_member && !written.iter().any(|other| other.value == *tag) {
                written.push(Sourced::new(tag.clone(), list));
            }
        }
        (written, gap.or(fault))
    }

    /// What the definitions of a machine's `tags` say, each for itself, and those that are no lists: the list as a whole may fail for another reason.
    fn defined_tags(
        &self,
        machine: Value<'a>,
    ) -> (Vec<Sourced<String>>, Option<Gap>, Vec<EvalError>) {
        let evaluator = self.evaluator;
        let option = || {
            let root = self.library.modules.evaluation_of(machine)?;
            let root = root.root(evaluator).ok()?;
            let name = evaluator.symbol("tags");
            let child = root.child(evaluator, self.library.modules, name).ok()??;
            let Child::Option(option) = child else {
                return None;
            };
            let definitions = match option.finals(evaluator) {
                Ok(finals) => finals.winners,
                // One of them fails already where it is asked for its priority.
                Err(_) => root.definitions_of(evaluator, name).ok()?,
            };
            Some((option.loc, definitions))
        };
        let (mut written, mut gap, mut refused) = (vec![], None, vec![]);
        let Some((loc, definitions)) = option() else {
            return (written, gap, refused);
        };
        for definition in definitions {
            if is_own(evaluator, definition.place) {
                continue;
            }
            let around = name_span(evaluator, definition.place);
            let (texts, missing) = texts_of(evaluator, definition.value, around);
            written.extend(texts);
            gap = gap.or_else(|| missing.iter().find_map(Gap::of));
            let value = evaluator.force(definition.value).ok();
            if value.is_some_and(|value| !matches!(value, Value::List(_) | Value::OutOfReach(_))) {
                let of = |kind| self.library.modules.new_type(evaluator, kind);
                let of = of(Kind::ListOf(of(Kind::Str), false));
                let refusal = Refusal {
                    definitions: vec![*definition],
                    message: None,
                    by_merge: false,
                };
                refused.push(*wrong_type(evaluator, loc, of, &refusal, false));
            }
        }
        (written, gap, refused)
    }

    /// Where an instance's roles and members may be more than what is known.
    pub(super) fn instance_gap(&self, name: &str) -> Option<Gap> {
        let roles = self.gap_at(&["inventory", "instances", name, "roles"]);
        roles.or_else(|| self.gap_at(&["inventory", "instances", name]))
    }

    /// What may be missing from a role of an instance.
    pub(super) fn role_gap(&self, instance: &str, role: &str) -> Option<Gap> {
        let path = ["inventory", "instances", instance, "roles", role];
        let below = |part: &'static str| [&path[..], &[part]].concat();
        let mut paths = [path.to_vec(), below("machines"), below("tags")].into_iter();
        paths.find_map(|path| self.gap_at(&path))
    }

    /// Every gap of the inventory by its path in documents.
    pub(super) fn gaps(&self) -> Vec<(String, Gap)> {
        let mut found: Vec<(String, Gap)> = vec![];
        for gap in self.library.modules.gaps() {
            let path: Vec<String> = gap
                .path
                .iter()
                .map(|name| self.evaluator.name_text(*name))
                .collect();
            if path.first().is_none_or(|first| first != "inventory") {
                continue;
            }
            let path = path.join(".");
            if !found.iter().any(|(known, _)| *known == path) {
                let (name, because) = (gap.name, gap.because);
                found.push((path, Gap { name, because }));
            }
        }
        found
    }
}

/// The strings of a list, and what fails of them.
pub(super) fn texts_of<'a>(
    evaluator: &Evaluator<'a>,
    list: Value<'a>,
    around: Span,
) -> (Vec<Sourced<String>>, Vec<EvalError>) {
    let (mut texts, mut failures) = (vec![], vec![]);
    match evaluator.force_list(list) {
        Err(error) => failures.push(*error),
        Ok(items) => {
            for item in items {
                match evaluator.force_string(*item) {
                    Ok(string) => {
                        let span = evaluator.session.span_of_bytes(string.bytes);
                        texts.push(Sourced::new(string.text(), span.unwrap_or(around)));
                    }
                    Err(error) => failures.push(*error),
                }
            }
        }
    }
    (texts, failures)
}

impl Inventory<'_> {
    /// Why not all members of a role are known, if they are not.
    pub fn members_gap(&self, instance: &Instance<'_>, role: &Role<'_>) -> Option<Gap> {
        if let Some(gap) = &role.gap {
            return Some(gap.clone());
        }
        for tag in &role.tags {
            if let Some(gap) = self.tag_gaps.get(&tag.value) {
                return Some(gap.clone());
            }
            if let Some(gap) = &self.machines_gap {
                return Some(gap.clone());
            }
            let mut unsure = self.machines.values().filter(|machine| {
                let carries = machine.tags.iter().any(|each| each.name == tag.value);
                !carries && !self.is_computed(&tag.value)
            });
            if let Some(gap) = unsure.find_map(|machine| machine.tags_gap.clone()) {
                return Some(gap);
            }
        }
        let has_roles = instance.generation == Generation::Instances;
        instance.gap.clone().filter(|_| has_roles)
    }

    /// Whether clan gives a tag to every machine that it fits.
    fn is_computed(&self, tag: &str) -> bool {
        matches!(tag, "all" | "nixos" | "darwin") && self.tags.contains_key(tag)
    }
}
