//! Trees on the disk: their hash, and copies of them.

use std::convert::Infallible;
use std::fs;
use std::path::Path;

use nix_frontend::store::hash::Hash;
use nix_frontend::store::nar::{self, NarError};
use source::files::disk::Disk;

use crate::error::Error;

/// The hash of the archive of what lies at `path`.
pub fn hash(path: &Path) -> Result<Hash, Error> {
    let disk = Disk::everywhere().with_size_limit(u64::MAX / 2);
    let mut all = |_: &Path, _| Ok::<_, Infallible>(true);
    nar::hash(&disk, path, &mut all).map_err(|error: NarError<Infallible>| {
        Error::Archive(format!("it can't be hashed: {error}"))
    })
}

/// Copies a file, link or directory with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let about = from
        .symlink_metadata()
        .map_err(|error| Error::file(from, &error))?;
    if about.is_symlink() {
        let target = fs::read_link(from).map_err(|error| Error::file(from, &error))?;
        return link(&target, to);
    }
    if about.is_dir() {
        fs::create_dir(to).map_err(|error| Error::file(to, &error))?;
        let entries = fs::read_dir(from).map_err(|error| Error::file(from, &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| Error::file(from, &error))?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    if !about.is_file() {
        return Err(Error::File(
            from.to_owned(),
            "it is neither a file nor a directory".to_owned(),
        ));
    }
    fs::copy(from, to).map_err(|error| Error::file(from, &error))?;
    set_mode(to, is_executable(&about))
}

/// Makes a symbolic link.
pub(crate) fn link(target: &Path, at: &Path) -> Result<(), Error> {
    std::os::unix::fs::symlink(target, at).map_err(|error| Error::file(at, &error))
}

/// Makes a file writable for its owner, readable for all and, if wanted, executable, as files of a tree are.
pub(crate) fn set_mode(path: &Path, is_executable: bool) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    let mode = if is_executable { 0o755 } else { 0o644 };
    let mode = fs::Permissions::from_mode(mode);
    fs::set_permissions(path, mode).map_err(|error| Error::file(path, &error))
}

fn is_executable(about: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    about.permissions().mode() & 0o100 != 0
}
