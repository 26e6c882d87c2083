//! Where each single setting comes from: looked up in every layer as it is written.

use model::Data;
use model::data::read;
use nix_frontend::eval::{Evaluator, Value};
use nix_frontend::ir::symbol::known;
use nix_lib::Library;
use nix_lib::modules::level::Level;
use nix_lib::modules::properties::{Marker, marker};
use source::{Pos, Span};

use super::LayerOf;
use super::declared::declared;
use crate::view::{DefinitionView, Layer, SettingView, Verdict};

const PLAIN: i64 = 100;
const OPTION_DEFAULT: i64 = 1500;

/// A definition found in a layer.
struct Hit<'a> {
    value: Value<'a>,
    place: Pos,
    priority: i64,
}

/// Every leaf of the final settings with what the layers and the `interface` say of it. A setting that nobody defines has its default. Layers of the instances generation are
/// modules.
pub(super) fn explain<'a>(
    evaluator: &Evaluator<'a>,
    settings: &Data,
    layers: &[LayerOf<'a>],
    are_modules: bool,
    interface: Option<(Library<'a>, &'a Level<'a>)>,
) -> Vec<SettingView> {
    let mut leaves = vec![];
    collect_leaves(settings, &mut vec![], &mut leaves);
    leaves
        .into_iter()
        .map(|(path, value)| {
            let mut definitions = vec![];
            for layer in layers {
                let start = start(evaluator, layer, are_modules);
                let mut hits = vec![];
                look(evaluator, start, &path, false, &mut hits);
                definitions.extend(
                    hits.into_iter()
                        .map(|hit| definition(evaluator, &layer.layer, hit)),
                );
            }
            judge(&mut definitions, &value);
            if definitions.is_empty() {
                definitions.push(DefinitionView {
                    layer: Layer::Default,
                    value: value.clone(),
                    span: Span::NONE,
                    priority: OPTION_DEFAULT,
                    verdict: Verdict::Won,
                });
            }
            let declared =
                interface.and_then(|(library, root)| declared(evaluator, library, root, &path));
            SettingView {
                declared,
                path,
                value,
                definitions,
            }
        })
        .collect()
}

/// Finds out what became of each: the strongest are the value, alone or together, unless that failed.
fn judge(definitions: &mut [DefinitionView], value: &Data) {
    let Some(strongest) = definitions.iter().map(|each| each.priority).min() else {
        return;
    };
    let is_strongest = |each: &&mut DefinitionView| each.priority == strongest;
    let alone = definitions.iter_mut().filter(is_strongest).count() == 1;
    for each in definitions.iter_mut().filter(is_strongest) {
        each.verdict = match value {
            _ if alone => Verdict::Won,
            Data::Unknown { .. } => Verdict::Conflicting,
            _ => Verdict::Merged,
        };
    }
}

/// Where the settings of a layer begin: those that are a module in the long form have them in `config`.
fn start<'a>(evaluator: &Evaluator<'a>, layer: &LayerOf<'a>, is_module: bool) -> Hit<'a> {
    let setting = layer.setting;
    let config = match evaluator.force(setting.value) {
        Ok(Value::Attrs(attrs)) if is_module => attrs.get(known::CONFIG),
        _ => None,
    };
    Hit {
        value: config.map_or(setting.value, |attr| attr.value),
        place: config.map_or(setting.place, |attr| attr.place),
        priority: PLAIN,
    }
}

fn collect_leaves(data: &Data, path: &mut Vec<String>, into: &mut Vec<(Vec<String>, Data)>) {
    match data {
        Data::Set(attrs) if !attrs.is_empty() => {
            for (name, _, value) in attrs {
                path.push(name.clone());
                collect_leaves(value, path, into);
                path.pop();
            }
        }
        other if !path.is_empty() => into.push((path.clone(), other.clone())),
        _ => {}
    }
}

fn definition<'a>(evaluator: &Evaluator<'a>, layer: &Layer, hit: Hit<'a>) -> DefinitionView {
    let value = read(evaluator, hit.value).unwrap_or(Data::Null);
    DefinitionView {
        layer: layer.clone(),
        value,
        span: match hit.place.some() {
            Some(place) => evaluator.session.sources.word(place),
            None => Span::NONE,
        },
        priority: hit.priority,
        verdict: Verdict::Lost,
    }
}

/// Walks down a layer along a path, through markers. `marked`: an override was taken off around this value already.
fn look<'a>(
    evaluator: &Evaluator<'a>,
    at: Hit<'a>,
    path: &[String],
    marked: bool,
    into: &mut Vec<Hit<'a>>,
) {
    if evaluator.check_stack().is_err() {
        return;
    }
    let get = |attrs: &'a nix_frontend::eval::Attrs<'a>, name: &str| {
        attrs.value(evaluator.symbol(name)).unwrap_or(Value::Null)
    };
    match marker(evaluator, at.value) {
        Ok(Some((Marker::Override, attrs))) if !marked => {
            let priority = evaluator.force_int(get(attrs, "priority"));
            let inner = Hit {
                value: get(attrs, "content"),
                place: at.place,
                priority: priority.unwrap_or(at.priority),
            };
            look(evaluator, inner, path, true, into);
        }
        Ok(Some((Marker::If, attrs))) => {
            if let Ok(true) = evaluator.force_bool(get(attrs, "condition")) {
                let value = get(attrs, "content");
                look(evaluator, Hit { value, ..at }, path, marked, into);
            }
        }
        Ok(Some((Marker::Order, attrs))) => {
            let value = get(attrs, "content");
            look(evaluator, Hit { value, ..at }, path, marked, into);
        }
        Ok(Some((Marker::Merge, attrs))) => {
            for value in evaluator
                .force_list(get(attrs, "contents"))
                .unwrap_or_default()
            {
                let inner = Hit {
                    value: *value,
                    ..at
                };
                look(evaluator, inner, path, marked, into);
            }
        }
        Ok(_) => match path.split_first() {
            None => into.push(at),
            Some((name, rest)) => {
                if let Ok(Value::Attrs(attrs)) = evaluator.force(at.value)
                    && let Some(attr) = attrs.get(evaluator.symbol(name))
                {
                    let inner = Hit {
                        value: attr.value,
                        place: if attr.place.is_none() {
                            at.place
                        } else {
                            attr.place
                        },
                        priority: at.priority,
                    };
                    look(evaluator, inner, rest, false, into);
                }
            }
        },
        Err(_) => {}
    }
}
