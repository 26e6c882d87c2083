//! `flake.lock`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use nix_frontend::store::hash::{Hash, HashAlgorithm};
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use serde_json::value::RawValue;
use source::files::Files;

/// The name of a lock file.
pub(super) const LOCK_FILE: &str = "flake.lock";
/// The versions of lock files that can be read.
const VERSIONS: std::ops::RangeInclusive<i64> = 5..=7;

/// A lock file: its nodes by key.
#[derive(Clone, Default, Debug)]
pub struct Lock {
    /// The node that is the flake itself.
    pub root: String,
    nodes: BTreeMap<String, LockNode>,
}

/// A locked input.
#[derive(Clone, Default, Debug)]
pub struct LockNode {
    /// Its own inputs: name and what it leads to.
    pub inputs: Vec<(String, Edge)>,
    /// What is locked, as a URL.
    pub url: Option<String>,
    /// The date of what is locked, in seconds since 1970.
    pub last_modified: Option<i64>,
    /// The revision of what is locked.
    pub revision: Option<String>,
    /// Whether it is a flake.
    pub is_flake: bool,
    /// Where it lies, relative to the flake that has it as its input.
    pub relative: Option<String>,
    /// What is locked, as JSON; empty if nothing is.
    pub locked: String,
    /// The hash of the archive of what is locked, if it is a hash of the kind that names trees.
    pub nar_hash: Option<Hash>,
    /// The directory of the flake in what is locked.
    pub directory: Option<String>,
}

/// Where an input's name leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Edge {
    /// A node, by its key.
    Node(String),
    /// Another input, by its path from the root: `follows`.
    Follows(Vec<String>),
}

impl Lock {
    /// Reads a lock file.
    ///
    /// Errors: it is not JSON, no lock file, or one of a version that Nix does not read either; in words.
    pub fn read(text: &[u8]) -> Result<Lock, String> {
        let file: LockText<'_> = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        let nodes = file.nodes.ok_or("it has no `nodes`")?;
        let outside = |version: &i64| !VERSIONS.contains(version);
        if let Some(version) = file.version.filter(outside) {
            let (first, last) = (VERSIONS.start(), VERSIONS.end());
            return Err(format!(
                "it has version {version}, and {first} to {last} can be read"
            ));
        }
        let nodes = nodes.into_iter().map(|(key, node)| match node.read() {
            Ok(node) => Ok((key, node)),
            Err(error) => Err(format!("its node `{key}`: {error}")),
        });
        Ok(Lock {
            root: file.root.unwrap_or_else(|| "root".to_owned()),
            nodes: nodes.collect::<Result<_, _>>()?,
        })
    }

    /// The node of that key.
    pub fn node(&self, key: &str) -> Option<&LockNode> {
        self.nodes.get(key)
    }

    /// The key of the node that an edge leads to.
    pub fn target<'l>(&'l self, edge: &'l Edge) -> Option<&'l str> {
        const MOST_HOPS: usize = 64;
        let mut edge = edge;
        let mut hops = 0;
        loop {
            let path = match edge {
                Edge::Node(key) => return Some(key),
                Edge::Follows(path) => path,
            };
            let (last, before) = path.split_last()?;
            let mut key = self.root.as_str();
            for name in before {
                hops += 1;
                key = match self.edge(key, name)? {
                    Edge::Node(key) => key,
                    Edge::Follows(_) if hops > MOST_HOPS => return None,
                    inner @ Edge::Follows(_) => self.followed(inner, hops)?,
                };
            }
            hops += 1;
            if hops > MOST_HOPS {
                return None;
            }
            edge = self.edge(key, last)?;
        }
    }

    fn followed<'l>(&'l self, edge: &'l Edge, hops: usize) -> Option<&'l str> {
        const DEEPEST: usize = 16;
        (hops < DEEPEST).then(|| self.target(edge))?
    }

    fn edge(&self, key: &str, name: &str) -> Option<&Edge> {
        let inputs = &self.nodes.get(key)?.inputs;
        let found = inputs.iter().find(|(input, _)| input == name);
        found.map(|(_, edge)| edge)
    }
}

/// A lock file that is read before it is asked for, by a thread that has nothing else to do.
#[derive(Default, Debug)]
pub struct LockAhead(OnceLock<ReadLock>);

#[derive(Debug)]
struct ReadLock {
    path: PathBuf,
    text: Vec<u8>,
    lock: Result<Arc<Lock>, String>,
}

impl LockAhead {
    /// Reads the lock file of the flake in `directory`, if none was read.
    pub fn read(&self, files: &dyn Files, directory: &Path) {
        self.0.get_or_init(|| {
            let path = directory.join(LOCK_FILE);
            let text = files.read(&path).unwrap_or_default();
            ReadLock {
                path,
                lock: Lock::read(&text).map(Arc::new),
                text,
            }
        });
    }

