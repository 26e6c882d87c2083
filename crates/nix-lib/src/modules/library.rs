//! What `lib` offers of the module system: `evalModules`, the markers, `mkOption` and its kin.

use nix_frontend::builtins::take;
use nix_frontend::eval::coerce::Coercion;
use nix_frontend::eval::{Attr, Attrs, ErrorKind, EvalError, Evaluator, Result, Value};
use nix_frontend::ir::Symbol;
use nix_frontend::ir::symbol::known;
use source::{Pos, Span};

use crate::modules::Modules;
use crate::modules::definition::show_loc;
use crate::modules::evaluate::{Evaluation, Input, Setup};
use crate::modules::properties::{mk_if, mk_merge, mk_order, mk_override, mk_override_value, tag};
use crate::modules::types::expose;
use crate::modules::types::merge::{definitions_from_nix, loc_from_nix};

/// The options that every evaluation declares for itself: `_module`.
pub(crate) fn internal_options<'a>(evaluator: &Evaluator<'a>, lib: &'a Modules<'a>) -> Value<'a> {
    if let Some(known) = lib.internal.get() {
        return known;
    }
    use crate::modules::types::{Kind, TypeRef};
    let of = |kind| lib.new_type(evaluator, kind);
    let option = |of: TypeRef<'a>, default: Option<Value<'a>>| {
        let mut attrs = vec![
            evaluator.attr("_type", evaluator.borrowed_string(b"option")),
            evaluator.attr("type", lib.type_value(evaluator, of)),
            evaluator.attr("internal", Value::bool(true)),
        ];
        attrs.extend(default.map(|value| evaluator.attr("default", value)));
        evaluator.attrs(attrs)
    };
    let raw = of(Kind::Raw);
    let args = of(Kind::AttrsOf {
        element: raw,
        lazy: true,
        placeholder: known::NAME,
    });
    let freeform = of(Kind::NullOr(of(Kind::OptionType)));
    let module = evaluator.attrs_from([
        ("args", option(args, None)),
        ("check", option(of(Kind::Bool), Some(Value::bool(true)))),
        ("freeformType", option(freeform, Some(Value::Null))),
        ("specialArgs", option(of(Kind::Unspecified), None)),
    ]);
    let options = evaluator.attrs_from([("_module", module)]);
    lib.internal.set(Some(options));
    options
}

/// `evalModules { modules, specialArgs, prefix, class, … }`
pub fn eval_modules<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    arguments: Value<'a>,
) -> Result<Value<'a>> {
    let arguments = evaluator.force_attrs(arguments)?;
    let get = |name: &str| arguments.value(evaluator.symbol(name));
    let modules = get("modules").unwrap_or(Value::Null);
    let mut inputs: Vec<Input<'a>> = evaluator
        .force_list(modules)?
        .iter()
        .map(|module| Input::of(*module))
        .collect();
    if let Some(args) = get("args") {
        let module = evaluator.attrs_from([("args", args)]);
        let config = evaluator.attrs_from([("_module", module)]);
        inputs.push(Input::of(evaluator.attrs_from([("config", config)])));
    }
    if let Some(check) = get("check") {
        let module = evaluator.attrs_from([("check", mk_override(evaluator, 1000, check))]);
        let config = evaluator.attrs_from([("_module", module)]);
        inputs.push(Input::of(evaluator.attrs_from([("config", config)])));
    }
    let special_args = match get("specialArgs") {
        Some(special) => Some(evaluator.force_attrs(special)?),
        None => None,
    };
    let prefix = match get("prefix") {
        Some(prefix) => loc_from_nix(evaluator, prefix)?,
        None => &[],
    };
    let class = match get("class") {
        None => None,
        Some(class) => match evaluator.force(class)? {
            Value::Null => None,
            class => Some(evaluator.force_string(class)?.bytes),
        },
    };
    let setup = Setup {
        modules: evaluator.arena.alloc_slice_copy(&inputs),
        special_args,
        prefix,
        class,
    };
    Ok(result(evaluator, Evaluation::new(evaluator, lib, setup)))
}

