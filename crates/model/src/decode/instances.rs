//! `instances.<instance>`

use nix_frontend::eval::{Attr, ErrorKind, EvalError, Value};
use source::{Diagnostic, Edit, Fix, Pos, Span};

use super::{Decoder, Named};
use crate::assemble::{is_own, name_span};
use crate::dialect::Fact;
use crate::inventory::{Generation, Instance, Role, Setting, Sourced};

/// What the short form of a module takes for words about the module.
const SWALLOWED: [&str; 6] = [
    "_class",
    "_file",
    "disabledModules",
    "freeformType",
    "key",
    "require",
];

impl<'a> Decoder<'a, '_> {
    pub(super) fn instances(&mut self, inventory: Value<'a>) -> Vec<Instance<'a>> {
        if !self.clan.dialect.has(Fact::Instances) {
            return vec![];
        }
        let set = self.attr(inventory, "instances");
        let children = self.children(set).into_iter();
        children
            .map(|(name, span, value)| self.instance(name, span, value))
            .collect()
    }

    fn instance(&mut self, name: String, span: Span, value: Value<'a>) -> Instance<'a> {
        let found_before = self.diagnostics.len();
        let module = self.attr(value, "module");
        let service = module.and_then(|module| self.known_text(module, "name"));
        let service = service.map(|service| match service.span.some() {
            Some(_) => service,
            None => Sourced::new(service.value, span),
        });
        let input = module.and_then(|module| self.known_text(module, "input"));
        let may_differ = self.gap_at(&["inventory", "instances", &name]).is_some();
        let is_obscure = may_differ || self.diagnostics.len() > found_before;
        let roles = self.attr(value, "roles");
        let roles = self.children(roles).into_iter();
        let roles: Named<Role<'a>> = roles
            .map(|(role, span, value)| {
                let mut decoded = self.role(span, value);
                decoded.gap = decoded.gap.or_else(|| self.role_gap(&name, &role));
                (role, decoded)
            })
            .collect();
        Instance {
            generation: Generation::Instances,
            service: service.unwrap_or_else(|| Sourced::new(name.clone(), span)),
            is_obscure,
            input,
            gap: self.instance_gap(&name),
            name: Sourced::new(name, span),
            enabled: true,
            roles,
            config: None,
            machines: Named::default(),
            extra_modules: vec![],
            weightless: vec![],
        }
    }

    fn role(&mut self, span: Span, value: Value<'a>) -> Role<'a> {
        let (machines, machines_gap) = self.attr_or_gap(value, "machines");
        let machines = self.children(machines);
        let (tags, tags_gap) = self.attr_or_gap(value, "tags");
        let tags = self.children(tags);
        let mut machine_settings = Named::default();
        for (name, _, value) in &machines {
            if let Some(setting) = self.checked_setting(*value) {
                machine_settings.insert(name.clone(), setting);
            }
        }
        let (mut tag_settings, mut dropped_settings) = (Named::default(), vec![]);
        for (name, _, value) in &tags {
            if !self.clan.dialect.has(Fact::TagSettings) {
                let place = self.first_definition(*value, "settings");
                dropped_settings.extend(place.map(|place| (name.clone(), place)));
            } else if let Some(setting) = self.checked_setting(*value) {
                tag_settings.insert(name.clone(), setting);
            }
        }
        let named = |list: Vec<(String, Span, Value<'a>)>| {
            let list = list.into_iter();
            list.map(|(name, span, _)| Sourced::new(name, span))
                .collect()
        };
        let there = self.clan.dialect.has(Fact::RoleExtraModules);
        Role {
            span,
            settings: self.checked_setting(value),
            machine_settings,
            tag_settings,
            dropped_settings,
            machines: named(machines),
            tags: named(tags),
            gap: machines_gap.or(tags_gap),
            extra_modules: if there {
                self.extra_modules(value, false)
            } else {
                vec![]
            },
        }
    }

    /// Where a user defines an option of a submodule first.
    fn first_definition(&self, submodule: Value<'a>, name: &str) -> Option<Pos> {
        let evaluation = self.library.modules.evaluation_of(submodule)?;
        let root = evaluation.root(self.evaluator).ok()?;
        let name = self.evaluator.symbol(name);
        let definitions = root.definitions_of(self.evaluator, name).ok()?;
        let mut places = definitions.iter().map(|definition| definition.place);
        places.find(|place| !is_own(self.evaluator, *place))
    }

    /// `settings` of a role, machine or tag: a set of plain values without `imports`.
    fn checked_setting(&mut self, holder: Value<'a>) -> Option<Setting<'a>> {
        let setting = self.setting(holder, "settings")?;
        if !self.clan.dialect.has(Fact::PlainSettings) {
            return Some(setting);
        }
        let imports = match setting.value {
            Value::Attrs(attrs) => attrs.get(self.evaluator.symbol("imports")),
            _ => None,
        };
        if let Some(attr) = imports {
            let message = "settings cannot have `imports`";
            let error = EvalError::new(ErrorKind::Coded("settings-nested-imports"), message);
            let span = name_span(self.evaluator, attr.place);
            self.report(
                &error
                    .at(span)
                    .help("put the modules into the role's `extraModules`"),
            );
            return None;
        }
        self.tell_swallowed(setting);
        let function =
            self.first_function(setting.value, name_span(self.evaluator, setting.place), 0);
        if let Some(span) = function {
            let message = "a function in settings cannot be written as JSON";
            let error = EvalError::new(ErrorKind::Coded("not-serializable"), message);
            let help =
                "write its result here, or a module that has it into the role's `extraModules`";
            self.report(&error.at(span).help(help));
            return None;
        }
        Some(setting)
    }

    /// Reports settings whose names modules keep for themselves: the module system takes them out.
    fn tell_swallowed(&mut self, setting: Setting<'a>) {
        let Value::Attrs(attrs) = setting.value else {
            return;
        };
        for attr in self.evaluator.ordered(attrs) {
            let name = self.evaluator.name_text(attr.name);
            if !SWALLOWED.contains(&name.as_str()) {
                continue;
            }
            let span = name_span(self.evaluator, attr.place);
            let message = format!("the setting `{name}` never reaches the service");
            let finding = Diagnostic::warning("swallowed-setting", message);
            // No service has settings whose names begin so: `config` around them would be an error.
            let is_internal = name.starts_with('_');
            let fix = self.long_way(setting, attrs.len(), attr);
            self.diagnostics.push(
                finding
                    .with_fixes(fix.filter(|_| !is_internal))
                    .label(
                        span,
                        "settings are a module, which keeps this name for itself",
                    )
                    .help(match is_internal {
                        true => "take it away".to_owned(),
                        false => format!(
                            "where the service has such a setting, write it the long way: `settings.config.{name} = …;`"
                        ),
                    }),
            );
        }
    }

    /// The settings with `config` around them. They are written either as a set, which all of it stands in, or by a path to the only one.
    fn long_way(&self, setting: Setting<'a>, count: usize, attr: &Attr<'a>) -> Option<Fix> {
        let sources = &self.evaluator.session.sources;
        let word = name_span(self.evaluator, setting.place).some()?;
        let file = sources.file(word.start)?;
        let after = file.text.get(file.range(word).end..)?;
        let value = after.trim_start().strip_prefix('=');
        let is_set = value.is_some_and(|value| value.trim_start().starts_with('{'));
        let is_only = count == 1 && !matches!(attr.value, Value::Attrs(_)) && {
            let name = self.evaluator.name_text(attr.name);
            after.starts_with(&format!(".{name}"))
        };
        (file.slice(word) == "settings" && (is_set || is_only)).then(|| Fix {
            title: "write the settings in `config`".to_owned(),
            safe: false,
            edits: vec![Edit::insert_after(word, ".config")],
        })
    }

    /// Where the first function in a value stands; failures are left to those who read the value.
    fn first_function(&self, value: Value<'a>, around: Span, depth: usize) -> Option<Span> {
        const MOST_DEPTH: usize = 64;
        if depth > MOST_DEPTH {
            return None;
        }
        match self.evaluator.force(value).ok()? {
            Value::Lambda(_) | Value::Builtin(_) | Value::Partial(_) => Some(around),
            Value::List(list) => list
                .items
                .iter()
                .find_map(|item| self.first_function(*item, around, depth + 1)),
            Value::Attrs(attrs) if self.evaluator.is_derivation(attrs).unwrap_or(false) => None,
            Value::Attrs(attrs) => self.evaluator.ordered(attrs).iter().find_map(|attr| {
                let span = name_span(self.evaluator, attr.place);
                self.first_function(
                    attr.value,
                    if span.is_none() { around } else { span },
                    depth + 1,
                )
            }),
            _ => None,
        }
    }
}
