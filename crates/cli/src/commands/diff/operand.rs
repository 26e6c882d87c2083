//! What the two sides of `diff` are: paths, or revisions of a repository.
//!
//! What exists as a file or directory is a path, all else a revision; `REV:DIR` is a place in a revision.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use source::SourceMap;

use crate::args::Global;
use crate::clan::{Depth, Opened, open_in, open_revision};
use crate::commands::Failure;
use crate::revision::{Repository, Revision};
use crate::surroundings::{absolute, flake_directory};

/// A side.
pub(super) struct Operand {
    /// What the user calls it.
    pub(super) name: String,
    place: Place,
}

enum Place {
    Path(PathBuf),
    Revision(Revision, PathBuf),
}

impl Operand {
    /// Reads the clan.
    pub(super) fn open(self, global: &Global, depth: Depth) -> Result<Opened, Failure> {
        match self.place {
            Place::Path(path) => open_in(global, &path, depth, &Arc::new(SourceMap::new())),
            Place::Revision(revision, path) => open_revision(global, revision, &path, depth),
        }
    }
}

/// Both sides.
///
/// Errors: something is neither a path nor a revision.
pub(super) fn operands(
    old: Option<&str>,
    new: Option<&str>,
    repository: &Path,
) -> Result<[Operand; 2], Failure> {
    let around = || Repository::around(repository);
    if let Some(new) = new {
        return Ok([
            operand(old.unwrap_or("HEAD"), repository)?,
            operand(new, repository)?,
        ]);
    }
    let old = old.unwrap_or("HEAD");
    let or_head = |name: &'_ str| if name.is_empty() { "HEAD" } else { name }.to_owned();
    if !is_path(old) {
        if let Some((one, other)) = old.split_once("...") {
            let repository = around()?;
            let [one, other] = [or_head(one), or_head(other)];
            let base = repository.merge_base(&one, &other)?;
            let base = revision(&base, format!("where {other} left {one}"), &repository)?;
            return Ok([base, revision(&other, other.clone(), &repository)?]);
        }
        if let Some((one, other)) = old.split_once("..") {
            return Ok([
                operand(&or_head(one), repository)?,
                operand(&or_head(other), repository)?,
            ]);
        }
    }
    Ok([operand(old, repository)?, work_tree(repository)?])
}

fn is_path(name: &str) -> bool {
    name == "-" || Path::new(name).exists()
}

fn operand(name: &str, repository: &Path) -> Result<Operand, Failure> {
    if is_path(name) {
        return Ok(Operand {
            name: name.to_owned(),
            place: Place::Path(PathBuf::from(name)),
        });
    }
    let missing = || {
        Failure::Unusable(format!(
            "there is no file, directory or git revision `{name}`"
        ))
    };
    let repository = Repository::around(repository).map_err(|_| missing())?;
    revision(name, name.to_owned(), &repository)
}

/// `REV` or `REV:PLACE`.
fn revision(name: &str, called: String, repository: &Repository) -> Result<Operand, Failure> {
    let (commit, place) = match name.split_once(':') {
        Some((commit, place)) => (commit, Some(place)),
        None => (name, None),
    };
    let revision = repository.revision(&repository.commit(commit)?)?;
    let path = match place {
        Some(place) => repository.place(place),
        None => repository.flake_in(&revision),
    };
    Ok(Operand {
        name: called,
        place: Place::Revision(revision, path),
    })
}

fn work_tree(repository: &Path) -> Result<Operand, Failure> {
    let here = absolute(repository)?;
    let path = flake_directory(&here).unwrap_or(here);
    Ok(Operand {
        name: "the work tree".to_owned(),
        place: Place::Path(path),
    })
}
