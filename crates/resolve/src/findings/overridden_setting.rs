//! A setting that loses on every machine that it reaches.

use std::collections::BTreeMap;

use source::{Diagnostic, Span};

use super::Looked;
use crate::view::{DefinitionView, Verdict};

/// What becomes of a definition.
struct Fate<'l> {
    path: String,
    layer: String,
    /// What won first, and on which machine; none if the definition itself ever counted.
    winner: Option<(&'l DefinitionView, &'l str)>,
}

pub(super) fn find(looked: Looked<'_, '_>) -> Vec<Diagnostic> {
    let mut fates: BTreeMap<Span, Fate<'_>> = BTreeMap::new();
    let roles = looked.resolution.instances.iter();
    let members = roles
        .flat_map(|instance| instance.roles.values())
        .flat_map(|role| &role.machines);
    for (machine, member) in members {
        for setting in member.explained.iter() {
            let winner = setting
                .definitions
                .iter()
                .find(|each| each.verdict != Verdict::Lost);
            for definition in setting
                .definitions
                .iter()
                .filter(|each| !each.span.is_none())
            {
                let fate = fates.entry(definition.span).or_insert_with(|| Fate {
                    path: setting.path.join("."),
                    layer: definition.layer.describe(),
                    winner: winner.map(|winner| (winner, machine.as_str())),
                });
                if definition.verdict != Verdict::Lost || winner.is_none() {
                    fate.winner = None;
                }
            }
        }
    }
    let lost = fates.into_iter().filter_map(|(span, fate)| {
        let (winner, machine) = fate.winner?;
        let finding = Diagnostic::note(
            "overridden-setting",
            format!("`{}` is overridden wherever it reaches", fate.path),
        )
        .label(span, format!("in {}", fate.layer));
        let won = format!("wins on `{machine}`: {}", winner.layer.describe());
        let help = "take it away, or give it a priority that wins, by `lib.mkForce`";
        Some(finding.label(winner.span, won).help(help))
    });
    lost.collect()
}
