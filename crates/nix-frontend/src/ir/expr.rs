//! Expressions as the evaluator runs them.
//!
//! A tree of boxes, immutable and shared between runs. Variables are resolved: a [`ExprKind::Local`] says how many
//! environments up and which slot. These make an environment, in this order of slots:
//! - a lambda: its plain argument or `@` name first (if it has one), then its formals as listed;
//! - `let` and `rec { }`: their static attributes as listed;
//! - `with`: the namespace, in slot 0.

use std::sync::Arc;

use source::{Pos, SourceFile, Span};

use crate::ir::symbol::Symbol;

/// A lowered file.
#[derive(Debug)]
pub struct Ir {
    /// The text it was made of.
    pub file: Arc<SourceFile>,
    /// The expression that the file is.
    pub root: Expr,
    /// For attributes of a longer path (`a.b.c = …`): where each name stands, and where its path starts; sorted. Nix gives the latter as
    /// the attribute's position.
    pub path_starts: Vec<(Pos, Pos)>,
    /// For names that stand more than once for one attribute (`a.b = …; a.c = …`): where the first stands, and another; sorted.
    pub repeated: Vec<(Pos, Span)>,
}

/// An expression and where it stands.
#[derive(Debug)]
pub struct Expr {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

/// What an expression is.
#[derive(Debug)]
pub enum ExprKind {
    /// `1`
    Int(i64),
    /// `1.5`
    Float(f64),
    /// A string without interpolation.
    String(Literal),
    /// A string with interpolation; the result is a string even if only one part is there.
    Interpolation(Box<[Part]>),
    /// A path without interpolation: absolute and normal.
    Path(Box<str>),
    /// A path with interpolation: literal parts are as written, the first made absolute.
    PathInterpolation(Box<[Part]>),
    /// `<nixpkgs/lib>`, without the brackets.
    SearchPath(Box<str>),
    /// A variable: `depth` environments up, slot `index`.
    Local {
        /// How many environments up.
        depth: u16,
        /// Which slot.
        index: u16,
        /// Its name.
        name: Symbol,
    },
    /// A variable of the outermost scope, by its number there (see [`crate::builtins::Globals`]).
    Global(u16),
    /// A variable that only a `with` can provide; `withs` are the depths of the environments of all enclosing ones, innermost first.
    With {
        /// Its name.
        name: Symbol,
        /// How many environments up each `with` is.
        withs: Box<[u16]>,
    },
    /// `__curPos`
    CurrentPosition,
    /// `subject.path` or `subject.path or default`
    Select(Box<Select>),
    /// `subject ? path`
    HasAttr(Box<HasAttr>),
    /// `{ … }` or `rec { … }`
    Attrs(Box<AttrsExpr>),
    /// `let … in body`
    Let(Box<Let>),
    /// `[ … ]`
    List(Box<[Expr]>),
    /// `argument: body`
    Lambda(Arc<LambdaExpr>),
    /// `function argument …`
    Call(Box<Call>),
    /// `with namespace; body`
    WithIn(Box<WithIn>),
    /// `if condition then yes else no`
    If(Box<If>),
    /// `assert condition; body`
    Assert(Box<Assert>),
    /// `!operand`
    Not(Box<Expr>),
    /// `-operand`
    Negate(Box<Expr>),
    /// `left operator right`
    Binary(Box<Binary>),
    /// A place that could not be understood; evaluating it fails with this message. It has been reported already.
    Broken(Box<str>),
}

/// The bytes of a string literal.
#[derive(Debug)]
pub enum Literal {
    /// As they stand in the file: no escapes. Offsets into the file's bytes. Strings of this kind can be traced back to their place.
    Slice {
        /// The first byte.
        start: u32,
        /// Behind the last byte.
        end: u32,
    },
    /// With escapes resolved.
    Owned(Box<[u8]>),
}

/// A part of an interpolated string or path.
#[derive(Debug)]
pub enum Part {
    /// Text between the interpolations, escapes resolved.
    Literal(Box<[u8]>),
    /// `${…}`
    Interpolated(Expr),
}

/// A name in an attribute path.
#[derive(Debug)]
pub struct AttrName {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: AttrNameKind,
}

/// What a name in an attribute path is.
#[derive(Debug)]
pub enum AttrNameKind {
    /// `name`, `"name"` or `${"name"}`
    Static(Symbol),
    /// `${…}` or `"…${…}…"`
    Dynamic(Expr),
}

/// `subject.path`, `subject.path or default`
#[derive(Debug)]
pub struct Select {
    /// What is selected from.
    pub subject: Expr,
    /// The names, at least one.
    pub path: Box<[AttrName]>,
    /// Behind `or`.
    pub default: Option<Expr>,
}

/// `subject ? path`
#[derive(Debug)]
pub struct HasAttr {
    /// What is asked.
    pub subject: Expr,
    /// The names, at least one.
    pub path: Box<[AttrName]>,
}

/// An attribute set. Definitions of one name are merged already (`a.b = 1; a.c = 2;`).
#[derive(Debug)]
pub struct AttrsExpr {
    /// Whether its attributes are in scope of each other.
    pub recursive: bool,
    /// The attributes with constant names, sorted by symbol, each once.
    pub attrs: Box<[Binding]>,
    /// The sources of `inherit (source) …`, one each clause.
    pub sources: Box<[Expr]>,
    /// The attributes with computed names, as written. They see a `rec`'s scope but are not in it.
    pub dynamic: Box<[DynamicBinding]>,
}

/// `let bindings in body`
#[derive(Debug)]
pub struct Let {
    /// The bindings: slot i of the environment is binding i. Sorted by symbol.
    pub bindings: Box<[Binding]>,
    /// The sources of `inherit (source) …`.
    pub sources: Box<[Expr]>,
    /// Behind `in`.
    pub body: Expr,
}

/// An attribute or a `let` binding with a constant name.
#[derive(Debug)]
pub struct Binding {
    /// Its name.
    pub name: Symbol,
    /// Where the name stands.
    pub name_span: Span,
    /// What it is.
    pub value: BindingValue,
}

/// What an attribute is.
#[derive(Debug)]
pub enum BindingValue {
    /// `name = expression;` — evaluated in the set's own environment if that is recursive. A lambda here knows its name.
    Expr(Expr),
    /// `inherit name;` — a variable of the *enclosing* scope: the expression is to be evaluated outside the new environment.
    Inherit(Expr),
    /// `inherit (source) name;` — selected from the source of that number.
    InheritFrom(u32),
}

/// `${name} = value;`
#[derive(Debug)]
pub struct DynamicBinding {
    /// The name; null drops the attribute.
    pub name: Expr,
    /// The value.
    pub value: Expr,
}

/// A function.
#[derive(Debug)]
pub struct LambdaExpr {
    /// The name of the binding that it is the value of.
    pub name: Option<Symbol>,
    /// `argument:` or the `@` name.
    pub argument: Option<Symbol>,
    /// `{ … }:`
    pub formals: Option<Formals>,
    /// Behind the colon.
    pub body: Expr,
    /// Whether something may still refer to the environment of a call that is done.
    pub captures: bool,
    /// Where the whole function stands.
    pub span: Span,
}

impl LambdaExpr {
    /// How many slots a call's environment has.
    pub fn slot_count(&self) -> usize {
        usize::from(self.argument.is_some())
            + self
                .formals
                .as_ref()
                .map_or(0, |formals| formals.entries.len())
    }

