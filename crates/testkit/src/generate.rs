//! Makes expressions of Nix out of numbers: for tests that compare what comes of them.

mod data;
pub mod expressions;
mod grammar;
pub mod modules;
pub mod regexes;
pub mod soups;
mod strings;
pub mod tree;
mod types;
