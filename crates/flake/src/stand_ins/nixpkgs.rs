//! nixpkgs: its `lib` is known; packages and systems are out of reach.

use std::path::Path;

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attr, Evaluator, Result, Value};
use nix_frontend::import::virtual_search;

use source::Span;

use crate::flakes::Flakes;
use crate::inputs::Kind;

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
    parts(evaluator, name, flakes.lib)
}

/// The known attributes of the flake `name`, of whose files only those of `lib` lie in the directory `path`.
pub fn known_with_lib<'a>(evaluator: &Evaluator<'a>, name: &str, path: &[u8]) -> Vec<Attr<'a>> {
    let file: &'a [u8] = evaluator.arena.alloc_slice_copy(&[path, b"/lib"].concat());
    let lib = evaluator.lazy(move |evaluator| evaluator.import(file));
    evaluator.provide_import(path, importable(evaluator, name, lib));
    parts(evaluator, name, lib)
}

/// Whether what lies in the directory `source` is a nixpkgs without packages and systems.
pub fn is_part(evaluator: &Evaluator<'_>, kind: Kind, source: &Path) -> bool {
    let is_there = |name: &str| evaluator.session.kind_of(&source.join(name)).is_some();
    match kind {
        Kind::Nixpkgs => !is_there("pkgs"),
        Kind::NixpkgsLib => !is_there("flake.nix"),
        _ => false,
    }
}

fn parts<'a>(evaluator: &Evaluator<'a>, name: &str, lib: Value<'a>) -> Vec<Attr<'a>> {
    let flake_name: &'a str = evaluator.arena.alloc_str(name);
    let flake_lib = evaluator.lazy(move |evaluator| flake_lib(evaluator, lib, flake_name));
    let packages = SYSTEMS.iter().map(|system| {
        let name = format!("{name}.legacyPackages.{system}");
        let packages = packages(evaluator, lib, &name, evaluator.string(system));
        (*system, packages)
    });
    let packages = evaluator.attrs_from(packages);
    vec![
        evaluator.attr("lib", flake_lib),
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
    evaluator.provide_import(path, importable(evaluator, name, flakes.lib));
    evaluator.provide_import(&[path, b"/lib"].concat(), flakes.lib);
}

/// What `import` of nixpkgs gives.
fn importable<'a>(evaluator: &Evaluator<'a>, name: &str, lib: Value<'a>) -> Value<'a> {
    let called = format!("(import {name} {{ … }})");
    let called: &'a str = evaluator.arena.alloc_str(&called);
    evaluator.native("nixpkgs", 1, move |evaluator, arguments| {
        let [arguments] = take(arguments)?;
        let system = evaluator.lazy(move |evaluator| system(evaluator, called, arguments));
        Ok(packages(evaluator, lib, called, system))
    })
}

/// The system that packages are asked for: what `system` says, if that is all that is said of it.
fn system<'a>(evaluator: &Evaluator<'a>, called: &str, arguments: Value<'a>) -> Result<Value<'a>> {
    let arguments = evaluator.force_attrs(arguments)?;
    let given = |name: &str| arguments.value(evaluator.symbol(name));
    let others = given("localSystem").or(given("crossSystem"));
    match given("system").filter(|_| others.is_none()) {
        Some(system) => evaluator.force(system),
        None => {
            let name = format!("{called}.stdenv.hostPlatform");
            Ok(evaluator.out_of_reach(&name, NOT_BUILT))
        }
    }
}

/// A set of packages: only its `lib` and what follows from its `system` is known.
fn packages<'a>(
    evaluator: &Evaluator<'a>,
    lib: Value<'a>,
    name: &str,
    system: Value<'a>,
) -> Value<'a> {
    let stdenv_name: &'a str = evaluator.arena.alloc_str(&format!("{name}.stdenv"));
    let stdenv = evaluator.lazy(move |evaluator| {
        let known = platforms(evaluator, lib, system);
        Ok(super::out_of_reach(
            evaluator,
            stdenv_name,
            NOT_BUILT,
            known,
        ))
    });
    let known = [("lib", lib), ("system", system), ("stdenv", stdenv)];
    let known = known.map(|(name, value)| evaluator.attr(name, value));
    super::out_of_reach(evaluator, name, NOT_BUILT, known.to_vec())
}

/// What `stdenv` says of the platform. Source: nixpkgs `pkgs/stdenv/generic/default.nix`.
fn platforms<'a>(evaluator: &Evaluator<'a>, lib: Value<'a>, system: Value<'a>) -> Vec<Attr<'a>> {
    let platform = evaluator.lazy(move |evaluator| {
        let system = evaluator.force(system)?;
        if matches!(system, Value::OutOfReach(_)) {
            return Ok(system);
        }
        let lib = evaluator.force(lib)?;
        let systems = evaluator.select(lib, evaluator.symbol("systems"), Span::NONE)?;
        let elaborate = evaluator.select(systems, evaluator.symbol("elaborate"), Span::NONE)?;
        evaluator.call1(elaborate, system)
    });
    let part = |name| evaluator.lazy_select(platform, evaluator.symbol(name), Span::NONE);
    let whole = ["buildPlatform", "hostPlatform", "targetPlatform"];
    let whole = whole.map(|name| evaluator.attr(name, platform));
    let parts = ["isDarwin", "isLinux", "system"].map(|name| evaluator.attr(name, part(name)));
    whole.into_iter().chain(parts).collect()
}

/// `lib` of the flake: that of nixpkgs, extended by what builds systems, so that it keeps that when it is extended further.
fn flake_lib<'a>(evaluator: &Evaluator<'a>, lib: Value<'a>, name: &'a str) -> Result<Value<'a>> {
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
    let lib = evaluator.force(lib)?;
    let extend = evaluator.select(lib, evaluator.symbol("extend"), Span::NONE)?;
    evaluator.call1(extend, overlay)
}
