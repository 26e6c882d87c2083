//! Lowers a tree to expressions.
