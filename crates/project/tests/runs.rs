//! One run after another in a process that goes on, as a language server does.

use std::sync::Arc;

use project::analysis::{Request, analyse};
use project::session::Options;
use source::SourceMap;
use source::files::memory::Memory;

#[test]
fn a_run_holds_nothing_of_its_request() {
    let flake = "{ outputs = { self, clan-core, ... }: {
        clan = clan-core.lib.clan { inherit self; inventory.machines.jon = { }; };
        inner = builtins.getFlake (toString ./inner);
    }; }";
    let files = Memory::new()
        .with("/clan/flake.nix", flake)
        .with(
            "/clan/flake.lock",
            r#"{ "nodes": { "root": { } }, "root": "root", "version": 7 }"#,
        )
        .with("/clan/inner/flake.nix", "{ outputs = _: { }; }");
    let request = Request::of_path("/clan");
    let sources = Arc::new(SourceMap::new());
    let analysis = analyse(&files, &sources, Options::default(), &request);
    assert!(analysis.clan.is_some(), "{:?}", analysis.diagnostics);
    assert_eq!(Arc::strong_count(&request.input_sources.ahead), 1);
}
