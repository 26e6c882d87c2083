//! Unites what modules declare of one option.
//!
//! Attributes of the declaration that comes first count. Two of them may not both have a default, an example, a description or an
//! `apply`, and their types must go together. A submodule has the modules of all, each with the file of its declaration.

use nix_frontend::eval::{Attr, Attrs, EvalError, Evaluator, Result, Value};
use nix_frontend::ir::Symbol;
use nix_frontend::ir::symbol::known;
use source::{Pos, Span};

use crate::functions::tools::{text, throw};
use crate::modules::Modules;
use crate::modules::definition::loc_to_nix;
use crate::modules::definition::{Definition, Loc, OPTION_DEFAULT, show_loc};
use crate::modules::errors::{self, as_in_nix, coded};
use crate::modules::level::Declaration;
use crate::modules::properties::mk_override;
use crate::modules::shown;
use crate::modules::types::{Kind, Submodule, TypeRef, sub_modules, unite, with_sub_modules};

/// A declared option: what all declarations say together.
#[derive(Clone, Copy)]
pub struct OptionDeclaration<'a> {
    /// Its type.
    pub of: TypeRef<'a>,
    /// Its default, where it stands, and the file of the first declaration.
    pub default: Option<Definition<'a>>,
    /// What its value goes through.
    pub apply: Option<Value<'a>>,
    /// The set that declares it; of several, all united.
    pub attrs: &'a Attrs<'a>,
    /// Its type as a set, if `attrs` has not all yet that an option shows.
    shown_type: Option<Value<'a>>,
}

impl<'a> OptionDeclaration<'a> {
    /// The set that declares it, with its path, type and declarations.
    pub fn shown(
        &self,
        evaluator: &Evaluator<'a>,
        loc: Loc<'a>,
        declarations: &'a [Declaration<'a>],
    ) -> &'a Attrs<'a> {
        let Some(of) = self.shown_type else {
            return self.attrs;
        };
        let own = vec![
            evaluator.attr("type", of),
            evaluator.attr("options", evaluator.list(&[])),
        ];
        let attrs = with_origin(evaluator, loc, self.attrs, declarations);
        attrs.update(evaluator.attrs_ref(own), evaluator.arena)
    }
}

/// Declarations united, the type not yet given the modules of all.
struct United<'a> {
    attrs: &'a Attrs<'a>,
    of: Option<Value<'a>>,
    modules: Vec<Value<'a>>,
}

/// Unites the declarations of one option.
///
/// Errors: two of them both have a default, description, example or `apply`, or their types do not go together.
pub fn declare<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    loc: Loc<'a>,
    declarations: &[Declaration<'a>],
) -> Result<OptionDeclaration<'a>> {
    let united = united(evaluator, lib, loc, declarations)?;
    let default = united.attrs.get(known::DEFAULT).map(|attr| {
        let file = declarations.first().map_or(&b""[..], |first| first.file);
        let value = mk_override(evaluator, OPTION_DEFAULT, attr.value);
        Definition::new(file, value, attr.place, 0)
    });
    let (of, value) = match united.of {
        None => {
            let of = lib.new_type(evaluator, Kind::Unspecified);
            let value = evaluator.lazy(move |evaluator| Ok(lib.type_value(evaluator, of)));
            (of, value)
        }
        Some(value) => {
            let of = lib.type_of(evaluator, value)?;
            match sub_modules(evaluator, of)? {
                None => (of, value),
                Some(_) => {
                    let modules = evaluator.arena.alloc_slice_copy(&united.modules);
                    let of = with_sub_modules(evaluator, lib, of, modules)?;
                    let value = evaluator.lazy(move |evaluator| Ok(lib.type_value(evaluator, of)));
                    (of, value)
                }
            }
        }
    };
    Ok(OptionDeclaration {
        of,
        default,
        apply: united.attrs.value(known::APPLY),
        attrs: united.attrs,
        shown_type: Some(value),
    })
}

