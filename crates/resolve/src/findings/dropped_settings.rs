//! Settings of a tag at a day whose clan-core drops them.

use model::Fact;
use source::{Diagnostic, Span};

use super::Looked;

pub(super) fn find(looked: Looked<'_, '_>) -> Vec<Diagnostic> {
    if looked.dialect.has(Fact::TagSettings) {
        return vec![];
    }
    let mut found = vec![];
    for instance in &looked.inventory.instances {
        for (role, written) in &instance.roles {
            for (tag, setting) in &written.dropped_settings {
                let message = format!(
                    "clan-core drops the settings of tag `{tag}` in role `{role}` of `{}`",
                    instance.name.value
                );
                let place = Span::at(*setting);
                let finding =
                    Diagnostic::warning("dropped-settings", message).label(place, "has no effect");
                found.push(finding.help("move them to the role, or to its machines; a clan-core since 2026-07-06 takes them"));
            }
        }
    }
    found
}
