//! What a command sees of the outside world: the current directory and the files that may be read.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use project::analysis::{Origin, Sources, Store};
use project::session::{Limits, Options};
use source::files::disk::{Disk, normalize};

use crate::args::Global;
use crate::commands::Failure;

/// The absolute path that `path` means.
pub fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    match std::path::absolute(path) {
        Ok(path) => Ok(normalize(&path)),
        Err(error) => Err(Failure::Unusable(format!(
            "`{}` has no absolute path: {error}",
            path.display()
        ))),
    }
}

/// The directory of the flake that `path` belongs to, if it belongs to one: the nearest with a `flake.nix`.
pub fn flake_directory(path: &Path) -> Option<PathBuf> {
    let mut directories = path.ancestors();
    let found = directories.find(|directory| directory.join("flake.nix").is_file());
    found.map(Path::to_owned)
}

/// The disk as far as it may be read: below `roots`, or all of it if impure.
pub fn disk(global: &Global, roots: impl IntoIterator<Item = PathBuf>) -> Disk {
    if global.impure {
        Disk::everywhere()
    } else {
        Disk::below(roots)
    }
}

/// Where the sources of flake inputs lie, as the options of all commands say.
pub fn input_sources(global: &Global) -> Result<Sources, Failure> {
    let mut overrides = vec![];
    for (name, directory) in &global.override_input {
        overrides.push((name.clone(), absolute(directory)?));
    }
    let cache = fetched_inputs().filter(|_| !global.no_cache);
    let cache = cache.map(|directory| (directory, Origin::Cache));
    let store = global.use_store.clone();
    let store = store.map(|directory| (directory, Origin::Store));
    let mut stores = vec![];
    for (directory, origin) in cache.into_iter().chain(store) {
        let directory = absolute(&directory)?;
        stores.push(Store { directory, origin });
    }
    Ok(Sources {
        overrides,
        stores,
        ..Sources::default()
    })
}

/// Where fetched inputs lie: below what `CLAN_INVENTORY_CACHE` says, else below the user's cache directory.
pub fn fetched_inputs() -> Option<PathBuf> {
    let given = variable("CLAN_INVENTORY_CACHE").map(PathBuf::from);
    let cache = given.or_else(|| Some(caches()?.join("clan-inventory")))?;
    Some(cache.join("inputs"))
}

/// The user's cache directory.
pub fn caches() -> Option<PathBuf> {
    let given = variable("XDG_CACHE_HOME").map(PathBuf::from);
    let given = given.filter(|path| path.is_absolute());
    given.or_else(|| Some(Path::new(&variable("HOME")?).join(".cache")))
}

/// An environment variable, unless it is empty.
pub fn variable(name: &str) -> Option<String> {
    let value = std::env::var_os(name).filter(|value| !value.is_empty())?;
    value.into_string().ok()
}

/// What evaluation may see and take, as the options of all commands say.
pub fn options(global: &Global) -> Options {
    let limits = Limits::default();
    Options {
        limits: Limits {
            steps: global.max_steps.unwrap_or(limits.steps),
            memory: global.max_memory.unwrap_or(limits.memory),
            depth: global.max_call_depth.unwrap_or(limits.depth),
        },
        impure: global.impure,
        time: if global.impure { now() } else { 0 },
        show_trace: global.show_trace,
        environment: if global.impure {
            let variables = std::env::vars_os();
            let variables =
                variables.map(|(name, value)| (name.into_string(), value.into_string()));
            variables
                .filter_map(|(name, value)| Some((name.ok()?, value.ok()?)))
                .collect()
        } else {
            vec![]
        },
        home: global.impure.then(std::env::home_dir).flatten(),
        abort_on_warn: std::env::var("NIX_ABORT_ON_WARN")
            .is_ok_and(|wish| matches!(wish.as_str(), "1" | "yes" | "true")),
        leaves_memory: true,
        ..Options::default()
    }
}

/// Seconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}

/// A search path as `-I` gives it, entry by entry; in an impure run what `NIX_PATH` says comes behind.
pub fn search_path(global: &Global, entries: &[String]) -> Result<Vec<(String, PathBuf)>, Failure> {
    let inherited = match std::env::var("NIX_PATH") {
        Ok(text) if global.impure => text,
        _ => String::new(),
    };
    let inherited = inherited_entries(&inherited);
    let entries = entries.iter().map(String::as_str).chain(inherited);
    let entries = entries.map(|entry| {
        let (prefix, path) = entry.split_once('=').unwrap_or(("", entry));
        let path = match is_url(path) {
            true => PathBuf::from(path),
            false => absolute(Path::new(path))?,
        };
        Ok((prefix.to_owned(), path))
    });
    entries.collect()
}

/// What `NIX_PATH` has between its colons; those of a URL part nothing.
fn inherited_entries(text: &str) -> Vec<&str> {
    let mut entries = vec![];
    let mut rest = text;
    while !rest.is_empty() {
        let end = |from: usize| {
            let colon = rest.get(from..).and_then(|rest| rest.find(':'));
            colon.map_or(rest.len(), |colon| from + colon)
        };
        let first = rest.get(..end(0)).unwrap_or_default();
        let start = first.rfind('=').map_or(0, |equals| equals + 1);
        let whole = match rest.get(start..).is_some_and(is_url) {
            true => rest.get(..end(first.len() + 1)).unwrap_or(rest),
            false => first,
        };
        if !whole.is_empty() {
            entries.push(whole);
        }
        rest = rest.get(whole.len() + 1..).unwrap_or_default();
    }
    entries
}

/// Whether Nix would fetch what this names.
fn is_url(path: &str) -> bool {
    const SCHEMES: [&str; 8] = [
        "channel:", "flake:", "file://", "git://", "http://", "https://", "s3://", "ssh://",
    ];
    SCHEMES.iter().any(|scheme| path.starts_with(scheme))
}

/// Everything on standard input.
pub fn standard_input() -> Result<Vec<u8>, Failure> {
    let mut bytes = vec![];
    match std::io::stdin().lock().read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(Failure::Unusable(format!(
            "cannot read standard input: {error}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colons_part_the_search_path_but_not_a_url() {
        for (text, entries) in [
            ("", &[][..]),
            ("a:b=c", &["a", "b=c"]),
            (":a::b:", &["a", "b"]),
            (
                "nixpkgs=flake:nixpkgs:/etc/nixos",
                &["nixpkgs=flake:nixpkgs", "/etc/nixos"],
            ),
            ("a=https://x/y.tgz", &["a=https://x/y.tgz"]),
            ("channel:x:a", &["channel:x", "a"]),
        ] {
            assert_eq!(inherited_entries(text), entries);
        }
    }
}
