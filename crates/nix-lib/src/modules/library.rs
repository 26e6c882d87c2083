//! What `lib` offers of the module system: `evalModules`, the markers, `mkOption` and its kin.

pub(crate) mod arguments;
mod documentation;
pub(crate) mod merges;
mod options;
mod renames;

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attrs, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;
use source::{Pos, Span};

use crate::functions::formals::{Formals, with_formals};
use crate::functions::tools::{self, warn};
use crate::modules::Modules;
use crate::modules::collect::Node;
use crate::modules::declare::located;
use crate::modules::definition::loc_from_nix;
use crate::modules::evaluate::{Evaluation, Input, Setup};
use crate::modules::library::arguments::{at_least, only, taking};
use crate::modules::properties::{mk_if, mk_merge, mk_order, mk_override, mk_override_value};

pub(crate) type Function<'a> = fn(&Evaluator<'a>, &[Value<'a>]) -> Result<Value<'a>>;

/// The members of a topic.
pub struct Members<'a> {
    /// All of them.
    pub all: Vec<(&'static str, Value<'a>)>,
    /// Those that are not in `lib` itself.
    pub inner: &'static [&'static str],
}

/// The options that every evaluation declares for itself: `_module`.
pub(crate) fn internal_options<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    is_outermost: bool,
) -> Value<'a> {
    let known = lib.internal_options(is_outermost);
    if let Some(known) = known.get() {
        return known;
    }
    use crate::modules::types::{Kind, TypeRef};
    let of = |kind| lib.new_type(evaluator, kind);
    let option = |of: Option<TypeRef<'a>>, more: Vec<(&str, Value<'a>)>| {
        let mut attrs = vec![evaluator.attr("_type", evaluator.borrowed_string(b"option"))];
        attrs.extend(of.map(|of| evaluator.attr("type", lib.type_value(evaluator, of))));
        attrs.extend(
            more.into_iter()
                .map(|(name, value)| evaluator.attr(name, value)),
        );
        evaluator.attrs(attrs)
    };
    let text = |text: &'static str| ("description", evaluator.borrowed_string(text.as_bytes()));
    let internal = ("internal", Value::bool(true));
    let args = Some(of(Kind::AttrsOf {
        element: of(Kind::Raw),
        lazy: true,
        placeholder: known::NAME,
    }));
    let mut of_args = vec![text(
        "Arguments that module functions get beside `lib`, `config`, `options` and `specialArgs`. Submodules do not inherit them.",
    )];
    of_args.extend((!is_outermost).then_some(internal));
    let check = vec![
        internal,
        ("default", Value::bool(true)),
        text("Whether a definition without an option is an error."),
    ];
    let free = vec![
        internal,
        ("default", Value::Null),
        text("The type that takes the definitions without an option, if there is one."),
    ];
    let special = vec![
        internal,
        ("readOnly", Value::bool(true)),
        text(
            "The arguments that modules get and cannot change, which their imports may depend on.",
        ),
    ];
    let freeform = Some(of(Kind::NullOr(of(Kind::OptionType))));
    let module = evaluator.attrs_from([
        ("args", option(args, of_args)),
        ("check", option(Some(of(Kind::Bool)), check)),
        ("freeformType", option(freeform, free)),
        ("specialArgs", option(None, special)),
    ]);
    let options = evaluator.attrs_from([("_module", module)]);
    known.set(Some(options));
    options
}

const EVAL: Formals = &[
    ("args", true),
    ("check", true),
    ("class", true),
    ("modules", false),
    ("prefix", true),
    ("specialArgs", true),
];

/// `evalModules { modules, specialArgs, prefix, class, … }`
pub fn eval_modules<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    arguments: Value<'a>,
) -> Result<Value<'a>> {
    let arguments = only(evaluator, "evalModules", arguments, EVAL)?;
    let get = |name: &str| arguments.value(evaluator.symbol(name));
    let modules = get("modules").unwrap_or(Value::Null);
    let listed = arguments.get(evaluator.symbol("modules"));
    let listed = listed.map_or(Pos::NONE, |attr| attr.place);
    let mut inputs: Vec<Input<'a>> = evaluator
        .force_list(modules)?
        .iter()
        .map(|module| Input {
            listed,
            ..Input::of(*module)
        })
        .collect();
    let mut old = |name: &'static str, value| {
        let module = evaluator.attrs_from([(name, value)]);
        let config = evaluator.attrs_from([("_module", module)]);
        inputs.push(Input::of(evaluator.attrs_from([("config", config)])));
        warn(
            evaluator,
            format!(
                "The {name} argument to evalModules is deprecated. Please set config._module.{name} instead."
            ),
        )
    };
    if let Some(args) = get("args") {
        old("args", args)?;
    }
    if let Some(check) = get("check") {
        old("check", mk_override(evaluator, 1000, check))?;
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
    let module = evaluator.lazy(move |evaluator| {
        evaluation.checked_config(evaluator)?;
        let config = evaluator.force(evaluation.config())?;
        evaluator.select(config, known::MODULE, Span::NONE)
    });
    let extend = extend_modules(evaluator, evaluation);
    let class = match evaluation.setup.class {
        Some(class) => evaluator.borrowed_string(class),
        None => Value::Null,
    };
    let of = evaluator.lazy(move |evaluator| Ok(evaluation.type_value(evaluator)));
    let graph = evaluator.lazy(move |evaluator| {
        let collected = evaluation.collected(evaluator)?;
        let nodes = collected.nodes.iter();
        let nodes = nodes.filter(|node| node.module.key != crate::modules::evaluate::INTERNAL);
        let nodes = nodes.map(|node| in_graph(evaluator, collected.disabled, node));
        Ok(evaluator.list(&nodes.collect::<Vec<_>>()))
    });
    evaluator.attrs_from([
        ("_type", evaluator.borrowed_string(b"configuration")),
        ("config", config),
        ("options", options),
        ("_module", module),
        ("extendModules", extend),
        ("type", of),
        ("class", class),
        ("graph", graph),
    ])
}

