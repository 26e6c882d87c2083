//! No fix is offered that makes a fault of syntax in a text without any.

use std::collections::HashMap;
use std::path::Path;

use nix_frontend::syntax;
use source::{Diagnostic, Edit, Fix, Pos, SourceFile, SourceMap, edit};

/// Drops the fixes after which a file that can be read now could not be read any more.
pub(crate) fn keep_sound(diagnostics: &mut [Diagnostic], sources: &SourceMap) {
    for diagnostic in diagnostics {
        diagnostic.fixes.retain(|fix| is_sound(fix, sources));
    }
}

fn is_sound(fix: &Fix, sources: &SourceMap) -> bool {
    let mut by_file: HashMap<Pos, Vec<&Edit>> = HashMap::new();
    for edit in &fix.edits {
        if let Some(file) = sources.file(edit.span.start) {
            by_file.entry(file.pos(0)).or_default().push(edit);
        }
    }
    let mut files = by_file.into_iter();
    files.all(|(start, mut edits)| {
        let Some(file) = sources.file(start) else {
            return true;
        };
        if file.path.extension().is_none_or(|kind| kind != "nix") || !can_be_read(&file) {
            return true;
        }
        edits.sort_by_key(|edit| edit.span.start);
        let after = edit::apply(&file, edits).and_then(|bytes| String::from_utf8(bytes).ok());
        // Who applies it finds out about edits that overlap.
        let Some(after) = after else { return true };
        let after = SourceMap::new().add(Path::new("after.nix"), after.into());
        after.is_none_or(|after| can_be_read(&after))
    })
}

fn can_be_read(file: &std::sync::Arc<SourceFile>) -> bool {
    syntax::read(file).diagnostics.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fix_that_breaks_a_text_is_no_fix() {
        let sources = SourceMap::new();
        let text = "args@{ config, ... }: lib.id config";
        let file = sources.add(Path::new("/clan/a.nix"), text.into()).unwrap();
        let with = |at: u32| {
            let fix = Fix {
                title: "take `lib`".to_owned(),
                safe: false,
                edits: vec![Edit::insert_before(file.span(at, at), "lib, ")],
            };
            let mut found = [Diagnostic::error("undefined-variable", "lib")];
            found[0].fixes.push(fix);
            keep_sound(&mut found, &sources);
            found[0].fixes.len()
        };
        assert_eq!((with(4), with(7)), (0, 1));
    }
}
