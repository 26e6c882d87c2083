//! Short ways to make options and types for the stand-ins' modules.

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attr, Attrs, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;
use nix_lib::modules::Modules;
use nix_lib::modules::types::{Kind, Submodule, TypeRef};
use source::Span;

/// A set from names and values.
pub fn set<'a, const N: usize>(
    evaluator: &Evaluator<'a>,
    attrs: [(&str, Value<'a>); N],
) -> Value<'a> {
    evaluator.attrs_from(attrs)
}

/// A declaration of an option.
pub fn option<'a>(
    evaluator: &Evaluator<'a>,
    modules: &'a Modules<'a>,
    of: TypeRef<'a>,
    default: Option<Value<'a>>,
) -> Value<'a> {
    let mut attrs = vec![
        evaluator.attr("_type", evaluator.borrowed_string(b"option")),
        evaluator.attr("type", modules.type_value(evaluator, of)),
    ];
    attrs.extend(default.map(|value| evaluator.attr("default", value)));
    evaluator.attrs(attrs)
}

/// The type of sets whose names stay even if their values are switched off.
pub fn lazy_attrs_of<'a>(
    evaluator: &Evaluator<'a>,
    modules: &'a Modules<'a>,
    element: TypeRef<'a>,
) -> TypeRef<'a> {
    let kind = Kind::AttrsOf {
        element,
        lazy: true,
        placeholder: known::NAME,
    };
    modules.new_type(evaluator, kind)
}

/// The type of module evaluations that these modules make.
pub fn submodule<'a>(
    evaluator: &Evaluator<'a>,
    modules: &'a Modules<'a>,
    given: &[Value<'a>],
    special_args: Option<&'a Attrs<'a>>,
) -> TypeRef<'a> {
    let submodule = evaluator.arena.alloc(Submodule {
        special_args,
        shorthand_only_config: Some(false),
        ..Submodule::new(evaluator, modules, evaluator.arena.alloc_slice_copy(given))
    });
    modules.new_type(evaluator, Kind::Submodule(submodule))
}

/// A type that takes everything: one definition stays as it is, sets and lists are united, otherwise the last definition counts.
pub fn loose<'a>(evaluator: &Evaluator<'a>, modules: &'a Modules<'a>) -> Result<TypeRef<'a>> {
    let check = evaluator.native("check", 1, |_, _| Ok(Value::bool(true)));
    let merge = evaluator.native("merge", 2, |evaluator, arguments| {
        let [_, definitions] = take(arguments)?;
        let mut values = vec![];
        for definition in evaluator.force_list(definitions)? {
            values.extend(evaluator.force_attrs(*definition)?.value(known::VALUE));
        }
        unite(evaluator, &values)
    });
    let same = evaluator.native("typeMerge", 1, move |evaluator, _| {
        Ok(modules.type_value(evaluator, loose(evaluator, modules)?))
    });
    let name = evaluator.borrowed_string(b"loose");
    let of = set(
        evaluator,
        [
            ("_type", evaluator.borrowed_string(b"option-type")),
            ("name", name),
            ("description", name),
            ("check", check),
            ("merge", merge),
            ("typeMerge", same),
        ],
    );
    modules.type_of(evaluator, of)
}

/// A type for options that nobody here declares: like [`loose`], but where a module was left out, which may have declared them with
/// further attributes, sets are only known as far as they are written.
pub fn undeclared<'a>(evaluator: &Evaluator<'a>, modules: &'a Modules<'a>) -> Result<TypeRef<'a>> {
    let inner = modules.type_value(evaluator, loose(evaluator, modules)?);
    let merge = evaluator.native("merge", 2, move |evaluator, arguments| {
        let merge = evaluator.select(inner, known::MERGE, Span::NONE)?;
        let value = evaluator.call(merge, arguments, Span::NONE)?;
        if modules.skipped().is_empty() {
            return Ok(value);
        }
        veiled(evaluator, value)
    });
    let merge = Attr::unplaced(known::MERGE, merge);
    let own = evaluator.attrs_ref(vec![merge]);
    let inner = evaluator.force_attrs(inner)?;
    modules.type_of(evaluator, Value::Attrs(inner.update(own, evaluator.arena)))
}

/// A set of which only the attributes that are written are known; what stands in them likewise.
fn veiled<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<Value<'a>> {
    const NAME: &str = "an option";
    const BECAUSE: &str = "the module that declares it is not on disk";
    let Value::Attrs(attrs) = evaluator.force(value)? else {
        return Ok(value);
    };
    if !plain(attrs) {
        return Ok(value);
    }
    let known = evaluator.items(attrs).iter().map(|attr| {
        let inner = attr.value;
        Attr {
            value: evaluator.lazy(move |evaluator| veiled(evaluator, inner)),
            ..*attr
        }
    });
    let known = evaluator.attrs_ref(known.collect());
    Ok(evaluator.out_of_reach_but(NAME, BECAUSE, Some(known)))
}

fn unite<'a>(evaluator: &Evaluator<'a>, values: &[Value<'a>]) -> Result<Value<'a>> {
    let [first, rest @ ..] = values else {
        return Ok(Value::Null);
    };
    let mut united = *first;
    for next in rest {
        united = match (evaluator.force(united)?, evaluator.force(*next)?) {
            (Value::OutOfReach(_), known) => known,
            (known, Value::OutOfReach(_)) => known,
            (Value::List(left), Value::List(right)) => {
                evaluator.list(&[left.items, right.items].concat())
            }
            (Value::Attrs(left), Value::Attrs(right)) if plain(left) && plain(right) => {
                unite_sets(evaluator, left, right)
            }
            (_, last) => last,
        };
    }
    evaluator.force(united)
}

fn plain(attrs: &Attrs<'_>) -> bool {
    [known::TYPE_TAG, known::FUNCTOR, known::OUT_PATH]
        .iter()
        .all(|name| attrs.get(*name).is_none())
}

fn unite_sets<'a>(
    evaluator: &Evaluator<'a>,
    left: &'a Attrs<'a>,
    right: &'a Attrs<'a>,
) -> Value<'a> {
    let both = evaluator.items(right).iter().map(|attr| {
        let mut attr = *attr;
        if let Some(other) = left.value(attr.name) {
            let own = attr.value;
            attr.value = evaluator.lazy(move |evaluator| unite(evaluator, &[other, own]));
        }
        attr
    });
    let both = evaluator.attrs_ref(both.collect());
    Value::Attrs(left.update(both, evaluator.arena))
}
