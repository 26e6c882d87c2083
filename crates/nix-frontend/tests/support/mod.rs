//! Text in, printed value out.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::path::Path;
use std::sync::Arc;

use bumpalo::Bump;
use nix_frontend::builtins::take;
use nix_frontend::eval::{EvalError, Evaluator, Options};
use nix_frontend::session::Session;
use source::files::memory::Memory;
use source::{Pos, SourceMap};

/// Evaluates `expression` deeply, with all builtins in scope, `unknown`, which is out of reach, and `placeOf`, which tells the place of an
/// attribute even if it is borrowed. Prints what it said, then the value.
fn evaluate(files: &Memory, expression: &str) -> Result<String, Box<EvalError>> {
    let session = Session::new(Arc::new(SourceMap::default()), files);
    let arena = Bump::new();
    let text = format!("with builtins; {expression}");
    let file = session
        .add(Path::new("/test.nix"), text.into_bytes())
        .unwrap();
    let evaluator = Evaluator::new(&arena, &session, Options::default());
    let unknown = evaluator.out_of_reach("inputs.x", "input `x` is not on disk");
    let place = evaluator.native("placeOf", 2, |evaluator, arguments| {
        let [name, attrs] = take(arguments)?;
        let name = evaluator.symbol(evaluator.force_plain_string(name)?);
        let attr = evaluator.force_attrs(attrs)?.get(name);
        Ok(evaluator.place(attr.map_or(Pos::NONE, |attr| attr.place)))
    });
    let scope = [
        (evaluator.symbol("unknown"), unknown),
        (evaluator.symbol("placeOf"), place),
    ];
    let value = evaluator.evaluate_text(file, None, &scope)?;
    let value = evaluator.force_deep(value)?;
    let mut text = String::new();
    for notice in evaluator.notices.borrow().iter() {
        let kind = if notice.is_warning {
            "warning"
        } else {
            "trace"
        };
        text.push_str(&format!("{kind}: {}\n", notice.text));
    }
    Ok(text + &evaluator.print(value)?)
}

/// The value of `expression` prints as `expected`.
#[track_caller]
pub fn check(expression: &str, expected: &str) {
    check_with(&Memory::new(), expression, expected);
}

/// The value of `expression`, which lies in `/` among `files`, prints as `expected`.
#[track_caller]
pub fn check_with(files: &Memory, expression: &str, expected: &str) {
    match evaluate(files, expression) {
        Ok(printed) => assert_eq!(printed, expected, "{expression}"),
        Err(error) => panic!("{expression}\n{}", error.message),
    }
}

/// Evaluating `expression` fails with `message`.
#[track_caller]
pub fn check_error(expression: &str, message: &str) {
    check_error_with(&Memory::new(), expression, message);
}

/// Evaluating `expression`, which lies in `/` among `files`, fails with `message`.
#[track_caller]
pub fn check_error_with(files: &Memory, expression: &str, message: &str) {
    match evaluate(files, expression) {
        Ok(printed) => panic!("{expression} is {printed}"),
        Err(error) => assert_eq!(error.message, message, "{expression}"),
    }
}
