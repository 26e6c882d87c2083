//! The machine that a role names and the inventory lacks, beside one that is there.

use source::{Diagnostic, Edit, Span};

use super::{Action, quick_fix};
use crate::Snapshot;
use crate::bindings::{binding, span_of};
use crate::name::Name;
use crate::tell::code;

pub(super) fn action(snapshot: &Snapshot, diagnostic: &Diagnostic) -> Option<Action> {
    if diagnostic.code != "unknown-machine" {
        return None;
    }
    let entry = snapshot.index.at(diagnostic.primary()?.start)?;
    let Name::Machine(machine) = entry.name() else {
        return None;
    };
    let entries = snapshot.index.entries().iter();
    let mut others = entries.filter(|other| {
        let is_machine = matches!(other.path.as_slice(), [first, second, _] if first == "inventory" && second == "machines");
        is_machine && other.is_written
    });
    let (file, other, name) = others.find_map(|other| {
        let (file, node) = binding(snapshot, other.span)?;
        Some((file, node, other.span))
    })?;
    let whole = span_of(&file, other.text_range());
    let path = file.slice(Span::new(whole.start, name.start));
    let line = file.text.get(..file.offset(whole.start) as usize)?;
    let indent = line.rsplit('\n').next().unwrap_or_default();
    let indent = if indent.trim().is_empty() { indent } else { "" };
    let break_ = if indent.is_empty() && !line.ends_with('\n') {
        " "
    } else {
        "\n"
    };
    let text = format!(
        "{path}{} = {{ }};{break_}{indent}",
        report::nix::attribute(machine)
    );
    Some(quick_fix(
        format!("define the machine {}", code(machine)),
        vec![Edit::replace(Span::at(whole.start), text)],
    ))
}
