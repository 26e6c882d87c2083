//! Files are changed all or none: each is written beside its place first, and then put there by one rename.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::commands::Failure;

/// Writes files: path, what it says now, what it is to say.
///
/// Errors: a file is not what it was when it was read, or cannot be written. Then none has changed, unless a rename fails where
/// writing did not; those done before it are put back.
pub fn write_all(files: &[(&Path, &[u8], &[u8])]) -> Result<(), Failure> {
    let mut staged = vec![];
    for (path, before, after) in files {
        match stage(path, before, after) {
            Ok(new) => staged.push(new),
            Err(failure) => {
                discard(&staged);
                return Err(failure);
            }
        }
    }
    for (number, new) in staged.iter().enumerate() {
        if let Err(error) = fs::rename(&new.temporary, &new.target) {
            discard(staged.get(number..).unwrap_or_default());
            for ((_, before, _), new) in files.iter().zip(&staged).take(number) {
                let _ = fs::write(&new.target, before);
            }
            return Err(unwritable(&new.target, &error));
        }
    }
    Ok(())
}

/// A file that is written and not yet in its place.
struct Staged {
    temporary: PathBuf,
    /// Its place, links followed.
    target: PathBuf,
}

fn stage(path: &Path, before: &[u8], after: &[u8]) -> Result<Staged, Failure> {
    let target = fs::canonicalize(path).map_err(|error| unwritable(path, &error))?;
    let now = fs::read(&target).map_err(|error| unwritable(path, &error))?;
    if now != before {
        let message = format!("`{}` has changed meanwhile", path.display());
        return Err(Failure::Unusable(message));
    }
    let mut name = std::ffi::OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(format!(".{}.new", std::process::id()));
    let temporary = target.with_file_name(name);
    let staged = Staged { temporary, target };
    match fill(&staged, after) {
        Ok(()) => Ok(staged),
        Err(error) => {
            discard(std::slice::from_ref(&staged));
            Err(unwritable(path, &error))
        }
    }
}

fn fill(staged: &Staged, content: &[u8]) -> std::io::Result<()> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&staged.temporary)?;
    file.write_all(content)?;
    file.set_permissions(fs::metadata(&staged.target)?.permissions())?;
    file.sync_all()
}

fn discard(staged: &[Staged]) {
    for each in staged {
        let _ = fs::remove_file(&each.temporary);
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Unusable(format!("cannot write `{}`: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let name = format!("clan-inventory-write-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        path
    }

    #[test]
    fn all_files_change_or_none() {
        let folder = folder("all");
        let (one, two) = (folder.join("one"), folder.join("two"));
        fs::write(&one, "1").unwrap();
        fs::write(&two, "changed meanwhile").unwrap();
        let wanted = |second: &'static [u8]| {
            [
                (one.as_path(), &b"1"[..], &b"I"[..]),
                (two.as_path(), second, b"II"),
            ]
        };
        assert!(write_all(&wanted(b"2")).is_err());
        assert_eq!(fs::read(&one).unwrap(), b"1");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
        write_all(&wanted(b"changed meanwhile")).unwrap();
        assert_eq!(fs::read(&one).unwrap(), b"I");
        assert_eq!(fs::read(&two).unwrap(), b"II");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn links_stay_links() {
        let folder = folder("links");
        let (file, link) = (folder.join("file"), folder.join("link"));
        fs::write(&file, "1").unwrap();
        std::os::unix::fs::symlink("file", &link).unwrap();
        write_all(&[(&link, b"1", b"2")]).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"2");
        fs::remove_dir_all(&folder).unwrap();
    }
}
