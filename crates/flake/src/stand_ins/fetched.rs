//! Sources that are fetched by their URL rather than as inputs: pins of npins and niv, and calls of fetchers by hand.

use nix_frontend::builtins::take;
use nix_frontend::eval::{Evaluator, Value};

use crate::flakes::Flakes;
use crate::inputs::Node;
use crate::inputs::recognize::by_url;

/// Below the path of a source, where its value as a flake is kept.
const AS_FLAKE: &[u8] = b"/\xc2\xabflake\xc2\xbb";

/// Makes the fetchers give stand-ins for what there are some.
pub fn provide<'a>(evaluator: &Evaluator<'a>, flakes: &'a Flakes<'a>) {
    let function = evaluator.native("fetched", 2, move |evaluator, arguments| {
        let [url, name] = take(arguments)?;
        let url = evaluator.force_string(url)?.text();
        let Some(kind) = by_url(&url) else {
            return Ok(Value::Null);
        };
        let name = evaluator.force_string(name)?.text();
        let arena = evaluator.arena;
        let node = Node::fetched(arena.alloc_str(&name), arena.alloc_str(&url), kind);
        let node: &'a Node<'a> = arena.alloc(node);
        Ok(super::value(evaluator, flakes, node, kind))
    });
    evaluator.provide_fetched(function);
}

/// Keeps the flake whose files would lie in `path`.
pub fn remember<'a>(evaluator: &Evaluator<'a>, path: &[u8], flake: Value<'a>) {
    evaluator.provide_import(&[path, AS_FLAKE].concat(), flake);
}

/// The flake whose files would lie in `path`, if a stand-in was made for it.
pub fn remembered<'a>(evaluator: &Evaluator<'a>, path: &[u8]) -> Option<Value<'a>> {
    evaluator.provided_import(&[path, AS_FLAKE].concat())
}
