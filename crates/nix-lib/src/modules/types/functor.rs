//! What makes a type: its `functor`, with the payload that makes the type again, and how two payloads become one.

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attrs, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;
use source::Span;

use crate::functions::formals::{Formals, with_formals};
use crate::functions::tools::{holds, text, throw};
use crate::modules::Modules;
use crate::modules::library::arguments::at_least;
use crate::modules::types::describe::kind_name;
use crate::modules::types::unite::{default_type_merge, type_merge};
use crate::modules::types::{Kind, TypeRef, tags};

type Both<'a> = (&'a Attrs<'a>, &'a Attrs<'a>);
type BinOp<'a> = fn(&Evaluator<'a>, &'a Modules<'a>, Both<'a>) -> Result<Value<'a>>;

/// `defaultFunctor name`: types of that name are the same.
pub fn default_functor<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    name: Value<'a>,
) -> Result<Value<'a>> {
    let never = evaluator.native("binOp", 2, |_, _| Ok(Value::Null));
    let of = evaluator.lazy(move |evaluator| {
        let name = evaluator.force_string(name)?;
        let types = evaluator.force_attrs(lib.types(evaluator))?;
        match types.value(evaluator.symbol(name.bytes)) {
            Some(of) => evaluator.force(of),
            None => Ok(Value::Null),
        }
    });
    Ok(evaluator.attrs_from([
        ("name", name),
        ("type", of),
        ("payload", Value::Null),
        ("binOp", never),
    ]))
}

