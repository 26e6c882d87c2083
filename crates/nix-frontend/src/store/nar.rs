//! The Nix archive: the bytes that stand for a file tree when Nix hashes it.
//!
//! It tells names (in the order of their bytes), contents, links and which files may be executed, and nothing else of the
//! file system. Each word is its length in eight bytes, its bytes, and zeros up to a multiple of eight.

use std::fmt;
use std::path::{Path, PathBuf};

use source::{FileError, FileKind, Files};

use super::hash::{Hash, HashAlgorithm, Hasher};

/// How deep directories may lie in each other, as in Nix.
const MAX_DEPTH: usize = 64;

/// Tells whether what lies at a path below the root belongs to the archive. It is asked in the order of the archive.
pub type Filter<'f, E> = dyn FnMut(&Path, FileKind) -> Result<bool, E> + 'f;

/// Why a tree can't be archived.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NarError<E> {
    /// A file can't be read.
    File(FileError),
    /// What lies there is neither file, directory nor link.
    Unsupported(PathBuf),
    /// It lies deeper than Nix goes.
    TooDeep(PathBuf),
    /// The filter failed.
    Filter(E),
}

impl<E> From<FileError> for NarError<E> {
    fn from(error: FileError) -> NarError<E> {
        NarError::File(error)
    }
}

impl<E: fmt::Display> fmt::Display for NarError<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NarError::File(error) => error.fmt(formatter),
            NarError::Unsupported(path) => {
                write!(
                    formatter,
                    "file '{}' has an unsupported type",
                    path.display()
                )
            }
            NarError::TooDeep(path) => write!(
                formatter,
                "path '{}' exceeds maximum NAR directory depth of {MAX_DEPTH}",
                path.display()
            ),
            NarError::Filter(error) => error.fmt(formatter),
        }
    }
}

/// The SHA-256 hash of the archive of what lies at `root`.
///
/// A link at `root` itself is archived as a link. The filter is not asked about `root`.
pub fn hash<E>(
    files: &dyn Files,
    root: &Path,
    filter: &mut Filter<'_, E>,
) -> Result<Hash, NarError<E>> {
    let mut hasher = Hasher::new(HashAlgorithm::Sha256);
    write(files, root, filter, &mut |bytes| hasher.update(bytes))?;
    Ok(hasher.finish())
}

/// Writes the archive of what lies at `root`, piece by piece, to `sink`; see [`hash`].
pub fn write<E>(
    files: &dyn Files,
    root: &Path,
    filter: &mut Filter<'_, E>,
    sink: &mut dyn FnMut(&[u8]),
) -> Result<(), NarError<E>> {
    let kind = files.kind(root)?;
    let kind = kind.ok_or_else(|| FileError::NotFound(root.to_owned()))?;
    let mut writer = Writer { files, sink };
    writer.word(b"nix-archive-1");
    writer.node(root, kind, 0, filter)
}

struct Writer<'w> {
    files: &'w dyn Files,
    sink: &'w mut dyn FnMut(&[u8]),
}

