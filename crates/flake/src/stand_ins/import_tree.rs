//! import-tree: a module that imports every Nix file below a directory.
//!
//! Files whose path below the directory has a part that begins with `_` are left out. `filter`, `match` and their negations keep fewer,
//! `map` changes what is imported, `addPath` adds a directory.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attr, Evaluator, Result, Value};
use nix_frontend::import::{file_error, to_path};
use nix_frontend::ir::symbol::known;
use source::FileKind;

/// What a tree is asked to do.
#[derive(Clone, Copy)]
struct Tree<'a> {
    paths: &'a [Value<'a>],
    filters: &'a [Filter<'a>],
    maps: &'a [Value<'a>],
}

#[derive(Clone, Copy)]
struct Filter<'a> {
    keep: bool,
    is_pattern: bool,
    by: Value<'a>,
}

/// The known attributes of the flake, which is called itself.
pub fn known<'a>(evaluator: &Evaluator<'a>) -> Vec<Attr<'a>> {
    let empty = Tree {
        paths: &[],
        filters: &[],
        maps: &[],
    };
    attributes(evaluator, empty)
}

fn attributes<'a>(evaluator: &Evaluator<'a>, tree: Tree<'a>) -> Vec<Attr<'a>> {
    let functor = evaluator.native("import-tree", 2, move |evaluator, arguments| {
        let [_, given] = take(arguments)?;
        module(evaluator, add_path(evaluator, tree, given))
    });
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
            Ok(evaluator.attrs(attributes(evaluator, Tree { filters, ..tree })))
        });
        evaluator.attr(name, function)
    };
    let map = evaluator.native("map", 1, move |evaluator, arguments| {
        let [function] = take(arguments)?;
        let maps = [tree.maps, &[function]].concat();
        let maps = evaluator.arena.alloc_slice_copy(&maps);
        Ok(evaluator.attrs(attributes(evaluator, Tree { maps, ..tree })))
    });
    let add = evaluator.native("addPath", 1, move |evaluator, arguments| {
        let [path] = take(arguments)?;
        let tree = add_path(evaluator, tree, path);
        Ok(evaluator.attrs(attributes(evaluator, tree)))
    });
    let same = evaluator.native("withLib", 1, move |evaluator, arguments| {
        let [_] = take(arguments)?;
        Ok(evaluator.attrs(attributes(evaluator, tree)))
    });
    let leafs = evaluator.native("leafs", 1, move |evaluator, arguments| {
        let [given] = take(arguments)?;
        files(evaluator, add_path(evaluator, tree, given))
    });
    vec![
        evaluator.attr("__functor", functor),
        filter("filter", true, false),
        filter("filterNot", false, false),
        filter("match", true, true),
        filter("matchNot", false, true),
        evaluator.attr("map", map),
        evaluator.attr("addPath", add),
        evaluator.attr("withLib", same),
        evaluator.attr("leafs", leafs),
        evaluator.attr(
            "files",
            evaluator.lazy(move |evaluator| files(evaluator, tree)),
        ),
        evaluator.attr(
            "result",
            evaluator.lazy(move |evaluator| module(evaluator, tree)),
        ),
    ]
}

fn add_path<'a>(evaluator: &Evaluator<'a>, tree: Tree<'a>, path: Value<'a>) -> Tree<'a> {
    let paths = [tree.paths, &[path]].concat();
    Tree {
        paths: evaluator.arena.alloc_slice_copy(&paths),
        ..tree
    }
}

fn module<'a>(evaluator: &Evaluator<'a>, tree: Tree<'a>) -> Result<Value<'a>> {
    let imports = evaluator.lazy(move |evaluator| files(evaluator, tree));
    Ok(evaluator.attrs(vec![Attr::unplaced(known::IMPORTS, imports)]))
}

/// The files of a tree, or what its functions make of them.
fn files<'a>(evaluator: &Evaluator<'a>, tree: Tree<'a>) -> Result<Value<'a>> {
    let mut found = vec![];
    for path in tree.paths {
        gather(evaluator, tree, *path, &mut found)?;
    }
    for map in tree.maps {
        for file in &mut found {
            *file = evaluator.lazy_call(*map, &[*file], source::Span::NONE);
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
            _ if name.ends_with(".nix") && keeps(evaluator, tree, root, &path)? => {
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
    Ok(!below.windows(2).any(|pair| pair == b"/_"))
}
