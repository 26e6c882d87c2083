//! `lib.generators.toGitINI`: the configuration of git, where sections have subsections: `[branch "main"]`.

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attr, Evaluator, Result, Value};
use nix_frontend::ir::Symbol;

use crate::functions::attrsets::update_recursively;
use crate::functions::generators::ini::Ini;
use crate::functions::generators::key_value::{Lines, key_value, plain_text};
use crate::functions::strings::{like, split_at_each};
use crate::functions::tools::{Text, function};

pub(super) fn to_git_ini<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [attrs] = take(arguments)?;
    let lines = Lines {
        key_value: lines_of_key(evaluator),
        duplicate: None,
        indent: None,
    };
    let ini = Ini {
        lines,
        section_name: Some(function(evaluator, "mkSectionName", section_name)),
    };
    let sections = sections(evaluator, attrs)?;
    ini.text(evaluator, None, sections)
}

/// `branch.main` becomes `branch "main"`.
fn section_name<'a>(evaluator: &Evaluator<'a>, name: Value<'a>) -> Result<Value<'a>> {
    let string = evaluator.force_string(name)?;
    let has_quote = string.bytes.contains(&b'"');
    let parts = split_at_each(string.bytes, b".");
    match parts.split_first() {
        Some((first, rest)) if !has_quote && !rest.is_empty() => {
            let rest = rest.join(&b'.');
            let name = [first, &b" \""[..], &rest, b"\""].concat();
            Ok(evaluator.string(name))
        }
        _ => Ok(name),
    }
}

/// A tab and `key = value`; of a list a line for each element.
fn lines_of_key<'a>(evaluator: &Evaluator<'a>) -> Value<'a> {
    let value_text = function(evaluator, "mkValueString", |evaluator, value| {
        let Value::String(string) = evaluator.force(value)? else {
            return plain_text(evaluator, value);
        };
        let quoted = [b"\"", escaped(string.bytes).as_slice(), b"\""].concat();
        let quoted = evaluator.arena.alloc_slice_copy(&quoted);
        Ok(like(evaluator, quoted, string))
    });
    let separator = evaluator.borrowed_string(b" = ");
    let line = key_value(evaluator, Some(value_text), separator);
    evaluator.native("mkKeyValue", 2, move |evaluator, arguments| {
        let [key, value] = take(arguments)?;
        let one = [value];
        let values = match evaluator.force(value)? {
            Value::List(list) => list.items,
            _ => &one,
        };
        let mut lines = Text::new(evaluator);
        for (at, value) in values.iter().enumerate() {
            lines.push(if at > 0 { "\n\t" } else { "\t" });
            lines.interpolate(evaluator.call2(line, key, *value)?)?;
        }
        Ok(lines.finish())
    })
}

fn escaped(bytes: &[u8]) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'\n' => escaped.extend_from_slice(b"\\n"),
            b'\t' => escaped.extend_from_slice(b"\\t"),
            b'"' | b'\\' => escaped.extend_from_slice(&[b'\\', *byte]),
            other => escaped.push(*other),
        }
    }
    escaped
}

/// Sections that hold further sets become sections of their own, with the path as their name.
fn sections<'a>(evaluator: &Evaluator<'a>, attrs: Value<'a>) -> Result<Value<'a>> {
    let mut flat = vec![];
    let mut nested = evaluator.attrs(vec![]);
    for section in evaluator.ordered(evaluator.force_attrs(attrs)?) {
        if holds_sets(evaluator, section.value)? {
            add_nested(evaluator, &[section.name], section.value, &mut nested)?;
        } else {
            flat.push(*section);
        }
    }
    let flat = evaluator.attrs_ref(flat);
    let nested = evaluator.force_attrs(nested)?;
    Ok(Value::Attrs(flat.update(nested, evaluator.arena)))
}

fn holds_sets<'a>(evaluator: &Evaluator<'a>, section: Value<'a>) -> Result<bool> {
    let Value::Attrs(section) = evaluator.force(section)? else {
        return Ok(false);
    };
    for attr in evaluator.ordered(section) {
        if is_section(evaluator, attr.value)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_section<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<bool> {
    match evaluator.force(value)? {
        Value::Attrs(attrs) => Ok(!evaluator.is_derivation(attrs)?),
        unknown @ Value::OutOfReach(_) => Err(evaluator.expected("a section", unknown)),
        _ => Ok(false),
    }
}

/// Adds what lies at a path to the sections: the last name is the key, those before it name the section.
fn add_nested<'a>(
    evaluator: &Evaluator<'a>,
    path: &[Symbol],
    value: Value<'a>,
    sections: &mut Value<'a>,
) -> Result<()> {
    evaluator.check_stack()?;
    if is_section(evaluator, value)? {
        for attr in evaluator.ordered(evaluator.force_attrs(value)?) {
            let path = [path, &[attr.name]].concat();
            add_nested(evaluator, &path, attr.value, sections)?;
        }
        return Ok(());
    }
    let Some((key, names)) = path.split_last() else {
        return Ok(());
    };
    let mut added = evaluator.attrs(vec![Attr::unplaced(*key, value)]);
    if !names.is_empty() {
        let names: Vec<&[u8]> = names.iter().map(|name| evaluator.name(*name)).collect();
        added = evaluator.attrs_from([(names.join(&b'.'), added)]);
    }
    *sections = update_recursively(evaluator, *sections, added)?;
    Ok(())
}
