//! Lowers a tree to expressions: variables resolved, names interned, strings stripped, nested attributes merged.
//!
//! What rnix lets pass and Nix refuses is found here: undefined variables, duplicate attributes and formals, dynamic attributes where only
//! constant ones may stand, numbers out of range. A faulty place becomes [`ExprKind::Broken`], so that the rest can be evaluated.

mod attrs;
mod function;
mod path;
mod strings;
mod variable;

use std::path::Path;
use std::sync::Arc;

use rnix::{SyntaxKind, SyntaxNode};
use source::{Diagnostic, Pos, SourceFile, Span};

use crate::ir::expr::{
    Assert, AttrName, AttrNameKind, Binary, Call, Expr, ExprKind, HasAttr, If, Ir, Operator,
    Select, WithIn,
};
use crate::ir::scope::{Scope, Scopes};
use crate::ir::symbol::{Symbol, Symbols};
use crate::number;
use crate::syntax::Parsed;

/// A fault of syntax.
pub const SYNTAX: &str = "syntax";
/// A variable that nothing binds.
pub const UNDEFINED_VARIABLE: &str = "undefined-variable";
/// A name that is defined twice in one set.
pub const DUPLICATE_ATTRIBUTE: &str = "duplicate-attribute";

/// What lowering needs to know of its surroundings.
pub struct LowerContext<'c> {
    /// Where names are interned.
    pub symbols: &'c Symbols,
    /// The number of a variable of the outermost scope.
    pub globals: &'c dyn Fn(Symbol) -> Option<u16>,
    /// Where relative paths start.
    pub base: &'c Path,
    /// Where `~/` leads.
    pub home: Option<&'c Path>,
    /// Names in an environment of their own around the text: slot i is name i.
    pub extra: &'c [Symbol],
    /// Whether `|>` and `<|` are operators.
    pub pipes: bool,
}

/// A lowered text and what is wrong with it.
pub struct Lowered {
    /// The code.
    pub ir: Ir,
    /// Faults of scope and the like.
    pub diagnostics: Vec<Diagnostic>,
}

/// Lowers a parsed text.
pub fn lower(file: &Arc<SourceFile>, parsed: &Parsed, context: &LowerContext<'_>) -> Lowered {
    let mut lowering = Lowering {
        file,
        context,
        scopes: Scopes::default(),
        diagnostics: vec![],
        path_starts: vec![],
    };
    if !context.extra.is_empty() {
        let names = context.extra.to_vec();
        lowering.scopes.push(Scope::Names(names));
    }
    let root = parsed.tree.first_child();
    let root = lowering.child(root.as_ref(), file.full_span());
    let mut path_starts = lowering.path_starts;
    path_starts.sort_unstable();
    Lowered {
        ir: Ir {
            file: file.clone(),
            root,
            path_starts,
        },
        diagnostics: lowering.diagnostics,
    }
}

struct Lowering<'l, 'c> {
    file: &'l Arc<SourceFile>,
    context: &'l LowerContext<'c>,
    scopes: Scopes,
    diagnostics: Vec<Diagnostic>,
    path_starts: Vec<(Pos, Pos)>,
}

impl Lowering<'_, '_> {
    fn span(&self, node: &SyntaxNode) -> Span {
        let range = node.text_range();
        self.file.span(range.start().into(), range.end().into())
    }

    fn bytes(&self, start: u32, end: u32) -> &[u8] {
        self.file
            .bytes()
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }

    /// Reports a fault and gives the expression that stands for it.
    fn broken(&mut self, code: &'static str, span: Span, message: &str, label: &str) -> ExprKind {
        self.diagnostics
            .push(Diagnostic::error(code, message).label(span, label));
        ExprKind::Broken(message.into())
    }

