//! Builtins that take paths apart.

use crate::builtins::{Spec, take};
use crate::eval::coerce::Coercion;
use crate::eval::error::Result;
use crate::eval::evaluator::Evaluator;
use crate::eval::value::Value;

/// The builtins of this topic.
pub const TABLE: &[Spec] = &[
    Spec::global("baseNameOf", 1, base_name_of),
    Spec::global("dirOf", 1, dir_of),
    Spec::new("toPath", 1, to_path),
];

fn base_name_of<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [path] = take(arguments)?;
    let path = evaluator.coerce_to_string(path, Coercion::PATH_PART)?;
    Ok(evaluator.string_with_context(base_name(path.bytes), path.context))
}

/// What is behind the last slash, a single trailing one aside.
pub(crate) fn base_name(path: &[u8]) -> &[u8] {
    let path = match path {
        [start @ .., b'/'] if !start.is_empty() => start,
        path => path,
    };
    path.rsplit(|byte| *byte == b'/').next().unwrap_or_default()
}

fn dir_of<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [path] = take(arguments)?;
    if let Value::Path(path) = evaluator.force(path)? {
        return Ok(evaluator.path(directory(path.bytes)));
    }
    let path = evaluator.coerce_to_string(path, Coercion::PATH_PART)?;
    Ok(evaluator.string_with_context(directory(path.bytes), path.context))
}

/// What is before the last slash; `.` where there is none.
fn directory(path: &[u8]) -> &[u8] {
    match path.iter().rposition(|byte| *byte == b'/') {
        None => b".",
        Some(0) => b"/",
        Some(slash) => path.get(..slash).unwrap_or_default(),
    }
}

fn to_path<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [path] = take(arguments)?;
    let path = evaluator.coerce_to_path(path)?;
    Ok(evaluator.string_with_context(path.bytes, path.context))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_a_directory_and_a_name() {
        for (path, above, name) in [
            ("/a/b", "/a", "b"),
            ("/a/b/", "/a/b", "b"),
            ("/a", "/", "a"),
            ("/", "/", ""),
            ("a", ".", "a"),
            ("", ".", ""),
            ("a//b", "a/", "b"),
            ("a/b//", "a/b/", ""),
        ] {
            assert_eq!(directory(path.as_bytes()), above.as_bytes(), "{path}");
            assert_eq!(base_name(path.as_bytes()), name.as_bytes(), "{path}");
        }
    }
}
