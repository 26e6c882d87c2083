//! Paths: made absolute and normal when they are lowered.

use std::os::unix::ffi::OsStrExt;

use rnix::SyntaxKind;
use source::Span;

use super::{Lowering, SYNTAX, missing};
use crate::eval::ops::canonical;
use crate::ir::expr::{Call, Expr, ExprKind, Literal, Part};
use crate::ir::scope::Place;
use crate::ir::symbol::Symbol;
use crate::syntax::tree::{Element, Node};

impl Lowering<'_, '_> {
    pub(super) fn path(&mut self, node: Node<'_>, span: Span) -> ExprKind {
        let Some(first) = node.first_token() else {
            return missing("a path");
        };
        let text = self.text(first);
        if node.kind() == SyntaxKind::NODE_PATH_SEARCH {
            return self.search_path(text, span);
        }
        let Some(start) = self.absolute(node.kind(), text) else {
            let message = format!("the path '{text}' cannot be resolved: there is no home");
            return self.broken(SYNTAX, span, &message, "needs a home directory");
        };
        if node.child(0).is_none() {
            let path = String::from_utf8_lossy(&start).into_owned();
            return ExprKind::Path(path.into());
        }
        let mut parts = vec![];
        for element in node.elements() {
            parts.push(match element {
                Element::Token(_) if parts.is_empty() => {
                    let mut start = start.clone();
                    if text.ends_with('/') && text.len() > 1 {
                        start.push(b'/');
                    }
                    Part::Literal(start.into())
                }
                Element::Token(token) => Part::Literal(self.text(token).as_bytes().into()),
                Element::Node(interpolation) => Part::Interpolated(self.nth(interpolation, 0)),
            });
        }
        ExprKind::PathInterpolation(parts.into())
    }

    fn search_path(&mut self, text: &str, span: Span) -> ExprKind {
        let inner = text
            .strip_prefix('<')
            .and_then(|text| text.strip_suffix('>'));
        let parts_have_names = |inner: &&str| inner.split('/').all(|part| !part.is_empty());
        let Some(name) = inner.filter(parts_have_names) else {
            let message = format!("'{text}' is not a search path");
            return self.broken(SYNTAX, span, &message, "has an empty part");
        };
        // `<name>` is `__findFile __nixPath "name"`, which shows where one of these variables is bound in the text.
        let symbols = self.context.symbols;
        let variables = ["__findFile", "__nixPath"].map(|name| symbols.intern(name));
        let is_bound = |name: &Symbol| matches!(self.scopes.find(*name), Place::Local { .. });
        if !variables.iter().any(is_bound) {
            return ExprKind::SearchPath(name.into());
        }
        let [function, entries] = variables
            .map(|name| self.variable_named(name, span))
            .map(|kind| Expr { span, kind });
        let start = self.file.offset(span.start) + 1;
        let name = Literal::Slice {
            start,
            end: start + name.len() as u32,
        };
        let name = Expr {
            span,
            kind: ExprKind::String(name),
        };
        ExprKind::Call(Box::new(Call {
            function,
            arguments: Box::new([entries, name]),
        }))
    }

    fn absolute(&self, kind: SyntaxKind, text: &str) -> Option<Vec<u8>> {
        let (base, rest) = match kind {
            SyntaxKind::NODE_PATH_ABS => (None, text),
            SyntaxKind::NODE_PATH_HOME => (
                Some(self.context.home?),
                text.strip_prefix('~').unwrap_or(text),
            ),
            _ => (Some(self.context.base), text),
        };
        let base = base.map_or(&[][..], |base| base.as_os_str().as_bytes());
        Some(canonical(&[base, b"/", rest.as_bytes()].concat()))
    }
}