/// A module and what it imports, as `graph` shows it.
fn in_graph<'a>(
    evaluator: &Evaluator<'a>,
    disabled: &'a [&'a [u8]],
    node: &'a Node<'a>,
) -> Value<'a> {
    let imports = evaluator.lazy(move |evaluator| {
        let imports = node.imports.iter();
        let imports = imports.map(|node| in_graph(evaluator, disabled, node));
        Ok(evaluator.list(&imports.collect::<Vec<_>>()))
    });
    let module = &node.module;
    evaluator.attrs_from([
        ("disabled", Value::bool(disabled.contains(&module.key))),
        ("key", evaluator.borrowed_string(module.key)),
        ("file", evaluator.borrowed_string(module.file)),
        ("imports", imports),
    ])
}

/// `extendModules` of an evaluation.
pub(crate) fn extend_modules<'a>(
    evaluator: &Evaluator<'a>,
    evaluation: &'a Evaluation<'a>,
) -> Value<'a> {
    let formals = &[("modules", true), ("prefix", true), ("specialArgs", true)];
    taking(
        evaluator,
        "extendModules",
        formals,
        move |evaluator, given| extended(evaluator, evaluation, given),
    )
}

/// `extendModules { modules, specialArgs, prefix }`
fn extended<'a>(
    evaluator: &Evaluator<'a>,
    evaluation: &'a Evaluation<'a>,
    arguments: &'a Attrs<'a>,
) -> Result<Value<'a>> {
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

/// The members of `lib.modules` that are not in `lib` itself.
const INNER_MODULES: &[&str] = &[
    "defaultOrderPriority",
    "defaultOverridePriority",
    "evalOptionValue",
    "filterOverrides'",
    "importApply",
    "importJSON",
    "importTOML",
    "mapDefinitionValue",
    "mergeAttrDefinitionsWithPrio",
    "mkAliasAndWrapDefsWithPriority",
    "mkAliasIfDef",
];

/// The members of `lib.options` that are not in `lib` itself.
const INNER_OPTIONS: &[&str] = &["literalCode", "renderOptionValue", "showDefs"];

/// `lib.modules`.
pub fn modules_functions<'a>(evaluator: &Evaluator<'a>, lib: &'a Modules<'a>) -> Members<'a> {
    let mut all = markers(evaluator);
    all.extend(loaders(evaluator, lib));
    all.extend(merges::steps(evaluator, lib));
    all.extend(renames::functions(evaluator, lib));
    Members {
        all,
        inner: INNER_MODULES,
    }
}

/// `lib.options`.
pub fn options_functions<'a>(evaluator: &Evaluator<'a>, lib: &'a Modules<'a>) -> Members<'a> {
    let mut all = options::functions(evaluator, lib);
    all.extend(documentation::functions(evaluator));
    all.extend(merges::of_options(evaluator, lib));
    Members {
        all,
        inner: INNER_OPTIONS,
    }
}

fn named<'a>(
    evaluator: &Evaluator<'a>,
    functions: &[(&'static str, usize, Function<'a>)],
) -> Vec<(&'static str, Value<'a>)> {
    let functions = functions.iter();
    let functions =
        functions.map(|(name, arity, run)| (*name, evaluator.native(name, *arity, *run)));
    functions.collect()
}

/// Markers that say something where they are mentioned.
const DEPRECATED: &[(&str, &str)] = &[
    (
        "mkFixStrictness",
        "lib.mkFixStrictness has no effect and will be removed. It returns its argument unmodified, so you can just remove any calls.",
    ),
    (
        "mkAliasIfDef",
        "Usage of 'mkAliasIfDef' has been deprecated. Use 'mkIf option.isDefined' instead.",
    ),
];

