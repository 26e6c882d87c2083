//! `lib.customisation`: packages that can be made anew with other arguments, and sets of packages that know each other.

pub mod call_package;
pub mod derivations;
pub mod scopes;

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Value};
use source::Span;

use crate::functions::formals::{Formals, Given, with_formals};
use crate::functions::tools::{builtin, function, get, interpolated, later, with};
use crate::functions::trivial::{function_args, identity, is_function, with_args};

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec {
        formals: CONSTRUCTOR,
        ..Spec::new("extendMkDerivation", 1, extend_mk_derivation)
    },
    Spec::new("makeOverridable", 1, |evaluator, arguments| {
        let [function] = take(arguments)?;
        overridable(evaluator, function)
    }),
    Spec::new("mapCrossIndex", 1, map_cross_index),
    Spec::new("renameCrossIndexFrom", 2, rename_from),
    Spec::new("renameCrossIndexTo", 2, rename_to),
];

/// A function that says of its arguments what `model` does.
fn mirrored<'a>(
    evaluator: &Evaluator<'a>,
    model: Value<'a>,
    name: &str,
    run: impl Fn(&Evaluator<'a>, Value<'a>) -> Result<Value<'a>> + 'a,
) -> Value<'a> {
    let args = evaluator.lazy(move |evaluator| function_args(evaluator, &[model]));
    with_args(evaluator, function(evaluator, name, run), args)
}

/// A function whose results have `override`: they can be made anew with other arguments.
fn overridable<'a>(evaluator: &Evaluator<'a>, made_by: Value<'a>) -> Result<Value<'a>> {
    let called = mirrored(evaluator, made_by, "overridable", move |evaluator, args| {
        call_overridable(evaluator, made_by, args)
    });
    let Value::Attrs(attrs) = evaluator.force(made_by)? else {
        return Ok(called);
    };
    let mut all = attrs.update(evaluator.force_attrs(called)?, evaluator.arena);
    if let Some(inner) = attrs.value(evaluator.symbol("override")) {
        let outer = function(evaluator, "override", move |evaluator, change| {
            let changed = evaluator.lazy_call(inner, &[change], Span::NONE);
            overridable(evaluator, changed)
        });
        all = with(evaluator, all, [("override", outer)]);
    }
    Ok(Value::Attrs(all))
}

/// An overridable function's result for these arguments.
fn call_overridable<'a>(
    evaluator: &Evaluator<'a>,
    made_by: Value<'a>,
    args: Value<'a>,
) -> Result<Value<'a>> {
    let result = evaluator.call1(made_by, args)?;
    let with_others = mirrored(evaluator, made_by, "override", move |evaluator, change| {
        let changed = evaluator.lazy(move |evaluator| {
            let change = match is_function(evaluator, change)? {
                true => evaluator.call1(change, args)?,
                false => change,
            };
            let args = evaluator.force_attrs(args)?;
            let change = evaluator.force_attrs(change)?;
            Ok(Value::Attrs(args.update(change, evaluator.arena)))
        });
        call_overridable(evaluator, made_by, changed)
    });
    let Value::Attrs(attrs) = result else {
        if !is_function(evaluator, result)? {
            return Ok(result);
        }
        let formals = evaluator.lazy(move |evaluator| function_args(evaluator, &[result]));
        let called = evaluator.force_attrs(with_args(evaluator, result, formals))?;
        let called = with(evaluator, called, [("override", with_others)]);
        return Ok(Value::Attrs(called));
    };
    let derivation = function(evaluator, "overrideDerivation", move |evaluator, change| {
        let changed = mirrored(evaluator, made_by, "overridable", move |evaluator, args| {
            let package = evaluator.lazy_call(made_by, &[args], Span::NONE);
            derivations::overridden(evaluator, package, change)
        });
        call_overridable(evaluator, changed, args)
    });
    let mut more = vec![
        ("override", with_others),
        ("overrideDerivation", derivation),
    ];
    if attrs.get(evaluator.symbol("overrideAttrs")).is_some() {
        let with_attrs = function(evaluator, "overrideAttrs", move |evaluator, change| {
            let changed = mirrored(evaluator, made_by, "overridable", move |evaluator, args| {
                let package = evaluator.call1(made_by, args)?;
                evaluator.call1(get(evaluator, package, "overrideAttrs")?, change)
            });
            call_overridable(evaluator, changed, args)
        });
        more.push(("overrideAttrs", with_attrs));
    }
    Ok(Value::Attrs(with(evaluator, attrs, more)))
}

