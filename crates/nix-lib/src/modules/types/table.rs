//! `lib.types`: the types, and the functions that make types.

use std::cell::Cell;

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attr, Evaluator, Result, Value};
use nix_frontend::ir::symbol::known;
use source::Pos;

use crate::functions::tools::{assertion, builtin, says_yes, throw};
use crate::modules::Modules;
use crate::modules::library::arguments::only;
use crate::modules::types::custom::{add_check, mk_option_type};
use crate::modules::types::describe::{Class, LOA_OF, class, describe, phrase};
use crate::modules::types::functor::default_functor;
use crate::modules::types::unite::{default_type_merge, type_merge};
use crate::modules::types::{AttrList, Kind, Later, Submodule, Type, TypeRef, sub_modules, tags};

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
            let element = lib.type_later(evaluator, element);
            let of = lib.new_type(evaluator, wrap(element, evaluator));
            Ok(lib.type_value(evaluator, of))
        });
        self.put(name, function);
    }

    /// A function to anything.
    fn native<const N: usize>(
        &mut self,
        name: &'static str,
        run: impl Fn(&Evaluator<'a>, &'a Modules<'a>, [Value<'a>; N]) -> Result<Value<'a>> + 'a,
    ) {
        let lib = self.lib;
        let function = self.evaluator.native(name, N, move |evaluator, arguments| {
            run(evaluator, lib, take(arguments)?)
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
    let own: &'a Cell<Value<'a>> = evaluator.arena.alloc(Cell::new(Value::Null));
    library.put("types", evaluator.lazy(move |_| Ok(own.get())));
    own.set(evaluator.attrs(library.attrs));
    own.get()
}

fn plain_types<'a>(library: &mut Library<'a, '_>) {
    library.plain("raw", Kind::Raw);
    library.plain("anything", Kind::Anything);
    library.plain("unspecified", Kind::Unspecified);
    library.plain("bool", Kind::Bool);
    library.plain("boolByOr", Kind::BoolByOr);
    library.plain("float", Kind::Float);
    library.plain("attrs", Kind::Attrs);
    library.plain("package", Kind::Package);
    library.plain("shellPackage", Kind::ShellPackage);
    library.plain("fileset", Kind::FileSet(library.lib));
    library.plain("luaInline", Kind::LuaInline);
    library.plain("optionDeclaration", Kind::OptionDeclaration);
    library.plain("optionType", Kind::OptionType);
    let pkgs = package_set(library);
    library.constant("pkgs", pkgs);
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
        let formals = ["inStore", "absolute"];
        let options = only(evaluator, "pathWith", options, &formals, &[])?;
        let flag = |name: &str| match options.value(evaluator.symbol(name)) {
            None => Ok(None),
            Some(value) => match evaluator.force(value)? {
                Value::Null => Ok(None),
                value => evaluator.force_bool(value).map(Some),
            },
        };
        let (in_store, absolute) = (flag("inStore")?, flag("absolute")?);
        if in_store == Some(true) && absolute == Some(false) {
            return Err(throw(
                "In pathWith, inStore means the path must be absolute",
            ));
        }
        Ok(Type::of(Kind::Path { in_store, absolute }))
    });
}

