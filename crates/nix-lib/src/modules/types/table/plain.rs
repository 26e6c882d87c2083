//! The types of `lib.types` that have no types in them, but numbers.

use nix_frontend::builtins::take;
use nix_frontend::eval::Value;

use crate::functions::tools::throw;
use crate::modules::types::describe::{Class, phrase};
use crate::modules::types::table::Library;
use crate::modules::types::{Kind, Type};

pub(super) fn plain_types<'a>(library: &mut Library<'a, '_>) {
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
    let formals = &[("absolute", true), ("inStore", true)];
    library.taking("pathWith", formals, |evaluator, _, options| {
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
    let message: &[u8] = b"A Nixpkgs pkgs set can not be merged with another pkgs set.";
    Type {
        name: Some("pkgs"),
        description: Some("Nixpkgs package set"),
        class: Some(Class::Noun),
        checks: evaluator.arena.alloc_slice_copy(&[check]),
        ..Type::of(Kind::Unique(
            Some(evaluator.borrowed_string(message)),
            attrs,
        ))
    }
}

pub(super) fn string_types(library: &mut Library<'_, '_>) {
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
