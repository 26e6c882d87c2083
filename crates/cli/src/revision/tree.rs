//! What lies in a commit, by path.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use source::FileKind;

/// Something in a commit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Entry {
    /// A regular file: its object.
    File {
        /// The object's name.
        object: String,
        /// Whether it may be executed.
        is_executable: bool,
    },
    /// A symbolic link: the object that says where it leads.
    Link(String),
    /// A directory: the names in it, in the order of their bytes.
    Directory(Vec<String>),
}

impl Entry {
    pub(super) fn kind(&self) -> FileKind {
        match self {
            Entry::File { .. } => FileKind::Regular,
            Entry::Link(_) => FileKind::Symlink,
            Entry::Directory(_) => FileKind::Directory,
        }
    }
}

/// All that lies in a commit. Paths begin at its root, which is the empty one.
#[derive(Default, Debug)]
pub(super) struct Tree {
    entries: BTreeMap<PathBuf, Entry>,
}

impl Tree {
    /// What `git ls-tree -r -z` says: `MODE TYPE OBJECT\tPATH\0`. Names that are not UTF-8 are left out.
    pub(super) fn parse(listing: &[u8]) -> Tree {
        let mut tree = Tree::default();
        tree.entries
            .insert(PathBuf::new(), Entry::Directory(vec![]));
        for line in listing.split(|byte| *byte == 0) {
            let Some((about, path)) = std::str::from_utf8(line)
                .ok()
                .and_then(|line| line.split_once('\t'))
            else {
                continue;
            };
            let mut about = about.split(' ');
            let mode = about.next().unwrap_or_default();
            let object = about.nth(1).unwrap_or_default().to_owned();
            let entry = match mode {
                "120000" => Entry::Link(object),
                "160000" => Entry::Directory(vec![]),
                _ => Entry::File {
                    object,
                    is_executable: mode == "100755",
                },
            };
            tree.add(Path::new(path), entry);
        }
        for entry in tree.entries.values_mut() {
            if let Entry::Directory(names) = entry {
                names.sort_unstable();
            }
        }
        tree
    }

    fn add(&mut self, path: &Path, entry: Entry) {
        self.entries.insert(path.to_owned(), entry);
        let mut below = path;
        while let (Some(parent), Some(name)) = (below.parent(), below.file_name()) {
            let name = name.to_string_lossy().into_owned();
            let is_known = self.entries.contains_key(parent);
            let directory = self.entries.entry(parent.to_owned());
            if let Entry::Directory(names) = directory.or_insert_with(|| Entry::Directory(vec![])) {
                names.push(name);
            }
            if is_known {
                break;
            }
            below = parent;
        }
    }

    pub(super) fn entry(&self, path: &Path) -> Option<&Entry> {
        self.entries.get(path)
    }

    /// The entries of a directory, in the order of their names' bytes.
    pub(super) fn list(&self, path: &Path) -> Option<Vec<(String, FileKind)>> {
        let Some(Entry::Directory(names)) = self.entry(path) else {
            return None;
        };
        let kinds = names.iter().filter_map(|name| {
            let entry = self.entry(&path.join(name))?;
            Some((name.clone(), entry.kind()))
        });
        Some(kinds.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_are_made_of_paths() {
        let listing = b"100644 blob aa\tb/c.nix\x00100755 blob bb\tb/a\x00120000 blob cc\tl\x00160000 commit dd\tsub\x00";
        let tree = Tree::parse(listing);
        let names = |path: &str| {
            let entries = tree.list(Path::new(path)).unwrap();
            entries
                .into_iter()
                .map(|(name, _)| name)
                .collect::<Vec<_>>()
        };
        assert_eq!(names(""), ["b", "l", "sub"]);
        assert_eq!(names("b"), ["a", "c.nix"]);
        assert!(names("sub").is_empty());
        assert_eq!(
            tree.entry(Path::new("l")),
            Some(&Entry::Link("cc".to_owned()))
        );
        assert_eq!(tree.list(Path::new("b/a")), None);
    }
}
