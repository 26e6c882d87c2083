//! The real files, below the directories that may be read.
//!
//! A path is resolved before it is opened, so that neither `..` nor a link leads out of the roots; only
//! regular files up to a size are read.

mod directories;
mod git;

use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::{OnceLock, PoisonError, RwLock};
use std::time::UNIX_EPOCH;

use self::directories::{About, Directories};
use self::git::Tracked;
use super::{Checkout, FileError, FileKind, Files};

/// The largest file that is read unless told otherwise, in bytes.
pub const DEFAULT_SIZE_LIMIT: u64 = 64 << 20;

/// Reads the disk.
pub struct Disk {
    roots: Option<RwLock<Vec<PathBuf>>>,
    size_limit: u64,
    /// Where directories were found and what is in them, if that is remembered.
    directories: Option<Directories>,
    /// What is tracked around the directory that [`Files::prepare`] was told.
    tracked: OnceLock<(PathBuf, Tracked)>,
}

impl Disk {
    /// Reads everything that the user may read.
    pub fn everywhere() -> Disk {
        Disk {
            roots: None,
            size_limit: DEFAULT_SIZE_LIMIT,
            directories: None,
            tracked: OnceLock::new(),
        }
    }

    /// Reads what lies below one of `roots`. A root that does not exist holds nothing.
    pub fn below(roots: impl IntoIterator<Item = PathBuf>) -> Disk {
        let roots = roots
            .into_iter()
            .filter_map(|root| fs::canonicalize(root).ok())
            .collect();
        Disk {
            roots: Some(RwLock::new(roots)),
            size_limit: DEFAULT_SIZE_LIMIT,
            directories: None,
            tracked: OnceLock::new(),
        }
    }

    /// The same, reading files up to `bytes` long.
    pub fn with_size_limit(mut self, bytes: u64) -> Disk {
        self.size_limit = bytes;
        self
    }

    /// The same, for a single run, in which directories and files stay where they are.
    pub fn for_one_run(mut self) -> Disk {
        self.directories = Some(Directories::default());
        self
    }

    /// Reads below `root` as well from now on.
    pub fn admit(&self, root: &Path) {
        if let (Some(roots), Ok(root)) = (&self.roots, fs::canonicalize(root)) {
            let mut roots = roots.write().unwrap_or_else(PoisonError::into_inner);
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
    }

    fn allowed(&self, resolved: &Path) -> bool {
        self.roots.as_ref().is_none_or(|roots| {
            let roots = roots.read().unwrap_or_else(PoisonError::into_inner);
            roots.iter().any(|root| resolved.starts_with(root))
        })
    }

    /// What lies at `place`, whose directory is resolved.
    fn about(&self, place: &Path) -> std::io::Result<About> {
        match &self.directories {
            Some(directories) => directories.about(place),
            None => About::of(place),
        }
    }

    /// The place of `path` itself: its parent's links resolved, its own not.
    fn place(&self, path: &Path) -> Result<PathBuf, FileError> {
        let normal = normalize(path);
        let (Some(parent), Some(name)) = (normal.parent(), normal.file_name()) else {
            return self.resolve(&normal);
        };
        let parent = match &self.directories {
            Some(directories) => directories.directory(parent),
            None => fs::canonicalize(parent),
        };
        let place = parent.map_err(|error| failed(path, &error))?.join(name);
        if self.allowed(&place) {
            Ok(place)
        } else {
            Err(FileError::Outside(path.to_owned()))
        }
    }
}

impl Files for Disk {
    fn read(&self, path: &Path) -> Result<Vec<u8>, FileError> {
        let resolved = self.resolve(path)?;
        let about = self
            .about(&resolved)
            .map_err(|error| failed(path, &error))?;
        match about.kind {
            FileKind::Regular => {}
            FileKind::Directory => {
                return Err(FileError::WrongKind(path.to_owned(), "a directory"));
            }
            FileKind::Symlink | FileKind::Unknown => {
                return Err(FileError::WrongKind(path.to_owned(), "no regular file"));
            }
        }
        if about.length > self.size_limit {
            return Err(FileError::TooLarge(path.to_owned(), self.size_limit));
        }
        let file = fs::File::open(&resolved).map_err(|error| failed(path, &error))?;
        let mut bytes = Vec::with_capacity(about.length as usize);
        file.take(self.size_limit + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| failed(path, &error))?;
        if bytes.len() as u64 > self.size_limit {
            return Err(FileError::TooLarge(path.to_owned(), self.size_limit));
        }
        Ok(bytes)
    }

