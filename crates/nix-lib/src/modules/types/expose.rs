//! Types as sets, as Nix code sees them; and `lib.types`.

use std::cell::Cell;

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attr, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;
use source::Pos;

use crate::modules::Modules;
use crate::modules::errors;
use crate::modules::evaluate::{Input, Setup};
use crate::modules::types::check::check;
use crate::modules::types::describe::{class, describe, kind_name, name};
use crate::modules::types::merge::{Merge, definitions_from_nix, loc_from_nix};
use crate::modules::types::unite::unite;
use crate::modules::types::{Kind, Submodule, Type, TypeRef, sub_modules, with_sub_modules};

impl<'a> Modules<'a> {
    /// The set that is this type in Nix.
    pub fn type_value(&'a self, evaluator: &Evaluator<'a>, of: TypeRef<'a>) -> Value<'a> {
        if let Kind::Custom(attrs) = of.kind {
            return Value::Attrs(attrs);
        }
        let lib = self;
        // Its `functor` leads back to the set itself, so that the whole is finite.
        let own: &'a Cell<Value<'a>> = evaluator.arena.alloc(Cell::new(Value::Null));
        let merge = evaluator.native("merge", 2, move |evaluator, arguments| {
            let [loc, definitions] = take(arguments)?;
            let loc = loc_from_nix(evaluator, loc)?;
            let definitions = definitions_from_nix(evaluator, definitions)?;
            let definitions = evaluator.arena.alloc_slice_copy(&definitions);
            Merge { evaluator, lib }.merge(loc, of, definitions)
        });
        let check = evaluator.native("check", 1, move |evaluator, arguments| {
            let [value] = take(arguments)?;
            check(evaluator, of, value).map(Value::bool)
        });
        let attrs = vec![
            ("_type", evaluator.borrowed_string(b"option-type")),
            (
                "name",
                evaluator.borrowed_string(name(evaluator, of).as_bytes()),
            ),
            (
                "description",
                evaluator.lazy(move |evaluator| Ok(evaluator.string(describe(evaluator, of)))),
            ),
            (
                "descriptionClass",
                evaluator.lazy(move |evaluator| {
                    let class = class(evaluator, of).name();
                    Ok(class.map_or(Value::Null, |name| evaluator.string(name)))
                }),
            ),
            ("deprecationMessage", Value::Null),
            ("check", check),
            ("merge", merge),
            (
                "emptyValue",
                evaluator.lazy(move |evaluator| {
                    let empty = Merge { evaluator, lib }.empty_value(&[], of)?;
                    let empty = empty.map(|value| ("value", value));
                    Ok(evaluator.attrs_from(empty))
                }),
            ),
            (
                "getSubModules",
                evaluator.lazy(move |evaluator| {
                    Ok(match sub_modules(evaluator, of)? {
                        Some(modules) => evaluator.list_of(modules),
                        None => Value::Null,
                    })
                }),
            ),
            (
                "substSubModules",
                evaluator.native("substSubModules", 1, move |evaluator, arguments| {
                    let [modules] = take(arguments)?;
                    if sub_modules(evaluator, of)?.is_none() {
                        return Ok(Value::Null);
                    }
                    let modules = evaluator.force_list(modules)?;
                    let replaced = with_sub_modules(evaluator, lib, of, modules)?;
                    Ok(lib.type_value(evaluator, replaced))
                }),
            ),
            (
                "getSubOptions",
                evaluator.native("getSubOptions", 1, move |evaluator, arguments| {
                    let [prefix] = take(arguments)?;
                    sub_options(evaluator, lib, of, loc_from_nix(evaluator, prefix)?)
                }),
            ),
            (
                "typeMerge",
                evaluator.native("typeMerge", 1, move |evaluator, arguments| {
                    let [functor] = take(arguments)?;
                    let functor = evaluator.force(functor)?;
                    let other = evaluator.select(
                        functor,
                        evaluator.symbol("wrappedType"),
                        source::Span::NONE,
                    )?;
                    let other = lib.type_of(evaluator, other)?;
                    Ok(match unite(evaluator, lib, of, other)? {
                        Some(united) => lib.type_value(evaluator, united),
                        None => Value::Null,
                    })
                }),
            ),
            (
                "functor",
                evaluator.lazy(move |evaluator| {
                    Ok(evaluator.attrs_from([
                        ("name", evaluator.string(kind_name(of))),
                        ("wrappedType", own.get()),
                        ("payload", Value::Null),
                    ]))
                }),
            ),
            (
                "nestedTypes",
                evaluator.lazy(move |evaluator| Ok(nested_types(evaluator, lib, of))),
            ),
        ];
        let attrs = attrs
            .into_iter()
            .map(|(name, value)| evaluator.attr(name, value));
        let set = evaluator.attrs_ref(attrs.collect());
        self.remember_type(set, of);
        own.set(Value::Attrs(set));
        Value::Attrs(set)
    }
}

fn nested_types<'a>(evaluator: &Evaluator<'a>, lib: &'a Modules<'a>, of: TypeRef<'a>) -> Value<'a> {
    let inner = |of| lib.type_value(evaluator, of);
    match of.kind {
        Kind::ListOf(element, _)
        | Kind::AttrsOf { element, .. }
        | Kind::NullOr(element)
        | Kind::FunctionTo(element)
        | Kind::Unique(_, element) => evaluator.attrs_from([("elemType", inner(element))]),
        Kind::Either(left, right) => {
            evaluator.attrs_from([("left", inner(left)), ("right", inner(right))])
        }
        Kind::CoercedTo { from, to, .. } => {
            evaluator.attrs_from([("coercedType", inner(from)), ("finalType", inner(to))])
        }
        Kind::AttrTag(tags) => Value::Attrs(tags),
        _ => evaluator.attrs(vec![]),
    }
}

/// The options inside a type: of its submodule, if it has one.
fn sub_options<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    of: TypeRef<'a>,
    prefix: &'a [nix_frontend::ir::Symbol],
) -> Result<Value<'a>> {
    let deeper =
        |name: &str| crate::modules::definition::deeper(evaluator, prefix, evaluator.symbol(name));
    match of.kind {
        Kind::Submodule(submodule) => {
            let inputs: Vec<Input<'a>> = submodule
                .modules
                .iter()
                .map(|module| Input::of(*module))
                .collect();
            let setup = Setup {
                modules: evaluator.arena.alloc_slice_copy(&inputs),
                special_args: submodule.special_args,
                prefix,
                class: submodule.class,
            };
            let evaluation = crate::modules::Evaluation::new(evaluator, lib, setup);
            evaluator.force(evaluation.options())
        }
        Kind::ListOf(element, _) => sub_options(evaluator, lib, element, deeper("*")),
        Kind::AttrsOf {
            element,
            placeholder,
            ..
        } => {
            let text = format!("<{}>", evaluator.name_text(placeholder));
            sub_options(evaluator, lib, element, deeper(&text))
        }
        Kind::NullOr(element) | Kind::Unique(_, element) | Kind::CoercedTo { to: element, .. } => {
            sub_options(evaluator, lib, element, prefix)
        }
        Kind::FunctionTo(element) => {
            sub_options(evaluator, lib, element, deeper("<function body>"))
        }
        Kind::Custom(attrs) => match attrs.value(evaluator.symbol("getSubOptions")) {
            Some(function) => {
                let prefix = crate::modules::types::merge::loc_to_nix(evaluator, prefix);
                evaluator.call1(function, prefix)
            }
            None => Ok(evaluator.attrs(vec![])),
        },
        _ => Ok(evaluator.attrs(vec![])),
    }
}

