//! Types as sets, as Nix code sees them.

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attrs, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;

use crate::modules::Modules;
use crate::modules::definition::{Loc, deeper};
use crate::modules::definition::{definitions_from_nix, loc_from_nix, loc_to_nix};
use crate::modules::library::arguments::taking;
use crate::modules::types::check::check;
use crate::modules::types::custom::V2;
use crate::modules::types::describe::{class, deprecation, describe, name};
use crate::modules::types::functor::{functor, merge_with};
use crate::modules::types::merge::Merge;
use crate::modules::types::meta::{checks_in_merge, refusal_value};
use crate::modules::types::{Kind, TypeRef, sub_modules, submodule, tags, with_sub_modules};

type Part<'a> = (&'static str, Value<'a>);

impl<'a> Modules<'a> {
    /// The set that is this type in Nix.
    pub fn type_value(&'a self, evaluator: &Evaluator<'a>, of: TypeRef<'a>) -> Value<'a> {
        if let Kind::Custom(attrs) = of.kind
            && of.checks.is_empty()
        {
            return Value::Attrs(attrs);
        }
        if let Kind::Later(later) = of.kind {
            if let Some(value) = later.value() {
                return value;
            }
            if let Ok(of) = later.get(evaluator) {
                return self.type_value(evaluator, of);
            }
        }
        if let Some(known) = self.known_set(of) {
            return known;
        }
        let lib = self;
        let text = |text: fn(&Evaluator<'a>, TypeRef<'a>) -> Result<Value<'a>>| {
            evaluator.lazy(move |evaluator| text(evaluator, of))
        };
        let empty = evaluator.lazy(move |evaluator| {
            let empty = Merge::new(evaluator, lib).empty_value(of)?;
            Ok(evaluator.attrs_from(empty.map(|value| ("value", value))))
        });
        let own_modules = evaluator.lazy(move |evaluator| {
            Ok(match sub_modules(evaluator, of)? {
                Some(modules) => evaluator.list_of(modules),
                None => Value::Null,
            })
        });
        let other_modules = evaluator.native("substSubModules", 1, move |evaluator, arguments| {
            let [modules] = take(arguments)?;
            if sub_modules(evaluator, of)?.is_none() {
                return Ok(Value::Null);
            }
            let modules = evaluator.force_list(modules)?;
            let replaced = with_sub_modules(evaluator, lib, of, modules)?;
            Ok(lib.type_value(evaluator, replaced))
        });
        let options = evaluator.native("getSubOptions", 1, move |evaluator, arguments| {
            let [prefix] = take(arguments)?;
            sub_options(evaluator, lib, of, loc_from_nix(evaluator, prefix)?)
        });
        let type_merge = evaluator.native("typeMerge", 1, move |evaluator, arguments| {
            let [other] = take(arguments)?;
            merge_with(evaluator, lib, of, other)
        });
        let [check, merge] = check_and_merge(evaluator, lib, of);
        let attrs = [
            ("_type", evaluator.borrowed_string(b"option-type")),
            (
                "name",
                text(|evaluator, of| Ok(evaluator.string(&*name(evaluator, of)?))),
            ),
            (
                "description",
                text(|evaluator, of| Ok(evaluator.string(describe(evaluator, of)?))),
            ),
            (
                "descriptionClass",
                text(|evaluator, of| {
                    let class = class(evaluator, of)?.name();
                    Ok(class.map_or(Value::Null, |class| evaluator.string(class)))
                }),
            ),
            (
                "deprecationMessage",
                text(|evaluator, of| {
                    let message = deprecation(evaluator, of)?;
                    Ok(message.map_or(Value::Null, |message| evaluator.string(message)))
                }),
            ),
            ("check", check),
            ("merge", merge),
            ("emptyValue", empty),
            ("getSubModules", own_modules),
            ("substSubModules", other_modules),
            ("getSubOptions", options),
            ("typeMerge", type_merge),
            (
                "functor",
                evaluator.lazy(move |evaluator| functor(evaluator, lib, of)),
            ),
            (
                "nestedTypes",
                evaluator.lazy(move |evaluator| nested_types(evaluator, lib, of)),
            ),
        ];
        let attrs = attrs.map(|(name, value)| evaluator.attr(name, value));
        let set = evaluator.attrs_ref(attrs.to_vec());
        self.remember_type(set, of);
        Value::Attrs(set)
    }
}

