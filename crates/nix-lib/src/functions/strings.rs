//! `lib.strings`: functions on strings. Contexts go along.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::coerce::Coercion;
use nix_frontend::eval::string::StringBuilder;
use nix_frontend::eval::{Evaluator, Result, Str, Value};

use super::lists::throw;

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("concatStrings", 1, concat_strings),
    Spec::new("concatMapStrings", 2, concat_map_strings),
    Spec::new("concatMapStringsSep", 3, concat_map_strings_sep),
    Spec::new("concatImapStringsSep", 3, concat_imap_strings_sep),
    Spec::new("concatLines", 1, concat_lines),
    Spec::new("optionalString", 2, optional_string),
    Spec::new("hasPrefix", 2, has_prefix),
    Spec::new("hasSuffix", 2, has_suffix),
    Spec::new("hasInfix", 2, has_infix),
    Spec::new("removePrefix", 2, remove_prefix),
    Spec::new("removeSuffix", 2, remove_suffix),
    Spec::new("splitString", 2, split_string),
    Spec::new("stringToCharacters", 1, string_to_characters),
    Spec::new("toLower", 1, to_lower),
    Spec::new("toUpper", 1, to_upper),
    Spec::new("trim", 1, trim),
    Spec::new("fixedWidthString", 3, fixed_width_string),
    Spec::new("fixedWidthNumber", 2, fixed_width_number),
    Spec::new("toInt", 1, to_int),
    Spec::new("escapeRegex", 1, escape_regex),
    Spec::new("escapeShellArg", 1, escape_shell_arg),
    Spec::new("escapeShellArgs", 1, escape_shell_args),
    Spec::new("versionAtLeast", 2, version_at_least),
    Spec::new("versionOlder", 2, version_older),
];

fn text<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<&'a Str<'a>> {
    evaluator.coerce_to_string(value, Coercion::TO_STRING)
}

fn like<'a>(evaluator: &Evaluator<'a>, bytes: &'a [u8], origin: &Str<'a>) -> Value<'a> {
    evaluator.string_with_context(bytes, origin.context)
}

fn join<'a>(
    evaluator: &Evaluator<'a>,
    separator: &Str<'a>,
    items: impl Iterator<Item = Result<Value<'a>>>,
) -> Result<Value<'a>> {
    let mut builder = StringBuilder::default();
    for (number, item) in items.enumerate() {
        if number > 0 {
            builder.push(separator);
        }
        evaluator.coerce_into(item?, Coercion::INTERPOLATION, &mut builder)?;
    }
    Ok(evaluator.built_string(builder))
}

fn concat_strings<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list] = take(arguments)?;
    let items = evaluator.force_list(list)?.iter();
    join(evaluator, &Str::plain(b""), items.map(|item| Ok(*item)))
}

fn concat_map_strings<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, list] = take(arguments)?;
    let items = evaluator.force_list(list)?.iter();
    let items = items.map(|item| evaluator.call1(function, *item));
    join(evaluator, &Str::plain(b""), items)
}

fn concat_map_strings_sep<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [separator, function, list] = take(arguments)?;
    let separator = evaluator.force_string(separator)?;
    let items = evaluator.force_list(list)?.iter();
    let items = items.map(|item| evaluator.call1(function, *item));
    join(evaluator, separator, items)
}

fn concat_imap_strings_sep<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [separator, function, list] = take(arguments)?;
    let separator = evaluator.force_string(separator)?;
    let items = evaluator.force_list(list)?.iter().zip(1..);
    let items = items.map(|(item, number)| evaluator.call2(function, Value::Int(number), *item));
    join(evaluator, separator, items)
}

fn concat_lines<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list] = take(arguments)?;
    let mut builder = StringBuilder::default();
    for item in evaluator.force_list(list)? {
        evaluator.coerce_into(*item, Coercion::INTERPOLATION, &mut builder)?;
        builder.bytes.push(b'\n');
    }
    Ok(evaluator.built_string(builder))
}

fn optional_string<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [condition, string] = take(arguments)?;
    if evaluator.force_bool(condition)? {
        evaluator.force(string)
    } else {
        Ok(evaluator.borrowed_string(b""))
    }
}

fn has_prefix<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [prefix, string] = take(arguments)?;
    let (prefix, string) = (text(evaluator, prefix)?, text(evaluator, string)?);
    Ok(Value::Bool(string.bytes.starts_with(prefix.bytes)))
}

fn has_suffix<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [suffix, string] = take(arguments)?;
    let (suffix, string) = (text(evaluator, suffix)?, text(evaluator, string)?);
    Ok(Value::Bool(string.bytes.ends_with(suffix.bytes)))
}

fn has_infix<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [infix, string] = take(arguments)?;
    let (infix, string) = (text(evaluator, infix)?, text(evaluator, string)?);
    let found = infix.bytes.is_empty()
        || string
            .bytes
            .windows(infix.bytes.len())
            .any(|window| window == infix.bytes);
    Ok(Value::Bool(found))
}

fn remove_prefix<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [prefix, string] = take(arguments)?;
    let (prefix, string) = (text(evaluator, prefix)?, text(evaluator, string)?);
    let rest = string.bytes.strip_prefix(prefix.bytes);
    Ok(like(evaluator, rest.unwrap_or(string.bytes), string))
}

fn remove_suffix<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [suffix, string] = take(arguments)?;
    let (suffix, string) = (text(evaluator, suffix)?, text(evaluator, string)?);
    let rest = string.bytes.strip_suffix(suffix.bytes);
    Ok(like(evaluator, rest.unwrap_or(string.bytes), string))
}

