//! What errors in the machines leave: gaps, so that nobody is missed who may be there; and one finding for what several machines share.

use nix_frontend::eval::{ErrorKind, EvalError};
use source::spelling::{attribute, path_names};
use source::{Diagnostic, suggest};

use super::Named;
use crate::inventory::{Gap, Machine};

/// The gap that an error in all machines leaves.
pub(super) fn in_machines(error: &EvalError) -> Gap {
    Gap::of(error).unwrap_or_else(no_machines)
}

/// The gap that an error in the inventory as a whole leaves.
pub(super) fn no_machines() -> Gap {
    Gap {
        name: "inventory.machines".to_owned(),
        because: "the machines cannot be computed".to_owned(),
    }
}

/// The gap that an error in the tags of a machine leaves, or in the machine as a whole.
pub(super) fn in_tags(error: &EvalError, machine: &str) -> Gap {
    Gap::of(error).unwrap_or_else(|| Gap {
        name: format!("inventory.machines.{}.tags", attribute(machine)),
        because: format!("the tags of `{machine}` cannot be computed"),
    })
}

/// What definitions that were refused leave unknown: in the tags of machines, and of the machines as a whole.
pub(super) fn refused(errors: &[EvalError], machines: &mut Named<Machine>) -> Option<Gap> {
    let mut gap = None;
    for error in errors {
        let Some(subject) = &error.subject else {
            continue;
        };
        let mut path = subject.path.clone();
        if error.kind == ErrorKind::Coded("unknown-option") {
            // A misspelt name leaves out what was meant.
            let Some(meant) = error.help.as_deref().and_then(suggest::proposed) else {
                continue;
            };
            path.pop();
            path.push(meant.to_owned());
        }
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["inventory", "machines"] => gap = gap.or_else(|| Some(in_machines(error))),
            ["inventory", "machines", name] | ["inventory", "machines", name, "tags", ..] => {
                if let Some(machine) = machines.get_mut(*name) {
                    machine.tags_gap.get_or_insert_with(|| in_tags(error, name));
                }
            }
            _ => {}
        }
    }
    gap
}

/// Whether two findings say the same of different machines or instances, from one place: code that makes several of them has one fault.
pub(super) fn is_shared(own: &Diagnostic, other: &Diagnostic) -> bool {
    let is_one_place = own.primary().is_some() && own.primary() == other.primary();
    is_one_place
        && own.code == other.code
        && match (path_of(&own.message), path_of(&other.message)) {
            (Some(own), Some(other)) => is_beside(&own, &other),
            _ => false,
        }
}

fn is_beside(own: &[String], other: &[String]) -> bool {
    let ([_, kind, _, rest @ ..], [_, other_kind, _, other_rest @ ..]) = (own, other) else {
        return false;
    };
    let is_of_many = kind == "machines" || kind == "instances";
    is_of_many && kind == other_kind && rest == other_rest
}

/// The first path of the inventory in a message.
fn path_of(message: &str) -> Option<Vec<String>> {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let path = quoted.find(|text| text.starts_with("inventory."))?;
    Some(path_names(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_found_in_a_message() {
        let path = path_of("`inventory.machines.\"a.b\".tags` must be of type `string`");
        let path = path.unwrap();
        assert_eq!(path, ["inventory", "machines", "a.b", "tags"]);
        assert!(path_of("`a` is used but has no value").is_none());
    }

    #[test]
    fn machines_beside_each_other_share_what_is_the_same_in_them() {
        let check = |own: &str, other: &str| {
            let [own, other] = [own, other].map(path_names);
            is_beside(&own, &other)
        };
        assert!(check(
            "inventory.machines.jon.tags",
            "inventory.machines.sara.tags"
        ));
        assert!(!check(
            "inventory.machines.jon.tags",
            "inventory.machines.sara.tag"
        ));
        assert!(!check("inventory.tags.jon", "inventory.tags.sara"));
    }
}
