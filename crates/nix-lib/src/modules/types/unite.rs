//! The type of an option that is declared twice: `typeMerge`.
//!
//! As in nixpkgs, a type that is another one with a further check (`ints.positive`, `nonEmptyListOf`, `addCheck`) loses that check: what two
//! of them have in common is the type that they are made of.

use nix_frontend::eval::{Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;

use crate::modules::Modules;
use crate::modules::types::describe::kind_name;
use crate::modules::types::{Kind, Submodule, TypeRef};

/// What both types are together; `None` where they do not go together.
pub fn unite<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    left: TypeRef<'a>,
    right: TypeRef<'a>,
) -> Result<Option<TypeRef<'a>>> {
    let inner = |left, right| unite(evaluator, lib, left, right);
    let kind = match (left.kind, right.kind) {
        (Kind::Custom(attrs), _) => {
            let merge = attrs.value(evaluator.symbol("typeMerge"));
            let other = lib.type_value(evaluator, right);
            let functor =
                evaluator.select(other, evaluator.symbol("functor"), source::Span::NONE)?;
            return match merge {
                None => Ok(None),
                Some(merge) => match evaluator.call1(merge, functor)? {
                    Value::Null => Ok(None),
                    merged => lib.type_of(evaluator, merged).map(Some),
                },
            };
        }
        (_, Kind::Custom(attrs)) => {
            let same_name = match attrs.value(known::NAME) {
                Some(name) => match evaluator.force(name)? {
                    Value::String(name) => name.bytes == kind_name(left).as_bytes(),
                    _ => false,
                },
                None => false,
            };
            return Ok(same_name.then_some(left));
        }
        (Kind::Int(..), Kind::Int(..)) => Kind::Int(i64::MIN, i64::MAX),
        (Kind::StrMatching(one), Kind::StrMatching(other))
        | (Kind::SeparatedString(one), Kind::SeparatedString(other)) => {
            if one != other {
                return Ok(None);
            }
            left.kind
        }
        (
            Kind::Path { in_store, absolute },
            Kind::Path {
                in_store: other_store,
                absolute: other_absolute,
            },
        ) => {
            if in_store != other_store || absolute != other_absolute {
                return Ok(None);
            }
            left.kind
        }
        (Kind::ListOf(one, _), Kind::ListOf(other, _)) => match inner(one, other)? {
            Some(element) => Kind::ListOf(element, false),
            None => return Ok(None),
        },
        (
            Kind::AttrsOf {
                element,
                lazy,
                placeholder,
            },
            Kind::AttrsOf {
                element: other,
                lazy: other_lazy,
                ..
            },
        ) => match inner(element, other)? {
            Some(element) if lazy == other_lazy => Kind::AttrsOf {
                element,
                lazy,
                placeholder,
            },
            _ => return Ok(None),
        },
        (Kind::NullOr(one), Kind::NullOr(other)) => match inner(one, other)? {
            Some(element) => Kind::NullOr(element),
            None => return Ok(None),
        },
        (Kind::FunctionTo(one), Kind::FunctionTo(other)) => match inner(one, other)? {
            Some(element) => Kind::FunctionTo(element),
            None => return Ok(None),
        },
        (Kind::Unique(message, one), Kind::Unique(_, other)) => match inner(one, other)? {
            Some(element) => Kind::Unique(message, element),
            None => return Ok(None),
        },
        (Kind::Either(one, two), Kind::Either(other_one, other_two)) => {
            match (inner(one, other_one)?, inner(two, other_two)?) {
                (Some(one), Some(two)) => Kind::Either(one, two),
                _ => return Ok(None),
            }
        }
        (Kind::Enum(one), Kind::Enum(other)) => {
            let mut values = vec![];
            for value in one.iter().chain(other) {
                let mut is_new = true;
                for known in &values {
                    is_new = is_new && !evaluator.equal(*known, *value)?;
                }
                if is_new {
                    values.push(*value);
                }
            }
            Kind::Enum(evaluator.arena.alloc_slice_copy(&values))
        }
        (Kind::Submodule(one), Kind::Submodule(other)) => {
            Kind::Submodule(both(evaluator, one, other))
        }
        (Kind::DeferredModule(one), Kind::DeferredModule(other)) => {
            Kind::DeferredModule(concat(evaluator, one, other))
        }
        (Kind::CoercedTo { .. }, _) => return Ok(None),
        (one, other) => {
            let same = std::mem::discriminant(&one) == std::mem::discriminant(&other);
            if !same {
                return Ok(None);
            }
            one
        }
    };
    Ok(Some(lib.new_type(evaluator, kind)))
}

fn concat<'a>(
    evaluator: &Evaluator<'a>,
    one: &[Value<'a>],
    other: &[Value<'a>],
) -> &'a [Value<'a>] {
    evaluator.arena.alloc_slice_copy(&[one, other].concat())
}

fn both<'a>(
    evaluator: &Evaluator<'a>,
    one: &Submodule<'a>,
    other: &Submodule<'a>,
) -> &'a Submodule<'a> {
    let special_args = match (one.special_args, other.special_args) {
        (Some(one), Some(other)) => Some(one.update(other, evaluator.arena)),
        (one, other) => one.or(other),
    };
    evaluator.arena.alloc(Submodule {
        modules: concat(evaluator, one.modules, other.modules),
        special_args,
        shorthand_only_config: one.shorthand_only_config.or(other.shorthand_only_config),
        class: one.class.or(other.class),
        description: one.description.or(other.description),
    })
}