    /// Lowers a child that rnix may not have found; it has then been reported as a fault of syntax.
    fn child(&mut self, node: Option<&SyntaxNode>, around: Span) -> Expr {
        match node {
            Some(node) => self.expr(node),
            None => Expr {
                span: around,
                kind: ExprKind::Broken("an expression is missing here".into()),
            },
        }
    }

    fn nth(&mut self, parent: &SyntaxNode, number: usize) -> Expr {
        let node = parent.children().nth(number);
        let span = self.span(parent);
        self.child(node.as_ref(), span)
    }

    fn expr(&mut self, node: &SyntaxNode) -> Expr {
        self.named(node, None)
    }

    /// Lowers an expression that is the value of the binding `name`.
    fn named(&mut self, node: &SyntaxNode, name: Option<Symbol>) -> Expr {
        let node = &without_parentheses(node.clone());
        let span = self.span(node);
        let kind = match node.kind() {
            SyntaxKind::NODE_IDENT => self.variable(node, span),
            SyntaxKind::NODE_APPLY => self.apply(node),
            SyntaxKind::NODE_SELECT => self.select(node),
            SyntaxKind::NODE_STRING => self.string(node),
            SyntaxKind::NODE_LITERAL => self.literal(node, span),
            SyntaxKind::NODE_ATTR_SET => self.attr_set(node),
            SyntaxKind::NODE_LIST => {
                let items = node.children().map(|item| self.expr(&item));
                ExprKind::List(items.collect())
            }
            SyntaxKind::NODE_LAMBDA => self.lambda(node, span, name),
            SyntaxKind::NODE_LET_IN => self.let_in(node, span),
            SyntaxKind::NODE_LEGACY_LET => self.legacy_let(node, span),
            SyntaxKind::NODE_WITH => {
                let namespace = self.nth(node, 0);
                self.scopes.push(Scope::With);
                let body = self.nth(node, 1);
                self.scopes.pop();
                ExprKind::WithIn(Box::new(WithIn { namespace, body }))
            }
            SyntaxKind::NODE_IF_ELSE => ExprKind::If(Box::new(If {
                condition: self.nth(node, 0),
                yes: self.nth(node, 1),
                no: self.nth(node, 2),
            })),
            SyntaxKind::NODE_ASSERT => ExprKind::Assert(Box::new(Assert {
                condition: self.nth(node, 0),
                body: self.nth(node, 1),
            })),
            SyntaxKind::NODE_BIN_OP => self.binary(node, span),
            SyntaxKind::NODE_UNARY_OP => self.unary(node),
            SyntaxKind::NODE_HAS_ATTR => {
                let subject = self.nth(node, 0);
                let path = self.attribute_path(node);
                ExprKind::HasAttr(Box::new(HasAttr { subject, path }))
            }
            SyntaxKind::NODE_CUR_POS => ExprKind::CurrentPosition,
            SyntaxKind::NODE_PATH_ABS
            | SyntaxKind::NODE_PATH_REL
            | SyntaxKind::NODE_PATH_HOME
            | SyntaxKind::NODE_PATH_SEARCH => self.path(node, span),
            _ => ExprKind::Broken("this is not an expression".into()),
        };
        Expr { span, kind }
    }

    fn literal(&mut self, node: &SyntaxNode, span: Span) -> ExprKind {
        let Some(token) = node.first_token() else {
            return ExprKind::Broken("a literal is missing here".into());
        };
        let text = token.text();
        match token.kind() {
            SyntaxKind::TOKEN_INTEGER => match number::parse_integer(text) {
                Some(number) => ExprKind::Int(number),
                None => self.broken(
                    SYNTAX,
                    span,
                    &format!("invalid integer '{text}'"),
                    "an integer has at most 63 bits",
                ),
            },
            SyntaxKind::TOKEN_FLOAT => match number::parse_float(text) {
                Some(number) => ExprKind::Float(number),
                None => self.broken(
                    SYNTAX,
                    span,
                    &format!("invalid float '{text}'"),
                    "out of range",
                ),
            },
            _ => {
                let range = token.text_range();
                ExprKind::String(crate::ir::expr::Literal::Slice {
                    start: range.start().into(),
                    end: range.end().into(),
                })
            }
        }
    }

