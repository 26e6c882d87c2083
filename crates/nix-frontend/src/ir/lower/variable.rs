//! Variables.

use bstr::ByteSlice;
use source::{Diagnostic, Edit, Span, suggest};

use super::node::Node;
use super::{Lowering, UNDEFINED_VARIABLE, missing};
use crate::ir::expr::ExprKind;
use crate::ir::scope::Place;
use crate::ir::symbol::Symbol;

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
        if self.diagnostics.len() < MOST_SUGGESTIONS
            && let Some(nearest) = self.nearest(&text)
        {
            diagnostic = diagnostic
                .help(format!("did you mean `{nearest}`?"))
                .unsafe_fix(format!("write `{nearest}`"), Edit::replace(span, nearest));
        }
        if !self.faults.contains(&span.start) {
            self.diagnostics.push(diagnostic);
        }
        ExprKind::Broken(message.into())
    }

    /// The name in scope that is nearest to `text`.
    fn nearest(&self, text: &str) -> Option<String> {
        let symbols = self.context.symbols;
        let is_global = |name: &Symbol| (self.context.globals)(*name).is_some();
        let globals = symbols.iter().filter(is_global);
        let known = self.scopes.names().chain(globals);
        let mut known: Vec<&str> = known
            .filter_map(|name| symbols.name(name).to_str().ok())
            .filter(|name| !name.starts_with("__"))
            .collect();
        known.sort_unstable();
        suggest::nearest(text, known).map(str::to_owned)
    }
}
