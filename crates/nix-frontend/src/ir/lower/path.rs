//! Paths: made absolute and normal when they are lowered.

use std::os::unix::ffi::OsStrExt;

use rnix::{SyntaxKind, SyntaxNode};
use rowan::NodeOrToken;
use source::Span;

use super::{Lowering, SYNTAX};
use crate::eval::ops::canonical;
use crate::ir::expr::{Call, Expr, ExprKind, Literal, Part};
use crate::ir::scope::Place;
use crate::ir::symbol::Symbol;

impl Lowering<'_, '_> {
    pub(super) fn path(&mut self, node: &SyntaxNode, span: Span) -> ExprKind {
        let Some(first) = node.first_token() else {
            return ExprKind::Broken("a path is missing here".into());
        };
        let text = first.text();
        if node.kind() == SyntaxKind::NODE_PATH_SEARCH {
            let name = text.trim_start_matches('<').trim_end_matches('>');
            return self.search_path(name, span);
        }
        let whole = node.first_child().is_none();
        if whole && text.len() > 1 && text.ends_with('/') {
            let message = format!("the path '{text}' has a trailing slash");
            return self.broken(SYNTAX, span, &message, "take the last `/` away");
        }
        let start = match self.absolute(node.kind(), text) {
            Some(start) => start,
            None => {
                let message = format!("the path '{text}' cannot be resolved: there is no home");
                return self.broken(SYNTAX, span, &message, "needs a home directory");
            }
        };
        if whole {
            let path = String::from_utf8_lossy(&start).into_owned();
            return ExprKind::Path(path.into());
        }
        let mut parts = vec![];
        for child in node.children_with_tokens() {
            match child {
                NodeOrToken::Token(token) if parts.is_empty() => {
                    let mut bytes = start.clone();
                    if token.text().ends_with('/') && bytes.len() > 1 {
                        bytes.push(b'/');
                    }
                    parts.push(Part::Literal(bytes.into()));
                }
                NodeOrToken::Token(token) => {
                    parts.push(Part::Literal(token.text().as_bytes().into()));
                }
                NodeOrToken::Node(interpolation) => {
                    parts.push(Part::Interpolated(self.nth(&interpolation, 0)));
                }
            }
        }
        ExprKind::PathInterpolation(parts.into())
    }

    /// `<name>` is `__findFile __nixPath "name"`, which shows where one of these variables is bound in the text.
    fn search_path(&mut self, name: &str, span: Span) -> ExprKind {
        let symbols = self.context.symbols;
        let variables = ["__findFile", "__nixPath"].map(|name| symbols.intern(name));
        let is_bound = |name: &Symbol| matches!(self.scopes.find(*name), Place::Local { .. });
        if !variables.iter().any(is_bound) {
            return ExprKind::SearchPath(name.into());
        }
        let [function, entries] = variables
            .map(|name| self.variable_named(name, span))
            .map(|kind| Expr { span, kind });
        let name = Expr {
            span,
            kind: ExprKind::String(Literal::Owned(name.as_bytes().into())),
        };
        ExprKind::Call(Box::new(Call {
            function,
            arguments: Box::new([entries, name]),
        }))
    }

    fn absolute(&self, kind: SyntaxKind, text: &str) -> Option<Vec<u8>> {
        let joined = match kind {
            SyntaxKind::NODE_PATH_ABS => text.as_bytes().to_vec(),
            SyntaxKind::NODE_PATH_HOME => {
                let rest = text.strip_prefix("~/").unwrap_or(text);
                self.context
                    .home?
                    .join(rest)
                    .as_os_str()
                    .as_bytes()
                    .to_vec()
            }
            _ => {
                let base = self.context.base.as_os_str().as_bytes();
                [base, b"/", text.as_bytes()].concat()
            }
        };
        Some(canonical(&joined))
    }
}
