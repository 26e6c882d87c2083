//! `lib.systems`: the kinds of machines that nixpkgs knows.

mod architectures;
mod doubles;
mod elaborate;
mod examples;
mod inspect;
mod literal;
mod parse;
mod parts;
mod platforms;
mod types;

use nix_frontend::builtins::take;
use nix_frontend::eval::{Evaluator, Value};

use self::inspect::Patterns;
use self::literal::strings;
use self::parse::Parser;
use self::parts::Parts;
use crate::functions::tools::{function, get};

/// `lib.systems`, and `lib.platforms`, which is its `doubles`.
///
/// `lib` is for the types of parts of systems.
pub(crate) fn systems<'a>(
    evaluator: &Evaluator<'a>,
    lib: Value<'a>,
) -> [(&'static str, Value<'a>); 2] {
    let parts = Parts::new(evaluator);
    let patterns = Patterns::new(evaluator, parts);
    let parser = Parser { parts, patterns };
    let doubles = evaluator.lazy(move |evaluator| Ok(doubles::doubles(evaluator, parser)));
    let systems = evaluator.lazy(move |evaluator| {
        Ok(evaluator.attrs_from([
            (
                "architectures",
                evaluator.lazy(|evaluator| Ok(architectures::set(evaluator))),
            ),
            ("doubles", doubles),
            (
                "elaborate",
                function(evaluator, "elaborate", move |evaluator, system| {
                    elaborate::elaborate(evaluator, parser, system)
                }),
            ),
            (
                "equals",
                evaluator.native("equals", 2, |evaluator, arguments| {
                    let [left, right] = take(arguments)?;
                    let bare = |platform| get(evaluator, platform, "_withoutFunctions");
                    evaluator.equal(bare(left)?, bare(right)?).map(Value::bool)
                }),
            ),
            (
                "examples",
                evaluator.lazy(|evaluator| Ok(examples::all(evaluator))),
            ),
            ("flakeExposed", doubles::flake_exposed(evaluator)),
            (
                "functionNames",
                strings(evaluator, elaborate::FUNCTIONS.iter().copied()),
            ),
            ("inspect", inspect::set(evaluator, patterns)),
            (
                "parse",
                evaluator.lazy(move |evaluator| Ok(parse::set(evaluator, parser, lib))),
            ),
            (
                "platforms",
                evaluator.lazy(move |evaluator| Ok(platforms::all(evaluator, parts))),
            ),
            (
                "systemToAttrs",
                function(evaluator, "systemToAttrs", elaborate::to_attrs),
            ),
        ]))
    });
    [("systems", systems), ("platforms", doubles)]
}
