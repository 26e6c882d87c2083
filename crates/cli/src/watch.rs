//! Waits until one of some files, or a directory around them, is changed.
//!
//! The files are looked at a few dozen times a second. That takes no permissions, works on every file system, and is quick enough that a save is seen before
//! the eye is back on the screen.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

const PAUSE: Duration = Duration::from_millis(25);

/// What files are like at a moment.
#[derive(PartialEq, Eq)]
pub struct Watched(BTreeMap<PathBuf, Option<(SystemTime, u64)>>);

impl Watched {
    /// The files, and the directories from theirs up to `root`.
    pub fn now(files: impl IntoIterator<Item = PathBuf>, root: &Path) -> Watched {
        let mut paths = BTreeSet::from([root.to_owned(), root.join("machines")]);
        for file in files {
            let around = file.ancestors().skip(1);
            paths.extend(
                around
                    .take_while(|each| each.starts_with(root))
                    .map(Path::to_owned),
            );
            paths.insert(file);
        }
        Watched(
            paths
                .into_iter()
                .map(|path| (path.clone(), state(&path)))
                .collect(),
        )
    }

    /// The same, with those that were looked at `before` as they were then: what changed since is not missed.
    pub fn since(mut self, before: &Watched) -> Watched {
        for (path, now) in &mut self.0 {
            if let Some(earlier) = before.0.get(path) {
                now.clone_from(earlier);
            }
        }
        self
    }

    /// Returns when one of them is another than it was.
    pub fn wait(self) {
        while self.0.iter().all(|(path, before)| state(path) == *before) {
            sleep(PAUSE);
        }
    }
}

fn state(path: &Path) -> Option<(SystemTime, u64)> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
