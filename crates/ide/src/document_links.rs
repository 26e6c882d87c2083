//! Addresses in `flake.nix` that a browser can show: where inputs come from.

use std::path::Path;

use source::Span;

use crate::Snapshot;
use crate::flake::input_urls;

/// A link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// The text that leads somewhere.
    pub span: Span,
    /// Where.
    pub target: String,
}

/// The links of the file at `path`.
pub fn document_links(snapshot: &Snapshot, path: &Path) -> Vec<Link> {
    if path != snapshot.analysis.root.join("flake.nix") {
        return vec![];
    }
    let urls = input_urls(&snapshot.analysis.root, &snapshot.sources);
    let links = urls.into_iter().filter_map(|(span, url)| {
        let target = page(&url)?;
        Some(Link { span, target })
    });
    links.collect()
}

/// The page of a flake reference.
fn page(url: &str) -> Option<String> {
    let plain = url.split(['?', '#']).next().unwrap_or(url);
    let (scheme, rest) = plain.split_once(':')?;
    let host = match scheme {
        "github" => "github.com",
        "gitlab" => "gitlab.com",
        "sourcehut" => "git.sr.ht",
        "http" | "https" => return Some(plain.to_owned()),
        "git+http" | "git+https" | "tarball+https" => {
            return Some(plain.split_once('+')?.1.to_owned());
        }
        _ => return None,
    };
    let mut parts = rest.split('/');
    let (owner, name) = (parts.next()?, parts.next()?);
    let branch = parts.next().filter(|_| scheme == "github");
    let branch = branch.map(|branch| format!("/tree/{branch}"));
    Some(format!(
        "https://{host}/{owner}/{name}{}",
        branch.unwrap_or_default()
    ))
}

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn references_have_pages() {
        for (url, expected) in [
            (
                "github:NixOS/nixpkgs",
                Some("https://github.com/NixOS/nixpkgs"),
            ),
            (
                "github:NixOS/nixpkgs/nixos-unstable?dir=lib",
                Some("https://github.com/NixOS/nixpkgs/tree/nixos-unstable"),
            ),
            (
                "git+https://git.clan.lol/clan/clan-core?ref=main",
                Some("https://git.clan.lol/clan/clan-core"),
            ),
            ("path:./x", None),
            ("nixpkgs", None),
        ] {
            assert_eq!(page(url).as_deref(), expected);
        }
    }
}
