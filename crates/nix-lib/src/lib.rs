//! nixpkgs' `lib` in Rust: the module system, and the functions that Nix code expects beside it.

pub mod modules;
