//! Settings with every definition: value, place, layer, priority, what became of it, and what the interface says.

use model::Data;
use resolve::view::{DeclaredView, DefinitionView, Layer, MemberView, SettingView, Verdict};

use crate::nix::{attribute, line};
use crate::place::Places;
use crate::table::{Look, table};

/// The settings of a member below `path`, or that `path` lies in.
pub(super) fn text(member: &MemberView, path: &[String], places: Places<'_>) -> String {
    let mut text = String::new();
    for setting in chosen(member, path) {
        text.push('\n');
        text.push_str(&setting_text(setting, places));
    }
    if text.is_empty() {
        let nothing = if path.is_empty() {
            "\nno settings\n"
        } else {
            "\nno such setting\n"
        };
        return nothing.to_owned();
    }
    text
}

/// The settings below `path`, or that `path` lies in.
pub(super) fn chosen<'m>(
    member: &'m MemberView,
    path: &'m [String],
) -> impl Iterator<Item = &'m SettingView> {
    let settings = member.explained.iter();
    settings
        .filter(move |setting| setting.path.starts_with(path) || path.starts_with(&setting.path))
}

fn setting_text(setting: &SettingView, places: Places<'_>) -> String {
    let name = dotted(&setting.path);
    let mut text = match &setting.value {
        Data::Unknown { because, .. } => format!("{name} is not known: {because}\n"),
        value => format!("{name} = {}\n", line(value, places)),
    };
    let several = setting.definitions.len() > 1;
    let mut rows: Vec<Vec<String>> = vec![];
    for definition in &setting.definitions {
        if definition.layer != Layer::Default || setting.declared.is_none() {
            rows.push(row(definition, several, places));
        }
    }
    rows.extend(
        setting
            .declared
            .iter()
            .map(|declared| default_row(setting, declared, places)),
    );
    text.push_str(&table(&rows, "  ", Look::PLAIN));
    text
}

fn row(definition: &DefinitionView, several: bool, places: Places<'_>) -> Vec<String> {
    let mut row = vec![definition.layer.describe()];
    row.push(if several {
        format!("says {}", line(&definition.value, places))
    } else {
        String::new()
    });
    row.push(places.name(definition.span).unwrap_or_default());
    let priority = priority(definition.priority);
    let verdict = match (several, definition.verdict) {
        (true, verdict) => verdict.name(),
        _ => "",
    };
    row.push([priority.as_str(), verdict].join(" ").trim().to_owned());
    row
}

/// What the interface says: the default, which may be the value, and the type.
fn default_row(setting: &SettingView, declared: &DeclaredView, places: Places<'_>) -> Vec<String> {
    let mut definitions = setting.definitions.iter();
    let is_default = definitions.all(|each| each.layer == Layer::Default);
    let is_whole = declared.path == setting.path;
    let whose = match is_whole {
        true => String::new(),
        false => format!("`{}` is of type ", dotted(&declared.path)),
    };
    let default = match &declared.default {
        _ if is_default => String::new(),
        Some(default) => format!(", default {}", line(default, places)),
        None => ", no default".to_owned(),
    };
    let first = if is_default {
        "the default"
    } else {
        "declared"
    };
    let place = places.name(declared.span).unwrap_or_default();
    vec![
        first.to_owned(),
        format!("{whose}{}{default}", declared.of),
        place,
    ]
}

fn dotted(path: &[String]) -> String {
    let name: Vec<String> = path.iter().map(|part| attribute(part)).collect();
    name.join(".")
}

/// What makes this priority; nothing for a plain definition.
fn priority(number: i64) -> String {
    match number {
        50 => "mkForce".to_owned(),
        100 | 1500 => String::new(),
        1000 => "mkDefault".to_owned(),
        other => format!("priority {other}"),
    }
}

/// The definition that gives each element of a list: its number among the definitions. None where the list is not theirs, one behind the other.
pub(super) fn elements(setting: &SettingView) -> Option<Vec<usize>> {
    let Data::List(items) = &setting.value else {
        return None;
    };
    let counted = setting.definitions.iter().enumerate();
    let counted = counted.filter(|(_, each)| each.verdict != Verdict::Lost);
    let mut left: Vec<(usize, &[Data])> = vec![];
    for (number, definition) in counted {
        let Data::List(own) = &definition.value else {
            return None;
        };
        left.push((number, own));
    }
    let (mut rest, mut from) = (items.as_slice(), vec![]);
    while !rest.is_empty() {
        let at = left
            .iter()
            .position(|(_, own)| !own.is_empty() && rest.starts_with(own))?;
        let (number, own) = left.remove(at);
        from.extend(own.iter().map(|_| number));
        rest = rest.get(own.len()..)?;
    }
    Some(from)
}
