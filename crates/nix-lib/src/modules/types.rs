//! Option types.
//!
//! Types that nixpkgs provides are a [`Kind`] each and are checked and merged in Rust. In Nix a type is a set; which set is which
//! type is remembered by the set itself, so that `type // { check = …; }` is another, custom type: that one goes through its own `check` and `merge`.

pub mod attr_list;
pub mod check;
pub mod custom;
pub mod describe;
pub mod expose;
pub mod functor;
pub mod merge;
pub mod meta;
pub mod submodule;
pub mod table;
pub mod tags;
pub mod unite;

use std::cell::OnceCell;

use nix_frontend::eval::{Attrs, EvalError, Evaluator, Result, Value};
use nix_frontend::ir::Symbol;
use nix_frontend::ir::symbol::known;

use crate::modules::Modules;
use crate::modules::evaluate::Evaluation;
use crate::modules::once::Once;
use crate::modules::types::describe::Class;

/// A type of a run.
pub type TypeRef<'a> = &'a Type<'a>;

/// An option type.
#[derive(Clone, Copy)]
pub struct Type<'a> {
    /// What it is.
    pub kind: Kind<'a>,
    /// What it is called, where that differs from the kind's name.
    pub name: Option<&'a str>,
    /// What it is in words, where that differs from the kind's words.
    pub description: Option<&'a str>,
    /// How its description behaves in a longer one, where that differs from the kind's.
    pub class: Option<Class>,
    /// Further checks (`addCheck`): functions to a Boolean.
    pub checks: &'a [Value<'a>],
}

/// The kinds of types.
#[derive(Clone, Copy)]
pub enum Kind<'a> {
    /// Anything, without a merge of its own: `types.unspecified`.
    Unspecified,
    /// Anything, once.
    Raw,
    /// Anything, merged by what it is.
    Anything,
    /// A Boolean.
    Bool,
    /// A Boolean that is true if any definition is.
    BoolByOr,
    /// An integer between two bounds, both included.
    Int(i64, i64),
    /// A float.
    Float,
    /// A string.
    Str,
    /// A string that is more than white space.
    NonEmptyStr,
    /// A string of one line; a newline at its end is taken off.
    SingleLineStr,
    /// A string that a pattern matches.
    StrMatching(&'a [u8]),
    /// Strings, joined by this.
    SeparatedString(&'a [u8]),
    /// A set; later definitions win, attribute by attribute.
    Attrs,
    /// A derivation or store path.
    Package,
    /// A derivation that is a shell.
    ShellPackage,
    /// A set of files: `lib.fileset`.
    FileSet(&'a Modules<'a>),
    /// A piece of Lua.
    LuaInline,
    /// What `mkOption` makes.
    OptionDeclaration,
    /// A path: whether it must be in the store, and whether absolute.
    Path {
        /// In the store, or not, or either.
        in_store: Option<bool>,
        /// Absolute, or not, or either.
        absolute: Option<bool>,
    },
    /// A list; whether it may not be empty.
    ListOf(TypeRef<'a>, bool),
    /// A set.
    AttrsOf {
        /// The type of its values.
        element: TypeRef<'a>,
        /// Whether names stay whose definitions are all switched off.
        lazy: bool,
        /// What stands for the name in documentation.
        placeholder: Symbol,
    },
    /// Null or something else.
    NullOr(TypeRef<'a>),
    /// One of two types.
    Either(TypeRef<'a>, TypeRef<'a>),
    /// One of the values of a list, which is looked at later.
    Enum(Value<'a>),
    /// What fits the first type is converted to the second.
    CoercedTo {
        /// What is converted.
        from: TypeRef<'a>,
        /// By this function.
        function: Value<'a>,
        /// Into this.
        to: TypeRef<'a>,
    },
    /// A module evaluation of its own.
    Submodule(&'a Submodule<'a>),
    /// Modules that are evaluated elsewhere; the static ones first.
    DeferredModule(&'a [Value<'a>]),
    /// A function whose results are merged.
    FunctionTo(TypeRef<'a>),
    /// One definition only, with what to say otherwise.
    Unique(Option<Value<'a>>, TypeRef<'a>),
    /// A set of exactly one of these options.
    AttrTag(&'a Attrs<'a>),
    /// A list of sets of one attribute each.
    AttrListOf(&'a AttrList<'a>),
    /// A type that is looked at later: it may contain itself.
    Later(&'a Later<'a>),
    /// An option type.
    OptionType,
    /// A type made in Nix: its set.
    Custom(&'a Attrs<'a>),
}

/// A type that nobody has needed yet.
pub struct Later<'a> {
    value: Option<(&'a Modules<'a>, Value<'a>)>,
    known: OnceCell<TypeRef<'a>>,
}

impl<'a> Later<'a> {
    /// One that is told what it is by [`Later::settle`].
    pub fn unsettled() -> Later<'a> {
        Later {
            value: None,
            known: OnceCell::new(),
        }
    }

    /// Says what it is, for the first time.
    pub fn settle(&self, of: TypeRef<'a>) {
        self.known.get_or_init(|| of);
    }

    /// The type that it is. Errors: those of its value; that is no type.
    pub fn get(&self, evaluator: &Evaluator<'a>) -> Result<TypeRef<'a>> {
        if let Some(known) = self.known.get() {
            return Ok(known);
        }
        let Some((lib, value)) = self.value else {
            return Err(EvalError::type_error("this type is not known yet"));
        };
        let known = lib.type_of(evaluator, value)?;
        Ok(self.known.get_or_init(|| known))
    }

    /// Its value, if it is one of Nix.
    pub fn value(&self) -> Option<Value<'a>> {
        self.value.map(|(_, value)| value)
    }
}

/// What a list of sets of one attribute each is made of.
#[derive(Clone, Copy)]
pub struct AttrList<'a> {
    /// The type of the attributes.
    pub element: TypeRef<'a>,
    /// Whether the result is one set.
    pub as_attrs: bool,
    /// How the values of one name become one in that set; a list of them if nobody says.
    pub merge_values: Option<Value<'a>>,
}

/// What a submodule type evaluates.
#[derive(Clone, Copy)]
pub struct Submodule<'a> {
    /// What all module evaluations share.
    pub lib: &'a Modules<'a>,
    /// The modules that are always there.
    pub modules: &'a [Value<'a>],
    /// What their functions may ask for.
    pub special_args: Option<&'a Attrs<'a>>,
    /// Whether a set is always config, never `{ imports, options, config }`; none where nobody has said.
    pub shorthand_only_config: Option<bool>,
    /// The class of modules that are allowed.
    pub class: Option<&'a [u8]>,
    /// What it is in words.
    pub description: Option<&'a str>,
    /// Where several declarations do not agree on how definitions are read: a value that fails.
    pub clash: Option<Value<'a>>,
    /// Where they do not agree on the words.
    pub wordless: Option<Value<'a>>,
    /// The evaluation of these modules alone, once somebody needed it.
    pub base: &'a Once<&'a Evaluation<'a>>,
}

