//! The crate `nix-frontend`.
