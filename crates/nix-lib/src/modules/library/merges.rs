//! Merging by hand: the merges of options, and the steps of the module system that Nix code may take by itself.

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attr, Attrs, Evaluator, Result, Value};
use nix_frontend::ir::Symbol;
use nix_frontend::ir::symbol::known;
use rustc_hash::FxHashMap;
use source::{Pos, Span};

use crate::functions::tools::{abort, assertion};
use crate::modules::Modules;
use crate::modules::declare::merge_declarations;
use crate::modules::definition::{Definition, Loc, PLAIN, PLAIN_ORDER, deeper};
use crate::modules::definition::{definitions_from_nix, definitions_to_nix, loc_from_nix};
use crate::modules::errors;
use crate::modules::level::Declaration;
use crate::modules::library::{Function, arguments::taking};
use crate::modules::option::OptionInstance;
use crate::modules::properties::{
    Finals, Marker, content, decided, discharge, finals, marker, number, push_down, strongest,
};
use crate::modules::types::Kind;
use crate::modules::types::merge::Merge;
use crate::modules::types::{describe, sub_modules};

type WithModules<'a> = fn(&Evaluator<'a>, &'a Modules<'a>, &[Value<'a>]) -> Result<Value<'a>>;

/// A merge of definitions as a type of that kind does it.
pub(crate) fn by_kind<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    name: &str,
    kind: Kind<'a>,
) -> Value<'a> {
    let of = lib.new_type(evaluator, kind);
    evaluator.native(name, 2, move |evaluator, arguments| {
        let [loc, definitions] = take(arguments)?;
        let loc = loc_from_nix(evaluator, loc)?;
        let definitions = definitions_from_nix(evaluator, definitions)?;
        let definitions = evaluator.arena.alloc_slice_copy(&definitions);
        if definitions.is_empty() {
            return Err(abort("This case should never happen."));
        }
        Merge::new(evaluator, lib).merge(loc, of, definitions)
    })
}

/// The merges of `lib.options`.
pub(crate) fn of_options<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
) -> Vec<(&'static str, Value<'a>)> {
    let by_kind = |name, kind| (name, by_kind(evaluator, lib, name, kind));
    const NAME: &str = "mergeUniqueOption";
    let formals = &[("merge", true), ("message", false)];
    let unique = taking(evaluator, NAME, formals, |evaluator, given| {
        Ok(evaluator.native(NAME, 2, move |evaluator, arguments| {
            let [loc, definitions] = take(arguments)?;
            merge_unique(evaluator, given, loc, definitions)
        }))
    });
    vec![
        by_kind("mergeEqualOption", Kind::Str),
        by_kind("mergeDefaultOption", Kind::Unspecified),
        by_kind("mergeOneOption", Kind::Raw),
        ("mergeUniqueOption", unique),
    ]
}

fn merge_unique<'a>(
    evaluator: &Evaluator<'a>,
    given: &'a Attrs<'a>,
    loc: Value<'a>,
    definitions: Value<'a>,
) -> Result<Value<'a>> {
    let own = definitions_from_nix(evaluator, definitions)?;
    if let [only] = own.as_slice() {
        return match given.value(known::MERGE) {
            Some(merge) => evaluator.call2(merge, loc, definitions),
            None => evaluator.force(only.value),
        };
    }
    if own.is_empty() {
        return Err(assertion("an option that is merged has a definition"));
    }
    let message = given.value(evaluator.symbol("message"));
    let message = evaluator.force_string(message.unwrap_or(Value::Null))?;
    let loc = loc_from_nix(evaluator, loc)?;
    Err(errors::defined_twice(evaluator, loc, &message.text(), &own))
}