/// What `evalModules` returns.
pub fn result<'a>(evaluator: &Evaluator<'a>, evaluation: &'a Evaluation<'a>) -> Value<'a> {
    let config = evaluator.lazy(move |evaluator| evaluation.checked_config(evaluator));
    let options = evaluator.lazy(move |evaluator| {
        evaluation.checked_config(evaluator)?;
        evaluator.force(evaluation.options())
    });
    let module = evaluator.lazy_select(evaluation.config(), known::MODULE, Span::NONE);
    let extend = evaluator.native("extendModules", 1, move |evaluator, arguments| {
        let [arguments] = take(arguments)?;
        extend_modules(evaluator, evaluation, arguments)
    });
    let class = match evaluation.setup.class {
        Some(class) => evaluator.borrowed_string(class),
        None => Value::Null,
    };
    evaluator.attrs_from([
        ("_type", evaluator.borrowed_string(b"configuration")),
        ("config", config),
        ("options", options),
        ("_module", module),
        ("extendModules", extend),
        (
            "type",
            evaluator.lazy(move |evaluator| Ok(evaluation.type_value(evaluator))),
        ),
        ("class", class),
    ])
}

/// `extendModules { modules, specialArgs, prefix }` of an evaluation.
pub(crate) fn extend_modules<'a>(
    evaluator: &Evaluator<'a>,
    evaluation: &'a Evaluation<'a>,
    arguments: Value<'a>,
) -> Result<Value<'a>> {
    let arguments = evaluator.force_attrs(arguments)?;
    let get = |name: &str| arguments.value(evaluator.symbol(name));
    let mut modules = evaluation.setup.modules.to_vec();
    if let Some(more) = get("modules") {
        let more = evaluator.force_list(more)?;
        modules.extend(more.iter().map(|module| Input::of(*module)));
    }
    let special_args = match (evaluation.setup.special_args, get("specialArgs")) {
        (before, None) => before,
        (None, Some(more)) => Some(evaluator.force_attrs(more)?),
        (Some(before), Some(more)) => {
            let more = evaluator.force_attrs(more)?;
            Some(before.update(more, evaluator.arena))
        }
    };
    let prefix = match get("prefix") {
        Some(prefix) => loc_from_nix(evaluator, prefix)?,
        None => evaluation.setup.prefix,
    };
    let setup = Setup {
        modules: evaluator.arena.alloc_slice_copy(&modules),
        special_args,
        prefix,
        class: evaluation.setup.class,
    };
    let extended = Evaluation::new(evaluator, evaluation.modules(), setup);
    Ok(result(evaluator, extended))
}

