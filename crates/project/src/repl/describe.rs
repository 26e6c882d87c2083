//! What there is to know about a function: its arguments, where it stands, and the comment before it.

use nix_frontend::eval::Evaluator;
use nix_frontend::eval::value::{Closure, Value};

use super::bindings::Refusal;

/// What there is to know about a function, in some lines. Errors: it is no function.
pub(super) fn describe<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<String, Refusal> {
    match value {
        Value::Builtin(builtin) => Ok(built_in(builtin.name, builtin.arity, 0)),
        Value::Partial(partial) => {
            let builtin = partial.builtin;
            Ok(built_in(
                builtin.name,
                builtin.arity,
                partial.arguments.len(),
            ))
        }
        Value::Lambda(closure) => Ok(function(evaluator, closure)),
        other => Err(no_function(other)),
    }
}

fn no_function(value: Value<'_>) -> Refusal {
    let found = value.type_with_article();
    Refusal::Complaint(format!(
        "nothing is written about {found}; only about functions"
    ))
}

fn built_in(name: &str, arity: usize, given: usize) -> String {
    let arguments = if arity == 1 { "argument" } else { "arguments" };
    let given = match given {
        0 => String::new(),
        given => format!(", {given} of them given"),
    };
    format!("`{name}` is built in and takes {arity} {arguments}{given}\n")
}

fn function<'a>(evaluator: &Evaluator<'a>, closure: &Closure<'a>) -> String {
    let code = closure.code;
    let mut text = match code.name {
        Some(name) => format!("`{}` is a function", evaluator.name_text(name)),
        None => "a function".to_owned(),
    };
    if let Some((path, at)) = evaluator.session.sources.locate(code.span.start) {
        text.push_str(&format!(" at {}:{}:{}", path.display(), at.line, at.column));
    }
    text.push('\n');
    if let Some(formals) = &code.formals {
        let mut formals_in_order: Vec<_> = formals.entries.iter().collect();
        formals_in_order.sort_by_key(|formal| formal.span);
        let shown = formals_in_order.into_iter().map(|formal| {
            let name = evaluator.name_text(formal.name);
            match &formal.default {
                Some(default) => format!("{name} ? {}", written(evaluator, default.span)),
                None => name,
            }
        });
        let ellipsis = formals.ellipsis.then(|| "...".to_owned());
        let shown: Vec<String> = shown.chain(ellipsis).collect();
        text.push_str(&format!("takes {{ {} }}\n", shown.join(", ")));
    } else if let Some(argument) = code.argument {
        text.push_str(&format!("takes {}\n", evaluator.name_text(argument)));
    }
    let file = code
        .span
        .some()
        .and_then(|span| evaluator.session.sources.file(span.start));
    let comment = file.and_then(|file| {
        let before = file.text.get(..file.range(code.span).start)?;
        comment(before)
    });
    if let Some(comment) = comment {
        text.push_str(&format!("\n{comment}\n"));
    }
    text
}

/// A default as it is written, if that is short.
fn written(evaluator: &Evaluator<'_>, span: source::Span) -> String {
    const LONGEST: usize = 40;
    let file = span
        .some()
        .and_then(|span| evaluator.session.sources.file(span.start));
    let text = file.map(|file| file.slice(span).to_owned());
    match text {
        Some(text) if text.len() <= LONGEST && !text.contains('\n') => text,
        _ => "…".to_owned(),
    }
}

/// The text of the `/** … */` before a function, or before the name that it is bound to.
fn comment(before: &str) -> Option<String> {
    let before = before.trim_end_matches(['(', ' ', '\t', '\n', '\r']);
    let before = match before.strip_suffix('=') {
        Some(binding) => {
            let is_name = |letter: char| letter.is_alphanumeric() || "_'-.\"".contains(letter);
            binding.trim_end().trim_end_matches(is_name).trim_end()
        }
        None => before,
    };
    let inside = before.strip_suffix("*/")?;
    let start = inside.rfind("/*")?;
    let inside = inside.get(start..)?.strip_prefix("/**")?;
    let lines: Vec<&str> = inside.lines().collect();
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let rest = lines.iter().skip(1).filter(|line| !line.trim().is_empty());
    let least = rest.map(indent).min().unwrap_or(0);
    let dedented = lines.iter().enumerate().map(|(number, line)| match number {
        0 => line.trim(),
        _ => line.get(least..).unwrap_or_default().trim_end(),
    });
    let text = dedented.collect::<Vec<_>>().join("\n");
    Some(text.trim_matches('\n').trim_end().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::comment;

    #[test]
    fn comments_belong_to_what_follows() {
        for (before, expected) in [
            ("/** Adds one. */ ", Some("Adds one.")),
            ("{ /** Adds one. */ f = ", Some("Adds one.")),
            (
                "/**\n    Adds.\n\n      More.\n  */\n  a.b = (",
                Some("Adds.\n\n  More."),
            ),
            ("/* Adds one. */ f = ", None),
            ("/** Adds one. */ f = 1; g = ", None),
            ("/** */ f = ", None),
            ("f = ", None),
        ] {
            assert_eq!(comment(before).as_deref(), expected, "{before}");
        }
    }
}