impl<'a> Type<'a> {
    /// A type without further checks.
    pub const fn of(kind: Kind<'a>) -> Type<'a> {
        Type {
            kind,
            name: None,
            description: None,
            class: None,
            checks: &[],
        }
    }
}

impl<'a> Modules<'a> {
    /// A new type.
    pub fn new_type(&self, evaluator: &Evaluator<'a>, kind: Kind<'a>) -> TypeRef<'a> {
        evaluator.arena.alloc(Type::of(kind))
    }

    /// The type that a value is. Errors: it is no type.
    pub fn type_of(&self, evaluator: &Evaluator<'a>, value: Value<'a>) -> Result<TypeRef<'a>> {
        let attrs = evaluator.force_attrs(value)?;
        let address = std::ptr::from_ref(attrs).addr();
        if let Some(known) = self.types.borrow().get(&address) {
            return Ok(known);
        }
        let is_type = crate::modules::properties::tag(evaluator, attrs)? == Some(b"option-type");
        if !is_type && attrs.get(known::MERGE).is_none() {
            return Err(evaluator.expected("an option type", Value::Attrs(attrs)));
        }
        let custom = self.new_type(evaluator, Kind::Custom(attrs));
        self.types.borrow_mut().insert(address, custom);
        Ok(custom)
    }

    /// The type that a value will be: it is looked at only when the type is needed, unless it is evaluated already.
    pub fn type_later(&'a self, evaluator: &Evaluator<'a>, value: Value<'a>) -> TypeRef<'a> {
        let done = match value {
            Value::Thunk(thunk) => thunk.done(),
            value => Some(value),
        };
        if let Some(Ok(known)) = done.map(|value| self.type_of(evaluator, value)) {
            return known;
        }
        let later = Later {
            value: Some((self, value)),
            known: OnceCell::new(),
        };
        self.new_type(evaluator, Kind::Later(evaluator.arena.alloc(later)))
    }

    pub(crate) fn remember_type(&self, attrs: &'a Attrs<'a>, known: TypeRef<'a>) {
        let address = std::ptr::from_ref(attrs).addr();
        self.types.borrow_mut().insert(address, known);
        let address = std::ptr::from_ref(known).addr();
        self.sets.borrow_mut().insert(address, attrs);
    }

    /// The set of a type, if it has one already.
    pub(crate) fn known_set(&self, of: TypeRef<'a>) -> Option<Value<'a>> {
        let address = std::ptr::from_ref(of).addr();
        let sets = self.sets.borrow();
        sets.get(&address).map(|attrs| Value::Attrs(attrs))
    }
}

/// The type itself, where it is one that is looked at later.
pub fn resolved<'a>(evaluator: &Evaluator<'a>, of: TypeRef<'a>) -> Result<TypeRef<'a>> {
    match of.kind {
        Kind::Later(later) => resolved(evaluator, later.get(evaluator)?),
        _ => Ok(of),
    }
}

/// The modules of the submodule in a type, if there is one: `getSubModules`.
pub fn sub_modules<'a>(
    evaluator: &Evaluator<'a>,
    of: TypeRef<'a>,
) -> Result<Option<&'a [Value<'a>]>> {
    evaluator.check_stack()?;
    match of.kind {
        Kind::Later(later) => sub_modules(evaluator, later.get(evaluator)?),
        Kind::Submodule(submodule) => Ok(Some(submodule.modules)),
        Kind::DeferredModule(modules) => Ok(Some(modules)),
        Kind::ListOf(element, _)
        | Kind::AttrsOf { element, .. }
        | Kind::NullOr(element)
        | Kind::FunctionTo(element)
        | Kind::Unique(_, element)
        | Kind::CoercedTo { to: element, .. } => sub_modules(evaluator, element),
        Kind::AttrListOf(list) => sub_modules(evaluator, list.element),
        Kind::Custom(attrs) => match attrs.value(evaluator.symbol("getSubModules")) {
            None => Ok(None),
            Some(modules) => match evaluator.force(modules)? {
                Value::List(modules) => Ok(Some(modules.items)),
                _ => Ok(None),
            },
        },
        _ => Ok(None),
    }
}

