//! `lib.gvariant`: typed values of GNOME's settings. Each is a set that writes itself in the text notation of GVariant.

use nix_frontend::builtins::{Spec, take};
use nix_frontend::eval::{Evaluator, Result, Value};

use crate::functions::strings::escapes::escape;
use crate::functions::tools::{
    Text, builtin, find, function, get, interpolated, later, text, throw,
};

/// The functions of this topic.
pub const TABLE: &[Spec] = &[
    Spec::new("isGVariant", 1, |evaluator, arguments| {
        let [value] = take(arguments)?;
        is_variant(evaluator, value).map(Value::bool)
    }),
    Spec::new("mkArray", 1, make_array),
    Spec::new("mkBoolean", 1, |evaluator, arguments| {
        let [value] = take(arguments)?;
        Ok(boolean(evaluator, value))
    }),
    Spec::new("mkDictionaryEntry", 2, make_dictionary_entry),
    Spec::new("mkDouble", 1, |evaluator, arguments| {
        let [value] = take(arguments)?;
        Ok(double(evaluator, value))
    }),
    Spec::new("mkEmptyArray", 1, make_empty_array),
    Spec::new("mkInt16", 1, |evaluator, arguments| {
        integer(evaluator, arguments, b"n")
    }),
    Spec::new("mkInt32", 1, |evaluator, arguments| {
        let [value] = take(arguments)?;
        Ok(variant_of(
            evaluator,
            evaluator.borrowed_string(b"i"),
            value,
            bare,
        ))
    }),
    Spec::new("mkInt64", 1, |evaluator, arguments| {
        integer(evaluator, arguments, b"x")
    }),
    Spec::new("mkJust", 1, |evaluator, arguments| {
        let [value] = take(arguments)?;
        let value = lazy_variant(evaluator, value);
        Ok(maybe(evaluator, later(evaluator, value, "type"), value))
    }),
    Spec::new("mkMaybe", 2, |evaluator, arguments| {
        let [of, value] = take(arguments)?;
        Ok(maybe(evaluator, of, value))
    }),
    Spec::new("mkNothing", 1, |evaluator, arguments| {
        let [of] = take(arguments)?;
        Ok(maybe(evaluator, of, Value::Null))
    }),
    Spec::new("mkObjectpath", 1, make_object_path),
    Spec::new("mkString", 1, |evaluator, arguments| {
        let [value] = take(arguments)?;
        Ok(string(evaluator, value))
    }),
    Spec::new("mkTuple", 1, make_tuple),
    Spec::new("mkUchar", 1, |evaluator, arguments| {
        integer(evaluator, arguments, b"y")
    }),
    Spec::new("mkUint16", 1, |evaluator, arguments| {
        integer(evaluator, arguments, b"q")
    }),
    Spec::new("mkUint32", 1, |evaluator, arguments| {
        integer(evaluator, arguments, b"u")
    }),
    Spec::new("mkUint64", 1, |evaluator, arguments| {
        integer(evaluator, arguments, b"t")
    }),
    Spec::new("mkValue", 1, |evaluator, arguments| {
        let [value] = take(arguments)?;
        variant(evaluator, value)
    }),
    Spec::new("mkVariant", 1, make_variant),
];

/// The values of this topic.
pub fn values<'a>(evaluator: &Evaluator<'a>) -> Vec<(&'static str, Value<'a>)> {
    vec![
        (
            "intConstructors",
            evaluator.lazy(|evaluator| Ok(int_constructors(evaluator))),
        ),
        ("type", evaluator.lazy(|evaluator| Ok(types(evaluator)))),
    ]
}

/// The kinds of integers: the function that makes one, its type, the least and the greatest number as far as Nix can say it.
const INTEGERS: &[(&str, &str, Option<i64>, Option<i64>)] = &[
    ("mkInt32", "i", Some(i32::MIN as i64), Some(i32::MAX as i64)),
    ("mkUint32", "u", Some(0), Some(u32::MAX as i64)),
    ("mkInt64", "x", None, None),
    ("mkUint64", "t", Some(0), None),
    ("mkInt16", "n", Some(i16::MIN as i64), Some(i16::MAX as i64)),
    ("mkUint16", "q", Some(0), Some(u16::MAX as i64)),
    ("mkUchar", "y", Some(0), Some(u8::MAX as i64)),
];

