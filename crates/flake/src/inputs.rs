//! The inputs of a flake, and theirs.

mod date;
mod lock;
pub mod recognize;
pub mod tree;

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use nix_frontend::eval::Value;
use nix_frontend::ir::Symbol;

pub use recognize::Kind;

/// What there is to say about an input.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InputInfo {
    /// Its name; behind a `/` that of an input's input.
    pub name: String,
    /// Where it comes from.
    pub url: Option<String>,
    /// The day of what is locked: `2025-08-22`.
    pub date: Option<String>,
    /// The revision of what is locked.
    pub revision: Option<String>,
    /// Where its value comes from.
    pub state: InputState,
    /// Whether it is clan-core.
    pub is_clan_core: bool,
}

/// Where the value of an input comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum InputState {
    /// It lies in this directory.
    Real(PathBuf),
    /// It is not on disk, but what clans need of it is known.
    StandIn,
    /// It is not on disk.
    OutOfReach,
}

/// An input in the tree of all; the flake itself is the first.
pub struct Node<'a> {
    /// Its name, with those of the inputs that it belongs to: `clan-core/nixpkgs`; empty for the flake itself.
    pub name: &'a str,
    /// Where it comes from.
    pub url: Option<&'a str>,
    /// The date of what is locked, in seconds since 1970.
    pub last_modified: Option<i64>,
    /// The revision of what is locked.
    pub revision: Option<&'a str>,
    /// Whether it is a flake rather than plain files.
    pub is_flake: bool,
    /// Where it lies, if it is on disk.
    pub source: Option<&'a Path>,
    /// The stand-in for it.
    pub kind: Option<Kind>,
    /// Its own inputs: names, and which node each is.
    pub inputs: &'a [(Symbol, usize)],
    /// Its value, once it was asked for.
    pub value: OnceCell<Value<'a>>,
}

impl<'a> Node<'a> {
    /// A directory that is no flake.
    pub fn plain(source: &'a Path) -> Node<'a> {
        Node {
            name: "",
            url: None,
            last_modified: None,
            revision: None,
            is_flake: false,
            source: Some(source),
            kind: None,
            inputs: &[],
            value: OnceCell::new(),
        }
    }

    /// What there is to say about it.
    pub fn info(&self) -> InputInfo {
        InputInfo {
            name: self.name.to_owned(),
            url: self.url.map(str::to_owned),
            date: self.last_modified.map(date::day),
            revision: self.revision.map(str::to_owned),
            state: match (self.source, self.kind) {
                (Some(source), _) => InputState::Real(source.to_owned()),
                (None, Some(_)) => InputState::StandIn,
                (None, None) => InputState::OutOfReach,
            },
            is_clan_core: self.kind == Some(Kind::ClanCore),
        }
    }

    /// What its value is called in messages: `inputs.clan-core.inputs.nixpkgs`.
    pub fn expression(&self) -> String {
        format!("inputs.{}", self.name.replace('/', ".inputs."))
    }
}