/// Makes the sets of `lib.types`.
struct Library<'a, 'e> {
    evaluator: &'e Evaluator<'a>,
    lib: &'a Modules<'a>,
    attrs: Vec<Attr<'a>>,
}

impl<'a> Library<'a, '_> {
    fn put(&mut self, name: &str, value: Value<'a>) {
        self.attrs.push(Attr {
            name: self.evaluator.symbol(name),
            place: Pos::NONE,
            value,
        });
    }

    /// A type, made when it is asked for.
    fn constant(&mut self, name: &str, of: Type<'a>) {
        let lib = self.lib;
        let of: TypeRef<'a> = self.evaluator.arena.alloc(of);
        let value = self
            .evaluator
            .lazy(move |evaluator| Ok(lib.type_value(evaluator, of)));
        self.put(name, value);
    }

    fn plain(&mut self, name: &str, kind: Kind<'a>) {
        self.constant(name, Type::of(kind));
    }

    /// A function from a type to a type.
    fn wrapper(&mut self, name: &'static str, wrap: fn(TypeRef<'a>, &Evaluator<'a>) -> Kind<'a>) {
        let lib = self.lib;
        let function = self.evaluator.native(name, 1, move |evaluator, arguments| {
            let [element] = take(arguments)?;
            let element = lib.type_of(evaluator, element)?;
            let of = lib.new_type(evaluator, wrap(element, evaluator));
            Ok(lib.type_value(evaluator, of))
        });
        self.put(name, function);
    }

    /// A function to a type.
    fn function<const N: usize>(
        &mut self,
        name: &'static str,
        make: impl Fn(&Evaluator<'a>, &'a Modules<'a>, [Value<'a>; N]) -> Result<Type<'a>> + 'a,
    ) {
        let lib = self.lib;
        let function = self.evaluator.native(name, N, move |evaluator, arguments| {
            let of = make(evaluator, lib, take(arguments)?)?;
            Ok(lib.type_value(evaluator, evaluator.arena.alloc(of)))
        });
        self.put(name, function);
    }
}

