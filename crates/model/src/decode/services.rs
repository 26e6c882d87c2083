//! `services.<service>.<instance>`

use nix_frontend::eval::{Bool, Value};
use source::{Diagnostic, Span};

use super::{Decoder, Named};
use crate::assemble::name_span;
use crate::dialect::Fact;
use crate::inventory::{Generation, Instance, MachineSettings, Role, Sourced};

impl<'a> Decoder<'a, '_> {
    /// The instances, and the names below which there is none.
    pub(super) fn services(
        &mut self,
        inventory: Value<'a>,
    ) -> (Vec<Instance<'a>>, Vec<Sourced<String>>) {
        let (mut instances, mut bare) = (vec![], vec![]);
        if !self.clan.dialect.has_services() {
            self.ignored_services(inventory);
            return (instances, bare);
        }
        let set = self.attr(inventory, "services");
        for (service, service_span, value) in self.children(set) {
            let children = self.children(Some(value));
            if children.is_empty() {
                bare.push(Sourced::new(service, service_span));
                continue;
            }
            for (name, span, value) in children {
                let service = Sourced::new(service.clone(), service_span);
                instances.push(self.service_instance(service, name, span, value));
            }
        }
        (instances, bare)
    }

    /// clan-core drops `services` from one day on; later it refuses to read such an inventory.
    fn ignored_services(&mut self, inventory: Value<'a>) {
        let evaluator = self.evaluator;
        let Some(evaluation) = self.library.modules.evaluation_of(inventory) else {
            return;
        };
        let Some(root) = self.tell(evaluation.root(evaluator)) else {
            return;
        };
        let name = evaluator.symbol("services");
        if root.entry(name).is_none() {
            return;
        }
        let definitions = root.definitions_of(evaluator, name);
        let Some([definition, ..]) = self.tell(definitions) else {
            return;
        };
        let refused = self.clan.dialect.has(Fact::ServicesRefused);
        let day = self.clan.dialect.day();
        let diagnostic = if refused {
            let message = format!("`inventory.services` is gone from the clan-core of {day}");
            Diagnostic::error("removed-option", message)
        } else {
            let message = format!("the clan-core of {day} ignores `inventory.services`");
            Diagnostic::warning("removed-option", message)
        };
        let span = name_span(evaluator, definition.place);
        let diagnostic = if span.is_none() {
            diagnostic
        } else {
            diagnostic.label(span, "has no effect")
        };
        self.diagnostics.push(
            diagnostic
                .help("write `inventory.instances` instead, as `clan-inventory migrate` does"),
        );
    }

    fn service_instance(
        &mut self,
        service: Sourced<String>,
        name: String,
        span: Span,
        value: Value<'a>,
    ) -> Instance<'a> {
        let there = self.clan.dialect.has(Fact::Enabled);
        let enabled = there.then(|| self.attr(value, "enabled")).flatten();
        let mut weightless = self.weightless(value);
        let machines = self.attr(value, "machines");
        let machines = self.children(machines).into_iter();
        let machines: Named<MachineSettings<'a>> = machines
            .map(|(name, span, value)| {
                weightless.extend(self.weightless(value));
                let settings = MachineSettings {
                    config: self.setting(value, "config"),
                    span,
                    extra_modules: self.extra_modules(value, true),
                };
                (name, settings)
            })
            .collect();
        let roles = self.attr(value, "roles");
        let roles = self.children(roles).into_iter();
        let roles: Named<Role<'a>> = roles
            .map(|(name, span, value)| {
                weightless.extend(self.weightless(value));
                let (machines, machines_gap) = self.texts_and_gap(value, "machines");
                let (tags, tags_gap) = self.texts_and_gap(value, "tags");
                let role = Role {
                    span,
                    machines,
                    tags,
                    gap: machines_gap.or(tags_gap),
                    settings: self.setting(value, "config"),
                    extra_modules: self.extra_modules(value, true),
                    ..Role::default()
                };
                (name, role)
            })
            .collect();
        Instance {
            generation: Generation::Services,
            service,
            is_obscure: false,
            input: None,
            gap: None,
            name: Sourced::new(name, span),
            enabled: !matches!(enabled, Some(Value::Bool(Bool::False))),
            roles,
            config: self.setting(value, "config"),
            machines,
            extra_modules: self.extra_modules(value, true),
            weightless,
        }
    }
}