/// The parts lie in the string itself, so that they are traced back to where they are written.
fn split_string<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [separator, string] = take(arguments)?;
    let (separator, string) = (text(evaluator, separator)?, text(evaluator, string)?);
    if separator.bytes.is_empty() {
        return Err(throw("splitString: the separator must not be empty"));
    }
    let mut parts = vec![];
    let mut rest = string.bytes;
    loop {
        let at = rest
            .windows(separator.bytes.len())
            .position(|window| window == separator.bytes);
        let Some(at) = at else { break };
        let (part, behind) = rest.split_at(at);
        parts.push(like(evaluator, part, string));
        rest = behind.get(separator.bytes.len()..).unwrap_or_default();
    }
    parts.push(like(evaluator, rest, string));
    Ok(evaluator.list(&parts))
}

fn string_to_characters<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [string] = take(arguments)?;
    let string = evaluator.force_string(string)?;
    let bytes = string.bytes.chunks(1);
    let parts: Vec<Value<'a>> = bytes.map(|byte| like(evaluator, byte, string)).collect();
    Ok(evaluator.list(&parts))
}

fn mapped<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
    map: impl Fn(&[u8]) -> Vec<u8>,
) -> Result<Value<'a>> {
    let [string] = take(arguments)?;
    let string = text(evaluator, string)?;
    let bytes = evaluator.arena.alloc_slice_copy(&map(string.bytes));
    Ok(like(evaluator, bytes, string))
}

fn to_lower<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    mapped(evaluator, arguments, <[u8]>::to_ascii_lowercase)
}

fn to_upper<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    mapped(evaluator, arguments, <[u8]>::to_ascii_uppercase)
}

fn trim<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [string] = take(arguments)?;
    let string = evaluator.force_string(string)?;
    let blank = |byte: &u8| b" \t\r\n".contains(byte);
    let start = string.bytes.iter().position(|byte| !blank(byte));
    let start = start.unwrap_or(string.bytes.len());
    let end = string.bytes.iter().rposition(|byte| !blank(byte));
    let end = end.map_or(start, |end| end + 1);
    let inner = string.bytes.get(start..end).unwrap_or_default();
    Ok(like(evaluator, inner, string))
}

fn fixed_width_string<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [width, filler, string] = take(arguments)?;
    let width = evaluator.force_int(width)?.max(0) as usize;
    let (filler, string) = (text(evaluator, filler)?, text(evaluator, string)?);
    if string.bytes.len() > width {
        return Err(throw(
            "fixedWidthString: the string is longer than the width",
        ));
    }
    evaluator.check_budget(width)?;
    let lacking = width - string.bytes.len();
    let mut bytes: Vec<u8> = filler.bytes.iter().copied().cycle().take(lacking).collect();
    bytes.extend_from_slice(string.bytes);
    Ok(like(
        evaluator,
        evaluator.arena.alloc_slice_copy(&bytes),
        string,
    ))
}

fn fixed_width_number<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [width, number] = take(arguments)?;
    fixed_width_string(evaluator, &[width, evaluator.borrowed_string(b"0"), number])
}

fn to_int<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [string] = take(arguments)?;
    let string = evaluator.force_string(string)?.text();
    let digits = string.trim();
    let unsigned = digits.strip_prefix('-').unwrap_or(digits);
    let ambiguous = unsigned.len() > 1 && unsigned.starts_with('0');
    match digits.parse::<i64>() {
        Ok(number) if !ambiguous => Ok(Value::Int(number)),
        Ok(_) => Err(throw(&format!(
            "Ambiguity in interpretation of {string} between octal and zero padded integer."
        ))),
        Err(_) => Err(throw(&format!("Could not convert {string} to int."))),
    }
}

fn escape_regex<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    mapped(evaluator, arguments, |bytes| {
        let mut escaped = Vec::with_capacity(bytes.len());
        for byte in bytes {
            if b"\\[{()^$?*+|.".contains(byte) {
                escaped.push(b'\\');
            }
            escaped.push(*byte);
        }
        escaped
    })
}

fn shell_quoted(bytes: &[u8]) -> Vec<u8> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b",._+:@%/-".contains(byte);
    if !bytes.is_empty() && bytes.iter().all(plain) {
        return bytes.to_vec();
    }
    let mut quoted = vec![b'\''];
    for byte in bytes {
        match byte {
            b'\'' => quoted.extend_from_slice(b"'\\''"),
            byte => quoted.push(*byte),
        }
    }
    quoted.push(b'\'');
    quoted
}

fn escape_shell_arg<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    mapped(evaluator, arguments, shell_quoted)
}

fn escape_shell_args<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list] = take(arguments)?;
    let items = evaluator.force_list(list)?.iter();
    let items = items.map(|item| escape_shell_arg(evaluator, &[*item]));
    join(evaluator, &Str::plain(b" "), items)
}

fn compare_versions<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<std::cmp::Ordering> {
    let [left, right] = take(arguments)?;
    let (left, right) = (
        evaluator.force_string(left)?,
        evaluator.force_string(right)?,
    );
    Ok(nix_frontend::version::compare(left.bytes, right.bytes))
}

fn version_at_least<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    Ok(Value::Bool(compare_versions(evaluator, arguments)?.is_ge()))
}

fn version_older<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    Ok(Value::Bool(compare_versions(evaluator, arguments)?.is_lt()))
}
