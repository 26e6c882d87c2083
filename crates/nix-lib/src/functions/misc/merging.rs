//! `lib.misc`: sets that are merged attribute by attribute.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Attr, Attrs, Evaluator, Result, Value};
use source::Span;

use crate::functions::formals::{Formals, Given};
use crate::functions::tools::{Text, find, holds, throw, with};

/// The functions of this part.
pub const TABLE: &[Spec] = &[
    Spec::new("mergeAttrByFunc", 2, |evaluator, arguments| {
        let [left, right] = take(arguments)?;
        merge_by_functions(evaluator, left, right)
    }),
    Spec::new("mergeAttrsByFuncDefaults", 1, |evaluator, arguments| {
        let [sets] = take(arguments)?;
        merge_by_defaults(evaluator, sets).map(Value::Attrs)
    }),
    Spec::new(
        "mergeAttrsByFuncDefaultsClean",
        1,
        |evaluator, arguments| {
            let [sets] = take(arguments)?;
            let merged = merge_by_defaults(evaluator, sets)?;
            let functions = evaluator.symbol(FUNCTIONS);
            let kept = evaluator.items(merged).iter();
            let kept = kept.filter(|attr| attr.name != functions).copied();
            Ok(evaluator.attrs(kept.collect()))
        },
    ),
    Spec::new("mergeAttrsConcatenateValues", 2, |evaluator, arguments| {
        let [left, right] = take(arguments)?;
        merge_with(evaluator, left, right, |evaluator, left, right| {
            evaluator.lazy(move |evaluator| {
                let both = [listed(evaluator, left)?, listed(evaluator, right)?];
                Ok(evaluator.list(&both.concat()))
            })
        })
    }),
    Spec {
        formals: NO_OVERRIDE,
        ..Spec::new("mergeAttrsNoOverride", 3, merge_without_override)
    },
    Spec::new("mergeAttrsWithFunc", 3, |evaluator, arguments| {
        let [merge, left, right] = take(arguments)?;
        merge_with(evaluator, left, right, |evaluator, left, right| {
            evaluator.lazy_call(merge, &[left, right], Span::NONE)
        })
    }),
    Spec::new("nvs", 2, |evaluator, arguments| {
        let [name, value] = take(arguments)?;
        let name = evaluator.force_plain_string(name)?;
        Ok(evaluator.attrs_from([(name, value)]))
    }),
    Spec::new("setAttr", 3, |evaluator, arguments| {
        let [attrs, name, value] = take(arguments)?;
        let attrs = evaluator.force_attrs(attrs)?;
        let name = evaluator.force_plain_string(name)?;
        Ok(Value::Attrs(with(evaluator, attrs, [(name, value)])))
    }),
    Spec::new("setAttrMerge", 4, set_attr_merge),
];

/// The attribute that says by which function each attribute is merged.
const FUNCTIONS: &str = "mergeAttrBy";

fn set_attr_merge<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [name, default, attrs, change] = take(arguments)?;
    let attrs = evaluator.force_attrs(attrs)?;
    let name = evaluator.force_plain_string(name)?;
    let former = attrs.value(evaluator.symbol(name)).unwrap_or(default);
    let changed = evaluator.lazy_call(change, &[former], Span::NONE);
    Ok(Value::Attrs(with(evaluator, attrs, [(name, changed)])))
}

/// Both sets. What the right one has is merged with what the left one has, or else with itself.
fn merge_with<'a>(
    evaluator: &Evaluator<'a>,
    left: Value<'a>,
    right: Value<'a>,
    merge: impl Fn(&Evaluator<'a>, Value<'a>, Value<'a>) -> Value<'a>,
) -> Result<Value<'a>> {
    let right = evaluator.force_attrs(right)?;
    let left = evaluator.force_attrs(left)?;
    let merged = evaluator.items(right).iter().map(|attr| {
        let former = left.value(attr.name).unwrap_or(attr.value);
        let value = merge(evaluator, former, attr.value);
        Attr { value, ..*attr }
    });
    let merged = evaluator.attrs_ref(merged.collect());
    Ok(Value::Attrs(left.update(merged, evaluator.arena)))
}

/// A list, or a list of the one value.
fn listed<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<Vec<Value<'a>>> {
    Ok(match evaluator.force(value)? {
        Value::List(list) => list.items.to_vec(),
        one => vec![one],
    })
}

const NO_OVERRIDE: Formals = &[("mergeLists", true), ("overrideSnd", true)];