/// The same type with other modules in its submodule: `substSubModules`.
pub fn with_sub_modules<'a>(
    evaluator: &Evaluator<'a>,
    lib: &'a Modules<'a>,
    of: TypeRef<'a>,
    modules: &'a [Value<'a>],
) -> Result<TypeRef<'a>> {
    evaluator.check_stack()?;
    let inner = |element| with_sub_modules(evaluator, lib, element, modules);
    let kind = match of.kind {
        Kind::Later(later) => return inner(later.get(evaluator)?),
        Kind::Submodule(submodule) => Kind::Submodule(evaluator.arena.alloc(Submodule {
            modules,
            base: evaluator.arena.alloc(Once::new()),
            ..*submodule
        })),
        Kind::DeferredModule(_) => Kind::DeferredModule(modules),
        Kind::ListOf(element, filled) => Kind::ListOf(inner(element)?, filled),
        Kind::AttrsOf {
            element,
            lazy,
            placeholder,
        } => Kind::AttrsOf {
            element: inner(element)?,
            lazy,
            placeholder,
        },
        Kind::NullOr(element) => Kind::NullOr(inner(element)?),
        Kind::FunctionTo(element) => Kind::FunctionTo(inner(element)?),
        // As in nixpkgs, the message is lost.
        Kind::Unique(_, element) => Kind::Unique(None, inner(element)?),
        Kind::AttrListOf(list) => Kind::AttrListOf(evaluator.arena.alloc(AttrList {
            element: inner(list.element)?,
            ..*list
        })),
        Kind::CoercedTo { from, function, to } => Kind::CoercedTo {
            from,
            function,
            to: inner(to)?,
        },
        Kind::Custom(attrs) => {
            let Some(function) = attrs.value(evaluator.symbol("substSubModules")) else {
                return Ok(of);
            };
            let replaced = evaluator.call1(function, evaluator.list_of(modules))?;
            return lib.type_of(evaluator, replaced);
        }
        _ => return Ok(of),
    };
    Ok(lib.new_type(evaluator, kind))
}