const MOST: i64 = i64::MAX;
const LEAST: i64 = i64::MIN;

/// `lib.types`.
pub fn types<'a>(evaluator: &Evaluator<'a>, lib: &'a Modules<'a>) -> Value<'a> {
    let mut library = Library {
        evaluator,
        lib,
        attrs: vec![],
    };
    plain_types(&mut library);
    integer_types(&mut library);
    string_types(&mut library);
    container_types(&mut library);
    module_types(&mut library);
    custom_types(&mut library);
    evaluator.attrs(library.attrs)
}

fn plain_types(library: &mut Library<'_, '_>) {
    library.plain("raw", Kind::Raw);
    library.plain("anything", Kind::Anything);
    library.plain("unspecified", Kind::Unspecified);
    library.plain("bool", Kind::Bool);
    library.plain("boolByOr", Kind::BoolByOr);
    library.plain("float", Kind::Float);
    library.plain("attrs", Kind::Attrs);
    library.plain("package", Kind::Package);
    library.plain("shellPackage", Kind::Package);
    library.plain("optionType", Kind::OptionType);
    library.plain(
        "path",
        Kind::Path {
            in_store: None,
            absolute: Some(true),
        },
    );
    library.plain(
        "pathInStore",
        Kind::Path {
            in_store: Some(true),
            absolute: None,
        },
    );
    library.plain(
        "externalPath",
        Kind::Path {
            in_store: Some(false),
            absolute: Some(true),
        },
    );
    library.function("pathWith", |evaluator, _, [options]| {
        let options = evaluator.force_attrs(options)?;
        let flag = |name: &str| match options.value(evaluator.symbol(name)) {
            None => Ok(None),
            Some(value) => match evaluator.force(value)? {
                Value::Null => Ok(None),
                value => evaluator.force_bool(value).map(Some),
            },
        };
        Ok(Type::of(Kind::Path {
            in_store: flag("inStore")?,
            absolute: flag("absolute")?,
        }))
    });
}

fn ranged<'a>(name: &'a str, least: i64, most: i64, description: &'a str) -> Type<'a> {
    Type {
        name: Some(name),
        description: Some(description),
        ..Type::of(Kind::Int(least, most))
    }
}

fn integer_types<'a>(library: &mut Library<'a, '_>) {
    library.plain("int", Kind::Int(LEAST, MOST));
    let mut ints = Library {
        attrs: vec![],
        ..*library
    };
    let unsigned = ranged("unsignedInt", 0, MOST, "unsigned integer, meaning >=0");
    ints.constant("unsigned", unsigned);
    let positive = ranged("positiveInt", 1, MOST, "positive integer, meaning >0");
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
        Ok(Type {
            name: Some("intBetween"),
            ..Type::of(Kind::Int(least, most))
        })
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
        let bound = |value| match evaluator.force(value)? {
            Value::Float(number) => Ok(nix_frontend::number::print_float(number.get())),
            other => evaluator.force_int(other).map(|number| number.to_string()),
        };
        let description = format!(
            "integer or floating point number between {} and {} (both inclusive)",
            bound(least)?,
            bound(most)?
        );
        Ok(Type {
            kind: Kind::Either(int, float),
            name: Some("numberBetween"),
            description: Some(evaluator.arena.alloc_str(&description)),
            checks: evaluator.arena.alloc_slice_copy(&[check]),
        })
    });
    let numbers = evaluator.attrs(numbers.attrs);
    library.put("numbers", numbers);
}