    /// Where the formal `name` stands; the whole function if it has no such formal.
    pub fn formal(&self, name: Symbol) -> Span {
        let mut entries = self.formals.iter().flat_map(|formals| &formals.entries);
        let formal = entries.find(|formal| formal.name == name);
        formal.map_or(self.span, |formal| formal.span)
    }
}

/// The formals of a function.
#[derive(Debug)]
pub struct Formals {
    /// The names with their defaults, sorted by symbol.
    pub entries: Box<[Formal]>,
    /// Whether other attributes may be there too.
    pub ellipsis: bool,
}

/// One formal. Its default sees all others.
#[derive(Debug)]
pub struct Formal {
    /// Its name.
    pub name: Symbol,
    /// Where the name stands.
    pub span: Span,
    /// Behind `?`.
    pub default: Option<Expr>,
}

/// `function argument …`, all arguments at once.
#[derive(Debug)]
pub struct Call {
    /// What is called.
    pub function: Expr,
    /// The arguments, at least one.
    pub arguments: Box<[Expr]>,
}

/// `with namespace; body`
#[derive(Debug)]
pub struct WithIn {
    /// Behind `with`.
    pub namespace: Expr,
    /// Behind the semicolon.
    pub body: Expr,
}

/// `if condition then yes else no`
#[derive(Debug)]
pub struct If {
    /// Behind `if`.
    pub condition: Expr,
    /// Behind `then`.
    pub yes: Expr,
    /// Behind `else`.
    pub no: Expr,
}

/// `assert condition; body`
#[derive(Debug)]
pub struct Assert {
    /// Behind `assert`.
    pub condition: Expr,
    /// Behind the semicolon.
    pub body: Expr,
}

/// `left operator right`. Pipes are lowered to calls.
#[derive(Debug)]
pub struct Binary {
    /// Which.
    pub operator: Operator,
    /// Where the operator stands.
    pub operator_span: Span,
    /// The left operand.
    pub left: Expr,
    /// The right operand.
    pub right: Expr,
}

/// A binary operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `->`
    Implies,
    /// `//`
    Update,
    /// `++`
    Concat,
}