fn int_constructors<'a>(evaluator: &Evaluator<'a>) -> Value<'a> {
    let bound = |bound: Option<i64>| bound.map_or(Value::Null, Value::Int);
    let constructors = INTEGERS.iter().map(|(name, kind, least, greatest)| {
        evaluator.attrs_from([
            ("name", evaluator.borrowed_string(name.as_bytes())),
            ("type", evaluator.borrowed_string(kind.as_bytes())),
            ("min", bound(*least)),
            ("max", bound(*greatest)),
        ])
    });
    evaluator.list(&constructors.collect::<Vec<_>>())
}

const PLAIN_TYPES: &[(&str, &str)] = &[
    ("boolean", "b"),
    ("double", "d"),
    ("int16", "n"),
    ("int32", "i"),
    ("int64", "x"),
    ("string", "s"),
    ("uchar", "y"),
    ("uint16", "q"),
    ("uint32", "u"),
    ("uint64", "t"),
    ("variant", "v"),
];

/// The types by name, and what makes types of others.
fn types<'a>(evaluator: &Evaluator<'a>) -> Value<'a> {
    let plain = PLAIN_TYPES.iter();
    let plain = plain.map(|(name, kind)| (*name, evaluator.borrowed_string(kind.as_bytes())));
    let of = |name: &str, before: &'static str| {
        function(evaluator, name, move |evaluator, of| {
            around(evaluator, before, &[of], "")
        })
    };
    let tuple = function(evaluator, "tupleOf", |evaluator, types| {
        around(evaluator, "(", evaluator.force_list(types)?, ")")
    });
    let entry = evaluator.native("dictionaryEntryOf", 2, |evaluator, types| {
        around(evaluator, "{", types, "}")
    });
    let made = [
        ("arrayOf", of("arrayOf", "a")),
        ("maybeOf", of("maybeOf", "m")),
        ("tupleOf", tuple),
        ("dictionaryEntryOf", entry),
    ];
    evaluator.attrs_from(plain.chain(made))
}

/// These strings, with text before and behind.
fn around<'a>(
    evaluator: &Evaluator<'a>,
    before: &str,
    strings: &[Value<'a>],
    behind: &str,
) -> Result<Value<'a>> {
    let mut text = Text::new(evaluator);
    text.push(before);
    for string in strings {
        text.interpolate(*string)?;
    }
    text.push(behind);
    Ok(text.finish())
}

/// `toString self.value`
fn own_value<'a>(evaluator: &Evaluator<'a>, own: Value<'a>, into: &mut Text<'_, 'a>) -> Result<()> {
    into.push_string(text(evaluator, get(evaluator, own, "value")?)?);
    Ok(())
}

fn own_type<'a>(evaluator: &Evaluator<'a>, own: Value<'a>, into: &mut Text<'_, 'a>) -> Result<()> {
    into.push("@");
    into.interpolate(get(evaluator, own, "type")?)
}

/// How a value writes itself.
type Write = for<'a, 'e> fn(&'e Evaluator<'a>, Value<'a>, &mut Text<'e, 'a>) -> Result<()>;

/// A value of a type.
fn variant_of<'a>(
    evaluator: &Evaluator<'a>,
    kind: Value<'a>,
    value: Value<'a>,
    write: Write,
) -> Value<'a> {
    let to_string = function(evaluator, "__toString", move |evaluator, own| {
        let mut written = Text::new(evaluator);
        write(evaluator, own, &mut written)?;
        Ok(written.finish())
    });
    evaluator.attrs_from([
        ("_type", evaluator.borrowed_string(b"gvariant")),
        ("type", kind),
        ("value", value),
        ("__toString", to_string),
    ])
}

fn bare<'a>(evaluator: &Evaluator<'a>, own: Value<'a>, into: &mut Text<'_, 'a>) -> Result<()> {
    own_value(evaluator, own, into)
}

fn integer<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
    kind: &'static [u8],
) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    let kind = evaluator.borrowed_string(kind);
    Ok(variant_of(
        evaluator,
        kind,
        value,
        |evaluator, own, into| {
            own_type(evaluator, own, into)?;
            into.push(" ");
            own_value(evaluator, own, into)
        },
    ))
}

fn boolean<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Value<'a> {
    let kind = evaluator.borrowed_string(b"b");
    variant_of(evaluator, kind, value, |evaluator, own, into| {
        let value = evaluator.force_bool(get(evaluator, own, "value")?)?;
        into.push(value.to_string());
        Ok(())
    })
}

