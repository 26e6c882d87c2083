//! The crate `resolve`.
