//! Values as a prompt shows them.

use std::path::Path;
use std::sync::Arc;

use bumpalo::Bump;
use expect_test::{Expect, expect};
use nix_frontend::eval::pretty::Style;
use nix_frontend::eval::{Evaluator, Limits, Options};
use nix_frontend::session::Session;
use source::SourceMap;
use source::files::memory::Memory;

fn show(expression: &str, style: Style) -> String {
    let files = Memory::default();
    let session = Session::new(Arc::new(SourceMap::default()), &files);
    let arena = Bump::new();
    let text = expression.as_bytes().to_vec();
    let file = session.add(Path::new("«string»"), text).unwrap();
    let limits = Limits {
        depth: 100,
        ..Limits::default()
    };
    let options = Options {
        limits,
        ..Options::default()
    };
    let evaluator = Evaluator::new(&arena, &session, options);
    let unknown = evaluator.out_of_reach("inputs.x", "input `x` is not on disk");
    let scope = [(evaluator.symbol("unknown"), unknown)];
    let value = evaluator
        .evaluate_text(file, Some("/".into()), &scope)
        .and_then(|value| evaluator.pretty(value, style));
    match value {
        Ok(text) => String::from_utf8(text).unwrap(),
        Err(error) => format!("error: {}", error.message),
    }
}

#[track_caller]
fn check(expression: &str, shallow: Expect, deep: Expect) {
    let style = |depth| Style {
        depth,
        color: false,
    };
    shallow.assert_eq(&show(expression, style(1)));
    deep.assert_eq(&show(expression, style(usize::MAX)));
}

#[test]
fn simple_values_are_literals() {
    check("null", expect!["null"], expect!["null"]);
    check("1 + 1", expect!["2"], expect!["2"]);
    check(
        "\"a\\n\\${\"",
        expect![[r#""a\n\${""#]],
        expect![[r#""a\n\${""#]],
    );
    check("/a/../b", expect!["/b"], expect!["/b"]);
    check(
        "let f = x: x; in f",
        expect!["«lambda f @ «string»:1:9»"],
        expect!["«lambda f @ «string»:1:9»"],
    );
    check("map", expect!["«primop map»"], expect!["«primop map»"]);
    check(
        "unknown.a",
        expect!["«inputs.x.a is out of reach»"],
        expect!["«inputs.x.a is out of reach»"],
    );
}

#[test]
fn elements_stand_one_a_line_unless_there_is_a_single_simple_one() {
    check("{ }", expect!["{ }"], expect!["{ }"]);
    check("[ (1 + 1) ]", expect!["[ 2 ]"], expect!["[ 2 ]"]);
    check(
        "{ a = 1; \"b c\" = [ 1 { } ]; }",
        expect![[r#"
            {
              a = 1;
              "b c" = [ ... ];
            }"#]],
        expect![[r#"
            {
              a = 1;
              "b c" = [
                1
                { }
              ];
            }"#]],
    );
    check(
        "{ a.b = 1; }",
        expect![[r#"
            {
              a = { ... };
            }"#]],
        expect![[r#"
            {
              a = { b = 1; };
            }"#]],
    );
}

#[test]
fn what_fails_inside_is_shown_there() {
    check(
        "[ (throw \"no\") 1 ]",
        expect![[r#"
            [
              «error: no»
              1
            ]"#]],
        expect![[r#"
            [
              «error: no»
              1
            ]"#]],
    );
    check("throw \"no\"", expect!["error: no"], expect!["error: no"]);
    check(
        "let f = x: 1 + f x; in [ 1 (f 1) ]",
        expect!["error: stack overflow; max-call-depth exceeded"],
        expect!["error: stack overflow; max-call-depth exceeded"],
    );
}

#[test]
fn circles_are_cut() {
    check(
        "rec { a = 1; b = rec { inherit a; c = b; }; }.b",
        expect![[r#"
            {
              a = 1;
              c = «repeated»;
            }"#]],
        expect![[r#"
            {
              a = 1;
              c = «repeated»;
            }"#]],
    );
    check(
        "let d = derivation { name = \"a\"; system = \"b\"; builder = \"c\"; }; in { inherit d; }",
        expect![[r#"
            {
              d = «derivation /nix/store/ncvzg25n0l41lmwbnxc7fcrkrajq3pvw-a.drv»;
            }"#]],
        expect![[r#"
            {
              d = «derivation /nix/store/ncvzg25n0l41lmwbnxc7fcrkrajq3pvw-a.drv»;
            }"#]],
    );
}

#[test]
fn kinds_have_colours() {
    let style = Style {
        depth: 1,
        color: true,
    };
    expect!["{ a = \u{1b}[36;1m1\u{1b}[0m; }"].assert_eq(&show("{ a = 1; }", style));
}
