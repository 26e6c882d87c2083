//! What a clan says beside its inventory's machines and instances: its checks, and modules under a name that is no longer theirs.

use nix_frontend::eval::{At, Bool, ErrorKind, EvalError, Value};
use source::{Diagnostic, Span};

use super::Decoder;
use crate::assemble::{entries, name_span};
use crate::dialect::Fact;

/// A check of the clan's own does not hold.
const FAILED_CHECK: &str = "failed-check";

impl<'a> Decoder<'a, '_> {
    /// clan-core's function finds the clan's directory by `self`, or is told `directory`: without both it fails as soon as the inventory is read.
    /// Source: clan-core `lib/clan/default.nix`, `modules/clan/top-level-interface.nix`.
    pub(super) fn whereabouts(&mut self) {
        let clan = self.clan;
        let is_whole = self.library.modules.skipped().is_empty();
        let is_due = clan.is_called && is_whole && clan.dialect.has(Fact::LibClan);
        let Some(place) = clan.made_at.filter(|_| is_due) else {
            return;
        };
        let is_defined = ["self", "directory"].iter().any(|name| {
            let name = self.evaluator.symbol(name);
            let root = clan.evaluation.root(self.evaluator);
            let definitions = root.and_then(|root| root.definitions_of(self.evaluator, name));
            !definitions.is_ok_and(|definitions| definitions.is_empty())
        });
        if !is_defined {
            let message = "the clan has neither `self` nor `directory`";
            let finding = Diagnostic::error("missing-value", message)
                .label(name_span(self.evaluator, place), "this clan");
            self.diagnostics
                .push(finding.help("write `inherit self;` in it"));
        }
    }

    /// `checks`: clan refuses to go on where one does not hold.
    pub(super) fn checks(&mut self) {
        if !self.clan.dialect.has(Fact::Checks) {
            return;
        }
        let checks = self.attr(self.clan.config, "checks");
        for (name, span, check) in self.children(checks) {
            let is = |value: Option<Value<'a>>, wanted| matches!(value, Some(Value::Bool(found)) if found == wanted);
            if is(self.attr(check, "ignore"), Bool::True) {
                continue;
            }
            if is(self.attr(check, "assertion"), Bool::False) {
                let message = self.message(check);
                let headline = format!("the check `{name}` of this clan does not hold");
                let diagnostic = Diagnostic::error(FAILED_CHECK, headline);
                let diagnostic = diagnostic.label(span, "its assertion is false");
                let Some(message) = message else {
                    let help = format!(
                        "define `checks.{name}.message`: clan fails for want of it, and does not name the check"
                    );
                    self.diagnostics.push(diagnostic.help(help));
                    continue;
                };
                let said = message.lines().filter(|line| !line.trim().is_empty());
                let diagnostic = said.fold(diagnostic, |diagnostic, line| {
                    diagnostic.note_line(line.trim_end())
                });
                let help = format!("do what it asks for, or set `checks.{name}.ignore = true;`");
                self.diagnostics.push(diagnostic.help(help));
            }
        }
    }

    /// What a check says when it fails; none where nobody defines it.
    fn message(&mut self, check: Value<'a>) -> Option<String> {
        let message = self.evaluator.symbol("message");
        match self.evaluator.select(check, message, Span::NONE) {
            Err(error) if error.kind == ErrorKind::Coded("missing-value") => None,
            Ok(Value::String(message)) => Some(message.text()),
            other => {
                self.tell(other);
                Some(String::new())
            }
        }
    }

    /// `machines` of the clan: clan fails on what is no module once it builds that machine. The modules themselves are not looked into.
    pub(super) fn machine_modules(&mut self) {
        let machines = self.attr(self.clan.config, "machines");
        let machines = machines.and_then(|machines| entries(self.evaluator, machines).ok());
        for (_, attr) in machines.unwrap_or_default() {
            let is_type = |error: &EvalError| error.kind == ErrorKind::Coded("wrong-type");
            let span = name_span(self.evaluator, attr.place);
            match self.evaluator.force(attr.value).at(span) {
                Err(error) if is_type(&error) => self.report(&error),
                _ => {}
            }
        }
    }

    /// `inventory.modules`: for modules of the services generation only.
    pub(super) fn inventory_modules(&mut self, inventory: Value<'a>) {
        let dialect = &self.clan.dialect;
        if !dialect.has(Fact::ModulesDeprecated) {
            return;
        }
        let message = if dialect.has_services() {
            "`inventory.modules` is deprecated".to_owned()
        } else {
            format!(
                "the clan-core of {} ignores `inventory.modules`",
                dialect.day()
            )
        };
        let label = if dialect.has_services() {
            "a module for `services`"
        } else {
            "has no effect"
        };
        let mut found = Diagnostic::warning("deprecated-option", message);
        for span in self.names_in_modules(inventory) {
            found = found.label(span, label);
        }
        if !found.labels.is_empty() {
            let help = "make it a service module, define it in `modules` of the clan, and use it by `module.input = \"self\"`";
            self.diagnostics.push(found.help(help));
        }
    }

    fn names_in_modules(&mut self, inventory: Value<'a>) -> Vec<Span> {
        let evaluator = self.evaluator;
        let Some(evaluation) = self.library.modules.evaluation_of(inventory) else {
            return vec![];
        };
        let Some(root) = self.tell(evaluation.root(evaluator)) else {
            return vec![];
        };
        let name = evaluator.symbol("modules");
        let definitions = root.definitions_of(evaluator, name).unwrap_or_default();
        let named = definitions.iter().flat_map(|definition| {
            let modules = entries(evaluator, definition.value).unwrap_or_default();
            let names = modules.into_iter();
            names.map(|(_, attr)| name_span(evaluator, attr.place))
        });
        named.filter(|span| !span.is_none()).collect()
    }
}