fn string_types(library: &mut Library<'_, '_>) {
    library.plain("str", Kind::Str);
    library.plain("string", Kind::Str);
    library.plain("nonEmptyStr", Kind::NonEmptyStr);
    library.plain("singleLineStr", Kind::SingleLineStr);
    library.plain("lines", Kind::SeparatedString(b"\n"));
    library.plain("commas", Kind::SeparatedString(b","));
    library.plain("envVar", Kind::SeparatedString(b":"));
    library.function("separatedString", |evaluator, _, [separator]| {
        let separator = evaluator.force_string(separator)?.bytes;
        Ok(Type::of(Kind::SeparatedString(separator)))
    });
    library.function("strMatching", |evaluator, _, [pattern]| {
        let pattern = evaluator.force_string(pattern)?.bytes;
        Ok(Type::of(Kind::StrMatching(pattern)))
    });
    library.function("passwdEntry", |evaluator, lib, [element]| {
        let element = lib.type_of(evaluator, element)?;
        let check = evaluator.native("check", 1, |evaluator, arguments| {
            let [value] = take(arguments)?;
            let string = evaluator.force_string(value)?.bytes;
            Ok(Value::bool(
                !string.iter().any(|byte| b":\n".contains(byte)),
            ))
        });
        let checks = [element.checks, &[check]].concat();
        let text = describe(evaluator, element);
        let text = format!("{text}, not containing newlines or colons");
        Ok(Type {
            checks: evaluator.arena.alloc_slice_copy(&checks),
            description: Some(evaluator.arena.alloc_str(&text)),
            ..*element
        })
    });
    library.function("enum", |evaluator, _, [values]| {
        Ok(Type::of(Kind::Enum(evaluator.force_list(values)?)))
    });
}

fn attrs_of<'a>(element: TypeRef<'a>, lazy: bool, evaluator: &Evaluator<'a>) -> Kind<'a> {
    Kind::AttrsOf {
        element,
        lazy,
        placeholder: evaluator.symbol("name"),
    }
}

