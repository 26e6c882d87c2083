//! The differences as a document.

use model::inventory::Gap;
use resolve::comparison::{
    Fate, InstanceChange, MachineChange, MemberChange, Side, Sides, TagChange, ValueChange,
};
use resolve::view::{DefinitionView, InstanceView, Layer, MemberView};
use serde_json::{Value as Json, json};

use super::Compared;
use crate::document::Reasons;
use crate::json::{data, object, value_of};
use crate::place::Places;

/// The version of the document's shape.
pub const FORMAT_VERSION: &str = "1.0";

/// The document. A side that something is not on has no key; so `null` is a value.
///
/// `names` are what the user calls the sides.
pub fn document(compared: Compared<'_>, names: Sides<&str>) -> Json {
    let comparison = compared.comparison;
    let writer = Writer {
        places: compared.places(),
    };
    let side = |side: Side<'_>, name: Option<&str>| {
        let resolution = side.resolution;
        let clan = resolution.meta.get("name");
        object([
            ("source", json!(name)),
            (
                "name",
                clan.map_or(Json::Null, |name| data(name, super::places(side))),
            ),
            ("dialect", json!(resolution.dialect)),
        ])
    };
    let machines = comparison.machines.iter();
    object([
        ("format_version", json!(FORMAT_VERSION)),
        ("differs", json!(comparison.differs())),
        ("before", side(compared.before, names.before)),
        ("after", side(compared.after, names.after)),
        ("meta", writer.values(&comparison.meta)),
        ("tags", comparison.tags.iter().map(tag).collect()),
        (
            "instances",
            comparison.instances.iter().map(instance).collect(),
        ),
        (
            "machines",
            machines.map(|machine| writer.machine(machine)).collect(),
        ),
        ("unchanged", json!(comparison.unchanged)),
        ("unknown", json!(comparison.unknown)),
    ])
}

struct Writer<'c> {
    places: Sides<Places<'c>>,
}

impl Writer<'_> {
    fn values(&self, changes: &[ValueChange<'_>]) -> Json {
        let value =
            |value: Option<&model::Data>, places: Option<Places<'_>>| Some(data(value?, places?));
        let changes = changes.iter().map(|change| {
            let values = Sides {
                before: value(change.value.before, self.places.before),
                after: value(change.value.after, self.places.after),
            };
            let from = Sides {
                before: from(change.from.before, self.places.before),
                after: from(change.from.after, self.places.after),
            };
            let path = [
                ("path", json!(change.path)),
                word(change.value.fate(), false),
            ];
            object(path.into_iter().chain(both(values)).chain(origins(from)))
        });
        changes.collect()
    }

    fn machine(&self, change: &MachineChange<'_>) -> Json {
        let tags = |fate: Fate| -> Json {
            let tags = change.tags.iter().filter(|tag| tag.fate == fate);
            let tags = tags.map(|tag| {
                let tag_of = [("name", json!(tag.name)), ("computed", json!(tag.computed))];
                object(tag_of.into_iter().chain(unsure(tag.unsure)))
            });
            tags.collect()
        };
        let config = change.config.iter();
        let config = config.map(|(service, changes)| (*service, self.values(changes)));
        let members = change.members.iter().map(|member| self.member(member));
        let parts = [
            ("attributes", self.values(&change.attributes)),
            (
                "tags",
                object([
                    ("added", tags(Fate::Added)),
                    ("removed", tags(Fate::Removed)),
                ]),
            ),
            ("memberships", members.collect()),
            ("config", object(config)),
        ];
        let head = std::iter::once(word(change.name.fate(), change.is_renamed()));
        let names = both(change.name.map(|name| json!(name)));
        object(head.chain(names).chain(parts).chain(unsure(change.unsure)))
    }

    fn member(&self, change: &MemberChange<'_>) -> Json {
        let side = |instance: Option<&InstanceView>, member: Option<&MemberView>| {
            let (instance, member) = (instance?, member?);
            Some(object([
                ("generation", json!(instance.generation.name())),
                ("service", json!(instance.service)),
                ("instance", json!(instance.instance)),
                ("role", json!(change.role)),
                ("via", value_of(&Reasons(&member.via))),
            ]))
        };
        let sides = Sides {
            before: side(change.instance.before, change.member.before),
            after: side(change.instance.after, change.member.after),
        };
        let head = std::iter::once(word(change.member.fate(), false));
        let parts = [
            ("other_modules", json!(change.other_modules)),
            ("settings", self.values(&change.settings)),
        ];
        object(
            head.chain(both(sides))
                .chain(parts)
                .chain(unsure(change.unsure)),
        )
    }
}

fn tag(change: &TagChange<'_>) -> Json {
    let fate = change.name.fate();
    let head = std::iter::once(word(fate, fate == Fate::Changed));
    let names = both(change.name.map(|name| json!(name)));
    object(
        head.chain(names)
            .chain([("machines", json!(change.machines))]),
    )
}

fn instance(change: &InstanceChange<'_>) -> Json {
    let head = std::iter::once(word(change.instance.fate(), change.is_renamed()));
    let sides = both(change.instance.map(|instance| {
        object([
            ("generation", json!(instance.generation.name())),
            ("service", json!(instance.service)),
            ("input", json!(instance.input)),
            ("instance", json!(instance.instance)),
            ("enabled", json!(instance.enabled)),
        ])
    }));
    object(head.chain(sides))
}

fn word(fate: Fate, is_renamed: bool) -> (&'static str, Json) {
    let word = match fate {
        Fate::Added => "added",
        Fate::Removed => "removed",
        Fate::Changed if is_renamed => "renamed",
        Fate::Changed => "changed",
    };
    ("change", json!(word))
}

fn both(sides: Sides<Json>) -> impl Iterator<Item = (&'static str, Json)> {
    let before = sides.before.map(|before| ("before", before));
    before
        .into_iter()
        .chain(sides.after.map(|after| ("after", after)))
}

fn origins(from: Sides<Json>) -> Option<(&'static str, Json)> {
    let is_there = from.before.is_some() || from.after.is_some();
    is_there.then(|| ("from", object(both(from))))
}

fn unsure(gap: Option<&Gap>) -> Option<(&'static str, Json)> {
    gap.map(|gap| ("unsure", json!(gap.because)))
}

fn from(definition: Option<&DefinitionView>, places: Option<Places<'_>>) -> Option<Json> {
    let (definition, places) = (definition?, places?);
    let (layer, name) = match &definition.layer {
        Layer::Default => ("default", None),
        Layer::Instance => ("instance", None),
        Layer::Role(role) => ("role", Some(role)),
        Layer::Machine => ("machine", None),
        Layer::Tag(tag) => ("tag", Some(tag)),
    };
    let layer = [("layer", json!(layer))];
    let name = name.map(|name| ("name", json!(name)));
    let place = places
        .name(definition.span)
        .map(|place| ("place", json!(place)));
    Some(object(layer.into_iter().chain(name).chain(place)))
}
