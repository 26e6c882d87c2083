//! `lib.generators`: values in the formats of configuration files.

pub mod pretty;

use nix_frontend::builtins::{Spec, take};

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("mkLuaInline", 1, |evaluator, arguments| {
        let [expr] = take(arguments)?;
        let tag = evaluator.borrowed_string(b"lua-inline");
        Ok(evaluator.attrs_from([("_type", tag), ("expr", expr)]))
    }),
    Spec::new("toPretty", 2, pretty::to_pretty),
];