    /// What the text of the lock file at `path` says.
    ///
    /// Errors: as those of [`Lock::read`].
    pub(crate) fn lock(&self, path: &Path, text: &[u8]) -> Result<Arc<Lock>, String> {
        let read = || Lock::read(text).map(Arc::new);
        let known = self.0.get_or_init(|| ReadLock {
            path: path.to_owned(),
            text: text.to_owned(),
            lock: read(),
        });
        if known.path == path && known.text == text {
            known.lock.clone()
        } else {
            read()
        }
    }
}

/// A lock file as it is written.
#[derive(serde::Deserialize)]
struct LockText<'t> {
    version: Option<i64>,
    root: Option<String>,
    #[serde(borrow)]
    nodes: Option<BTreeMap<String, NodeText<'t>>>,
}

#[derive(serde::Deserialize)]
struct NodeText<'t> {
    #[serde(default)]
    inputs: BTreeMap<String, Edge>,
    #[serde(borrow)]
    locked: Option<&'t RawValue>,
    #[serde(borrow)]
    original: Option<Reference<'t>>,
    #[serde(borrow)]
    info: Option<&'t RawValue>,
    flake: Option<bool>,
}

/// A flake reference in the form of a set.
#[derive(serde::Deserialize, Default)]
struct Reference<'t> {
    #[serde(borrow, rename = "type")]
    kind: Option<Cow<'t, str>>,
    #[serde(borrow)]
    owner: Option<Cow<'t, str>>,
    #[serde(borrow)]
    repo: Option<Cow<'t, str>>,
    #[serde(borrow, rename = "ref")]
    branch: Option<Cow<'t, str>>,
    #[serde(borrow)]
    host: Option<Cow<'t, str>>,
    #[serde(borrow)]
    url: Option<Cow<'t, str>>,
    #[serde(borrow)]
    id: Option<Cow<'t, str>>,
    #[serde(borrow)]
    path: Option<Cow<'t, str>>,
    #[serde(borrow)]
    dir: Option<Cow<'t, str>>,
    #[serde(borrow)]
    rev: Option<Cow<'t, str>>,
    #[serde(borrow, rename = "narHash")]
    nar_hash: Option<Cow<'t, str>>,
    #[serde(rename = "lastModified")]
    last_modified: Option<i64>,
}

impl NodeText<'_> {
    fn read(self) -> serde_json::Result<LockNode> {
        let locked = match (self.locked, self.info) {
            (Some(locked), Some(info)) => with_info(locked, info)?,
            (locked, _) => locked.map_or_else(String::new, |json| json.get().to_owned()),
        };
        let reference: Option<Reference<'_>> = match locked.is_empty() {
            true => None,
            false => Some(serde_json::from_str(&locked)?),
        };
        let both = [self.original.as_ref(), reference.as_ref()];
        let relative = both.into_iter().flatten().find_map(Reference::relative);
        let url = reference.as_ref().and_then(Reference::url);
        let url = url.or_else(|| self.original.as_ref().and_then(Reference::url));
        let known = reference.unwrap_or_default();
        let hash = known.nar_hash.as_deref().and_then(|hash| {
            let hash = Hash::parse(hash.as_bytes(), Some(HashAlgorithm::Sha256));
            hash.ok()
        });
        Ok(LockNode {
            inputs: self.inputs.into_iter().collect(),
            url,
            last_modified: known.last_modified,
            revision: known.rev.map(Cow::into_owned),
            is_flake: self.flake.unwrap_or(true),
            relative,
            nar_hash: hash,
            directory: known.dir.map(Cow::into_owned),
            locked,
        })
    }
}

/// What is locked; in version 5 hash and date stand beside it.
fn with_info(locked: &RawValue, info: &RawValue) -> serde_json::Result<String> {
    let mut all: BTreeMap<&str, &RawValue> = serde_json::from_str(locked.get())?;
    let info: BTreeMap<&str, &RawValue> = serde_json::from_str(info.get())?;
    all.extend(info);
    serde_json::to_string(&all)
}

impl<'de> Deserialize<'de> for Edge {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Edge, D::Error> {
        deserializer.deserialize_any(EdgeVisitor)
    }
}

struct EdgeVisitor;

impl<'de> Visitor<'de> for EdgeVisitor {
    type Value = Edge;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the key of a node or a list of names")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Edge, E> {
        Ok(Edge::Node(key.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<Edge, A::Error> {
        let mut path = vec![];
        while let Some(name) = names.next_element()? {
            path.push(name);
        }
        Ok(Edge::Follows(path))
    }
}

impl Reference<'_> {
    /// The path of a reference that is relative to the flake that has it.
    fn relative(&self) -> Option<String> {
        let path = self.path.as_deref()?;
        let is_relative = self.kind.as_deref() == Some("path") && !path.starts_with('/');
        is_relative.then(|| path.to_owned())
    }

    /// As a URL, without revision and hash.
    fn url(&self) -> Option<String> {
        let mut url = match self.kind.as_deref()? {
            kind @ ("github" | "gitlab" | "sourcehut") => {
                let (owner, repo) = (self.owner.as_deref()?, self.repo.as_deref()?);
                let mut url = format!("{kind}:{owner}/{repo}");
                if let Some(branch) = &self.branch {
                    url.push('/');
                    url.push_str(branch);
                }
                if let Some(host) = &self.host {
                    url.push_str("?host=");
                    url.push_str(host);
                }
                url
            }
            "git" => format!("git+{}", self.url.as_deref()?),
            "hg" => format!("hg+{}", self.url.as_deref()?),
            "indirect" => format!("flake:{}", self.id.as_deref()?),
            "path" => format!("path:{}", self.path.as_deref()?),
            _ => self.url.clone()?.into_owned(),
        };
        if let Some(directory) = &self.dir {
            url.push_str(if url.contains('?') { "&dir=" } else { "?dir=" });
            url.push_str(directory);
        }
        Some(url)
    }
}

#[cfg(test)]
mod tests {
    use source::files::memory::Memory;