type Function<'a> = fn(&Evaluator<'a>, &[Value<'a>]) -> Result<Value<'a>>;

/// `lib.modules`, by name; all of these are in `lib` itself too.
pub fn modules_functions<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
) -> Vec<(&'static str, Value<'a>)> {
    let plain: &[(&'static str, usize, Function<'a>)] = &[
        ("mkIf", 2, |evaluator, arguments| {
            let [condition, content] = take(arguments)?;
            Ok(mk_if(evaluator, Some(condition), content))
        }),
        ("mkMerge", 1, |evaluator, arguments| {
            let [contents] = take(arguments)?;
            Ok(mk_merge(evaluator, contents))
        }),
        ("mkOverride", 2, |evaluator, arguments| {
            let [priority, content] = take(arguments)?;
            Ok(mk_override_value(evaluator, Some(priority), content))
        }),
        ("mkOrder", 2, |evaluator, arguments| {
            let [priority, content] = take(arguments)?;
            Ok(mk_order(evaluator, priority, content))
        }),
        ("mkAssert", 3, |evaluator, arguments| {
            let [holds, message, content] = take(arguments)?;
            if evaluator.force_bool(holds)? {
                return Ok(mk_if(evaluator, Some(Value::bool(true)), content));
            }
            let message = evaluator.force_string(message)?.text();
            Err(EvalError::new(
                ErrorKind::Throw,
                format!("Failed assertion: {message}"),
            ))
        }),
        ("setDefaultModuleLocation", 2, |evaluator, arguments| {
            let [file, module] = take(arguments)?;
            let imports = evaluator.list(&[module]);
            Ok(evaluator.attrs_from([("_file", file), ("imports", imports)]))
        }),
        ("importApply", 2, |evaluator, arguments| {
            let [path, given] = take(arguments)?;
            let path = evaluator.coerce_to_path(path)?.bytes;
            let function = evaluator.import(path)?;
            let module = evaluator.lazy_call(function, &[given], Span::NONE);
            let imports = evaluator.list(&[module]);
            let file = evaluator.borrowed_string(path);
            Ok(evaluator.attrs_from([("_file", file), ("imports", imports)]))
        }),
        ("mkAliasDefinitions", 1, |evaluator, arguments| {
            let [option] = take(arguments)?;
            alias_definitions(evaluator, option, None)
        }),
        ("mkAliasAndWrapDefinitions", 2, |evaluator, arguments| {
            let [wrap, option] = take(arguments)?;
            alias_definitions(evaluator, option, Some(wrap))
        }),
        ("mkRemovedOptionModule", 2, |evaluator, arguments| {
            let [path, replacement] = take(arguments)?;
            removed_option(evaluator, path, replacement)
        }),
        ("mkDefinition", 1, |evaluator, arguments| {
            let [given] = take(arguments)?;
            let given = evaluator.force_attrs(given)?;
            let tag = evaluator.attr("_type", evaluator.borrowed_string(b"definition"));
            let tag = evaluator.attrs_ref(vec![tag]);
            Ok(Value::Attrs(given.update(tag, evaluator.arena)))
        }),
    ];
    let mut functions: Vec<(&'static str, Value<'a>)> = plain
        .iter()
        .map(|(name, arity, run)| (*name, evaluator.native(name, *arity, *run)))
        .collect();
    for (name, priority) in [
        ("mkForce", 50),
        ("mkDefault", 1000),
        ("mkOptionDefault", 1500),
        ("mkVMOverride", 10),
        ("mkImageMediaOverride", 60),
        ("mkFixStrictness", 0),
    ] {
        let function = evaluator.native(name, 1, move |evaluator, arguments| {
            let [content] = take(arguments)?;
            if priority == 0 {
                return evaluator.force(content);
            }
            Ok(mk_override(evaluator, priority, content))
        });
        functions.push((name, function));
    }
    for (name, order) in [("mkBefore", 500), ("mkAfter", 1500)] {
        let function = evaluator.native(name, 1, move |evaluator, arguments| {
            let [content] = take(arguments)?;
            Ok(mk_order(evaluator, Value::Int(order), content))
        });
        functions.push((name, function));
    }
    functions.push(("defaultOverridePriority", Value::Int(100)));
    functions.push(("defaultPriority", Value::Int(100)));
    functions.push(("defaultOrderPriority", Value::Int(1000)));
    let eval = evaluator.native("evalModules", 1, move |evaluator, arguments| {
        let [arguments] = take(arguments)?;
        eval_modules(evaluator, lib, arguments)
    });
    functions.push(("evalModules", eval));
    functions.extend(renames(evaluator));
    functions
}

/// `mkRenamedOptionModule` and its kin.
fn renames<'a>(evaluator: &Evaluator<'a>) -> Vec<(&'static str, Value<'a>)> {
    let rename = |name: &'static str, arity: usize, visible: bool| {
        let function = evaluator.native(name, arity, move |evaluator, arguments| match arguments {
            [from, to] => renamed_option(evaluator, *from, *to, None, visible),
            [from, to, change] => renamed_option(evaluator, *from, *to, Some(*change), visible),
            _ => Ok(Value::Null),
        });
        (name, function)
    };
    vec![
        rename("mkRenamedOptionModule", 2, false),
        rename("mkAliasOptionModule", 2, true),
        rename("mkAliasOptionModuleMD", 2, true),
        rename("mkChangedOptionModule", 3, false),
    ]
}

fn alias_definitions<'a>(
    evaluator: &Evaluator<'a>,
    option: Value<'a>,
    wrap: Option<Value<'a>>,
) -> Result<Value<'a>> {
    let option = evaluator.force(option)?;
    let get = |name: &str| evaluator.select(option, evaluator.symbol(name), Span::NONE);
    let defined = evaluator.lazy_select(option, evaluator.symbol("isDefined"), Span::NONE);
    let definitions = get("definitions")?;
    let merged = mk_merge(evaluator, definitions);
    let content = match wrap {
        Some(wrap) => evaluator.lazy_call(wrap, &[merged], Span::NONE),
        None => merged,
    };
    Ok(mk_if(evaluator, Some(defined), content))
}

