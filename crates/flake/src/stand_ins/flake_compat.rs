//! flake-compat: a flake's outputs where flakes are not to be had, `(import flake-compat { src = ./.; }).defaultNix`.

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attr, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;
use source::{FileKind, Span};

use super::fetched;
use crate::flakes::Flakes;
use crate::make::set;

const NOT_BUILT: &str = "packages are not evaluated";

/// The known attributes of the source, which is imported from `path`.
pub fn known<'a>(evaluator: &Evaluator<'a>, flakes: &'a Flakes<'a>, path: &[u8]) -> Vec<Attr<'a>> {
    let function = evaluator.native("flake-compat", 1, move |evaluator, arguments| {
        let [arguments] = take(arguments)?;
        let arguments = evaluator.force_attrs(arguments)?;
        let source = arguments.value(evaluator.symbol("src"));
        let source = source.ok_or_else(|| evaluator.expected("`src`", Value::Attrs(arguments)))?;
        let flake = evaluator.lazy(move |evaluator| flake(evaluator, flakes, source));
        let select = |name| evaluator.lazy_select(flake, name, Span::NONE);
        let unknown = |name: &str| evaluator.out_of_reach(name, NOT_BUILT);
        Ok(set(
            evaluator,
            [
                ("defaultNix", flake),
                ("outputs", flake),
                ("inputs", select(known::INPUTS)),
                ("shellNix", unknown("shellNix")),
                ("sourceInfo", select(evaluator.symbol("sourceInfo"))),
            ],
        ))
    });
    evaluator.provide_import(path, function);
    evaluator.provide_import(&[path, b"/default.nix"].concat(), function);
    vec![]
}

/// The flake in `source`: a stand-in, the flake that is read itself, or another on the disk.
fn flake<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    source: Value<'a>,
) -> Result<Value<'a>> {
    let source = evaluator.force(source)?;
    let path = evaluator.coerce_to_path(source)?.bytes;
    if let Some(flake) = fetched::remembered(evaluator, path) {
        return evaluator.force(flake);
    }
    let directory = nix_frontend::import::to_path(path);
    let own = flakes.nodes.first();
    if own.is_some_and(|own| own.is_flake && own.source == Some(directory)) {
        return evaluator.force(flakes.value(evaluator, 0));
    }
    let file = directory.join("flake.nix");
    if evaluator.session.kind_of(&file) == Some(FileKind::Regular) {
        let get = evaluator.builtins_value("getFlake")?;
        return evaluator.call1(get, evaluator.string(path));
    }
    match source {
        unknown @ Value::OutOfReach(_) => Ok(unknown),
        other => Err(evaluator.expected("a flake", other)),
    }
}
