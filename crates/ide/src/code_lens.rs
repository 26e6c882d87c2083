//! What stands above an instance: how many machines it has, and a way to its resolved settings.

use std::path::Path;

use source::Span;

use crate::Snapshot;
use crate::name::{InstanceName, Name};
use crate::tell::{Teller, count};

/// A lens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeLens {
    /// The instance's name.
    pub span: Span,
    /// The instance.
    pub instance: InstanceName,
    /// `4 machines`
    pub title: String,
    /// Where the instance names machines and tags.
    pub members: Vec<Span>,
}

/// The lenses of the file at `path`, in their order: one for each instance that is written there.
pub fn code_lenses(snapshot: &Snapshot, path: &Path) -> Vec<CodeLens> {
    let Some(file) = snapshot.file(path) else {
        return vec![];
    };
    let mut lenses: Vec<CodeLens> = vec![];
    for entry in snapshot.index.within(file.full_span()) {
        let Name::Instance(name) = entry.name() else {
            continue;
        };
        let is_known = lenses.iter().any(|lens| lens.instance == *name);
        let Some((_, instance)) = snapshot
            .instance(name)
            .filter(|_| entry.is_written && !is_known)
        else {
            continue;
        };
        let members = instance
            .roles
            .values()
            .flat_map(|role| role.machines.keys());
        let members: std::collections::BTreeSet<&String> = members.collect();
        let naming = snapshot.index.entries().iter().filter(|other| {
            other
                .meaning
                .role
                .as_ref()
                .is_some_and(|(of, _)| of == name)
        });
        lenses.push(CodeLens {
            span: entry.span,
            instance: name.clone(),
            title: count(members.len(), "machine"),
            members: naming.map(|entry| entry.span).collect(),
        });
    }
    lenses
}

/// The final settings of an instance's members, as Nix.
pub fn resolved_settings(snapshot: &Snapshot, name: &InstanceName) -> Option<String> {
    let (_, instance) = snapshot.instance(name)?;
    let resolution = snapshot.resolution()?;
    let teller = Teller { snapshot };
    let mut text = format!(
        "# {}: what its machines get, read as clan-core of {}\n{{\n",
        report::overview::instance_name(instance),
        resolution.dialect
    );
    for (role, view) in &instance.roles {
        text.push_str(&format!("  {} = {{\n", report::nix::attribute(role)));
        for (machine, member) in &view.machines {
            let settings = member.settings.as_deref().or_else(|| {
                let config = resolution.machines.get(machine)?.config.as_ref()?;
                config.get(&instance.service)
            });
            let start = format!("    {} = ", report::nix::attribute(machine));
            let settings = settings.map_or_else(
                || "{ }".to_owned(),
                |data| report::nix::lines(data, teller.places(), 4, start.chars().count()),
            );
            text.push_str(&format!("{start}{settings};\n"));
        }
        text.push_str("  };\n");
    }
    text.push_str("}\n");
    Some(text)
}