/// A type that is made by calling a member of `lib.types`.
#[derive(Clone, Copy)]
enum Maker {
    /// With the payload.
    Payload(&'static str),
    /// With one attribute of the payload.
    Part(&'static str, &'static str),
    /// With one attribute of the payload, which is a formal.
    Named(&'static str, Formals),
}

/// The `functor` of a type. What checks, names and descriptions were added to it is not part of it.
pub fn functor<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    of: TypeRef<'a>,
) -> Result<Value<'a>> {
    let inner = |of| lib.type_value(evaluator, of);
    let element = |name, of| {
        let payload = evaluator.attrs_from([("elemType", inner(of))]);
        let maker = Maker::Part(name, "elemType");
        made(evaluator, lib, name, maker, payload, elements)
    };
    let flag = |flag: Option<bool>| flag.map_or(Value::Null, Value::bool);
    let part = |name, part: &'static str, value, bin_op| {
        let payload = evaluator.attrs_from([(part, value)]);
        made(
            evaluator,
            lib,
            name,
            Maker::Part(name, part),
            payload,
            bin_op,
        )
    };
    Ok(match of.kind {
        Kind::ListOf(of, _) => element("listOf", of),
        Kind::NullOr(of) => element("nullOr", of),
        Kind::FunctionTo(of) => element("functionTo", of),
        Kind::Unique(message, of) => {
            let functor = element("unique", of);
            let make = evaluator.native("unique", 1, move |evaluator, arguments| {
                let [payload] = take(arguments)?;
                let unique = lib.type_named(evaluator, "unique")?;
                let message = message.unwrap_or(evaluator.borrowed_string(b""));
                let message = evaluator.attrs_from([("message", message)]);
                let payload = evaluator.force(payload)?;
                let of = evaluator.select(payload, evaluator.symbol("elemType"), Span::NONE)?;
                evaluator.call2(unique, message, of)
            });
            let own = evaluator.attrs_ref(vec![evaluator.attr("type", make)]);
            Value::Attrs(evaluator.force_attrs(functor)?.update(own, evaluator.arena))
        }
        Kind::AttrsOf {
            element,
            lazy,
            placeholder,
        } => {
            let payload = evaluator.attrs_from([
                ("elemType", inner(element)),
                ("lazy", Value::bool(lazy)),
                ("placeholder", evaluator.symbol_string(placeholder)),
            ]);
            let maker = Maker::Payload("attrsWith");
            made(evaluator, lib, "attrsWith", maker, payload, attributes)
        }
        Kind::Either(left, right) => {
            let both = evaluator.list(&[inner(left), inner(right)]);
            let payload = evaluator.attrs_from([("elemType", both)]);
            made(
                evaluator,
                lib,
                "either",
                Maker::Payload("either"),
                payload,
                elements,
            )
        }
        Kind::Enum(values) => part("enum", "values", values, all_values),
        Kind::StrMatching(pattern) => {
            let pattern = evaluator.borrowed_string(pattern);
            part("strMatching", "pattern", pattern, if_equal)
        }
        Kind::SeparatedString(separator) => {
            let separator = evaluator.borrowed_string(separator);
            part("separatedString", "sep", separator, if_equal)
        }
        Kind::Path { in_store, absolute } => {
            let payload = [("inStore", flag(in_store)), ("absolute", flag(absolute))];
            let payload = evaluator.attrs_from(payload);
            made(
                evaluator,
                lib,
                "path",
                Maker::Payload("pathWith"),
                payload,
                if_equal,
            )
        }
        Kind::DeferredModule(modules) => {
            let payload = evaluator.attrs_from([("staticModules", evaluator.list_of(modules))]);
            let name = "deferredModuleWith";
            made(
                evaluator,
                lib,
                name,
                Maker::Payload(name),
                payload,
                static_modules,
            )
        }
        Kind::Submodule(submodule) => {
            let text = |text: Option<&'a [u8]>| match text {
                Some(text) => evaluator.borrowed_string(text),
                None => Value::Null,
            };
            let special = match submodule.special_args {
                Some(special) => Value::Attrs(special),
                None => evaluator.attrs(vec![]),
            };
            let payload = evaluator.attrs_from([
                ("modules", evaluator.list_of(submodule.modules)),
                ("class", text(submodule.class)),
                ("specialArgs", special),
                (
                    "shorthandOnlyDefinesConfig",
                    submodule
                        .clash
                        .unwrap_or_else(|| flag(submodule.shorthand_only_config)),
                ),
                (
                    "description",
                    submodule
                        .wordless
                        .unwrap_or_else(|| text(submodule.description.map(str::as_bytes))),
                ),
            ]);
            let maker = Maker::Payload("submoduleWith");
            made(evaluator, lib, "submodule", maker, payload, submodules)
        }
        Kind::AttrTag(tags) => {
            let payload = evaluator.attrs_from([("tags", Value::Attrs(tags))]);
            let maker = Maker::Named("attrTag", &[("tags", false)]);
            made(evaluator, lib, "attrTag", maker, payload, tags::of_both)
        }
        Kind::Later(later) => functor(evaluator, lib, later.get(evaluator)?)?,
        Kind::Custom(attrs) => {
            let name = evaluator.symbol("functor");
            evaluator.select(Value::Attrs(attrs), name, Span::NONE)?
        }
        Kind::Int(..) => default_functor(evaluator, lib, evaluator.borrowed_string(b"int"))?,
        kind => {
            let name = evaluator.borrowed_string(kind_name(kind).as_bytes());
            default_functor(evaluator, lib, name)?
        }
    })
}

fn made<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    name: &'static str,
    maker: Maker,
    payload: Value<'a>,
    bin_op: BinOp<'a>,
) -> Value<'a> {
    let make = evaluator.lazy(move |evaluator| match maker {
        Maker::Payload(member) => lib.type_named(evaluator, member),
        Maker::Named(member, formals) => Ok(with_formals(
            evaluator,
            member,
            formals,
            move |evaluator, payload| {
                let payload = Value::Attrs(at_least(evaluator, member, payload, formals)?);
                let mut function = lib.type_named(evaluator, member)?;
                for (name, _) in formals {
                    let part = evaluator.select(payload, evaluator.symbol(name), Span::NONE)?;
                    function = evaluator.call1(function, part)?;
                }
                Ok(function)
            },
        )),
        Maker::Part(member, part) => {
            Ok(evaluator.native(member, 1, move |evaluator, arguments| {
                let [payload] = take(arguments)?;
                let payload = evaluator.force(payload)?;
                let part = evaluator.select(payload, evaluator.symbol(part), Span::NONE)?;
                evaluator.call1(lib.type_named(evaluator, member)?, part)
            }))
        }
    });
    let bin_op = evaluator.native("binOp", 2, move |evaluator, arguments| {
        let [left, right] = take(arguments)?;
        let both = (evaluator.force_attrs(left)?, evaluator.force_attrs(right)?);
        bin_op(evaluator, lib, both)
    });
    evaluator.attrs_from([
        ("name", evaluator.borrowed_string(name.as_bytes())),
        ("type", make),
        ("payload", payload),
        ("binOp", bin_op),
    ])
}

