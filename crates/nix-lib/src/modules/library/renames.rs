//! Modules that keep old options alive: renamed, merged into others, or removed.

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attr, Attrs, EvalError, Evaluator, Result, Value};
use nix_frontend::ir::Symbol;
use nix_frontend::ir::symbol::known;
use source::Span;

use crate::functions::attrsets::update_recursively;
use crate::functions::formals::Formals;
use crate::functions::tools::{abort, builtin, deprecated, text, warn};
use crate::modules::Modules;
use crate::modules::definition::loc_from_nix;
use crate::modules::definition::{Loc, PLAIN, show_loc};
use crate::modules::errors::{as_in_nix, coded};
use crate::modules::library::Function;
use crate::modules::library::arguments::taking;
use crate::modules::properties::{mk_if, mk_merge, mk_override_value};
use crate::modules::shown;
use crate::modules::types::{Kind, Submodule};

/// The functions of this topic.
pub(crate) fn functions<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
) -> Vec<(&'static str, Value<'a>)> {
    let plain: &[(&'static str, usize, Function<'a>)] = &[
        ("mkAliasDefinitions", 1, |evaluator, arguments| {
            let [option] = take(arguments)?;
            alias_definitions(evaluator, option, None)
        }),
        ("mkAliasAndWrapDefinitions", 2, |evaluator, arguments| {
            let [wrap, option] = take(arguments)?;
            alias_definitions(evaluator, option, Some(wrap))
        }),
        (
            "mkAliasAndWrapDefsWithPriority",
            2,
            |evaluator, arguments| {
                let [wrap, option] = take(arguments)?;
                with_priority(evaluator, option, |evaluator, value| {
                    evaluator.lazy_call(wrap, &[value], Span::NONE)
                })
            },
        ),
        ("mkDerivedConfig", 2, |evaluator, arguments| {
            let [option, function] = take(arguments)?;
            let value = evaluator.lazy_select(option, known::VALUE, Span::NONE);
            let content = evaluator.lazy_call(function, &[value], Span::NONE);
            let priority = priority_of(evaluator, option);
            Ok(mk_override_value(evaluator, Some(priority), content))
        }),
        ("mkRemovedOptionModule", 2, |evaluator, arguments| {
            let [path, replacement] = take(arguments)?;
            removed_option(evaluator, path, replacement)
        }),
        ("mkMergedOptionModule", 3, |evaluator, arguments| {
            let [from, to, merge] = take(arguments)?;
            merged_options(evaluator, from, to, merge)
        }),
        ("mkChangedOptionModule", 3, |evaluator, arguments| {
            let [from, to, change] = take(arguments)?;
            merged_options(evaluator, evaluator.list(&[from]), to, change)
        }),
    ];
    let mut functions: Vec<(&'static str, Value<'a>)> = plain
        .iter()
        .map(|(name, arity, run)| (*name, evaluator.native(name, *arity, *run)))
        .collect();
    let mut add =
        |name: &'static str,
         arity,
         run: fn(&Evaluator<'a>, &'a Modules<'a>, &[Value<'a>]) -> Result<Value<'a>>| {
            let function = evaluator.native(name, arity, move |evaluator, arguments| {
                run(evaluator, lib, arguments)
            });
            functions.push((name, function));
        };
    add("mkRenamedOptionModule", 2, |evaluator, lib, arguments| {
        let [from, to] = take(arguments)?;
        let notice = trace_of_use(evaluator, from, to)?;
        let rename = Rename::of(evaluator, from, to, notice)?;
        Ok(rename.module(evaluator, lib))
    });
    let renamed_with = taking(
        evaluator,
        "mkRenamedOptionModuleWith",
        &[("from", false), ("sinceRelease", false), ("to", false)],
        move |evaluator, given| {
            let get = |name: &str| given.value(evaluator.symbol(name)).unwrap_or(Value::Null);
            let supported =
                lib.member(evaluator, &["trivial", "oldestSupportedReleaseIsAtLeast"])?;
            let since = get("sinceRelease");
            let is_old = evaluator.lazy_call(supported, &[since], Span::NONE);
            let rename = Rename::of(evaluator, get("from"), get("to"), UseOf::WarnIf(is_old))?;
            Ok(rename.module(evaluator, lib))
        },
    );
    let alias = evaluator.native("mkAliasOptionModule", 2, move |evaluator, arguments| {
        let [from, to] = take(arguments)?;
        let rename = Rename::of(evaluator, from, to, UseOf::Silent)?;
        let is_alias = Rename {
            visible: Value::bool(true),
            warns: Value::bool(false),
            ..rename
        };
        Ok(is_alias.module(evaluator, lib))
    });
    functions.push(("mkAliasOptionModule", alias));
    let message = "mkAliasOptionModuleMD is deprecated and will be removed in 26.05; please use mkAliasOptionModule.";
    let old = deprecated(evaluator, message, alias);
    functions.push(("mkAliasOptionModuleMD", old));
    functions.push(("mkRenamedOptionModuleWith", renamed_with));
    let rename = taking(evaluator, "doRename", RENAME, move |evaluator, given| {
        do_rename(evaluator, lib, given)
    });
    functions.push(("doRename", rename));
    functions
}