/// What the set of an option says that has a type already.
pub fn declared_alone<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    option: Value<'a>,
) -> Result<OptionDeclaration<'a>> {
    let attrs = evaluator.force_attrs(option)?;
    let of = evaluator.select(Value::Attrs(attrs), known::TYPE, Span::NONE)?;
    let default = match attrs.get(known::DEFAULT) {
        None => None,
        Some(attr) => {
            let files = attrs.value(evaluator.symbol("declarations"));
            let files = evaluator.force_list(files.unwrap_or(Value::Null))?;
            let file = match files.first() {
                Some(file) => text(evaluator, *file)?.bytes,
                None => return Err(throw("an option with a default is declared nowhere")),
            };
            let value = mk_override(evaluator, OPTION_DEFAULT, attr.value);
            Some(Definition::new(file, value, attr.place, 0))
        }
    };
    Ok(OptionDeclaration {
        of: lib.type_of(evaluator, of)?,
        default,
        apply: attrs.value(known::APPLY),
        attrs,
        shown_type: None,
    })
}

/// What `lib.mergeOptionDecls` gives: the declarations united, the modules of submodules aside as `options`.
pub fn merge_declarations<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    loc: Loc<'a>,
    declarations: &[Declaration<'a>],
) -> Result<&'a Attrs<'a>> {
    let united = united(evaluator, lib, loc, declarations)?;
    let mut own = vec![evaluator.attr("options", evaluator.list(&united.modules))];
    own.extend(united.of.map(|of| evaluator.attr("type", of)));
    let attrs = with_origin(
        evaluator,
        loc,
        united.attrs,
        evaluator.arena.alloc_slice_copy(declarations),
    );
    Ok(attrs.update(evaluator.attrs_ref(own), evaluator.arena))
}

fn united<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    loc: Loc<'a>,
    declarations: &[Declaration<'a>],
) -> Result<United<'a>> {
    let mut united = United {
        attrs: evaluator.sorted_attrs(&[]),
        of: None,
        modules: vec![],
    };
    let once = [
        known::DEFAULT,
        known::DESCRIPTION,
        known::EXAMPLE,
        known::APPLY,
    ];
    for (number, declaration) in declarations.iter().enumerate() {
        let set = evaluator.force_attrs(declaration.value)?;
        let before = declarations.get(..number).unwrap_or_default();
        let has_both = |name| united.attrs.get(name).is_some() && set.get(name).is_some();
        if number > 0
            && let Some(name) = once.iter().find(|name| has_both(**name))
        {
            let why = Clash::Both(*name);
            return Err(declared_twice(evaluator, loc, before, declaration, why));
        }
        if let Some(next) = set.value(known::TYPE) {
            united.of = Some(match united.of {
                None => next,
                Some(before_type) => match unite::type_merge(evaluator, before_type, next)? {
                    Value::Null => {
                        let why = Clash::Types;
                        return Err(declared_twice(evaluator, loc, before, declaration, why));
                    }
                    merged => merged,
                },
            });
            let of = lib.type_of(evaluator, next)?;
            if let Some(inner) = sub_modules(evaluator, of)? {
                let inner = inner.iter();
                let mut modules: Vec<Value<'a>> = inner
                    .map(|module| located(evaluator, declaration.file, *module))
                    .collect();
                modules.append(&mut united.modules);
                united.modules = modules;
            }
        }
        united.attrs = if number == 0 {
            set
        } else {
            set.update(united.attrs, evaluator.arena)
        };
    }
    Ok(united)
}