impl Writer<'_> {
    fn node<E>(
        &mut self,
        path: &Path,
        kind: FileKind,
        depth: usize,
        filter: &mut Filter<'_, E>,
    ) -> Result<(), NarError<E>> {
        if depth >= MAX_DEPTH {
            return Err(NarError::TooDeep(path.to_owned()));
        }
        self.words(&[b"(", b"type"]);
        match kind {
            FileKind::Regular => {
                self.word(b"regular");
                if self.files.is_executable(path) {
                    self.words(&[b"executable", b""]);
                }
                self.words(&[b"contents", &self.files.read(path)?]);
            }
            FileKind::Symlink => {
                let target = self.files.read_link(path)?;
                self.words(&[b"symlink", b"target", target.as_os_str().as_encoded_bytes()]);
            }
            FileKind::Directory => {
                self.word(b"directory");
                self.entries(path, depth, filter)?;
            }
            FileKind::Unknown => return Err(NarError::Unsupported(path.to_owned())),
        }
        self.word(b")");
        Ok(())
    }

    fn entries<E>(
        &mut self,
        path: &Path,
        depth: usize,
        filter: &mut Filter<'_, E>,
    ) -> Result<(), NarError<E>> {
        for (name, kind) in self.files.list(path)? {
            let path = path.join(&name);
            if filter(&path, kind).map_err(NarError::Filter)? {
                self.words(&[b"entry", b"(", b"name", name.as_bytes(), b"node"]);
                self.node(&path, kind, depth + 1, filter)?;
                self.word(b")");
            }
        }
        Ok(())
    }

    fn words(&mut self, words: &[&[u8]]) {
        for word in words {
            self.word(word);
        }
    }

    fn word(&mut self, word: &[u8]) {
        const ZEROS: [u8; 8] = [0; 8];
        (self.sink)(&(word.len() as u64).to_le_bytes());
        (self.sink)(word);
        let padding = word.len().next_multiple_of(8) - word.len();
        (self.sink)(ZEROS.split_at(padding).0);
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use source::files::memory::Memory;

    use super::super::hash::HashFormat;
    use super::*;

    /// A tree with one link and one program.
    struct Tree {
        memory: Memory,
    }

    const LINK: &str = "/tree/sub/link";

    fn tree() -> Tree {
        let memory = Memory::new()
            .with("/tree/file.txt", "hello\n")
            .with("/tree/run.sh", "#!/bin/sh\n")
            .with("/tree/empty", "")
            .with(LINK, "")
            .with("/tree/sub/.git/config", "x")
            .with("/tree/a-b/z", "y")
            .with("/tree/a.b", "w")
            .with("/tree/aa", "v");
        Tree { memory }
    }

    impl Files for Tree {
        fn read(&self, path: &Path) -> Result<Vec<u8>, FileError> {
            self.memory.read(path)
        }

        fn kind(&self, path: &Path) -> Result<Option<FileKind>, FileError> {
            match path == Path::new(LINK) {
                true => Ok(Some(FileKind::Symlink)),
                false => self.memory.kind(path),
            }
        }

        fn list(&self, path: &Path) -> Result<Vec<(String, FileKind)>, FileError> {
            let mut entries = self.memory.list(path)?;
            for (name, kind) in &mut entries {
                if name == "link" {
                    *kind = FileKind::Symlink;
                }
            }
            Ok(entries)
        }

        fn read_link(&self, _: &Path) -> Result<PathBuf, FileError> {
            Ok(PathBuf::from("../file.txt"))
        }

        fn resolve(&self, path: &Path) -> Result<PathBuf, FileError> {
            self.memory.resolve(path)
        }

        fn is_executable(&self, path: &Path) -> bool {
            path.ends_with("run.sh")
        }
    }

    fn hash_of(path: &str) -> String {
        let mut all = |_: &Path, _| Ok::<_, Infallible>(true);
        let hash = hash(&tree(), Path::new(path), &mut all).unwrap();
        hash.spell(HashFormat::Base16)
    }

    #[test]
    fn a_tree_is_hashed_as_nix_hashes_it() {
        for (path, expected) in [
            (
                "/tree",
                "39ecc8a1ee8357b18150a94239d054fff55be02cd92afd7f8b23e4b6cd31e661",
            ),
            (
                "/tree/sub/link",
                "f0387d2bd79d316ca72544880af635f3c01f08875177b22816dd284a885f1292",
            ),
            (
                "/tree/run.sh",
                "6283c1668260f903d1a895c0cd6b822fa4b68762bb0b17cedef2d39d97e26554",
            ),
        ] {
            assert_eq!(hash_of(path), expected);
        }
    }

    #[test]
    fn an_archive_has_padded_words() {
        let mut bytes = vec![];
        let mut all = |_: &Path, _| Ok::<_, Infallible>(true);
        write(&tree(), Path::new("/tree/aa"), &mut all, &mut |piece| {
            bytes.extend_from_slice(piece);
        })
        .unwrap();
        assert_eq!(
            bytes,
            b"\x0d\0\0\0\0\0\0\0nix-archive-1\0\0\0\
              \x01\0\0\0\0\0\0\0(\0\0\0\0\0\0\0\
              \x04\0\0\0\0\0\0\0type\0\0\0\0\
              \x07\0\0\0\0\0\0\0regular\0\
              \x08\0\0\0\0\0\0\0contents\
              \x01\0\0\0\0\0\0\0v\0\0\0\0\0\0\0\
              \x01\0\0\0\0\0\0\0)\0\0\0\0\0\0\0"
        );
    }

    #[test]
    fn the_filter_is_asked_in_the_order_of_names() {
        let mut asked = vec![];
        let mut filter = |path: &Path, kind| {
            asked.push(path.display().to_string());
            Ok::<_, Infallible>(kind == FileKind::Directory && !path.ends_with("a-b"))
        };
        hash(&tree(), Path::new("/tree"), &mut filter).unwrap();
        assert_eq!(
            asked.join(" "),
            "/tree/a-b /tree/a.b /tree/aa /tree/empty /tree/file.txt /tree/run.sh /tree/sub \
             /tree/sub/.git /tree/sub/.git/config /tree/sub/link"
        );
    }

    #[test]
    fn failures_come_through() {
        let mut failing = |_: &Path, _| Err("no");
        let root = Path::new("/tree");
        assert_eq!(
            hash(&tree(), root, &mut failing),
            Err(NarError::Filter("no"))
        );
        let gone = Path::new("/gone");
        assert_eq!(
            hash(&tree(), gone, &mut failing),
            Err(NarError::File(FileError::NotFound(gone.to_owned())))
        );
        let memory = Memory::new().with("/deep".to_owned() + &"/d".repeat(70), "");
        let mut all = |_: &Path, _| Ok::<_, Infallible>(true);
        let error = hash(&memory, Path::new("/deep"), &mut all).unwrap_err();
        let deepest = "/deep".to_owned() + &"/d".repeat(64);
        assert_eq!(error, NarError::TooDeep(PathBuf::from(deepest)));
    }
}
