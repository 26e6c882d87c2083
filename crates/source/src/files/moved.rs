//! Other files, with one of them, or a directory, in another place.

use std::path::{Path, PathBuf};

use super::{FileError, FileKind, Files};

/// `base`, in which what lies at `from` lies at `to` instead.
pub struct Moved<'f> {
    base: &'f dyn Files,
    from: PathBuf,
    to: PathBuf,
}

impl<'f> Moved<'f> {
    /// Moves what lies at `from` to `to`.
    pub fn new(base: &'f dyn Files, from: &Path, to: &Path) -> Moved<'f> {
        let (from, to) = (from.to_owned(), to.to_owned());
        Moved { base, from, to }
    }

    /// Where `base` has what lies at `path`.
    ///
    /// Errors: nothing lies there any more.
    fn place(&self, path: &Path) -> Result<PathBuf, FileError> {
        if let Ok(below) = path.strip_prefix(&self.to) {
            return Ok(match below.as_os_str().is_empty() {
                true => self.from.clone(),
                false => self.from.join(below),
            });
        }
        match path.starts_with(&self.from) {
            true => Err(FileError::NotFound(path.to_owned())),
            false => Ok(path.to_owned()),
        }
    }

    /// The name that a directory's entry has now.
    fn renamed(&self, directory: &Path, name: String) -> String {
        let new = self.to.file_name().and_then(|name| name.to_str());
        match new {
            Some(new) if directory.join(&name) == self.from => new.to_owned(),
            _ => name,
        }
    }
}

impl Files for Moved<'_> {
    fn read(&self, path: &Path) -> Result<Vec<u8>, FileError> {
        self.base.read(&self.place(path)?)
    }

    fn kind(&self, path: &Path) -> Result<Option<FileKind>, FileError> {
        match self.place(path) {
            Ok(place) => self.base.kind(&place),
            Err(_) => Ok(None),
        }
    }

    fn list(&self, path: &Path) -> Result<Vec<(String, FileKind)>, FileError> {
        let entries = self.base.list(&self.place(path)?)?.into_iter();
        let entries = entries.map(|(name, kind)| (self.renamed(path, name), kind));
        let mut entries: Vec<(String, FileKind)> = entries.collect();
        entries.sort_by(|(left, _), (right, _)| left.as_bytes().cmp(right.as_bytes()));
        Ok(entries)
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, FileError> {
        self.base.read_link(&self.place(path)?)
    }

    fn resolve(&self, path: &Path) -> Result<PathBuf, FileError> {
        self.base.resolve(&self.place(path)?)
    }

    fn is_executable(&self, path: &Path) -> bool {
        self.place(path)
            .is_ok_and(|place| self.base.is_executable(&place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::memory::Memory;

    #[test]
    fn a_directory_takes_its_files_along() {
        let base = Memory::new()
            .with("/machines/jon/a.nix", "1")
            .with("/machines/sara/a.nix", "2");
        let moved = Moved::new(
            &base,
            Path::new("/machines/jon"),
            Path::new("/machines/zoe"),
        );
        assert_eq!(moved.read(Path::new("/machines/zoe/a.nix")).unwrap(), b"1");
        assert_eq!(moved.kind(Path::new("/machines/jon/a.nix")), Ok(None));
        let names = moved.list(Path::new("/machines")).unwrap().into_iter();
        let names: Vec<String> = names.map(|(name, _)| name).collect();
        assert_eq!(names, ["sara", "zoe"]);
    }
}
