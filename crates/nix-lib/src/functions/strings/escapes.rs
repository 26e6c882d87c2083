//! `lib.strings`: quoting for shells, URLs, XML, regular expressions and Nix itself.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{EvalError, Evaluator, Result, Str, Value};

use crate::functions::strings::{like, mapped};
use crate::functions::tools::{Text, builtin, missing_attribute, text, throw};

/// The functions of this part.
pub const TABLE: &[Spec] = &[
    Spec::new("charToInt", 1, char_to_int),
    Spec::new("escape", 2, escape),
    Spec::new("escapeC", 2, escape_c),
    Spec::new("escapeNixIdentifier", 1, escape_nix_identifier),
    Spec::new("escapeNixString", 1, escape_nix_string),
    Spec::new("escapeRegex", 1, escape_regex),
    Spec::new("escapeShellArg", 1, escape_shell_arg),
    Spec::new("escapeShellArgs", 1, escape_shell_args),
    Spec::new("escapeURL", 1, escape_url),
    Spec::new("escapeXML", 1, escape_xml),
    Spec::new("isValidPosixName", 1, is_valid_posix_name),
    Spec::new("toShellVar", 2, to_shell_var),
    Spec::new("toShellVars", 1, to_shell_vars),
];

/// Whether nixpkgs' table of characters has it: those that can be seen, and usual blanks.
fn is_in_table(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~')
}

fn char_to_int<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [character] = take(arguments)?;
    character_code(evaluator.force_plain_string(character)?).map(|code| Value::Int(i64::from(code)))
}

fn character_code(character: &[u8]) -> Result<u8> {
    match character {
        [byte] if is_in_table(*byte) => Ok(*byte),
        other => Err(missing_attribute(&String::from_utf8_lossy(other))),
    }
}

/// Puts something in place of each of these strings.
fn replace<'a>(
    evaluator: &Evaluator<'a>,
    list: Value<'a>,
    string: Value<'a>,
    substitute: impl Fn(&[u8]) -> Result<Vec<u8>>,
) -> Result<Value<'a>> {
    let mut substitutes = vec![];
    for item in evaluator.force_list(list)? {
        let item = evaluator.force_string(*item)?;
        let bytes = evaluator.arena.alloc_slice_copy(&substitute(item.bytes)?);
        substitutes.push(like(evaluator, bytes, item));
    }
    let substitutes = evaluator.list(&substitutes);
    builtin(evaluator, "replaceStrings", &[list, substitutes, string])
}

pub(crate) fn escape<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list, string] = take(arguments)?;
    replace(evaluator, list, string, |item| Ok([b"\\", item].concat()))
}

fn escape_c<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list, string] = take(arguments)?;
    replace(evaluator, list, string, |item| {
        Ok(format!("\\x{:02x}", character_code(item)?).into_bytes())
    })
}

/// Each byte as `substitute` has it, if it has one.
fn substituted(bytes: &[u8], substitute: impl Fn(u8) -> Option<Vec<u8>>) -> Vec<u8> {
    let mut all = Vec::with_capacity(bytes.len());
    for byte in bytes {
        match substitute(*byte) {
            Some(substitute) => all.extend(substitute),
            None => all.push(*byte),
        }
    }
    all
}

fn escape_regex<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    mapped(evaluator, arguments, |bytes| {
        substituted(bytes, |byte| {
            b"\\[{()^$?*+|.".contains(&byte).then(|| vec![b'\\', byte])
        })
    })
}

fn escape_url<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    mapped(evaluator, arguments, |bytes| {
        substituted(bytes, |byte| {
            let unreserved = byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
            let escaped = is_in_table(byte) && !unreserved;
            escaped.then(|| format!("%{byte:02X}").into_bytes())
        })
    })
}

/// A text with the characters of XML's own syntax as entities.
pub(crate) fn xml_escaped(bytes: &[u8]) -> Vec<u8> {
    substituted(bytes, |byte| {
        let entity: &[u8] = match byte {
            b'"' => b"&quot;",
            b'\'' => b"&apos;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'&' => b"&amp;",
            _ => return None,
        };
        Some(entity.to_vec())
    })
}

fn escape_xml<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    mapped(evaluator, arguments, xml_escaped)
}

fn shell_quoted(bytes: &[u8]) -> Vec<u8> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b",._+:@%/-".contains(byte);
    if !bytes.is_empty() && bytes.iter().all(plain) {
        return bytes.to_vec();
    }
    let inner = substituted(bytes, |byte| (byte == b'\'').then(|| b"'\\''".to_vec()));
    [b"'", inner.as_slice(), b"'"].concat()
}

/// The value as one word of a shell.
pub(crate) fn shell_word<'a>(
    evaluator: &Evaluator<'a>,
    value: Value<'a>,
    into: &mut Text<'_, 'a>,
) -> Result<()> {
    let string = text(evaluator, value)?;
    into.push(shell_quoted(string.bytes));
    into.context_of(string);
    Ok(())
}

fn escape_shell_arg<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    let mut word = Text::new(evaluator);
    shell_word(evaluator, value, &mut word)?;
    Ok(word.finish())
}

