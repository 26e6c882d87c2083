//! Values: 16 bytes, `Copy`, all in the arena of one run.

use std::borrow::Cow;

use source::Span;

use crate::eval::attrs::Attrs;
use crate::eval::env::Env;
use crate::eval::error::Result;
use crate::eval::evaluator::Evaluator;
use crate::eval::string::Str;
use crate::eval::thunk::Thunk;
use crate::ir::expr::LambdaExpr;
use crate::ir::symbol::Symbol;

/// A Nix value. Only [`Value::Thunk`] is not yet evaluated; [`Evaluator::force`] turns it into one of the others.
///
/// The discriminant is a whole word, and so is every payload ([`Bool`], [`Float`]): then a value is a pair of words to the compiler, which hands
/// it around in two registers, and never reads from memory what was written there in other pieces, which costs a stall.
#[derive(Clone, Copy)]
#[repr(u64)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `true`, `false`; made by [`Value::bool`].
    Bool(Bool),
    /// A 64-bit integer.
    Int(i64),
    /// A 64-bit float; made by [`Value::float`].
    Float(Float),
    /// A string of bytes, with its context.
    String(&'a Str<'a>),
    /// A path: absolute, normal, without context.
    Path(&'a Str<'a>),
    /// A list.
    List(&'a List<'a>),
    /// An attribute set.
    Attrs(&'a Attrs<'a>),
    /// A function written in Nix.
    Lambda(&'a Closure<'a>),
    /// A function written in Rust.
    Builtin(&'a Builtin<'a>),
    /// A function written in Rust that waits for further arguments.
    Partial(&'a Partial<'a>),
    /// A value whose source is not here.
    OutOfReach(&'a OutOfReach<'a>),
    /// Not evaluated yet, or evaluated and remembered.
    Thunk(&'a Thunk<'a>),
}

const _: () = assert!(size_of::<Value<'static>>() == 16);
const _: () = assert!(!std::mem::needs_drop::<Value<'static>>());

/// A boolean as wide as the other payloads of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(i64)]
pub enum Bool {
    /// `false`
    False,
    /// `true`
    True,
}

impl From<bool> for Bool {
    #[inline]
    fn from(value: bool) -> Bool {
        if value { Bool::True } else { Bool::False }
    }
}

impl Bool {
    /// The boolean.
    #[inline]
    pub fn get(self) -> bool {
        self == Bool::True
    }
}

/// A float, kept as its bits.
#[derive(Clone, Copy)]
pub struct Float(u64);

impl Float {
    /// The float.
    #[inline]
    pub fn get(self) -> f64 {
        f64::from_bits(self.0)
    }
}

/// A list's elements.
#[derive(Clone, Copy)]
pub struct List<'a> {
    /// The elements, most of them thunks.
    pub items: &'a [Value<'a>],
}

/// A function written in Nix, with the environment it was written in.
#[derive(Clone, Copy)]
pub struct Closure<'a> {
    /// Its code.
    pub code: &'a LambdaExpr,
    /// What its body sees.
    pub env: &'a Env<'a>,
}

/// A builtin that can be put in a table.
pub type BuiltinFn = for<'a, 'e> fn(&'e Evaluator<'a>, &[Value<'a>]) -> Result<Value<'a>>;

/// A function written in Rust that captures values.
pub type NativeFn<'a> = dyn Fn(&Evaluator<'a>, &[Value<'a>]) -> Result<Value<'a>> + 'a;

/// A function written in Rust.
#[derive(Clone, Copy)]
pub struct Builtin<'a> {
    /// Its name, for messages.
    pub name: &'a str,
    /// How many arguments it takes, at least one.
    pub arity: usize,
    /// What it does.
    pub run: Run<'a>,
    /// What `functionArgs` says of it: formals, and whether each has a default.
    pub formals: &'a [(Symbol, bool)],
}

/// What a builtin does.
#[derive(Clone, Copy)]
pub enum Run<'a> {
    /// A plain function.
    Function(BuiltinFn),
    /// A closure in the arena.
    Native(&'a NativeFn<'a>),
}

/// A builtin with its first arguments.
#[derive(Clone, Copy)]
pub struct Partial<'a> {
    /// The builtin.
    pub builtin: &'a Builtin<'a>,
    /// Fewer arguments than it takes.
    pub arguments: &'a [Value<'a>],
}

