//! What is locked, and where it is to be had.

use std::path::PathBuf;

use nix_frontend::store::hash::{Hash, HashAlgorithm};
use serde_json::{Map, Value as Json};

use crate::error::Error;

/// What is locked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reference {
    /// Where it is to be had.
    pub place: Place,
    /// The hash of its archive.
    pub hash: Hash,
}

/// Where something is to be had.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// An archive of it, behind a URL; the only directory at its top is left out.
    Archive(String),
    /// A single file, behind a URL.
    File(String),
    /// A commit.
    Git {
        /// The repository.
        url: String,
        /// The commit.
        revision: String,
        /// The branch or tag that was asked for when it was locked.
        branch: Option<String>,
    },
    /// A directory on this machine.
    Path(PathBuf),
}

impl Reference {
    /// Reads the `locked` part of an input in a lock file, which is JSON.
    ///
    /// Errors: it cannot be fetched, and why.
    pub fn read(locked: &str) -> Result<Reference, Error> {
        let json: Json = serde_json::from_str(locked).unwrap_or_default();
        let attributes = json.as_object();
        let attributes =
            attributes.ok_or_else(|| unsupported("it is not locked; `nix flake lock` locks it"))?;
        let locked = Locked(attributes);
        let place = locked.place()?;
        let hash = locked.text("narHash").map_err(|_| {
            unsupported("the lock file has no `narHash` for it, so nothing could be checked")
        })?;
        let hash = Hash::parse(hash.as_bytes(), Some(HashAlgorithm::Sha256))
            .map_err(|error| unsupported(&format!("its `narHash` is none: {error}")))?;
        Ok(Reference { place, hash })
    }
}

impl Place {
    /// Takes what is behind `https://host/path` from `mirror/host/path`.
    pub(crate) fn mirror(&mut self, mirror: &str) {
        if let Place::Archive(url) | Place::File(url) = self {
            let schemes = ["https://", "http://"].iter();
            let rest = schemes.filter_map(|scheme| url.strip_prefix(scheme)).next();
            if let Some(rest) = rest {
                *url = format!("{}/{rest}", mirror.trim_end_matches('/'));
            }
        }
    }

    /// What to tell a person.
    pub fn describe(&self) -> String {
        match self {
            Place::Archive(url) | Place::File(url) => url.clone(),
            Place::Git { url, revision, .. } => format!("{url} at {revision}"),
            Place::Path(path) => path.display().to_string(),
        }
    }
}

fn unsupported(why: &str) -> Error {
    Error::Unsupported(why.to_owned())
}

struct Locked<'j>(&'j Map<String, Json>);

