//! What a git repository knows of the files in it: Nix sees no others of a flake.

mod checkout;
mod objects;

use std::fs;
use std::path::{Path, PathBuf};

use gix_index::entry::Mode;
use gix_index::{File, State};

use crate::files::Checkout;

/// What the repository around a directory tracks.
pub(super) struct Tracked(Option<(PathBuf, State)>);

impl Tracked {
    /// Reads the index. Nothing where there is no repository, or none whose index can be read.
    pub fn around(directory: &Path) -> Tracked {
        Tracked(repository(directory))
    }

    /// Those of `paths` that lie in the repository and that its index does not have, in their order. What lies in a submodule is left to that.
    pub fn lacks(&self, paths: &[PathBuf]) -> Vec<PathBuf> {
        let Some((root, index)) = &self.0 else {
            return vec![];
        };
        let unknown = |path: &&PathBuf| {
            let below = path.strip_prefix(root).ok();
            below.is_some_and(|below| !is_known(index, below))
        };
        paths.iter().filter(unknown).cloned().collect()
    }
}

/// The state of the repository around a directory.
pub(super) fn checkout(directory: &Path) -> Checkout {
    match work_tree(directory) {
        Some((root, git)) => checkout::checkout(&root, &git).unwrap_or(Checkout::Unknown),
        None => Checkout::None,
    }
}

/// The root of the work tree around a directory, and where its repository lies.
fn work_tree(directory: &Path) -> Option<(PathBuf, PathBuf)> {
    let directory = fs::canonicalize(directory).ok()?;
    let root = directory
        .ancestors()
        .find(|each| each.join(".git").exists())?;
    let git = git_directory(root)?;
    let is_there = git.join("HEAD").exists();
    is_there.then(|| (root.to_owned(), git))
}

/// The root of the work tree around a directory, and what is tracked in it.
fn repository(directory: &Path) -> Option<(PathBuf, State)> {
    let (root, git) = work_tree(directory)?;
    let (kind, place) = (gix_hash::Kind::Sha1, git.join("index"));
    if !place.exists() {
        // Nothing was ever added.
        return Some((root, State::new(kind)));
    }
    let index = File::at(place, kind, true, Default::default());
    let (index, _) = index.ok()?.into_parts();
    Some((root, index))
}

/// Where the index of a work tree lies: `.git`, or what the file of that name points at.
fn git_directory(root: &Path) -> Option<PathBuf> {
    let place = root.join(".git");
    if place.is_dir() {
        return Some(place);
    }
    let text = fs::read_to_string(&place).ok()?;
    Some(root.join(text.strip_prefix("gitdir:")?.trim()))
}

fn is_known(index: &State, path: &Path) -> bool {
    let mut ancestors = path.ancestors();
    let is_there = ancestors
        .next()
        .and_then(|path| entry(index, path))
        .is_some();
    is_there
        || ancestors
            .filter_map(|path| entry(index, path))
            .any(|mode| mode == Mode::COMMIT)
}

fn entry(index: &State, path: &Path) -> Option<Mode> {
    let path = path.to_str()?;
    index.entry_by_path(path.into()).map(|entry| entry.mode)
}