fn container_types(library: &mut Library<'_, '_>) {
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
    library.wrapper("uniq", |element, _| Kind::Unique(b"", element));
    library.function("attrsWith", |evaluator, lib, [options]| {
        let options = evaluator.force_attrs(options)?;
        let element = options.value(evaluator.symbol("elemType"));
        let element = lib.type_of(evaluator, element.unwrap_or(Value::Null))?;
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
    library.function("unique", |evaluator, lib, [options, element]| {
        let options = evaluator.force_attrs(options)?;
        let message = match options.value(evaluator.symbol("message")) {
            Some(message) => evaluator.force_string(message)?.bytes,
            None => b"",
        };
        let element = lib.type_of(evaluator, element)?;
        Ok(Type::of(Kind::Unique(message, element)))
    });
    library.function("either", |evaluator, lib, [left, right]| {
        let (left, right) = (
            lib.type_of(evaluator, left)?,
            lib.type_of(evaluator, right)?,
        );
        Ok(Type::of(Kind::Either(left, right)))
    });
    library.function("oneOf", |evaluator, lib, [choices]| {
        let mut united: Option<TypeRef<'_>> = None;
        for choice in evaluator.force_list(choices)? {
            let choice = lib.type_of(evaluator, *choice)?;
            united = Some(match united {
                None => choice,
                Some(before) => lib.new_type(evaluator, Kind::Either(before, choice)),
            });
        }
        united.copied().ok_or_else(|| {
            nix_frontend::eval::EvalError::new(
                nix_frontend::eval::ErrorKind::Throw,
                "`types.oneOf` needs at least one type",
            )
        })
    });
    library.function("coercedTo", |evaluator, lib, [from, function, to]| {
        let (from, to) = (lib.type_of(evaluator, from)?, lib.type_of(evaluator, to)?);
        Ok(Type::of(Kind::CoercedTo { from, function, to }))
    });
    library.function("attrTag", |evaluator, _, [tags]| {
        Ok(Type::of(Kind::AttrTag(evaluator.force_attrs(tags)?)))
    });
}

fn module_types<'a>(library: &mut Library<'a, '_>) {
    library.function("submodule", |evaluator, _, [modules]| {
        let modules = match evaluator.force(modules)? {
            Value::List(list) => list.items,
            one => &*evaluator.arena.alloc_slice_copy(&[one]),
        };
        Ok(Type::of(Kind::Submodule(evaluator.arena.alloc(
            Submodule {
                modules,
                special_args: None,
                shorthand_only_config: Some(true),
                class: None,
                description: None,
            },
        ))))
    });
    library.function("submoduleWith", |evaluator, _, [options]| {
        let options = evaluator.force_attrs(options)?;
        let get = |name: &str| options.value(evaluator.symbol(name));
        let text = |name: &str| match get(name) {
            None => Ok(None),
            Some(value) => match evaluator.force(value)? {
                Value::Null => Ok(None),
                value => evaluator.force_string(value).map(|text| Some(text.bytes)),
            },
        };
        let shorthand_only_config = match get("shorthandOnlyDefinesConfig") {
            None => Some(false),
            Some(value) => match evaluator.force(value)? {
                Value::Null => None,
                value => Some(evaluator.force_bool(value)?),
            },
        };
        let special_args = match get("specialArgs") {
            None => None,
            Some(value) => Some(evaluator.force_attrs(value)?),
        };
        let modules = get("modules").unwrap_or(Value::Null);
        let description = text("description")?.map(String::from_utf8_lossy);
        Ok(Type::of(Kind::Submodule(evaluator.arena.alloc(
            Submodule {
                modules: evaluator.force_list(modules)?,
                special_args,
                shorthand_only_config,
                class: text("class")?,
                description: description.map(|text| &*evaluator.arena.alloc_str(&text)),
            },
        ))))
    });
    library.plain("deferredModule", Kind::DeferredModule(&[]));
    library.function("deferredModuleWith", |evaluator, _, [options]| {
        let options = evaluator.force_attrs(options)?;
        let modules = match options.value(evaluator.symbol("staticModules")) {
            Some(modules) => evaluator.force_list(modules)?,
            None => &[],
        };
        Ok(Type::of(Kind::DeferredModule(modules)))
    });
    json_types(library);
}

/// `types.json` and `types.toml`: values of a serialisation format.
fn json_types<'a>(library: &mut Library<'a, '_>) {
    let lib = library.lib;
    for (name, nullable, description) in
        [("json", true, "JSON value"), ("toml", false, "TOML value")]
    {
        let value = library.evaluator.lazy(move |evaluator| {
            let of = serializable(evaluator, lib, nullable, description);
            Ok(lib.type_value(evaluator, of))
        });
        library.put(name, value);
    }
}

fn serializable<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    nullable: bool,
    description: &'a str,
) -> TypeRef<'a> {
    let scalars = [
        Kind::Bool,
        Kind::Int(LEAST, MOST),
        Kind::Float,
        Kind::Str,
        Kind::Path {
            in_store: None,
            absolute: Some(true),
        },
        Kind::AttrsOf {
            element: lib.new_type(evaluator, Kind::Anything),
            lazy: false,
            placeholder: known::NAME,
        },
        Kind::ListOf(lib.new_type(evaluator, Kind::Anything), false),
    ];
    let mut scalars = scalars
        .map(|kind| lib.new_type(evaluator, kind))
        .into_iter();
    let first = scalars
        .next()
        .unwrap_or_else(|| lib.new_type(evaluator, Kind::Raw));
    let base = scalars.fold(first, |before, next| {
        lib.new_type(evaluator, Kind::Either(before, next))
    });
    let kind = if nullable {
        Kind::NullOr(base)
    } else {
        base.kind
    };
    evaluator.arena.alloc(Type {
        description: Some(description),
        ..Type::of(kind)
    })
}