/// The values as words of a shell, with blanks between them.
pub(crate) fn shell_words<'a>(
    evaluator: &Evaluator<'a>,
    values: &[Value<'a>],
    into: &mut Text<'_, 'a>,
) -> Result<()> {
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            into.push(" ");
        }
        shell_word(evaluator, *value, into)?;
    }
    Ok(())
}

pub(crate) fn escape_shell_args<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [list] = take(arguments)?;
    let mut words = Text::new(evaluator);
    shell_words(evaluator, evaluator.force_list(list)?, &mut words)?;
    Ok(words.finish())
}

fn is_posix_name(name: &[u8]) -> bool {
    let (first, rest) = match name.split_first() {
        Some((first, rest)) => (*first, rest),
        None => return false,
    };
    let letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    letter(first)
        && rest
            .iter()
            .all(|byte| letter(*byte) || byte.is_ascii_digit())
}

fn is_valid_posix_name<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [name] = take(arguments)?;
    Ok(Value::bool(is_posix_name(
        evaluator.force_string(name)?.bytes,
    )))
}

fn to_shell_var<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [name, value] = take(arguments)?;
    let mut declared = Text::new(evaluator);
    declare(
        evaluator,
        evaluator.force_string(name)?,
        value,
        &mut declared,
    )?;
    Ok(declared.finish())
}

fn to_shell_vars<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [variables] = take(arguments)?;
    let variables = evaluator.ordered(evaluator.force_attrs(variables)?);
    let mut declared = Text::new(evaluator);
    for (at, variable) in variables.iter().enumerate() {
        if at > 0 {
            declared.push("\n");
        }
        let name = Str::plain(evaluator.name(variable.name));
        declare(evaluator, &name, variable.value, &mut declared)?;
    }
    Ok(declared.finish())
}

/// A set becomes an associative array, a list an array, unless they become strings.
fn declare<'a>(
    evaluator: &Evaluator<'a>,
    name: &Str<'a>,
    value: Value<'a>,
    into: &mut Text<'_, 'a>,
) -> Result<()> {
    if !is_posix_name(name.bytes) {
        let name = name.text();
        let message = format!("toShellVar: {name} is not a valid shell variable name");
        return Err(throw(message));
    }
    match evaluator.force(value)? {
        Value::Attrs(attrs) if !super::is_string_like(evaluator, value)? => {
            into.push("declare -A ");
            into.push_string(name);
            into.push("=(");
            for (at, attr) in evaluator.ordered(attrs).iter().enumerate() {
                into.push(if at > 0 { " [" } else { "[" });
                into.push(shell_quoted(evaluator.name(attr.name)));
                into.push("]=");
                shell_word(evaluator, attr.value, into)?;
            }
            into.push(")");
        }
        Value::List(list) => {
            into.push("declare -a ");
            into.push_string(name);
            into.push("=(");
            shell_words(evaluator, list.items, into)?;
            into.push(")");
        }
        value => {
            into.push_string(name);
            into.push("=");
            shell_word(evaluator, value, into)?;
        }
    }
    Ok(())
}

/// A string as Nix code, such that nothing in it is interpolated.
pub(crate) fn nix_string(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut json = vec![];
    nix_frontend::escape::json_string_into(&mut json, bytes)
        .map_err(|error| EvalError::type_error(error.to_string()))?;
    Ok(substituted(&json, |byte| {
        (byte == b'$').then(|| b"\\$".to_vec())
    }))
}

const KEYWORDS: &[&[u8]] = &[
    b"assert", b"else", b"if", b"in", b"inherit", b"let", b"or", b"rec", b"then", b"with",
];

/// An attribute name as Nix code.
pub(crate) fn nix_identifier(name: &[u8]) -> Result<Vec<u8>> {
    let first = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    let later = |byte: &u8| byte.is_ascii_alphanumeric() || b"_'-".contains(byte);
    let plain = match name.split_first() {
        Some((start, rest)) => first(*start) && rest.iter().all(later),
        None => false,
    };
    if plain && !KEYWORDS.contains(&name) {
        Ok(name.to_vec())
    } else {
        nix_string(name)
    }
}

fn escape_nix_string<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let json = builtin(evaluator, "toJSON", arguments)?;
    mapped(evaluator, &[json], |bytes| {
        substituted(bytes, |byte| (byte == b'$').then(|| b"\\$".to_vec()))
    })
}

fn escape_nix_identifier<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [name] = take(arguments)?;
    let name = evaluator.force_string(name)?;
    let escaped = nix_identifier(name.bytes)?;
    Ok(like(
        evaluator,
        evaluator.arena.alloc_slice_copy(&escaped),
        name,
    ))
}

/// An attribute path as Nix code.
pub(crate) fn show_path<'a>(evaluator: &Evaluator<'a>, path: &[Value<'a>]) -> Result<String> {
    if path.is_empty() {
        return Ok("<root attribute path>".to_owned());
    }
    let mut names = vec![];
    for name in path {
        names.push(nix_identifier(evaluator.force_string(*name)?.bytes)?);
    }
    Ok(String::from_utf8_lossy(&names.join(&b'.')).into_owned())
}