/// A value whose source is not here: something of an input that is not on the disk, or of the store.
///
/// Selecting from it and calling it go on being out of reach. Everything that needs the value fails.
#[derive(Clone, Copy)]
pub struct OutOfReach<'a> {
    /// How it came about.
    pub origin: Origin<'a>,
    /// Where it was first asked for.
    pub span: Span,
}

/// How a value out of reach came about.
#[derive(Clone, Copy)]
pub enum Origin<'a> {
    /// The source itself.
    Root {
        /// What it is called: `inputs.foo`.
        name: &'a str,
        /// Why it is not here: ``input `foo` is not on disk``.
        because: &'a str,
        /// The attributes that are known nevertheless.
        known: Option<&'a Attrs<'a>>,
    },
    /// A set of which these attributes are known; the rest is that of another value out of reach.
    Open {
        /// The attributes that are known, those of the other among them.
        known: &'a Attrs<'a>,
        /// What has the rest.
        rest: &'a OutOfReach<'a>,
    },
    /// An attribute of another value out of reach.
    Select(&'a OutOfReach<'a>, Symbol),
    /// What a function out of reach would return.
    Call(&'a OutOfReach<'a>, &'a [Value<'a>]),
}

impl<'a> OutOfReach<'a> {
    /// The value of an attribute that is known although the rest is not here.
    pub fn known(&'a self, name: Symbol) -> Option<Value<'a>> {
        self.known_attrs()?.value(name)
    }

    /// The attributes that are known although the rest is not here.
    pub fn known_attrs(&self) -> Option<&'a Attrs<'a>> {
        match self.origin {
            Origin::Root { known, .. } => known,
            Origin::Open { known, .. } => Some(known),
            _ => None,
        }
    }

    /// The source that it comes from: its name, and why it is not here.
    pub fn root(&'a self) -> (&'a str, &'a str) {
        let mut at = self;
        loop {
            match at.origin {
                Origin::Root { name, because, .. } => return (name, because),
                Origin::Open { rest: from, .. }
                | Origin::Select(from, _)
                | Origin::Call(from, _) => at = from,
            }
        }
    }

    /// The attributes of a set that is known but for the rest of it.
    pub fn open_set(&self) -> Option<&'a Attrs<'a>> {
        match self.origin {
            Origin::Open { known, .. } => Some(known),
            _ => None,
        }
    }
}

impl<'a> Value<'a> {
    /// `true` or `false`.
    #[inline]
    pub fn bool(value: bool) -> Value<'a> {
        Value::Bool(Bool::from(value))
    }

    /// A float.
    #[inline]
    pub fn float(value: f64) -> Value<'a> {
        Value::Float(Float(value.to_bits()))
    }

    /// The name of the type as Nix writes it in messages, with its article.
    pub fn type_with_article(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Value::Null => "null",
            Value::Bool(_) => "a Boolean",
            Value::Int(_) => "an integer",
            Value::Float(_) => "a float",
            Value::String(string) if !string.context.is_empty() => "a string with context",
            Value::String(_) => "a string",
            Value::Path(_) => "a path",
            Value::List(_) => "a list",
            Value::Attrs(_) => "a set",
            Value::Lambda(_) => "a function",
            Value::Builtin(builtin) => {
                return Cow::Owned(format!("the built-in function '{}'", builtin.name));
            }
            Value::Partial(partial) => {
                let name = partial.builtin.name;
                let text = format!("the partially applied built-in function '{name}'");
                return Cow::Owned(text);
            }
            Value::OutOfReach(_) => "a value out of reach",
            Value::Thunk(_) => "a thunk",
        })
    }

    /// What `builtins.typeOf` says; a value out of reach or not evaluated has no type.
    pub fn type_name(self) -> Option<&'static str> {
        Some(match self {
            Value::Null => "null",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Float(_) => "float",
            Value::String(_) => "string",
            Value::Path(_) => "path",
            Value::List(_) => "list",
            Value::Attrs(_) => "set",
            Value::Lambda(_) | Value::Builtin(_) | Value::Partial(_) => "lambda",
            Value::OutOfReach(_) | Value::Thunk(_) => return None,
        })
    }

    /// Whether it is a function, sets with `__functor` aside.
    pub fn is_function(self) -> bool {
        matches!(
            self,
            Value::Lambda(_) | Value::Builtin(_) | Value::Partial(_)
        )
    }
}