    fn apply(&mut self, node: &SyntaxNode) -> ExprKind {
        let mut arguments = vec![];
        let mut function = node.clone();
        while function.kind() == SyntaxKind::NODE_APPLY {
            let mut children = function.children();
            let callee = children.next();
            if let Some(argument) = children.next() {
                arguments.push(argument);
            }
            match callee {
                Some(callee) => function = without_parentheses(callee),
                None => return ExprKind::Broken("a function is missing here".into()),
            }
        }
        let function = self.expr(&function);
        if arguments.is_empty() {
            return function.kind;
        }
        let arguments = arguments.iter().rev().map(|argument| self.expr(argument));
        let arguments = arguments.collect();
        ExprKind::Call(Box::new(Call {
            function,
            arguments,
        }))
    }

    fn select(&mut self, node: &SyntaxNode) -> ExprKind {
        let subject = self.nth(node, 0);
        let path = self.attribute_path(node);
        let default = node
            .children()
            .skip_while(|child| child.kind() != SyntaxKind::NODE_ATTRPATH)
            .nth(1);
        let default = default.map(|default| self.expr(&default));
        if path.is_empty() {
            return ExprKind::Broken("an attribute name is missing here".into());
        }
        ExprKind::Select(Box::new(Select {
            subject,
            path,
            default,
        }))
    }

    fn attribute_path(&mut self, parent: &SyntaxNode) -> Box<[AttrName]> {
        let path = parent
            .children()
            .find(|child| child.kind() == SyntaxKind::NODE_ATTRPATH);
        let Some(path) = path else {
            return Box::new([]);
        };
        let names = path.children().map(|name| self.attribute_name(&name));
        names.collect()
    }

    /// A name in an attribute path: constant strings count as names.
    fn attribute_name(&mut self, node: &SyntaxNode) -> AttrName {
        let span = self.span(node);
        let kind = match node.kind() {
            SyntaxKind::NODE_IDENT => {
                let range = node.text_range();
                let bytes = self.bytes(range.start().into(), range.end().into());
                AttrNameKind::Static(self.context.symbols.intern(bytes))
            }
            SyntaxKind::NODE_STRING => {
                let kind = self.string(node);
                self.constant_name(Expr { span, kind })
            }
            SyntaxKind::NODE_DYNAMIC => {
                let inner = self.nth(node, 0);
                self.constant_name(inner)
            }
            _ => AttrNameKind::Dynamic(Expr {
                span,
                kind: ExprKind::Broken("an attribute name is missing here".into()),
            }),
        };
        AttrName { span, kind }
    }

    fn constant_name(&self, expr: Expr) -> AttrNameKind {
        match &expr.kind {
            ExprKind::String(crate::ir::expr::Literal::Slice { start, end }) => {
                AttrNameKind::Static(self.context.symbols.intern(self.bytes(*start, *end)))
            }
            ExprKind::String(crate::ir::expr::Literal::Owned(bytes)) => {
                AttrNameKind::Static(self.context.symbols.intern(bytes))
            }
            _ => AttrNameKind::Dynamic(expr),
        }
    }

    fn unary(&mut self, node: &SyntaxNode) -> ExprKind {
        let operand = Box::new(self.nth(node, 0));
        match node.first_token().map(|token| token.kind()) {
            Some(SyntaxKind::TOKEN_SUB) => ExprKind::Negate(operand),
            _ => ExprKind::Not(operand),
        }
    }