/// The steps of the module system.
pub(crate) fn steps<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
) -> Vec<(&'static str, Value<'a>)> {
    let plain: &[(&'static str, usize, Function<'a>)] = &[
        ("dischargeProperties", 1, |evaluator, arguments| {
            let [value] = take(arguments)?;
            let mut found = vec![];
            discharge(evaluator, unplaced(value), &mut found)?;
            Ok(values(evaluator, &found))
        }),
        ("pushDownProperties", 1, |evaluator, arguments| {
            let [value] = take(arguments)?;
            let found = push_down(evaluator, unplaced(value))?;
            Ok(values(evaluator, &found))
        }),
        ("filterOverrides", 1, |evaluator, arguments| {
            let [definitions] = take(arguments)?;
            Ok(filter_overrides(evaluator, definitions)?.0)
        }),
        ("filterOverrides'", 1, |evaluator, arguments| {
            let [definitions] = take(arguments)?;
            let (values, priority) = filter_overrides(evaluator, definitions)?;
            Ok(evaluator.attrs_from([("values", values), ("highestPrio", Value::Int(priority))]))
        }),
        ("sortProperties", 1, |evaluator, arguments| {
            let [definitions] = take(arguments)?;
            sort_properties(evaluator, definitions)
        }),
        ("mapDefinitionValue", 2, |evaluator, arguments| {
            let [function, definition] = take(arguments)?;
            map_value(evaluator, function, definition)
        }),
    ];
    let with_modules: &[(&'static str, usize, WithModules<'a>)] = &[
        ("mergeDefinitions", 3, |evaluator, lib, arguments| {
            let [loc, of, definitions] = take(arguments)?;
            merge_definitions(evaluator, lib, loc, of, definitions)
        }),
        ("mergeOptionDecls", 2, |evaluator, lib, arguments| {
            let [loc, declarations] = take(arguments)?;
            let loc = loc_from_nix(evaluator, loc)?;
            let declarations = declarations_from_nix(evaluator, declarations)?;
            let merged = merge_declarations(evaluator, lib, loc, &declarations)?;
            Ok(Value::Attrs(merged))
        }),
        ("fixupOptionType", 2, |evaluator, lib, arguments| {
            let [_, option] = take(arguments)?;
            fixup_type(evaluator, lib, option)
        }),
        ("evalOptionValue", 3, |evaluator, lib, arguments| {
            let [loc, option, definitions] = take(arguments)?;
            let loc = loc_from_nix(evaluator, loc)?;
            let definitions = definitions_from_nix(evaluator, definitions)?;
            OptionInstance::alone(evaluator, lib, loc, option, &definitions).to_nix(evaluator)
        }),
        (
            "mergeAttrDefinitionsWithPrio",
            1,
            |evaluator, lib, arguments| {
                let [option] = take(arguments)?;
                with_priorities(evaluator, lib, option)
            },
        ),
    ];
    let plain = plain
        .iter()
        .map(|(name, arity, run)| (*name, evaluator.native(name, *arity, *run)));
    let with_modules = with_modules.iter().map(|(name, arity, run)| {
        let run = *run;
        let function = evaluator.native(name, *arity, move |evaluator, arguments| {
            run(evaluator, lib, arguments)
        });
        (*name, function)
    });
    plain.chain(with_modules).collect()
}

fn unplaced(value: Value<'_>) -> Definition<'_> {
    Definition::new(b"<unknown-file>", value, Pos::NONE, 0)
}

fn values<'a>(evaluator: &Evaluator<'a>, definitions: &[Definition<'a>]) -> Value<'a> {
    let values = definitions.iter().map(|each| each.value);
    evaluator.list(&values.collect::<Vec<_>>())
}

/// A definition's set with another value.
fn with<'a>(evaluator: &Evaluator<'a>, definition: &'a Attrs<'a>, own: Vec<Attr<'a>>) -> Value<'a> {
    let own = evaluator.attrs_ref(own);
    Value::Attrs(definition.update(own, evaluator.arena))
}

fn value_of<'a>(evaluator: &Evaluator<'a>, definition: &'a Attrs<'a>) -> Result<Value<'a>> {
    evaluator.select(Value::Attrs(definition), known::VALUE, Span::NONE)
}

fn filter_overrides<'a>(
    evaluator: &Evaluator<'a>,
    definitions: Value<'a>,
) -> Result<(Value<'a>, i64)> {
    let mut found = vec![];
    for definition in evaluator.force_list(definitions)? {
        let attrs = evaluator.force_attrs(*definition)?;
        found.push(match marker(evaluator, value_of(evaluator, attrs)?)? {
            Some((Marker::Override, marked)) => {
                let inner = content(evaluator, marked)?;
                let own = vec![Attr::unplaced(known::VALUE, inner)];
                (with(evaluator, attrs, own), number(evaluator, marked)?)
            }
            _ => (Value::Attrs(attrs), PLAIN),
        });
    }
    let priority = strongest(found.iter().map(|(_, priority)| *priority));
    let kept = found.iter().filter(|(_, own)| *own == priority);
    let kept: Vec<Value<'a>> = kept.map(|(definition, _)| *definition).collect();
    Ok((evaluator.list(&kept), priority))
}

