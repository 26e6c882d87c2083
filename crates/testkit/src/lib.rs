//! What tests share: the fixtures as files in memory, and how to damage them.
//!
//! This crate knows paths and bytes only.

pub mod archive;
pub mod damage;
pub mod fixture;
