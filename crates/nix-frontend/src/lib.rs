//! The Nix language: from text through a compact intermediate form to lazy values.
//!
//! The way of the data: [`syntax`] reads sound texts itself and mends others for rnix, [`ir`] lowers the tree to resolved expressions,
//! [`eval`] runs them in an arena, [`builtins`] are the functions that Nix itself provides. This crate knows no flakes, no modules and no clan.

pub mod builtins;
pub mod calendar;
pub mod escape;
pub mod eval;
pub mod import;
pub mod ir;
pub mod json;
pub mod number;
pub mod regex;
pub mod session;
pub mod store;
pub mod syntax;
pub mod toml;
pub mod version;
