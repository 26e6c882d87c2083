//! One file for each request: the protocol's structs in and out, the answer itself from `ide`.

pub(crate) mod call_hierarchy;
pub(crate) mod code_action;
pub(crate) mod code_lens;
pub(crate) mod completion;
pub(crate) mod definition;
pub(crate) mod diagnostic;
pub(crate) mod highlights;
pub(crate) mod hover;
pub(crate) mod inlay_hint;
pub(crate) mod ranges;
pub(crate) mod references;
pub(crate) mod rename;
pub(crate) mod symbols;
