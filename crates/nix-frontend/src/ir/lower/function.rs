//! Functions.

use std::sync::Arc;

use rnix::{SyntaxKind, SyntaxNode};
use source::{Diagnostic, Span};

use super::{Lowering, SYNTAX};
use crate::ir::expr::{ExprKind, Formal, Formals, LambdaExpr};
use crate::ir::scope::Scope;
use crate::ir::symbol::Symbol;

/// A formal before its default is lowered.
struct Entry {
    name: Symbol,
    span: Span,
    default: Option<SyntaxNode>,
}

impl Lowering<'_, '_> {
    pub(super) fn lambda(
        &mut self,
        node: &SyntaxNode,
        span: Span,
        name: Option<Symbol>,
    ) -> ExprKind {
        let mut children = node.children();
        let Some(parameter) = children.next() else {
            return ExprKind::Broken("a function's argument is missing here".into());
        };
        let body = children.next();
        let (argument, entries, ellipsis) = match parameter.kind() {
            SyntaxKind::NODE_PATTERN => {
                let (argument, entries, ellipsis) = self.pattern(&parameter);
                (argument, Some(entries), ellipsis)
            }
            _ => (self.ident_in(&parameter).map(|(name, _)| name), None, false),
        };
        let names = argument
            .into_iter()
            .chain(entries.iter().flatten().map(|entry| entry.name));
        self.scopes.push(Scope::Names(names.collect()));
        let formals = entries.map(|entries| Formals {
            entries: entries
                .into_iter()
                .map(|entry| Formal {
                    name: entry.name,
                    span: entry.span,
                    default: entry.default.map(|default| self.expr(&default)),
                })
                .collect(),
            ellipsis,
        });
        let body = self.child(body.as_ref(), span);
        self.scopes.pop();
        ExprKind::Lambda(Arc::new(LambdaExpr {
            name,
            argument,
            formals,
            body,
            span,
        }))
    }

    fn ident_in(&self, parent: &SyntaxNode) -> Option<(Symbol, Span)> {
        let ident = parent
            .children()
            .find(|child| child.kind() == SyntaxKind::NODE_IDENT)?;
        let range = ident.text_range();
        let name = self.bytes(range.start().into(), range.end().into());
        Some((self.context.symbols.intern(name), self.span(&ident)))
    }

    fn pattern(&mut self, node: &SyntaxNode) -> (Option<Symbol>, Vec<Entry>, bool) {
        let mut argument: Option<(Symbol, Span)> = None;
        let mut entries: Vec<Entry> = vec![];
        let ellipsis = node
            .children_with_tokens()
            .any(|child| child.kind() == SyntaxKind::TOKEN_ELLIPSIS);
        for child in node.children() {
            match child.kind() {
                SyntaxKind::NODE_PAT_BIND => argument = self.ident_in(&child),
                SyntaxKind::NODE_PAT_ENTRY => {
                    let Some((name, span)) = self.ident_in(&child) else {
                        continue;
                    };
                    if let Some(first) = entries.iter().find(|entry| entry.name == name) {
                        self.duplicate_formal(name, span, first.span);
                        continue;
                    }
                    let default = child.children().nth(1);
                    entries.push(Entry {
                        name,
                        span,
                        default,
                    });
                }
                _ => {}
            }
        }
        if let Some((name, span)) = argument {
            if let Some(at) = entries.iter().position(|entry| entry.name == name) {
                let first = entries.remove(at);
                self.duplicate_formal(name, first.span, span);
            }
        }
        entries.sort_by_key(|entry| entry.name);
        (argument.map(|(name, _)| name), entries, ellipsis)
    }

    fn duplicate_formal(&mut self, name: Symbol, second: Span, first: Span) {
        let name = self.context.symbols.text(name);
        self.diagnostics.push(
            Diagnostic::error(
                SYNTAX,
                format!("duplicate formal function argument '{name}'"),
            )
            .label(second, "the second time")
            .label(first, "the first time"),
        );
    }
}
