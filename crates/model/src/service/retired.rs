//! clan-core's services that are deprecated or gone, and what took their place.
//!
//! Source: the warnings in clan-core's `clanModules` (2025-05-14 to 2025-08-13) and the history of `clanServices`.

use crate::inventory::Generation;

/// A service that clan-core warns of, or has no more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Retired {
    name: &'static str,
    /// The day of its deprecation, or of its end.
    pub since: &'static str,
    /// What to do instead, in words.
    pub instead: &'static str,
}

const fn retired(name: &'static str, since: &'static str, instead: &'static str) -> Retired {
    Retired {
        name,
        since,
        instead,
    }
}

const SAME: &str = "use the service of that name in `inventory.instances`";
const USERS: &str = "use the service `users` in `inventory.instances`";
const OWN: &str = "configure it in the machines themselves";

/// Modules of the services generation: clan-core warns of each since.
const MODULES: [Retired; 25] = [
    retired("admin", "2025-05-14", SAME),
    retired("auto-upgrade", "2025-06-26", OWN),
    retired("borgbackup", "2025-06-26", SAME),
    retired("data-mesher", "2025-06-26", SAME),
    retired("deltachat", "2025-06-17", OWN),
    retired("disk-id", "2025-06-26", OWN),
    retired("ergochat", "2025-06-17", OWN),
    retired("garage", "2025-06-26", SAME),
    retired("heisenbridge", "2025-06-17", OWN),
    retired(
        "iwd",
        "2025-05-31",
        "use the service `wifi` in `inventory.instances`",
    ),
    retired("localsend", "2025-06-17", OWN),
    retired("moonlight", "2025-06-17", OWN),
    retired("mumble", "2025-06-17", OWN),
    retired("mycelium", "2025-06-26", SAME),
    retired("packages", "2025-06-26", SAME),
    retired("root-password", "2025-06-26", USERS),
    retired("single-disk", "2025-06-26", OWN),
    retired("sshd", "2025-06-26", SAME),
    retired(
        "state-version",
        "2025-06-26",
        "set `clan.core.settings.state-version.enable` in the machines",
    ),
    retired("sunshine", "2025-06-17", OWN),
    retired("thelounge", "2025-06-17", OWN),
    retired("trusted-nix-caches", "2025-06-26", SAME),
    retired("user-password", "2025-06-26", USERS),
    retired("xfce", "2025-06-17", OWN),
    retired("zerotier", "2025-06-26", SAME),
];

/// Services of the instances generation: clan-core has none of them since.
const SERVICES: [Retired; 8] = [
    retired("@clan/coredns", "2026-04-17", COMMUNITY),
    retired("auto-upgrade", "2025-06-17", OWN),
    retired("coredns", "2026-04-17", COMMUNITY),
    retired("deltachat", "2025-06-17", OWN),
    retired("ergochat", "2025-06-17", OWN),
    retired("heisenbridge", "2025-06-17", OWN),
    retired("localsend", "2025-06-17", OWN),
    retired(
        "state-version",
        "2025-08-21",
        "set `clan.core.settings.state-version.enable` in the machines",
    ),
];

const COMMUNITY: &str = "take `module.name = \"coredns\"` from an input `clan-community` (https://git.clan.lol/clan/clan-community)";

/// What became of one of clan-core's services, if anything did.
pub fn retired_service(generation: Generation, name: &str) -> Option<Retired> {
    let all = match generation {
        Generation::Services => &MODULES[..],
        Generation::Instances => &SERVICES[..],
    };
    all.iter().find(|each| each.name == name).copied()
}
