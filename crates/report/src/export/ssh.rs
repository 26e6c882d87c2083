//! The fleet for `ssh`, and for a resolver without a server: `ssh_config` and `hosts`.
//!
//! What has no address, or a name that these files could not hold, is a comment.

use std::fmt::Write as _;

use super::{Address, Fleet};

/// Entries for `~/.ssh/config`, one for each machine with an address.
pub fn ssh_config(fleet: Fleet<'_>) -> String {
    let mut text = headline(fleet);
    // Writing to a string never fails.
    for (name, _) in fleet.machines() {
        text.push('\n');
        let Some(address) = fleet.reachable(name) else {
            let _ = writeln!(text, "# {}: no `deploy.targetHost`", comment(name));
            continue;
        };
        let _ = writeln!(text, "Host {}", names(fleet, name));
        let _ = writeln!(text, "  HostName {}", address.host);
        if let Some(user) = &address.user {
            let _ = writeln!(text, "  User {user}");
        }
        if let Some(port) = address.port {
            let _ = writeln!(text, "  Port {port}");
        }
    }
    text
}

/// Lines for `/etc/hosts`, one for each machine whose address is a number.
pub fn hosts(fleet: Fleet<'_>) -> String {
    let mut text = headline(fleet);
    // Writing to a string never fails.
    for (name, _) in fleet.machines() {
        let address = fleet.reachable(name);
        let number = address.as_ref().and_then(Address::number);
        let _ = match (number, address) {
            (Some(number), _) => writeln!(text, "{number}\t{}", names(fleet, name)),
            (None, Some(address)) => {
                writeln!(text, "# {}: `{}` is no number", comment(name), address.host)
            }
            (None, None) => writeln!(text, "# {}: no `deploy.targetHost`", comment(name)),
        };
    }
    text
}

impl Fleet<'_> {
    fn reachable(self, machine: &str) -> Option<Address> {
        let address = self.address(machine)?;
        is_name(machine).then_some(address)
    }
}

fn headline(fleet: Fleet<'_>) -> String {
    let clan = fleet.meta("name").unwrap_or("a clan without a name");
    format!("# The machines of {}, by clan-inventory\n", comment(clan))
}

/// The machine's name, and the one with its domain.
fn names(fleet: Fleet<'_>, machine: &str) -> String {
    match fleet.full_name(machine).filter(|name| is_name(name)) {
        Some(full) => format!("{machine} {full}"),
        None => machine.to_owned(),
    }
}

fn is_name(text: &str) -> bool {
    let is_fit = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    !text.starts_with('-') && text.chars().all(is_fit)
}

fn comment(text: &str) -> String {
    let letters = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter });
    letters.collect()
}
