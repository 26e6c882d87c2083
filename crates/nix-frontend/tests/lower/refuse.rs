//! What rnix lets pass or cannot bear.

use expect_test::expect;

use crate::{check, check_bytes};

#[test]
fn a_lone_carriage_return_ends_a_comment() {
    check("# a\r1", expect!["1"]);
    check("[ 1\r2 ]", expect!["[1 2]"]);
    check("{ a = 1;\r\nb = 2; }", expect!["{ a=1 b=2 }"]);
}

#[test]
fn strange_blanks_are_refused() {
    check(
        "1 + 2",
        expect![[r#"
        (+ 1 2)
        syntax: U+00A0 is no blank for Nix
          1:2 ` ` not an ordinary blank"#]],
    );
    check(
        "[ 1 2 ]",
        expect![[r#"
        [1 2]
        syntax: U+2028 is no blank for Nix
          1:4 ` ` not an ordinary blank"#]],
    );
    check(
        "1\u{c}+ 2",
        expect![[r#"
            (+ 1 2)
            syntax: U+000C is no blank for Nix
              1:2 `�` not an ordinary blank"#]],
    );
    check("\"\u{a0}\"", expect![[r#""\u{a0}""#]]);
    check("# \u{a0}\n1", expect!["1"]);
}

#[test]
fn an_empty_text_has_no_expression() {
    check(
        "",
        expect![[r#"
        <an expression is missing here>
        syntax: the file has no expression
          1:1 `` ends here"#]],
    );
    check(
        r"# only a comment
",
        expect![[r#"
            <an expression is missing here>
            syntax: the file has no expression
              2:1 `` ends here"#]],
    );
}

#[test]
fn foreign_characters_are_refused() {
    check(
        "{ a = 'x'; b = 1; }",
        expect![[r#"
        { a=<undefined variable 'x''> b=1 }
        syntax: a string is written with `"` or `''`
          1:7 `'` not understood"#]],
    );
    check(
        "{ a = “x”; b = 1; }",
        expect![[r#"
        { a=<undefined variable 'x'> b=1 }
        syntax: a string is written with plain quotes, `"`
          1:7 `“` not understood"#]],
    );
    check(
        "{ a = $x; }",
        expect![[r#"
        { a=<undefined variable 'x'> }
        syntax: `$` is no part of Nix
          1:7 `$` not understood"#]],
    );
    check(
        "1 % 2",
        expect![[r#"
        1
        syntax: the file goes on after its expression
          1:3 `%` not expected here"#]],
    );
    check(
        "é",
        expect![[r#"
        <an expression is missing here>
        syntax: `é` can only stand in strings and comments
          1:1 `é` not understood"#]],
    );
    check(
        "{ é = 1; }",
        expect![[r#"
        { }
        syntax: `é` can only stand in strings and comments
          1:3 `é` not understood"#]],
    );
    check(
        "{ a = 1.5e; b = 2; }",
        expect![[r#"
        { a=<a value is missing here> b=2 }
        syntax: `1.5e` is no number
          1:7 `1.5e` not understood"#]],
    );
    check_bytes(
        b"\xff",
        expect![[r#"
            <an expression is missing here>
            syntax: the byte 0xFF can only stand in strings and comments
              1:1 `�` not understood"#]],
    );
    check_bytes(
        b"{ a\xff = 1; }",
        expect![[r#"
            { a=1 }
            syntax: the byte 0xFF can only stand in strings and comments
              1:4 `�` not understood"#]],
    );
}

/// Refused, or read without a fault, but neither slow nor out of stack.
#[track_caller]
fn check_limits(nix: &str) {
    let start = std::time::Instant::now();
    let run = crate::run(nix.as_bytes());
    let first = run.diagnostics().next();
    let first = first.map(|found| found.code);
    assert!(
        matches!(first, None | Some("limit-exceeded" | "syntax")),
        "{first:?}"
    );
    assert!(start.elapsed().as_secs() < 10);
}

#[test]
fn deep_and_long_texts_neither_overflow_nor_stall() {
    const MANY: usize = 50_000;
    for unit in [
        "1+",
        "1 + ",
        "f ",
        "[",
        "(",
        "{a=",
        "-",
        "!",
        "a.",
        "a.b or ",
        "x: ",
        "a // ",
        "a ++ ",
        "a -> ",
        "\"${",
        "if 1 then 2 else ",
        "let a=1; in ",
        "with a; ",
        "<a",
        "x@{}: ",
        "a = ",
        "then ",
        "in ",
        "{",
        "}",
        "''",
        "\"",
        ",",
        "; ",
        "/*",
        "*/",
    ] {
        check_limits(&unit.repeat(MANY));
        check_limits(&format!("[{}", unit.repeat(MANY)));
        check_limits(&format!("{{ x = {}", unit.repeat(MANY)));
    }
}

#[test]
fn usual_texts_are_within_the_limits() {
    let nested = |open: &str, close: &str, depth| {
        let nix = format!("{}1{}", open.repeat(depth), close.repeat(depth));
        let run = crate::run(nix.as_bytes());
        assert_eq!(run.diagnostics().count(), 0, "{open}");
    };
    nested("[", "]", 350);
    nested("(", ")", 350);
    nested("{ a = ", "; }", 350);
    nested("1 + ", "", 1_000);
    nested("x: ", "", 500);
    let long = format!("[{}]", "1 \"a\" { b = ./c; } ".repeat(20_000));
    assert_eq!(crate::run(long.as_bytes()).diagnostics().count(), 0);
    let blob = format!("\"{}\"", "Ab+/".repeat(200_000));
    assert_eq!(crate::run(blob.as_bytes()).diagnostics().count(), 0);
}
