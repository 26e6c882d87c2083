//! One analysis: files in, plain data out.

pub mod analysis;
mod arguments;
mod causes;
mod choose;
mod computed;
mod consequences;
mod counterparts;
pub mod evaluate;
pub mod inputs;
pub mod migration;
mod places;
pub mod repl;
pub mod schema;
pub mod session;
mod trace;
mod undefined;
mod untracked;
mod wishes;
mod wreckage;