/// `attrs` with the path of the option, and where it is declared.
fn with_origin<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    attrs: &'a Attrs<'a>,
    declarations: &'a [Declaration<'a>],
) -> &'a Attrs<'a> {
    let files = declarations.iter();
    let files: Vec<Value<'a>> = files
        .map(|each| evaluator.borrowed_string(each.file))
        .collect();
    let positions = evaluator.lazy(move |evaluator| {
        let places = declarations.iter().map(|each| place(evaluator, each));
        Ok(evaluator.list(&places.collect::<Vec<_>>()))
    });
    let own = vec![
        evaluator.attr("loc", loc_to_nix(evaluator, loc)),
        evaluator.attr("declarations", evaluator.list(&files)),
        evaluator.attr("declarationPositions", positions),
    ];
    attrs.update(evaluator.attrs_ref(own), evaluator.arena)
}

/// Where a declaration stands; of a place that is none or borrowed only the file is told.
fn place<'a>(evaluator: &Evaluator<'a>, declaration: &Declaration<'a>) -> Value<'a> {
    let start = evaluator.session.path_start(declaration.place);
    match evaluator.place(start) {
        Value::Attrs(place) if !declaration.place.is_borrowed() => Value::Attrs(place),
        _ => evaluator.attrs_from([
            ("file", evaluator.borrowed_string(declaration.file)),
            ("line", Value::Null),
            ("column", Value::Null),
        ]),
    }
}

/// The declarations with each set of declarations as a submodule.
pub fn as_submodules<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    declarations: &[Declaration<'a>],
) -> Result<Vec<Declaration<'a>>> {
    let mut options = vec![];
    for declaration in declarations {
        let set = evaluator.force_attrs(declaration.value)?;
        options.push(match set.get(known::TYPE_TAG) {
            Some(_) => *declaration,
            None => submodule_of_set(evaluator, lib, declaration),
        });
    }
    Ok(options)
}

/// A set of declarations beside submodule options is one more submodule.
fn submodule_of_set<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    declaration: &Declaration<'a>,
) -> Declaration<'a> {
    let module = evaluator.attrs_from([("options", declaration.value)]);
    let modules = evaluator.arena.alloc_slice_copy(&[module]);
    let submodule = Submodule {
        shorthand_only_config: None,
        ..Submodule::new(evaluator, lib, modules)
    };
    let kind = Kind::Submodule(evaluator.arena.alloc(submodule));
    let of = lib.type_value(evaluator, lib.new_type(evaluator, kind));
    let tag = evaluator.borrowed_string(b"option");
    Declaration {
        value: evaluator.attrs_from([("_type", tag), ("type", of)]),
        ..*declaration
    }
}

/// `{ _file = file; imports = [ module ]; }`
pub fn located<'a>(evaluator: &Evaluator<'a>, file: &'a [u8], module: Value<'a>) -> Value<'a> {
    evaluator.attrs(vec![
        Attr::unplaced(known::FILE_META, evaluator.borrowed_string(file)),
        Attr::unplaced(known::IMPORTS, evaluator.list(&[module])),
    ])
}

/// Why two declarations of one option do not go together.
enum Clash {
    /// Both have this, which only one may have.
    Both(Symbol),
    /// Their types have nothing in common.
    Types,
}

#[cold]
fn declared_twice<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    before: &[Declaration<'a>],
    declaration: &Declaration<'a>,
    why: Clash,
) -> Box<EvalError> {
    let option = show_loc(evaluator, loc);
    let name = match why {
        Clash::Both(name) => Some(evaluator.name_text(name)),
        Clash::Types => None,
    };
    let reason = match &name {
        Some(name) => format!("each time with `{name}`"),
        None => "with types that do not go together".to_owned(),
    };
    let mut error = coded(
        errors::DEFINED_TWICE,
        format!("the option `{option}` is declared twice, {reason}"),
    );
    for declaration in before.iter().chain([declaration]) {
        let (place, text) = match why {
            Clash::Both(name) => match attr_of(evaluator, declaration, name) {
                Some(place) => (place, "declared with it here".to_owned()),
                None => continue,
            },
            Clash::Types => match text_of_type(evaluator, declaration, "description") {
                Ok(Some(text)) => (declaration.place, format!("declared here: {text}")),
                _ => (declaration.place, "declared here".to_owned()),
            },
        };
        error = errors::with_place(error, evaluator.session.sources.word(place), text);
    }
    let file = String::from_utf8_lossy(declaration.file);
    let files = shown::files(before.iter().map(|each| each.file));
    let error = as_in_nix(
        error,
        format!("The option `{option}' in `{file}' is already declared in {files}."),
    );
    error.help(match name.as_deref() {
        Some("default") => {
            "keep one `default`; a module that wants another defines the option with `lib.mkDefault`"
                .to_owned()
        }
        Some(name) => format!("keep one `{name}`"),
        None => "declare it once, or in both places with the same type".to_owned(),
    })
}

