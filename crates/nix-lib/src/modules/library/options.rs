//! Declaring options: `mkOption` and what is made of it.

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attr, Attrs, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;
use source::Span;

use crate::functions::formals::Formals;
use crate::functions::strings::escapes::show_path;
use crate::functions::tools::{interpolated, text, throw};
use crate::modules::Modules;
use crate::modules::definition::show_loc;
use crate::modules::definition::{definitions_from_nix, loc_from_nix};
use crate::modules::library::Function;
use crate::modules::library::arguments::taking;
use crate::modules::properties::tag;
use crate::modules::shown;
use crate::modules::types::{Kind, custom};

/// The functions of this topic.
pub(crate) fn functions<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
) -> Vec<(&'static str, Value<'a>)> {
    let plain: &[(&'static str, usize, Function<'a>)] = &[
        ("isOption", 1, |evaluator, arguments| {
            let [value] = take(arguments)?;
            Ok(Value::bool(is_option(evaluator, value)?))
        }),
        ("showOption", 1, |evaluator, arguments| {
            let [path] = take(arguments)?;
            let path = loc_from_nix(evaluator, path)?;
            Ok(evaluator.string(show_loc(evaluator, path)))
        }),
        ("showFiles", 1, |evaluator, arguments| {
            let [files] = take(arguments)?;
            let mut names = vec![];
            for file in evaluator.force_list(files)? {
                names.push(interpolated(evaluator, *file)?.bytes);
            }
            Ok(evaluator.string(shown::files(names)))
        }),
        ("showDefs", 1, |evaluator, arguments| {
            let [definitions] = take(arguments)?;
            let definitions = definitions_from_nix(evaluator, definitions)?;
            let shown = shown::definitions(evaluator, &definitions)?;
            Ok(evaluator.string(shown))
        }),
        ("showOptionWithDefLocs", 1, |evaluator, arguments| {
            let [option] = take(arguments)?;
            with_places(evaluator, option)
        }),
        ("getValues", 1, |evaluator, arguments| {
            let [definitions] = take(arguments)?;
            all(evaluator, definitions, "value")
        }),
        ("getFiles", 1, |evaluator, arguments| {
            let [definitions] = take(arguments)?;
            all(evaluator, definitions, "file")
        }),
    ];
    let mut functions: Vec<(&'static str, Value<'a>)> = plain
        .iter()
        .map(|(name, arity, run)| (*name, evaluator.native(name, *arity, *run)))
        .collect();
    let make = taking(evaluator, "mkOption", OPTION, |evaluator, given| {
        Ok(option(evaluator, given))
    });
    functions.push(("mkOption", make));
    functions.push((
        "unknownModule",
        evaluator.borrowed_string(b"<unknown-file>"),
    ));
    functions.push(("mkSinkUndeclaredOptions", sink(evaluator, lib)));
    functions.push(("mkEnableOption", enable_option(evaluator, lib)));
    functions.push(("mkPackageOption", package_option(evaluator, lib)));
    functions.push(("mkPackageOptionMD", package_option(evaluator, lib)));
    functions
}

const OPTION: Formals = &[
    ("apply", true),
    ("default", true),
    ("defaultText", true),
    ("description", true),
    ("example", true),
    ("internal", true),
    ("readOnly", true),
    ("relatedPackages", true),
    ("type", true),
    ("visible", true),
];

const PACKAGE: Formals = &[
    ("default", true),
    ("example", true),
    ("extraDescription", true),
    ("nullable", true),
    ("pkgsText", true),
];

/// The set with what makes it an option.
fn option<'a>(evaluator: &Evaluator<'a>, given: &'a Attrs<'a>) -> Value<'a> {
    let tag = Attr::unplaced(known::TYPE_TAG, evaluator.borrowed_string(b"option"));
    let tag = evaluator.sorted_attrs(&[tag]);
    Value::Attrs(given.update(tag, evaluator.arena))
}

/// Whether `mkOption` made it.
pub(crate) fn is_option<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<bool> {
    Ok(match evaluator.force(value)? {
        Value::Attrs(attrs) => tag(evaluator, attrs)? == Some(b"option"),
        _ => false,
    })
}