/// `{ a.b = value; }` for the names of a path.
fn at_path<'a>(evaluator: &Evaluator<'a>, path: Loc<'a>, value: Value<'a>) -> Value<'a> {
    path.iter().rev().fold(value, |value, name| {
        evaluator.attrs(vec![Attr::unplaced(*name, value)])
    })
}

fn select<'a>(evaluator: &Evaluator<'a>, value: Value<'a>, name: &str) -> Result<Value<'a>> {
    let value = evaluator.force(value)?;
    evaluator.select(value, evaluator.symbol(name), Span::NONE)
}

fn follow<'a>(evaluator: &Evaluator<'a>, value: Value<'a>, path: &[Symbol]) -> Result<Value<'a>> {
    let mut value = evaluator.force(value)?;
    for name in path {
        value = evaluator.select(value, *name, Span::NONE)?;
    }
    Ok(value)
}

/// The value at a path; none if there is none.
fn find<'a>(
    evaluator: &Evaluator<'a>,
    value: Value<'a>,
    path: &[Symbol],
) -> Result<Option<Value<'a>>> {
    let mut value = evaluator.force(value)?;
    for name in path {
        let Value::Attrs(attrs) = value else {
            return Ok(None);
        };
        match attrs.value(*name) {
            Some(inner) => value = evaluator.force(inner)?,
            None => return Ok(None),
        }
    }
    Ok(Some(value))
}

fn is_defined<'a>(evaluator: &Evaluator<'a>, option: Value<'a>) -> Value<'a> {
    evaluator.lazy_select(option, evaluator.symbol("isDefined"), Span::NONE)
}

/// The definitions of an option as one definition, which is there if they are.
fn alias_definitions<'a>(
    evaluator: &Evaluator<'a>,
    option: Value<'a>,
    wrap: Option<Value<'a>>,
) -> Result<Value<'a>> {
    let defined = is_defined(evaluator, option);
    let definitions = evaluator.lazy_select(option, evaluator.symbol("definitions"), Span::NONE);
    let merged = mk_merge(evaluator, definitions);
    let content = match wrap {
        Some(wrap) => evaluator.lazy_call(wrap, &[merged], Span::NONE),
        None => merged,
    };
    Ok(mk_if(evaluator, Some(defined), content))
}

fn priority_of<'a>(evaluator: &Evaluator<'a>, option: Value<'a>) -> Value<'a> {
    evaluator.lazy(move |evaluator| {
        let option = evaluator.force_attrs(option)?;
        match option.value(evaluator.symbol("highestPrio")) {
            Some(priority) => evaluator.force(priority),
            None => Ok(Value::Int(PLAIN)),
        }
    })
}

/// Like [`alias_definitions`], with the priority that the definitions had.
fn with_priority<'a>(
    evaluator: &Evaluator<'a>,
    option: Value<'a>,
    wrap: impl Fn(&Evaluator<'a>, Value<'a>) -> Value<'a>,
) -> Result<Value<'a>> {
    let priority = priority_of(evaluator, option);
    let definitions = evaluator.lazy(move |evaluator| {
        let definitions = select(evaluator, option, "definitions")?;
        let definitions = evaluator.force_list(definitions)?.iter();
        let definitions =
            definitions.map(|value| mk_override_value(evaluator, Some(priority), *value));
        Ok(evaluator.list(&definitions.collect::<Vec<_>>()))
    });
    let content = wrap(evaluator, mk_merge(evaluator, definitions));
    Ok(mk_if(
        evaluator,
        Some(is_defined(evaluator, option)),
        content,
    ))
}

/// An option that stands for another.
#[derive(Clone, Copy)]
struct Rename<'a> {
    from: Loc<'a>,
    to: Loc<'a>,
    visible: Value<'a>,
    /// Whether definitions of the old name are warned of.
    warns: Value<'a>,
    use_of: UseOf<'a>,
    keeps_priority: Value<'a>,
    condition: Value<'a>,
}

