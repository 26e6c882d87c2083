//! Parts of the evaluator: `cargo bench -p nix-frontend`.

use std::path::Path;
use std::sync::Arc;

use bumpalo::Bump;
use divan::Bencher;
use divan::counter::BytesCount;
use nix_frontend::eval::Evaluator;
use nix_frontend::eval::evaluator::Options;
use nix_frontend::session::{LowerOptions, Session};
use source::SourceMap;
use source::files::memory::Memory;

fn main() {
    divan::main();
}

/// A set of many small functions, as libraries are.
fn library(functions: usize) -> String {
    let function = |number| {
        format!(
            "  /* What number {number} does. */\n  f{number} = {{ name, tags ? [ ], ... }}@machine:\n    let\n      \
             inherit (machine) port;\n      text = \"${{name}}: ${{toString (port + {number})}}\";\n    in\n    \
             if builtins.elem \"all\" tags then {{ inherit text; wide.deep = x: x + 1; }} else throw \"no tag\";\n"
        )
    };
    let functions: String = (0..functions).map(function).collect();
    format!("rec {{\n{functions}}}\n")
}

#[divan::bench]
fn parse_and_lower(bencher: Bencher<'_, '_>) {
    let text = library(2_000);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        let files = Memory::new();
        let session = Session::new(Arc::new(SourceMap::new()), &files);
        let file = session.add(Path::new("/library.nix"), text.clone().into_bytes());
        let lowered = session.lower(file.expect("the text fits"), &LowerOptions::default());
        lowered.map(|lowered| lowered.diagnostics.len())
    });
}

#[divan::bench(args = [
    ("calls", "let f = n: if n < 2 then n else f (n - 1) + f (n - 2); in f 20"),
    ("update", "builtins.foldl' (s: n: s // { ${toString n} = n; }) { } (builtins.genList (n: n) 1000)"),
    ("sort", "builtins.sort (a: b: a < b) (builtins.genList (n: (n * 7919) - (n * 7919 / 6551) * 6551) 3000)"),
    ("strings", "builtins.concatStringsSep \",\" (map toString (builtins.genList (n: n) 5000))"),
    ("match", "map (builtins.match \"([a-z]+)-([0-9]*)\") (builtins.genList (n: \"name-${toString n}\") 500)"),
    ("from-json", "builtins.fromJSON (builtins.toJSON (builtins.genList (n: { inherit n; }) 2000))"),
])]
fn evaluate(bencher: Bencher<'_, '_>, program: &(&str, &str)) {
    let (_, text) = program;
    let files = Memory::new();
    let session = Session::new(Arc::new(SourceMap::new()), &files);
    let file = session.add(Path::new("/program.nix"), text.as_bytes().to_vec());
    let file = file.expect("the text fits");
    bencher.bench_local(|| {
        let arena = Bump::new();
        let evaluator = Evaluator::new(&arena, &session, Options::default());
        let value = evaluator.evaluate_text(file, None, &[]);
        value.and_then(|value| evaluator.force_deep(value)).is_ok()
    });
}
