//! treefmt-nix: its module for flake-parts, which concerns nothing but what is defined per system.

use nix_frontend::eval::{Attr, Evaluator};

/// The known attributes of the flake.
pub fn known<'a>(evaluator: &Evaluator<'a>) -> Vec<Attr<'a>> {
    let module = evaluator.attrs(vec![]);
    vec![evaluator.attr("flakeModule", module)]
}