fn sort_properties<'a>(evaluator: &Evaluator<'a>, definitions: Value<'a>) -> Result<Value<'a>> {
    let mut found = vec![];
    for definition in evaluator.force_list(definitions)? {
        let attrs = evaluator.force_attrs(*definition)?;
        found.push(match marker(evaluator, value_of(evaluator, attrs)?)? {
            Some((Marker::Order, marked)) => {
                let order = number(evaluator, marked)?;
                let own = vec![
                    Attr::unplaced(known::VALUE, content(evaluator, marked)?),
                    Attr::unplaced(known::PRIORITY, Value::Int(order)),
                ];
                (with(evaluator, attrs, own), order)
            }
            _ => match attrs.value(known::PRIORITY) {
                Some(order) => (Value::Attrs(attrs), evaluator.force_int(order)?),
                None => (Value::Attrs(attrs), PLAIN_ORDER),
            },
        });
    }
    found.sort_by_key(|(_, order)| *order);
    let sorted: Vec<Value<'a>> = found.iter().map(|(definition, _)| *definition).collect();
    Ok(evaluator.list(&sorted))
}

/// `function` applied to the value inside all markers.
fn map_value<'a>(
    evaluator: &Evaluator<'a>,
    function: Value<'a>,
    definition: Value<'a>,
) -> Result<Value<'a>> {
    let Some((marker, attrs)) = marker(evaluator, definition)? else {
        return evaluator.call1(function, definition);
    };
    let inner = move |name: Symbol, value: Value<'a>| {
        let value = evaluator.lazy(move |evaluator| map_value(evaluator, function, value));
        with(evaluator, attrs, vec![Attr::unplaced(name, value)])
    };
    let part = |name| evaluator.select(Value::Attrs(attrs), name, Span::NONE);
    match marker {
        Marker::Merge => {
            let contents = part(known::CONTENTS)?;
            let contents = evaluator.force_list(contents)?.iter().map(|value| {
                let value = *value;
                evaluator.lazy(move |evaluator| map_value(evaluator, function, value))
            });
            let contents = evaluator.list(&contents.collect::<Vec<_>>());
            let own = vec![Attr::unplaced(known::CONTENTS, contents)];
            Ok(with(evaluator, attrs, own))
        }
        Marker::If | Marker::Override | Marker::Order => {
            let content = attrs.value(known::CONTENT).unwrap_or(Value::Null);
            Ok(inner(known::CONTENT, content))
        }
        Marker::Definition => {
            let value = attrs.value(known::VALUE).unwrap_or(Value::Null);
            Ok(inner(known::VALUE, value))
        }
    }
}

/// What `lib.mergeDefinitions` gives.
fn merge_definitions<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    loc: Value<'a>,
    of: Value<'a>,
    definitions: Value<'a>,
) -> Result<Value<'a>> {
    let loc = loc_from_nix(evaluator, loc)?;
    // Nothing is looked at before it is asked for.
    let known: &'a std::cell::Cell<Option<&'a Finals<'a>>> =
        evaluator.arena.alloc(std::cell::Cell::new(None));
    let finals = move |evaluator: &Evaluator<'a>| -> Result<&'a Finals<'a>> {
        if let Some(known) = known.get() {
            return Ok(known);
        }
        let definitions = definitions_from_nix(evaluator, definitions)?;
        let finals = &*evaluator.arena.alloc(finals(evaluator, &definitions)?);
        known.set(Some(finals));
        Ok(finals)
    };
    let values = evaluator
        .lazy(move |evaluator| Ok(definitions_to_nix(evaluator, finals(evaluator)?.winners)));
    let priority = evaluator.lazy(move |evaluator| {
        let definitions = definitions_from_nix(evaluator, definitions)?;
        Ok(Value::Int(decided(evaluator, &definitions)?.priority))
    });
    let all = evaluator.attrs_from([("values", values), ("highestPrio", priority)]);
    let value = evaluator.lazy(move |evaluator| {
        let merge = Merge::new(evaluator, lib);
        let of = lib.type_of(evaluator, of)?;
        let winners = finals(evaluator)?.winners;
        if winners.is_empty() {
            return match merge.empty_value(of)? {
                Some(value) => evaluator.force(value),
                None => Err(merge.missing(loc, of)),
            };
        }
        merge.checked(loc, of, winners)
    });
    let checked = evaluator.lazy(move |evaluator| {
        let of = lib.type_of(evaluator, of)?;
        let winners = finals(evaluator)?.winners;
        Merge::new(evaluator, lib).checked_and_merged(loc, of, winners, value)
    });
    let defined =
        evaluator.lazy(move |evaluator| Ok(Value::bool(!finals(evaluator)?.winners.is_empty())));
    let optional = evaluator.lazy(move |evaluator| {
        let is_defined = !finals(evaluator)?.winners.is_empty();
        let value = is_defined.then_some(("value", value));
        Ok(evaluator.attrs_from(value))
    });
    Ok(evaluator.attrs_from([
        ("defsFinal'", all),
        ("defsFinal", values),
        ("mergedValue", value),
        ("checkedAndMerged", checked),
        ("isDefined", defined),
        ("optionalValue", optional),
    ]))
}

