//! The Nix store as far as evaluation needs it: names that are computed, nothing that is written.
//!
//! [`hash`] makes and spells hashes, [`nar`] turns a file tree into the bytes that are hashed, [`path`] names store paths,
//! [`derivation`] those of derivations and their outputs.

pub mod derivation;
pub mod hash;
pub mod nar;
pub mod path;
