//! Answers and findings as text: for people, and for programs.

pub mod codes;
pub mod comparison;
pub mod diagnostic;
pub mod diff;
pub mod document;
pub mod explain;
pub mod export;
pub mod fix;
pub mod graph;
pub mod json;
pub mod list;
pub mod nix;
pub mod overview;
pub mod place;
pub mod schema;
pub mod statistics;
pub mod table;
pub mod yaml;
