//! nixpkgs: its `lib` is known; packages and systems are out of reach.

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attr, Evaluator, Result, Value};
use nix_frontend::import::virtual_search;

use source::Span;

use crate::flakes::Flakes;

const NOT_BUILT: &str = "packages and systems are not evaluated";
const SYSTEMS: &[&str] = &[
    "aarch64-darwin",
    "aarch64-linux",
    "armv7l-linux",
    "i686-linux",
    "riscv64-linux",
    "x86_64-darwin",
    "x86_64-linux",
];

/// The known attributes of the flake `name` whose files would lie in `path`.
pub fn known<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    name: &str,
    path: &[u8],
) -> Vec<Attr<'a>> {
    provide(evaluator, flakes, name, path);
    let flake_name: &'a str = evaluator.arena.alloc_str(name);
    let lib = evaluator.lazy(move |evaluator| flake_lib(evaluator, flakes, flake_name));
    let packages = SYSTEMS.iter().map(|system| {
        let name = format!("{name}.legacyPackages.{system}");
        (*system, packages(evaluator, flakes, &name, Some(system)))
    });
    let packages = evaluator.attrs_from(packages);
    vec![
        evaluator.attr("lib", lib),
        evaluator.attr("legacyPackages", packages),
    ]
}

/// nixpkgs where no input is it, called `name`.
pub fn stand_in<'a>(evaluator: &Evaluator<'a>, flakes: &'a Flakes<'a>, name: &str) -> Value<'a> {
    let path = virtual_search(name);
    let mut known = known(evaluator, flakes, name, path.as_bytes());
    known.push(evaluator.attr("_type", evaluator.borrowed_string(b"flake")));
    known.push(evaluator.attr("outPath", evaluator.string(&path)));
    super::out_of_reach(evaluator, name, "its source is not on disk", known)
}

/// The known attributes of a flake with nothing but `lib`.
pub fn lib_flake<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    path: &[u8],
) -> Vec<Attr<'a>> {
    evaluator.provide_import(path, flakes.lib);
    evaluator.provide_import(&[path, b"/lib"].concat(), flakes.lib);
    vec![evaluator.attr("lib", flakes.lib)]
}

/// Makes `import` of nixpkgs' own files work, as far as they are known.
pub fn provide<'a>(evaluator: &Evaluator<'a>, flakes: &'a Flakes<'a>, name: &str, path: &[u8]) {
    let called = format!("(import {name} {{ … }})");
    let called: &'a str = evaluator.arena.alloc_str(&called);
    let import = evaluator.native("nixpkgs", 1, move |evaluator, arguments| {
        let [_] = take(arguments)?;
        Ok(packages(evaluator, flakes, called, None))
    });
    evaluator.provide_import(path, import);
    evaluator.provide_import(&[path, b"/lib"].concat(), flakes.lib);
}

/// A set of packages: only its `lib` and `system` are known.
fn packages<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    name: &str,
    system: Option<&str>,
) -> Value<'a> {
    let mut known = vec![evaluator.attr("lib", flakes.lib)];
    known.extend(system.map(|system| evaluator.attr("system", evaluator.string(system))));
    super::out_of_reach(evaluator, name, NOT_BUILT, known)
}

/// `lib` of the flake: that of nixpkgs, extended by what builds systems, so that it keeps that when it is extended further.
fn flake_lib<'a>(
    evaluator: &Evaluator<'a>,
    flakes: &'a Flakes<'a>,
    name: &'a str,
) -> Result<Value<'a>> {
    let system = evaluator.native("nixosSystem", 1, move |evaluator, arguments| {
        let [_] = take(arguments)?;
        let part = |part: &str| {
            let name = format!("({name}.lib.nixosSystem …).{part}");
            (part.to_owned(), evaluator.out_of_reach(&name, NOT_BUILT))
        };
        let parts = ["config", "options", "pkgs", "extendModules", "type"];
        Ok(evaluator.attrs_from(parts.map(part)))
    });
    let nixos = evaluator.out_of_reach(&format!("{name}.lib.nixos"), NOT_BUILT);
    let more = evaluator.attrs_from([("nixosSystem", system), ("nixos", nixos)]);
    let overlay = evaluator.native("systems", 2, move |_, _| Ok(more));
    let lib = evaluator.force(flakes.lib)?;
    let extend = evaluator.select(lib, evaluator.symbol("extend"), Span::NONE)?;
    evaluator.call1(extend, overlay)
}
