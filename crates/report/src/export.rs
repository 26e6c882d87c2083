//! The fleet in the forms of other tools.

mod address;
mod ansible;
mod csv;
pub mod html;
mod prometheus;
mod ssh;

use std::collections::BTreeSet;

use model::Data;
use resolve::view::{MachineView, Resolution};

use crate::place::Places;

pub use self::address::Address;
pub use self::ansible::{ansible, ansible_host};
pub use self::csv::csv;
pub use self::prometheus::prometheus;
pub use self::ssh::{hosts, ssh_config};

/// What is exported.
#[derive(Clone, Copy)]
pub struct Fleet<'f> {
    /// The answer.
    pub resolution: &'f Resolution,
    /// Names places.
    pub places: Places<'f>,
    /// The machines that are wanted; none for all.
    pub on: Option<&'f BTreeSet<&'f str>>,
}

impl<'f> Fleet<'f> {
    /// The wanted machines, in the order of names.
    fn machines(self) -> impl Iterator<Item = (&'f str, &'f MachineView)> {
        let machines = self.resolution.machines.iter();
        let machines = machines.map(|(name, machine)| (name.as_str(), machine));
        machines.filter(move |(name, _)| self.on.is_none_or(|on| on.contains(name)))
    }

    /// Where a machine is reached, as `deploy.targetHost` says.
    fn address(self, machine: &str) -> Option<Address> {
        let target = self.said(machine, &["deploy", "targetHost"])?;
        Address::parse(target)
    }

    /// A text that the inventory says of a machine.
    fn said(self, machine: &str, path: &[&str]) -> Option<&'f str> {
        let machines = self.resolution.inventory.get("machines")?;
        let machine = machines.get(machine)?;
        match path.iter().try_fold(machine, |data, name| data.get(name))? {
            Data::String(text) => Some(text),
            _ => None,
        }
    }

    /// A text in `meta`.
    fn meta(self, name: &str) -> Option<&'f str> {
        match self.resolution.meta.get(name)? {
            Data::String(text) => Some(text),
            _ => None,
        }
    }

    /// The name by which clan's networks know a machine: `machine.domain`.
    fn full_name(self, machine: &str) -> Option<String> {
        Some(format!("{machine}.{}", self.meta("domain")?))
    }
}

/// A name in which only letters, digits and underscores are left, as languages of programs want it.
fn identifier(name: &str) -> String {
    let letters = name.chars();
    let letters = letters.map(|letter| {
        if letter.is_ascii_alphanumeric() {
            letter
        } else {
            '_'
        }
    });
    letters.collect()
}
