//! Runs the specs.
