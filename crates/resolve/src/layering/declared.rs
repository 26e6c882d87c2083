//! What the interface of a service declares for a setting: its type, its default, and where.

use model::Data;
use model::data::read;
use nix_frontend::eval::{Evaluator, Value};
use nix_frontend::ir::symbol::known;
use nix_lib::Library;
use nix_lib::modules::level::{Child, Level};
use nix_lib::modules::option::OptionInstance;
use nix_lib::modules::properties::{Marker, marker};
use nix_lib::modules::types::describe::describe;
use source::{Pos, Span};

use crate::view::DeclaredView;

/// The option that a setting is, or is a part of; none for what a freeform type takes.
pub(super) fn declared<'a>(
    evaluator: &Evaluator<'a>,
    library: Library<'a>,
    root: &'a Level<'a>,
    path: &[String],
) -> Option<DeclaredView> {
    let (mut level, mut value, mut found) = (Some(root), None, None);
    for (depth, name) in path.iter().enumerate() {
        let symbol = evaluator.symbol(name);
        value = value.and_then(|value| match evaluator.force(value) {
            Ok(Value::Attrs(attrs)) => attrs.value(symbol),
            _ => None,
        });
        let place = level.and_then(|level| Some(level.entry(symbol)?.place()));
        let child = level.and_then(|level| level.child(evaluator, library.modules, symbol).ok()?);
        level = match child {
            Some(Child::Level(inner)) => Some(inner),
            Some(Child::Option(option)) => {
                found = Some((option, place.unwrap_or(Pos::NONE), depth + 1));
                value = option.value(evaluator).ok();
                None
            }
            None => None,
        };
        level = level.or_else(|| submodule(evaluator, library, value?));
    }
    let (option, place, depth) = found?;
    view(evaluator, option, place, path.get(..depth)?)
}

/// The options of a submodule, if the value is one.
fn submodule<'a>(
    evaluator: &Evaluator<'a>,
    library: Library<'a>,
    value: Value<'a>,
) -> Option<&'a Level<'a>> {
    let value = evaluator.force(value).ok()?;
    let evaluation = library.modules.evaluation_of(value)?;
    evaluation.root(evaluator).ok()
}

fn view<'a>(
    evaluator: &Evaluator<'a>,
    option: &'a OptionInstance<'a>,
    place: Pos,
    path: &[String],
) -> Option<DeclaredView> {
    let declared = option.declared(evaluator).ok()?;
    let default = declared.default.map(|default| {
        // It carries the priority of defaults.
        let value = match marker(evaluator, default.value) {
            Ok(Some((Marker::Override, attrs))) => attrs.value(known::CONTENT),
            _ => None,
        };
        read(evaluator, value.unwrap_or(default.value)).unwrap_or_else(|error| Data::Unknown {
            name: "default".to_owned(),
            because: error.message.clone(),
        })
    });
    let sources = &evaluator.session.sources;
    Some(DeclaredView {
        path: path.to_vec(),
        of: describe(evaluator, declared.of).ok()?,
        default,
        span: place.some().map_or(Span::NONE, |place| sources.word(place)),
    })
}
