//! Downloads locked flake inputs into a cache, each checked against its hash before anybody can use it.
//!
//! Nothing here is part of an evaluation: it runs when the user asks for it. An input that cannot be fetched does not keep others from it.

mod cache;
mod download;
mod error;
mod git;
mod reference;
mod tree;
mod unpack;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

pub use self::cache::Cache;
pub use self::download::Progress;
pub use self::error::Error;
pub use self::reference::{Place, Reference};
pub use self::tree::hash;

use self::cache::Slot;
use self::download::Downloader;

/// How to fetch.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Where downloads come from instead of `https://`: `https://host/path` is asked for as `mirror/host/path`.
    pub mirror: Option<String>,
    /// A file of certificates to trust instead of Mozilla's.
    pub certificates: Option<PathBuf>,
    /// Where Nix keeps the git repositories that it fetched from.
    pub git_caches: Option<PathBuf>,
    /// How many inputs are fetched at the same time.
    pub jobs: usize,
}

/// What is to be fetched.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Its name.
    pub name: String,
    /// What is locked, as JSON, as the lock file has it.
    pub locked: String,
}

/// An input that is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fetched {
    /// Where it lies.
    pub tree: PathBuf,
    /// Where it came from; none if it was there already.
    pub from: Option<String>,
}

/// What happens to an input.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// Another run is fetching it.
    Waits,
    /// It is being downloaded.
    Downloads(Progress),
    /// It is being unpacked and checked.
    Unpacks,
    /// It is there, or can't be had.
    Ends(Result<Fetched, Error>),
}

/// Is told what happens to each input, by its number; from several threads.
pub type Watch<'w> = dyn Fn(usize, &Event) + Sync + 'w;

/// Fetches what is wanted and not there. Gives what came of each, in the same order.
pub fn fetch(
    cache: &Cache,
    settings: &Settings,
    wanted: &[Wanted],
    watch: &Watch<'_>,
) -> Vec<Result<Fetched, Error>> {
    let downloader = Downloader::new(settings);
    let fetcher = Fetcher {
        cache,
        settings,
        downloader: downloader.as_ref().map_err(Error::clone),
    };
    let next = AtomicUsize::new(0);
    let results = Mutex::new(vec![None; wanted.len()]);
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(wanted) = wanted.get(number) else {
                break;
            };
            let result = fetcher.fetch(&wanted.locked, &|event| watch(number, event));
            watch(number, &Event::Ends(result.clone()));
            let mut results = results
                .lock()
                .unwrap_or_else(|poisoned| poisoned.into_inner());
            if let Some(place) = results.get_mut(number) {
                *place = Some(result);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..settings.jobs.clamp(1, wanted.len().max(1)) {
            scope.spawn(work);
        }
    });
    let results = results.into_inner();
    let results = results.unwrap_or_else(|poisoned| poisoned.into_inner());
    let lost = || Err(Error::Unsupported("it was given up".to_owned()));
    results
        .into_iter()
        .map(|result| result.unwrap_or_else(lost))
        .collect()
}

struct Fetcher<'f> {
    cache: &'f Cache,
    settings: &'f Settings,
    downloader: Result<&'f Downloader, Error>,
}

impl Fetcher<'_> {
    fn fetch(&self, locked: &str, tell: &dyn Fn(&Event)) -> Result<Fetched, Error> {
        let mut reference = Reference::read(locked)?;
        if let Some(mirror) = &self.settings.mirror {
            reference.place.mirror(mirror);
        }
        let there = |tree| Fetched { tree, from: None };
        if let Some(tree) = self.cache.find(&reference.hash)? {
            return Ok(there(tree));
        }
        let wait = || tell(&Event::Waits);
        let slot = self.cache.slot(&reference.hash, wait)?;
        if let Some(tree) = self.cache.find(&reference.hash)? {
            return Ok(there(tree));
        }
        let made = self.make(&reference, &slot, tell);
        let swept = ["tree", "git"].map(|kind| slot.scratch(kind));
        made?;
        swept.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(Fetched {
            tree: slot.tree,
            from: Some(reference.place.describe()),
        })
    }

    fn make(&self, reference: &Reference, slot: &Slot, tell: &dyn Fn(&Event)) -> Result<(), Error> {
        match &reference.place {
            Place::Archive(url) => self.download(url, true, reference, slot, tell),
            Place::File(url) => self.download(url, false, reference, slot, tell),
            Place::Git {
                url,
                revision,
                branch,
            } => {
                let known = self.settings.git_caches.as_deref();
                let (scratch, tree) = (slot.scratch("git")?, slot.scratch("tree")?);
                let branch = branch.as_deref();
                git::export(url, revision, branch, known, &scratch, &tree)?;
                tell(&Event::Unpacks);
                check(&tree, reference)?;
                slot.finish(&tree)
            }
            Place::Path(path) => {
                let tree = slot.scratch("tree")?;
                tell(&Event::Unpacks);
                tree::copy(path, &tree)?;
                check(&tree, reference)?;
                slot.finish(&tree)
            }
        }
    }

    /// A download that went on where an earlier one broke off and is not what is locked is made once more, from the start.
    fn download(
        &self,
        url: &str,
        is_archive: bool,
        reference: &Reference,
        slot: &Slot,
        tell: &dyn Fn(&Event),
    ) -> Result<(), Error> {
        let downloader = self.downloader.clone()?;
        let progress = |progress| tell(&Event::Downloads(progress));
        let mut is_first = true;
        loop {
            let was_resumed = downloader.download(url, slot, &progress)?;
            tell(&Event::Unpacks);
            let error = match unpack(is_archive, reference, slot) {
                Ok(tree) => return slot.finish(&tree),
                Err(error) => error,
            };
            slot.forget_download()?;
            if !(is_first && was_resumed) {
                return Err(error);
            }
            is_first = false;
        }
    }
}

fn unpack(is_archive: bool, reference: &Reference, slot: &Slot) -> Result<PathBuf, Error> {
    let tree = if is_archive {
        unpack::unpack(&slot.download(), &slot.scratch("tree")?)?
    } else {
        tree::set_mode(&slot.download(), false)?;
        slot.download()
    };
    check(&tree, reference)?;
    Ok(tree)
}

/// Errors: what lies at `tree` is not what is locked.
fn check(tree: &Path, reference: &Reference) -> Result<(), Error> {
    let got = hash(tree)?;
    if got == reference.hash {
        return Ok(());
    }
    Err(Error::WrongHash {
        from: reference.place.describe(),
        locked: reference.hash.clone(),
        got,
    })
}