/// What happens when somebody reads the old name.
#[derive(Clone, Copy)]
enum UseOf<'a> {
    Silent,
    /// The text is traced.
    Trace(Value<'a>),
    /// There is a warning if this holds.
    WarnIf(Value<'a>),
    /// The value goes through a function.
    Function(Value<'a>),
}

fn renamed_text<'a>(evaluator: &Evaluator<'a>, from: Loc<'a>, to: Loc<'a>) -> String {
    let (from, to) = (show_loc(evaluator, from), show_loc(evaluator, to));
    format!("Obsolete option `{from}' is used. It was renamed to `{to}'.")
}

fn trace_of_use<'a>(
    evaluator: &Evaluator<'a>,
    from: Value<'a>,
    to: Value<'a>,
) -> Result<UseOf<'a>> {
    let (from, to) = (loc_from_nix(evaluator, from)?, loc_from_nix(evaluator, to)?);
    let said = renamed_text(evaluator, from, to);
    Ok(UseOf::Trace(evaluator.string(said)))
}

impl<'a> Rename<'a> {
    fn of(
        evaluator: &Evaluator<'a>,
        from: Value<'a>,
        to: Value<'a>,
        use_of: UseOf<'a>,
    ) -> Result<Rename<'a>> {
        let warns = match use_of {
            UseOf::WarnIf(is_old) => is_old,
            _ => Value::bool(true),
        };
        Ok(Rename {
            from: loc_from_nix(evaluator, from)?,
            to: loc_from_nix(evaluator, to)?,
            visible: Value::bool(false),
            warns,
            use_of,
            keeps_priority: Value::bool(true),
            condition: Value::bool(true),
        })
    }

    /// The module that declares the old name and hands its definitions on.
    fn module(self, evaluator: &Evaluator<'a>, lib: &'a Modules<'a>) -> Value<'a> {
        let formals = ["config", "options"].map(|name| (evaluator.symbol(name), false));
        let run = move |evaluator: &Evaluator<'a>, arguments: &[Value<'a>]| {
            let [given] = take(arguments)?;
            let given = evaluator.force_attrs(given)?;
            let options = given.value(known::OPTIONS).unwrap_or(Value::Null);
            let config = given.value(known::CONFIG).unwrap_or(Value::Null);
            let declared = at_path(
                evaluator,
                self.from,
                self.option(evaluator, lib, options, config),
            );
            let definitions = mk_if(
                evaluator,
                Some(self.condition),
                evaluator.lazy(move |evaluator| self.definitions(evaluator, options)),
            );
            Ok(evaluator.attrs_from([("options", declared), ("config", definitions)]))
        };
        evaluator.native_with_formals("renamed option", 1, &formals, run)
    }

    fn option(
        self,
        evaluator: &Evaluator<'a>,
        lib: &'a Modules<'a>,
        options: Value<'a>,
        config: Value<'a>,
    ) -> Value<'a> {
        let apply = evaluator.native("apply", 1, move |evaluator, _| {
            let value = evaluator.lazy(move |evaluator| match find(evaluator, config, self.to)? {
                Some(value) => Ok(value),
                None => {
                    let to = show_loc(evaluator, self.to);
                    Err(abort(&format!(
                        "Renaming error: option `{to}' does not exist."
                    )))
                }
            });
            match self.use_of {
                UseOf::Silent => evaluator.force(value),
                UseOf::Trace(text) => builtin(evaluator, "trace", &[text, value]),
                UseOf::Function(function) => evaluator.call1(function, value),
                UseOf::WarnIf(is_old) => {
                    if evaluator.force_bool(is_old)? {
                        warn(evaluator, renamed_text(evaluator, self.from, self.to))?;
                    }
                    evaluator.force(value)
                }
            }
        });
        let of = evaluator.lazy(move |evaluator| {
            let option = find(evaluator, options, self.to)?;
            if let Some(Value::Attrs(option)) = option
                && let Some(of) = option.value(known::TYPE)
            {
                return evaluator.force(of);
            }
            let modules = evaluator.arena.alloc_slice_copy(&[evaluator.attrs(vec![])]);
            let submodule = Submodule::new(evaluator, lib, modules);
            let submodule = evaluator.arena.alloc(submodule);
            let of = lib.new_type(evaluator, Kind::Submodule(submodule));
            Ok(lib.type_value(evaluator, of))
        });
        let to = show_loc(evaluator, self.to);
        evaluator.attrs_from([
            ("_type", evaluator.borrowed_string(b"option")),
            ("visible", self.visible),
            (
                "description",
                evaluator.string(format!("Alias of {{option}}`{to}`.")),
            ),
            ("apply", apply),
            ("type", of),
        ])
    }

    fn definitions(self, evaluator: &Evaluator<'a>, options: Value<'a>) -> Result<Value<'a>> {
        let from = evaluator.lazy(move |evaluator| follow(evaluator, options, self.from));
        let warnings = evaluator.lazy(move |evaluator| self.warnings(evaluator, options, from));
        let to = move |evaluator: &Evaluator<'a>, value| at_path(evaluator, self.to, value);
        let definitions = evaluator.lazy(move |evaluator| {
            if evaluator.force_bool(self.keeps_priority)? {
                return with_priority(evaluator, from, to);
            }
            let all = evaluator.lazy_select(from, evaluator.symbol("definitions"), Span::NONE);
            let content = to(evaluator, mk_merge(evaluator, all));
            Ok(mk_if(evaluator, Some(is_defined(evaluator, from)), content))
        });
        let both = evaluator.list(&[warnings, definitions]);
        Ok(mk_merge(evaluator, both))
    }

    /// `warnings`, where there is such an option.
    fn warnings(
        self,
        evaluator: &Evaluator<'a>,
        options: Value<'a>,
        from: Value<'a>,
    ) -> Result<Value<'a>> {
        let name = evaluator.symbol("warnings");
        if evaluator.force_attrs(options)?.get(name).is_none() {
            return Ok(evaluator.attrs(vec![]));
        }
        let warnings = evaluator.lazy(move |evaluator| {
            let is_needed = evaluator.force_bool(self.warns)?
                && evaluator.force_bool(is_defined(evaluator, from))?;
            if !is_needed {
                return Ok(evaluator.list(&[]));
            }
            let warning = evaluator.lazy(move |evaluator| {
                let files = files_of(evaluator, from)?;
                let (old, new) = (show_loc(evaluator, self.from), show_loc(evaluator, self.to));
                Ok(evaluator.string(format!(
                    "The option `{old}' defined in {files} has been renamed to `{new}'."
                )))
            });
            Ok(evaluator.list(&[warning]))
        });
        Ok(evaluator.attrs(vec![Attr::unplaced(name, warnings)]))
    }
}

