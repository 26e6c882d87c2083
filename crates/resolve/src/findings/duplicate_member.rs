//! A machine that a role of the services generation names twice: clan has it as a member twice.

use std::collections::HashMap;

use source::{Diagnostic, Edit, Fix, SourceMap, Span};

use super::Looked;

pub(super) fn find(looked: Looked<'_, '_>) -> Vec<Diagnostic> {
    let mut found = vec![];
    for instance in &looked.inventory.instances {
        for (role, written) in &instance.roles {
            let mut first = HashMap::new();
            for machine in &written.machines {
                let Some(before) = first.insert(&machine.value, machine.span) else {
                    continue;
                };
                let name = &machine.value;
                let message = format!(
                    "role `{role}` of `{}` names `{name}` twice",
                    instance.name.value
                );
                let finding = Diagnostic::warning("duplicate-member", message)
                    .label(machine.span, "again")
                    .label(before, "first here");
                let fix = taken_away(looked.sources, name, before, machine.span);
                let finding = finding.with_fixes(fix);
                found.push(finding.help("take one of them away: clan counts both"));
            }
        }
    }
    found
}

/// The list without its second entry, where one list holds both as plain strings.
fn taken_away(sources: &SourceMap, name: &str, first: Span, second: Span) -> Option<Fix> {
    let file = sources.file(second.some()?.start)?;
    let is_beside = !first.is_none() && file.holds(first.start) && first.end <= second.start;
    let (first, second) = (file.range(first), file.range(second));
    let quoted = format!("\"{name}\"");
    let before = file.text.get(first.end..second.start)?;
    let (between, end) = match before.ends_with('"') {
        // The places are those of the names without their quotes.
        true => (before.get(1..before.len() - 1)?, second.end + 1),
        false => (before, second.end),
    };
    let start = first.end + before.len() - usize::from(before.ends_with('"'));
    // What is taken away must not bring the list's end into a comment, nor be the argument of a call.
    let is_list = !between.contains(['[', ']', '(', ')', '{', '}', ';', '=', '#', '*']);
    let ahead = file.text.get(..first.start)?.trim_end_matches('"');
    let is_list = is_list && ahead.trim_end().ends_with(['[', '"']);
    let is_plain = file.text.get(start..end) == Some(&quoted);
    let start = file.text.get(..start)?.trim_end().len();
    (is_beside && is_list && is_plain).then(|| Fix {
        title: format!("take the second `{name}` away"),
        safe: true,
        edits: vec![Edit::replace(file.span(start as u32, end as u32), "")],
    })
}