/// The `check` and the `merge` of a type. Of a type that checks within its merge both are sets that can be called.
fn check_and_merge<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    of: TypeRef<'a>,
) -> [Value<'a>; 2] {
    let is_second = matches!(checks_in_merge(evaluator, of), Ok(true));
    let run_check =
        move |evaluator: &Evaluator<'a>, value| check(evaluator, of, value).map(Value::bool);
    let run_merge = move |evaluator: &Evaluator<'a>, loc, definitions| {
        let loc = loc_from_nix(evaluator, loc)?;
        let definitions = definitions_from_nix(evaluator, definitions)?;
        let definitions = evaluator.arena.alloc_slice_copy(&definitions);
        Merge::new(evaluator, lib).merge(loc, of, definitions)
    };
    if !is_second {
        return [
            evaluator.native("check", 1, move |evaluator, arguments| {
                let [value] = take(arguments)?;
                run_check(evaluator, value)
            }),
            evaluator.native("merge", 2, move |evaluator, arguments| {
                let [loc, definitions] = take(arguments)?;
                run_merge(evaluator, loc, definitions)
            }),
        ];
    }
    let check = evaluator.native("check", 2, move |evaluator, arguments| {
        let [_, value] = take(arguments)?;
        run_check(evaluator, value)
    });
    let merge = evaluator.native("merge", 3, move |evaluator, arguments| {
        let [_, loc, definitions] = take(arguments)?;
        run_merge(evaluator, loc, definitions)
    });
    let second = taking(evaluator, "v2", V2, move |evaluator, given| {
        second_merge(evaluator, lib, of, given)
    });
    [
        evaluator.attrs_from([
            ("__functor", check),
            ("isV2MergeCoherent", Value::bool(true)),
        ]),
        evaluator.attrs_from([("__functor", merge), ("v2", second)]),
    ]
}

/// `merge.v2`: the value, what is wrong with the definitions, and what is known of its parts.
fn second_merge<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    of: TypeRef<'a>,
    given: &'a Attrs<'a>,
) -> Result<Value<'a>> {
    let loc = loc_from_nix(evaluator, given.value(known::LOC).unwrap_or(Value::Null))?;
    let definitions = given.value(known::DEFS).unwrap_or(Value::Null);
    let definitions = definitions_from_nix(evaluator, definitions)?;
    let definitions = &*evaluator.arena.alloc_slice_copy(&definitions);
    let error = evaluator.lazy(move |evaluator| {
        let refusal = Merge::new(evaluator, lib).refusal(loc, of, definitions)?;
        refusal_value(evaluator, refusal)
    });
    let value =
        evaluator.lazy(move |evaluator| Merge::new(evaluator, lib).merge(loc, of, definitions));
    let meta =
        evaluator.lazy(move |evaluator| Merge::new(evaluator, lib).meta(loc, of, definitions));
    Ok(evaluator.attrs_from([("headError", error), ("value", value), ("valueMeta", meta)]))
}

fn nested_types<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    of: TypeRef<'a>,
) -> Result<Value<'a>> {
    let inner = |of| lib.type_value(evaluator, of);
    let nested: &[Part<'a>] = &match of.kind {
        Kind::ListOf(element, _)
        | Kind::AttrsOf { element, .. }
        | Kind::NullOr(element)
        | Kind::FunctionTo(element)
        | Kind::Unique(_, element) => vec![("elemType", inner(element))],
        Kind::AttrListOf(list) => vec![("elemType", inner(list.element))],
        Kind::Either(left, right) => vec![("left", inner(left)), ("right", inner(right))],
        Kind::CoercedTo { from, to, .. } => {
            vec![("coercedType", inner(from)), ("finalType", inner(to))]
        }
        Kind::Submodule(submodule) => match submodule::freeform_type(evaluator, submodule)? {
            Some(free) => vec![("freeformType", inner(free))],
            None => vec![],
        },
        Kind::AttrTag(tags) => return Ok(Value::Attrs(tags)),
        Kind::Later(later) => return nested_types(evaluator, lib, later.get(evaluator)?),
        _ => vec![],
    };
    Ok(evaluator.attrs_from(nested.iter().copied()))
}

/// The options inside a type: of its submodule, if it has one.
pub(crate) fn sub_options<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    of: TypeRef<'a>,
    prefix: Loc<'a>,
) -> Result<Value<'a>> {
    evaluator.check_stack()?;
    let below = |name: &str| deeper(evaluator, prefix, evaluator.symbol(name));
    match of.kind {
        Kind::Submodule(submodule) => submodule::sub_options(evaluator, submodule, prefix),
        Kind::DeferredModule(modules) => {
            let modules = crate::modules::types::Submodule::new(evaluator, lib, modules);
            let modules = evaluator.arena.alloc(modules);
            submodule::sub_options(evaluator, modules, prefix)
        }
        Kind::ListOf(element, _) => sub_options(evaluator, lib, element, below("*")),
        Kind::AttrListOf(list) => sub_options(evaluator, lib, list.element, below("*")),
        Kind::AttrsOf {
            element,
            placeholder,
            ..
        } => {
            let text = format!("<{}>", evaluator.name_text(placeholder));
            sub_options(evaluator, lib, element, below(&text))
        }
        Kind::NullOr(element) | Kind::Unique(_, element) | Kind::CoercedTo { to: element, .. } => {
            sub_options(evaluator, lib, element, prefix)
        }
        Kind::FunctionTo(element) => sub_options(evaluator, lib, element, below("<function body>")),
        Kind::AttrTag(tags) => Ok(tags::sub_options(evaluator, tags, prefix)),
        Kind::Later(later) => sub_options(evaluator, lib, later.get(evaluator)?, prefix),
        Kind::Custom(attrs) => match attrs.value(evaluator.symbol("getSubOptions")) {
            Some(function) => evaluator.call1(function, loc_to_nix(evaluator, prefix)),
            None => Ok(evaluator.attrs(vec![])),
        },
        _ => Ok(evaluator.attrs(vec![])),
    }
}
