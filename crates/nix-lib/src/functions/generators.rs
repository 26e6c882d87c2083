//! `lib.generators`: values in the formats of configuration files.

pub mod dhall;
pub mod git;
pub mod ini;
pub mod key_value;
pub mod lua;
pub mod plist;
pub mod pretty;
pub mod recursion;

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Value};

use crate::functions::formals::{Formals, Given};
use crate::functions::tools::{builtin, function};

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("mkLuaInline", 1, |evaluator, arguments| {
        let [expr] = take(arguments)?;
        let tag = evaluator.borrowed_string(lua::INLINE);
        Ok(evaluator.attrs_from([("_type", tag), ("expr", expr)]))
    }),
    Spec::new("toDhall", 1, dhall::to_dhall),
    Spec::new("toGitINI", 1, git::to_git_ini),
    Spec::new("toJSON", 1, to_json),
    Spec {
        formals: lua::OPTIONS,
        ..Spec::new("toLua", 1, lua::to_lua)
    },
    Spec {
        formals: plist::OPTIONS,
        ..Spec::new("toPlist", 1, plist::to_plist)
    },
    Spec {
        formals: pretty::OPTIONS,
        ..Spec::new("toPretty", 1, pretty::to_pretty)
    },
    Spec::new("toYAML", 1, to_json),
    Spec {
        formals: recursion::OPTIONS,
        ..Spec::new("withRecursion", 1, recursion::with_recursion)
    },
];

/// The values of this topic.
pub fn values<'a>(evaluator: &Evaluator<'a>) -> Vec<(&'static str, Value<'a>)> {
    [ini::values(evaluator), key_value::values(evaluator)].concat()
}

/// The options of a function that has none yet.
const NO_OPTIONS: Formals = &[];

/// JSON is YAML too.
fn to_json<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [options] = take(arguments)?;
    Given::new(evaluator, "toJSON", NO_OPTIONS, options)?;
    Ok(function(evaluator, "toJSON", |evaluator, value| {
        builtin(evaluator, "toJSON", &[value])
    }))
}
