//! The clans in `fixtures/`, as files in memory below [`ROOT`].

use std::fs;
use std::path::{Path, PathBuf};

use source::files::memory::Memory;

/// Where a fixture's own directory lies in its files.
pub const ROOT: &str = "/clan";

/// One clan of `fixtures/`, with what must come of it.
#[derive(Clone, Debug)]
pub struct Fixture {
    /// Its directory's or file's name.
    pub name: String,
    /// Its files below [`ROOT`], the expectation not among them.
    pub files: Memory,
    /// The Nix and JSON files among them, by absolute path, in order.
    pub texts: Vec<(PathBuf, String)>,
    /// What is to be pointed at: [`ROOT`], or the one file that there is.
    pub target: PathBuf,
    /// The text of `expected.json`.
    pub expected: String,
}

/// The directory `fixtures/`.
pub fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

/// All clans of `fixtures/`, in the order of their names.
///
/// # Panics
///
/// If they cannot be read.
pub fn all() -> Vec<Fixture> {
    let mut fixtures = vec![];
    for (name, path) in entries(&directory()) {
        let (expectation, from) = if path.is_dir() {
            (path.join("expected.json"), path.clone())
        } else {
            (path.with_file_name(format!("{name}.expected.json")), path)
        };
        if let Ok(expected) = fs::read_to_string(expectation) {
            fixtures.push(load(name, &from, expected));
        }
    }
    fixtures
}

fn load(name: String, from: &Path, expected: String) -> Fixture {
    let mut found = vec![];
    if from.is_dir() {
        collect(from, Path::new(ROOT), &mut found);
    } else {
        found.push((Path::new(ROOT).join(&name), fs::read(from).unwrap()));
    }
    found.retain(|(path, _)| !path.starts_with(Path::new(ROOT).join("expected.json")));
    let flake = Path::new(ROOT).join("flake.nix");
    let target = match found.as_slice() {
        [(only, _)] if *only != flake => only.clone(),
        _ => PathBuf::from(ROOT),
    };
    let mut files = Memory::new();
    let mut texts = vec![];
    for (path, bytes) in found {
        let is_text = path
            .extension()
            .is_some_and(|end| end == "nix" || end == "json");
        if is_text {
            texts.push((path.clone(), String::from_utf8(bytes.clone()).unwrap()));
        }
        files.insert(path, bytes);
    }
    Fixture {
        name,
        files,
        texts,
        target,
        expected,
    }
}

/// Puts all files below the directory `from` into `files`, below `to`.
///
/// # Panics
///
/// If they cannot be read.
pub fn put_directory(files: &mut Memory, from: &Path, to: impl AsRef<Path>) {
    let mut found = vec![];
    collect(from, to.as_ref(), &mut found);
    for (path, bytes) in found {
        files.insert(path, bytes);
    }
}

fn collect(from: &Path, to: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
    for (name, path) in entries(from) {
        let target = to.join(name);
        if path.is_dir() {
            collect(&path, &target, found);
        } else {
            found.push((target, fs::read(path).unwrap()));
        }
    }
}

/// The names in a directory with their paths, in order.
fn entries(directory: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(directory).unwrap().map(Result::unwrap);
    let mut entries: Vec<_> = entries
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.path()))
        .collect();
    entries.sort();
    entries
}
