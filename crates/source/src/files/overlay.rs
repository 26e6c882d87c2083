//! Unsaved text laid over other files.

use std::path::{Path, PathBuf};

use super::memory::Memory;
use super::{Checkout, FileError, FileKind, Files};

/// `over` where it has a file, else `base`.
pub struct Overlay<'f> {
    over: Memory,
    base: &'f dyn Files,
}

impl<'f> Overlay<'f> {
    /// Lays `over` on top of `base`.
    pub fn new(over: Memory, base: &'f dyn Files) -> Overlay<'f> {
        Overlay { over, base }
    }

    fn above(&self, path: &Path) -> bool {
        matches!(self.over.kind(path), Ok(Some(FileKind::Regular)))
    }
}

impl Files for Overlay<'_> {
    fn read(&self, path: &Path) -> Result<Vec<u8>, FileError> {
        if self.above(path) {
            self.over.read(path)
        } else {
            self.base.read(path)
        }
    }

    fn kind(&self, path: &Path) -> Result<Option<FileKind>, FileError> {
        match self.over.kind(path)? {
            Some(FileKind::Regular) => Ok(Some(FileKind::Regular)),
            other => Ok(self.base.kind(path)?.or(other)),
        }
    }

    fn list(&self, path: &Path) -> Result<Vec<(String, FileKind)>, FileError> {
        let over = self.over.list(path).unwrap_or_default();
        let mut entries = match self.base.list(path) {
            Err(FileError::NotFound(_)) if !over.is_empty() => vec![],
            entries => entries?,
        };
        for (name, kind) in over {
            if !entries.iter().any(|(known, _)| *known == name) {
                entries.push((name, kind));
            }
        }
        entries.sort_by(|(left, _), (right, _)| left.as_bytes().cmp(right.as_bytes()));
        Ok(entries)
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, FileError> {
        self.base.read_link(path)
    }

    fn resolve(&self, path: &Path) -> Result<PathBuf, FileError> {
        if self.above(path) {
            self.over.resolve(path)
        } else {
            self.base.resolve(path)
        }
    }

    fn is_executable(&self, path: &Path) -> bool {
        self.base.is_executable(path)
    }

    fn checkout(&self, directory: &Path) -> Checkout {
        self.base.checkout(directory)
    }

    fn modified(&self, path: &Path) -> Option<i64> {
        (!self.above(path)).then(|| self.base.modified(path))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsaved_text_hides_the_saved() {
        let base = Memory::new()
            .with("/clan/a.nix", "1")
            .with("/clan/b.nix", "2");
        let overlay = Overlay::new(
            Memory::new()
                .with("/clan/a.nix", "3")
                .with("/clan/c.nix", "4"),
            &base,
        );
        assert_eq!(overlay.read(Path::new("/clan/a.nix")).unwrap(), b"3");
        assert_eq!(overlay.read(Path::new("/clan/b.nix")).unwrap(), b"2");
        let names: Vec<_> = overlay
            .list(Path::new("/clan"))
            .unwrap()
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["a.nix", "b.nix", "c.nix"]);
    }
}
