//! Answers and findings as text: for people, and for programs.

pub mod diagnostic;
pub mod document;
pub mod explain;
pub mod list;
pub mod nix;
pub mod overview;
pub mod place;
pub mod yaml;
