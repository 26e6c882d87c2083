//! Integers and numbers of `lib.types`.

use nix_frontend::builtins::take;
use nix_frontend::eval::{Evaluator, Result, Value};

use crate::functions::tools::{builtin, throw};
use crate::modules::types::describe::Class;
use crate::modules::types::table::{LEAST, Library, MOST};
use crate::modules::types::{Kind, Type, TypeRef};

fn ranged<'a>(name: &'a str, least: i64, most: i64, description: &'a str) -> Type<'a> {
    Type {
        name: Some(name),
        description: Some(description),
        ..Type::of(Kind::Int(least, most))
    }
}

pub(super) fn integer_types<'a>(library: &mut Library<'a, '_>) {
    library.plain("int", Kind::Int(LEAST, MOST));
    let mut ints = Library {
        attrs: vec![],
        ..*library
    };
    let meaning = |name, least, description| Type {
        class: Some(Class::NonRestrictiveClause),
        ..ranged(name, least, MOST, description)
    };
    let unsigned = meaning("unsignedInt", 0, "unsigned integer, meaning >=0");
    ints.constant("unsigned", unsigned);
    let positive = meaning("positiveInt", 1, "positive integer, meaning >0");
    ints.constant("positive", positive);
    const FIXED: &[(&str, &str, i64, i64, &str)] = &[
        (
            "u8",
            "unsignedInt8",
            0,
            255,
            "8 bit unsigned integer; between 0 and 255 (both inclusive)",
        ),
        (
            "u16",
            "unsignedInt16",
            0,
            65_535,
            "16 bit unsigned integer; between 0 and 65535 (both inclusive)",
        ),
        (
            "u32",
            "unsignedInt32",
            0,
            4_294_967_295,
            "32 bit unsigned integer; between 0 and 4294967295 (both inclusive)",
        ),
        (
            "s8",
            "signedInt8",
            -128,
            127,
            "8 bit signed integer; between -128 and 127 (both inclusive)",
        ),
        (
            "s16",
            "signedInt16",
            -32_768,
            32_767,
            "16 bit signed integer; between -32768 and 32767 (both inclusive)",
        ),
        (
            "s32",
            "signedInt32",
            -2_147_483_648,
            2_147_483_647,
            "32 bit signed integer; between -2147483648 and 2147483647 (both inclusive)",
        ),
    ];
    for (short, name, least, most, description) in FIXED {
        ints.constant(short, ranged(name, *least, *most, description));
        if *short == "u16" {
            library.constant("port", ranged(name, *least, *most, description));
        }
    }
    ints.function("between", |evaluator, _, [least, most]| {
        let (least, most) = (evaluator.force_int(least)?, evaluator.force_int(most)?);
        if least > most {
            return Err(throw("ints.between: lowest must be smaller than highest"));
        }
        let description = format!("integer between {least} and {most} (both inclusive)");
        let description = evaluator.arena.alloc_str(&description);
        Ok(ranged("intBetween", least, most, description))
    });
    let ints = library.evaluator.attrs(ints.attrs);
    library.put("ints", ints);
    let int: TypeRef<'a> = library
        .lib
        .new_type(library.evaluator, Kind::Int(LEAST, MOST));
    let float: TypeRef<'a> = library.lib.new_type(library.evaluator, Kind::Float);
    library.plain("number", Kind::Either(int, float));
    let mut numbers = Library {
        attrs: vec![],
        ..*library
    };
    let bounded = move |name, description, holds: fn(f64) -> bool, evaluator: &Evaluator<'a>| {
        let check = evaluator.native("check", 1, move |evaluator, arguments| {
            let [value] = take(arguments)?;
            Ok(Value::bool(match evaluator.force(value)? {
                Value::Int(number) => holds(number as f64),
                Value::Float(number) => holds(number.get()),
                _ => false,
            }))
        });
        Type {
            kind: Kind::Either(int, float),
            name: Some(name),
            description: Some(description),
            class: Some(Class::NonRestrictiveClause),
            checks: evaluator.arena.alloc_slice_copy(&[check]),
        }
    };
    let evaluator = library.evaluator;
    numbers.constant(
        "nonnegative",
        bounded(
            "numberNonnegative",
            "nonnegative integer or floating point number, meaning >=0",
            |number| number >= 0.0,
            evaluator,
        ),
    );
    numbers.constant(
        "positive",
        bounded(
            "numberPositive",
            "positive integer or floating point number, meaning >0",
            |number| number > 0.0,
            evaluator,
        ),
    );
    numbers.function("between", move |evaluator, _, [least, most]| {
        let check = evaluator.native("check", 1, move |evaluator, arguments| {
            let [value] = take(arguments)?;
            let above = !evaluator.is_less(value, least)?;
            let below = !evaluator.is_less(most, value)?;
            Ok(Value::bool(above && below))
        });
        if evaluator.is_less(most, least)? {
            return Err(throw(
                "numbers.between: lowest must be smaller than highest",
            ));
        }
        let json = |value| -> Result<String> {
            let json = builtin(evaluator, "toJSON", &[value])?;
            Ok(evaluator.force_string(json)?.text())
        };
        let (least, most) = (json(least)?, json(most)?);
        let description =
            format!("integer or floating point number between {least} and {most} (both inclusive)");
        Ok(Type {
            name: Some("numberBetween"),
            description: Some(evaluator.arena.alloc_str(&description)),
            checks: evaluator.arena.alloc_slice_copy(&[check]),
            ..Type::of(Kind::Either(int, float))
        })
    });
    let numbers = evaluator.attrs(numbers.attrs);
    library.put("numbers", numbers);
}
