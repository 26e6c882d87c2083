//! Builtins on strings, which are bytes: lengths and offsets count these.

use crate::builtins::{Spec, take};
use crate::eval::coerce::Coercion;
use crate::eval::error::{EvalError, Result};
use crate::eval::evaluator::Evaluator;
use crate::eval::string::StringBuilder;
use crate::eval::value::Value;

/// The builtins of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("concatStringsSep", 2, concat_strings_sep),
    Spec::new("replaceStrings", 3, replace_strings),
    Spec::new("stringLength", 1, string_length),
    Spec::new("substring", 3, substring),
    Spec::global("toString", 1, to_string),
];

fn to_string<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    let string = evaluator.coerce_to_string(value, Coercion::TO_STRING)?;
    Ok(Value::String(string))
}

fn string_length<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [string] = take(arguments)?;
    let string = evaluator.coerce_to_string(string, Coercion::INTERPOLATION)?;
    Ok(Value::Int(string.bytes.len() as i64))
}

/// A negative length reaches to the end. The context stays, however little of the string does.
fn substring<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [start, length, string] = take(arguments)?;
    let start = usize::try_from(evaluator.force_int(start)?)
        .map_err(|_| EvalError::type_error("negative start position in 'substring'"))?;
    let length = usize::try_from(evaluator.force_int(length)?).unwrap_or(usize::MAX);
    let string = evaluator.coerce_to_string(string, Coercion::INTERPOLATION)?;
    let rest = string.bytes.get(start..).unwrap_or_default();
    let part = rest.get(..length).unwrap_or(rest);
    Ok(evaluator.string_with_context(part, string.context))
}

fn concat_strings_sep<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [separator, list] = take(arguments)?;
    let separator = evaluator.force_string(separator)?;
    let mut builder = StringBuilder::default();
    builder.add_context(separator.context);
    for (at, item) in evaluator.force_list(list)?.iter().enumerate() {
        if at > 0 {
            builder.bytes.extend_from_slice(separator.bytes);
        }
        evaluator.coerce_into(*item, Coercion::INTERPOLATION, &mut builder)?;
        evaluator.check_budget(builder.bytes.len())?;
    }
    Ok(evaluator.built_string(builder))
}

/// At each place the first of the patterns that fits counts; an empty one fits everywhere, also at the end. A replacement is evaluated when
/// it is first used.
fn replace_strings<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [from, to, string] = take(arguments)?;
    let (from, to) = (evaluator.force_list(from)?, evaluator.force_list(to)?);
    if from.len() != to.len() {
        return Err(EvalError::type_error(
            "'from' and 'to' arguments passed to builtins.replaceStrings have different lengths",
        ));
    }
    let patterns: Vec<&[u8]> = from
        .iter()
        .map(|pattern| Ok(evaluator.force_string(*pattern)?.bytes))
        .collect::<Result<_>>()?;
    let string = evaluator.force_string(string)?;
    let mut builder = StringBuilder::default();
    builder.add_context(string.context);
    let mut used = vec![false; to.len()];
    let mut firsts: Vec<u8> = patterns.iter().flat_map(|p| p.first()).copied().collect();
    firsts.sort_unstable();
    let one_is_empty = patterns.iter().any(|pattern| pattern.is_empty());
    let mut rest = string.bytes;
    loop {
        if !one_is_empty {
            let unchanged = rest
                .iter()
                .position(|byte| firsts.binary_search(byte).is_ok());
            let (unchanged, behind) = rest.split_at(unchanged.unwrap_or(rest.len()));
            builder.bytes.extend_from_slice(unchanged);
            rest = behind;
        }
        let fitting = patterns.iter().zip(to).zip(&mut used);
        let mut fitting = fitting.filter(|((pattern, _), _)| rest.starts_with(pattern));
        let mut taken = 0;
        if let Some(((pattern, replacement), used)) = fitting.next() {
            let replacement = evaluator.force_string(*replacement)?;
            builder.bytes.extend_from_slice(replacement.bytes);
            if !*used {
                *used = true;
                builder.add_context(replacement.context);
            }
            evaluator.check_budget(builder.bytes.len())?;
            taken = pattern.len();
        }
        if taken == 0 {
            match rest.split_first() {
                Some((byte, behind)) => {
                    builder.bytes.push(*byte);
                    rest = behind;
                }
                None => break,
            }
        } else {
            rest = rest.get(taken..).unwrap_or_default();
        }
    }
    Ok(evaluator.built_string(builder))
}