/// `typeMerge` of a type: what it and the type with that functor are together.
pub fn merge_with<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    of: TypeRef<'a>,
    other: Value<'a>,
) -> Result<Value<'a>> {
    match of.kind {
        Kind::CoercedTo { .. } | Kind::AttrListOf(_) => Ok(Value::Null),
        Kind::Either(left, right) => either(evaluator, lib, [left, right], other),
        Kind::Later(later) => merge_with(evaluator, lib, later.get(evaluator)?, other),
        _ => default_type_merge(evaluator, functor(evaluator, lib, of)?, other),
    }
}

fn either<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    sides: [TypeRef<'a>; 2],
    other: Value<'a>,
) -> Result<Value<'a>> {
    let other = evaluator.force(other)?;
    let name = evaluator.select(other, known::NAME, Span::NONE)?;
    if evaluator.force_string(name)?.bytes != b"either" {
        return Ok(Value::Null);
    }
    let payload = evaluator.select(other, evaluator.symbol("payload"), Span::NONE)?;
    let types = evaluator.select(payload, evaluator.symbol("elemType"), Span::NONE)?;
    let mut both = vec![];
    for (own, other) in sides.into_iter().zip(evaluator.force_list(types)?) {
        match type_merge(evaluator, lib.type_value(evaluator, own), *other)? {
            Value::Null => return Ok(Value::Null),
            merged => both.push(merged),
        }
    }
    evaluator.call(lib.type_named(evaluator, "either")?, &both, Span::NONE)
}

fn get<'a>(evaluator: &Evaluator<'a>, payload: &'a Attrs<'a>, name: &str) -> Result<Value<'a>> {
    evaluator.select(Value::Attrs(payload), evaluator.symbol(name), Span::NONE)
}

fn elements<'a>(
    evaluator: &Evaluator<'a>,
    _: &'a Modules<'a>,
    (left, right): Both<'a>,
) -> Result<Value<'a>> {
    let left = get(evaluator, left, "elemType")?;
    let right = get(evaluator, right, "elemType")?;
    Ok(match type_merge(evaluator, left, right)? {
        Value::Null => Value::Null,
        merged => evaluator.attrs_from([("elemType", merged)]),
    })
}

fn attributes<'a>(
    evaluator: &Evaluator<'a>,
    _: &'a Modules<'a>,
    (left, right): Both<'a>,
) -> Result<Value<'a>> {
    let pair = |name: &str| -> Result<(Value<'a>, Value<'a>)> {
        Ok((get(evaluator, left, name)?, get(evaluator, right, name)?))
    };
    let (own, other) = pair("elemType")?;
    let element = type_merge(evaluator, own, other)?;
    let (lazy, other) = pair("lazy")?;
    if matches!(element, Value::Null) || !evaluator.equal(lazy, other)? {
        return Ok(Value::Null);
    }
    let (own, other) = pair("placeholder")?;
    let is_usual =
        |placeholder| -> Result<bool> { Ok(evaluator.force_string(placeholder)?.bytes == b"name") };
    let placeholder = if evaluator.equal(own, other)? || is_usual(other)? {
        own
    } else if is_usual(own)? {
        other
    } else {
        return Ok(Value::Null);
    };
    Ok(evaluator.attrs_from([
        ("elemType", element),
        ("lazy", lazy),
        ("placeholder", placeholder),
    ]))
}

fn all_values<'a>(
    evaluator: &Evaluator<'a>,
    _: &'a Modules<'a>,
    (left, right): Both<'a>,
) -> Result<Value<'a>> {
    let mut values: Vec<Value<'a>> = vec![];
    for payload in [left, right] {
        let more = get(evaluator, payload, "values")?;
        for value in evaluator.force_list(more)? {
            if !holds(evaluator, &values, *value)? {
                values.push(*value);
            }
        }
    }
    Ok(evaluator.attrs_from([("values", evaluator.list(&values))]))
}

