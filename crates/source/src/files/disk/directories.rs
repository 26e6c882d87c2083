//! Where directories really lie and what lies in them, each asked once.
//!
//! Resolving a path asks the system about each of its components. Most paths of a run lie in few directories: those are remembered, so that one
//! question is left for each path; and what was found there too, since a file is looked for, resolved and read in turn. Absence is not remembered.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use super::{FileKind, kind_of};

/// The directories that were met, with every link resolved, and the entries that were looked at.
#[derive(Default)]
pub(super) struct Directories {
    known: RwLock<HashMap<PathBuf, PathBuf>>,
    entries: RwLock<HashMap<PathBuf, About>>,
}

/// What the system says of an entry of a directory, its link not followed.
#[derive(Clone, Copy)]
pub(super) struct About {
    pub(super) kind: FileKind,
    /// In bytes.
    pub(super) length: u64,
}

impl About {
    /// Asks about what lies at `place`.
    pub(super) fn of(place: &Path) -> io::Result<About> {
        let about = fs::symlink_metadata(place)?;
        Ok(About {
            kind: kind_of(about.file_type()),
            length: about.len(),
        })
    }
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
        match self.about(&place)?.kind {
            FileKind::Symlink => fs::canonicalize(place),
            _ => Ok(place),
        }
    }

    /// What lies at `place`, whose directory is resolved.
    pub(super) fn about(&self, place: &Path) -> io::Result<About> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(about) = entries.get(place) {
            return Ok(*about);
        }
        drop(entries);
        let about = About::of(place)?;
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        entries.insert(place.to_owned(), about);
        Ok(about)
    }
}
