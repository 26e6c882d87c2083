//! The same for `inventory.json`, whose `services` are written anew as `instances`.
//!
//! JSON has no comments, so nothing can be marked in it: an instance of which a part is left to the author stays as it is.

use std::ops::Range;
use std::sync::Arc;

use model::written::Written;
use serde_json::{Map, Value as Json};
use source::{Edit, SourceFile};

use crate::fate::{Fate, Path, Rules};
use crate::layout::{indentation, next_line};
use crate::problem::Problem;
use crate::sites::Sites;
use crate::{Input, Plan};

/// Whether a definition stands in a JSON file, with the name `services` itself.
pub fn covers(input: &Input<'_>, definition: usize) -> bool {
    let mut written = input.written.iter();
    let name = written.find(|each| each.definition == definition && each.path.len() == 1);
    name.is_some_and(|name| file_of(input, name).is_some())
}

fn file_of(input: &Input<'_>, written: &Written) -> Option<Arc<SourceFile>> {
    let place = written.place.some()?;
    let file = input.sources.file(place)?;
    let is_json = file
        .path
        .extension()
        .is_some_and(|extension| extension == "json");
    is_json.then_some(file)
}

/// What of an instance in a JSON file the author has to decide, with what names it.
pub fn problems(input: &Input<'_>, rules: &Rules<'_>) -> Vec<(Path, Problem)> {
    let written = input
        .written
        .iter()
        .filter(|each| covers(input, each.definition));
    let found = written.filter_map(|each| match rules.fate(&each.path) {
        Fate::ByHand(problem) => Some((each.path.clone(), problem)),
        Fate::To(path, _) if path.len() == 5 && path.ends_with(&["extraModules".to_owned()]) => {
            Some((each.path.clone(), Problem::NoCounterpart("extraModules")))
        }
        _ => None,
    });
    found.collect()
}

/// Edits for all JSON files.
pub fn rewrite(input: &Input<'_>, _sites: &Sites, rules: &Rules<'_>, plan: &mut Plan) {
    for written in input.written.iter().filter(|each| each.path.len() == 1) {
        let Some(file) = file_of(input, written) else {
            continue;
        };
        let at = file.offset(written.place) as usize;
        if let Some(edits) = converted(input, rules, &file, at) {
            plan.edits.extend(edits);
        }
        tell(input, rules, written.definition, plan);
    }
}

/// Tells of what stays, and of modules that nothing takes the place of.
fn tell(input: &Input<'_>, rules: &Rules<'_>, definition: usize, plan: &mut Plan) {
    let names = input.written.iter().filter(|each| each.path.len() == 3);
    for written in names.filter(|each| each.definition == definition) {
        let Some(instance) = rules.instance(&written.path) else {
            continue;
        };
        let service = written.path.get(1).cloned().unwrap_or_default();
        if !instance.is_meant {
            continue;
        }
        let problem = match (&instance.problem, instance.successor) {
            (Some(problem), _) => problem.clone(),
            (None, Some(successor)) if successor.exists => continue,
            (None, Some(successor)) if successor.is_own => Problem::OwnModule(service),
            _ => Problem::NoSuccessor(service),
        };
        let span = input.sources.word(written.place);
        plan.diagnostics.push(problem.diagnostic_in_data(span));
    }
}

/// A member of an object: its name, and the bytes of name and value.
struct Member {
    name: String,
    whole: Range<usize>,
    value: Range<usize>,
}

fn converted(
    input: &Input<'_>,
    rules: &Rules<'_>,
    file: &SourceFile,
    at: usize,
) -> Option<Vec<Edit>> {
    let text = &file.text;
    let members = object_around(text, text.find('{')?, at)?;
    let services = members.iter().find(|member| member.whole.start == at)?;
    let old: Json = serde_json::from_str(text.get(services.value.clone())?).ok()?;
    let (new, left) = instances(input, rules, &old);
    if new.is_empty() {
        return None;
    }
    let edit = |range: &Range<usize>, text: String| {
        Edit::replace(file.span(range.start as u32, range.end as u32), text)
    };
    let unit = unit(text);
    let indent = indentation(text, services.whole.start).to_owned();
    let own = |name: &str, value: Map<String, Json>| {
        format!(
            "\"{name}\": {}",
            pretty(&Json::Object(value), &indent, &unit)
        )
    };
    let there = members.iter().find(|member| member.name == "instances");
    let mut edits = vec![];
    let mut parts = vec![];
    match there {
        Some(there) => {
            let mut all: Map<String, Json> =
                serde_json::from_str(text.get(there.value.clone())?).ok()?;
            all.extend(new);
            let value = pretty(&Json::Object(all), &indent, &unit);
            edits.push(edit(&there.value, value));
        }
        None => parts.push(own("instances", new)),
    }
    if !left.is_empty() || parts.is_empty() {
        parts.push(own("services", left));
    }
    edits.push(edit(&services.whole, parts.join(&format!(",\n{indent}"))));
    Some(edits)
}

