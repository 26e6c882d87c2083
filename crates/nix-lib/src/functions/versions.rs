//! `lib.versions`: the parts of version numbers.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{EvalError, Evaluator, Result, Value};
use nix_frontend::version::components;

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("major", 1, |evaluator, arguments| {
        part(evaluator, arguments, 0)
    }),
    Spec::new("minor", 1, |evaluator, arguments| {
        part(evaluator, arguments, 1)
    }),
    Spec::new("patch", 1, |evaluator, arguments| {
        part(evaluator, arguments, 2)
    }),
    Spec::new("majorMinor", 1, major_minor),
    Spec::new("pad", 2, pad),
];

/// The builtins of this topic.
pub const BUILTINS: &[&str] = &["compareVersions", "splitVersion"];

fn part<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
    number: usize,
) -> Result<Value<'a>> {
    let [version] = take(arguments)?;
    let version = evaluator.force_plain_string(version)?;
    let mut parts = components(version);
    match parts.nth(number) {
        Some(part) => Ok(evaluator.borrowed_string(part)),
        None => Err(EvalError::type_error(format!(
            "'builtins.elemAt' called with index {number} on a list of size {}",
            components(version).count()
        ))),
    }
}

fn major_minor<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [version] = take(arguments)?;
    let version = evaluator.force_plain_string(version)?;
    let parts: Vec<&[u8]> = components(version).take(2).collect();
    Ok(evaluator.string(parts.join(&b'.')))
}

/// The version with that many numbers; what is behind a dash stays.
fn pad<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [count, version] = take(arguments)?;
    let count = usize::try_from(evaluator.force_int(count)?).unwrap_or(0);
    let version = evaluator.force_plain_string(version)?;
    let dash = version.iter().position(|byte| *byte == b'-');
    let (numbers, suffix) = version.split_at(dash.unwrap_or(version.len()));
    evaluator.check_budget(count.saturating_mul(2))?;
    let zeros = std::iter::repeat(&b"0"[..]);
    let parts: Vec<&[u8]> = components(numbers).chain(zeros).take(count).collect();
    Ok(evaluator.string([&parts.join(&b'.'), suffix].concat()))
}
