//! Files that exist in memory only: for tests, standard input and snapshots.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::disk::normalize;
use super::{Checkout, FileError, FileKind, Files};

/// A tree of files without links. Directories exist as far as files lie in them.
#[derive(Clone, Default, Debug)]
pub struct Memory {
    files: BTreeMap<PathBuf, Vec<u8>>,
    checkout: Option<Checkout>,
}

impl Memory {
    /// An empty tree.
    pub fn new() -> Memory {
        Memory::default()
    }

    /// Puts a file at the absolute path `path`.
    pub fn insert(&mut self, path: impl AsRef<Path>, bytes: impl Into<Vec<u8>>) {
        self.files.insert(normalize(path.as_ref()), bytes.into());
    }

    /// The same tree with one more file.
    pub fn with(mut self, path: impl AsRef<Path>, bytes: impl Into<Vec<u8>>) -> Memory {
        self.insert(path, bytes);
        self
    }

    /// The same tree, as what a git repository has checked out.
    pub fn in_repository(mut self, checkout: Checkout) -> Memory {
        self.checkout = Some(checkout);
        self
    }

    fn is_directory(&self, path: &Path) -> bool {
        self.files
            .range(path.to_owned()..)
            .take_while(|(file, _)| file.starts_with(path))
            .any(|(file, _)| file != path)
    }
}

impl Files for Memory {
    fn read(&self, path: &Path) -> Result<Vec<u8>, FileError> {
        let normal = normalize(path);
        match self.files.get(&normal) {
            Some(bytes) => Ok(bytes.clone()),
            None if self.is_directory(&normal) => {
                Err(FileError::WrongKind(path.to_owned(), "a directory"))
            }
            None => Err(FileError::NotFound(path.to_owned())),
        }
    }

    fn kind(&self, path: &Path) -> Result<Option<FileKind>, FileError> {
        let normal = normalize(path);
        if self.files.contains_key(&normal) {
            return Ok(Some(FileKind::Regular));
        }
        Ok((normal == Path::new("/") || self.is_directory(&normal)).then_some(FileKind::Directory))
    }

    fn list(&self, path: &Path) -> Result<Vec<(String, FileKind)>, FileError> {
        let normal = normalize(path);
        let mut entries = BTreeMap::new();
        for file in self.files.keys().filter(|file| **file != normal) {
            let Ok(rest) = file.strip_prefix(&normal) else {
                continue;
            };
            let mut components = rest.components();
            let Some(name) = components.next() else {
                continue;
            };
            let kind = if components.next().is_some() {
                FileKind::Directory
            } else {
                FileKind::Regular
            };
            entries.insert(name.as_os_str().to_string_lossy().into_owned(), kind);
        }
        if entries.is_empty() {
            return Err(FileError::NotFound(path.to_owned()));
        }
        Ok(entries.into_iter().collect())
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, FileError> {
        Err(FileError::WrongKind(path.to_owned(), "no link"))
    }

    fn resolve(&self, path: &Path) -> Result<PathBuf, FileError> {
        match self.kind(path)? {
            Some(_) => Ok(normalize(path)),
            None => Err(FileError::NotFound(path.to_owned())),
        }
    }

    fn is_executable(&self, _path: &Path) -> bool {
        false
    }

    fn checkout(&self, _directory: &Path) -> Checkout {
        self.checkout.clone().unwrap_or(Checkout::None)
    }
}
