//! Who fills which role, with which settings, and why.
//!
//! [`membership`] answers the first from names and tags alone; [`layering`] merges the settings with the one module merge;
//! [`resolve`] puts both together into plain data, in which [`findings`] looks for what the author hardly meant; [`comparison`] tells two answers apart.

pub mod comparison;
pub mod computed;
pub mod constraints;
pub mod findings;
mod imports;
pub mod layering;
pub mod membership;
mod missing;
mod narrow;
mod resolve;
pub mod view;

pub use resolve::{Options, resolve};
pub use view::Resolution;
