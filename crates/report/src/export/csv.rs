//! The fleet as a table for a spreadsheet: RFC 4180, a line for each machine.

use super::Fleet;
use crate::overview::instance_name;

const COLUMNS: [&str; 8] = [
    "machine",
    "class",
    "description",
    "tags",
    "user",
    "host",
    "port",
    "roles",
];

/// The table. Several tags or roles are one cell, with blanks or semicolons between.
pub fn csv(fleet: Fleet<'_>) -> String {
    let mut text = line(COLUMNS.map(str::to_owned));
    for (name, machine) in fleet.machines() {
        let tags: Vec<&str> = machine.tags.iter().map(|tag| tag.name.as_str()).collect();
        let roles: Vec<String> = machine
            .memberships
            .iter()
            .filter_map(|membership| {
                let instance = fleet.resolution.instances.get(membership.instance)?;
                Some(format!(
                    "{} of {}",
                    membership.role,
                    instance_name(instance)
                ))
            })
            .collect();
        let address = fleet.address(name);
        let address = address.as_ref();
        let port = address.and_then(|address| address.port);
        text.push_str(&line([
            name.to_owned(),
            machine.class.clone(),
            fleet
                .said(name, &["description"])
                .unwrap_or_default()
                .to_owned(),
            tags.join(" "),
            address
                .and_then(|address| address.user.clone())
                .unwrap_or_default(),
            address
                .map(|address| address.host.clone())
                .unwrap_or_default(),
            port.map(|port| port.to_string()).unwrap_or_default(),
            roles.join("; "),
        ]));
    }
    text
}

fn line(cells: [String; 8]) -> String {
    let cells = cells.map(|cell| match cell.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell,
    });
    format!("{}\r\n", cells.join(","))
}