/// What marks definitions: `mkIf`, `mkMerge`, `mkOverride`, `mkOrder`, and their kin.
fn markers<'a>(evaluator: &Evaluator<'a>) -> Vec<(&'static str, Value<'a>)> {
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
            let condition = evaluator.lazy(move |evaluator| {
                if evaluator.force_bool(holds)? {
                    return Ok(Value::bool(true));
                }
                let message = tools::interpolated(evaluator, message)?.text();
                Err(tools::throw(format!("\nFailed assertion: {message}")))
            });
            Ok(mk_if(evaluator, Some(condition), content))
        }),
        ("mkFixStrictness", 1, |evaluator, arguments| {
            let [value] = take(arguments)?;
            evaluator.force(value)
        }),
        ("mkAliasIfDef", 2, |evaluator, arguments| {
            let [option, content] = take(arguments)?;
            let defined = evaluator.symbol("isDefined");
            let defined = evaluator.lazy_select(option, defined, Span::NONE);
            Ok(mk_if(evaluator, Some(defined), content))
        }),
    ];
    let mut functions = named(evaluator, plain);
    for (name, function) in &mut functions {
        let message = DEPRECATED.iter().find(|(old, _)| old == name);
        if let Some((_, message)) = message {
            *function = tools::deprecated(evaluator, *message, *function);
        }
    }
    for (name, priority) in [
        ("mkForce", 50),
        ("mkDefault", 1000),
        ("mkOptionDefault", 1500),
        ("mkImageMediaOverride", 60),
        ("mkVMOverride", 10),
    ] {
        let function = evaluator.native(name, 1, move |evaluator, arguments| {
            let [content] = take(arguments)?;
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
    functions.push(("mkDefinition", mk_definition(evaluator)));
    functions.push(("defaultOverridePriority", Value::Int(100)));
    functions.push(("defaultOrderPriority", Value::Int(1000)));
    functions
}

fn mk_definition<'a>(evaluator: &Evaluator<'a>) -> Value<'a> {
    const FORMALS: Formals = &[("file", false), ("value", false)];
    const NAME: &str = "mkDefinition";
    with_formals(evaluator, NAME, FORMALS, |evaluator, given| {
        let given = at_least(evaluator, NAME, given, FORMALS)?;
        let tag = evaluator.borrowed_string(b"definition");
        Ok(Value::Attrs(tools::with(
            evaluator,
            given,
            [("_type", tag)],
        )))
    })
}

/// What loads modules.
fn loaders<'a>(evaluator: &Evaluator<'a>, lib: &'a Modules<'a>) -> Vec<(&'static str, Value<'a>)> {
    let plain: &[(&'static str, usize, Function<'a>)] = &[
        ("setDefaultModuleLocation", 2, |evaluator, arguments| {
            let [file, module] = take(arguments)?;
            let imports = evaluator.list(&[module]);
            Ok(evaluator.attrs_from([("_file", file), ("imports", imports)]))
        }),
        ("importApply", 2, |evaluator, arguments| {
            let [path, given] = take(arguments)?;
            let path = evaluator.coerce_to_path(path)?.bytes;
            let module = evaluator.lazy(move |evaluator| {
                let function = evaluator.import(path)?;
                evaluator.call1(function, given)
            });
            Ok(located(evaluator, path, module))
        }),
    ];
    let mut functions = named(evaluator, plain);
    for name in ["importJSON", "importTOML"] {
        let function = evaluator.native(name, 1, move |evaluator, arguments| {
            let [file] = take(arguments)?;
            let config = evaluator.lazy(move |evaluator| {
                let read = lib.member(evaluator, &["trivial", name])?;
                evaluator.call1(read, file)
            });
            Ok(evaluator.attrs_from([("_file", file), ("config", config)]))
        });
        functions.push((name, function));
    }
    let eval = with_formals(evaluator, "evalModules", EVAL, move |evaluator, given| {
        eval_modules(evaluator, lib, given)
    });
    functions.push(("evalModules", eval));
    let fix = evaluator.native("fixMergeModules", 2, move |evaluator, arguments| {
        let [modules, args] = take(arguments)?;
        let arguments: &[(&str, Value<'a>)] = &[
            ("modules", modules),
            ("args", args),
            ("check", Value::bool(false)),
        ];
        let arguments = evaluator.attrs_from(arguments.iter().copied());
        eval_modules(evaluator, lib, arguments)
    });
    functions.push(("fixMergeModules", fix));
    functions
}

/// The set of a topic, and what of it is in `lib` itself.
pub(crate) fn with_inner<'a>(
    evaluator: &Evaluator<'a>,
    members: &Members<'a>,
) -> (Value<'a>, Vec<(&'static str, Value<'a>)>) {
    let set = evaluator.attrs_from(members.all.iter().copied());
    let in_lib = members.all.iter().copied();
    let in_lib = in_lib.filter(|(name, _)| !members.inner.contains(name));
    (set, in_lib.collect())
}