/// `{ a.b = value; }` for the names of a list.
fn at_path<'a>(evaluator: &Evaluator<'a>, path: &[Symbol], value: Value<'a>) -> Value<'a> {
    path.iter().rev().fold(value, |value, name| {
        evaluator.attrs(vec![Attr {
            name: *name,
            place: Pos::NONE,
            value,
        }])
    })
}

fn follow<'a>(evaluator: &Evaluator<'a>, value: Value<'a>, path: &[Symbol]) -> Result<Value<'a>> {
    let mut value = evaluator.force(value)?;
    for name in path {
        value = evaluator.select(value, *name, Span::NONE)?;
    }
    Ok(value)
}

fn argument<'a>(evaluator: &Evaluator<'a>, arguments: Value<'a>, name: &str) -> Result<Value<'a>> {
    let arguments = evaluator.force(arguments)?;
    evaluator.select(arguments, evaluator.symbol(name), Span::NONE)
}

/// A module that hands the definitions of one option on to another.
fn renamed_option<'a>(
    evaluator: &Evaluator<'a>,
    from: Value<'a>,
    to: Value<'a>,
    change: Option<Value<'a>>,
    visible: bool,
) -> Result<Value<'a>> {
    let (from, to) = (loc_from_nix(evaluator, from)?, loc_from_nix(evaluator, to)?);
    let formals = ["config", "options", "lib"].map(|name| (evaluator.symbol(name), false));
    Ok(
        evaluator.native_with_formals("renamed option", 1, &formals, move |evaluator, given| {
            let [given] = take(given)?;
            let options = argument(evaluator, given, "options")?;
            let config = argument(evaluator, given, "config")?;
            let target = evaluator.lazy(move |evaluator| follow(evaluator, config, to));
            let apply = evaluator.native("apply", 1, move |evaluator, _| evaluator.force(target));
            let mut option = vec![
                evaluator.attr("_type", evaluator.borrowed_string(b"option")),
                evaluator.attr("visible", Value::bool(visible)),
                evaluator.attr("apply", apply),
            ];
            let kind = evaluator.lazy(move |evaluator| {
                let target = follow(evaluator, options, to)?;
                evaluator.select(target, known::TYPE, Span::NONE)
            });
            if change.is_none() {
                option.push(evaluator.attr("type", kind));
            }
            let declared = at_path(evaluator, from, evaluator.attrs(option));
            let definitions = evaluator.lazy(move |evaluator| match change {
                None => alias_definitions(evaluator, follow(evaluator, options, from)?, None),
                Some(change) => {
                    let option = follow(evaluator, options, from)?;
                    let defined =
                        evaluator.lazy_select(option, evaluator.symbol("isDefined"), Span::NONE);
                    let changed = evaluator.lazy_call(change, &[config], Span::NONE);
                    Ok(mk_if(evaluator, Some(defined), changed))
                }
            });
            let config = at_path(evaluator, to, definitions);
            Ok(evaluator.attrs_from([("options", declared), ("config", config)]))
        }),
    )
}