    use super::*;

    const LOCK: &str = r#"{
      "nodes": {
        "clan": {
          "inputs": { "nixpkgs": ["nixpkgs"], "parts": ["home", "parts"] },
          "locked": { "type": "tarball", "url": "https://git.clan.lol/clan/clan-core/archive/main.tar.gz",
                      "lastModified": 1755820800, "rev": "abc" },
          "original": { "type": "tarball", "url": "https://git.clan.lol/clan/clan-core/archive/main.tar.gz" }
        },
        "home": { "inputs": { "parts": "parts_2" }, "locked": { "type": "github", "owner": "a", "repo": "b", "dir": "c" } },
        "nixpkgs": { "locked": { "type": "github", "owner": "NixOS", "repo": "nixpkgs" } },
        "parts_2": { "flake": false, "locked": { "type": "path", "path": "./parts" } },
        "root": { "inputs": { "clan": "clan", "home": "home", "nixpkgs": "nixpkgs" } }
      },
      "root": "root", "version": 7
    }"#;

    #[test]
    fn follows_lead_from_the_root() {
        let lock = Lock::read(LOCK.as_bytes()).unwrap();
        let clan = lock.node("clan").unwrap();
        let targets: Vec<_> = clan
            .inputs
            .iter()
            .map(|(_, edge)| lock.target(edge))
            .collect();
        assert_eq!(targets, [Some("nixpkgs"), Some("parts_2")]);
        assert_eq!(clan.last_modified, Some(1_755_820_800));
    }

    #[test]
    fn references_are_written_as_urls() {
        let lock = Lock::read(LOCK.as_bytes()).unwrap();
        let url = |key| lock.node(key).unwrap().url.clone().unwrap();
        assert_eq!(url("home"), "github:a/b?dir=c");
        assert_eq!(url("parts_2"), "path:./parts");
        assert_eq!(
            lock.node("parts_2").unwrap().relative.as_deref(),
            Some("./parts")
        );
    }

    #[test]
    fn version_5_has_hash_and_date_beside_what_is_locked() {
        let lock = br#"{ "version": 5, "root": "root", "nodes": {
          "a": { "info": { "lastModified": 7, "narHash": "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" },
                 "locked": { "type": "github", "owner": "o", "repo": "r", "rev": "x", "dir": "sub" } },
          "root": { "inputs": { "a": "a" } } } }"#;
        let lock = Lock::read(lock).unwrap();
        let node = lock.node("a").unwrap();
        assert_eq!(node.last_modified, Some(7));
        let hash = node.nar_hash.as_ref().unwrap();
        assert_eq!(hash.as_bytes().first(), Some(&0xe3));
        assert_eq!(node.directory.as_deref(), Some("sub"));
    }

    #[test]
    fn what_is_no_lock_file_is_refused() {
        assert!(Lock::read(b"{}").is_err());
        assert!(Lock::read(b"{").is_err());
        assert_eq!(
            Lock::read(br#"{"nodes":{},"version":4}"#).unwrap_err(),
            "it has version 4, and 5 to 7 can be read"
        );
        let circular = br#"{"nodes":{"root":{"inputs":{"a":["b"],"b":["a"]}}}}"#;
        let lock = Lock::read(circular).unwrap();
        assert_eq!(lock.target(&Edge::Follows(vec!["a".into()])), None);
    }

    #[test]
    fn a_lock_read_ahead_is_taken_for_its_own_text_only() {
        let path = Path::new("/clan/flake.lock");
        let files = Memory::new().with(path, LOCK);
        let ahead = LockAhead::default();
        ahead.read(&files, Path::new("/clan"));
        let read = ahead.lock(path, LOCK.as_bytes()).unwrap();
        assert!(Arc::ptr_eq(
            &read,
            &ahead.lock(path, LOCK.as_bytes()).unwrap()
        ));
        assert!(ahead.lock(path, b"{").is_err());
        let elsewhere = Path::new("/other/flake.lock");
        let other = ahead.lock(elsewhere, LOCK.as_bytes()).unwrap();
        assert!(!Arc::ptr_eq(&read, &other));
    }
}
