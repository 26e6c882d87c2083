//! What an input knows of its source: where it lies, and what the lock file says.
//!
//! A tree that was found by its hash is called by the store path that Nix would give it, wherever it really lies. So answers do not depend on
//! the place of the cache.

use std::path::Path;

use nix_frontend::calendar::Date;
use nix_frontend::eval::{Attrs, Evaluator, Value};

use super::Node;
use crate::flakes::path_string;

const SHORT_REVISION: usize = 7;

/// `outPath` of a node whose source lies there.
pub fn out_path<'a>(evaluator: &Evaluator<'a>, node: &Node<'a>, source: &Path) -> Value<'a> {
    match node.tree {
        Some(tree) => {
            let below = source.strip_prefix(tree.directory);
            let below = below.unwrap_or(Path::new(""));
            Value::String(evaluator.provide_stored(tree.store_path, tree.directory, below))
        }
        None => path_string(evaluator, source),
    }
}

/// `sourceInfo` of a node whose tree was found by its hash.
pub fn locked<'a>(evaluator: &Evaluator<'a>, node: &Node<'a>) -> Option<&'a Attrs<'a>> {
    let tree = node.tree?;
    let root = out_path(evaluator, node, tree.directory);
    let mut attrs = vec![
        evaluator.attr("outPath", root),
        evaluator.attr("narHash", evaluator.string(tree.nar_hash)),
    ];
    if let Some(revision) = node.revision {
        let short = revision.get(..SHORT_REVISION).unwrap_or(revision);
        attrs.push(evaluator.attr("rev", evaluator.string(revision)));
        attrs.push(evaluator.attr("shortRev", evaluator.string(short)));
    }
    if let Some(seconds) = node.last_modified {
        let date = evaluator.string(Date::of(seconds).digits());
        attrs.push(evaluator.attr("lastModified", Value::Int(seconds)));
        attrs.push(evaluator.attr("lastModifiedDate", date));
    }
    Some(evaluator.attrs_ref(attrs))
}
