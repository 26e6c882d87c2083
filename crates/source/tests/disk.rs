//! Directories with links in them: the answers are the same whether directories are remembered or not.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use source::files::disk::Disk;
use source::files::{FileError, FileKind, Files};

/// A directory that is removed in the end: `inside/sub/text`, links to it, and what lies `outside`.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Directory {
        let root = std::env::temp_dir().join(format!("clan-disk-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("inside/sub")).unwrap();
        fs::create_dir_all(root.join("outside")).unwrap();
        let root = fs::canonicalize(root).unwrap();
        fs::write(root.join("inside/sub/text"), "here").unwrap();
        fs::write(root.join("outside/text"), "there").unwrap();
        symlink("sub", root.join("inside/link")).unwrap();
        symlink("sub/text", root.join("inside/text")).unwrap();
        symlink("../outside", root.join("inside/out")).unwrap();
        symlink("round", root.join("inside/round")).unwrap();
        Directory(root)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[track_caller]
fn check(name: &str, look: impl Fn(&Disk, &Path)) {
    let directory = Directory::new(name);
    let inside = directory.0.join("inside");
    let disk = || Disk::below([inside.clone()]);
    look(&disk(), &inside);
    let remembering = disk().for_one_run();
    // The second time from memory.
    look(&remembering, &inside);
    look(&remembering, &inside);
}

#[test]
fn links_are_followed_to_what_lies_inside() {
    check("inside", |disk, inside| {
        for path in ["sub/text", "link/text", "text", "sub/../link/text"] {
            assert_eq!(disk.read(&inside.join(path)).unwrap(), b"here", "{path}");
            let place = disk.resolve(&inside.join(path));
            assert_eq!(place.unwrap(), inside.join("sub/text"), "{path}");
        }
        let kind = |path: &str| disk.kind(&inside.join(path)).unwrap();
        assert_eq!(kind("link"), Some(FileKind::Symlink));
        assert_eq!(kind("link/text"), Some(FileKind::Regular));
        assert_eq!(kind("link/none"), None);
    });
}

#[test]
fn no_link_leads_out() {
    check("outside", |disk, inside| {
        for path in ["out/text", "../outside/text"] {
            let path = inside.join(path);
            assert_eq!(disk.read(&path), Err(FileError::Outside(path)));
        }
        assert!(disk.kind(&inside.join("out/text")).is_err());
    });
}

#[test]
fn what_is_not_there_is_told_apart_from_what_cannot_be_read() {
    check("missing", |disk, inside| {
        for path in ["none", "none/text", "sub/text/none"] {
            let path = inside.join(path);
            assert_eq!(disk.read(&path), Err(FileError::NotFound(path)));
        }
        let round = disk.read(&inside.join("round/text"));
        assert!(matches!(round, Err(FileError::Io(..))), "{round:?}");
    });
}

#[test]
fn what_is_tracked_is_known_ahead_for_one_directory() {
    let directory = Directory::new("tracked");
    let inside = directory.0.join("inside");
    let git = |arguments: &[&str]| {
        let mut command = std::process::Command::new("git");
        let command = command.arg("-C").arg(&inside).args(arguments);
        command.output().is_ok_and(|done| done.status.success())
    };
    assert!(git(&["init", "-q"]) && git(&["add", "sub/text"]));
    fs::write(inside.join("new"), "").unwrap();
    let paths = [inside.join("sub/text"), inside.join("new")];
    for disk in [Disk::everywhere(), Disk::everywhere().for_one_run()] {
        for _ in 0..2 {
            assert_eq!(disk.untracked(&inside, &paths), [inside.join("new")]);
            disk.prepare(&inside);
        }
        // What was read ahead says nothing of another directory.
        assert!(disk.untracked(&directory.0, &paths).is_empty());
    }
    let disk = Disk::everywhere().for_one_run();
    disk.prepare(&inside);
    assert!(git(&["add", "new"]));
    assert_eq!(disk.untracked(&inside, &paths), [inside.join("new")]);
}
