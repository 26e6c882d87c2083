//! A revision of a git repository as files, read through the user's `git`: the work tree is not touched, and nothing is fetched.
//!
//! One `git ls-tree` tells what there is, one `git cat-file --batch` hands out what is asked for. A submodule is an empty directory, as it is to Nix.

mod objects;
mod tree;

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use source::files::disk::{DEFAULT_SIZE_LIMIT, normalize};
use source::{FileError, FileKind, Files};

use crate::commands::Failure;
use crate::surroundings::absolute;

use self::objects::Objects;
use self::tree::{Entry, Tree};

/// Links on the way to a file beyond these go round in circles.
const MOST_LINKS: usize = 40;

/// A repository.
#[derive(Clone, Debug)]
pub struct Repository {
    /// Where `git` is run.
    directory: PathBuf,
    /// Where its files would lie.
    root: PathBuf,
    /// The directory below the root that the user is in.
    prefix: PathBuf,
}

impl Repository {
    /// The repository around a directory; it may be a bare one.
    ///
    /// Errors: there is none, or no `git`.
    pub fn around(directory: &Path) -> Result<Repository, Failure> {
        let directory = absolute(directory)?;
        let ask = |what: &str| text(&directory, &["rev-parse", what]);
        let is_bare = ask("--is-bare-repository")? == "true";
        let (root, prefix) = match is_bare {
            true => (directory.clone(), PathBuf::new()),
            false => (
                PathBuf::from(ask("--show-toplevel")?),
                PathBuf::from(ask("--show-prefix")?),
            ),
        };
        Ok(Repository {
            directory,
            root,
            prefix,
        })
    }

    /// The commit that a name stands for.
    ///
    /// Errors: it stands for none.
    pub fn commit(&self, name: &str) -> Result<String, Failure> {
        let unknown = || {
            Failure::Unusable(format!(
                "there is no file, directory or git revision `{name}`"
            ))
        };
        if name.starts_with('-') {
            return Err(unknown());
        }
        let wanted = format!("{name}^{{commit}}");
        text(
            &self.directory,
            &["rev-parse", "--verify", "--quiet", &wanted],
        )
        .map_err(|_| unknown())
    }

    /// The commit that two have grown from.
    pub fn merge_base(&self, one: &str, other: &str) -> Result<String, Failure> {
        let [one, other] = [self.commit(one)?, self.commit(other)?];
        text(&self.directory, &["merge-base", &one, &other])
    }

    /// What lies in a commit.
    pub fn revision(&self, commit: &str) -> Result<Revision, Failure> {
        let listing = output(
            &self.directory,
            &["ls-tree", "-r", "-z", "--full-tree", commit],
        )?;
        Ok(Revision {
            root: self.root.clone(),
            tree: Tree::parse(&listing),
            objects: Objects::open(command(&self.directory))?,
        })
    }

    /// The flake that is meant where the user is: the nearest directory upwards that has one in the revision, else where the user is.
    pub fn flake_in(&self, revision: &Revision) -> PathBuf {
        let here = self.root.join(&self.prefix);
        revision.flake_directory(&here).unwrap_or(here)
    }

    /// Where a path of the repository would lie.
    pub fn place(&self, path: &str) -> PathBuf {
        normalize(&self.root.join(path))
    }
}

/// The files of a commit, at the places that they have in the work tree.
pub struct Revision {
    root: PathBuf,
    tree: Tree,
    objects: Objects,
}

impl Revision {
    /// Whether a regular file lies at a path.
    pub fn is_file(&self, path: &Path) -> bool {
        let place = self.follow(path, true).ok();
        let entry = place.and_then(|place| self.tree.entry(&place));
        entry.is_some_and(|entry| entry.kind() == FileKind::Regular)
    }

    /// The nearest directory of a path, or it itself, in which a flake lies.
    pub fn flake_directory(&self, path: &Path) -> Option<PathBuf> {
        let directories = path
            .ancestors()
            .take_while(|each| each.starts_with(&self.root));
        let mut directories = directories.map(Path::to_owned);
        directories.find(|each| self.is_file(&each.join("flake.nix")))
    }

    /// A path below the root, links on the way followed, and the last one too if wanted.
    fn follow(&self, path: &Path, last: bool) -> Result<PathBuf, FileError> {
        let outside = || FileError::Outside(path.to_owned());
        let normal = normalize(path);
        let below = normal.strip_prefix(&self.root).map_err(|_| outside())?;
        let mut left: Vec<PathBuf> = below
            .components()
            .rev()
            .map(|each| PathBuf::from(each.as_os_str()))
            .collect();
        let mut place = PathBuf::new();
        let mut links = 0;
        while let Some(name) = left.pop() {
            match name.components().next() {
                Some(Component::ParentDir) if !place.pop() => return Err(outside()),
                Some(Component::ParentDir | Component::CurDir) | None => continue,
                Some(Component::RootDir | Component::Prefix(_)) => return Err(outside()),
                Some(Component::Normal(name)) => place.push(name),
            }
            let Some(Entry::Link(object)) = self.tree.entry(&place) else {
                continue;
            };
            if left.is_empty() && !last {
                break;
            }
            links += 1;
            if links > MOST_LINKS {
                return Err(FileError::NotFound(path.to_owned()));
            }
            let target = self.link(object, path)?;
            place.pop();
            let parts = target.components().rev();
            left.extend(parts.map(|each| PathBuf::from(each.as_os_str())));
        }
        Ok(place)
    }