/// The files that define an option, as messages show them.
fn files_of<'a>(evaluator: &Evaluator<'a>, option: Value<'a>) -> Result<String> {
    let files = select(evaluator, option, "files")?;
    let mut names = vec![];
    for file in evaluator.force_list(files)? {
        names.push(text(evaluator, *file)?.bytes);
    }
    Ok(shown::files(names))
}

const RENAME: Formals = &[
    ("condition", true),
    ("from", false),
    ("to", false),
    ("use", false),
    ("visible", false),
    ("warn", false),
    ("withPriority", true),
];

fn do_rename<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    given: &'a Attrs<'a>,
) -> Result<Value<'a>> {
    let get = |name: &str| given.value(evaluator.symbol(name));
    let required = |name: &str| get(name).unwrap_or(Value::Null);
    let use_of = UseOf::Function(required("use"));
    let rename = Rename::of(evaluator, required("from"), required("to"), use_of)?;
    let rename = Rename {
        visible: required("visible"),
        warns: required("warn"),
        keeps_priority: get("withPriority").unwrap_or(Value::bool(true)),
        condition: get("condition").unwrap_or(Value::bool(true)),
        ..rename
    };
    Ok(rename.module(evaluator, lib))
}

/// The value of an option that nobody defines, where several become one.
const UNDEFINED: &[u8] = b"_mkMergedOptionModule";

