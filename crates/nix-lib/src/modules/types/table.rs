//! `lib.types`: the types, and the functions that make types.

mod containers;
mod formats;
mod modules;
mod numbers;
mod plain;

use std::cell::Cell;

use nix_frontend::builtins::take;
use nix_frontend::eval::{Attr, Attrs, Evaluator, Result, Value};
use source::Pos;

use crate::functions::formals::{Formals, with_formals};
use crate::functions::tools::{assertion, says_yes};
use crate::modules::Modules;
use crate::modules::library::arguments::taking;
use crate::modules::properties::mk_override;
use crate::modules::types::custom::{self, add_check, mk_option_type};
use crate::modules::types::describe::{class, describe};
use crate::modules::types::functor::default_functor;
use crate::modules::types::unite::{default_type_merge, type_merge};
use crate::modules::types::{Kind, Type, TypeRef};

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

    /// A function from a set with these formals to a type.
    fn taking(
        &mut self,
        name: &'static str,
        formals: Formals,
        make: impl Fn(&Evaluator<'a>, &'a Modules<'a>, &'a Attrs<'a>) -> Result<Type<'a>> + 'a,
    ) {
        let lib = self.lib;
        let function = taking(self.evaluator, name, formals, move |evaluator, given| {
            let of = make(evaluator, lib, given)?;
            Ok(lib.type_value(evaluator, evaluator.arena.alloc(of)))
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
    plain::plain_types(&mut library);
    numbers::integer_types(&mut library);
    plain::string_types(&mut library);
    containers::container_types(&mut library);
    modules::module_types(&mut library);
    formats::json_types(&mut library);
    custom_types(&mut library);
    let own: &'a Cell<Value<'a>> = evaluator.arena.alloc(Cell::new(Value::Null));
    library.put("types", evaluator.lazy(move |_| Ok(own.get())));
    own.set(evaluator.attrs(library.attrs));
    own.get()
}

fn custom_types<'a>(library: &mut Library<'a, '_>) {
    library.native("addCheck", |evaluator, lib, [element, check]| {
        add_check(evaluator, lib, element, check)
    });
    let lib = library.lib;
    let make = with_formals(
        library.evaluator,
        "mkOptionType",
        custom::FORMALS,
        move |evaluator, given| mk_option_type(evaluator, lib, given),
    );
    library.put("mkOptionType", make);
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
    library.put("noCheckForDocsModule", no_check(library.evaluator));
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

/// The module that lets documentation be made of options with definitions that nobody declares.
fn no_check<'a>(evaluator: &Evaluator<'a>) -> Value<'a> {
    let file =
        b"<built-in module that disables checks for the purpose of documentation generation>";
    let check = mk_override(evaluator, 50, Value::bool(false));
    let module = evaluator.attrs_from([("check", check)]);
    evaluator.attrs_from([
        ("_file", evaluator.borrowed_string(file)),
        ("config", evaluator.attrs_from([("_module", module)])),
    ])
}

fn has_tag<'a>(evaluator: &Evaluator<'a>, value: Value<'a>, wanted: &[u8]) -> Result<bool> {
    match evaluator.force(value)? {
        Value::Attrs(attrs) => {
            Ok(crate::modules::properties::tag(evaluator, attrs)? == Some(wanted))
        }
        _ => Ok(false),
    }
}