    fn link(&self, object: &str, path: &Path) -> Result<PathBuf, FileError> {
        let target = self.objects.read(object, path, DEFAULT_SIZE_LIMIT)?;
        Ok(PathBuf::from(String::from_utf8_lossy(&target).into_owned()))
    }
}

impl Files for Revision {
    fn read(&self, path: &Path) -> Result<Vec<u8>, FileError> {
        match self.tree.entry(&self.follow(path, true)?) {
            Some(Entry::File { object, .. }) => self.objects.read(object, path, DEFAULT_SIZE_LIMIT),
            Some(_) => Err(FileError::WrongKind(path.to_owned(), "a directory")),
            None => Err(FileError::NotFound(path.to_owned())),
        }
    }

    fn kind(&self, path: &Path) -> Result<Option<FileKind>, FileError> {
        let entry = match self.follow(path, false) {
            Err(FileError::NotFound(_)) => None,
            place => self.tree.entry(&place?),
        };
        Ok(entry.map(Entry::kind))
    }

    fn list(&self, path: &Path) -> Result<Vec<(String, FileKind)>, FileError> {
        let place = self.follow(path, true)?;
        match self.tree.list(&place) {
            Some(entries) => Ok(entries),
            None => Err(FileError::NotFound(path.to_owned())),
        }
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, FileError> {
        match self.tree.entry(&self.follow(path, false)?) {
            Some(Entry::Link(object)) => self.link(object, path),
            Some(_) => Err(FileError::WrongKind(path.to_owned(), "no link")),
            None => Err(FileError::NotFound(path.to_owned())),
        }
    }

    fn resolve(&self, path: &Path) -> Result<PathBuf, FileError> {
        let place = self.follow(path, true)?;
        match self.tree.entry(&place) {
            Some(_) => Ok(normalize(&self.root.join(place))),
            None => Err(FileError::NotFound(path.to_owned())),
        }
    }

    fn is_executable(&self, path: &Path) -> bool {
        let place = self.follow(path, true);
        let entry = place.ok().and_then(|place| self.tree.entry(&place));
        matches!(
            entry,
            Some(Entry::File {
                is_executable: true,
                ..
            })
        )
    }
}

/// A revision in its place, and other files around it.
pub struct Around<F> {
    /// The revision.
    pub revision: Revision,
    /// All else: inputs that were fetched or are given.
    pub others: F,
}

impl<F: Files> Around<F> {
    fn at(&self, path: &Path) -> &dyn Files {
        match normalize(path).starts_with(&self.revision.root) {
            true => &self.revision,
            false => &self.others,
        }
    }
}

impl<F: Files> Files for Around<F> {
    fn read(&self, path: &Path) -> Result<Vec<u8>, FileError> {
        self.at(path).read(path)
    }

    fn kind(&self, path: &Path) -> Result<Option<FileKind>, FileError> {
        self.at(path).kind(path)
    }

    fn list(&self, path: &Path) -> Result<Vec<(String, FileKind)>, FileError> {
        self.at(path).list(path)
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, FileError> {
        self.at(path).read_link(path)
    }

    fn resolve(&self, path: &Path) -> Result<PathBuf, FileError> {
        self.at(path).resolve(path)
    }

    fn is_executable(&self, path: &Path) -> bool {
        self.at(path).is_executable(path)
    }

    fn modified(&self, path: &Path) -> Option<i64> {
        self.at(path).modified(path)
    }
}

/// `git` in a directory, reading only: it neither refreshes an index nor asks a server for objects.
fn command(directory: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(directory);
    command
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_LAZY_FETCH", "1");
    command
}

fn output(directory: &Path, arguments: &[impl AsRef<OsStr>]) -> Result<Vec<u8>, Failure> {
    let output = command(directory).args(arguments).output();
    let output = output.map_err(|error| Failure::Unusable(format!("cannot run `git`: {error}")))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().unwrap_or("it failed").trim();
    let said = said.trim_start_matches("fatal: ");
    Err(Failure::Unusable(format!("git: {said}")))
}

fn text(directory: &Path, arguments: &[&str]) -> Result<String, Failure> {
    let output = output(directory, arguments)?;
    Ok(String::from_utf8_lossy(&output)
        .trim_end_matches('\n')
        .to_owned())
}
