//! What tests share: the fixtures as files in memory, how to damage them, expressions made by chance, and a web server with archives.
//!
//! This crate knows paths, bytes and how Nix is written.

pub mod archive;
pub mod damage;
pub mod fixture;
pub mod generate;
pub mod http;
pub mod tarball;