/// `types.pkgs`: one package set.
fn package_set<'a>(library: &Library<'a, '_>) -> Type<'a> {
    let evaluator = library.evaluator;
    let check = evaluator.native("check", 1, |evaluator, arguments| {
        let [value] = take(arguments)?;
        Ok(Value::bool(match evaluator.force(value)? {
            Value::Attrs(attrs) => {
                crate::modules::properties::tag(evaluator, attrs)? == Some(b"pkgs")
            }
            _ => false,
        }))
    });
    let attrs = library.lib.new_type(evaluator, Kind::Attrs);
    let message = b"A Nixpkgs pkgs set can not be merged with another pkgs set.";
    Type {
        name: Some("pkgs"),
        description: Some("Nixpkgs package set"),
        class: Some(Class::Noun),
        checks: evaluator.arena.alloc_slice_copy(&[check]),
        ..Type::of(Kind::Unique(message, attrs))
    }
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

fn string_types(library: &mut Library<'_, '_>) {
    library.plain("str", Kind::Str);
    // Nixpkgs dropped it; older code asks for it.
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
        let text = phrase(evaluator, element, &[Class::Noun])?;
        let text = format!("{text}, not containing newlines or colons");
        let name = crate::modules::types::describe::name(evaluator, element)?;
        let name = format!("passwdEntry {name}");
        Ok(Type {
            checks: evaluator.arena.alloc_slice_copy(&checks),
            name: Some(evaluator.arena.alloc_str(&name)),
            description: Some(evaluator.arena.alloc_str(&text)),
            class: Some(Class::NonRestrictiveClause),
            ..*element
        })
    });
    library.function("enum", |_, _, [values]| Ok(Type::of(Kind::Enum(values))));
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
    library.function("loaOf", |evaluator, lib, [element]| {
        let element = lib.type_later(evaluator, element);
        Ok(Type {
            name: Some(LOA_OF),
            ..Type::of(attrs_of(element, false, evaluator))
        })
    });
    library.function("attrsWith", |evaluator, lib, [options]| {
        let formals = ["elemType", "lazy", "placeholder"];
        let options = only(evaluator, "attrsWith", options, &formals, &["elemType"])?;
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
    library.function("attrListWith", |evaluator, lib, [options]| {
        let formals = ["elemType", "asAttrs", "mergeAttrValues"];
        let options = only(evaluator, "attrListWith", options, &formals, &["elemType"])?;
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
    library.function("unique", |evaluator, lib, [options, element]| {
        let options = evaluator.force_attrs(options)?;
        let message = match options.value(evaluator.symbol("message")) {
            Some(message) => evaluator.force_string(message)?.bytes,
            None => b"",
        };
        let element = lib.type_later(evaluator, element);
        Ok(Type::of(Kind::Unique(message, element)))
    });
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

fn module_types<'a>(library: &mut Library<'a, '_>) {
    library.function("submodule", |evaluator, lib, [modules]| {
        let modules = match evaluator.force(modules)? {
            Value::List(list) => list.items,
            one => &*evaluator.arena.alloc_slice_copy(&[one]),
        };
        let submodule = Submodule::new(evaluator, lib, modules);
        Ok(Type::of(Kind::Submodule(evaluator.arena.alloc(submodule))))
    });
    library.function("submoduleWith", |evaluator, lib, [options]| {
        let submodule = submodule_with(evaluator, lib, options)?;
        Ok(Type::of(Kind::Submodule(evaluator.arena.alloc(submodule))))
    });
    library.plain("deferredModule", Kind::DeferredModule(&[]));
    library.function("deferredModuleWith", |evaluator, _, [options]| {
        let formals = ["staticModules"];
        let options = only(evaluator, "deferredModuleWith", options, &formals, &[])?;
        let modules = match options.value(evaluator.symbol("staticModules")) {
            Some(modules) => evaluator.force_list(modules)?,
            None => &[],
        };
        Ok(Type::of(Kind::DeferredModule(modules)))
    });
    json_types(library);
}

fn submodule_with<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    options: Value<'a>,
) -> Result<Submodule<'a>> {
    const FORMALS: [&str; 5] = [
        "modules",
        "specialArgs",
        "shorthandOnlyDefinesConfig",
        "description",
        "class",
    ];
    let options = only(evaluator, "submoduleWith", options, &FORMALS, &["modules"])?;
    let get = |name: &str| -> Result<Option<Value<'a>>> {
        match options.value(evaluator.symbol(name)) {
            None => Ok(None),
            Some(value) => Ok(match evaluator.force(value)? {
                Value::Null => None,
                value => Some(value),
            }),
        }
    };
    let text = |name: &str| match get(name)? {
        None => Ok(None),
        Some(text) => evaluator.force_string(text).map(|text| Some(text.bytes)),
    };
    let says_shorthand = options.get(evaluator.symbol("shorthandOnlyDefinesConfig"));
    let shorthand_only_config = match get("shorthandOnlyDefinesConfig")? {
        Some(value) => Some(evaluator.force_bool(value)?),
        None if says_shorthand.is_some() => None,
        None => Some(false),
    };
    let special_args = match get("specialArgs")? {
        None => None,
        Some(special) => Some(evaluator.force_attrs(special)?),
    };
    let modules = get("modules")?.unwrap_or(Value::Null);
    let description = text("description")?.map(String::from_utf8_lossy);
    Ok(Submodule {
        special_args,
        shorthand_only_config,
        class: text("class")?,
        description: description.map(|text| &*evaluator.arena.alloc_str(&text)),
        ..Submodule::new(evaluator, lib, evaluator.force_list(modules)?)
    })
}

