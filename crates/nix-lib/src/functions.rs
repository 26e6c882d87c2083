//! The functions of `lib` beside the module system.

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attr, Evaluator, Result, Value};
use source::{Pos, Span};

/// Every function, by its name in `lib`.
pub fn all<'a>(evaluator: &Evaluator<'a>) -> Vec<Attr<'a>> {
    const TEXT: &str = include_str!("functions.nix");
    let file = evaluator
        .session
        .add(std::path::Path::new("/«lib»"), TEXT.into());
    let value = file
        .ok()
        .and_then(|file| evaluator.evaluate_text(file, None, &[]).ok());
    let mut attrs = match value.map(|value| evaluator.force_attrs(value)) {
        Some(Ok(attrs)) => evaluator.items(attrs).to_vec(),
        _ => vec![],
    };
    attrs.push(evaluator.attr("genAttrs", evaluator.native("genAttrs", 2, gen_attrs)));
    attrs
}

/// `genAttrs names function`: each attribute stands where its name does.
fn gen_attrs<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [names, function] = take(arguments)?;
    let mut attrs = vec![];
    for name in evaluator.force_list(names)? {
        let string = evaluator.force_string(*name)?;
        let span = evaluator.session.span_of_bytes(string.bytes);
        attrs.push(Attr {
            name: evaluator.symbol(string.bytes),
            place: span.map_or(Pos::NONE, |span| span.start),
            value: evaluator.lazy_call(function, &[*name], Span::NONE),
        });
    }
    Ok(evaluator.attrs(attrs))
}
