//! The crate `model`.
