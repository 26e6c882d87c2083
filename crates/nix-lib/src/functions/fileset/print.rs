//! `lib.fileset`: file sets in words.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Attrs, Evaluator, Result, Value};

use super::checks::coerce;
use super::{Fileset, Tree, WHOLE, directory_entries};
use crate::functions::tools::{below, builtin};
use crate::functions::trivial::identity;

/// The functions of this part.
pub const TABLE: &[Spec] = &[
    Spec::new("trace", 1, |evaluator, arguments| {
        let [files] = take(arguments)?;
        let files = coerce(evaluator, "lib.fileset.trace: Argument", files)?;
        print(evaluator, files)?;
        Ok(identity(evaluator))
    }),
    Spec::new("traceVal", 1, |evaluator, arguments| {
        let [files] = take(arguments)?;
        let files = coerce(evaluator, "lib.fileset.traceVal: Argument", files)?;
        print(evaluator, files)?;
        Ok(files.value(evaluator))
    }),
];

fn say<'a>(evaluator: &Evaluator<'a>, line: &str) -> Result<()> {
    builtin(evaluator, "trace", &[evaluator.string(line), Value::Null])?;
    Ok(())
}

fn print<'a>(evaluator: &Evaluator<'a>, files: Fileset<'a>) -> Result<()> {
    let Fileset::Below(files) = files else {
        return say(evaluator, "(empty)");
    };
    let path = String::from_utf8_lossy(files.base);
    match shortest(evaluator, evaluator.path(files.base), files.tree)? {
        Short::Nothing | Short::EmptyDirectory => say(evaluator, "(empty)"),
        Short::Kind(kind) => say(evaluator, &format!("{path}{}", suffix(kind))),
        Short::Entries(entries) => {
            say(evaluator, &path)?;
            print_entries(evaluator, "", &entries)
        }
    }
}

fn suffix(kind: &[u8]) -> String {
    match kind {
        WHOLE => " (all files in directory)".to_owned(),
        kind => format!(" ({})", String::from_utf8_lossy(kind)),
    }
}

fn print_entries<'a>(
    evaluator: &Evaluator<'a>,
    indent: &str,
    entries: &[(String, Short<'a>)],
) -> Result<()> {
    for (name, tree) in entries {
        match tree {
            Short::Nothing | Short::EmptyDirectory => {}
            Short::Kind(kind) => say(evaluator, &format!("{indent}- {name}{}", suffix(kind)))?,
            Short::Entries(entries) => {
                say(evaluator, &format!("{indent}- {name}"))?;
                print_entries(evaluator, &format!("{indent}  "), entries)?;
            }
        }
    }
    Ok(())
}

/// A tree in the shortest form that still says all.
enum Short<'a> {
    Nothing,
    /// A directory without files, of which it does not matter whether it is in the set.
    EmptyDirectory,
    Kind(&'a [u8]),
    Entries(Vec<(String, Short<'a>)>),
}

fn shortest<'a>(evaluator: &Evaluator<'a>, path: Value<'a>, tree: Value<'a>) -> Result<Short<'a>> {
    evaluator.check_stack()?;
    match Tree::of(evaluator, tree)? {
        Tree::Nothing => Ok(Short::Nothing),
        Tree::Kind(WHOLE) => shortest_of(evaluator, path, None),
        Tree::Kind(kind) => Ok(Short::Kind(kind)),
        Tree::Entries(entries) => shortest_of(evaluator, path, Some(entries)),
    }
}

fn shortest_of<'a>(
    evaluator: &Evaluator<'a>,
    path: Value<'a>,
    some: Option<&'a Attrs<'a>>,
) -> Result<Short<'a>> {
    let mut entries = vec![];
    for entry in evaluator.ordered(directory_entries(evaluator, path, some)?) {
        let path = below(evaluator, path, evaluator.name(entry.name))?;
        let tree = shortest(evaluator, path, entry.value)?;
        entries.push((evaluator.name_text(entry.name), tree));
    }
    let all = |is: fn(&Short<'a>) -> bool| entries.iter().all(|(_, tree)| is(tree));
    Ok(if all(|tree| matches!(tree, Short::EmptyDirectory)) {
        Short::EmptyDirectory
    } else if some.is_none() || all(|tree| matches!(tree, Short::Kind(_) | Short::EmptyDirectory)) {
        Short::Kind(WHOLE)
    } else if all(|tree| matches!(tree, Short::Nothing | Short::EmptyDirectory)) {
        Short::Nothing
    } else {
        Short::Entries(entries)
    })
}
