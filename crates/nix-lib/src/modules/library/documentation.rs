//! Options for documentation: lists of them, and texts that are shown as they are.

use nix_frontend::builtins::take;
use nix_frontend::eval::error::At;
use nix_frontend::eval::{Attr, Attrs, Bool, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;
use source::Span;

use crate::functions::generators::pretty::{Style, pretty};
use crate::functions::tools::{text, throw};
use crate::modules::definition::loc_from_nix;
use crate::modules::definition::show_loc;
use crate::modules::library::Function;
use crate::modules::library::options::{is_option, literal, says, type_description};

/// The functions of this topic.
pub(crate) fn functions<'a>(evaluator: &Evaluator<'a>) -> Vec<(&'static str, Value<'a>)> {
    let plain: &[(&'static str, usize, Function<'a>)] = &[
        ("literalExpression", 1, |evaluator, arguments| {
            tagged_text(evaluator, arguments, "literalExpression")
        }),
        ("literalExample", 1, |evaluator, arguments| {
            tagged_text(evaluator, arguments, "literalExpression")
        }),
        ("literalMD", 1, |evaluator, arguments| {
            tagged_text(evaluator, arguments, "literalMD")
        }),
        ("literalDocBook", 1, |evaluator, arguments| {
            tagged_text(evaluator, arguments, "literalMD")
        }),
        ("literalCode", 2, |evaluator, arguments| {
            let [language, code] = take(arguments)?;
            let (language, code) = (
                text(evaluator, language)?.text(),
                text(evaluator, code)?.text(),
            );
            let fenced = evaluator.string(format!("```{language}\n{code}\n```\n"));
            tagged_text(evaluator, &[fenced], "literalMD")
        }),
        ("mdDoc", 1, |evaluator, arguments| {
            let [text] = take(arguments)?;
            evaluator.force(text)
        }),
        ("renderOptionValue", 1, |evaluator, arguments| {
            let [value] = take(arguments)?;
            rendered(evaluator, value)
        }),
        ("scrubOptionValue", 1, |evaluator, arguments| {
            let [value] = take(arguments)?;
            scrubbed(evaluator, value)
        }),
        ("optionAttrSetToDocList", 1, |evaluator, arguments| {
            let [options] = take(arguments)?;
            let mut list = vec![];
            document(evaluator, options, &mut list)?;
            Ok(evaluator.list(&list))
        }),
        ("optionAttrSetToDocList'", 2, |evaluator, arguments| {
            let [_, options] = take(arguments)?;
            let mut list = vec![];
            document(evaluator, options, &mut list)?;
            Ok(evaluator.list(&list))
        }),
    ];
    plain
        .iter()
        .map(|(name, arity, run)| (*name, evaluator.native(name, *arity, *run)))
        .collect()
}

fn tagged_text<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
    tag: &'static str,
) -> Result<Value<'a>> {
    let [text] = take(arguments)?;
    let Value::String(_) = evaluator.force(text)? else {
        return Err(throw(format!("{tag} expects a string.")));
    };
    let tag = evaluator.borrowed_string(tag.as_bytes());
    Ok(evaluator.attrs_from([("_type", tag), ("text", text)]))
}

/// A value as documentation shows it: texts for documentation as they are, others as Nix code.
fn rendered<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<Value<'a>> {
    let value = evaluator.force(value)?;
    if let Value::Attrs(attrs) = value
        && attrs.get(known::TYPE_TAG).is_some()
        && attrs.get(evaluator.symbol("text")).is_some()
    {
        return Ok(value);
    }
    let style = Style {
        allow_pretty_values: true,
        multiline: true,
    };
    Ok(literal(evaluator, pretty(evaluator, style, value)?))
}

/// The value with derivations replaced by their names.
fn scrubbed<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<Value<'a>> {
    let later = move |value: Value<'a>| evaluator.lazy(move |evaluator| scrubbed(evaluator, value));
    Ok(match evaluator.force(value)? {
        Value::Attrs(attrs) if evaluator.is_derivation(attrs)? => {
            let name = evaluator.lazy_select(Value::Attrs(attrs), known::NAME, Span::NONE);
            evaluator.attrs_from([
                ("type", evaluator.borrowed_string(b"derivation")),
                ("drvPath", name),
                ("outPath", name),
                ("name", name),
            ])
        }
        Value::List(list) => {
            let items = list.items.iter().map(|item| later(*item));
            evaluator.list(&items.collect::<Vec<_>>())
        }
        Value::Attrs(attrs) => {
            let hidden = evaluator.symbol("_args");
            let items = evaluator.items(attrs).iter();
            let items = items.filter(|attr| attr.name != hidden).map(|attr| Attr {
                value: later(attr.value),
                ..*attr
            });
            evaluator.attrs(items.collect())
        }
        other => other,
    })
}

