//! `flake.lock`.

use std::collections::BTreeMap;

use nix_frontend::store::hash::{Hash, HashAlgorithm};
use serde_json::Value as Json;

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
        let json: Json = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        let nodes = json.get("nodes").and_then(Json::as_object);
        let nodes = nodes.ok_or("it has no `nodes`")?;
        let version = json.get("version").and_then(Json::as_i64);
        if let Some(version) = version.filter(|version| !VERSIONS.contains(version)) {
            let (first, last) = (VERSIONS.start(), VERSIONS.end());
            return Err(format!(
                "it has version {version}, and {first} to {last} can be read"
            ));
        }
        let root = json.get("root").and_then(Json::as_str).unwrap_or("root");
        let nodes = nodes
            .iter()
            .map(|(key, node)| (key.clone(), read_node(node)));
        Ok(Lock {
            root: root.to_owned(),
            nodes: nodes.collect(),
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

fn read_node(node: &Json) -> LockNode {
    let text = |json: Option<&Json>, name: &str| {
        let value = json?.get(name)?.as_str()?;
        Some(value.to_owned())
    };
    let locked = locked(node);
    let (locked, original) = (locked.as_ref(), node.get("original"));
    let inputs = node.get("inputs").and_then(Json::as_object);
    let inputs = inputs.into_iter().flatten();
    let relative = [original, locked].into_iter().find_map(|json| {
        let path = text(json, "path")?;
        (text(json, "type")? == "path" && !path.starts_with('/')).then_some(path)
    });
    LockNode {
        inputs: inputs
            .filter_map(|(name, edge)| Some((name.clone(), read_edge(edge)?)))
            .collect(),
        url: locked.and_then(url).or_else(|| original.and_then(url)),
        last_modified: locked
            .and_then(|json| json.get("lastModified"))
            .and_then(Json::as_i64),
        revision: text(locked, "rev"),
        is_flake: node.get("flake").and_then(Json::as_bool).unwrap_or(true),
        relative,
        nar_hash: text(locked, "narHash").and_then(|hash| {
            let hash = Hash::parse(hash.as_bytes(), Some(HashAlgorithm::Sha256));
            hash.ok()
        }),
        directory: text(locked, "dir"),
        locked: locked.map_or_else(String::new, Json::to_string),
    }
}

/// What is locked; in version 5 hash and date stand beside it.
fn locked(node: &Json) -> Option<Json> {
    let mut locked = node.get("locked")?.clone();
    let info = node.get("info").and_then(Json::as_object);
    if let (Some(locked), Some(info)) = (locked.as_object_mut(), info) {
        for (name, value) in info {
            locked.insert(name.clone(), value.clone());
        }
    }
    Some(locked)
}

fn read_edge(edge: &Json) -> Option<Edge> {
    match edge {
        Json::String(key) => Some(Edge::Node(key.clone())),
        Json::Array(path) => {
            let path = path.iter().map(|name| name.as_str().map(str::to_owned));
            Some(Edge::Follows(path.collect::<Option<_>>()?))
        }
        _ => None,
    }
}

/// A flake reference in the form of a set as a URL, without revision and hash.
fn url(reference: &Json) -> Option<String> {
    let get = |name: &str| reference.get(name).and_then(Json::as_str);
    let mut url = match get("type")? {
        kind @ ("github" | "gitlab" | "sourcehut") => {
            let mut url = format!("{kind}:{}/{}", get("owner")?, get("repo")?);
            if let Some(branch) = get("ref") {
                url.push('/');
                url.push_str(branch);
            }
            if let Some(host) = get("host") {
                url.push_str("?host=");
                url.push_str(host);
            }
            url
        }
        "git" => format!("git+{}", get("url")?),
        "hg" => format!("hg+{}", get("url")?),
        "indirect" => format!("flake:{}", get("id")?),
        "path" => format!("path:{}", get("path")?),
        _ => get("url")?.to_owned(),
    };
    if let Some(directory) = get("dir") {
        url.push_str(if url.contains('?') { "&dir=" } else { "?dir=" });
        url.push_str(directory);
    }
    Some(url)
}

#[cfg(test)]
mod tests {
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
}
