//! Explanations as JSON.

use resolve::view::{By, InstanceView, Layer, MachineView, MemberView, Resolution, SettingView};
use serde_json::{Map, Value as Json, json};
use source::Span;

use super::settings::{chosen, elements};
use super::{Subject, subject};
use crate::json::data;
use crate::place::Places;

struct Explainer<'r> {
    resolution: &'r Resolution,
    places: Places<'r>,
}

/// The explanation of what `what` names; none if it names nothing.
///
/// Shape: `kind` (`machine`, `instance`, `role` or `member`) and what it is named by. A machine has `memberships`, an instance `roles`, a role `members`.
/// A member has `via` with a place for each reason, and for a tag `carried`: how the machine comes by it; `imports`; and `settings`, each with
/// `path`, `value`, `declared` (or null), `definitions` in the order of layers, and for a list `elements`, the number of the definition
/// that gives each element. Places are `file:line:column`, or null.
pub fn of(what: &str, resolution: &Resolution, places: Places<'_>) -> Option<Json> {
    let (subject, path) = subject(what, resolution)?;
    let explainer = Explainer { resolution, places };
    let (kind, mut json) = match subject {
        Subject::Machine(name, view) => ("machine", explainer.machine(name, view)),
        Subject::Instance(instance) => ("instance", explainer.instance(instance)),
        Subject::Role(instance, role) => ("role", explainer.role(instance, role)?),
        Subject::Member(instance, role, machine) => {
            ("member", explainer.member(instance, role, machine, &path)?)
        }
    };
    json["kind"] = json!(kind);
    Some(json)
}

impl Explainer<'_> {
    fn place(&self, span: Span) -> Json {
        json!(self.places.name(span))
    }

    fn machine(&self, name: &str, view: &MachineView) -> Json {
        let tags = view.tags.iter().map(|tag| {
            json!({ "tag": tag.name, "computed": tag.computed, "place": self.place(tag.span) })
        });
        let sources = view.sources.iter().map(|source| source.name());
        let memberships = view.memberships.iter().filter_map(|membership| {
            let instance = self.resolution.instances.get(membership.instance)?;
            self.member(instance, &membership.role, name, &[])
        });
        json!({
            "machine": name,
            "class": view.class,
            "place": self.place(view.span),
            "sources": sources.collect::<Vec<&str>>(),
            "tags": tags.collect::<Vec<Json>>(),
            "memberships": memberships.collect::<Vec<Json>>(),
        })
    }

    fn named(&self, instance: &InstanceView) -> Json {
        json!({
            "generation": instance.generation.name(),
            "service": instance.service,
            "input": instance.input,
            "instance": instance.instance,
            "enabled": instance.enabled,
        })
    }

    fn instance(&self, instance: &InstanceView) -> Json {
        let mut json = self.named(instance);
        let roles = instance.roles.keys().filter_map(|role| {
            let view = self.role(instance, role)?;
            Some((role.clone(), view["members"].clone()))
        });
        json["place"] = self.place(instance.span);
        json["roles"] = Json::Object(roles.collect());
        json
    }

    fn role(&self, instance: &InstanceView, role: &str) -> Option<Json> {
        let view = instance.roles.get(role)?;
        let members = view.machines.iter().map(|(machine, member)| {
            (machine.clone(), json!({ "via": self.via(machine, member) }))
        });
        let mut json = self.named(instance);
        json["role"] = json!(role);
        json["place"] = self.place(view.span);
        json["members"] = Json::Object(members.collect());
        Some(json)
    }

    fn member(
        &self,
        instance: &InstanceView,
        role: &str,
        machine: &str,
        path: &[String],
    ) -> Option<Json> {
        let member = instance.roles.get(role)?.machines.get(machine)?;
        let settings = chosen(member, path).map(|setting| self.setting(setting));
        let imports = member.imports.iter().map(|import| {
            let module = import.module.as_ref();
            json!({
                "by": import.by.name(),
                "module": module.map(|module| data(module, self.places)),
                "place": self.place(import.span),
            })
        });
        let mut json = self.named(instance);
        json["role"] = json!(role);
        json["machine"] = json!(machine);
        json["via"] = self.via(machine, member);
        json["imports"] = Json::Array(imports.collect());
        json["settings"] = Json::Array(settings.collect());
        Some(json)
    }

    fn via(&self, machine: &str, member: &MemberView) -> Json {
        let reasons = member.via.iter().map(|via| match &via.by {
            By::Name => json!({ "by": "name", "place": self.place(via.span) }),
            By::Tag(tag) => json!({
                "by": "tag",
                "tag": tag,
                "place": self.place(via.span),
                "carried": self.carried(machine, tag),
            }),
        });
        Json::Array(reasons.collect())
    }

    /// How a machine comes by a tag.
    fn carried(&self, machine: &str, tag: &str) -> Json {
        let view = self.resolution.machines.get(machine);
        let carried = view.and_then(|view| view.tags.iter().find(|each| each.name == tag));
        let Some(carried) = carried else {
            return Json::Null;
        };
        let by = match (carried.computed, carried.span.some()) {
            (true, None) => "clan-core",
            (true, Some(_)) => "inventory.tags",
            (false, _) => "machine",
        };
        json!({ "by": by, "place": self.place(carried.span) })
    }

    fn setting(&self, setting: &SettingView) -> Json {
        let definitions = setting.definitions.iter().map(|definition| {
            let name = match &definition.layer {
                Layer::Role(name) | Layer::Tag(name) => Some(name),
                _ => None,
            };
            json!({
                "layer": definition.layer.kind(),
                "name": name,
                "value": data(&definition.value, self.places),
                "place": self.place(definition.span),
                "priority": definition.priority,
                "verdict": definition.verdict.name(),
            })
        });
        let declared = setting.declared.as_ref().map(|declared| {
            let default = declared.default.as_ref();
            json!({
                "path": declared.path,
                "type": declared.of,
                "default": default.map(|default| data(default, self.places)),
                "has_default": default.is_some(),
                "place": self.place(declared.span),
            })
        });
        let mut object = Map::new();
        object.insert("path".to_owned(), json!(setting.path));
        object.insert("value".to_owned(), data(&setting.value, self.places));
        object.insert("declared".to_owned(), json!(declared));
        object.insert("definitions".to_owned(), definitions.collect());
        if let Some(elements) = elements(setting) {
            object.insert("elements".to_owned(), json!(elements));
        }
        Json::Object(object)
    }
}
