//! What was found: the clans, and what there is to say about the way to them.

use std::path::PathBuf;

use nix_frontend::eval::{Attrs, Value};
use nix_lib::modules::Input;
use source::{Diagnostics, Pos};

use crate::inputs::InputInfo;

/// The clans that the user's files hold, and what there is to say about the way to them.
pub struct Located<'a> {
    /// The clans; the first is the one that is meant.
    pub clans: Vec<FoundClan<'a>>,
    /// The flake's directory, or the one that the file lies in.
    pub root: PathBuf,
    /// The flake with its outputs, if a flake was opened.
    pub flake: Option<Value<'a>>,
    /// The inputs of the flake and, behind a `/`, theirs; empty without a flake.
    pub inputs: Vec<InputInfo>,
    /// What went wrong on the way. Files that do not parse are reported by the session.
    pub diagnostics: Diagnostics,
}

impl Located<'_> {
    /// The input that clan-core is, if there is one.
    pub fn clan_core(&self) -> Option<&InputInfo> {
        self.inputs.iter().find(|input| input.is_clan_core)
    }
}

/// A clan as the user wrote it.
#[derive(Clone)]
pub struct FoundClan<'a> {
    /// The user's modules, clan level, in the order given. An inventory on its own stands in a module `{ inventory = …; }`.
    pub modules: Vec<Input<'a>>,
    /// What clan gives to its modules beside `lib`, `config` and `options`: `self`, `nixpkgs`, `nix-darwin`, `clan-core`, `clanLib`.
    pub special_args: &'a Attrs<'a>,
    /// Where the flake lies that is the clan's `self`; the default of the option `directory`.
    pub self_directory: PathBuf,
    /// Whether the user gave nothing but an inventory.
    pub is_inventory_only: bool,
    /// How it was given.
    pub via: Via,
    /// Where its first argument stands; none if no file says.
    pub place: Pos,
}

/// The forms in which a clan is given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Via {
    /// `buildClan { … }`
    BuildClan,
    /// `lib.clan { … }` or `clanLib.clan { … }`
    Clan,
    /// The option `clan` or `flake.clan` of flake-parts.
    FlakeParts,
    /// Modules that the flake evaluates together with clan-core's own.
    Modules,
    /// An argument of a function that is out of reach.
    UnknownCall,
    /// A file that holds the arguments or the inventory.
    File,
    /// A directory with an `inventory.json` or machines, without any Nix.
    Directory,
}

impl Via {
    /// Whether a call makes the clan, rather than a file or directory being taken for one.
    pub fn is_call(self) -> bool {
        !matches!(self, Via::File | Via::Directory)
    }
}
