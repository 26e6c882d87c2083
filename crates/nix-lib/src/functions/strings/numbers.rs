//! `lib.strings`: numbers in strings, and distances between strings.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Str, Value};

use crate::functions::strings::escapes::nix_string;
use crate::functions::tools::{text, throw, warn};

/// The functions of this part.
pub const TABLE: &[Spec] = &[
    Spec::new("commonPrefixLength", 2, common_prefix_length),
    Spec::new("commonSuffixLength", 2, common_suffix_length),
    Spec::new("floatToString", 1, float_to_string),
    Spec::new("levenshtein", 2, levenshtein),
    Spec::new("levenshteinAtMost", 3, levenshtein_at_most),
    Spec::new("toInt", 1, to_int),
    Spec::new("toIntBase10", 1, to_int_base10),
];

fn is_space(byte: &u8) -> bool {
    byte.is_ascii_whitespace() || *byte == 0x0b
}

fn without_blanks(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|byte| !is_space(byte));
    let end = bytes.iter().rposition(|byte| !is_space(byte));
    match (start, end) {
        (Some(start), Some(end)) => bytes.get(start..=end).unwrap_or_default(),
        _ => &[],
    }
}

fn digits_of(number: &[u8]) -> Option<&str> {
    let digits = number.strip_prefix(b"-").unwrap_or(number);
    let all_digits = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(number).ok().filter(|_| all_digits)
}

fn shown(string: &Str<'_>) -> Result<String> {
    Ok(String::from_utf8_lossy(&nix_string(string.bytes)?).into_owned())
}

pub(crate) fn to_int<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [string] = take(arguments)?;
    let string = evaluator.force_string(string)?;
    let number = digits_of(without_blanks(string.bytes));
    if number.is_some_and(|digits| digits.len() > 1 && digits.starts_with('0')) {
        return Err(throw(format!(
            "toInt: Ambiguity in interpretation of {} between octal and zero padded integer.",
            shown(string)?
        )));
    }
    match number.and_then(|digits| digits.parse().ok()) {
        Some(number) => Ok(Value::Int(number)),
        None => Err(throw(format!(
            "toInt: Could not convert {} to int.",
            shown(string)?
        ))),
    }
}

fn to_int_base10<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [string] = take(arguments)?;
    let string = evaluator.force_string(string)?;
    let number = without_blanks(string.bytes);
    let zeros = number.iter().take_while(|byte| **byte == b'0').count();
    let number = match number.get(zeros..) {
        Some([]) if zeros > 0 => Some("0"),
        rest => digits_of(rest.unwrap_or_default()),
    };
    match number.and_then(|digits| digits.parse().ok()) {
        Some(number) => Ok(Value::Int(number)),
        None => Err(throw(format!(
            "toIntBase10: Could not convert {} to int.",
            shown(string)?
        ))),
    }
}

pub(crate) fn float_to_string<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [number] = take(arguments)?;
    let string = text(evaluator, number)?;
    if let Value::Float(number) = evaluator.force(number)?
        && string.text().parse() != Ok(number.get())
    {
        let string = string.text();
        warn(
            evaluator,
            format!("Imprecise conversion from float to string {string}"),
        )?;
    }
    Ok(Value::String(string))
}

fn two_strings<'a>(
    evaluator: &Evaluator<'a>,
    left: Value<'a>,
    right: Value<'a>,
) -> Result<(&'a [u8], &'a [u8])> {
    let (left, right) = (
        evaluator.force_string(left)?,
        evaluator.force_string(right)?,
    );
    Ok((left.bytes, right.bytes))
}

fn common_prefix_length<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [left, right] = take(arguments)?;
    let (left, right) = two_strings(evaluator, left, right)?;
    let common = left
        .iter()
        .zip(right)
        .take_while(|(left, right)| left == right);
    Ok(Value::Int(common.count() as i64))
}

fn common_suffix_length<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [left, right] = take(arguments)?;
    let (left, right) = two_strings(evaluator, left, right)?;
    let pairs = left.iter().rev().zip(right.iter().rev());
    let common = pairs.take_while(|(left, right)| left == right);
    Ok(Value::Int(common.count() as i64))
}

/// How many bytes must be added, taken away or changed to make one string of the other.
pub(crate) fn distance(evaluator: &Evaluator<'_>, left: &[u8], right: &[u8]) -> Result<usize> {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (line, byte) in left.iter().enumerate() {
        evaluator.tick()?;
        let mut diagonal = line;
        let mut before = line + 1;
        for (slot, other) in row.iter_mut().skip(1).zip(right) {
            let changed = diagonal + usize::from(byte != other);
            diagonal = *slot;
            before = changed.min(*slot + 1).min(before + 1);
            *slot = before;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    Ok(row.last().copied().unwrap_or_default())
}

fn levenshtein<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [left, right] = take(arguments)?;
    let (left, right) = two_strings(evaluator, left, right)?;
    Ok(Value::Int(distance(evaluator, left, right)? as i64))
}

fn levenshtein_at_most<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [most, left, right] = take(arguments)?;
    let most = usize::try_from(evaluator.force_int(most)?).unwrap_or(0);
    let (left, right) = two_strings(evaluator, left, right)?;
    let near = left.len().abs_diff(right.len()) <= most;
    Ok(Value::bool(
        near && distance(evaluator, left, right)? <= most,
    ))
}