/// The instances in the new form, and what stays in the old one.
fn instances(
    input: &Input<'_>,
    rules: &Rules<'_>,
    services: &Json,
) -> (Map<String, Json>, Map<String, Json>) {
    let (mut new, mut left) = (Json::Object(Map::new()), Json::Object(Map::new()));
    for (service, of_service) in services.as_object().into_iter().flatten() {
        for (name, value) in of_service.as_object().into_iter().flatten() {
            let path = vec!["services".to_owned(), service.clone(), name.clone()];
            let Some(instance) = rules.instance(&path) else {
                continue;
            };
            if instance.stays() {
                put(&mut left, &[service.clone(), name.clone()], value.clone());
                continue;
            }
            put(
                &mut new,
                std::slice::from_ref(&instance.name),
                module(instance.successor),
            );
            convert(input, rules, &path, value, &mut new);
        }
    }
    let object = |value: Json| match value {
        Json::Object(object) => object,
        _ => Map::new(),
    };
    (object(new), object(left))
}

fn module(successor: Option<&crate::Successor>) -> Json {
    let mut module = Map::new();
    if let Some(successor) = successor {
        module.insert("name".to_owned(), Json::from(successor.name.clone()));
        if let Some(input) = &successor.input {
            module.insert("input".to_owned(), Json::from(input.clone()));
        }
    }
    Json::Object(Map::from_iter([(
        "module".to_owned(),
        Json::Object(module),
    )]))
}

fn convert(input: &Input<'_>, rules: &Rules<'_>, path: &[String], value: &Json, new: &mut Json) {
    let below = rules.below(path);
    let children = value.as_object().filter(|_| !below.is_empty());
    match (rules.fate(path), children) {
        (Fate::To(..) | Fate::Dissolve, Some(children)) => {
            for (name, value) in children {
                let mut path = path.to_vec();
                path.push(name.clone());
                convert(input, rules, &path, value, new);
            }
        }
        (Fate::To(to, others), None) => {
            for to in std::iter::once(to).chain(others) {
                let value = in_new_form(input, &to, value);
                put(new, to.get(1..).unwrap_or_default(), value);
            }
        }
        _ => {}
    }
}

fn in_new_form(input: &Input<'_>, to: &[String], value: &Json) -> Json {
    let becomes_set = match to.get(4).map(String::as_str).filter(|_| to.len() == 5) {
        Some("machines") => true,
        Some("tags") => !input.has_tag_lists,
        _ => false,
    };
    match value.as_array().filter(|_| becomes_set) {
        Some(names) => {
            let names = names.iter().filter_map(Json::as_str);
            let entries = names.map(|name| (name.to_owned(), Json::Object(Map::new())));
            Json::Object(entries.collect())
        }
        None => value.clone(),
    }
}

/// Puts a value where a path leads; sets that are there already are united.
fn put(into: &mut Json, path: &[String], value: Json) {
    let Json::Object(object) = into else { return };
    match path {
        [] => {
            if let Json::Object(more) = value {
                for (name, value) in more {
                    put(into, &[name], value);
                }
            }
        }
        [last] => match (object.get_mut(last), value) {
            (Some(there @ Json::Object(_)), value @ Json::Object(_)) => put(there, &[], value),
            (_, value) => {
                object.insert(last.clone(), value);
            }
        },
        [first, rest @ ..] => {
            let inner = object
                .entry(first.clone())
                .or_insert_with(|| Json::Object(Map::new()));
            put(inner, rest, value);
        }
    }
}

/// The members of the object that has a name at a byte.
fn object_around(text: &str, start: usize, at: usize) -> Option<Vec<Member>> {
    let members = members(text, start)?;
    if members.iter().any(|member| member.whole.start == at) {
        return Some(members);
    }
    let around = members.iter().find(|member| member.value.contains(&at))?;
    object_around(text, around.value.start, at)
}

fn members(text: &str, start: usize) -> Option<Vec<Member>> {
    let mut at = start + text.get(start..)?.find('{')? + 1;
    let mut members = vec![];
    loop {
        at += blanks(text.get(at..)?);
        match text.get(at..)?.chars().next()? {
            '}' => return Some(members),
            ',' => at += 1,
            _ => {
                let (name, length): (String, usize) = value_at(text.get(at..)?)?;
                let colon = at + length + text.get(at + length..)?.find(':')? + 1;
                let value = colon + blanks(text.get(colon..)?);
                let (_, length): (Json, usize) = value_at(text.get(value..)?)?;
                let end = value + length;
                members.push(Member {
                    name,
                    whole: at..end,
                    value: value..end,
                });
                at = end;
            }
        }
    }
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

fn value_at<T: serde::de::DeserializeOwned>(text: &str) -> Option<(T, usize)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<T>();
    let value = values.next()?.ok()?;
    Some((value, values.byte_offset()))
}

/// How far each level is indented: by the first line that is.
fn unit(text: &str) -> String {
    match indentation(text, next_line(text, 0)) {
        "" => "  ".to_owned(),
        unit => unit.to_owned(),
    }
}

fn pretty(value: &Json, indent: &str, unit: &str) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    let lines = text.split('\n').map(|line| {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        format!(
            "{}{}",
            unit.repeat(blanks / 2),
            line.trim_start_matches(' ')
        )
    });
    lines.collect::<Vec<_>>().join(&format!("\n{indent}"))
}