fn all<'a>(evaluator: &Evaluator<'a>, definitions: Value<'a>, name: &str) -> Result<Value<'a>> {
    let name = evaluator.symbol(name);
    let definitions = evaluator.force_list(definitions)?.iter();
    let parts = definitions.map(|each| evaluator.lazy_select(*each, name, Span::NONE));
    Ok(evaluator.list(&parts.collect::<Vec<_>>()))
}

fn with_places<'a>(evaluator: &Evaluator<'a>, option: Value<'a>) -> Result<Value<'a>> {
    let option = evaluator.force(option)?;
    let part = |name: &str| evaluator.select(option, evaluator.symbol(name), Span::NONE);
    let loc = loc_from_nix(evaluator, part("loc")?)?;
    let mut lines = vec![];
    for file in evaluator.force_list(part("files")?)? {
        lines.push(format!("  - {}", interpolated(evaluator, *file)?.text()));
    }
    let (option, lines) = (show_loc(evaluator, loc), lines.join("\n"));
    Ok(evaluator.string(format!("{option}, with values defined in:\n{lines}\n")))
}

fn sink<'a>(evaluator: &Evaluator<'a>, lib: &'a Modules<'a>) -> Value<'a> {
    evaluator.native("mkSinkUndeclaredOptions", 1, move |evaluator, arguments| {
        let [given] = take(arguments)?;
        let given = evaluator.force_attrs(given)?;
        let refuse = evaluator.native("apply", 1, |_, _| {
            Err(throw(
                "Option value is not readable because the option is not declared.",
            ))
        });
        let ignore = evaluator.native("merge", 2, |_, _| Ok(Value::bool(false)));
        let of = evaluator.attrs_from([
            ("name", evaluator.borrowed_string(b"sink")),
            ("merge", ignore),
        ]);
        let own = evaluator.attrs_ref(vec![
            evaluator.attr("internal", Value::bool(true)),
            evaluator.attr("visible", Value::bool(false)),
            evaluator.attr("default", Value::bool(false)),
            evaluator.attr(
                "description",
                evaluator.borrowed_string(b"Sink for option definitions."),
            ),
            evaluator.attr("type", custom::mk_option_type(evaluator, lib, of)?),
            evaluator.attr("apply", refuse),
        ]);
        let given = own.update(given, evaluator.arena);
        Ok(option(evaluator, given))
    })
}

fn enable_option<'a>(evaluator: &Evaluator<'a>, lib: &'a Modules<'a>) -> Value<'a> {
    evaluator.native("mkEnableOption", 1, move |evaluator, arguments| {
        let [name] = take(arguments)?;
        let description = evaluator.lazy(move |evaluator| {
            let name = interpolated(evaluator, name)?.text();
            Ok(evaluator.string(format!("Whether to enable {name}.")))
        });
        let attrs = vec![
            evaluator.attr("default", Value::bool(false)),
            evaluator.attr("example", Value::bool(true)),
            evaluator.attr("description", description),
            evaluator.attr("type", lib.type_named(evaluator, "bool")?),
        ];
        Ok(option(evaluator, evaluator.attrs_ref(attrs)))
    })
}

/// A value as a list: lists stay as they are.
fn to_list<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<&'a [Value<'a>]> {
    Ok(match evaluator.force(value)? {
        Value::List(list) => list.items,
        one => evaluator.arena.alloc_slice_copy(&[one]),
    })
}

fn package_option<'a>(evaluator: &Evaluator<'a>, lib: &'a Modules<'a>) -> Value<'a> {
    const NAME: &str = "mkPackageOption";
    evaluator.native(NAME, 2, move |evaluator, arguments| {
        let [packages, name] = take(arguments)?;
        Ok(taking(evaluator, NAME, PACKAGE, move |evaluator, given| {
            let attrs = package_attrs(evaluator, lib, packages, name, given)?;
            Ok(option(evaluator, attrs))
        }))
    })
}

