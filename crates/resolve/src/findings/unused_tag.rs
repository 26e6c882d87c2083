//! Tags that machines carry and no role asks for: one finding for all of them.

use std::collections::BTreeMap;

use source::{Diagnostic, Span};

use super::Looked;

/// So many tags are named in the message.
const MOST_NAMES: usize = 5;
/// What clan-core itself computes.
const COMPUTED: [&str; 3] = ["all", "nixos", "darwin"];

pub(super) fn find(looked: Looked<'_, '_>) -> Vec<Diagnostic> {
    let instances = &looked.inventory.instances;
    if instances.is_empty() || !looked.knows_all_members() {
        return vec![];
    }
    let is_asked_for = |name: &str| {
        let mut roles = instances
            .iter()
            .flat_map(|instance| instance.roles.values());
        roles.any(|role| role.tags.iter().any(|tag| tag.value == name))
    };
    // By the tag's name, where it is carried first.
    let mut unused: BTreeMap<&str, Span> = BTreeMap::new();
    for machine in looked.inventory.machines.values() {
        for tag in &machine.tags {
            let is_own = !tag.computed && !tag.span.is_none();
            if is_own && !COMPUTED.contains(&tag.name.as_str()) && !is_asked_for(&tag.name) {
                let first = unused.entry(&tag.name).or_insert(tag.span);
                *first = tag.span.min(*first);
            }
        }
    }
    if unused.is_empty() {
        return vec![];
    }
    let names = unused.keys().take(MOST_NAMES);
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    let more = match unused.len().saturating_sub(MOST_NAMES) {
        0 => String::new(),
        number => format!(" and {number} more"),
    };
    let word = if unused.len() == 1 { "tag" } else { "tags" };
    let message = format!("no role asks for the {word} {}{more}", names.join(", "));
    let mut places: Vec<Span> = unused.into_values().collect();
    places.sort_unstable();
    let finding = Diagnostic::note("unused-tag", message);
    let finding = places
        .into_iter()
        .fold(finding, |finding, span| finding.label(span, "carried here"));
    vec![finding.help("a role takes the carriers of a tag with `tags = [ \"…\" ];`")]
}
