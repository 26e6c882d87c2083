//! Which stand-in an input gets: by where it comes from, else by its name.

/// The flakes for which there is a stand-in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// clan-core.
    ClanCore,
    /// nixpkgs.
    Nixpkgs,
    /// nixpkgs' `lib` alone.
    NixpkgsLib,
    /// flake-parts.
    FlakeParts,
    /// flake-compat, or another way to read a flake without flakes.
    FlakeCompat,
    /// flake-utils.
    FlakeUtils,
    /// haumea.
    Haumea,
    /// import-tree.
    ImportTree,
    /// A list of systems.
    Systems,
    /// treefmt-nix.
    TreefmtNix,
}

/// The stand-in for the input `name` that comes from `url`.
pub fn recognize(name: &str, url: Option<&str>) -> Option<Kind> {
    url.and_then(by_url).or_else(|| by_name(name))
}

/// The stand-in for what comes from `url`.
pub fn by_url(url: &str) -> Option<Kind> {
    let url = url.to_lowercase();
    let (place, query) = url.split_once('?').unwrap_or((&url, ""));
    let place = place.split_once(':').map_or(place, |(_, place)| place);
    let channels = [
        "channels.nixos.org",
        "nixos.org/channels",
        "releases.nixos.org/nix",
    ];
    if channels.iter().any(|channel| place.contains(channel)) {
        return Some(Kind::Nixpkgs);
    }
    let mut parts = place.split('/').map(|part| {
        let part = part.strip_suffix(".git").unwrap_or(part);
        part.strip_suffix(".tar.gz").unwrap_or(part)
    });
    let owner_is = |owner: &str| place.contains(owner);
    parts.find_map(|part| match part {
        "clan-core" => Some(Kind::ClanCore),
        "nixpkgs" if query.split('&').any(|part| part == "dir=lib") => Some(Kind::NixpkgsLib),
        "nixpkgs" => Some(Kind::Nixpkgs),
        "nixpkgs.lib" | "nixpkgs-lib" => Some(Kind::NixpkgsLib),
        "flake-parts" => Some(Kind::FlakeParts),
        "flake-compat" => Some(Kind::FlakeCompat),
        "flake-utils" => Some(Kind::FlakeUtils),
        "haumea" => Some(Kind::Haumea),
        "import-tree" => Some(Kind::ImportTree),
        "nix-systems" => Some(Kind::Systems),
        "treefmt-nix" => Some(Kind::TreefmtNix),
        "systems" if owner_is("nix-systems") => Some(Kind::Systems),
        _ => None,
    })
}

fn by_name(name: &str) -> Option<Kind> {
    let last = name.rsplit('/').next().unwrap_or(name);
    Some(match last {
        "clan-core" | "clan" => Kind::ClanCore,
        "nixpkgs-lib" => Kind::NixpkgsLib,
        "flake-parts" => Kind::FlakeParts,
        "flake-compat" => Kind::FlakeCompat,
        "flake-utils" => Kind::FlakeUtils,
        "haumea" => Kind::Haumea,
        "import-tree" => Kind::ImportTree,
        "systems" => Kind::Systems,
        "treefmt-nix" => Kind::TreefmtNix,
        _ if last == "nixpkgs" || last.starts_with("nixpkgs-") => Kind::Nixpkgs,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_it_comes_from_decides() {
        let kind = |url| recognize("x", Some(url));
        assert_eq!(
            kind("git+https://git.clan.lol/clan/clan-core"),
            Some(Kind::ClanCore)
        );
        assert_eq!(
            kind("https://git.clan.lol/clan/clan-core/archive/main.tar.gz"),
            Some(Kind::ClanCore)
        );
        assert_eq!(
            kind("github:NixOS/nixpkgs/nixos-unstable"),
            Some(Kind::Nixpkgs)
        );
        assert_eq!(kind("github:NixOS/nixpkgs?dir=lib"), Some(Kind::NixpkgsLib));
        assert_eq!(kind("nixpkgs/nixos-24.05"), Some(Kind::Nixpkgs));
        assert_eq!(
            kind("https://channels.nixos.org/nixos-unstable/nixexprs.tar.xz"),
            Some(Kind::Nixpkgs)
        );
        assert_eq!(
            kind("github:nix-systems/default-linux"),
            Some(Kind::Systems)
        );
        assert_eq!(kind("github:vic/import-tree"), Some(Kind::ImportTree));
        assert_eq!(kind("github:nix-community/home-manager"), None);
    }

    #[test]
    fn the_name_decides_for_unknown_places() {
        assert_eq!(
            recognize("clan-core", Some("path:/home/me/fork")),
            Some(Kind::ClanCore)
        );
        assert_eq!(recognize("clan", None), Some(Kind::ClanCore));
        assert_eq!(recognize("nixpkgs-stable", None), Some(Kind::Nixpkgs));
        assert_eq!(recognize("a/nixpkgs-lib", None), Some(Kind::NixpkgsLib));
        assert_eq!(recognize("home-manager", None), None);
    }
}