fn custom_types<'a>(library: &mut Library<'a, '_>) {
    let lib = library.lib;
    library.function("addCheck", |evaluator, lib, [element, check]| {
        let element = lib.type_of(evaluator, element)?;
        if let Kind::Custom(_) = element.kind {
            let name = evaluator.arena.alloc_str(&describe(evaluator, element));
            return Ok(Type {
                kind: element.kind,
                name: None,
                description: Some(name),
                checks: evaluator.arena.alloc_slice_copy(&[check]),
            });
        }
        let checks = [element.checks, &[check]].concat();
        Ok(Type {
            checks: evaluator.arena.alloc_slice_copy(&checks),
            ..*element
        })
    });
    let make = library
        .evaluator
        .native("mkOptionType", 1, move |evaluator, arguments| {
            let [given] = take(arguments)?;
            mk_option_type(evaluator, given)
        });
    library.put("mkOptionType", make);
    let merge = library
        .evaluator
        .native("mergeTypes", 2, move |evaluator, arguments| {
            let [left, right] = take(arguments)?;
            let (left, right) = (
                lib.type_of(evaluator, left)?,
                lib.type_of(evaluator, right)?,
            );
            Ok(match unite(evaluator, lib, left, right)? {
                Some(united) => lib.type_value(evaluator, united),
                None => evaluator.attrs_from([
                    ("_type", evaluator.borrowed_string(b"merge-error")),
                    ("error", evaluator.borrowed_string(b"Cannot merge types")),
                ]),
            })
        });
    library.put("mergeTypes", merge);
    let is_option_type = library
        .evaluator
        .native("isOptionType", 1, |evaluator, arguments| {
            let [value] = take(arguments)?;
            Ok(Value::bool(match evaluator.force(value)? {
                Value::Attrs(attrs) => {
                    crate::modules::properties::tag(evaluator, attrs)? == Some(b"option-type")
                }
                _ => false,
            }))
        });
    library.put("isOptionType", is_option_type);
    for spec in crate::functions::tags::TABLE {
        library.put(spec.name, library.evaluator.builtin(spec));
    }
}

/// `mkOptionType`: what is not given gets nixpkgs' default.
fn mk_option_type<'a>(evaluator: &Evaluator<'a>, given: Value<'a>) -> Result<Value<'a>> {
    let given = evaluator.force_attrs(given)?;
    let name = given.value(known::NAME).unwrap_or(Value::Null);
    let always = evaluator.native("check", 1, |_, _| Ok(Value::bool(true)));
    let nothing = evaluator.attrs(vec![]);
    let no_options = evaluator.native("getSubOptions", 1, move |_, _| Ok(nothing));
    let no_modules = evaluator.native("substSubModules", 1, |_, _| Ok(Value::Null));
    let same_name = evaluator.native("typeMerge", 1, |_, _| Ok(Value::Null));
    let functor = evaluator.attrs_from([("name", name), ("payload", Value::Null)]);
    let defaults = evaluator.attrs_ref(
        [
            ("_type", evaluator.borrowed_string(b"option-type")),
            ("description", name),
            ("descriptionClass", Value::Null),
            ("deprecationMessage", Value::Null),
            ("check", always),
            ("emptyValue", nothing),
            ("getSubOptions", no_options),
            ("getSubModules", Value::Null),
            ("substSubModules", no_modules),
            ("typeMerge", same_name),
            ("functor", functor),
            ("nestedTypes", nothing),
        ]
        .map(|(name, value)| evaluator.attr(name, value))
        .to_vec(),
    );
    Ok(Value::Attrs(defaults.update(given, evaluator.arena)))
}

/// `lib.mergeEqualOption` and its kin: merges that Nix code calls by itself.
pub fn merges<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
) -> Vec<(&'static str, Value<'a>)> {
    let by_kind = |name: &'static str, kind: Kind<'a>| {
        let of = lib.new_type(evaluator, kind);
        let function = evaluator.native(name, 2, move |evaluator, arguments| {
            let [loc, definitions] = take(arguments)?;
            let loc = loc_from_nix(evaluator, loc)?;
            let definitions = definitions_from_nix(evaluator, definitions)?;
            let definitions = evaluator.arena.alloc_slice_copy(&definitions);
            if definitions.is_empty() {
                return Err(errors::missing_value(evaluator, loc, Pos::NONE));
            }
            Merge { evaluator, lib }.merge(loc, of, definitions)
        });
        (name, function)
    };
    vec![
        by_kind("mergeEqualOption", Kind::Str),
        by_kind("mergeDefaultOption", Kind::Unspecified),
        by_kind("mergeOneOption", Kind::Raw),
    ]
}
