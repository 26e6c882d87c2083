//! nixpkgs' `lib` in Rust: the module system, and the functions that Nix code expects beside it.

pub mod functions;
mod library;
pub mod modules;

pub use library::{Library, library};
