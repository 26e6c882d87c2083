//! The inputs of a flake, and theirs.

mod date;
mod lock;
pub mod recognize;
pub(crate) mod source_info;
pub mod tree;

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use nix_frontend::eval::Value;
use nix_frontend::ir::Symbol;
use nix_frontend::store::hash::Hash;
use nix_frontend::store::path::{Ingestion, StorePath, fixed_output};

pub use lock::LockAhead;
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
    /// Whether there is a stand-in for it, which answers in any case.
    pub has_stand_in: bool,
    /// Whether it is clan-core.
    pub is_clan_core: bool,
    /// Whether it is known to be something else than a clan, though it is not on disk.
    pub has_no_clan: bool,
    /// What is locked, as JSON; empty if nothing is.
    pub locked: String,
}

/// Where the value of an input comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum InputState {
    /// Its files lie there.
    Real(PathBuf, Origin),
    /// It is not on disk, but what clans need of it is known.
    StandIn,
    /// It is not on disk.
    OutOfReach,
}

/// Why the files of an input are at hand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// They are those of the flake itself, or a path leads from it to them.
    Flake,
    /// The command line names them.
    Override,
    /// They were fetched.
    Cache,
    /// They lie in a Nix store.
    Store,
}

/// Where the sources of inputs lie.
#[derive(Clone, Default, Debug)]
pub struct Sources {
    /// Real sources, by the name of the input (`a/b` for an input's input).
    pub overrides: Vec<(String, PathBuf)>,
    /// Where locked trees may lie; the first that has one counts.
    pub stores: Vec<Store>,
    /// The lock file of the flake, where it was read already.
    pub ahead: Arc<LockAhead>,
}

/// A directory of trees that are named as in a Nix store, by their hash.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Store {
    /// The directory.
    pub directory: PathBuf,
    /// Why its trees are at hand.
    pub origin: Origin,
}

impl Sources {
    /// Those that the command line names, and no stores.
    pub fn overrides(overrides: Vec<(String, PathBuf)>) -> Sources {
        Sources {
            overrides,
            ..Sources::default()
        }
    }

    /// The directories below which files may be read, and what lies there is called in traces.
    pub fn directories(&self) -> impl Iterator<Item = (PathBuf, String)> {
        let overrides = self.overrides.iter();
        let overrides = overrides.map(|(name, directory)| (directory.clone(), name.clone()));
        let stores = self.stores.iter();
        let stores = stores.map(|store| (store.directory.clone(), "inputs".to_owned()));
        overrides.chain(stores)
    }
}

/// Where Nix has the tree with this hash.
pub fn tree_path(hash: &Hash) -> Option<StorePath> {
    fixed_output(b"source", Ingestion::Recursive, hash).ok()
}

/// A tree that was found by its hash.
#[derive(Clone, Copy, Debug)]
pub struct Tree<'a> {
    /// The hash, as lock files have it.
    pub nar_hash: &'a str,
    /// Where Nix has it.
    pub store_path: &'a str,
    /// Where it lies.
    pub directory: &'a Path,
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
    /// Why it is on disk, if it is.
    pub origin: Option<Origin>,
    /// The tree that it is, or lies in, if that was found by its hash.
    pub tree: Option<Tree<'a>>,
    /// What is locked, as JSON; empty if nothing is.
    pub locked: &'a str,
    /// The stand-in for it.
    pub kind: Option<Kind>,
    /// Its own inputs: names, and which node each is.
    pub inputs: &'a [(Symbol, usize)],
    /// Those of its inputs that follow another, and the path of that from the root.
    pub follows: &'a [(Symbol, &'a str)],
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
            origin: Some(Origin::Flake),
            tree: None,
            locked: "",
            kind: None,
            inputs: &[],
            follows: &[],
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
                (Some(source), _) => {
                    InputState::Real(source.to_owned(), self.origin.unwrap_or(Origin::Flake))
                }
                (None, Some(_)) => InputState::StandIn,
                (None, None) => InputState::OutOfReach,
            },
            has_stand_in: self.kind.is_some(),
            locked: self.locked.to_owned(),
            is_clan_core: self.kind == Some(Kind::ClanCore),
            has_no_clan: self.source.is_none()
                && self.kind.is_some_and(|kind| kind != Kind::ClanCore),
        }
    }

    /// A source that was asked for by its URL, called `name` in messages, for which there is a stand-in.
    pub fn fetched(name: &'a str, url: &'a str, kind: Kind) -> Node<'a> {
        Node {
            name,
            url: Some(url),
            last_modified: None,
            revision: None,
            is_flake: true,
            source: None,
            origin: None,
            tree: None,
            locked: "",
            kind: Some(kind),
            inputs: &[],
            follows: &[],
            value: OnceCell::new(),
        }
    }

    /// What its directory is called where none is on disk.
    pub fn file_name(&self) -> String {
        let is_part = |letter: char| letter.is_alphanumeric() || "._-".contains(letter);
        let name = self.expression();
        name.replace(|letter| !is_part(letter), "-")
    }

    /// What its value is called in messages: `inputs.clan-core.inputs.nixpkgs`; what was fetched is called after the call.
    pub fn expression(&self) -> String {
        if self.name.starts_with('(') {
            return self.name.to_owned();
        }
        format!("inputs.{}", self.name.replace('/', ".inputs."))
    }
}
