//! What tests share: the fixtures as files in memory, how to damage them, and expressions made by chance.
//!
//! This crate knows paths, bytes and how Nix is written.

pub mod archive;
pub mod damage;
pub mod fixture;
pub mod generate;
