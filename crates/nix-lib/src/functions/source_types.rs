//! `lib.sourceTypes`: what packages are made from.

use nix_frontend::eval::{Evaluator, Value};

/// The types, each with whether it is source code.
const TYPES: &[(&str, bool)] = &[
    ("binaryBytecode", false),
    ("binaryFirmware", false),
    ("binaryNativeCode", false),
    ("fromSource", true),
    ("obfuscatedCode", false),
];

/// The values of this topic.
pub fn values<'a>(evaluator: &Evaluator<'a>) -> Vec<(&'static str, Value<'a>)> {
    let types = TYPES.iter().map(|(name, is_source)| {
        let fields = [
            ("isSource", Value::bool(*is_source)),
            ("shortName", evaluator.borrowed_string(name.as_bytes())),
        ];
        (*name, evaluator.attrs_from(fields))
    });
    types.collect()
}