impl Locked<'_> {
    fn place(&self) -> Result<Place, Error> {
        match self.text("type")? {
            "github" => {
                let host = self.host("github.com")?;
                let (owner, name) = (self.part("owner")?, self.part("repo")?);
                let revision = self.revision()?;
                let url = format!("https://{host}/{owner}/{name}/archive/{revision}.tar.gz");
                Ok(Place::Archive(url))
            }
            "gitlab" => {
                let host = self.host("gitlab.com")?;
                let (owner, name) = (self.part("owner")?, self.part("repo")?);
                let revision = self.revision()?;
                let url = format!(
                    "https://{host}/api/v4/projects/{owner}%2F{name}/repository/archive.tar.gz?sha={revision}"
                );
                Ok(Place::Archive(url))
            }
            "sourcehut" => {
                let host = self.host("git.sr.ht")?;
                let (owner, name) = (self.part("owner")?, self.part("repo")?);
                let revision = self.revision()?;
                let url = format!("https://{host}/{owner}/{name}/archive/{revision}.tar.gz");
                Ok(Place::Archive(url))
            }
            "tarball" => Ok(Place::Archive(self.url("tarball+")?)),
            "file" => Ok(Place::File(self.url("file+")?)),
            "git" => self.git(),
            "path" => {
                let path = self.text("path")?;
                if path.starts_with('/') {
                    Ok(Place::Path(PathBuf::from(path)))
                } else {
                    Err(unsupported(
                        "it is a path below the flake, and is read there",
                    ))
                }
            }
            "hg" => Err(unsupported("Mercurial is not fetched")),
            kind => Err(unsupported(&format!(
                "inputs of type `{kind}` are not fetched"
            ))),
        }
    }

    fn git(&self) -> Result<Place, Error> {
        for part in ["submodules", "lfs", "exportIgnore"] {
            if self.0.get(part).and_then(Json::as_bool) == Some(true) {
                return Err(unsupported(&format!(
                    "git inputs with `{part}` are not fetched"
                )));
            }
        }
        let url = self.url("git+")?;
        if ["https://", "http://", "ssh://", "git://", "file://"]
            .iter()
            .all(|scheme| !url.starts_with(scheme))
        {
            return Err(unsupported(&format!("`{url}` is not fetched with git")));
        }
        Ok(Place::Git {
            url,
            revision: self.revision()?.to_owned(),
            branch: self.text("ref").ok().map(str::to_owned),
        })
    }

    fn text(&self, name: &str) -> Result<&str, Error> {
        let text = self.0.get(name).and_then(Json::as_str);
        text.ok_or_else(|| unsupported(&format!("the lock file has no `{name}` for it")))
    }

    fn url(&self, prefix: &str) -> Result<String, Error> {
        let url = self.text("url")?;
        let url = url.strip_prefix(prefix).unwrap_or(url);
        if url.bytes().any(|byte| byte.is_ascii_control()) {
            return Err(unsupported("its URL is not one"));
        }
        Ok(url.to_owned())
    }

    fn host(&self, default: &str) -> Result<String, Error> {
        let host = self.text("host").unwrap_or(default);
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
        if host.is_empty() || !host.bytes().all(is_plain) {
            return Err(unsupported(&format!("`{host}` is no host")));
        }
        Ok(host.to_owned())
    }

    /// A part of a path, spelled for a URL. What is spelled so already stays.
    fn part(&self, name: &str) -> Result<String, Error> {
        let mut spelled = String::new();
        for byte in self.text(name)?.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte) {
                spelled.push(char::from(byte));
            } else {
                spelled.push_str(&format!("%{byte:02X}"));
            }
        }
        if matches!(spelled.as_str(), "" | "." | "..") {
            return Err(unsupported(&format!("its `{name}` is none")));
        }
        Ok(spelled)
    }

    fn revision(&self) -> Result<&str, Error> {
        let revision = self.text("rev").map_err(|_| {
            unsupported("it is locked without a revision: it came from a tree with changes")
        })?;
        let is_hash = revision.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_hash && matches!(revision.len(), 40 | 64) {
            Ok(revision)
        } else {
            Err(unsupported(&format!("`{revision}` is no revision")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REVISION: &str = "0123456789abcdef0123456789abcdef01234567";
    const HASH: &str = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    #[track_caller]
    fn check(attributes: &str, expected: &str) {
        let attributes = attributes.replace('\'', "\"").replace("REV", REVISION);
        let locked = format!(r#"{{ {attributes}, "narHash": "{HASH}" }}"#);
        let shown = match Reference::read(&locked) {
            Ok(reference) => reference.place.describe().replace(REVISION, "REV"),
            Err(error) => format!("error: {error}"),
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn forges_have_archives() {
        check(
            "'type': 'github', 'owner': 'NixOS', 'repo': 'nixpkgs', 'rev': 'REV', 'dir': 'lib'",
            "https://github.com/NixOS/nixpkgs/archive/REV.tar.gz",
        );
        check(
            "'type': 'github', 'host': 'git.example.org', 'owner': 'a', 'repo': 'b', 'rev': 'REV'",
            "https://git.example.org/a/b/archive/REV.tar.gz",
        );
        check(
            "'type': 'gitlab', 'owner': 'a%2Fb', 'repo': 'c', 'rev': 'REV'",
            "https://gitlab.com/api/v4/projects/a%2Fb%2Fc/repository/archive.tar.gz?sha=REV",
        );
        check(
            "'type': 'gitlab', 'owner': 'a/b', 'repo': 'c', 'rev': 'REV'",
            "https://gitlab.com/api/v4/projects/a%2Fb%2Fc/repository/archive.tar.gz?sha=REV",
        );
        check(
            "'type': 'sourcehut', 'owner': '~me', 'repo': 'c', 'rev': 'REV'",
            "https://git.sr.ht/~me/c/archive/REV.tar.gz",
        );
    }

    #[test]
    fn others_say_where() {
        check(
            "'type': 'tarball', 'url': 'https://x.org/a.tar.xz'",
            "https://x.org/a.tar.xz",
        );
        check("'type': 'file', 'url': 'file:///a'", "file:///a");
        check(
            "'type': 'git', 'url': 'ssh://git@x.org/a', 'ref': 'main', 'rev': 'REV'",
            "ssh://git@x.org/a at REV",
        );
        check("'type': 'path', 'path': '/a'", "/a");
    }

    #[test]
    fn what_cannot_be_fetched_says_why() {
        check(
            "'type': 'git', 'url': 'https://x.org/a', 'submodules': true, 'rev': 'REV'",
            "error: git inputs with `submodules` are not fetched",
        );
        check(
            "'type': 'git', 'url': 'ext::sh -c x', 'rev': 'REV'",
            "error: `ext::sh -c x` is not fetched with git",
        );
        check(
            "'type': 'github', 'owner': 'a', 'repo': 'b', 'rev': '--x'",
            "error: `--x` is no revision",
        );
        check(
            "'type': 'github', 'host': 'a/b', 'owner': 'a', 'repo': 'b', 'rev': 'REV'",
            "error: `a/b` is no host",
        );
        check("'type': 'hg'", "error: Mercurial is not fetched");
        assert_eq!(
            Reference::read("").unwrap_err().to_string(),
            "it is not locked; `nix flake lock` locks it"
        );
    }
}
