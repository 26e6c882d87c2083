//! Lowers a tree to expressions: variables resolved, names interned, strings stripped, nested attributes merged.
//!
//! What rnix lets pass and Nix refuses is found here: undefined variables, duplicate attributes and formals, dynamic attributes where only
//! constant ones may stand, functions as operands without parentheses, chained comparisons, numbers out of range. A faulty place becomes
//! [`ExprKind::Broken`], so that the rest can be evaluated. A place without text is one that the parser's recovery has put in: it is broken
//! too, and has been reported.

mod apply;
mod attrs;
mod function;
mod operators;
mod path;
mod strings;
mod undefined;
mod variable;

use std::cell::OnceCell;
use std::path::Path;
use std::sync::Arc;

use rnix::{SyntaxKind, SyntaxNode};
use rustc_hash::FxHashSet;
use source::{Diagnostic, Edit, Pos, SourceFile, Span};

use crate::ir::expr::{Assert, Expr, ExprKind, If, Ir, Literal, WithIn};
use crate::ir::scope::Scopes;
use crate::ir::symbol::{Symbol, Symbols};
use crate::number;
use crate::syntax::tree::{Node, Token};
use crate::syntax::{self, Read};

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
    /// Faults of scope and the like, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Lowers a text that has been read.
pub fn lower(file: &Arc<SourceFile>, read: &Read, context: &LowerContext<'_>) -> Lowered {
    let faults = read.diagnostics.iter().filter_map(Diagnostic::primary);
    let mut lowering = Lowering {
        file,
        syntax: OnceCell::new(),
        context,
        scopes: Scopes::default(),
        diagnostics: vec![],
        path_starts: vec![],
        repeated: vec![],
        faults: faults
            .filter(|span| !span.is_empty())
            .map(|span| span.end)
            .collect(),
    };
    if !context.extra.is_empty() {
        lowering.scopes.enter(context.extra.iter().copied());
    }
    let root = read.tree.root().and_then(|root| root.child(0));
    // What a text begins with that goes on after its expression is no expression: `name = …`.
    if let Some(root) = root.filter(|_| read.diagnostics.iter().any(goes_on)) {
        let start = lowering.span(root).start;
        lowering.faults.insert(start);
    }
    let root = lowering.child(root, file.full_span());
    let mut path_starts = lowering.path_starts;
    path_starts.sort_unstable();
    let mut repeated = lowering.repeated;
    repeated.sort_unstable();
    let mut diagnostics = lowering.diagnostics;
    diagnostics.sort_by_key(Diagnostic::primary);
    let unsettled = read
        .diagnostics
        .iter()
        .find(|fault| syntax::unsettles(fault));
    if let Some(fault) = unsettled {
        diagnostics.retain(|finding| finding.primary() < fault.primary());
    }
    Lowered {
        ir: Ir {
            file: file.clone(),
            root,
            path_starts,
            repeated,
        },
        diagnostics,
    }
}

fn goes_on(finding: &Diagnostic) -> bool {
    finding.message == syntax::GOES_ON
}

struct Lowering<'l, 'c> {
    file: &'l Arc<SourceFile>,
    /// The text's syntax, parsed when a fault asks for it.
    syntax: OnceCell<SyntaxNode>,
    context: &'l LowerContext<'c>,
    scopes: Scopes,
    diagnostics: Vec<Diagnostic>,
    path_starts: Vec<(Pos, Pos)>,
    repeated: Vec<(Pos, Span)>,
    /// Where faults of syntax end: a word right behind one may be no variable.
    faults: FxHashSet<Pos>,
}

