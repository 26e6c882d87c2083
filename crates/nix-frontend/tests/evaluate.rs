//! Expressions in, values out.

use std::path::Path;
use std::sync::Arc;

use bumpalo::Bump;
use nix_frontend::eval::{Evaluator, Options, Value};
use nix_frontend::session::Session;
use source::SourceMap;
use source::files::memory::Memory;

fn show<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> String {
    match evaluator.force(value) {
        Err(error) => format!("error: {}", error.message),
        Ok(Value::List(list)) => {
            let items: Vec<String> = list
                .items
                .iter()
                .map(|item| show(evaluator, *item))
                .collect();
            format!("[ {} ]", items.join(" "))
        }
        Ok(Value::Attrs(attrs)) => {
            let items = evaluator.ordered(attrs).iter().map(|attr| {
                format!(
                    "{} = {};",
                    evaluator.name_text(attr.name),
                    show(evaluator, attr.value)
                )
            });
            format!("{{ {} }}", items.collect::<Vec<_>>().join(" "))
        }
        Ok(Value::Null) => "null".to_owned(),
        Ok(value) => evaluator
            .preview(value)
            .unwrap_or_else(|| "<function>".to_owned()),
    }
}

/// On a thread with a stack that holds the deepest nesting of calls.
fn run(nix: &str) -> String {
    const STACK: usize = 256 << 20;
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let running = thread.spawn_scoped(scope, || evaluate(nix)).unwrap();
        running.join().unwrap()
    })
}

fn evaluate(nix: &str) -> String {
    let files = Memory::new();
    let session = Session::new(Arc::new(SourceMap::new()), &files);
    let arena = Bump::new();
    let evaluator = Evaluator::new(&arena, &session, Options::default());
    let file = session
        .add(Path::new("/test/expression.nix"), nix.as_bytes().to_vec())
        .unwrap();
    let result = evaluator.evaluate_text(file, None, &[]);
    let mut text = match result {
        Ok(value) => show(&evaluator, value),
        Err(error) => format!("error: {}", error.message),
    };
    for diagnostic in session.diagnostics() {
        text.push_str(&format!("\n{}: {}", diagnostic.code, diagnostic.message));
    }
    text
}

#[track_caller]
fn check(nix: &str, expected: &str) {
    assert_eq!(run(nix), expected, "{nix}");
}

#[test]
fn operators() {
    check("1 + 2 * 3", "7");
    check("{ a = 1; b = 1; } // { b = 2; }", "{ a = 1; b = 2; }");
    check("[ 1 ] ++ [ 2 ]", "[ 1 2 ]");
    check("1 == 1.0 && \"a\" < \"b\" || false", "true");
    check("!true -> false", "true");
    check("-5", "-5");
}

#[test]
fn scopes() {
    check("let a = 1; b = a + c; c = 3; in b", "4");
    check("rec { a = b; b = 2; }", "{ a = 2; b = 2; }");
    check("(rec { __overrides = { a = 2; }; x = a; a = 1; }).x", "2");
    check("with { a = 1; }; let b = 2; in a + b", "3");
    check("let a = 1; in with { a = 2; }; a", "1");
    check("let inherit (x) y; x = { y = 7; }; in y", "7");
    check("let { body = x; x = 3; }", "3");
    check("(x: y: x + y) 1 2", "3");
    check(
        "({ a, b ? a + 1, ... }@args: a + b + args.c) { a = 1; c = 10; }",
        "13",
    );
    check(
        "let f = n: if n < 2 then n else f (n - 1) + f (n - 2); in f 15",
        "610",
    );
}

#[test]
fn attribute_paths() {
    check("{ a.b = 1; a.c = 2; }", "{ a = { b = 1; c = 2; }; }");
    check("{ a = { b = 1; }; a.c = 2; }", "{ a = { b = 1; c = 2; }; }");
    check("{ a.b.c = 1; }.a.b.c", "1");
    check("{ a = 1; }.b or 5", "5");
    check("{ a.b = 1; } ? a.b", "true");
    check(
        "let n = \"x\"; in { ${n} = 1; \"${n}y\" = 2; }",
        "{ x = 1; xy = 2; }",
    );
    check("{ a = 1; }.b", "error: attribute 'b' missing");
}

#[test]
fn strings() {
    check(r#""a${"b"}c""#, "\"abc\"");
    check("''\n  a\n    b\n  ''", "\"a\\n  b\\n\"");
    check(r#""x\n\${y}""#, "\"x\\n${y}\"");
    check("./a + \"/b\"", "/test/a/b");
}

#[test]
fn faults() {
    check(
        "{ a = 1; a = 2; }",
        "{ a = 1; }\nduplicate-attribute: attribute 'a' already defined",
    );
    check(
        "x",
        "error: undefined variable 'x'\nundefined-variable: undefined variable 'x'",
    );
    check(
        "{ a = {}\n b = 2; }",
        "{ a = {  }; b = 2; }\nmissing-semicolon: this binding lacks its `;`",
    );
    check(
        "{ a = { b = 1\n }; c = 2; }",
        "{ a = { b = 1; }; c = 2; }\nmissing-semicolon: this binding lacks its `;`",
    );
    check(
        "let a = a; in a",
        "error: infinite recursion encountered: `a` -> `a`",
    );
    check(
        "let f = x: f x; in f 1",
        "error: stack overflow; max-call-depth exceeded",
    );
}
