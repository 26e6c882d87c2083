//! Repositories that are written by hand: what is read of them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use gix_hash::{Kind, ObjectId, hasher};

use source::files::disk::Disk;
use source::files::{Checkout, Files};

fn checkout(directory: &Path) -> Checkout {
    Disk::everywhere().checkout(directory)
}

/// A repository in a directory that is removed in the end.
struct Repository(PathBuf);

impl Drop for Repository {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const TEXT: &[u8] = b"{ }\n";

fn sha1(text: &[u8]) -> ObjectId {
    let mut sha1 = hasher(Kind::Sha1);
    sha1.update(text);
    sha1.try_finalize().unwrap()
}

fn zlib(text: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(vec![], Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn object(kind: &str, text: &[u8]) -> Vec<u8> {
    [format!("{kind} {}\0", text.len()).as_bytes(), text].concat()
}

/// The tree with nothing but `sub/flake.nix`, and the commit of it.
fn commit() -> (ObjectId, Vec<u8>) {
    let blob = sha1(&object("blob", TEXT));
    let sub = [b"100644 flake.nix\0", blob.as_bytes()].concat();
    let sub = sha1(&object("tree", &sub));
    let root = [b"40000 sub\0", sub.as_bytes()].concat();
    let root = sha1(&object("tree", &root));
    let text = format!(
        "tree {root}\nauthor A <a@b> 1 +0000\ncommitter A B <a@b> 1755820800 +0200\n\nfirst\n"
    );
    (sha1(&object("commit", text.as_bytes())), text.into_bytes())
}

impl Repository {
    fn new(name: &str) -> Repository {
        let root = std::env::temp_dir().join(format!("clan-git-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        let repository = Repository(root);
        repository.write(".git/HEAD", b"ref: refs/heads/main\n");
        repository.write("sub/flake.nix", TEXT);
        repository.write(".git/index", &index());
        repository
    }

    fn write(&self, name: &str, bytes: &[u8]) -> &Repository {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    fn loose(&self) -> &Repository {
        let (oid, text) = commit();
        let oid = oid.to_string();
        let (directory, name) = oid.split_at(2);
        let bytes = zlib(&object("commit", &text));
        self.write(&format!(".git/objects/{directory}/{name}"), &bytes)
    }

    /// The commit as a difference to another object before it in the same pack.
    fn packed(&self) -> &Repository {
        let (oid, text) = commit();
        let (start, end) = text.split_at(50);
        let mut pack = b"PACK\0\0\0\x02\0\0\0\x02".to_vec();
        let base_at = pack.len();
        pack.extend([0x80 | 0x10 | (50 & 0x0f), 50 >> 4]);
        pack.extend(zlib(start));
        let at = pack.len();
        let mut delta = vec![
            50,
            0x80 | (text.len() & 0x7f) as u8,
            (text.len() >> 7) as u8,
        ];
        delta.extend([0x90, 50]);
        delta.push(end.len() as u8);
        delta.extend(end);
        pack.push(0x80 | 0x60 | (delta.len() & 0x0f) as u8);
        pack.push((delta.len() >> 4) as u8);
        pack.push((at - base_at) as u8);
        pack.extend(zlib(&delta));
        let mut idx = b"\xfftOc\0\0\0\x02".to_vec();
        for first in 0..=u8::MAX {
            let count = u32::from(first >= oid.as_bytes()[0]);
            idx.extend(count.to_be_bytes());
        }
        idx.extend(oid.as_bytes());
        idx.extend([0; 4]);
        idx.extend((at as u32).to_be_bytes());
        self.write(".git/objects/pack/pack-a.pack", &pack);
        self.write(".git/objects/pack/pack-a.idx", &idx)
    }

    fn checkout(&self) -> Checkout {
        checkout(&self.0.join("sub"))
    }
}

/// An index of `sub/flake.nix`, whose times say nothing.
fn index() -> Vec<u8> {
    let name = b"sub/flake.nix";
    let mut index = b"DIRC\0\0\0\x02\0\0\0\x01".to_vec();
    index.extend([0; 24]);
    index.extend(0o100644_u32.to_be_bytes());
    index.extend([0; 8]);
    index.extend((TEXT.len() as u32).to_be_bytes());
    index.extend(sha1(&object("blob", TEXT)).as_bytes());
    index.extend((name.len() as u16).to_be_bytes());
    index.extend(name);
    index.extend([0; 5]);
    let sum = sha1(&index);
    index.extend(sum.as_bytes());
    index
}

fn of_commit(is_clean: bool) -> Checkout {
    Checkout::Commit {
        revision: commit().0.to_string(),
        committed: 1755820800,
        is_clean,
    }
}

#[test]
fn a_commit_is_read_from_its_own_file_or_from_a_pack() {
    let reference = format!("{}\n", commit().0);
    let loose = Repository::new("loose");
    loose
        .loose()
        .write(".git/refs/heads/main", reference.as_bytes());
    assert_eq!(loose.checkout(), of_commit(true));
    let packed = Repository::new("packed");
    let names = format!("# pack-refs with: peeled\n{} refs/heads/main\n", commit().0);
    packed.packed().write(".git/packed-refs", names.as_bytes());
    assert_eq!(packed.checkout(), of_commit(true));
}

#[test]
fn a_changed_file_and_a_changed_index_make_it_dirty() {
    let repository = Repository::new("dirty");
    let detached = commit().0.to_string();
    repository.loose().write(".git/HEAD", detached.as_bytes());
    assert_eq!(repository.checkout(), of_commit(true));
    repository.write("sub/flake.nix", b"{  }");
    assert_eq!(repository.checkout(), of_commit(false));
    repository.write("sub/flake.nix", TEXT);
    fs::remove_file(repository.0.join(".git/index")).unwrap();
    assert_eq!(repository.checkout(), of_commit(false));
}

#[test]
fn what_cannot_be_known_is_not_guessed() {
    let repository = Repository::new("unborn");
    assert_eq!(repository.checkout(), Checkout::Unborn);
    repository.write(".git/refs/heads/main", format!("{}", commit().0).as_bytes());
    assert_eq!(repository.checkout(), Checkout::Unknown);
    assert_eq!(checkout(Path::new("/")), Checkout::None);
}

#[test]
fn a_work_tree_beside_the_repository_finds_what_it_shares() {
    let repository = Repository::new("beside");
    let reference = format!("{}\n", commit().0);
    repository
        .loose()
        .write(".git/refs/heads/main", reference.as_bytes());
    let own = ".git/worktrees/other";
    repository.write(&format!("{own}/HEAD"), b"ref: refs/heads/main\n");
    repository.write(&format!("{own}/commondir"), b"../..\n");
    repository.write(&format!("{own}/index"), &index());
    let link = format!("gitdir: {}\n", repository.0.join(own).display());
    repository.write("other/.git", link.as_bytes());
    repository.write("other/sub/flake.nix", TEXT);
    assert_eq!(checkout(&repository.0.join("other/sub")), of_commit(true));
}
