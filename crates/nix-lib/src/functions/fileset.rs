//! `lib.fileset`: sets of files of the project.
//!
//! A file set is a directory (its base) and a tree. A tree is null (no files), the text `directory` (all files below), for a file
//! its kind, or a set with a tree for each entry of the directory; an entry that the set lacks has no files. Trees are made when
//! they are needed.

pub mod checks;
pub mod combine;
pub mod filters;
pub mod git;
pub mod print;
pub mod to_source;

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Attr, Attrs, Evaluator, Result, Value};

use crate::functions::fileset::checks::{coerce, is_fileset, kind_of, text_of};
use crate::functions::filesystem::{entries, exists};
use crate::functions::strings::is_string_like;
use crate::functions::tools::{below, builtin, find, get, later, throw};

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("isFileset", 1, |evaluator, arguments| {
        let [value] = take(arguments)?;
        is_fileset(evaluator, value).map(Value::bool)
    }),
    Spec::new("maybeMissing", 1, maybe_missing),
    Spec::new("toList", 1, to_list),
];

/// The values of this topic.
pub fn values<'a>(evaluator: &Evaluator<'a>) -> Vec<(&'static str, Value<'a>)> {
    vec![(
        "empty",
        evaluator.lazy(|evaluator| Ok(Fileset::Empty.value(evaluator))),
    )]
}

/// The version of the representation, which file sets of other libraries may be compared with.
const VERSION: i64 = 3;

/// The tree of a directory with all that is in it.
const WHOLE: &[u8] = b"directory";

/// A file set.
#[derive(Clone, Copy)]
pub(super) enum Fileset<'a> {
    /// No files, and no base either.
    Empty,
    /// Files below a directory.
    Below(Below<'a>),
}

/// Files below a directory.
#[derive(Clone, Copy)]
pub(super) struct Below<'a> {
    /// The directory: absolute and normal.
    pub(super) base: &'a [u8],
    pub(super) tree: Value<'a>,
}

/// The names on the way from the root of the file system.
pub(super) fn components(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.split(|byte| *byte == b'/')
        .filter(|name| !name.is_empty())
}

impl<'a> Fileset<'a> {
    /// What a value of type `fileset` holds.
    fn read(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<Fileset<'a>> {
        if let Some(is_empty) = find(evaluator, value, "_internalIsEmptyWithoutBase")?
            && evaluator.force_bool(is_empty)?
        {
            return Ok(Fileset::Empty);
        }
        let base = evaluator.coerce_to_path(get(evaluator, value, "_internalBase")?)?;
        Ok(Fileset::Below(Below {
            base: base.bytes,
            tree: later(evaluator, value, "_internalTree"),
        }))
    }

    pub(super) fn value(self, evaluator: &Evaluator<'a>) -> Value<'a> {
        let not_to_be_seen = evaluator.lazy(|_| {
            Err(throw(
                "lib.fileset: Directly evaluating a file set is not supported.\n  To turn it into a usable source, use `lib.fileset.toSource`.\n  To pretty-print the contents, use `lib.fileset.trace` or `lib.fileset.traceVal`.",
            ))
        });
        let mut attrs = vec![
            ("_type", evaluator.borrowed_string(b"fileset")),
            ("_internalVersion", Value::Int(VERSION)),
            ("_noEval", not_to_be_seen),
        ];
        match self {
            Fileset::Empty => attrs.push(("_internalIsEmptyWithoutBase", Value::bool(true))),
            Fileset::Below(files) => {
                let names = components(files.base);
                let names = names.map(|name| evaluator.borrowed_string(name));
                attrs.extend([
                    ("_internalIsEmptyWithoutBase", Value::bool(false)),
                    ("_internalBase", evaluator.path(files.base)),
                    ("_internalBaseRoot", evaluator.path(b"/")),
                    (
                        "_internalBaseComponents",
                        evaluator.list(&names.collect::<Vec<_>>()),
                    ),
                    ("_internalTree", files.tree),
                ]);
            }
        }
        evaluator.attrs_from(attrs)
    }

    /// A directory with all that is in it, or a single file.
    pub(super) fn of_path(evaluator: &Evaluator<'a>, path: Value<'a>) -> Result<Fileset<'a>> {
        let kind = builtin(evaluator, "readFileType", &[path])?;
        if evaluator.force_string(kind)?.bytes == WHOLE {
            let base = evaluator.coerce_to_path(path)?.bytes;
            return Ok(Fileset::Below(Below { base, tree: kind }));
        }
        Fileset::of_file(evaluator, path, kind)
    }