fn if_equal<'a>(
    evaluator: &Evaluator<'a>,
    _: &'a Modules<'a>,
    (left, right): Both<'a>,
) -> Result<Value<'a>> {
    let is_equal = evaluator.equal(Value::Attrs(left), Value::Attrs(right))?;
    Ok(if is_equal {
        Value::Attrs(left)
    } else {
        Value::Null
    })
}

fn joined<'a>(evaluator: &Evaluator<'a>, (left, right): Both<'a>, name: &str) -> Result<Value<'a>> {
    let mut items = vec![];
    for payload in [left, right] {
        let more = get(evaluator, payload, name)?;
        items.extend_from_slice(evaluator.force_list(more)?);
    }
    Ok(evaluator.list(&items))
}

fn static_modules<'a>(
    evaluator: &Evaluator<'a>,
    _: &'a Modules<'a>,
    both: Both<'a>,
) -> Result<Value<'a>> {
    let name = "staticModules";
    Ok(evaluator.attrs_from([(name, joined(evaluator, both, name)?)]))
}

fn submodules<'a>(
    evaluator: &Evaluator<'a>,
    _: &'a Modules<'a>,
    both: Both<'a>,
) -> Result<Value<'a>> {
    let agreed = move |name: &'static str, complaint: fn(&str, &str) -> String| {
        evaluator.lazy(move |evaluator| one_of(evaluator, both, name, complaint))
    };
    let modules = evaluator.lazy(move |evaluator| joined(evaluator, both, "modules"));
    let special = evaluator.lazy(move |evaluator| special_args(evaluator, both));
    Ok(evaluator.attrs_from([
        (
            "class",
            agreed("class", |left, right| {
                format!("conflicting class values \"{left}\" and \"{right}\".")
            }),
        ),
        ("modules", modules),
        ("specialArgs", special),
        (
            "shorthandOnlyDefinesConfig",
            agreed("shorthandOnlyDefinesConfig", |_, _| {
                "conflicting shorthandOnlyDefinesConfig values".to_owned()
            }),
        ),
        (
            "description",
            agreed("description", |_, _| "conflicting descriptions".to_owned()),
        ),
    ]))
}

const DECLARED_TWICE: &str = "A submoduleWith option is declared multiple times with";

/// What only one payload says, or both alike.
fn one_of<'a>(
    evaluator: &Evaluator<'a>,
    (left, right): Both<'a>,
    name: &str,
    complaint: fn(&str, &str) -> String,
) -> Result<Value<'a>> {
    let of = |payload: &'a Attrs<'a>| match payload.value(evaluator.symbol(name)) {
        Some(value) => evaluator.force(value),
        None => Ok(Value::Null),
    };
    let (left, right) = (of(left)?, of(right)?);
    match (left, right) {
        (Value::Null, said) | (said, Value::Null) => Ok(said),
        _ if evaluator.equal(left, right)? => Ok(left),
        _ => {
            let (left, right) = (
                text(evaluator, left)?.text(),
                text(evaluator, right)?.text(),
            );
            let complaint = complaint(&left, &right);
            Err(throw(format!("{DECLARED_TWICE} {complaint}")))
        }
    }
}

fn special_args<'a>(evaluator: &Evaluator<'a>, (left, right): Both<'a>) -> Result<Value<'a>> {
    let left = evaluator.force_attrs(get(evaluator, left, "specialArgs")?)?;
    let right = evaluator.force_attrs(get(evaluator, right, "specialArgs")?)?;
    let names = evaluator.ordered(left).iter();
    let names = names.filter(|attr| right.get(attr.name).is_some());
    let names: Vec<String> = names.map(|attr| evaluator.name_text(attr.name)).collect();
    if names.is_empty() {
        return Ok(Value::Attrs(left.update(right, evaluator.arena)));
    }
    let names = names.join(" ");
    Err(throw(format!(
        "{DECLARED_TWICE} the same specialArgs \"{names}\""
    )))
}