/// All options in a set, those in submodules behind the option that has them.
fn document<'a>(
    evaluator: &Evaluator<'a>,
    options: Value<'a>,
    into: &mut Vec<Value<'a>>,
) -> Result<()> {
    evaluator.check_stack()?;
    let Value::Attrs(attrs) = evaluator.force(options)? else {
        return Ok(());
    };
    if !is_option(evaluator, Value::Attrs(attrs))? {
        for attr in evaluator.ordered(attrs) {
            document(evaluator, attr.value, into)?;
        }
        return Ok(());
    }
    into.push(documented(evaluator, attrs)?);
    let visible = attrs.value(evaluator.symbol("visible"));
    let shows_inner = match visible
        .map(|visible| evaluator.force(visible))
        .transpose()?
    {
        None | Some(Value::Bool(Bool::True)) => true,
        Some(Value::String(visible)) => visible.bytes == b"transparent",
        Some(_) => false,
    };
    if !shows_inner {
        return Ok(());
    }
    let of = evaluator.select(Value::Attrs(attrs), known::TYPE, Span::NONE)?;
    let inner = evaluator.select(of, evaluator.symbol("getSubOptions"), Span::NONE)?;
    let loc = evaluator.select(Value::Attrs(attrs), known::LOC, Span::NONE)?;
    let inner = evaluator.call1(inner, loc)?;
    document(evaluator, inner, into)
}

/// What documentation says of one option.
fn documented<'a>(evaluator: &Evaluator<'a>, option: &'a Attrs<'a>) -> Result<Value<'a>> {
    let get = |name: &str| option.value(evaluator.symbol(name));
    let part = |name| evaluator.select(Value::Attrs(option), name, Span::NONE);
    let loc = part(known::LOC)?;
    let name = show_loc(evaluator, loc_from_nix(evaluator, loc)?);
    let name: &'a str = evaluator.arena.alloc_str(&name);
    let declarations = evaluator.lazy(move |evaluator| {
        let files = evaluator.symbol("declarations");
        let files = evaluator.select(Value::Attrs(option), files, Span::NONE)?;
        let mut known = vec![];
        for file in evaluator.force_list(files)? {
            let unknown = evaluator.borrowed_string(b"<unknown-file>");
            if !evaluator.equal(*file, unknown)? {
                known.push(*file);
            }
        }
        Ok(evaluator.list(&known))
    });
    let flag = move |name: &'static str| {
        evaluator.lazy(move |evaluator| says(evaluator, option, name, false).map(Value::bool))
    };
    let visible = evaluator.lazy(move |evaluator| {
        Ok(match option.value(evaluator.symbol("visible")) {
            None => Value::bool(true),
            Some(visible) => match evaluator.force(visible)? {
                Value::Bool(visible) => Value::Bool(visible),
                Value::String(visible) => Value::bool(visible.bytes == b"shallow"),
                _ => Value::bool(false),
            },
        })
    });
    let of = evaluator.lazy(
        move |evaluator| match type_description(evaluator, option)? {
            Some(description) => evaluator.force(description),
            None => Ok(evaluator.borrowed_string(b"unspecified")),
        },
    );
    let mut attrs = vec![
        ("loc", loc),
        ("name", evaluator.borrowed_string(name.as_bytes())),
        ("description", get("description").unwrap_or(Value::Null)),
        ("declarations", declarations),
        ("internal", flag("internal")),
        ("visible", visible),
        ("readOnly", flag("readOnly")),
        ("type", of),
    ];
    let shown = |what: &'static str, value: Value<'a>| {
        evaluator.lazy(move |evaluator| {
            rendered(evaluator, value).frame(
                || format!("while evaluating the {what} of option `{name}`"),
                Span::NONE,
            )
        })
    };
    if let Some(example) = get("example") {
        attrs.push(("example", shown("example", example)));
    }
    if let Some(default) = get("defaultText") {
        attrs.push(("default", shown("defaultText", default)));
    } else if let Some(default) = get("default") {
        attrs.push(("default", shown("default value", default)));
    } else if let Some(empty) = empty_value(evaluator, option)? {
        attrs.push(("default", shown("default value", empty)));
    }
    if let Some(related) = get("relatedPackages")
        && !matches!(evaluator.force(related)?, Value::Null)
    {
        attrs.push(("relatedPackages", related));
    }
    Ok(evaluator.attrs_from(attrs))
}

/// What the type of an option is without definitions; none for submodules, whose own options tell.
fn empty_value<'a>(evaluator: &Evaluator<'a>, option: &'a Attrs<'a>) -> Result<Option<Value<'a>>> {
    let of = match option.value(known::TYPE) {
        None => return Ok(None),
        Some(of) => evaluator.force(of)?,
    };
    let Value::Attrs(of) = of else {
        return Ok(None);
    };
    let get = |name: &str| match of.value(evaluator.symbol(name)) {
        Some(value) => evaluator.force(value),
        None => Ok(Value::Null),
    };
    let Value::Attrs(empty) = get("emptyValue")? else {
        return Ok(None);
    };
    let has_modules = !matches!(get("getSubModules")?, Value::Null);
    Ok(empty.value(known::VALUE).filter(|_| !has_modules))
}
