//! The arguments of functions that take a set.

use nix_frontend::eval::{Attrs, ErrorKind, EvalError, Evaluator, Result, Value};

/// The set that a function with these formals is called with. Errors: it has further attributes, or lacks a required one.
pub(crate) fn only<'a>(
    evaluator: &Evaluator<'a>,
    function: &str,
    value: Value<'a>,
    formals: &[&str],
    required: &[&str],
) -> Result<&'a Attrs<'a>> {
    let attrs = evaluator.force_attrs(value)?;
    for name in required {
        if attrs.get(evaluator.symbol(name)).is_none() {
            let message =
                format!("function '{function}' called without required argument '{name}'");
            return Err(EvalError::new(ErrorKind::Type, message));
        }
    }
    let known = |name: &[u8]| formals.iter().any(|formal| formal.as_bytes() == name);
    if evaluator
        .items(attrs)
        .iter()
        .all(|attr| known(evaluator.name(attr.name)))
    {
        return Ok(attrs);
    }
    let more = evaluator.ordered(attrs).iter();
    let mut more = more.filter(|attr| !known(evaluator.name(attr.name)));
    match more.next() {
        None => Ok(attrs),
        Some(attr) => {
            let name = evaluator.name_text(attr.name);
            let message = format!("function '{function}' called with unexpected argument '{name}'");
            let error = EvalError::new(ErrorKind::Type, message);
            let error = error.at(evaluator.session.sources.word(attr.place));
            let near = source::suggest::nearest(&name, formals.iter().copied());
            Err(match near {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error,
            })
        }
    }
}