const CONSTRUCTOR: Formals = &[
    ("constructDrv", false),
    ("excludeDrvArgNames", true),
    ("excludeFunctionArgNames", true),
    ("extendDrvArgs", false),
    ("inheritFunctionArgs", true),
    ("transformDrv", true),
];

/// A constructor of packages on top of another one: it changes the arguments on the way in and the package on the way out.
fn extend_mk_derivation<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [given] = take(arguments)?;
    let given = Given::new(evaluator, "extendMkDerivation", CONSTRUCTOR, given)?;
    let construct = given.required("constructDrv");
    let extend = given.required("extendDrvArgs");
    let none = evaluator.list(&[]);
    let exclude = given.get("excludeDrvArgNames").unwrap_or(none);
    let exclude_formals = given.get("excludeFunctionArgNames").unwrap_or(none);
    let inherits = given.get("inheritFunctionArgs");
    let transform = given.get("transformDrv");
    let transform = transform.unwrap_or_else(|| identity(evaluator));

    let functor = evaluator.native("__functor", 2, move |evaluator, arguments| {
        let [_, args] = take(arguments)?;
        let args = function(evaluator, "extended arguments", move |evaluator, last| {
            let former = evaluator.lazy(move |evaluator| match is_function(evaluator, args)? {
                true => evaluator.call1(args, last),
                false => evaluator.force(args),
            });
            let kept = builtin(evaluator, "removeAttrs", &[former, exclude])?;
            let kept = evaluator.force_attrs(kept)?;
            let more = evaluator.call2(extend, last, former)?;
            let more = evaluator.force_attrs(more)?;
            Ok(Value::Attrs(kept.update(more, evaluator.arena)))
        });
        let package = evaluator.lazy_call(construct, &[args], Span::NONE);
        evaluator.call1(transform, package)
    });
    let formals = evaluator.lazy(move |evaluator| {
        let is_inherited = match inherits {
            Some(inherits) => evaluator.force_bool(inherits)?,
            None => true,
        };
        let extension = evaluator.call1(extend, evaluator.attrs(vec![]))?;
        let mut formals = evaluator.force_attrs(function_args(evaluator, &[extension])?)?;
        if is_inherited {
            let inherited = function_args(evaluator, &[construct])?;
            let inherited = builtin(evaluator, "removeAttrs", &[inherited, exclude])?;
            let inherited = evaluator.force_attrs(inherited)?;
            formals = inherited.update(formals, evaluator.arena);
        }
        builtin(
            evaluator,
            "removeAttrs",
            &[Value::Attrs(formals), exclude_formals],
        )
    });
    Ok(evaluator.attrs_from([
        ("__functor", functor),
        ("__functionArgs", formals),
        ("constructDrv", construct),
        ("excludeDrvArgNames", exclude),
        ("extendDrvArgs", extend),
        ("transformDrv", transform),
    ]))
}

/// The pairs of platforms that packages are for: where they are built and run, and what they make code for.
const CROSS: Formals = &[
    ("buildBuild", false),
    ("buildHost", false),
    ("buildTarget", false),
    ("hostHost", false),
    ("hostTarget", false),
    ("targetTarget", false),
];

fn map_cross_index<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    const NAME: &str = "mapCrossIndex";
    let [function] = take(arguments)?;
    Ok(with_formals(
        evaluator,
        NAME,
        CROSS,
        move |evaluator, index| {
            let given = Given::new(evaluator, NAME, CROSS, index)?;
            let mapped = CROSS.iter().map(|(name, _)| {
                let value = given.required(name);
                (*name, evaluator.lazy_call(function, &[value], Span::NONE))
            });
            Ok(evaluator.attrs_from(mapped))
        },
    ))
}

/// `buildHost` as `BuildHost`, behind a prefix.
fn prefixed(prefix: &[u8], name: &str) -> Vec<u8> {
    let mut prefixed = [prefix, name.as_bytes()].concat();
    if let Some(first) = prefixed.get_mut(prefix.len()) {
        first.make_ascii_uppercase();
    }
    prefixed
}

fn rename_from<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [prefix, index] = take(arguments)?;
    let renamed = CROSS.iter().map(|(name, _)| {
        let value = evaluator.lazy(move |evaluator| {
            let prefix = interpolated(evaluator, prefix)?;
            get(evaluator, index, prefixed(prefix.bytes, name))
        });
        (*name, value)
    });
    Ok(evaluator.attrs_from(renamed))
}

fn rename_to<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [prefix, index] = take(arguments)?;
    let prefix = interpolated(evaluator, prefix)?;
    let renamed = CROSS.iter();
    let renamed =
        renamed.map(|(name, _)| (prefixed(prefix.bytes, name), later(evaluator, index, name)));
    Ok(evaluator.attrs_from(renamed))
}
