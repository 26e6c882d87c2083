//! What is short is parsed first and looked through afterwards, what is long the other way round. Both are understood alike.

use super::run;

#[track_caller]
fn check(text: &str) {
    let long = format!("{text}\n# {}", "x".repeat(6_000));
    assert_eq!(run(text.as_bytes()).print(), run(long.as_bytes()).print());
}

#[test]
fn sound_texts() {
    check("{ a, b ? 1, ... }@c: let x = a.b or c; in with x; [ a.or or b { or = 1; } ]");
    check("rec { a = \"x${toString 1}y\"; b = ''\n  z${a}\n  ''; inherit (b) c d; }");
    check("[ __curPos __curPos.line ./a /b/${c}/d <e> ~/f ]");
    check("a: if a then !a else -a.b ++ [ ] // { } -> a && a || a");
}

#[test]
fn texts_that_the_parser_reads_otherwise_than_nix() {
    check("[ let { body = 1; } ]");
    check("a: a + !a");
    check("0.a");
    check(".../a");
    check("a: a/[ ]");
    check("./${a}//b");
}

#[test]
fn texts_with_faults() {
    check("{ a = 1 }");
    check("{ a = 1;\u{a0}b = 2; }");
    check("let a = 1; a = 2; in a b");
}

#[test]
fn texts_beyond_a_limit() {
    check(&format!("{}{}", "[".repeat(401), "]".repeat(401)));
    check(&format!("{}{}", "(".repeat(600), ")".repeat(600)));
    check(&format!("1{}", "+1".repeat(2_900)));
    check(&format!("{}true", "!".repeat(5_000)));
    check(&format!("{}true", "true->".repeat(999)));
    check(&format!("[ {} ]", "or ".repeat(1_900)));
}
