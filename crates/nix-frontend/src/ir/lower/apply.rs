//! Calls, selections and attribute paths.

use rnix::SyntaxKind;
use source::Diagnostic;

use super::{Lowering, SYNTAX, missing};
use crate::ir::expr::{AttrName, AttrNameKind, Call, Expr, ExprKind, HasAttr, Literal, Select};
use crate::ir::symbol::Symbol;
use crate::syntax::tree::Node;

impl Lowering<'_, '_> {
    pub(super) fn apply(&mut self, node: Node<'_>) -> ExprKind {
        let mut arguments = vec![];
        let mut function = node;
        while function.kind() == SyntaxKind::NODE_APPLY {
            let mut children = function.children();
            let callee = children.next();
            if let Some(argument) = children.next() {
                arguments.push(argument);
            }
            match callee.map(|callee| (callee, callee.without_parentheses())) {
                Some((_, inner)) if inner.kind() == SyntaxKind::NODE_APPLY => function = inner,
                Some((callee, _)) => {
                    function = callee;
                    break;
                }
                None => return missing("a function"),
            }
        }
        let function = self.operand(function);
        if arguments.is_empty() {
            return function.kind;
        }
        let arguments = arguments.iter().rev();
        let arguments = arguments.map(|argument| self.operand(*argument)).collect();
        ExprKind::Call(Box::new(Call {
            function,
            arguments,
        }))
    }

    pub(super) fn select(&mut self, node: Node<'_>) -> ExprKind {
        let subject = self.operand_at(node, 0);
        let mut behind = node
            .children()
            .skip_while(|child| child.kind() != SyntaxKind::NODE_ATTRPATH);
        let path = behind.next();
        let default = behind.next().map(|default| self.operand(default));
        match self.attribute_path(path) {
            Some(path) => ExprKind::Select(Box::new(Select {
                subject,
                path,
                default,
            })),
            None => missing("an attribute name"),
        }
    }

    pub(super) fn has_attr(&mut self, node: Node<'_>) -> ExprKind {
        let path = node
            .children()
            .find(|child| child.kind() == SyntaxKind::NODE_ATTRPATH);
        let subject = self.operand_at(node, 0);
        match self.attribute_path(path) {
            Some(path) => ExprKind::HasAttr(Box::new(HasAttr { subject, path })),
            None => missing("an attribute name"),
        }
    }

    /// The names of a path; nothing if one is missing.
    fn attribute_path(&mut self, path: Option<Node<'_>>) -> Option<Box<[AttrName]>> {
        let names: Box<[AttrName]> = path?
            .children()
            .map(|name| self.attribute_name(name))
            .collect::<Option<_>>()?;
        (!names.is_empty()).then_some(names)
    }

    fn attribute_name(&mut self, node: Node<'_>) -> Option<AttrName> {
        if node.start == node.end() {
            return None;
        }
        self.refuse_indented(node);
        let kind = match self.static_name(node) {
            Some(name) => AttrNameKind::Static(name),
            None => AttrNameKind::Dynamic(self.dynamic_name(node)),
        };
        Some(AttrName {
            span: self.span(node),
            kind,
        })
    }

    /// A name may be a string, but no indented one.
    pub(super) fn refuse_indented(&mut self, name: Node<'_>) {
        let quotes = name.first_token().map_or("", |token| self.text(token));
        if name.kind() == SyntaxKind::NODE_STRING && quotes.starts_with("''") {
            let message = "syntax error, unexpected start of an indented string, \
                           expecting identifier or 'or' or '${' or '\"'";
            let start = self.file.span(name.start, name.start + quotes.len() as u32);
            let label = "a name is no indented string";
            self.diagnostics
                .push(Diagnostic::error(SYNTAX, message).label(start, label));
        }
    }

    /// The name that a part of an attribute path is, if it is constant: `name`, `"name"`, `${"name"}`.
    pub(super) fn static_name(&mut self, node: Node<'_>) -> Option<Symbol> {
        let symbols = self.context.symbols;
        match node.kind() {
            SyntaxKind::NODE_IDENT => Some(symbols.intern(self.bytes(node.start, node.end()))),
            SyntaxKind::NODE_STRING if is_constant(node) => {
                match self.string(node, self.span(node)) {
                    ExprKind::String(Literal::Slice { start, end }) => {
                        Some(symbols.intern(self.bytes(start, end)))
                    }
                    ExprKind::String(Literal::Owned(bytes)) => Some(symbols.intern(bytes)),
                    _ => None,
                }
            }
            SyntaxKind::NODE_DYNAMIC => {
                let inner = node.child(0)?.without_parentheses();
                match inner.kind() {
                    SyntaxKind::NODE_STRING => self.static_name(inner),
                    SyntaxKind::NODE_LITERAL => inner
                        .first_token()
                        .filter(|token| token.kind == SyntaxKind::TOKEN_URI)
                        .map(|uri| symbols.intern(self.text(uri))),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Lowers a part of an attribute path that has to be computed.
    pub(super) fn dynamic_name(&mut self, node: Node<'_>) -> Expr {
        match node.kind() {
            SyntaxKind::NODE_DYNAMIC => self.nth(node, 0),
            _ => self.expr(node),
        }
    }
}

fn is_constant(string: Node<'_>) -> bool {
    string
        .children()
        .all(|part| part.kind() != SyntaxKind::NODE_INTERPOL)
}