impl<'l> Lowering<'l, '_> {
    fn span(&self, node: Node<'_>) -> Span {
        self.file.span(node.start, node.end())
    }

    fn syntax(&self) -> &SyntaxNode {
        self.syntax.get_or_init(|| syntax::parse(self.file).tree)
    }

    fn text(&self, token: Token) -> &'l str {
        let place = token.start as usize..token.end as usize;
        self.file.text.get(place).unwrap_or_default()
    }

    fn bytes(&self, start: u32, end: u32) -> &'l [u8] {
        let range = start as usize..end as usize;
        self.file.bytes().get(range).unwrap_or_default()
    }

    /// Reports a fault and gives the expression that stands for it.
    fn broken(&mut self, code: &'static str, span: Span, message: &str, label: &str) -> ExprKind {
        self.diagnostics
            .push(Diagnostic::error(code, message).label(span, label));
        ExprKind::Broken(message.into())
    }

    /// Lowers a child that rnix may not have found; it has then been reported as a fault of syntax.
    fn child(&mut self, node: Option<Node<'_>>, around: Span) -> Expr {
        match node {
            Some(node) => self.expr(node),
            None => Expr {
                span: around,
                kind: missing("an expression"),
            },
        }
    }

    fn nth(&mut self, parent: Node<'_>, number: usize) -> Expr {
        self.child(parent.child(number), self.span(parent))
    }

    fn expr(&mut self, node: Node<'_>) -> Expr {
        self.named(node, None)
    }

    /// Lowers an expression that is the value of the binding `name`.
    fn named(&mut self, node: Node<'_>, name: Option<Symbol>) -> Expr {
        let node = node.without_parentheses();
        let span = self.span(node);
        let kind = with_stack(|| self.kind(node, span, name));
        Expr { span, kind }
    }

    fn kind(&mut self, node: Node<'_>, span: Span, name: Option<Symbol>) -> ExprKind {
        match node.kind() {
            SyntaxKind::NODE_IDENT => self.variable(node, span),
            SyntaxKind::NODE_APPLY => self.apply(node),
            SyntaxKind::NODE_SELECT => self.select(node),
            SyntaxKind::NODE_HAS_ATTR => self.has_attr(node),
            SyntaxKind::NODE_STRING => self.string(node, span),
            SyntaxKind::NODE_LITERAL => self.literal(node, span),
            SyntaxKind::NODE_ATTR_SET => self.attr_set(node),
            SyntaxKind::NODE_LIST => {
                let items = node.children().map(|item| self.operand(item));
                ExprKind::List(items.collect())
            }
            SyntaxKind::NODE_LAMBDA => self.lambda(node, span, name),
            SyntaxKind::NODE_LET_IN => self.let_in(node, span),
            SyntaxKind::NODE_LEGACY_LET => self.legacy_let(node, span),
            SyntaxKind::NODE_WITH => {
                let namespace = self.nth(node, 0);
                self.scopes.enter_with();
                let body = self.nth(node, 1);
                self.scopes.leave();
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
            SyntaxKind::NODE_CUR_POS => ExprKind::CurrentPosition,
            SyntaxKind::NODE_PATH_ABS
            | SyntaxKind::NODE_PATH_REL
            | SyntaxKind::NODE_PATH_HOME
            | SyntaxKind::NODE_PATH_SEARCH => self.path(node, span),
            SyntaxKind::NODE_PAREN => missing("an expression"),
            _ => ExprKind::Broken("this is not an expression".into()),
        }
    }

    /// Lowers an operand, an argument or an item of a list: a function there needs parentheses.
    fn operand(&mut self, node: Node<'_>) -> Expr {
        if node.kind() == SyntaxKind::NODE_LAMBDA {
            let span = self.span(node);
            let head = match node.child(0) {
                Some(parameter) => self.file.span(parameter.start, parameter.end()),
                None => span,
            };
            let edits = vec![
                Edit::insert_before(span, "("),
                Edit::insert_after(span, ")"),
            ];
            self.diagnostics.push(
                Diagnostic::error(SYNTAX, "a function needs parentheses here")
                    .label(head, "the function begins here")
                    .with_fix(source::Fix {
                        title: "put parentheses around it".to_owned(),
                        safe: true,
                        edits,
                    }),
            );
        }
        self.expr(node)
    }

    fn operand_at(&mut self, parent: Node<'_>, number: usize) -> Expr {
        match parent.child(number) {
            Some(node) => self.operand(node),
            None => self.child(None, self.span(parent)),
        }
    }

    fn literal(&mut self, node: Node<'_>, span: Span) -> ExprKind {
        let Some(token) = node.first_token() else {
            return missing("a literal");
        };
        let text = self.text(token);
        match token.kind {
            SyntaxKind::TOKEN_INTEGER => match number::parse_integer(text) {
                Some(number) => ExprKind::Int(number),
                None => {
                    let message = format!("invalid integer '{text}'");
                    self.broken(SYNTAX, span, &message, "an integer has at most 63 bits")
                }
            },
            SyntaxKind::TOKEN_FLOAT => self.float(text, span),
            _ => ExprKind::String(Literal::Slice {
                start: token.start,
                end: token.end,
            }),
        }
    }

    fn float(&mut self, text: &str, span: Span) -> ExprKind {
        let message = format!("invalid float '{text}'");
        if let Some(rest) = text.strip_prefix("0.")
            && !rest.starts_with(|first: char| first.is_ascii_digit())
        {
            let whole = format!("0.0{rest}");
            self.diagnostics.push(
                Diagnostic::error(SYNTAX, message.clone())
                    .label(span, "needs a digit behind the point")
                    .fix(format!("write `{whole}`"), Edit::replace(span, whole)),
            );
            return ExprKind::Broken(message.into());
        }
        match number::parse_float(text) {
            Some(number) => ExprKind::Float(number),
            None => self.broken(SYNTAX, span, &message, "out of range"),
        }
    }
}

fn missing(what: &str) -> ExprKind {
    ExprKind::Broken(format!("{what} is missing here").into())
}

/// Runs a step of the recursion with enough stack for the deepest text that the guard lets through.
pub(crate) fn with_stack<T>(step: impl FnOnce() -> T) -> T {
    const LEAST: usize = 128 << 10;
    const MORE: usize = 2 << 20;
    stacker::maybe_grow(LEAST, MORE, step)
}