/// What both sets have must be lists to be joined, or attributes of which the left one counts.
fn merge_without_override<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [given, left, right] = take(arguments)?;
    let given = Given::new(evaluator, "mergeAttrsNoOverride", NO_OVERRIDE, given)?;
    let names = |option: &str, default: &[&'static [u8]]| {
        given.get(option).unwrap_or_else(|| {
            let names = default.iter().map(|name| evaluator.borrowed_string(name));
            evaluator.list(&names.collect::<Vec<_>>())
        })
    };
    let joined = names("mergeLists", &[b"buildInputs", b"propagatedBuildInputs"]);
    let kept = names("overrideSnd", &[b"buildPhase"]);
    let right = evaluator.force_attrs(right)?;
    let left = evaluator.force_attrs(left)?;
    let merged = evaluator.items(right).iter().map(|attr| {
        let Some(former) = left.value(attr.name) else {
            return *attr;
        };
        let (name, new) = (attr.name, attr.value);
        let value = evaluator.lazy(move |evaluator| {
            let name = evaluator.symbol_string(name);
            if holds(evaluator, evaluator.force_list(joined)?, name)? {
                let both = [evaluator.force_list(new)?, evaluator.force_list(former)?];
                return Ok(evaluator.list(&both.concat()));
            }
            if holds(evaluator, evaluator.force_list(kept)?, name)? {
                return evaluator.force(former);
            }
            let name = evaluator.force_string(name)?.text();
            Err(throw(format!(
                "error mergeAttrsNoOverride, attribute {name} given in both attributes - no merge func defined"
            )))
        });
        Attr { value, ..*attr }
    });
    let merged = evaluator.attrs_ref(merged.collect());
    Ok(Value::Attrs(left.update(merged, evaluator.arena)))
}

/// Both sets; attributes that `mergeAttrBy` of either names are merged by the function that it has for them.
fn merge_by_functions<'a>(
    evaluator: &Evaluator<'a>,
    left: Value<'a>,
    right: Value<'a>,
) -> Result<Value<'a>> {
    let left_set = evaluator.force_attrs(left)?;
    let right_set = evaluator.force_attrs(right)?;
    let own = evaluator.native(FUNCTIONS, 2, merge_attrs);
    let mut functions = evaluator.force_attrs(evaluator.attrs_from([(FUNCTIONS, own)]))?;
    for set in [left, right] {
        if let Some(more) = find(evaluator, set, FUNCTIONS)? {
            functions = functions.update(evaluator.force_attrs(more)?, evaluator.arena);
        }
    }
    let merged = evaluator.items(functions).iter().filter_map(|function| {
        let name = function.name;
        let value = match (left_set.value(name), right_set.value(name)) {
            (Some(left), Some(right)) => {
                evaluator.lazy_call(function.value, &[left, right], Span::NONE)
            }
            (one, other) => one.or(other)?,
        };
        Some(Attr { value, ..*function })
    });
    let merged = evaluator.attrs_ref(merged.collect());
    let both = left_set.update(right_set, evaluator.arena);
    Ok(Value::Attrs(both.update(merged, evaluator.arena)))
}

fn merge_by_defaults<'a>(evaluator: &Evaluator<'a>, sets: Value<'a>) -> Result<&'a Attrs<'a>> {
    let functions = merge_attr_by(evaluator);
    let mut merged = evaluator.attrs_from([(FUNCTIONS, functions)]);
    for set in evaluator.force_list(sets)? {
        merged = merge_by_functions(evaluator, merged, *set)?;
    }
    evaluator.force_attrs(merged)
}

const JOINED_LISTS: &[&str] = &[
    "buildInputs",
    "configureFlags",
    "nativeBuildInputs",
    "patches",
    "postAll",
    "prePhases",
    "propagatedBuildInputs",
];

const MERGED_SETS: &[&str] = &["cfg", "flags", "meta", "passthru"];

const JOINED_LINES: &[&str] = &["postInstall", "preConfigure"];

/// By which functions the attributes of packages are merged usually.
pub(super) fn merge_attr_by<'a>(evaluator: &Evaluator<'a>) -> Value<'a> {
    let lists = evaluator.native("concat", 2, |evaluator, arguments| {
        let [left, right] = take(arguments)?;
        let both = [evaluator.force_list(left)?, evaluator.force_list(right)?];
        Ok(evaluator.list(&both.concat()))
    });
    let sets = evaluator.native("mergeAttrs", 2, merge_attrs);
    let lines = evaluator.native("lines", 2, |evaluator, arguments| {
        let [left, right] = take(arguments)?;
        let mut both = Text::new(evaluator);
        both.interpolate(left)?;
        both.push("\n");
        both.interpolate(right)?;
        Ok(both.finish())
    });
    let kinds = [
        (JOINED_LISTS, lists),
        (MERGED_SETS, sets),
        (JOINED_LINES, lines),
    ];
    let kinds = kinds.into_iter();
    let all = kinds.flat_map(|(names, merge)| names.iter().map(move |name| (*name, merge)));
    evaluator.attrs_from(all)
}

fn merge_attrs<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [left, right] = take(arguments)?;
    let left = evaluator.force_attrs(left)?;
    let right = evaluator.force_attrs(right)?;
    Ok(Value::Attrs(left.update(right, evaluator.arena)))
}
