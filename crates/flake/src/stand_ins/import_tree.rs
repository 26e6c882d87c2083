//! import-tree: a module that imports every Nix file below a directory.
//!
//! Files whose path below the directory has a part that begins with `_` are left out, unless `initFilter` says what is kept instead. `filter`,
//! `match` and their negations keep fewer, `map` changes what is imported, `addPath` adds a directory, `pipeTo` makes something else of the
//! files than a module, `addAPI` adds attributes. Called with a function, a tree is what that makes of it.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attr, Evaluator, Result, Value};
use nix_frontend::import::{file_error, to_path};
use nix_frontend::ir::symbol::known;
use source::{FileKind, Span};

/// What a tree is asked to do.
#[derive(Clone, Copy, Default)]
struct Tree<'a> {
    paths: &'a [Value<'a>],
    filters: &'a [Filter<'a>],
    maps: &'a [Value<'a>],
    /// What is kept, instead of files of Nix without `_`.
    first_filter: Option<Value<'a>>,
    result: Outcome<'a>,
    /// Further attributes: functions that get the tree.
    more: &'a [Attr<'a>],
}

/// What is made of the files.
#[derive(Clone, Copy, Default)]
enum Outcome<'a> {
    #[default]
    Module,
    Files,
    Of(Value<'a>),
}

#[derive(Clone, Copy)]
struct Filter<'a> {
    keep: bool,
    is_pattern: bool,
    by: Value<'a>,
}

/// By this attribute a tree is told from other sets.
const MARK: &str = "__config";

/// The known attributes of the flake, which is called itself.
pub fn known<'a>(evaluator: &Evaluator<'a>) -> Vec<Attr<'a>> {
    attributes(evaluator, Tree::default())
}

fn attributes<'a>(evaluator: &Evaluator<'a>, tree: Tree<'a>) -> Vec<Attr<'a>> {
    let functor = evaluator.native("import-tree", 2, move |evaluator, arguments| {
        let [_, given] = take(arguments)?;
        let given = evaluator.force(given)?;
        if given.is_function() {
            return evaluator.call1(given, value(evaluator, tree));
        }
        outcome(evaluator, add_path(evaluator, tree, given))
    });
    let lazy = |name, make: fn(&Evaluator<'a>, Tree<'a>) -> Result<Value<'a>>| {
        evaluator.attr(name, evaluator.lazy(move |evaluator| make(evaluator, tree)))
    };
    let mut attributes = vec![
        evaluator.attr(MARK, evaluator.attrs(vec![])),
        evaluator.attr("__functor", functor),
        lazy("new", |evaluator, _| Ok(value(evaluator, Tree::default()))),
        lazy("leafs", |evaluator, tree| {
            let result = Outcome::Files;
            Ok(value(evaluator, Tree { result, ..tree }))
        }),
        lazy("files", files),
        lazy("result", outcome),
    ];
    attributes.extend(updates(evaluator, tree));
    attributes.extend(filters(evaluator, tree));
    attributes.extend(tree.more.iter().map(|attr| {
        let own = evaluator.lazy(move |evaluator| Ok(value(evaluator, tree)));
        Attr {
            value: evaluator.lazy_call(attr.value, &[own], Span::NONE),
            ..*attr
        }
    }));
    attributes
}

fn value<'a>(evaluator: &Evaluator<'a>, tree: Tree<'a>) -> Value<'a> {
    evaluator.attrs(attributes(evaluator, tree))
}

/// The functions that give a changed tree.
fn updates<'a>(evaluator: &Evaluator<'a>, tree: Tree<'a>) -> Vec<Attr<'a>> {
    type Update<'a> = fn(&Evaluator<'a>, Tree<'a>, Value<'a>) -> Result<Tree<'a>>;
    let update = |name: &'static str, change: Update<'a>| {
        let function = evaluator.native(name, 1, move |evaluator, arguments| {
            let [given] = take(arguments)?;
            Ok(value(evaluator, change(evaluator, tree, given)?))
        });
        evaluator.attr(name, function)
    };
    vec![
        update("addPath", |evaluator, tree, path| {
            Ok(add_path(evaluator, tree, path))
        }),
        update("map", |evaluator, tree, function| {
            let maps = [tree.maps, &[function]].concat();
            let maps = evaluator.arena.alloc_slice_copy(&maps);
            Ok(Tree { maps, ..tree })
        }),
        update("withLib", |_, tree, _| Ok(tree)),
        update("initFilter", |_, tree, filter| {
            let first_filter = Some(filter);
            Ok(Tree {
                first_filter,
                ..tree
            })
        }),
        update("pipeTo", |_, tree, function| {
            let result = Outcome::Of(function);
            Ok(Tree { result, ..tree })
        }),
        update("addAPI", |evaluator, tree, more| {
            let more = evaluator.ordered(evaluator.force_attrs(more)?);
            let more = [tree.more, more].concat();
            let more = evaluator.arena.alloc_slice_copy(&more);
            Ok(Tree { more, ..tree })
        }),
    ]
}

