//! The fleet as one page that needs no server and no network: to look around in, to search, to send to a colleague.
//!
//! The page is a text of ours with the data in it; a script in it draws what the reader asks for. It loads nothing, and forbids itself to.

use model::inventory::Generation;
use resolve::view::{
    DefinitionView, InstanceView, MachineView, MemberView, RoleView, SettingView, Verdict, Via,
};
use serde_json::{Value as Json, json};
use source::{Diagnostic, Span};

use super::Fleet;
use crate::diagnostic::{Format, Style, render};
use crate::document::Reasons;
use crate::json::{object, value_of};
use crate::nix::{attribute, line};
use crate::overview::instance_name;

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

/// The page.
pub fn html(fleet: Fleet<'_>, diagnostics: &[Diagnostic]) -> String {
    let data = data(fleet, diagnostics).to_string();
    // Nothing in the data may end the element that it stands in.
    let data = data.replace('<', "\\u003c");
    let title = fleet.meta("name").unwrap_or("A clan without a name");
    let parts = [
        ("{{title}}", escaped(title)),
        ("{{style}}", STYLE.to_owned()),
        ("{{script}}", SCRIPT.to_owned()),
        ("{{data}}", data),
    ];
    let mut page = String::new();
    let mut rest = PAGE;
    for (name, text) in parts {
        let (before, behind) = rest.split_once(name).unwrap_or((rest, ""));
        page.push_str(before);
        page.push_str(&text);
        rest = behind;
    }
    page.push_str(rest);
    page
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;");
    text.replace('<', "&lt;").replace('>', "&gt;")
}

fn data(fleet: Fleet<'_>, diagnostics: &[Diagnostic]) -> Json {
    let resolution = fleet.resolution;
    let machines = fleet
        .machines()
        .map(|(name, view)| machine(name, view, fleet));
    let tags = resolution.tags.iter().map(|(name, carriers)| {
        let computed = crate::graph::is_computed(name, resolution);
        json!({ "name": name, "computed": computed, "machines": carriers })
    });
    let instances = resolution
        .instances
        .iter()
        .map(|each| instance(each, fleet));
    let findings = diagnostics.iter().map(|each| finding(each, fleet));
    let perhaps = resolution
        .machines_gap
        .as_ref()
        .map(|gap| gap.because.as_str());
    object([
        ("name", json!(fleet.meta("name"))),
        ("description", json!(fleet.meta("description"))),
        ("dialect", json!(resolution.dialect)),
        ("machines", machines.collect()),
        ("perhaps", json!(perhaps)),
        ("tags", tags.collect()),
        ("instances", instances.collect()),
        ("findings", findings.collect()),
    ])
}

fn machine(name: &str, view: &MachineView, fleet: Fleet<'_>) -> Json {
    let tags = view.tags.iter().map(|tag| {
        let place = fleet.places.name(tag.span);
        json!({ "name": tag.name, "computed": tag.computed, "place": place })
    });
    let sources: Vec<&str> = view.sources.iter().map(|source| source.name()).collect();
    object([
        ("name", json!(name)),
        ("class", json!(view.class)),
        ("description", json!(fleet.said(name, &["description"]))),
        ("target", json!(fleet.said(name, &["deploy", "targetHost"]))),
        ("place", place(view.span, fleet)),
        ("sources", json!(sources)),
        ("tags", tags.collect()),
        (
            "perhaps",
            json!(view.tags_gap.as_ref().map(|gap| gap.because.as_str())),
        ),
    ])
}

fn instance(instance: &InstanceView, fleet: Fleet<'_>) -> Json {
    let roles = instance
        .roles
        .iter()
        .map(|(name, view)| role(name, view, fleet));
    object([
        ("name", json!(instance_name(instance))),
        ("instance", json!(instance.instance)),
        ("service", json!(instance.service)),
        ("input", json!(instance.input)),
        ("shared", json!(instance.generation == Generation::Services)),
        ("enabled", json!(instance.enabled)),
        ("place", place(instance.span, fleet)),
        ("roles", roles.collect()),
    ])
}

fn role(name: &str, view: &RoleView, fleet: Fleet<'_>) -> Json {
    let members = view
        .machines
        .iter()
        .filter(|(machine, _)| fleet.on.is_none_or(|on| on.contains(machine.as_str())));
    let members = members.map(|(machine, each)| member(machine, each, fleet));
    object([
        ("name", json!(name)),
        ("place", place(view.span, fleet)),
        ("members", members.collect()),
        (
            "perhaps",
            json!(view.gap.as_ref().map(|gap| gap.because.as_str())),
        ),
    ])
}

fn member(machine: &str, view: &MemberView, fleet: Fleet<'_>) -> Json {
    let places = view.via.iter().map(|via: &Via| fleet.places.name(via.span));
    let settings = view.explained.iter().map(|each| setting(each, fleet));
    object([
        ("machine", json!(machine)),
        ("via", value_of(&Reasons(&view.via))),
        ("places", json!(places.collect::<Vec<_>>())),
        ("settings", settings.collect()),
    ])
}

fn setting(setting: &SettingView, fleet: Fleet<'_>) -> Json {
    let path: Vec<String> = setting.path.iter().map(|part| attribute(part)).collect();
    let definitions = setting
        .definitions
        .iter()
        .map(|each| definition(each, fleet));
    object([
        ("path", json!(path.join("."))),
        ("value", json!(line(&setting.value, fleet.places))),
        ("said", definitions.collect()),
    ])
}

fn definition(definition: &DefinitionView, fleet: Fleet<'_>) -> Json {
    object([
        ("layer", json!(definition.layer.describe().replace('`', ""))),
        ("value", json!(line(&definition.value, fleet.places))),
        ("place", place(definition.span, fleet)),
        ("priority", json!(definition.priority)),
        ("wins", json!(definition.verdict != Verdict::Lost)),
    ])
}

fn finding(diagnostic: &Diagnostic, fleet: Fleet<'_>) -> Json {
    let mut text = vec![];
    let one = std::slice::from_ref(diagnostic);
    // Writing to memory never fails.
    let _ = render(Format::Human, one, fleet.places, &Style::PLAIN, &mut text);
    object([
        ("code", json!(diagnostic.code)),
        ("severity", json!(diagnostic.severity.name())),
        ("message", json!(diagnostic.message)),
        ("text", json!(String::from_utf8_lossy(&text))),
    ])
}

fn place(span: Span, fleet: Fleet<'_>) -> Json {
    json!(fleet.places.name(span))
}
