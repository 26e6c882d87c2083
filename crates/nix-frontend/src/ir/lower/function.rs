//! Functions.

use std::sync::Arc;

use rnix::SyntaxKind;
use source::{Diagnostic, Span};

use super::{Lowering, SYNTAX, missing};
use crate::ir::captures::captures;
use crate::ir::expr::{ExprKind, Formal, Formals, LambdaExpr};
use crate::ir::symbol::Symbol;
use crate::syntax::tree::Node;

/// What a function takes, before defaults are lowered.
#[derive(Default)]
struct Parameter<'t> {
    argument: Option<(Symbol, Span)>,
    formals: Option<Vec<Entry<'t>>>,
    ellipsis: bool,
}

struct Entry<'t> {
    name: Symbol,
    span: Span,
    default: Option<Node<'t>>,
}

impl Lowering<'_, '_> {
    pub(super) fn lambda(&mut self, node: Node<'_>, span: Span, name: Option<Symbol>) -> ExprKind {
        let mut children = node.children();
        let Some(parameter) = children.next() else {
            return missing("a function's argument");
        };
        let parameter = match parameter.kind() {
            SyntaxKind::NODE_PATTERN => self.pattern(parameter),
            _ => Parameter {
                argument: self.ident_in(parameter),
                ..Parameter::default()
            },
        };
        let argument = parameter.argument.map(|(name, _)| name);
        let formals = parameter.formals.iter().flatten();
        let names = argument.into_iter().chain(formals.map(|entry| entry.name));
        self.scopes.enter(names);
        let formals = parameter.formals.map(|entries| {
            let entries = entries.into_iter().map(|entry| Formal {
                name: entry.name,
                span: entry.span,
                default: entry.default.map(|default| self.expr(default)),
            });
            Formals {
                entries: entries.collect(),
                ellipsis: parameter.ellipsis,
            }
        });
        // A function that a named function returns has the same name.
        let body = match children.next() {
            Some(body) => self.named(body, name),
            None => self.child(None, span),
        };
        self.scopes.leave();
        ExprKind::Lambda(Arc::new(LambdaExpr {
            name,
            argument,
            formals,
            captures: captures(&body),
            body,
            span,
        }))
    }

    fn ident_in(&self, parent: Node<'_>) -> Option<(Symbol, Span)> {
        let ident = parent
            .children()
            .find(|child| child.kind() == SyntaxKind::NODE_IDENT)?;
        let name = self.bytes(ident.start, ident.end());
        (!name.is_empty()).then(|| (self.context.symbols.intern(name), self.span(ident)))
    }

    fn pattern<'t>(&mut self, node: Node<'t>) -> Parameter<'t> {
        let mut argument: Option<(Symbol, Span)> = None;
        let mut entries: Vec<Entry<'t>> = vec![];
        for child in node.children() {
            match child.kind() {
                SyntaxKind::NODE_PAT_BIND => argument = self.ident_in(child),
                SyntaxKind::NODE_PAT_ENTRY => {
                    if let Some((name, span)) = self.ident_in(child) {
                        entries.push(Entry {
                            name,
                            span,
                            default: child.child(1),
                        });
                    }
                }
                _ => {}
            }
        }
        entries.sort_by_key(|entry| entry.name);
        entries.dedup_by(|second, first| {
            let equal = second.name == first.name;
            if equal {
                let labels = ["the second time", "the first time"];
                self.duplicate_formal(second.name, [second.span, first.span], labels);
            }
            equal
        });
        if let Some((name, span)) = argument
            && let Ok(at) = entries.binary_search_by_key(&name, |entry| entry.name)
        {
            let formal = entries.remove(at).span;
            let labels = ["names the whole set", "names one attribute"];
            self.duplicate_formal(name, [span, formal], labels);
        }
        let mut tokens = node.tokens();
        Parameter {
            argument,
            formals: Some(entries),
            ellipsis: tokens.any(|token| token.kind == SyntaxKind::TOKEN_ELLIPSIS),
        }
    }

    fn duplicate_formal(&mut self, name: Symbol, places: [Span; 2], labels: [&str; 2]) {
        let name = self.context.symbols.text(name);
        let message = format!("duplicate formal function argument '{name}'");
        let mut diagnostic = Diagnostic::error(SYNTAX, message);
        for (place, label) in places.into_iter().zip(labels) {
            diagnostic = diagnostic.label(place, label);
        }
        self.diagnostics.push(diagnostic);
    }
}
