//! The crate `project`.
