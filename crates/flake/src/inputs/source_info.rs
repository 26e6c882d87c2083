//! What an input knows of its source: where it lies, and what the lock file says.
//!
//! A tree that was found by its hash is called by the store path that Nix would give it, wherever it really lies. So answers do not depend on
//! the place of the cache.
//!
//! The flake itself is what its git repository has checked out. As in Nix, a work tree that differs from the commit has `dirtyRev` in place of
//! `rev`, and the date of the commit either way.

use std::path::Path;

use nix_frontend::calendar::Date;
use nix_frontend::eval::{Attr, Attrs, Evaluator, Value};
use source::files::Checkout;

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
        attrs.extend(revisions(evaluator, revision, "rev", "shortRev", ""));
    }
    if let Some(seconds) = node.last_modified {
        attrs.extend(dates(evaluator, seconds));
    }
    Some(evaluator.attrs_ref(attrs))
}

/// What is known of a flake by the repository around `source`; `unknown` makes an attribute out of reach.
pub fn checked_out<'a>(
    evaluator: &Evaluator<'a>,
    source: &Path,
    unknown: &dyn Fn(&str) -> Attr<'a>,
) -> Vec<Attr<'a>> {
    let of_revision = ["rev", "shortRev", "dirtyRev", "dirtyShortRev"];
    let of_date = ["lastModified", "lastModifiedDate"];
    match evaluator.session.files.checkout(source) {
        Checkout::None => of_date.map(unknown).to_vec(),
        Checkout::Unknown => of_revision
            .iter()
            .chain(&of_date)
            .map(|name| unknown(name))
            .collect(),
        Checkout::Unborn => dates(evaluator, 0).to_vec(),
        Checkout::Commit {
            revision,
            committed,
            is_clean,
        } => {
            let mut attrs = dates(evaluator, committed).to_vec();
            if is_clean {
                attrs.extend(revisions(evaluator, &revision, "rev", "shortRev", ""));
                attrs.push(unknown("revCount"));
            } else {
                let (long, short) = ("dirtyRev", "dirtyShortRev");
                attrs.extend(revisions(evaluator, &revision, long, short, "-dirty"));
            }
            attrs
        }
    }
}

fn revisions<'a>(
    evaluator: &Evaluator<'a>,
    revision: &str,
    long: &str,
    short: &str,
    end: &str,
) -> [Attr<'a>; 2] {
    let start = revision.get(..SHORT_REVISION).unwrap_or(revision);
    [
        evaluator.attr(long, evaluator.string(format!("{revision}{end}"))),
        evaluator.attr(short, evaluator.string(format!("{start}{end}"))),
    ]
}

fn dates<'a>(evaluator: &Evaluator<'a>, seconds: i64) -> [Attr<'a>; 2] {
    let date = evaluator.string(Date::of(seconds).digits());
    [
        evaluator.attr("lastModified", Value::Int(seconds)),
        evaluator.attr("lastModifiedDate", date),
    ]
}
