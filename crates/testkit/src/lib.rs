//! What tests share: the fixtures as files in memory.
//!
//! This crate knows paths and bytes only.

pub mod fixture;
