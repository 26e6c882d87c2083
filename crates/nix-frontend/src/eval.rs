//! Lazy evaluation.

mod at_hand;
mod attr_path;
pub mod attrs;
mod blame;
mod call;
pub mod coerce;
pub mod env;
pub mod error;
pub mod evaluator;
mod force;
pub mod inspect;
mod json;
pub mod limits;
mod machine;
pub(crate) mod missing;
pub mod ops;
pub mod outline;
pub mod pretty;
mod print;
mod recursion;
pub(crate) mod stored;
pub mod string;
pub mod thunk;
mod unequal;
pub mod value;
pub mod xml;

pub use attrs::{Attr, Attrs, Doubtful};
pub use error::{At, ErrorKind, EvalError, Result};
pub use evaluator::{Evaluator, Options};
pub use limits::Limits;
pub use string::Str;
pub use thunk::Over;
pub use value::{Bool, Value};
