//! The crate `flake`.
