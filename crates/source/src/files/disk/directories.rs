//! Where directories really lie, each found once.
//!
//! Resolving a path asks the system about each of its components. Most paths of a run lie in few directories: those are remembered, so that one
//! question is left for each path.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{PoisonError, RwLock};

/// The directories that were met, with every link resolved.
#[derive(Default)]
pub(super) struct Directories {
    known: RwLock<HashMap<PathBuf, PathBuf>>,
}

impl Directories {
    /// What lies at `path`, its own link and those on the way resolved.
    pub(super) fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        let is_plain = |part| matches!(part, Component::RootDir | Component::Normal(_));
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return fs::canonicalize(path);
        };
        if !path.is_absolute() || !path.components().all(is_plain) {
            return fs::canonicalize(path);
        }
        self.entry(parent, name.as_ref())
    }

    /// The directory at `path`, an absolute path without `..`.
    pub(super) fn directory(&self, path: &Path) -> io::Result<PathBuf> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = known.get(path) {
            return Ok(place.clone());
        }
        drop(known);
        let place = match (path.parent(), path.file_name()) {
            (Some(parent), Some(name)) => self.entry(parent, name.as_ref())?,
            _ => fs::canonicalize(path)?,
        };
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(path.to_owned(), place.clone());
        Ok(place)
    }

    fn entry(&self, parent: &Path, name: &Path) -> io::Result<PathBuf> {
        let place = self.directory(parent)?.join(name);
        match fs::symlink_metadata(&place)?.is_symlink() {
            true => fs::canonicalize(place),
            false => Ok(place),
        }
    }
}
