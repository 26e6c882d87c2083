//! Types that are made in Nix: `mkOptionType`, and sets that change a type (`type // { … }`).

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attrs, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;
use source::Span;

use crate::functions::formals::Formals;
use crate::functions::tools::says_yes;
use crate::modules::Modules;
use crate::modules::definition::{Definition, Loc};
use crate::modules::definition::{
    definitions_from_nix, definitions_to_nix, loc_from_nix, loc_to_nix,
};
use crate::modules::errors;
use crate::modules::library::arguments::{only, taking};
use crate::modules::types::describe::describe;
use crate::modules::types::meta::{check_of, is_marked, refusal_of, refusal_value};
use crate::modules::types::{Kind, Type, functor, unite};

/// The merge that also checks, if the type has one: `merge.v2`.
pub(crate) fn own_merge<'a>(
    evaluator: &Evaluator<'a>,
    attrs: &'a Attrs<'a>,
) -> Result<Option<Value<'a>>> {
    match attrs.value(known::MERGE) {
        None => Ok(None),
        Some(merge) => match evaluator.force(merge)? {
            Value::Attrs(merge) => Ok(merge.value(known::MERGE_V2)),
            _ => Ok(None),
        },
    }
}

/// What the merge that also checks gives: `value`, `headError` and `valueMeta`.
///
/// Errors: somebody replaced the type's check, which its merge would not heed.
pub(crate) fn second_merge<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    attrs: &'a Attrs<'a>,
    winners: &'a [Definition<'a>],
) -> Result<&'a Attrs<'a>> {
    if !is_marked(evaluator, check_of(attrs), "isV2MergeCoherent")? {
        let of = evaluator.arena.alloc(Type::of(Kind::Custom(attrs)));
        let description = describe(evaluator, of)?;
        return Err(errors::replaced_check(evaluator, loc, &description));
    }
    let merge = own_merge(evaluator, attrs)?.unwrap_or(Value::Null);
    let arguments = evaluator.attrs_from([
        ("loc", loc_to_nix(evaluator, loc)),
        ("defs", definitions_to_nix(evaluator, winners)),
    ]);
    let merged = evaluator.call1(merge, arguments)?;
    evaluator.force_attrs(merged)
}

/// What a merge that also checks is called with.
pub(crate) const V2: Formals = &[("defs", false), ("loc", false)];

/// What the merge of a type's set gives, unchecked.
pub(crate) fn first_merge<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    attrs: &'a Attrs<'a>,
    winners: &'a [Definition<'a>],
) -> Result<Value<'a>> {
    let merge = evaluator.select(Value::Attrs(attrs), known::MERGE, Span::NONE)?;
    let definitions = definitions_to_nix(evaluator, winners);
    evaluator.call2(merge, loc_to_nix(evaluator, loc), definitions)
}

pub(crate) const FORMALS: Formals = &[
    ("name", false),
    ("description", true),
    ("descriptionClass", true),
    ("check", true),
    ("merge", true),
    ("emptyValue", true),
    ("getSubOptions", true),
    ("getSubModules", true),
    ("substSubModules", true),
    ("typeMerge", true),
    ("functor", true),
    ("deprecationMessage", true),
    ("nestedTypes", true),
];

/// `mkOptionType`: what is not given gets nixpkgs' default.
pub(crate) fn mk_option_type<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    given: Value<'a>,
) -> Result<Value<'a>> {
    let given = only(evaluator, "mkOptionType", given, FORMALS)?;
    let name = given.value(known::NAME).unwrap_or(Value::Null);
    let get = |name: &str| given.value(evaluator.symbol(name));
    let always = evaluator.native("check", 1, |_, _| Ok(Value::bool(true)));
    let nothing = evaluator.attrs(vec![]);
    let no_options = evaluator.native("getSubOptions", 1, move |_, _| Ok(nothing));
    let no_modules = evaluator.native("substSubModules", 1, |_, _| Ok(Value::Null));
    let functor = get("functor").unwrap_or_else(|| {
        evaluator.lazy(move |evaluator| functor::default_functor(evaluator, lib, name))
    });
    let type_merge = evaluator.native("typeMerge", 1, move |evaluator, arguments| {
        let [other] = take(arguments)?;
        unite::default_type_merge(evaluator, functor, other)
    });
    let description = match get("description") {
        None => name,
        Some(given) => evaluator.lazy(move |evaluator| match evaluator.force(given)? {
            Value::Null => evaluator.force(name),
            description => Ok(description),
        }),
    };
    let attrs = [
        ("_type", evaluator.borrowed_string(b"option-type")),
        ("name", name),
        ("description", description),
        (
            "descriptionClass",
            get("descriptionClass").unwrap_or(Value::Null),
        ),
        ("check", get("check").unwrap_or(always)),
        (
            "merge",
            get("merge").unwrap_or_else(|| default_merge(evaluator, lib)),
        ),
        ("emptyValue", get("emptyValue").unwrap_or(nothing)),
        ("getSubOptions", get("getSubOptions").unwrap_or(no_options)),
        ("getSubModules", get("getSubModules").unwrap_or(Value::Null)),
        (
            "substSubModules",
            get("substSubModules").unwrap_or(no_modules),
        ),
        ("typeMerge", get("typeMerge").unwrap_or(type_merge)),
        ("functor", functor),
        (
            "deprecationMessage",
            get("deprecationMessage").unwrap_or(Value::Null),
        ),
        ("nestedTypes", get("nestedTypes").unwrap_or(nothing)),
    ];
    let attrs = attrs.map(|(name, value)| evaluator.attr(name, value));
    Ok(evaluator.attrs(attrs.to_vec()))
}

