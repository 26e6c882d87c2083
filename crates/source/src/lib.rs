//! The crate `source`.