    fn binary(&mut self, node: &SyntaxNode, span: Span) -> ExprKind {
        let operator = node
            .children_with_tokens()
            .filter_map(|child| child.into_token())
            .find(|token| !is_trivia(token.kind()));
        let Some(operator) = operator else {
            return ExprKind::Broken("an operator is missing here".into());
        };
        let range = operator.text_range();
        let operator_span = self.file.span(range.start().into(), range.end().into());
        let kind = operator.kind();
        if matches!(
            kind,
            SyntaxKind::TOKEN_PIPE_LEFT | SyntaxKind::TOKEN_PIPE_RIGHT
        ) {
            return self.pipe(node, kind, operator_span);
        }
        let Some(operator) = operator_of(kind) else {
            return ExprKind::Broken("an operator is missing here".into());
        };
        if let Some(class) = comparison(kind) {
            let left = node.children().next();
            let chained = left.filter(|left| {
                left.kind() == SyntaxKind::NODE_BIN_OP
                    && left
                        .children_with_tokens()
                        .any(|child| comparison(child.kind()) == Some(class))
            });
            if chained.is_some() {
                let message = "comparisons cannot be chained";
                return self.broken(SYNTAX, span, message, "use parentheses or `&&`");
            }
        }
        ExprKind::Binary(Box::new(Binary {
            operator,
            operator_span,
            left: self.nth(node, 0),
            right: self.nth(node, 1),
        }))
    }

    fn pipe(&mut self, node: &SyntaxNode, kind: SyntaxKind, operator: Span) -> ExprKind {
        if !self.context.pipes {
            let message = "the pipe operators are an experimental feature of Nix";
            return self.broken(SYNTAX, operator, message, "not enabled");
        }
        let (left, right) = (self.nth(node, 0), self.nth(node, 1));
        let (function, argument) = if kind == SyntaxKind::TOKEN_PIPE_RIGHT {
            (right, left)
        } else {
            (left, right)
        };
        ExprKind::Call(Box::new(Call {
            function,
            arguments: Box::new([argument]),
        }))
    }
}

fn without_parentheses(mut node: SyntaxNode) -> SyntaxNode {
    while node.kind() == SyntaxKind::NODE_PAREN {
        match node.first_child() {
            Some(inner) => node = inner,
            None => break,
        }
    }
    node
}

fn is_trivia(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::TOKEN_WHITESPACE | SyntaxKind::TOKEN_COMMENT
    )
}

fn comparison(kind: SyntaxKind) -> Option<u8> {
    match kind {
        SyntaxKind::TOKEN_EQUAL | SyntaxKind::TOKEN_NOT_EQUAL => Some(0),
        SyntaxKind::TOKEN_LESS
        | SyntaxKind::TOKEN_LESS_OR_EQ
        | SyntaxKind::TOKEN_MORE
        | SyntaxKind::TOKEN_MORE_OR_EQ => Some(1),
        _ => None,
    }
}

fn operator_of(kind: SyntaxKind) -> Option<Operator> {
    Some(match kind {
        SyntaxKind::TOKEN_ADD => Operator::Add,
        SyntaxKind::TOKEN_SUB => Operator::Subtract,
        SyntaxKind::TOKEN_MUL => Operator::Multiply,
        SyntaxKind::TOKEN_DIV => Operator::Divide,
        SyntaxKind::TOKEN_EQUAL => Operator::Equal,
        SyntaxKind::TOKEN_NOT_EQUAL => Operator::NotEqual,
        SyntaxKind::TOKEN_LESS => Operator::Less,
        SyntaxKind::TOKEN_LESS_OR_EQ => Operator::LessOrEqual,
        SyntaxKind::TOKEN_MORE => Operator::Greater,
        SyntaxKind::TOKEN_MORE_OR_EQ => Operator::GreaterOrEqual,
        SyntaxKind::TOKEN_AND_AND => Operator::And,
        SyntaxKind::TOKEN_OR_OR => Operator::Or,
        SyntaxKind::TOKEN_IMPLICATION => Operator::Implies,
        SyntaxKind::TOKEN_UPDATE => Operator::Update,
        SyntaxKind::TOKEN_CONCAT => Operator::Concat,
        _ => return None,
    })
}