fn declarations_from_nix<'a>(
    evaluator: &Evaluator<'a>,
    list: Value<'a>,
) -> Result<Vec<Declaration<'a>>> {
    let mut declarations = vec![];
    for item in evaluator.force_list(list)? {
        let attrs = evaluator.force_attrs(*item)?;
        let file = match attrs.value(known::FILE_META) {
            Some(file) => crate::functions::tools::text(evaluator, file)?.bytes,
            None => b"<unknown-file>",
        };
        let options = evaluator.select(Value::Attrs(attrs), known::OPTIONS, Span::NONE)?;
        declarations.push(Declaration {
            file,
            place: attrs
                .get(known::OPTIONS)
                .map_or(Pos::NONE, |attr| attr.place),
            value: options,
        });
    }
    Ok(declarations)
}

/// The option with the modules of its declarations put into its type.
fn fixup_type<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    option: Value<'a>,
) -> Result<Value<'a>> {
    let option = evaluator.force_attrs(option)?;
    let own = match option.value(known::TYPE) {
        None => {
            let of = lib.new_type(evaluator, Kind::Unspecified);
            vec![Attr::unplaced(known::TYPE, lib.type_value(evaluator, of))]
        }
        Some(value) => {
            let of = lib.type_of(evaluator, value)?;
            if sub_modules(evaluator, of)?.is_none() {
                return Ok(Value::Attrs(option));
            }
            let modules = option.value(known::OPTIONS).unwrap_or(Value::Null);
            let substitute = evaluator.symbol("substSubModules");
            let substitute = evaluator.select(evaluator.force(value)?, substitute, Span::NONE)?;
            let of = evaluator.lazy_call(substitute, &[modules], Span::NONE);
            vec![
                Attr::unplaced(known::TYPE, of),
                Attr::unplaced(known::OPTIONS, evaluator.list(&[])),
            ]
        }
    };
    Ok(with(evaluator, option, own))
}

/// The attributes of an option that is a set, each with its value and the priority of its definitions.
fn with_priorities<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    option: Value<'a>,
) -> Result<Value<'a>> {
    let option = evaluator.force(option)?;
    let part = |value, name: &str| evaluator.select(value, evaluator.symbol(name), Span::NONE);
    let loc: Loc<'a> = loc_from_nix(evaluator, part(option, "loc")?)?;
    let of = part(option, "type")?;
    let name = describe::name(evaluator, lib.type_of(evaluator, of)?)?;
    if name != "attrsOf" && name != "lazyAttrsOf" {
        return Err(assertion("the option must be of a type made by `attrsOf`"));
    }
    let element = part(part(of, "nestedTypes")?, "elemType")?;
    let element = lib.type_of(evaluator, element)?;
    let all = part(option, "definitionsWithLocations")?;
    let mut names: FxHashMap<Symbol, Vec<Definition<'a>>> = FxHashMap::default();
    for definition in definitions_from_nix(evaluator, all)? {
        for definition in push_down(evaluator, definition)? {
            let attrs = evaluator.force_attrs(definition.value)?;
            for attr in evaluator.items(attrs) {
                let inner = definition.inner(attr.value, attr.place);
                names.entry(attr.name).or_default().push(inner);
            }
        }
    }
    let attrs = names.into_iter().map(|(name, definitions)| {
        let loc = deeper(evaluator, loc, name);
        let definitions = &*evaluator.arena.alloc_slice_copy(&definitions);
        let value = evaluator
            .lazy(move |evaluator| Merge::new(evaluator, lib).required(loc, element, definitions));
        let priority = evaluator
            .lazy(move |evaluator| Ok(Value::Int(decided(evaluator, definitions)?.priority)));
        let both = evaluator.attrs_from([("value", value), ("highestPrio", priority)]);
        Attr::unplaced(name, both)
    });
    Ok(evaluator.attrs(attrs.collect()))
}