    /// A single file with this tree.
    pub(super) fn of_file(
        evaluator: &Evaluator<'a>,
        path: Value<'a>,
        tree: Value<'a>,
    ) -> Result<Fileset<'a>> {
        let name = builtin(evaluator, "baseNameOf", &[path])?;
        let name = evaluator.force_string(name)?.bytes;
        let base = evaluator.coerce_to_path(builtin(evaluator, "dirOf", &[path])?)?;
        Ok(Fileset::Below(Below {
            base: base.bytes,
            tree: evaluator.attrs_from([(name, tree)]),
        }))
    }
}

/// What a tree turns out to be.
pub(super) enum Tree<'a> {
    Nothing,
    /// A kind of file, or a whole directory.
    Kind(&'a [u8]),
    Entries(&'a Attrs<'a>),
}

impl<'a> Tree<'a> {
    pub(super) fn of(evaluator: &Evaluator<'a>, tree: Value<'a>) -> Result<Tree<'a>> {
        match evaluator.force(tree)? {
            Value::Null => Ok(Tree::Nothing),
            Value::Attrs(entries) => Ok(Tree::Entries(entries)),
            kind => Ok(Tree::Kind(evaluator.force_string(kind)?.bytes)),
        }
    }
}

/// The trees of all entries of a directory that is wholly or partly in a set.
pub(super) fn directory_entries<'a>(
    evaluator: &Evaluator<'a>,
    path: Value<'a>,
    some: Option<&'a Attrs<'a>>,
) -> Result<&'a Attrs<'a>> {
    let Some(some) = some else {
        return evaluator.force_attrs(builtin(evaluator, "readDir", &[path])?);
    };
    let all = entries(evaluator, path)?.iter();
    let none = all.map(|entry| Attr {
        value: Value::Null,
        ..*entry
    });
    let none = evaluator.attrs_ref(none.collect());
    Ok(none.update(some, evaluator.arena))
}

fn maybe_missing<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [path] = take(arguments)?;
    match evaluator.force(path)? {
        Value::Path(_) => {}
        other if is_string_like(evaluator, other)? => {
            return Err(throw(format!(
                "lib.fileset.maybeMissing: Argument (\"{}\") is a string-like value, but it should be a path instead.",
                text_of(evaluator, other)?
            )));
        }
        other => {
            return Err(throw(format!(
                "lib.fileset.maybeMissing: Argument is of type {}, but it should be a path instead.",
                kind_of(evaluator, other)?
            )));
        }
    }
    let files = match exists(evaluator, path)? {
        true => Fileset::of_path(evaluator, path)?,
        false => Fileset::Empty,
    };
    Ok(files.value(evaluator))
}

fn to_list<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [files] = take(arguments)?;
    let mut list = vec![];
    if let Fileset::Below(files) = coerce(evaluator, "lib.fileset.toList: Argument", files)? {
        list_into(evaluator, evaluator.path(files.base), files.tree, &mut list)?;
    }
    Ok(evaluator.list(&list))
}

fn list_into<'a>(
    evaluator: &Evaluator<'a>,
    path: Value<'a>,
    tree: Value<'a>,
    list: &mut Vec<Value<'a>>,
) -> Result<()> {
    evaluator.check_stack()?;
    let entries = match Tree::of(evaluator, tree)? {
        Tree::Nothing => return Ok(()),
        Tree::Kind(WHOLE) => directory_entries(evaluator, path, None)?,
        Tree::Kind(_) => {
            list.push(path);
            return Ok(());
        }
        Tree::Entries(entries) => entries,
    };
    for entry in evaluator.ordered(entries) {
        let path = below(evaluator, path, evaluator.name(entry.name))?;
        list_into(evaluator, path, entry.value, list)?;
    }
    Ok(())
}
