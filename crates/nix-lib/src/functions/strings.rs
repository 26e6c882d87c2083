//! `lib.strings`: functions on strings. Contexts go along.

pub mod escapes;
pub mod files;
pub mod flags;
pub mod names;
pub mod numbers;

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::coerce::Coercion;
use nix_frontend::eval::string::StringBuilder;
use nix_frontend::eval::{Evaluator, Result, Str, Value};

use crate::functions::formals::{Formals, Given};
use crate::functions::tools::{Text, builtin, interpolated, list_size, text, throw, warn};

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
    Spec::new("addContextFrom", 2, add_context_from),
    Spec::new("concatImapStrings", 2, concat_imap_strings),
    Spec::new("concatMapAttrsStringSep", 3, concat_map_attrs_string_sep),
    Spec::new("intersperse", 2, intersperse),
    Spec::new("isConvertibleWithToString", 1, is_convertible),
    Spec::new("isCoercibleToString", 1, is_convertible),
    Spec::new("isStringLike", 1, |evaluator, arguments| {
        let [value] = take(arguments)?;
        is_string_like(evaluator, value).map(Value::bool)
    }),
    Spec::new("join", 2, |evaluator, arguments| {
        builtin(evaluator, "concatStringsSep", arguments)
    }),
    Spec::new("replaceChars", 3, |evaluator, arguments| {
        builtin(evaluator, "replaceStrings", arguments)
    }),
    Spec::new("replaceString", 3, replace_string),
    Spec::new("replicate", 2, replicate),
    Spec::new("splitStringBy", 3, split_string_by),
    Spec::new("stringAsChars", 2, string_as_chars),
    Spec {
        formals: SIDES,
        ..Spec::new("trimWith", 2, trim_with)
    },
    Spec::new("versionAtLeast", 2, version_at_least),
    Spec::new("versionOlder", 2, version_older),
];

/// The values of this topic.
pub fn values<'a>(evaluator: &Evaluator<'a>) -> Vec<(&'static str, Value<'a>)> {
    let letters = |letters: &'static [u8]| {
        evaluator.lazy(move |evaluator| {
            let letters = letters.chunks(1);
            let letters = letters.map(|letter| evaluator.borrowed_string(letter));
            Ok(evaluator.list(&letters.collect::<Vec<_>>()))
        })
    };
    vec![
        ("lowerChars", letters(b"abcdefghijklmnopqrstuvwxyz")),
        ("upperChars", letters(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")),
    ]
}

/// A string with the context of another.
pub(crate) fn like<'a>(evaluator: &Evaluator<'a>, bytes: &'a [u8], origin: &Str<'a>) -> Value<'a> {
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
    let string = interpolated(evaluator, string)?;
    let Some(prefix) = affix(evaluator, "hasPrefix", prefix)? else {
        return Ok(Value::bool(false));
    };
    Ok(Value::bool(string.bytes.starts_with(prefix.bytes)))
}

pub(crate) fn has_suffix<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [suffix, string] = take(arguments)?;
    let string = interpolated(evaluator, string)?;
    let Some(suffix) = affix(evaluator, "hasSuffix", suffix)? else {
        return Ok(Value::bool(false));
    };
    Ok(Value::bool(string.bytes.ends_with(suffix.bytes)))
}

fn has_infix<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [infix, string] = take(arguments)?;
    let string = interpolated(evaluator, string)?;
    let Some(infix) = affix(evaluator, "hasInfix", infix)? else {
        return Ok(Value::bool(false));
    };
    let found = infix.bytes.is_empty()
        || string
            .bytes
            .windows(infix.bytes.len())
            .any(|window| window == infix.bytes);
    Ok(Value::bool(found))
}

fn remove_prefix<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [prefix, string] = take(arguments)?;
    let string = interpolated(evaluator, string)?;
    let Some(prefix) = affix(evaluator, "removePrefix", prefix)? else {
        return Ok(Value::String(string));
    };
    let rest = string.bytes.strip_prefix(prefix.bytes);
    Ok(like(evaluator, rest.unwrap_or(string.bytes), string))
}

fn remove_suffix<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [suffix, string] = take(arguments)?;
    let string = interpolated(evaluator, string)?;
    let Some(suffix) = affix(evaluator, "removeSuffix", suffix)? else {
        return Ok(Value::String(string));
    };
    let rest = string.bytes.strip_suffix(suffix.bytes);
    Ok(like(evaluator, rest.unwrap_or(string.bytes), string))
}