fn package_attrs<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    packages: Value<'a>,
    name: Value<'a>,
    given: &'a Attrs<'a>,
) -> Result<&'a Attrs<'a>> {
    let get = |name: &str| given.value(evaluator.symbol(name));
    let said = |name: &str, usual: &str| -> Result<String> {
        match get(name) {
            Some(said) => Ok(text(evaluator, said)?.text()),
            None => Ok(usual.to_owned()),
        }
    };
    let is_nullable = match get("nullable") {
        Some(nullable) => evaluator.force_bool(nullable)?,
        None => false,
    };
    let packages_text = said("pkgsText", "pkgs")?;
    let mut attrs = vec![];
    match evaluator.force(get("default").unwrap_or(name))? {
        Value::Null if is_nullable => attrs.push(evaluator.attr("default", Value::Null)),
        Value::Null => {}
        default => {
            let path = to_list(evaluator, default)?;
            let shown = show_path(evaluator, path)?;
            let in_packages = format!("{packages_text}.{shown}");
            attrs.push(evaluator.attr(
                "default",
                package(evaluator, packages, path, shown, packages_text.clone()),
            ));
            let in_packages = evaluator.string(in_packages);
            attrs.push(evaluator.attr("defaultText", literal(evaluator, in_packages)));
        }
    }
    let last = to_list(evaluator, name)?.last().copied();
    let last = text(evaluator, last.unwrap_or(Value::Null))?.text();
    let extra = said("extraDescription", "")?;
    let space = if extra.is_empty() { "" } else { " " };
    let description = format!("The {last} package to use.{space}{extra}");
    attrs.push(evaluator.attr("description", evaluator.string(description)));
    let package = lib.new_type(evaluator, Kind::Package);
    let of = if is_nullable {
        lib.new_type(evaluator, Kind::NullOr(package))
    } else {
        package
    };
    attrs.push(evaluator.attr("type", lib.type_value(evaluator, of)));
    match get("example").map(|example| evaluator.force(example)) {
        None | Some(Ok(Value::Null)) => {}
        Some(Err(error)) => return Err(error),
        Some(Ok(Value::List(path))) => {
            let path = show_path(evaluator, path.items)?;
            let example = evaluator.string(format!("{packages_text}.{path}"));
            attrs.push(evaluator.attr("example", literal(evaluator, example)));
        }
        Some(Ok(example)) => {
            attrs.push(evaluator.attr("example", literal(evaluator, example)));
        }
    }
    Ok(evaluator.attrs_ref(attrs))
}

/// The package at a path, looked for when it is needed.
fn package<'a>(
    evaluator: &Evaluator<'a>,
    packages: Value<'a>,
    path: &'a [Value<'a>],
    shown: String,
    packages_text: String,
) -> Value<'a> {
    let complaint = evaluator
        .arena
        .alloc_str(&format!("{shown} cannot be found in {packages_text}"));
    let complaint: &'a str = complaint;
    evaluator.lazy(move |evaluator| {
        let mut value = evaluator.force(packages)?;
        for name in path {
            let name = evaluator.symbol(evaluator.force_string(*name)?.bytes);
            value = match value {
                Value::Attrs(attrs) => match attrs.value(name) {
                    Some(value) => evaluator.force(value)?,
                    None => return Err(throw(complaint)),
                },
                unknown @ Value::OutOfReach(_) => evaluator.select(unknown, name, Span::NONE)?,
                _ => return Err(throw(complaint)),
            };
        }
        Ok(value)
    })
}

/// A text that documentation shows as it is.
pub(crate) fn literal<'a>(evaluator: &Evaluator<'a>, text: Value<'a>) -> Value<'a> {
    let tag = evaluator.borrowed_string(b"literalExpression");
    evaluator.attrs_from([("_type", tag), ("text", text)])
}

/// Whether an option's set has something that holds; `usual` if it does not say.
pub(crate) fn says<'a>(
    evaluator: &Evaluator<'a>,
    option: &'a Attrs<'a>,
    name: &str,
    usual: bool,
) -> Result<bool> {
    match option.value(evaluator.symbol(name)) {
        Some(value) => evaluator.force_bool(value),
        None => Ok(usual),
    }
}

/// The description of the type of an option's set; null if it has none.
pub(crate) fn type_description<'a>(
    evaluator: &Evaluator<'a>,
    option: &'a Attrs<'a>,
) -> Result<Option<Value<'a>>> {
    let Some(of) = option.value(known::TYPE) else {
        return Ok(None);
    };
    match evaluator.force(of)? {
        Value::Attrs(of) => Ok(of.value(known::DESCRIPTION)),
        _ => Ok(None),
    }
}
