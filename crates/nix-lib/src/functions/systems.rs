//! `lib.systems`: the kinds of machines that nixpkgs knows.

pub mod doubles;

use nix_frontend::eval::{Evaluator, Value};

/// The values of this topic.
pub fn values<'a>(evaluator: &Evaluator<'a>) -> Vec<(&'static str, Value<'a>)> {
    let flake_exposed = evaluator.lazy(|evaluator| Ok(doubles::flake_exposed(evaluator)));
    let doubles = evaluator.lazy(|evaluator| Ok(doubles::doubles(evaluator)));
    vec![("doubles", doubles), ("flakeExposed", flake_exposed)]
}
