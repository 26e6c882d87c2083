//! A text that is read without rnix has the tree that rnix makes of it, and any text can be mended.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use nix_frontend::syntax::tree::Tree;
use nix_frontend::syntax::{parse, read, sound};
use source::SourceMap;

fuzz_target!(|data: &[u8]| {
    let file = SourceMap::new().add(Path::new("/file.nix"), data.to_vec());
    let file = file.expect("the text is short");
    let Some(tree) = sound::read(&file.text) else {
        read(&file);
        return;
    };
    let parsed = parse(&file);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    assert_eq!(tree.outline(), Tree::of(&parsed.tree).outline());
});
