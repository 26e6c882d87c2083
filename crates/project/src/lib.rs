//! One analysis: files in, plain data out.

pub mod evaluate;
pub mod session;
