//! The arguments of functions that take a set.

use nix_frontend::eval::{Attrs, ErrorKind, EvalError, Evaluator, Result, Value};

use crate::functions::formals::{Formals, with_formals};

/// A function of one set with these formals. `functionArgs` answers for it.
pub(crate) fn taking<'a>(
    evaluator: &Evaluator<'a>,
    name: &'static str,
    formals: Formals,
    run: impl Fn(&Evaluator<'a>, &'a Attrs<'a>) -> Result<Value<'a>> + 'a,
) -> Value<'a> {
    with_formals(evaluator, name, formals, move |evaluator, given| {
        let given = only(evaluator, name, given, formals)?;
        run(evaluator, given)
    })
}

/// The set that a function with these formals is called with. Errors: it has further attributes, or lacks a required one.
pub(crate) fn only<'a>(
    evaluator: &Evaluator<'a>,
    function: &str,
    value: Value<'a>,
    formals: Formals,
) -> Result<&'a Attrs<'a>> {
    let attrs = at_least(evaluator, function, value, formals)?;
    let known = |name: &[u8]| formals.iter().any(|(formal, _)| formal.as_bytes() == name);
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
            let near = source::suggest::nearest(&name, formals.iter().map(|(formal, _)| *formal));
            Err(match near {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error,
            })
        }
    }
}

/// The set that a function with these formals and `...` is called with. Errors: it lacks a required attribute.
pub(crate) fn at_least<'a>(
    evaluator: &Evaluator<'a>,
    function: &str,
    value: Value<'a>,
    formals: Formals,
) -> Result<&'a Attrs<'a>> {
    let attrs = evaluator.force_attrs(value)?;
    for (name, has_default) in formals {
        if !has_default && attrs.get(evaluator.symbol(name)).is_none() {
            let message =
                format!("function '{function}' called without required argument '{name}'");
            return Err(EvalError::new(ErrorKind::Type, message));
        }
    }
    Ok(attrs)
}