    fn kind(&self, path: &Path) -> Result<Option<FileKind>, FileError> {
        let place = match self.place(path) {
            Err(FileError::NotFound(_)) => return Ok(None),
            place => place?,
        };
        match self.about(&place) {
            Ok(about) => Ok(Some(about.kind)),
            Err(error) if is_absence(&error) => Ok(None),
            Err(error) => Err(failed(path, &error)),
        }
    }

    fn list(&self, path: &Path) -> Result<Vec<(String, FileKind)>, FileError> {
        let resolved = self.resolve(path)?;
        let mut entries = vec![];
        for entry in fs::read_dir(resolved).map_err(|error| failed(path, &error))? {
            let entry = entry.map_err(|error| failed(path, &error))?;
            let kind = entry.file_type().map_or(FileKind::Unknown, kind_of);
            let name = entry.file_name().into_string().map_err(|name| {
                FileError::Io(path.join(name), "its name is not UTF-8".to_owned())
            })?;
            entries.push((name, kind));
        }
        entries.sort_by(|(left, _), (right, _)| left.as_bytes().cmp(right.as_bytes()));
        Ok(entries)
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, FileError> {
        fs::read_link(self.place(path)?).map_err(|error| failed(path, &error))
    }

    fn resolve(&self, path: &Path) -> Result<PathBuf, FileError> {
        let resolved = match &self.directories {
            Some(directories) => directories.resolve(path),
            None => fs::canonicalize(path),
        };
        let resolved = resolved.map_err(|error| {
            let outside = !self.allowed(&normalize(path));
            if outside {
                FileError::Outside(path.to_owned())
            } else {
                failed(path, &error)
            }
        })?;
        if self.allowed(&resolved) {
            Ok(resolved)
        } else {
            Err(FileError::Outside(path.to_owned()))
        }
    }

    fn is_executable(&self, path: &Path) -> bool {
        self.resolve(path)
            .is_ok_and(|resolved| executable(&resolved))
    }

    fn untracked(&self, directory: &Path, paths: &[PathBuf]) -> Vec<PathBuf> {
        let known = self.tracked.get();
        match known.filter(|(known, _)| known == directory) {
            Some((_, tracked)) => tracked.lacks(paths),
            None => Tracked::around(directory).lacks(paths),
        }
    }

    fn prepare(&self, directory: &Path) {
        // Only within a single run the answer stays the same.
        if self.directories.is_some() {
            let read = || (directory.to_owned(), Tracked::around(directory));
            self.tracked.get_or_init(read);
        }
    }

    fn checkout(&self, directory: &Path) -> Checkout {
        git::checkout(directory)
    }

    fn modified(&self, path: &Path) -> Option<i64> {
        let about = fs::symlink_metadata(self.place(path).ok()?).ok()?;
        let since = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        i64::try_from(since.as_secs()).ok()
    }
}

#[cfg(unix)]
fn executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|about| about.permissions().mode() & 0o100 != 0)
}

#[cfg(not(unix))]
fn executable(_path: &Path) -> bool {
    false
}

fn kind_of(kind: fs::FileType) -> FileKind {
    if kind.is_file() {
        FileKind::Regular
    } else if kind.is_dir() {
        FileKind::Directory
    } else if kind.is_symlink() {
        FileKind::Symlink
    } else {
        FileKind::Unknown
    }
}

fn is_absence(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
    )
}

fn failed(path: &Path, error: &std::io::Error) -> FileError {
    if is_absence(error) {
        FileError::NotFound(path.to_owned())
    } else {
        FileError::Io(path.to_owned(), error.kind().to_string())
    }
}

/// `path` without `.` and `..`, by its text alone.
pub fn normalize(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}
