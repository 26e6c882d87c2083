//! Which commit a work tree has checked out, and whether it differs from that.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use gix_hash::{Kind, ObjectId, hasher};
use gix_index::entry::{Flags, Mode, Stage, Stat};
use gix_index::fs::Metadata;
use gix_index::{Entry, File, State};

use super::objects;
use crate::files::Checkout;

/// How many files a work tree may have to be compared.
const MOST_ENTRIES: usize = 50_000;
/// How many names of names `HEAD` may lead through.
const MOST_NAMES: usize = 5;

/// The state of the work tree `root`, whose repository lies in `git`; `None` where it cannot be known.
pub(super) fn checkout(root: &Path, git: &Path) -> Option<Checkout> {
    let common = match fs::read_to_string(git.join("commondir")) {
        Ok(text) => git.join(text.trim()),
        Err(_) => git.to_owned(),
    };
    let head = match head(git, &common)? {
        Some(head) => head,
        None => return Some(Checkout::Unborn),
    };
    let commit = objects::read(&common.join("objects"), &head)?;
    let commit = String::from_utf8_lossy(&commit);
    let field = |name: &str| commit.lines().find_map(|line| line.strip_prefix(name));
    let committer = field("committer ")?;
    let mut words = committer.rsplit(' ');
    let committed = words.nth(1)?.parse().ok()?;
    let is_clean = is_clean(root, git, field("tree ")?)?;
    Some(Checkout::Commit {
        revision: head,
        committed,
        is_clean,
    })
}

/// The commit that `HEAD` leads to; `Some(None)` before the first.
fn head(git: &Path, common: &Path) -> Option<Option<String>> {
    let mut text = fs::read_to_string(git.join("HEAD")).ok()?;
    for _ in 0..MOST_NAMES {
        let Some(name) = text.strip_prefix("ref:") else {
            return is_oid(text.trim()).then(|| Some(text.trim().to_owned()));
        };
        let name = name.trim();
        if name == "refs/heads/.invalid" || name.contains("..") {
            // The names stand in tables, which are not read.
            return None;
        }
        let own = fs::read_to_string(git.join(name));
        let found = own.or_else(|_| fs::read_to_string(common.join(name)));
        text = match found {
            Ok(text) => text,
            Err(_) => match packed(common, name)? {
                Some(oid) => oid,
                None => return Some(None),
            },
        };
    }
    None
}

/// The commit that a name has in the file of packed names.
fn packed(common: &Path, name: &str) -> Option<Option<String>> {
    let text = match fs::read_to_string(common.join("packed-refs")) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Some(None),
        Err(_) => return None,
    };
    let mut lines = text.lines().filter_map(|line| line.split_once(' '));
    let found = lines.find(|(_, other)| *other == name);
    Some(found.map(|(oid, _)| oid.to_owned()))
}

fn is_oid(text: &str) -> bool {
    text.len() == Kind::Sha1.len_in_hex() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether the index is the tree of the commit, and all files are as the index has them.
fn is_clean(root: &Path, git: &Path, tree: &str) -> Option<bool> {
    let tree = ObjectId::from_hex(tree.as_bytes()).ok()?;
    let place = git.join("index");
    if !place.exists() {
        return Some(false);
    }
    let index = File::at(place, Kind::Sha1, true, Default::default()).ok()?;
    let (index, _) = index.into_parts();
    if index.is_sparse() || index.entries().len() > MOST_ENTRIES {
        return None;
    }
    let as_committed = index.entries().iter().all(|entry| {
        entry.stage() == Stage::Unconflicted && !entry.flags.contains(Flags::INTENT_TO_ADD)
    });
    if !as_committed || tree_of(&index)? != tree {
        return Some(false);
    }
    let mut entries = index.entries().iter();
    Some(entries.all(|entry| is_unchanged(root, &index, entry)))
}

fn is_unchanged(root: &Path, index: &State, entry: &Entry) -> bool {
    if entry.mode.is_submodule() || entry.flags.contains(Flags::ASSUME_VALID) {
        return true;
    }
    let Ok(name) = std::str::from_utf8(entry.path(index)) else {
        return false;
    };
    let path = root.join(name);
    let Ok(about) = Metadata::from_path_no_follow(&path) else {
        return entry.flags.contains(Flags::SKIP_WORKTREE);
    };
    if about.is_symlink() != (entry.mode == Mode::SYMLINK) || about.is_dir() {
        return false;
    }
    let is_executable = entry.mode == Mode::FILE_EXECUTABLE;
    if !about.is_symlink() && about.is_executable() != is_executable {
        return false;
    }
    let options = Default::default();
    let stat = Stat::from_fs(&about);
    let is_same = stat.is_ok_and(|stat| entry.stat.matches(&stat, options));
    if is_same && !entry.stat.is_racy(index.timestamp(), options) {
        return true;
    }
    let bytes = if about.is_symlink() {
        fs::read_link(&path).map(|target| target.into_os_string().into_encoded_bytes())
    } else {
        fs::read(&path)
    };
    bytes.is_ok_and(|bytes| object("blob", &bytes) == Some(entry.id))
}

/// The name of the tree that an index makes.
fn tree_of(index: &State) -> Option<ObjectId> {
    let entries = index.entries().iter();
    let entries: Vec<(&[u8], u32, ObjectId)> = entries
        .map(|entry| (entry.path(index).as_ref(), entry.mode.bits(), entry.id))
        .collect();
    tree(&entries, 0)
}

/// The name of the tree of entries whose paths are alike up to `start`.
fn tree(entries: &[(&[u8], u32, ObjectId)], start: usize) -> Option<ObjectId> {
    let mut text = vec![];
    let mut rest = entries;
    while let Some((path, mode, oid)) = rest.first() {
        let below = path.get(start..)?;
        let (mode, name, oid, count) = match below.iter().position(|byte| *byte == b'/') {
            Some(end) => {
                let prefix = path.get(..=start + end)?;
                let inner = rest.iter();
                let count = inner
                    .take_while(|(path, ..)| path.starts_with(prefix))
                    .count();
                let inner = tree(rest.get(..count)?, start + end + 1)?;
                (Mode::DIR.bits(), below.get(..end)?, inner, count)
            }
            None => (*mode, below, *oid, 1),
        };
        text.extend_from_slice(format!("{mode:o} ").as_bytes());
        text.extend_from_slice(name);
        text.push(0);
        text.extend_from_slice(oid.as_bytes());
        rest = rest.get(count..)?;
    }
    object("tree", &text)
}

fn object(kind: &str, bytes: &[u8]) -> Option<ObjectId> {
    let mut hasher = hasher(Kind::Sha1);
    hasher.update(format!("{kind} {}\0", bytes.len()).as_bytes());
    hasher.update(bytes);
    hasher.try_finalize().ok()
}