/// A module that declares old options and makes one definition of those that are defined.
fn merged_options<'a>(
    evaluator: &Evaluator<'a>,
    from: Value<'a>,
    to: Value<'a>,
    merge: Value<'a>,
) -> Result<Value<'a>> {
    let mut paths = vec![];
    for path in evaluator.force_list(from)? {
        paths.push(loc_from_nix(evaluator, *path)?);
    }
    let paths = &*evaluator.arena.alloc_slice_copy(&paths);
    let to = loc_from_nix(evaluator, to)?;
    let formals = ["config", "options"].map(|name| (evaluator.symbol(name), false));
    let run = move |evaluator: &Evaluator<'a>, arguments: &[Value<'a>]| {
        let [given] = take(arguments)?;
        let given: &'a Attrs<'a> = evaluator.force_attrs(given)?;
        let config = given.value(known::CONFIG).unwrap_or(Value::Null);
        let options = given.value(known::OPTIONS).unwrap_or(Value::Null);
        let mut declared = evaluator.attrs(vec![]);
        for path in paths {
            let option = evaluator.attrs_from([
                ("_type", evaluator.borrowed_string(b"option")),
                ("visible", Value::bool(false)),
                ("default", evaluator.borrowed_string(UNDEFINED)),
            ]);
            declared = update_recursively(evaluator, declared, at_path(evaluator, path, option))?;
        }
        let is_set = move |evaluator: &Evaluator<'a>, path: Loc<'a>| -> Result<bool> {
            let value = follow(evaluator, config, path)?;
            let undefined = evaluator.borrowed_string(UNDEFINED);
            Ok(!evaluator.equal(value, undefined)?)
        };
        let warnings = evaluator.lazy(move |evaluator| {
            let mut warnings = vec![];
            for path in paths {
                if is_set(evaluator, path)? {
                    let option = follow(evaluator, options, path)?;
                    let files = files_of(evaluator, option)?;
                    let (old, new) = (show_loc(evaluator, path), show_loc(evaluator, to));
                    warnings.push(evaluator.string(format!(
                        "The option `{old}' defined in {files} has been changed to `{new}' that has a different type. Please read `{new}' documentation and update your configuration accordingly."
                    )));
                }
            }
            Ok(evaluator.list(&warnings))
        });
        let definitions = evaluator.lazy(move |evaluator| {
            for path in paths {
                if is_set(evaluator, path)? {
                    let merged = evaluator.lazy_call(merge, &[config], Span::NONE);
                    return Ok(evaluator.list(&[merged]));
                }
            }
            Ok(evaluator.list(&[]))
        });
        let warnings = evaluator.attrs_ref(vec![evaluator.attr("warnings", warnings)]);
        let merged = at_path(evaluator, to, mk_merge(evaluator, definitions));
        let merged = warnings.update(evaluator.force_attrs(merged)?, evaluator.arena);
        Ok(evaluator.attrs_from([("options", declared), ("config", Value::Attrs(merged))]))
    };
    Ok(evaluator.native_with_formals("merged options", 1, &formals, run))
}

/// A module that declares an option whose use is an error.
fn removed_option<'a>(
    evaluator: &Evaluator<'a>,
    path: Value<'a>,
    replacement: Value<'a>,
) -> Result<Value<'a>> {
    let path = loc_from_nix(evaluator, path)?;
    let formals = [(evaluator.symbol("options"), false)];
    let run = move |evaluator: &Evaluator<'a>, arguments: &[Value<'a>]| {
        let [given] = take(arguments)?;
        let given = evaluator.force_attrs(given)?;
        let options = given.value(known::OPTIONS).unwrap_or(Value::Null);
        let apply = evaluator.native("apply", 1, move |evaluator, _| {
            Err(used_removed(evaluator, path, replacement))
        });
        let option = evaluator.attrs_from([
            ("_type", evaluator.borrowed_string(b"option")),
            ("visible", Value::bool(false)),
            ("apply", apply),
        ]);
        let opt = evaluator.lazy(move |evaluator| follow(evaluator, options, path));
        let assertion = evaluator.lazy(move |evaluator| {
            let defined = evaluator.force_bool(is_defined(evaluator, opt))?;
            Ok(Value::bool(!defined))
        });
        let message = evaluator.lazy(move |evaluator| {
            let replacement = text(evaluator, replacement)?.text();
            let (option, files) = (show_loc(evaluator, path), files_of(evaluator, opt)?);
            Ok(evaluator.string(format!(
                "The option definition `{option}' in {files} no longer has any effect; please remove it.\n{replacement}\n"
            )))
        });
        let entry = evaluator.attrs_from([("assertion", assertion), ("message", message)]);
        let config = evaluator.attrs_from([("assertions", evaluator.list(&[entry]))]);
        let options = at_path(evaluator, path, option);
        Ok(evaluator.attrs_from([("options", options), ("config", config)]))
    };
    Ok(evaluator.native_with_formals("removed option", 1, &formals, run))
}

#[cold]
fn used_removed<'a>(
    evaluator: &Evaluator<'a>,
    path: Loc<'a>,
    replacement: Value<'a>,
) -> Box<EvalError> {
    let replacement = match text(evaluator, replacement) {
        Ok(replacement) => replacement.text(),
        Err(error) => return error,
    };
    let option = show_loc(evaluator, path);
    let message = format!("the option `{option}` can no longer be used");
    let in_nix = format!(
        "The option `{option}' can no longer be used since it's been removed. {replacement}"
    );
    as_in_nix(coded("removed-option", message), in_nix).help(replacement)
}
