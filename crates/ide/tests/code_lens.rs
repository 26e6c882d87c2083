//! What stands above instances.

mod support;

use std::path::Path;

use expect_test::expect;
use ide::code_lens::{code_lenses, resolved_settings};

use crate::support::clan;

const LONG: &str = "{
  inventory.instances.wifi = {
    module.name = \"wifi\";
    module.input = \"self\";
    roles.default.machines.jon.settings.bands = [ \"2.4\" \"5\" \"2.4\" \"5\" \"2.4\" \"5\" \"2.4\" \"5\" \"2.4\" \"5\" \"2.4\" \"5\" \"2.4\" ];
    roles.default.machines.sara = { };
  };
}
";

#[test]
fn resolved_settings_are_lines_that_can_be_read() {
    let clan = clan(&[("services.nix", LONG)]);
    let lenses = code_lenses(&clan.snapshot, Path::new("/clan/services.nix"));
    let [lens] = lenses.as_slice() else {
        panic!("one lens: {lenses:?}");
    };
    assert_eq!(lens.title, "2 machines");
    let text = resolved_settings(&clan.snapshot, &lens.instance);
    expect![[r##"
        # wifi (wifi of self): what its machines get, read as clan-core of 2026-08-22
        {
          default = {
            jon = {
              bands = [
                "2.4"
                "5"
                "2.4"
                "5"
                "2.4"
                "5"
                "2.4"
                "5"
                "2.4"
                "5"
                "2.4"
                "5"
                "2.4"
              ];
              mode = "fast";
              timeout = 10;
            };
            sara = { bands = [ ]; mode = "fast"; timeout = 10; };
          };
        }
    "##]]
    .assert_eq(&text.unwrap_or_default());
}
