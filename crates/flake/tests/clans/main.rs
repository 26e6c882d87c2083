//! The forms in which a clan is given, and which modules are found in each.

mod files;
mod flake_parts;
mod functions;
mod pins;
mod several;
#[path = "../support/mod.rs"]
mod support;
mod wrappers;

use expect_test::Expect;

use support::found;

/// Checks which clans are found in the files.
#[track_caller]
fn check(text: &str, expected: Expect) {
    expected.assert_eq(&found(text, &[]));
}