fn double<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Value<'a> {
    variant_of(evaluator, evaluator.borrowed_string(b"d"), value, bare)
}

/// The value of a string, with a backslash before each of these.
fn escaped<'a>(
    evaluator: &Evaluator<'a>,
    own: Value<'a>,
    special: &[&'static [u8]],
) -> Result<Value<'a>> {
    let special = special.iter().map(|text| evaluator.borrowed_string(text));
    let special = evaluator.list(&special.collect::<Vec<_>>());
    escape(evaluator, &[special, later(evaluator, own, "value")])
}

fn string<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Value<'a> {
    let kind = evaluator.borrowed_string(b"s");
    variant_of(evaluator, kind, value, |evaluator, own, into| {
        let text = escaped(evaluator, own, &[b"'", b"\\"])?;
        let [newline, shown] =
            [&b"\n"[..], b"\\n"].map(|text| evaluator.list(&[evaluator.borrowed_string(text)]));
        into.push("'");
        into.interpolate(builtin(
            evaluator,
            "replaceStrings",
            &[newline, shown, text],
        )?)?;
        into.push("'");
        Ok(())
    })
}

fn make_object_path<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    let kind = evaluator.borrowed_string(b"s");
    Ok(variant_of(
        evaluator,
        kind,
        value,
        |evaluator, own, into| {
            into.push("objectpath '");
            into.interpolate(escaped(evaluator, own, &[b"'"])?)?;
            into.push("'");
            Ok(())
        },
    ))
}

fn is_variant<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<bool> {
    match find(evaluator, value, "_type")? {
        Some(tag) => evaluator.equal(tag, evaluator.borrowed_string(b"gvariant")),
        None => Ok(false),
    }
}

/// The value with the type that it obviously has. Throws: there is none, or several.
pub(crate) fn variant<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<Value<'a>> {
    let value = evaluator.force(value)?;
    match value {
        Value::Bool(_) => Ok(boolean(evaluator, value)),
        Value::Float(_) => Ok(double(evaluator, value)),
        Value::String(_) => Ok(string(evaluator, value)),
        Value::List(_) => make_array(evaluator, &[value]),
        Value::Int(number) => Err(throw(unclear(number))),
        _ if is_variant(evaluator, value)? => Ok(value),
        Value::Attrs(_) => Err(throw(
            "Cannot construct GVariant value from an attribute set. If you want to construct a dictionary, you will need to create an array containing items constructed with `lib.gvariant.mkDictionaryEntry`.",
        )),
        other => {
            let kind = other.type_name().unwrap_or_default();
            Err(throw(format!(
                "The GVariant type of “{kind}” can't be inferred."
            )))
        }
    }
}

fn unclear(number: i64) -> String {
    let fits = |least: Option<i64>, greatest: Option<i64>| {
        least.is_none_or(|least| least <= number)
            && greatest.is_none_or(|greatest| number <= greatest)
    };
    let ways = INTEGERS
        .iter()
        .filter(|(.., least, greatest)| fits(*least, *greatest));
    let ways = ways.map(|(name, kind, ..)| format!("- `lib.gvariant.{name}` for `{kind}`"));
    let ways = ways.collect::<Vec<_>>().join("\n");
    format!(
        "The GVariant type for number “{number}” is unclear.\nPlease wrap the value with one of the following, depending on the value type in GSettings schema:\n\n{ways}\n"
    )
}

fn lazy_variant<'a>(evaluator: &Evaluator<'a>, value: Value<'a>) -> Value<'a> {
    evaluator.lazy(move |evaluator| variant(evaluator, value))
}

fn variants<'a>(evaluator: &Evaluator<'a>, list: Value<'a>) -> Result<Vec<Value<'a>>> {
    let items = evaluator.force_list(list)?.iter();
    Ok(items.map(|item| lazy_variant(evaluator, *item)).collect())
}

/// The elements of a value, with commas between them.
fn elements<'a>(evaluator: &Evaluator<'a>, own: Value<'a>, into: &mut Text<'_, 'a>) -> Result<()> {
    let items = evaluator.force_list(get(evaluator, own, "value")?)?;
    for (at, item) in items.iter().enumerate() {
        into.push(if at > 0 { "," } else { "" });
        into.push_string(text(evaluator, *item)?);
    }
    Ok(())
}

