//! The port through which everything reads files.
//!
//! [`disk::Disk`] reads the real ones, [`memory::Memory`] holds its own, [`overlay::Overlay`] lays unsaved text over another.

pub mod disk;
pub mod memory;
pub mod moved;
pub mod overlay;

use std::fmt;
use std::path::{Path, PathBuf};

/// What kind of thing lies at a path, links not followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileKind {
    /// A regular file.
    Regular,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// Anything else: a device, a pipe, a socket.
    Unknown,
}

/// Why a file could not be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FileError {
    /// Nothing lies there.
    NotFound(PathBuf),
    /// It lies outside the directories that may be read.
    Outside(PathBuf),
    /// It is not of the kind that was wanted: `(path, what it is)`.
    WrongKind(PathBuf, &'static str),
    /// It is larger than the limit, in bytes.
    TooLarge(PathBuf, u64),
    /// The system refused, in its own words.
    Io(PathBuf, String),
}

impl FileError {
    /// The path that was asked for.
    pub fn path(&self) -> &Path {
        match self {
            FileError::NotFound(path)
            | FileError::Outside(path)
            | FileError::WrongKind(path, _)
            | FileError::TooLarge(path, _)
            | FileError::Io(path, _) => path,
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path().display();
        match self {
            FileError::NotFound(_) => write!(formatter, "path `{path}` does not exist"),
            FileError::Outside(_) => write!(formatter, "path `{path}` lies outside the flake"),
            FileError::WrongKind(_, kind) => write!(formatter, "path `{path}` is {kind}"),
            FileError::TooLarge(_, limit) => {
                write!(formatter, "file `{path}` is larger than {limit} bytes")
            }
            FileError::Io(_, reason) => write!(formatter, "path `{path}` can't be read: {reason}"),
        }
    }
}

impl std::error::Error for FileError {}

/// What the git repository around a directory has checked out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Checkout {
    /// There is no repository.
    None,
    /// There is one, of which this cannot be read.
    Unknown,
    /// Nothing was ever committed.
    Unborn,
    /// A commit.
    Commit {
        /// Its name, in hexadecimal.
        revision: String,
        /// When it was committed, in seconds since 1970.
        committed: i64,
        /// Whether the tracked files are as they were committed.
        is_clean: bool,
    },
}

/// A source of files. Paths are absolute; `..` and links are resolved by the implementation.
pub trait Files: Send + Sync {
    /// The bytes of the regular file at `path`, links followed.
    fn read(&self, path: &Path) -> Result<Vec<u8>, FileError>;

    /// What lies at `path`, the last link not followed; `None` for nothing.
    fn kind(&self, path: &Path) -> Result<Option<FileKind>, FileError>;

    /// The entries of the directory at `path`, links to it followed, in the order of their names' bytes.
    fn list(&self, path: &Path) -> Result<Vec<(String, FileKind)>, FileError>;

    /// Where the link at `path` leads, as written in it.
    fn read_link(&self, path: &Path) -> Result<PathBuf, FileError>;

    /// `path` with every link resolved; everything on the way exists.
    fn resolve(&self, path: &Path) -> Result<PathBuf, FileError>;

    /// Whether the file at `path` may be executed.
    fn is_executable(&self, path: &Path) -> bool;

    /// Does what [`Files::untracked`] will need for what lies below `directory`. A thread that has nothing else to do may do so.
    fn prepare(&self, _directory: &Path) {}

    /// Those of `paths` that a git repository around `directory` does not track; none where there is no repository.
    fn untracked(&self, _directory: &Path, _paths: &[PathBuf]) -> Vec<PathBuf> {
        vec![]
    }

    /// What the git repository around `directory` has checked out.
    fn checkout(&self, _directory: &Path) -> Checkout {
        Checkout::None
    }

    /// When what lies at `path` was written, the last link not followed, in seconds since 1970; `None` where nobody knows.
    fn modified(&self, _path: &Path) -> Option<i64> {
        None
    }
}
