//! One finding for each name that nothing binds, however often a file has it, and no hint at what `lib` does not have.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flake::InputInfo;
use nix_frontend::eval::Value;
use source::{Diagnostic, Files, Label, SourceMap, suggest};

use crate::session::{Options, run};

pub(crate) const UNDEFINED_VARIABLE: &str = "undefined-variable";
/// So many further places of one name are shown.
const MOST_PLACES: usize = 2;

/// Takes back hints at functions of `lib` that it does not have.
pub(crate) fn take_back_hints(
    diagnostics: &mut [Diagnostic],
    files: &dyn Files,
    sources: &Arc<SourceMap>,
    options: Options,
) {
    let hinted: Vec<(&mut Diagnostic, String)> = diagnostics
        .iter_mut()
        .filter_map(|finding| {
            let name = hint(finding)?.to_owned();
            Some((finding, name))
        })
        .collect();
    if hinted.is_empty() {
        return;
    }
    run(files, sources, options, |evaluator| {
        let lib = evaluator.force(nix_lib::library(evaluator).lib);
        let Ok(Value::Attrs(lib)) = lib else {
            return;
        };
        for (finding, name) in hinted {
            if lib.value(evaluator.symbol(&name)).is_none() {
                finding.help = None;
                finding.fixes.clear();
            }
        }
    });
}

/// The name of the function of `lib` that an undefined variable was taken for.
fn hint(finding: &Diagnostic) -> Option<&str> {
    let is_undefined = finding.code == UNDEFINED_VARIABLE;
    let help = finding.help.as_deref().filter(|_| is_undefined)?;
    suggest::proposed(help)?.strip_prefix("lib.")
}

/// Says of inputs that a flake's `outputs` does not take how it does.
pub(crate) fn tell_inputs(
    diagnostics: &mut [Diagnostic],
    inputs: &[InputInfo],
    sources: &SourceMap,
    root: &Path,
) {
    let flake = root.join("flake.nix");
    for finding in diagnostics {
        let is_unexplained = finding.code == UNDEFINED_VARIABLE && finding.help.is_none();
        let file = finding
            .primary()
            .and_then(|place| sources.file(place.start));
        if !is_unexplained || file.is_none_or(|file| file.path != flake) {
            continue;
        }
        let name = finding.message.strip_prefix("undefined variable '");
        let name = name.and_then(|name| name.strip_suffix('\''));
        let is_input =
            |name: &&str| *name == "self" || inputs.iter().any(|input| input.name == **name);
        if let Some(name) = name.filter(is_input) {
            finding.help = Some(format!(
                "`outputs` takes it as an argument: `{{ {name}, … }}:`"
            ));
        }
    }
}

/// The findings with those put together that tell of one name in one file and mean the same by it: where the first of them stands.
pub(crate) fn gathered(diagnostics: Vec<Diagnostic>, sources: &SourceMap) -> Vec<Diagnostic> {
    let mut found: Vec<(Diagnostic, usize)> = vec![];
    let mut firsts: HashMap<(PathBuf, String), Vec<usize>> = HashMap::new();
    for diagnostic in diagnostics {
        let file = diagnostic
            .primary()
            .and_then(|span| sources.file(span.start));
        let Some(file) = file.filter(|_| diagnostic.code == UNDEFINED_VARIABLE) else {
            found.push((diagnostic, 0));
            continue;
        };
        let firsts = firsts
            .entry((file.path.clone(), diagnostic.message.clone()))
            .or_default();
        let help = &diagnostic.help;
        let means_same = |first: &&usize| {
            let known = found.get(**first);
            known.is_some_and(|(known, _)| help.is_none() || known.help == *help)
        };
        let first = firsts.iter().find(means_same).copied();
        match first.and_then(|first| found.get_mut(first)) {
            Some((known, further)) => {
                *further += 1;
                add_place(known, diagnostic, *further);
            }
            None => {
                firsts.push(found.len());
                found.push((diagnostic, 0));
            }
        }
    }
    let found = found.into_iter();
    found
        .map(|(found, further)| counted(found, further))
        .collect()
}

/// Tells `known` of a further place, and lets its fixes mend that too.
fn add_place(known: &mut Diagnostic, other: Diagnostic, number: usize) {
    if let Some(place) = other.primary().filter(|_| number <= MOST_PLACES) {
        known.labels.push(Label {
            span: place,
            text: "and here".to_owned(),
        });
    }
    for fix in other.fixes {
        let mut fixes = known.fixes.iter_mut();
        let Some(same) = fixes.find(|known| known.title == fix.title) else {
            continue;
        };
        for edit in fix.edits {
            if !same.edits.contains(&edit) {
                same.edits.push(edit);
            }
        }
    }
}

/// Says how many places `further` are, if not all are shown.
fn counted(mut found: Diagnostic, further: usize) -> Diagnostic {
    if let Some(label) = found.labels.first_mut().filter(|_| further > MOST_PLACES) {
        label.text = format!("{}, as in {further} further places", label.text);
    }
    found
}

#[cfg(test)]
mod tests {
    use source::{Edit, Span};

    use super::*;

    #[test]
    fn a_name_is_told_once_in_a_file() {
        let sources = SourceMap::new();
        let one = sources.add(Path::new("/one.nix"), b"lib lib lib lib lib".to_vec());
        let two = sources.add(Path::new("/two.nix"), b"lib".to_vec());
        let (one, two) = (one.unwrap(), two.unwrap());
        let undefined = |span: Span| {
            Diagnostic::error(UNDEFINED_VARIABLE, "undefined variable 'lib'")
                .label(span, "bound nowhere")
                .help("did you mean `x.lib`?")
                .unsafe_fix("write `x.lib`", Edit::replace(span, "x.lib"))
        };
        let mut found: Vec<_> = (0..4)
            .map(|at| undefined(one.span(at * 4, at * 4 + 3)))
            .collect();
        found.push(undefined(two.span(0, 3)));
        let mut other = undefined(one.span(16, 19));
        other.help = Some("quotes".to_owned());
        found.push(other);
        let found = gathered(found, &sources);
        let counts: Vec<_> = found
            .iter()
            .map(|each| (each.labels.len(), each.fixes[0].edits.len()))
            .collect();
        assert_eq!(counts, [(3, 4), (1, 1), (1, 1)]);
        assert_eq!(
            found[0].labels[0].text,
            "bound nowhere, as in 3 further places"
        );
    }
}
