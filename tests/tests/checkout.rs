//! Service modules of a checkout, in the place of the catalogue.

use std::path::Path;
use std::sync::Arc;

use expect_test::{Expect, expect};
use project::analysis::{Request, analyse};
use project::session::Options;
use source::SourceMap;
use source::files::memory::Memory;
use suite::spec::flake;

const CLAN: &str = r#"{
  meta.name = "home";
  inventory.machines.jon = { };
  inventory.instances.it = {
    module.name = "NAME";
    roles.default.machines.jon = { };
  };
}
"#;

/// What is found in a clan with one instance of the service, which is this file of a checkout that has these further files.
#[track_caller]
fn check(name: &str, module: &str, further: &[(&str, &str)], expected: Expect) {
    let mut files = Memory::new();
    files.insert("/clan/flake.nix", flake(None));
    files.insert("/clan/clan.nix", CLAN.replace("NAME", name));
    let path = Path::new("/core/clanServices").join(name);
    files.insert(path.join("default.nix"), module.to_owned());
    for (name, text) in further {
        files.insert(Path::new("/core").join(name), (*text).to_owned());
    }
    let sources = Arc::new(SourceMap::new());
    let request = Request {
        services: Some("/core".into()),
        ..Request::of_path("/clan")
    };
    let analysis = analyse(&files, &sources, Options::default(), &request);
    let found = analysis.diagnostics.iter();
    let found = found.map(|each| format!("{}: {}\n", each.code, each.message));
    expected.assert_eq(&found.collect::<String>());
}

#[test]
fn a_module_may_use_the_lib_of_its_checkout() {
    let module = r#"{ clanLib, ... }: {
  _class = "clan.service";
  manifest.name = "it";
  roles.default.interface.options.old = clanLib.gone "old";
}"#;
    let lib =
        r#"{ lib }: { gone = name: lib.mkOption { default = name; type = lib.types.int; }; }"#;
    let wrong = expect![[r#"
        wrong-type: `instances.it.roles.default.machines.jon.settings.old` must be of type `signed integer`
    "#]];
    check("it", module, &[("lib/default.nix", lib)], wrong);
}

#[test]
fn a_function_to_a_module_is_taken_from_the_catalogue() {
    check(
        "installer",
        "{ packages, ... }: { ... }: { }",
        &[],
        expect![[r#"
            unknown-role: the service `installer` has no role `default`
        "#]],
    );
}
