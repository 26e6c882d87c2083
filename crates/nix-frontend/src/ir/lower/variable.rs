//! Variables.

use rnix::SyntaxNode;
use source::{Diagnostic, Span, suggest};

use super::{Lowering, UNDEFINED_VARIABLE};
use crate::ir::expr::ExprKind;
use crate::ir::scope::Place;
use crate::ir::symbol::Symbol;

impl Lowering<'_, '_> {
    pub(super) fn variable(&mut self, node: &SyntaxNode, span: Span) -> ExprKind {
        let range = node.text_range();
        let bytes = self.bytes(range.start().into(), range.end().into());
        let name = self.context.symbols.intern(bytes);
        self.variable_named(name, span)
    }

    pub(super) fn variable_named(&mut self, name: Symbol, span: Span) -> ExprKind {
        match self.scopes.find(name) {
            Place::Local { depth, index } => ExprKind::Local { depth, index, name },
            Place::With(withs) => match (self.context.globals)(name) {
                Some(number) => ExprKind::Global(number),
                None => ExprKind::With {
                    name,
                    withs: withs.into_boxed_slice(),
                },
            },
            Place::Outermost => match (self.context.globals)(name) {
                Some(number) => ExprKind::Global(number),
                None => self.undefined(name, span),
            },
        }
    }

    fn undefined(&mut self, name: Symbol, span: Span) -> ExprKind {
        let symbols = self.context.symbols;
        let text = symbols.text(name);
        let message = format!("undefined variable '{text}'");
        let mut diagnostic =
            Diagnostic::error(UNDEFINED_VARIABLE, message.clone()).label(span, "bound nowhere");
        let known: Vec<String> = self.scopes.names().map(|name| symbols.text(name)).collect();
        if let Some(nearest) = suggest::nearest(&text, known.iter().map(String::as_str)) {
            diagnostic = diagnostic.help(format!("did you mean `{nearest}`?"));
        }
        self.diagnostics.push(diagnostic);
        ExprKind::Broken(message.into())
    }
}
