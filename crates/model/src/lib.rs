//! The inventory: from a clan's arguments to machines, tags, instances and roles.
//!
//! The clan's modules are merged with the schema, which says what a clan and an inventory may have at the day whose clan-core is meant
//! ([`dialect`]); the result is read part by part, so that a fault in one part leaves the others readable. Service modules
//! come from the clan itself, from its inputs, or from the catalogue.

pub mod assemble;
pub mod catalogue;
pub mod computed;
pub mod data;
pub mod decode;
pub mod dialect;
pub mod inventory;
mod json_fault;
pub mod json_schema;
pub mod occurrence;
pub mod service;
pub mod vocabulary;
pub mod written;

pub use assemble::{Clan, ClanSource, assemble};
pub use catalogue::Catalogue;
pub use computed::{Computed, read_computed};
pub use data::Data;
pub use decode::decode;
pub use dialect::{Dialect, Fact};
pub use inventory::{Inventory, Sourced};
pub use occurrence::{Occurrence, occurrences};
pub use service::{Service, Services};
pub use vocabulary::{Vocabulary, vocabulary};

/// Reads the schema and the catalogue, which do not depend on the clan. A thread that has nothing else to do may do so before they are asked for.
pub fn prepare() {
    assemble::schema_ahead();
    Catalogue::get();
}
