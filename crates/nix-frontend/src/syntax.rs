//! Text to lossless trees, with rnix behind a guard.
