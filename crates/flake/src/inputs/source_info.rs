//! What an input knows of its source: where it lies, and what the lock file says.
//!
//! A tree that was found by its hash is called by the store path that Nix would give it, wherever it really lies. So answers do not depend on
//! the place of the cache.
//!
//! The flake itself is what its git repository has checked out. As in Nix, a work tree that differs from the commit has `dirtyRev` in place of
//! `rev`, and the date of the commit either way.

use std::cell::OnceCell;
use std::path::Path;

use nix_frontend::calendar::Date;
use nix_frontend::eval::{Attr, Attrs, Doubtful, Evaluator, Value};
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
        attrs.extend(revisions(evaluator, revision, REVISION, ""));
    }
    if let Some(seconds) = node.last_modified {
        attrs.extend(dates(evaluator, seconds));
    }
    Some(evaluator.attrs_ref(attrs))
}

/// What is known of a flake by the repository around it. That is read when it is needed: it takes a look at every file there.
pub struct CheckedOut<'a> {
    /// Which revision it is, as far as one can tell.
    pub revision: Doubtful<'a>,
    /// Its date.
    pub date: [Attr<'a>; 2],
}

const REVISION: [&str; 2] = ["rev", "shortRev"];
const DIRTY_REVISION: [&str; 2] = ["dirtyRev", "dirtyShortRev"];
const COUNT: &str = "revCount";

/// What the repository around `source` tells; `unknown` is the value of an attribute that is out of reach.
pub fn checked_out<'a>(
    evaluator: &Evaluator<'a>,
    source: &'a Path,
    unknown: impl Fn(&Evaluator<'a>, &str) -> Value<'a> + Copy + 'a,
) -> CheckedOut<'a> {
    let session = evaluator.session;
    let known = evaluator.arena.alloc(OnceCell::new());
    let known: &'a OnceCell<Checkout> = known;
    let state = move || known.get_or_init(|| session.files.checkout(source));
    let attr = |name: &'static str| {
        let value = evaluator.lazy(move |evaluator| {
            let value = value(evaluator, name, state());
            Ok(value.unwrap_or_else(|| unknown(evaluator, name)))
        });
        evaluator.attr(name, value)
    };
    let names = REVISION.iter().chain(&DIRTY_REVISION).chain([&COUNT]);
    let attrs = evaluator.attrs_ref(names.map(|name| attr(name)).collect());
    let clean = [REVISION[0], REVISION[1], COUNT].map(|name| evaluator.symbol(name));
    let dirty = DIRTY_REVISION.map(|name| evaluator.symbol(name));
    let has = evaluator.arena.alloc(move |name| match state() {
        Checkout::None | Checkout::Unborn => false,
        Checkout::Unknown => clean[..2].contains(&name) || dirty.contains(&name),
        Checkout::Commit { is_clean: true, .. } => clean.contains(&name),
        Checkout::Commit { .. } => dirty.contains(&name),
    });
    CheckedOut {
        revision: Doubtful {
            items: evaluator.items(attrs),
            has,
        },
        date: ["lastModified", "lastModifiedDate"].map(attr),
    }
}

/// What the attribute `name` is where that was checked out; none if nobody knows.
fn value<'a>(evaluator: &Evaluator<'a>, name: &str, state: &Checkout) -> Option<Value<'a>> {
    let (revision, seconds, end) = match state {
        Checkout::None | Checkout::Unknown => return None,
        Checkout::Unborn => ("", 0, ""),
        Checkout::Commit {
            revision,
            committed,
            is_clean,
        } => {
            let end = if *is_clean { "" } else { "-dirty" };
            (revision.as_str(), *committed, end)
        }
    };
    let attrs = dates(evaluator, seconds).into_iter();
    let attrs = attrs
        .chain(revisions(evaluator, revision, REVISION, end))
        .chain(revisions(evaluator, revision, DIRTY_REVISION, end));
    let name = evaluator.symbol(name);
    let mut found = attrs.filter(|attr| attr.name == name);
    found.next().map(|attr| attr.value)
}

fn revisions<'a>(
    evaluator: &Evaluator<'a>,
    revision: &str,
    [long, short]: [&str; 2],
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