/// `types.json`, `types.toml` and what makes them: values of a serialisation format.
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
    library.function("serializableValueWith", |evaluator, lib, [options]| {
        let formals = ["typeName", "nullable"];
        let options = only(
            evaluator,
            "serializableValueWith",
            options,
            &formals,
            &["typeName"],
        )?;
        let get = |name: &str| options.value(evaluator.symbol(name));
        let nullable = match get("nullable") {
            Some(nullable) => evaluator.force_bool(nullable)?,
            None => true,
        };
        let name = evaluator.force_string(get("typeName").unwrap_or(Value::Null))?;
        let description = format!("{} value", name.text());
        let description = evaluator.arena.alloc_str(&description);
        Ok(*serializable(evaluator, lib, nullable, description))
    });
}

fn serializable<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    nullable: bool,
    description: &'a str,
) -> TypeRef<'a> {
    let whole: &'a Later<'a> = evaluator.arena.alloc(Later::unsettled());
    let inner = lib.new_type(evaluator, Kind::Later(whole));
    let path = Kind::Path {
        in_store: None,
        absolute: Some(true),
    };
    let base = [
        Kind::Int(LEAST, MOST),
        Kind::Float,
        Kind::Str,
        path,
        attrs_of(inner, false, evaluator),
        Kind::ListOf(inner, false),
    ]
    .into_iter()
    .fold(Kind::Bool, |before, next| {
        let (before, next) = (
            lib.new_type(evaluator, before),
            lib.new_type(evaluator, next),
        );
        Kind::Either(before, next)
    });
    let kind = if nullable {
        Kind::NullOr(lib.new_type(evaluator, base))
    } else {
        base
    };
    let of: TypeRef<'a> = evaluator.arena.alloc(Type {
        description: Some(description),
        ..Type::of(kind)
    });
    whole.settle(of);
    of
}

fn custom_types<'a>(library: &mut Library<'a, '_>) {
    library.native("addCheck", |evaluator, lib, [element, check]| {
        add_check(evaluator, lib, element, check)
    });
    library.native("mkOptionType", |evaluator, lib, [given]| {
        mk_option_type(evaluator, lib, given)
    });
    library.native("mergeTypes", |evaluator, _, [left, right]| {
        for of in [left, right] {
            if !has_tag(evaluator, of, b"option-type")? {
                return Err(assertion("`mergeTypes` merges types"));
            }
        }
        Ok(match type_merge(evaluator, left, right)? {
            Value::Null => evaluator.attrs_from([
                ("_type", evaluator.borrowed_string(b"merge-error")),
                ("error", evaluator.borrowed_string(b"Cannot merge types")),
            ]),
            merged => merged,
        })
    });
    library.native("defaultTypeMerge", |evaluator, _, [left, right]| {
        default_type_merge(evaluator, left, right)
    });
    library.native("defaultFunctor", |evaluator, lib, [name]| {
        default_functor(evaluator, lib, name)
    });
    library.native("isOptionType", |evaluator, _, [value]| {
        has_tag(evaluator, value, b"option-type").map(Value::bool)
    });
    for spec in crate::functions::tags::TABLE {
        library.put(spec.name, library.evaluator.builtin(spec));
    }
    library.native("optionDescriptionPhrase", |evaluator, lib, [plain, of]| {
        let of = lib.type_of(evaluator, of)?;
        let class = class(evaluator, of)?.name();
        let class = class.map_or(Value::Null, |class| evaluator.string(class));
        let description = describe(evaluator, of)?;
        Ok(evaluator.string(if says_yes(evaluator, plain, class)? {
            description
        } else {
            format!("({description})")
        }))
    });
}

fn has_tag<'a>(evaluator: &Evaluator<'a>, value: Value<'a>, wanted: &[u8]) -> Result<bool> {
    match evaluator.force(value)? {
        Value::Attrs(attrs) => {
            Ok(crate::modules::properties::tag(evaluator, attrs)? == Some(wanted))
        }
        _ => Ok(false),
    }
}
