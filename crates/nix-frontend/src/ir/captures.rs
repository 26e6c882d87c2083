//! What keeps the environment that it is evaluated in.
//!
//! A thunk, a function and an inner scope keep it. Where the body of a function makes none of them, nothing refers to the environment of
//! a call any more once the call is done, and the next call can have it.

use crate::ir::expr::{AttrName, AttrNameKind, AttrsExpr, BindingValue, Expr, ExprKind, Part};

/// Whether something may refer to the environment after `expr` was evaluated in it.
///
/// A function as the body of a function does not count: who calls both at once makes no closure of it.
pub(crate) fn captures(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::String(_)
        | ExprKind::Path(_)
        | ExprKind::SearchPath(_)
        | ExprKind::Local { .. }
        | ExprKind::Global(_)
        | ExprKind::With { .. }
        | ExprKind::CurrentPosition
        | ExprKind::Broken(_) => false,
        ExprKind::Lambda(_) | ExprKind::Let(_) | ExprKind::WithIn(_) => true,
        ExprKind::Interpolation(parts) | ExprKind::PathInterpolation(parts) => {
            parts.iter().any(|part| match part {
                Part::Literal(_) => false,
                Part::Interpolated(expr) => captures(expr),
            })
        }
        ExprKind::Select(select) => {
            captures(&select.subject)
                || any_name_captures(&select.path)
                || select.default.as_ref().is_some_and(captures)
        }
        ExprKind::HasAttr(has) => captures(&has.subject) || any_name_captures(&has.path),
        ExprKind::Attrs(attrs) => set_captures(attrs),
        ExprKind::List(items) => items.iter().any(waits),
        ExprKind::Call(call) => captures(&call.function) || call.arguments.iter().any(waits),
        ExprKind::If(branch) => [&branch.condition, &branch.yes, &branch.no]
            .into_iter()
            .any(captures),
        ExprKind::Assert(assert) => captures(&assert.condition) || captures(&assert.body),
        ExprKind::Not(operand) | ExprKind::Negate(operand) => captures(operand),
        ExprKind::Binary(binary) => captures(&binary.left) || captures(&binary.right),
    }
}

fn any_name_captures(path: &[AttrName]) -> bool {
    path.iter().any(|name| match &name.kind {
        AttrNameKind::Static(_) => false,
        AttrNameKind::Dynamic(expr) => captures(expr),
    })
}

fn set_captures(attrs: &AttrsExpr) -> bool {
    attrs.recursive
        || !attrs.sources.is_empty()
        || attrs.attrs.iter().any(|binding| match &binding.value {
            BindingValue::Expr(expr) | BindingValue::Inherit(expr) => waits(expr),
            BindingValue::InheritFrom(_) => true,
        })
        || attrs
            .dynamic
            .iter()
            .any(|binding| captures(&binding.name) || waits(&binding.value))
}

/// Whether a thunk is made of `expr` where its value is put off.
fn waits(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::String(_)
        | ExprKind::Path(_)
        | ExprKind::Local { .. }
        | ExprKind::Global(_) => false,
        ExprKind::List(items) => !items.is_empty(),
        _ => true,
    }
}