/// The parts lie in the string itself, so that they are traced back to where they are written.
fn split_string<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [separator, string] = take(arguments)?;
    let separator = text(evaluator, separator)?;
    let string = evaluator.coerce_to_string(string, Coercion::PATH_PART)?;
    let parts = split_at_each(string.bytes, separator.bytes).into_iter();
    let parts = parts.map(|part| like(evaluator, part, string));
    Ok(evaluator.list(&parts.collect::<Vec<_>>()))
}

/// The parts of `text` between each `separator`. An empty one is everywhere.
pub(crate) fn split_at_each<'t>(text: &'t [u8], separator: &[u8]) -> Vec<&'t [u8]> {
    if separator.is_empty() {
        let inner = text.chunks(1);
        return [&[][..]]
            .into_iter()
            .chain(inner)
            .chain([&[][..]])
            .collect();
    }
    let mut parts = vec![];
    let mut rest = text;
    let width = separator.len();
    while let Some(at) = rest.windows(width).position(|window| window == separator) {
        let (part, behind) = rest.split_at(at);
        parts.push(part);
        rest = behind.get(width..).unwrap_or_default();
    }
    parts.push(rest);
    parts
}

/// The part of a string that is asked for, unless it is a path value: no string has that in it.
fn affix<'a>(
    evaluator: &Evaluator<'a>,
    function: &str,
    value: Value<'a>,
) -> Result<Option<&'a Str<'a>>> {
    if let Value::Path(path) = evaluator.force(value)? {
        let path = path.text();
        warn(
            evaluator,
            format!(
                "lib.strings.{function}: The first argument ({path}) is a path value, but only strings are supported."
            ),
        )?;
        return Ok(None);
    }
    interpolated(evaluator, value).map(Some)
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

/// A string with its bytes changed.
pub(crate) fn mapped<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
    map: impl Fn(&[u8]) -> Vec<u8>,
) -> Result<Value<'a>> {
    let [string] = take(arguments)?;
    let string = evaluator.force_string(string)?;
    let bytes = evaluator.arena.alloc_slice_copy(&map(string.bytes));
    Ok(like(evaluator, bytes, string))
}

fn to_lower<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    mapped(evaluator, arguments, <[u8]>::to_ascii_lowercase)
}

fn to_upper<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    mapped(evaluator, arguments, <[u8]>::to_ascii_uppercase)
}

/// Fillers are put before the string until it is long enough; the last must fit exactly.
fn fixed_width_string<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [width, filler, string] = take(arguments)?;
    let width = evaluator.force_int(width)?;
    let (filler, string) = (
        interpolated(evaluator, filler)?,
        interpolated(evaluator, string)?,
    );
    let mut left = width - string.bytes.len() as i64;
    evaluator.check_budget(usize::try_from(left).unwrap_or(0))?;
    let mut padded = Text::new(evaluator);
    while left > 0 && !filler.bytes.is_empty() {
        padded.push_string(filler);
        left -= filler.bytes.len() as i64;
    }
    if left != 0 {
        let length = string.bytes.len();
        return Err(throw(format!(
            "fixedWidthString: requested string length ({}) must not be shorter than actual length ({length})",
            length as i64 + left
        )));
    }
    padded.push_string(string);
    Ok(padded.finish())
}

fn fixed_width_number<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [width, number] = take(arguments)?;
    let number = Value::String(text(evaluator, number)?);
    fixed_width_string(evaluator, &[width, evaluator.borrowed_string(b"0"), number])
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
    Ok(Value::bool(compare_versions(evaluator, arguments)?.is_ge()))
}

fn version_older<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    Ok(Value::bool(compare_versions(evaluator, arguments)?.is_lt()))
}

/// The string without blanks at its start and its end, as far as asked for.
fn trimmed<'a>(evaluator: &Evaluator<'a>, string: &Str<'a>, start: bool, end: bool) -> Value<'a> {
    let seen = |byte: &u8| !b" \t\r\n".contains(byte);
    let bytes = string.bytes;
    let first = bytes.iter().position(seen).unwrap_or(bytes.len());
    let behind = bytes.iter().rposition(seen).map_or(0, |last| last + 1);
    let first = if start { first } else { 0 };
    let behind = if end { behind } else { bytes.len() };
    like(
        evaluator,
        bytes.get(first..behind).unwrap_or_default(),
        string,
    )
}

