//! What is told of values that need themselves.

use std::path::Path;
use std::sync::Arc;

use bumpalo::Bump;
use nix_frontend::eval::{Evaluator, Options};
use nix_frontend::session::Session;
use source::SourceMap;
use source::files::memory::Memory;

/// The finding: its headline, then each place as line and column with what it is.
fn finding(nix: &str) -> String {
    let files = Memory::new();
    let session = Session::new(Arc::new(SourceMap::default()), &files);
    let arena = Bump::new();
    let file = session
        .add(Path::new("/test.nix"), nix.as_bytes().to_vec())
        .unwrap();
    let evaluator = Evaluator::new(&arena, &session, Options::default());
    let value = evaluator.evaluate_text(file, None, &[]);
    let error = value
        .and_then(|value| evaluator.force_deep(value))
        .err()
        .unwrap();
    let diagnostic = error.diagnostic();
    let mut text = diagnostic.message;
    for label in diagnostic.labels {
        let (_, place) = session.sources.locate(label.span.start).unwrap();
        text.push_str(&format!("\n{}:{} {}", place.line, place.column, label.text));
    }
    text
}

#[track_caller]
fn check(nix: &str, expected: &[&str]) {
    assert_eq!(finding(nix), expected.join("\n"), "{nix}");
}

#[test]
fn a_value_that_needs_itself_is_told_with_both_places() {
    check(
        "let x = 1 + x; in x",
        &[
            "infinite recursion encountered: `x` -> `x`",
            "1:13 needed again here",
            "1:19 first needed here",
        ],
    );
}

#[test]
fn the_values_between_are_told_in_the_order_of_need() {
    check(
        "let a = b + 1;\nb = c.x;\nc = { x = a + 0; };\nin a",
        &[
            "infinite recursion encountered: `a` -> `b` -> `x` -> `a`",
            "3:11 needed again here",
            "4:4 first needed here",
            "1:9 needs `b`",
            "2:7 needs `x`",
        ],
    );
}

#[test]
fn values_before_the_circle_are_no_part_of_it() {
    check(
        "let a = b + 1; b = c + 1; c = b + 2; in a",
        &[
            "infinite recursion encountered: `b` -> `c` -> `b`",
            "1:31 needed again here",
            "1:9 first needed here",
            "1:20 needs `c`",
        ],
    );
}

#[test]
fn a_long_circle_is_told_by_its_ends() {
    let count = 40;
    let links: String = (0..count)
        .map(|at| format!("a{at} = a{} + 1;\n", (at + 1) % count))
        .collect();
    let told = finding(&format!("let {links} in a0"));
    let headline = told.lines().next().unwrap();
    assert_eq!(
        headline,
        "infinite recursion encountered: `a0` -> `a1` -> `a2` -> `a3` -> `a4` -> `a5` -> `a6` \
         -> … 28 more … -> `a35` -> `a36` -> `a37` -> `a38` -> `a39` -> `a0`"
    );
    assert_eq!(told.lines().count(), 6);
}

#[test]
fn arguments_of_builtins_are_links_too() {
    check(
        "let\nnames = builtins.attrNames set;\nset = builtins.listToAttrs (map (n: { name = n; value = 1; }) names);\nin names",
        &[
            "infinite recursion encountered: `names` -> `set` -> `map (n: { name = n; value = 1; }…` -> `names`",
            "3:63 needed again here",
            "4:4 first needed here",
            "2:28 needs `set`",
            "3:29 needs `map (n: { name = n; value = 1; }…`",
            "3:7 in the call of `listToAttrs`",
            "2:9 in the call of `attrNames`",
        ],
    );
}
