//! The types of `lib.types` that have types in them.

use nix_frontend::eval::{Evaluator, Value};
use nix_frontend::ir::symbol::known;

use crate::functions::tools::{function, throw};
use crate::modules::library::arguments::taking;
use crate::modules::types::describe::{LOA_OF, describe};
use crate::modules::types::table::Library;
use crate::modules::types::{AttrList, Kind, Type, TypeRef, sub_modules, tags};

pub(super) fn attrs_of<'a>(
    element: TypeRef<'a>,
    lazy: bool,
    evaluator: &Evaluator<'a>,
) -> Kind<'a> {
    Kind::AttrsOf {
        element,
        lazy,
        placeholder: evaluator.symbol("name"),
    }
}

pub(super) fn container_types(library: &mut Library<'_, '_>) {
    library.wrapper("listOf", |element, _| Kind::ListOf(element, false));
    library.wrapper("nonEmptyListOf", |element, _| Kind::ListOf(element, true));
    library.wrapper("attrsOf", |element, evaluator| {
        attrs_of(element, false, evaluator)
    });
    library.wrapper("lazyAttrsOf", |element, evaluator| {
        attrs_of(element, true, evaluator)
    });
    library.wrapper("nullOr", |element, _| Kind::NullOr(element));
    library.wrapper("functionTo", |element, _| Kind::FunctionTo(element));
    library.wrapper("uniq", |element, _| Kind::Unique(None, element));
    library.function("loaOf", |evaluator, lib, [element]| {
        let element = lib.type_later(evaluator, element);
        Ok(Type {
            name: Some(LOA_OF),
            ..Type::of(attrs_of(element, false, evaluator))
        })
    });
    let formals = &[("elemType", false), ("lazy", true), ("placeholder", true)];
    library.taking("attrsWith", formals, |evaluator, lib, options| {
        let element = options.value(evaluator.symbol("elemType"));
        let element = lib.type_later(evaluator, element.unwrap_or(Value::Null));
        let lazy = match options.value(evaluator.symbol("lazy")) {
            Some(lazy) => evaluator.force_bool(lazy)?,
            None => false,
        };
        let placeholder = match options.value(evaluator.symbol("placeholder")) {
            Some(name) => evaluator.symbol(evaluator.force_string(name)?.bytes),
            None => known::NAME,
        };
        Ok(Type::of(Kind::AttrsOf {
            element,
            lazy,
            placeholder,
        }))
    });
    library.function("attrListOf", |evaluator, lib, [element]| {
        let list = AttrList {
            element: lib.type_later(evaluator, element),
            as_attrs: false,
            merge_values: None,
        };
        Ok(Type::of(Kind::AttrListOf(evaluator.arena.alloc(list))))
    });
    let formals = &[
        ("asAttrs", true),
        ("elemType", false),
        ("mergeAttrValues", true),
    ];
    library.taking("attrListWith", formals, |evaluator, lib, options| {
        let get = |name: &str| options.value(evaluator.symbol(name));
        let list = AttrList {
            element: lib.type_later(evaluator, get("elemType").unwrap_or(Value::Null)),
            as_attrs: match get("asAttrs") {
                Some(as_attrs) => evaluator.force_bool(as_attrs)?,
                None => false,
            },
            merge_values: get("mergeAttrValues"),
        };
        Ok(Type::of(Kind::AttrListOf(evaluator.arena.alloc(list))))
    });
    let lib = library.lib;
    let formals = &[("message", false)];
    let unique = taking(
        library.evaluator,
        "unique",
        formals,
        move |evaluator, options| {
            let message = options.value(evaluator.symbol("message"));
            Ok(function(evaluator, "unique", move |evaluator, element| {
                let element = lib.type_later(evaluator, element);
                let of = lib.new_type(evaluator, Kind::Unique(message, element));
                Ok(lib.type_value(evaluator, of))
            }))
        },
    );
    library.put("unique", unique);
    library.function("either", |evaluator, lib, [left, right]| {
        let (left, right) = (
            lib.type_later(evaluator, left),
            lib.type_later(evaluator, right),
        );
        Ok(Type::of(Kind::Either(left, right)))
    });
    library.function("oneOf", |evaluator, lib, [choices]| {
        let mut united: Option<TypeRef<'_>> = None;
        for choice in evaluator.force_list(choices)? {
            united = Some(match united {
                None => lib.type_of(evaluator, *choice)?,
                Some(before) => {
                    let choice = lib.type_later(evaluator, *choice);
                    lib.new_type(evaluator, Kind::Either(before, choice))
                }
            });
        }
        united
            .copied()
            .ok_or_else(|| throw("types.oneOf needs to get at least one type in its argument"))
    });
    library.function("coercedTo", |evaluator, lib, [from, function, to]| {
        let (from, to) = (lib.type_of(evaluator, from)?, lib.type_later(evaluator, to));
        if sub_modules(evaluator, from)?.is_some() {
            let description = describe(evaluator, from)?;
            return Err(throw(format!(
                "coercedTo: coercedType must not have submodules (it’s a {description})"
            )));
        }
        Ok(Type::of(Kind::CoercedTo { from, function, to }))
    });
    library.function("attrTag", |evaluator, _, [given]| {
        let given = evaluator.force_attrs(given)?;
        Ok(Type::of(Kind::AttrTag(tags::tags(evaluator, given))))
    });
}
