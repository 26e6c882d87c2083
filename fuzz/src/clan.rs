//! From texts to every answer. The input is an archive of files (see `testkit::archive`).
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use source::files::memory::Memory;
use suite::ask_everything;
use testkit::{archive, fixture::ROOT};

fuzz_target!(|data: &[u8]| {
    let mut files = Memory::new();
    let mut target = None;
    for (path, bytes) in archive::read(data) {
        let path = Path::new(ROOT).join(path);
        let is_flake = path == Path::new(ROOT).join("flake.nix");
        if is_flake {
            target = Some(ROOT.into());
        }
        files.insert(&path, bytes);
        target.get_or_insert(path);
    }
    let Some(target) = target else {
        return;
    };
    let answers = ask_everything(&files, &target);
    let internal = answers.diagnostics.iter().find(|each| each.code == "internal-error");
    assert!(internal.is_none(), "{internal:?}");
});
