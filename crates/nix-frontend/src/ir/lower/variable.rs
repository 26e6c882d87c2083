//! Variables.

use source::{Diagnostic, Span};

use super::{Lowering, UNDEFINED_VARIABLE, missing};
use crate::ir::expr::ExprKind;
use crate::ir::scope::Place;
use crate::ir::symbol::Symbol;
use crate::syntax::tree::Node;

/// Looking for near names takes time: done for the first faults only.
const MOST_SUGGESTIONS: usize = 30;

impl Lowering<'_, '_> {
    pub(super) fn variable(&mut self, node: Node<'_>, span: Span) -> ExprKind {
        if span.is_empty() {
            return missing("an expression");
        }
        let name = self.bytes(node.start, node.end());
        let name = self.context.symbols.intern(name);
        self.variable_named(name, span)
    }

    pub(super) fn variable_named(&mut self, name: Symbol, span: Span) -> ExprKind {
        let place = self.scopes.find(name);
        if let Place::Local { depth, index } = place {
            return ExprKind::Local { depth, index, name };
        }
        if place == Place::TooFar {
            let message = "too many names or functions around a variable";
            return self.broken("limit-exceeded", span, message, "out of reach");
        }
        match ((self.context.globals)(name), place) {
            (Some(number), _) => ExprKind::Global(number),
            (None, Place::With(withs)) => ExprKind::With { name, withs },
            (None, _) => self.undefined(name, span),
        }
    }

    fn undefined(&mut self, name: Symbol, span: Span) -> ExprKind {
        let text = self.context.symbols.text(name);
        let message = format!("undefined variable '{text}'");
        let mut diagnostic =
            Diagnostic::error(UNDEFINED_VARIABLE, message.clone()).label(span, "bound nowhere");
        if self.diagnostics.len() < MOST_SUGGESTIONS {
            diagnostic = self.with_hint(diagnostic, &text, span);
        }
        if !self.faults.contains(&span.start) {
            self.diagnostics.push(diagnostic);
        }
        ExprKind::Broken(message.into())
    }
}
