//! haumea: a directory of Nix files as a set. It is a text in Nix, for it is a program over values and little else.

use std::path::Path;

use nix_frontend::eval::{Attr, Evaluator, Result, Value};
use nix_frontend::import::file_error;
use source::Span;

use crate::flakes::Flakes;
use crate::make::set;

const TEXT: &str = include_str!("../../data/haumea.nix");
const PATH: &str = "/«haumea»/default.nix";

/// The known attributes of the flake.
pub fn known<'a>(evaluator: &Evaluator<'a>, flakes: &'a Flakes<'a>) -> Vec<Attr<'a>> {
    let lib = evaluator.lazy(move |evaluator| {
        let made = evaluator.call1(function(evaluator)?, set(evaluator, [("lib", flakes.lib)]))?;
        evaluator.select(made, evaluator.symbol("lib"), Span::NONE)
    });
    vec![evaluator.attr("lib", lib)]
}

fn function<'a>(evaluator: &Evaluator<'a>) -> Result<Value<'a>> {
    let text = TEXT.as_bytes().to_vec();
    let file = evaluator.session.add(Path::new(PATH), text);
    evaluator.evaluate_text(file.map_err(|error| file_error(&error))?, None, &[])
}
