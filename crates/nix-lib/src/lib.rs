//! The crate `nix-lib`.
