//! Which clan a file belongs to, and what is known of each clan.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ide::Snapshot;
use source::files::disk::Disk;
use source::{FileKind, Files};

/// Files that make a directory without `flake.nix` a clan.
const CLAN_FILES: [&str; 2] = ["clan.nix", "inventory.nix"];

/// A clan, or what may be one.
#[derive(Default)]
pub(crate) struct Clan {
    /// Which state of the texts is the newest.
    pub generation: u64,
    /// Which state was analysed last, whatever came of it.
    pub analysed: u64,
    /// What came of the newest state that could be analysed.
    pub newest: Option<Arc<Snapshot>>,
    /// The newest in which a clan could be read from texts without faults of syntax.
    pub good: Option<Arc<Snapshot>>,
    /// The files that have findings at the client.
    pub published: BTreeSet<PathBuf>,
    /// Whether the client was told that it takes too long.
    pub is_told_slow: bool,
}

impl Clan {
    /// Whether the newest texts have been analysed.
    pub fn is_settled(&self) -> bool {
        self.analysed == self.generation
    }

    /// What to answer from: the newest in which a clan can be read.
    pub fn snapshot(&self) -> Option<&Arc<Snapshot>> {
        let newest = self.newest.as_ref();
        newest
            .filter(|snapshot| snapshot.is_good())
            .or(self.good.as_ref())
            .or(newest)
    }

    /// Whether it is a clan, or was one before its texts were broken.
    pub fn is_clan(&self) -> bool {
        self.good.is_some() || self.newest.as_ref().is_some_and(|newest| newest.is_clan())
    }

    /// Takes in what came of an analysis.
    pub fn take(&mut self, generation: u64, snapshot: Arc<Snapshot>) {
        self.analysed = generation;
        if snapshot.is_good() {
            self.good = Some(snapshot.clone());
        }
        self.newest = Some(snapshot);
    }
}

/// The clans by what is analysed for each: a directory or a file.
#[derive(Default)]
pub(crate) struct Clans {
    by_target: BTreeMap<PathBuf, Clan>,
    targets: BTreeMap<PathBuf, Option<PathBuf>>,
}

impl Clans {
    /// What is to be analysed for a file; none for files that cannot be a part of a clan.
    pub fn target_of(&mut self, path: &Path) -> Option<PathBuf> {
        if let Some(known) = self.targets.get(path) {
            return known.clone();
        }
        let target = target_of(path);
        self.targets.insert(path.to_owned(), target.clone());
        target
    }

    /// What is analysed for a file that was asked for before.
    pub fn known_target(&self, path: &Path) -> Option<&Path> {
        self.targets.get(path)?.as_deref()
    }

    /// Forgets which clan files belong to: files have come or gone.
    pub fn forget_targets(&mut self) {
        self.targets.clear();
    }

    /// The clan, which is new if it was not there.
    pub fn entry(&mut self, target: &Path) -> &mut Clan {
        self.by_target.entry(target.to_owned()).or_default()
    }

    /// The clan.
    pub fn get(&self, target: &Path) -> Option<&Clan> {
        self.by_target.get(target)
    }

    /// The clans, in the order of their targets.
    pub fn iter(&self) -> impl Iterator<Item = (&PathBuf, &Clan)> {
        self.by_target.iter()
    }

    /// Forgets a clan.
    pub fn remove(&mut self, target: &Path) -> Option<Clan> {
        self.by_target.remove(target)
    }
}

fn target_of(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let is_nix = name.ends_with(".nix");
    if !is_nix && !matches!(name, "flake.lock" | "clan-inventory.toml") && !name.ends_with(".json")
    {
        return None;
    }
    let disk = Disk::everywhere();
    let is_file = |path: &Path| {
        let kind = disk.kind(path);
        matches!(kind, Ok(Some(FileKind::Regular | FileKind::Symlink)))
    };
    let mut directories = path.ancestors().skip(1);
    let flake = directories.find(|directory| is_file(&directory.join("flake.nix")));
    if let Some(flake) = flake {
        return Some(flake.to_owned());
    }
    if name == "flake.nix" {
        return path.parent().map(Path::to_owned);
    }
    let directories = path.ancestors().skip(1);
    let mut files = directories.flat_map(|directory| CLAN_FILES.map(|name| directory.join(name)));
    let single = is_nix || name == "inventory.json";
    let clan = files.find(|file| is_file(file));
    clan.or_else(|| single.then(|| path.to_owned()))
}