/// The functions that give a tree with fewer files.
fn filters<'a>(evaluator: &Evaluator<'a>, tree: Tree<'a>) -> Vec<Attr<'a>> {
    let filter = |name: &'static str, keep, is_pattern| {
        let function = evaluator.native(name, 1, move |evaluator, arguments| {
            let [by] = take(arguments)?;
            let filter = Filter {
                keep,
                is_pattern,
                by,
            };
            let filters = [tree.filters, &[filter]].concat();
            let filters = evaluator.arena.alloc_slice_copy(&filters);
            Ok(value(evaluator, Tree { filters, ..tree }))
        });
        evaluator.attr(name, function)
    };
    vec![
        filter("filter", true, false),
        filter("filterNot", false, false),
        filter("match", true, true),
        filter("matchNot", false, true),
    ]
}

fn add_path<'a>(evaluator: &Evaluator<'a>, tree: Tree<'a>, path: Value<'a>) -> Tree<'a> {
    let paths = [tree.paths, &[path]].concat();
    Tree {
        paths: evaluator.arena.alloc_slice_copy(&paths),
        ..tree
    }
}

fn outcome<'a>(evaluator: &Evaluator<'a>, tree: Tree<'a>) -> Result<Value<'a>> {
    let found = evaluator.lazy(move |evaluator| files(evaluator, tree));
    match tree.result {
        Outcome::Module => Ok(evaluator.attrs(vec![Attr::unplaced(known::IMPORTS, found)])),
        Outcome::Files => evaluator.force(found),
        Outcome::Of(function) => evaluator.call1(function, found),
    }
}

/// The files of a tree, or what its functions make of them.
fn files<'a>(evaluator: &Evaluator<'a>, tree: Tree<'a>) -> Result<Value<'a>> {
    let mut found = vec![];
    for path in tree.paths {
        gather(evaluator, tree, *path, &mut found)?;
    }
    for map in tree.maps {
        for file in &mut found {
            *file = evaluator.lazy_call(*map, &[*file], Span::NONE);
        }
    }
    Ok(evaluator.list(&found))
}

fn gather<'a>(
    evaluator: &Evaluator<'a>,
    tree: Tree<'a>,
    path: Value<'a>,
    found: &mut Vec<Value<'a>>,
) -> Result<()> {
    evaluator.check_stack()?;
    match evaluator.force(path)? {
        Value::List(list) => {
            for path in list.items {
                gather(evaluator, tree, *path, found)?;
            }
            Ok(())
        }
        Value::Attrs(attrs) if attrs.get(evaluator.symbol(MARK)).is_some() => {
            let files = attrs.value(evaluator.symbol("files"));
            let files = evaluator.force_list(files.unwrap_or(Value::Null))?;
            found.extend_from_slice(files);
            Ok(())
        }
        module @ Value::Attrs(attrs) if attrs.get(known::OUT_PATH).is_none() => {
            found.push(module);
            Ok(())
        }
        function if function.is_function() => {
            found.push(function);
            Ok(())
        }
        path => {
            let root = to_path(evaluator.coerce_to_path(path)?.bytes);
            if evaluator.session.kind_of(root) != Some(FileKind::Directory) {
                found.push(evaluator.path(root.as_os_str().as_bytes()));
                return Ok(());
            }
            walk(evaluator, tree, root, root, found)
        }
    }
}

fn walk<'a>(
    evaluator: &Evaluator<'a>,
    tree: Tree<'a>,
    root: &Path,
    directory: &Path,
    found: &mut Vec<Value<'a>>,
) -> Result<()> {
    evaluator.check_stack()?;
    let entries = evaluator.session.files.list(directory);
    for (name, kind) in entries.map_err(|error| file_error(&error))? {
        let path = directory.join(&name);
        match kind {
            FileKind::Directory => walk(evaluator, tree, root, &path, found)?,
            _ if keeps(evaluator, tree, root, &path)? => {
                found.push(evaluator.path(path.as_os_str().as_bytes()));
            }
            _ => {}
        }
    }
    Ok(())
}

fn keeps<'a>(evaluator: &Evaluator<'a>, tree: Tree<'a>, root: &Path, path: &Path) -> Result<bool> {
    let below = path.strip_prefix(root).unwrap_or(path);
    let below = [b"/", below.as_os_str().as_bytes()].concat();
    let text = evaluator.string(&below);
    let is_first = match tree.first_filter {
        Some(filter) => evaluator.force_bool(evaluator.call1(filter, text)?)?,
        None => below.ends_with(b".nix") && !below.windows(2).any(|pair| pair == b"/_"),
    };
    if !is_first {
        return Ok(false);
    }
    for filter in tree.filters {
        let keep = if filter.is_pattern {
            let matches = evaluator.builtins_value("match")?;
            let matched = evaluator.call2(matches, filter.by, text)?;
            !matches!(matched, Value::Null)
        } else {
            evaluator.force_bool(evaluator.call1(filter.by, text)?)?
        };
        if keep != filter.keep {
            return Ok(false);
        }
    }
    Ok(true)
}
