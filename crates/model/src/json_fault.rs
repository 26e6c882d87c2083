//! Faults of `inventory.json` in words for who wrote it: Nix' own are those of the library that reads it.

use nix_frontend::eval::EvalError;
use source::Diagnostic;

const INVALID_JSON: &str = "invalid-json";

/// How a fault begins, what it has in it, and the way out.
const WAYS: [(&str, &str, &str); 7] = [
    (
        "unexpected '}'",
        "string literal",
        "JSON has no `,` before a `}`: take it away",
    ),
    (
        "unexpected ']'",
        "",
        "JSON has no `,` before a `]`: take it away",
    ),
    (
        "unexpected string literal",
        "",
        "a `,` stands between two entries",
    ),
    (
        "unexpected end of input",
        "",
        "close what is open: `}` for `{`, `]` for `[`",
    ),
    (
        "invalid literal",
        "expected string literal",
        "names have double quotes in JSON: `\"name\": …`",
    ),
    (
        "invalid literal",
        "/'",
        "JSON has no comments: take it away",
    ),
    (
        "invalid literal",
        "",
        "texts have double quotes in JSON; other values are numbers, `true`, `false` and `null`",
    ),
];

/// What reading `inventory.json` came to.
pub(crate) fn told(error: &EvalError) -> Diagnostic {
    let mut diagnostic = error.diagnostic();
    diagnostic.code = INVALID_JSON;
    let fault = diagnostic.message.strip_prefix("[json.exception.");
    let fault = fault.and_then(|rest| rest.split_once(" - "));
    if let Some((_, fault)) = fault {
        diagnostic.help = way(fault).map(str::to_owned);
        diagnostic.message = format!("this is no JSON: {fault}");
    }
    diagnostic
}

fn way(fault: &str) -> Option<&'static str> {
    let mut ways = WAYS.iter();
    ways.find(|(start, part, _)| fault.starts_with(start) && fault.contains(part))
        .map(|(_, _, way)| *way)
}
