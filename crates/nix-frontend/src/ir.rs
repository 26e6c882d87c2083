//! The intermediate form: expressions with resolved variables, interned names and spans.

mod captures;
pub mod expr;
pub mod lower;
pub mod scope;
pub mod show;
pub mod symbol;

pub use expr::{Expr, ExprKind};
pub use symbol::{Symbol, Symbols};
