//! The files of a flake that may hold its clan, where a function out of reach finds its modules by where they lie.
//!
//! Such a function is mostly called with a directory, and reads the modules of flake-parts in it. So each file of Nix whose text speaks of a clan is
//! tried as such a module, by itself; those that define a clan make it together.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use nix_frontend::eval::{Attr, Attrs, Evaluator, Value};
use nix_frontend::ir::symbol::known;
use source::FileKind;

use crate::flakes::Flakes;
use crate::search;
use crate::stand_ins::flake_parts;

/// How many entries of directories one search looks at.
const MOST_ENTRIES: usize = 20_000;
/// How many files it tries.
const MOST_FILES: usize = 64;
/// What a file says that defines a clan or a part of one.
const WORDS: &[&str] = &[
    "clan.inventory",
    "clan-core.flakeModules",
    "clan.flakeModules",
    ".lib.clan",
    ".clanLib.clan",
    "buildClan",
    "clan =",
];

/// The files below `root` whose text speaks of a clan, in the order of their paths.
pub(crate) fn files(evaluator: &Evaluator<'_>, root: &Path) -> Vec<PathBuf> {
    let mut found = vec![];
    let mut left = MOST_ENTRIES;
    walk(evaluator, root, &mut left, &mut found);
    found.retain(|file| *file != root.join("flake.nix"));
    found.truncate(MOST_FILES);
    found
}

fn walk(evaluator: &Evaluator<'_>, directory: &Path, left: &mut usize, found: &mut Vec<PathBuf>) {
    if evaluator.check_stack().is_err() {
        return;
    }
    let entries = evaluator.session.files.list(directory);
    for (name, kind) in entries.unwrap_or_default() {
        if *left == 0 {
            return;
        }
        *left -= 1;
        let path = directory.join(&name);
        match kind {
            FileKind::Directory if !name.starts_with('.') => walk(evaluator, &path, left, found),
            FileKind::Regular if name.ends_with(".nix") && speaks_of_clan(evaluator, &path) => {
                found.push(path);
            }
            _ => {}
        }
    }
}

fn speaks_of_clan(evaluator: &Evaluator<'_>, path: &Path) -> bool {
    let text = evaluator.session.files.read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    WORDS.iter().any(|word| text.contains(word))
}

/// Evaluates those files that are modules of flake-parts with a clan, all together; whether there are any.
pub(crate) fn parts<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    candidates: &[PathBuf],
) -> bool {
    let before = flakes.calls().len();
    let mut modules = vec![];
    for file in candidates {
        let module = evaluator.path(file.as_os_str().as_bytes());
        let is_part = defines_clan(evaluator, flakes, module);
        flakes.forget(before);
        if is_part {
            modules.push(module);
        }
    }
    let imports = Attr::unplaced(known::IMPORTS, evaluator.list(&modules));
    let module = evaluator.attrs(vec![imports]);
    if modules.is_empty() || !defines_clan(evaluator, flakes, module) {
        flakes.forget(before);
        return false;
    }
    true
}

fn defines_clan<'a>(evaluator: &Evaluator<'a>, flakes: &'a Flakes<'a>, module: Value<'a>) -> bool {
    let parts = flake_parts::evaluate(evaluator, flakes, arguments(evaluator, flakes), module);
    let Some(parts) = parts.ok().filter(|parts| parts.finds_clan(evaluator)) else {
        return false;
    };
    parts.found.get().is_some_and(|found| {
        let mut modules = found.modules.iter();
        found.is_declared || modules.any(|input| search::is_clan(evaluator, input.value))
    })
}

/// What `mkFlake` would get. The wrapper may give more, and a `lib` that has more.
fn arguments<'a>(evaluator: &Evaluator<'a>, flakes: &'a Flakes<'a>) -> &'a Attrs<'a> {
    const BECAUSE: &str = "what calls the modules is not evaluated";
    let own = flakes.value(evaluator, 0);
    let itself = evaluator.attrs_ref(vec![Attr::unplaced(known::SELF, own)]);
    let inputs = match flakes.nodes.first() {
        Some(root) => flakes.inputs(evaluator, root),
        None => evaluator.attrs_ref(vec![]),
    };
    let inputs = inputs.update(itself, evaluator.arena);
    let known_lib = evaluator.force_attrs(flakes.lib).ok();
    let lib = evaluator.out_of_reach_but("lib", BECAUSE, known_lib);
    let special = evaluator.attrs(vec![Attr::unplaced(known::LIB, lib)]);
    evaluator.attrs_ref(vec![
        Attr::unplaced(known::SELF, own),
        Attr::unplaced(known::INPUTS, Value::Attrs(inputs)),
        evaluator.attr("specialArgs", special),
    ])
}