fn trim<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [string] = take(arguments)?;
    Ok(trimmed(
        evaluator,
        evaluator.force_string(string)?,
        true,
        true,
    ))
}

const SIDES: Formals = &[("end", true), ("start", true)];

fn trim_with<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [sides, string] = take(arguments)?;
    let sides = Given::new(evaluator, "trimWith", SIDES, sides)?;
    let (start, end) = (sides.flag("start", false)?, sides.flag("end", false)?);
    Ok(trimmed(
        evaluator,
        evaluator.force_string(string)?,
        start,
        end,
    ))
}

fn add_context_from<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [source, target] = take(arguments)?;
    let mut both = Text::new(evaluator);
    both.context_of(interpolated(evaluator, source)?);
    both.interpolate(target)?;
    Ok(both.finish())
}

fn concat_imap_strings<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [function, list] = take(arguments)?;
    let separator = evaluator.borrowed_string(b"");
    concat_imap_strings_sep(evaluator, &[separator, function, list])
}

fn concat_map_attrs_string_sep<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [separator, function, attrs] = take(arguments)?;
    let separator = evaluator.force_string(separator)?;
    let attrs = evaluator.ordered(evaluator.force_attrs(attrs)?).iter();
    let items = attrs.map(|attr| {
        let name = evaluator.symbol_string(attr.name);
        evaluator.call2(function, name, attr.value)
    });
    join(evaluator, separator, items)
}

fn intersperse<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [separator, list] = take(arguments)?;
    let items = evaluator.force_list(list)?.iter();
    let items = items.flat_map(|item| [separator, *item]).skip(1);
    Ok(evaluator.list(&items.collect::<Vec<_>>()))
}

/// Whether interpolation takes it: strings, paths, and sets that say what they are as strings.
pub(crate) fn is_string_like<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<bool> {
    use nix_frontend::ir::symbol::known;
    Ok(match evaluator.force(value)? {
        Value::String(_) | Value::Path(_) => true,
        Value::Attrs(attrs) => {
            attrs.get(known::OUT_PATH).is_some() || attrs.get(known::TO_STRING).is_some()
        }
        _ => false,
    })
}

fn is_convertible<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    evaluator.check_stack()?;
    let convertible = match evaluator.force(value)? {
        Value::Null | Value::Int(_) | Value::Float(_) | Value::Bool(_) => true,
        Value::List(list) => {
            for item in list.items {
                let item = is_convertible(evaluator, &[*item])?;
                if !evaluator.force_bool(item)? {
                    return Ok(Value::bool(false));
                }
            }
            true
        }
        other => is_string_like(evaluator, other)?,
    };
    Ok(Value::bool(convertible))
}

fn replace_string<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [from, to, string] = take(arguments)?;
    let (from, to) = (evaluator.list(&[from]), evaluator.list(&[to]));
    builtin(evaluator, "replaceStrings", &[from, to, string])
}

fn replicate<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [count, string] = take(arguments)?;
    let count = list_size(evaluator, count)?;
    let string = interpolated(evaluator, string)?;
    evaluator.check_budget(count.saturating_mul(string.bytes.len()))?;
    let bytes = evaluator
        .arena
        .alloc_slice_copy(&string.bytes.repeat(count));
    Ok(like(evaluator, bytes, string))
}

fn split_string_by<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [predicate, keep, string] = take(arguments)?;
    let keep = evaluator.force_bool(keep)?;
    let string = evaluator.force_string(string)?;
    let mut parts = vec![];
    let (mut start, mut before) = (0, &[][..]);
    for (at, now) in string.bytes.chunks(1).enumerate() {
        let verdict = evaluator.call2(
            predicate,
            evaluator.borrowed_string(before),
            evaluator.borrowed_string(now),
        )?;
        if evaluator.force_bool(verdict)? {
            parts.push(string.bytes.get(start..at).unwrap_or_default());
            start = if keep { at } else { at + 1 };
        }
        before = now;
    }
    parts.push(string.bytes.get(start..).unwrap_or_default());
    let parts = parts.into_iter().map(|part| like(evaluator, part, string));
    Ok(evaluator.list(&parts.collect::<Vec<_>>()))
}

fn string_as_chars<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [function, string] = take(arguments)?;
    let characters = string_to_characters(evaluator, &[string])?;
    concat_map_strings(evaluator, &[function, characters])
}
