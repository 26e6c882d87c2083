//! The members of `builtins` that are no functions.

use crate::eval::evaluator::Evaluator;
use crate::eval::value::Value;
use crate::store::path::STORE_DIR;

/// The release of Nix whose language this is.
pub const NIX_VERSION: &str = "2.26.3";

/// Which features the language has, as Nix counts them.
const LANG_VERSION: i64 = 6;

/// The constants that are variables of the outermost scope under their own names.
pub(super) const PLAIN: &[&str] = &["true", "false", "null", "builtins"];

/// The constants whose variables begin with `__`.
pub(super) const PREFIXED: &[&str] = &["langVersion", "nixPath", "nixVersion", "storeDir"];

/// Those of impure evaluations only.
pub(super) const IMPURE: &[&str] = &["currentSystem", "currentTime"];

/// The value of a constant; `None` where there is none in this evaluation.
pub(super) fn value<'a>(evaluator: &Evaluator<'a>, name: &str) -> Option<Value<'a>> {
    let impure = evaluator.options.impure;
    Some(match name {
        "true" => Value::bool(true),
        "false" => Value::bool(false),
        "null" => Value::Null,
        "langVersion" => Value::Int(LANG_VERSION),
        "nixPath" => nix_path(evaluator),
        "nixVersion" => evaluator.borrowed_string(NIX_VERSION.as_bytes()),
        "storeDir" => evaluator.borrowed_string(STORE_DIR.as_bytes()),
        "currentSystem" if impure => evaluator.string(current_system()),
        "currentTime" if impure => Value::Int(evaluator.options.time),
        _ => return None,
    })
}

fn nix_path<'a>(evaluator: &Evaluator<'a>) -> Value<'a> {
    let entries = evaluator.options.search_path.iter();
    let entries: Vec<Value<'a>> = entries
        .map(|(prefix, path)| {
            let path = path.as_os_str().as_encoded_bytes();
            evaluator.attrs_from([
                ("path", evaluator.string(path)),
                ("prefix", evaluator.string(prefix)),
            ])
        })
        .collect();
    evaluator.list(&entries)
}

fn current_system() -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        system => system,
    };
    format!("{}-{system}", std::env::consts::ARCH)
}