/// A module that declares an option whose use is an error.
fn removed_option<'a>(
    evaluator: &Evaluator<'a>,
    path: Value<'a>,
    replacement: Value<'a>,
) -> Result<Value<'a>> {
    let path = loc_from_nix(evaluator, path)?;
    let formals = [(evaluator.symbol("options"), false)];
    Ok(
        evaluator.native_with_formals("removed option", 1, &formals, move |evaluator, given| {
            let [given] = take(given)?;
            let options = argument(evaluator, given, "options")?;
            let apply = evaluator.native("apply", 1, move |evaluator, _| {
                let text = evaluator.force_string(replacement)?.text();
                Err(EvalError::new(
                    ErrorKind::Coded("removed-option"),
                    format!(
                        "the option `{}` can no longer be used",
                        show_loc(evaluator, path)
                    ),
                )
                .help(text))
            });
            let option = evaluator.attrs_from([
                ("_type", evaluator.borrowed_string(b"option")),
                ("visible", Value::bool(false)),
                ("apply", apply),
            ]);
            let assertion = evaluator.lazy(move |evaluator| {
                let option = follow(evaluator, options, path)?;
                let defined =
                    evaluator.select(option, evaluator.symbol("isDefined"), Span::NONE)?;
                Ok(Value::bool(!evaluator.force_bool(defined)?))
            });
            let message = evaluator.lazy(move |evaluator| {
                let text = evaluator.force_string(replacement)?.text();
                let option = show_loc(evaluator, path);
                Ok(evaluator.string(format!(
                    "the option `{option}` can no longer be used: {text}"
                )))
            });
            let entry = evaluator.attrs_from([("assertion", assertion), ("message", message)]);
            let config = evaluator.attrs_from([("assertions", evaluator.list(&[entry]))]);
            let options = at_path(evaluator, path, option);
            Ok(evaluator.attrs_from([("options", options), ("config", config)]))
        }),
    )
}

/// `lib.options`, by name; all of these are in `lib` itself too.
pub fn options_functions<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
) -> Vec<(&'static str, Value<'a>)> {
    let plain: &[(&'static str, usize, Function<'a>)] = &[
        ("mkOption", 1, |evaluator, arguments| {
            let [given] = take(arguments)?;
            let given = evaluator.force_attrs(given)?;
            mk_option(evaluator, given)
        }),
        ("isOption", 1, |evaluator, arguments| {
            let [value] = take(arguments)?;
            Ok(Value::bool(match evaluator.force(value)? {
                Value::Attrs(attrs) => tag(evaluator, attrs)? == Some(b"option"),
                _ => false,
            }))
        }),
        ("literalExpression", 1, |evaluator, arguments| {
            literal(evaluator, arguments, b"literalExpression")
        }),
        ("literalExample", 1, |evaluator, arguments| {
            literal(evaluator, arguments, b"literalExpression")
        }),
        ("literalMD", 1, |evaluator, arguments| {
            literal(evaluator, arguments, b"literalMD")
        }),
        ("literalDocBook", 1, |evaluator, arguments| {
            literal(evaluator, arguments, b"literalMD")
        }),
        ("mdDoc", 1, |evaluator, arguments| {
            let [text] = take(arguments)?;
            evaluator.force(text)
        }),
        ("showOption", 1, |evaluator, arguments| {
            let [path] = take(arguments)?;
            let path = loc_from_nix(evaluator, path)?;
            Ok(evaluator.string(show_loc(evaluator, path)))
        }),
        ("showFiles", 1, |evaluator, arguments| {
            let [files] = take(arguments)?;
            let mut shown = vec![];
            for file in evaluator.force_list(files)? {
                let file = evaluator.coerce_to_string(*file, Coercion::TO_STRING)?;
                shown.push(format!("`{}'", file.text()));
            }
            Ok(evaluator.string(shown.join(" and ")))
        }),
        ("getValues", 1, |evaluator, arguments| {
            let [definitions] = take(arguments)?;
            let definitions = definitions_from_nix(evaluator, definitions)?;
            let values: Vec<Value<'a>> = definitions.iter().map(|each| each.value).collect();
            Ok(evaluator.list(&values))
        }),
        ("getFiles", 1, |evaluator, arguments| {
            let [definitions] = take(arguments)?;
            let definitions = definitions_from_nix(evaluator, definitions)?;
            let files = definitions
                .iter()
                .map(|each| evaluator.borrowed_string(each.file));
            Ok(evaluator.list(&files.collect::<Vec<_>>()))
        }),
    ];
    let mut functions: Vec<(&'static str, Value<'a>)> = plain
        .iter()
        .map(|(name, arity, run)| (*name, evaluator.native(name, *arity, *run)))
        .collect();
    functions.push((
        "unknownModule",
        evaluator.borrowed_string(b"<unknown-file>"),
    ));
    functions.push(("mkSinkUndeclaredOptions", sink(evaluator, lib)));
    functions.push(("mkEnableOption", enable_option(evaluator, lib)));
    functions.push(("mkPackageOption", package_option(evaluator, lib)));
    functions.push(("mkPackageOptionMD", package_option(evaluator, lib)));
    functions.extend(expose::merges(evaluator, lib));
    functions
}