/// Where a declaration has an attribute.
fn attr_of<'a>(
    evaluator: &Evaluator<'a>,
    declaration: &Declaration<'a>,
    name: Symbol,
) -> Option<Pos> {
    let attrs = evaluator.force_attrs(declaration.value).ok()?;
    let attr = attrs.get(name)?;
    if attr.place.is_none() {
        return Some(declaration.place);
    }
    Some(attr.place)
}

/// Whether sets of declarations may stand beside these options. Errors: an option that is no submodule.
pub fn check_nesting<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    options: &[Declaration<'a>],
    sets: &[Declaration<'a>],
) -> Result<()> {
    for option in options {
        if text_of_type(evaluator, option, "name")?.as_deref() != Some("submodule") {
            return Err(no_nested_options(evaluator, loc, options, sets));
        }
    }
    Ok(())
}

/// A string that the type of an option has.
fn text_of_type<'a>(
    evaluator: &Evaluator<'a>,
    option: &Declaration<'a>,
    name: &str,
) -> Result<Option<String>> {
    let option = evaluator.force_attrs(option.value)?;
    let Some(of) = option.value(known::TYPE) else {
        return Ok(None);
    };
    let Value::Attrs(of) = evaluator.force(of)? else {
        return Ok(None);
    };
    match of.value(evaluator.symbol(name)) {
        None => Ok(None),
        Some(text) => match evaluator.force(text)? {
            Value::String(text) => Ok(Some(text.text())),
            _ => Ok(None),
        },
    }
}

#[cold]
fn no_nested_options<'a>(
    evaluator: &Evaluator<'a>,
    loc: Loc<'a>,
    options: &[Declaration<'a>],
    sets: &[Declaration<'a>],
) -> Box<EvalError> {
    let option = show_loc(evaluator, loc);
    let Some(first) = options.first() else {
        return coded(errors::WRONG_TYPE, option);
    };
    let description = match text_of_type(evaluator, first, "description") {
        Ok(description) => description.unwrap_or_else(|| "<no description>".to_owned()),
        Err(error) => return error,
    };
    let mut below = vec![];
    for set in sets {
        let Ok(attrs) = evaluator.force_attrs(set.value) else {
            continue;
        };
        let file = String::from_utf8_lossy(set.file);
        for attr in evaluator.items(attrs) {
            let loc = show_loc(evaluator, &[loc, &[attr.name]].concat());
            below.push(format!(
                " - option(s) with prefix `{loc}' in module `{file}'"
            ));
        }
    }
    below.sort();
    let file = String::from_utf8_lossy(first.file);
    let in_nix = format!(
        "The option `{option}' in module `{file}' would be a parent of the following options, but its type `{description}' does not support nested options.\n{}",
        below.join("\n")
    );
    let message =
        format!("the option `{option}` of type `{description}` cannot have options below it");
    let place = |declaration: &Declaration<'a>| declaration.place;
    let mut error = errors::with_place(
        coded(errors::WRONG_TYPE, message),
        evaluator.session.sources.word(place(first)),
        "declared with that type",
    );
    if let Some(set) = sets.first().filter(|set| set.place != Pos::NONE) {
        let span: Span = evaluator.session.sources.word(place(set));
        error = error.label(span, "options below it");
    }
    as_in_nix(error, in_nix)
}
