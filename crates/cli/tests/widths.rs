//! What people read, in a narrow terminal and in a wide one.

mod support;

use std::fmt::Write as _;

use expect_test::{ExpectFile, expect_file};
use support::{command, finish};
use unicode_width::UnicodeWidthStr;

/// Each with what is printed for people.
const COMMANDS: &[&str] = &[
    "show fixtures/backup",
    "show fixtures/modern",
    "show fixtures/modern web01",
    "show fixtures/modern nightly",
    "list machines fixtures/modern --format table",
    "list tags fixtures/modern --format table",
    "list roles fixtures/modern --format table",
    "list inputs fixtures/modern --format table",
    "explain fixtures/modern sara",
    "explain fixtures/modern nightly",
    "explain fixtures/modern nightly.client.web01",
    "explain unknown-tag",
    "check fixtures/broken-guide/clan.nix",
    "check fixtures/layers-conflict",
    "check fixtures/layers-conflict --statistics",
    "diff fixtures/backup fixtures/modern",
    "graph fixtures/modern web01",
    "migrate fixtures/backup",
    "eval --expr {}.a.b",
    "--help",
    "check --help",
    "diff --help",
];

/// Findings, whose messages can be searched for because they are not broken; pages of text; and what has words that cannot be broken.
const OF_ANY_WIDTH: &[&str] = &[
    "check fixtures",
    "eval",
    "explain unknown-tag",
    "list inputs",
];

#[track_caller]
fn check(columns: usize, expected: ExpectFile) {
    let mut text = String::new();
    let mut too_long = vec![];
    for arguments in COMMANDS {
        let ran = finish(command(arguments).env("COLUMNS", columns.to_string()));
        // Writing to a string never fails.
        let _ = write!(text, "$ clan-inventory {arguments}\n{}{}", ran.out, ran.err);
        let _ = writeln!(text, "[{}]\n", ran.code);
        if OF_ANY_WIDTH
            .iter()
            .any(|start| arguments.starts_with(start))
        {
            continue;
        }
        let lines = ran.out.lines().chain(ran.err.lines());
        let long = lines.filter(|line| line.width() > columns);
        too_long.extend(long.map(|line| format!("{arguments}: {line}")));
    }
    expected.assert_eq(&text);
    assert!(too_long.is_empty(), "{}", too_long.join("\n"));
}

#[test]
fn what_is_printed_fits_eighty_columns() {
    check(80, expect_file!["widths/80.txt"]);
}

#[test]
fn what_is_printed_fits_a_hundred_and_twenty_columns() {
    check(120, expect_file!["widths/120.txt"]);
}
