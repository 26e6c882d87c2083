//! Operators.

use rnix::SyntaxKind;
use source::Span;

use super::{Lowering, SYNTAX, missing};
use crate::ir::expr::{Binary, Call, Expr, ExprKind, Operator};
use crate::syntax::tree::Node;

impl Lowering<'_, '_> {
    pub(super) fn unary(&mut self, node: Node<'_>) -> ExprKind {
        let operand = Box::new(self.operand_at(node, 0));
        match node.first_token().map(|token| token.kind) {
            Some(SyntaxKind::TOKEN_SUB) => ExprKind::Negate(operand),
            _ => ExprKind::Not(operand),
        }
    }

    pub(super) fn binary(&mut self, node: Node<'_>, span: Span) -> ExprKind {
        let Some(token) = node.tokens().next() else {
            return missing("an operator");
        };
        let operator_span = self.file.span(token.start, token.end);
        let kind = token.kind;
        if is_pipe(kind) {
            return self.pipe(node, kind, operator_span);
        }
        let Some(operator) = operator_of(kind) else {
            return missing("an operator");
        };
        if let Some(class) = comparison(kind) {
            let is_same = |child: Node<'_>| {
                child.kind() == SyntaxKind::NODE_BIN_OP
                    && child
                        .tokens()
                        .any(|token| comparison(token.kind) == Some(class))
            };
            if node.children().any(is_same) {
                let message = "comparisons cannot be chained";
                return self.broken(SYNTAX, span, message, "needs parentheses or `&&`");
            }
        }
        ExprKind::Binary(Box::new(Binary {
            operator,
            operator_span,
            left: self.operand_at(node, 0),
            right: self.operand_at(node, 1),
        }))
    }

    /// `argument |> function`, `function <| argument`
    fn pipe(&mut self, node: Node<'_>, kind: SyntaxKind, operator: Span) -> ExprKind {
        if !self.context.pipes {
            let message = "experimental Nix feature 'pipe-operators' is disabled; add '--extra-experimental-features pipe-operators' to enable it";
            return self.broken(SYNTAX, operator, message, "not enabled");
        }
        let is_other = |child: Node<'_>| {
            child.kind() == SyntaxKind::NODE_BIN_OP
                && child
                    .tokens()
                    .any(|token| is_pipe(token.kind) && token.kind != kind)
        };
        if node.children().any(is_other) {
            let message = "`|>` and `<|` do not mix";
            return self.broken(SYNTAX, operator, message, "needs parentheses");
        }
        let (left, right) = (self.operand_at(node, 0), self.operand_at(node, 1));
        match kind {
            SyntaxKind::TOKEN_PIPE_RIGHT => call(right, left),
            _ => call(left, right),
        }
    }
}

/// Calls `function` with one more argument.
fn call(function: Expr, argument: Expr) -> ExprKind {
    let (function, mut arguments) = match function.kind {
        ExprKind::Call(call) => (call.function, call.arguments.into_vec()),
        _ => (function, vec![]),
    };
    arguments.push(argument);
    ExprKind::Call(Box::new(Call {
        function,
        arguments: arguments.into(),
    }))
}

fn is_pipe(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::TOKEN_PIPE_LEFT | SyntaxKind::TOKEN_PIPE_RIGHT
    )
}

/// Comparisons of one class have the same precedence.
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