fn mk_option<'a>(evaluator: &Evaluator<'a>, given: &'a Attrs<'a>) -> Result<Value<'a>> {
    let tag = Attr {
        name: known::TYPE_TAG,
        place: Pos::NONE,
        value: evaluator.borrowed_string(b"option"),
    };
    let mut attrs = evaluator.items(given).to_vec();
    attrs.push(tag);
    Ok(evaluator.attrs(attrs))
}

fn literal<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
    tag: &'static [u8],
) -> Result<Value<'a>> {
    let [text] = take(arguments)?;
    Ok(evaluator.attrs_from([("_type", evaluator.borrowed_string(tag)), ("text", text)]))
}

fn sink<'a>(evaluator: &Evaluator<'a>, lib: &'a Modules<'a>) -> Value<'a> {
    evaluator.native("mkSinkUndeclaredOptions", 1, move |evaluator, arguments| {
        let [given] = take(arguments)?;
        let given = evaluator.force_attrs(given)?;
        let unspecified = lib.new_type(evaluator, crate::modules::types::Kind::Unspecified);
        let ignore = evaluator.native("apply", 1, |_, _| Ok(Value::Null));
        let own = evaluator.attrs_ref(vec![
            evaluator.attr("internal", Value::bool(true)),
            evaluator.attr("visible", Value::bool(false)),
            evaluator.attr("default", Value::bool(false)),
            evaluator.attr("type", lib.type_value(evaluator, unspecified)),
            evaluator.attr("apply", ignore),
        ]);
        mk_option(evaluator, own.update(given, evaluator.arena))
    })
}

fn enable_option<'a>(evaluator: &Evaluator<'a>, lib: &'a Modules<'a>) -> Value<'a> {
    evaluator.native("mkEnableOption", 1, move |evaluator, arguments| {
        let [name] = take(arguments)?;
        let bool = lib.new_type(evaluator, crate::modules::types::Kind::Bool);
        let description = evaluator.lazy(move |evaluator| {
            let name = evaluator
                .coerce_to_string(name, Coercion::TO_STRING)?
                .text();
            Ok(evaluator.string(format!("Whether to enable {name}.")))
        });
        let attrs = vec![
            evaluator.attr("default", Value::bool(false)),
            evaluator.attr("example", Value::bool(true)),
            evaluator.attr("description", description),
            evaluator.attr("type", lib.type_value(evaluator, bool)),
        ];
        mk_option(evaluator, evaluator.attrs_ref(attrs))
    })
}

fn package_option<'a>(evaluator: &Evaluator<'a>, lib: &'a Modules<'a>) -> Value<'a> {
    use crate::modules::types::Kind;
    evaluator.native("mkPackageOption", 3, move |evaluator, arguments| {
        let [packages, name, given] = take(arguments)?;
        let given = evaluator.force_attrs(given)?;
        let get = |name: &str| given.value(evaluator.symbol(name));
        let nullable = match get("nullable") {
            Some(nullable) => evaluator.force_bool(nullable)?,
            None => false,
        };
        let package = lib.new_type(evaluator, Kind::Package);
        let of = if nullable {
            lib.new_type(evaluator, Kind::NullOr(package))
        } else {
            package
        };
        let mut attrs = vec![evaluator.attr("type", lib.type_value(evaluator, of))];
        let default = evaluator.force(get("default").unwrap_or(name))?;
        match default {
            Value::Null if !nullable => {}
            Value::Null => attrs.push(evaluator.attr("default", Value::Null)),
            path => {
                let path = match path {
                    Value::List(_) => loc_from_nix(evaluator, path)?,
                    one => {
                        let name = evaluator.symbol(evaluator.force_string(one)?.bytes);
                        &*evaluator.arena.alloc_slice_copy(&[name])
                    }
                };
                let value = evaluator.lazy(move |evaluator| follow(evaluator, packages, path));
                attrs.push(evaluator.attr("default", value));
            }
        }
        mk_option(evaluator, evaluator.attrs_ref(attrs))
    })
}
