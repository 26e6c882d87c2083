//! Text in, printed value out.

use std::path::Path;
use std::sync::Arc;

use bumpalo::Bump;
use nix_frontend::eval::{EvalError, Evaluator, Options, Value};
use nix_frontend::session::Session;
use source::SourceMap;
use source::files::memory::Memory;

/// Evaluates `expression` with all builtins in scope, deeply.
fn evaluate(expression: &str) -> Result<String, Box<EvalError>> {
    let files = Memory::new();
    let session = Session::new(Arc::new(SourceMap::default()), &files);
    let arena = Bump::new();
    let text = format!("with builtins; {expression}");
    let file = session
        .add(Path::new("/test.nix"), text.into_bytes())
        .unwrap();
    let evaluator = Evaluator::new(&arena, &session, Options::default());
    let value = evaluator.evaluate_text(file, None, &[])?;
    let value = evaluator.force_deep(value)?;
    Ok(print(&evaluator, value))
}

fn print<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> String {
    let value = evaluator.force(value).unwrap();
    match value {
        Value::List(list) => {
            let items: String = list
                .items
                .iter()
                .map(|item| print(evaluator, *item) + " ")
                .collect();
            format!("[ {items}]")
        }
        Value::Attrs(attrs) => {
            let attrs: String = evaluator
                .ordered(attrs)
                .iter()
                .map(|attr| {
                    let mut name = evaluator.name_text(attr.name);
                    if name.contains('/') {
                        name = format!("{name:?}");
                    }
                    format!("{name} = {}; ", print(evaluator, attr.value))
                })
                .collect();
            format!("{{ {attrs}}}")
        }
        Value::Null => "null".to_owned(),
        Value::String(string) => format!("{:?}", string.text()),
        value => evaluator.preview(value).unwrap(),
    }
}

/// The value of `expression` prints as `expected`.
#[track_caller]
pub fn check(expression: &str, expected: &str) {
    match evaluate(expression) {
        Ok(printed) => assert_eq!(printed, expected, "{expression}"),
        Err(error) => panic!("{expression}\n{}", error.message),
    }
}

/// Evaluating `expression` fails with `message`.
#[track_caller]
pub fn check_error(expression: &str, message: &str) {
    match evaluate(expression) {
        Ok(printed) => panic!("{expression} is {printed}"),
        Err(error) => assert_eq!(error.message, message, "{expression}"),
    }
}