fn make_array<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list] = take(arguments)?;
    let items = evaluator.lazy(move |evaluator| {
        let items = variants(evaluator, list)?;
        if items.is_empty() {
            return Err(throw("Please create empty array with mkEmptyArray."));
        }
        Ok(evaluator.list(&items))
    });
    let kind = evaluator.lazy(move |evaluator| {
        let mut kinds = vec![];
        for item in evaluator.force_list(items)? {
            kinds.push(get(evaluator, *item, "type")?);
        }
        let first = kinds.first().copied().unwrap_or(Value::Null);
        for kind in kinds {
            if !evaluator.equal(first, kind)? {
                return Err(throw("Elements in a list should have same type."));
            }
        }
        around(evaluator, "a", &[first], "")
    });
    Ok(variant_of(
        evaluator,
        kind,
        items,
        |evaluator, own, into| {
            own_type(evaluator, own, into)?;
            into.push(" [");
            elements(evaluator, own, into)?;
            into.push("]");
            Ok(())
        },
    ))
}

fn make_empty_array<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [of] = take(arguments)?;
    let kind = evaluator.lazy(move |evaluator| around(evaluator, "a", &[of], ""));
    let nothing = evaluator.list(&[]);
    Ok(variant_of(
        evaluator,
        kind,
        nothing,
        |evaluator, own, into| {
            own_type(evaluator, own, into)?;
            into.push(" []");
            Ok(())
        },
    ))
}

fn make_variant<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [value] = take(arguments)?;
    let value = lazy_variant(evaluator, value);
    let kind = evaluator.borrowed_string(b"v");
    Ok(variant_of(
        evaluator,
        kind,
        value,
        |evaluator, own, into| {
            into.push("<");
            own_value(evaluator, own, into)?;
            into.push(">");
            Ok(())
        },
    ))
}

fn make_dictionary_entry<'a>(
    evaluator: &Evaluator<'a>,
    arguments: &[Value<'a>],
) -> Result<Value<'a>> {
    let [name, value] = take(arguments)?;
    let parts = [name, value].map(|part| lazy_variant(evaluator, part));
    let kind = evaluator.lazy(move |evaluator| {
        let types = parts.map(|part| later(evaluator, part, "type"));
        around(evaluator, "{", &types, "}")
    });
    let plain = evaluator.attrs_from([("name", name), ("value", value)]);
    let entry = variant_of(evaluator, kind, plain, bare);
    let to_string = function(evaluator, "__toString", move |evaluator, own| {
        let [name, value] = parts;
        let mut written = Text::new(evaluator);
        own_type(evaluator, own, &mut written)?;
        written.push(" {");
        written.push_string(interpolated(evaluator, name)?);
        written.push(",");
        written.push_string(interpolated(evaluator, value)?);
        written.push("}");
        Ok(written.finish())
    });
    let entry = evaluator.force_attrs(entry)?;
    let entry = super::tools::with(evaluator, entry, [("__toString", to_string)]);
    Ok(Value::Attrs(entry))
}

fn maybe<'a>(evaluator: &Evaluator<'a>, of: Value<'a>, value: Value<'a>) -> Value<'a> {
    let kind = evaluator.lazy(move |evaluator| around(evaluator, "m", &[of], ""));
    variant_of(evaluator, kind, value, |evaluator, own, into| {
        if let Value::Null = get(evaluator, own, "value")? {
            own_type(evaluator, own, into)?;
            into.push(" nothing");
            return Ok(());
        }
        into.push("just ");
        own_value(evaluator, own, into)
    })
}

fn make_tuple<'a>(evaluator: &Evaluator<'a>, arguments: &[Value<'a>]) -> Result<Value<'a>> {
    let [list] = take(arguments)?;
    let items = evaluator.lazy(move |evaluator| {
        let items = variants(evaluator, list)?;
        Ok(evaluator.list(&items))
    });
    let kind = evaluator.lazy(move |evaluator| {
        let items = evaluator.force_list(items)?.iter();
        let types: Vec<Value<'a>> = items.map(|item| later(evaluator, *item, "type")).collect();
        around(evaluator, "(", &types, ")")
    });
    Ok(variant_of(
        evaluator,
        kind,
        items,
        |evaluator, own, into| {
            own_type(evaluator, own, into)?;
            into.push(" (");
            elements(evaluator, own, into)?;
            into.push(")");
            Ok(())
        },
    ))
}
