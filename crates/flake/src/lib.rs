//! Finds the clan in what the user points at: a flake, another Nix file, a JSON file, or an expression.
//!
//! A flake's `outputs` are evaluated with inputs that are lazy: real where they lie on the disk, otherwise *stand-ins* for what
//! clans lean on (clan-core, nixpkgs, flake-parts, …), otherwise out of reach. The stand-in for clan-core writes down each call of
//! `lib.clan` and its kin; what it was called with is the clan. This crate knows nothing of machines and roles: it hands the clan's arguments on
//! as modules.

pub mod clan;
pub mod computed;
mod discover;
pub mod entry;
pub mod flakes;
mod gather;
mod get_flake;
pub mod inputs;
pub mod locate;
mod make;
mod search;
pub mod stand_ins;

pub use clan::{FoundClan, Located, Via};
pub use computed::{RealFlake, real_flake};
pub use entry::{Entry, prepare};
pub use flakes::Calls;
pub use get_flake::provide as provide_get_flake;
pub use inputs::{InputInfo, InputState, Origin, Sources, Store};
pub use locate::{Request, open};
