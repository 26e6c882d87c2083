//! The cache: trees by their hash, named as in a Nix store.
//!
//! A tree is put together in `.partial`, checked there, and then renamed: what has a tree's name is complete and has its hash. Who puts a tree
//! together holds a lock on its name, so that several runs work side by side, and each tree is fetched once. A download that broke off stays in
//! `.partial` for the next run.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use nix_frontend::store::hash::Hash;
use nix_frontend::store::path::{Ingestion, fixed_output};

use crate::error::Error;

/// A directory of fetched trees.
#[derive(Clone, Debug)]
pub struct Cache {
    directory: PathBuf,
}

/// Where one tree is put together, by nobody else at the same time.
#[derive(Debug)]
pub(crate) struct Slot {
    /// Where the tree goes.
    pub tree: PathBuf,
    partial: PathBuf,
    name: String,
    _lock: File,
}

impl Cache {
    /// The cache in a directory, which need not exist yet.
    pub fn new(directory: impl Into<PathBuf>) -> Cache {
        Cache {
            directory: directory.into(),
        }
    }

    /// Where the tree with this hash lies, if it was fetched.
    pub fn find(&self, hash: &Hash) -> Result<Option<PathBuf>, Error> {
        let tree = self.directory.join(name(hash)?);
        Ok(tree.symlink_metadata().is_ok().then_some(tree))
    }

    /// The slot for the tree with this hash, as soon as nobody else does; `wait` is called before waiting for others.
    pub(crate) fn slot(&self, hash: &Hash, wait: impl FnOnce()) -> Result<Slot, Error> {
        let name = name(hash)?;
        let partial = self.directory.join(".partial");
        fs::create_dir_all(&partial).map_err(|error| Error::file(&partial, &error))?;
        let path = partial.join(format!("{name}.lock"));
        let locked = File::create(&path).and_then(|lock| {
            match lock.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    wait();
                    lock.lock()?;
                }
                Err(TryLockError::Error(error)) => return Err(error),
            }
            Ok(lock)
        });
        let lock = locked.map_err(|error| Error::file(&path, &error))?;
        Ok(Slot {
            tree: self.directory.join(&name),
            partial,
            name,
            _lock: lock,
        })
    }
}

impl Slot {
    /// The file that is downloaded.
    pub(crate) fn download(&self) -> PathBuf {
        self.partial.join(format!("{}.part", self.name))
    }

    /// What tells the version of the file that is downloaded.
    pub(crate) fn validator(&self) -> PathBuf {
        self.partial.join(format!("{}.version", self.name))
    }

    /// An empty place below the cache for a tree or repository in the making.
    pub(crate) fn scratch(&self, kind: &str) -> Result<PathBuf, Error> {
        let path = self.partial.join(format!("{}.{kind}", self.name));
        remove(&path)?;
        Ok(path)
    }

    /// Forgets what was downloaded.
    pub(crate) fn forget_download(&self) -> Result<(), Error> {
        remove(&self.download())?;
        remove(&self.validator())
    }

    /// Puts a tree that was checked to where it belongs.
    pub(crate) fn finish(&self, tree: &Path) -> Result<(), Error> {
        fs::rename(tree, &self.tree).map_err(|error| Error::file(&self.tree, &error))?;
        self.forget_download()
    }
}

/// Removes whatever lies there, if anything does.
pub(crate) fn remove(path: &Path) -> Result<(), Error> {
    let removed = match path.symlink_metadata() {
        Ok(about) if about.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    };
    removed.map_err(|error| Error::file(path, &error))
}

fn name(hash: &Hash) -> Result<String, Error> {
    let path = fixed_output(b"source", Ingestion::Recursive, hash);
    let path = path.map_err(|error| Error::Unsupported(error.to_string()))?;
    Ok(path.file_name().to_owned())
}
