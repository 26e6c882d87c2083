//! What an editor asks of a clan: plain structs in, plain structs out, one file for each question.
//!
//! Everything is answered from a [`Snapshot`]: one analysis with its texts, which nothing changes any more. Places are those of the
//! snapshot's texts; who holds newer ones moves them. Nothing here knows a protocol.

mod bindings;
pub mod call_hierarchy;
pub mod code_action;
pub mod code_lens;
pub mod completion;
pub mod cursor;
pub mod diagnostics;
pub mod document_links;
mod flake;
pub mod folding;
pub mod goto_definition;
pub mod highlights;
pub mod hover;
pub mod index;
pub mod inlay_hints;
pub mod name;
pub mod references;
pub mod rename;
pub mod selection;
pub mod semantic_tokens;
mod snapshot;
pub mod symbols;
mod tell;

pub use snapshot::Snapshot;