fn default_merge<'a>(evaluator: &Evaluator<'a>, lib: &'a Modules<'a>) -> Value<'a> {
    crate::modules::library::merges::by_kind(
        evaluator,
        lib,
        "mergeDefaultOption",
        Kind::Unspecified,
    )
}

/// `addCheck`: the type with a further check, which its merge heeds.
pub(crate) fn add_check<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    element: Value<'a>,
    further: Value<'a>,
) -> Result<Value<'a>> {
    let of = lib.type_of(evaluator, element)?;
    let Kind::Custom(attrs) = of.kind else {
        let checks = [of.checks, &[further]].concat();
        let checks = evaluator.arena.alloc_slice_copy(&checks);
        let of = evaluator.arena.alloc(Type { checks, ..*of });
        return Ok(lib.type_value(evaluator, of));
    };
    let run = move |evaluator: &Evaluator<'a>, value| {
        let fits = says_yes(evaluator, check_of(attrs), value)?;
        Ok(Value::bool(fits && says_yes(evaluator, further, value)?))
    };
    let mut own = vec![];
    if own_merge(evaluator, attrs)?.is_none() {
        let check = evaluator.native("check", 1, move |evaluator, arguments| {
            let [value] = take(arguments)?;
            run(evaluator, value)
        });
        own.push(evaluator.attr("check", check));
    } else {
        let check = evaluator.native("check", 2, move |evaluator, arguments| {
            let [_, value] = take(arguments)?;
            run(evaluator, value)
        });
        let coherent = Value::bool(true);
        let check = [("__functor", check), ("isV2MergeCoherent", coherent)];
        own.push(evaluator.attr("check", evaluator.attrs_from(check)));
        own.push(evaluator.attr("merge", further_merge(evaluator, attrs, further)));
    }
    let own = evaluator.attrs_ref(own);
    Ok(Value::Attrs(attrs.update(own, evaluator.arena)))
}

/// The merge of a type with a further check.
fn further_merge<'a>(
    evaluator: &Evaluator<'a>,
    attrs: &'a Attrs<'a>,
    further: Value<'a>,
) -> Value<'a> {
    let second = taking(evaluator, "v2", V2, move |evaluator, given| {
        let loc = loc_from_nix(evaluator, given.value(known::LOC).unwrap_or(Value::Null))?;
        let definitions = given.value(known::DEFS).unwrap_or(Value::Null);
        let definitions = definitions_from_nix(evaluator, definitions)?;
        let definitions = &*evaluator.arena.alloc_slice_copy(&definitions);
        let merged = second_merge(evaluator, loc, attrs, definitions)?;
        let error = evaluator.lazy(move |evaluator| {
            let mut refusal = refusal_of(evaluator, merged, definitions)?;
            if refusal.is_none() {
                let mut refused = vec![];
                for definition in definitions {
                    if !says_yes(evaluator, further, definition.value)? {
                        refused.push(*definition);
                    }
                }
                refusal = errors::Refusal::of(refused, true);
            }
            refusal_value(evaluator, refusal)
        });
        let own = evaluator.attrs_ref(vec![evaluator.attr("headError", error)]);
        Ok(Value::Attrs(merged.update(own, evaluator.arena)))
    });
    let first = evaluator.native("merge", 3, move |evaluator, arguments| {
        let [_, loc, definitions] = take(arguments)?;
        let given = evaluator.attrs_from([("loc", loc), ("defs", definitions)]);
        let merged = evaluator.call1(second, given)?;
        evaluator.select(merged, known::VALUE, Span::NONE)
    });
    evaluator.attrs_from([("__functor", first), ("v2", second)])
}
