//! Findings lead to places that the user can open.
//!
//! What stands for clan-core and for `lib` are texts of our own, and errors pass through them. Their labels are left out, so
//! that the first place of a finding is the user's nearest one to the cause. If all places are ours, none is left.

use source::{Diagnostic, SourceMap, Span};

/// The finding without its labels and fixes in texts of our own.
pub(crate) fn of_the_user(mut diagnostic: Diagnostic, sources: &SourceMap) -> Diagnostic {
    diagnostic
        .labels
        .retain(|label| !is_ours(label.span, sources));
    diagnostic
        .fixes
        .retain(|fix| !fix.edits.iter().any(|edit| is_ours(edit.span, sources)));
    diagnostic
}

/// Our texts lie below a root directory that is named in guillemets; a text from standard input lies in a real directory.
fn is_ours(span: Span, sources: &SourceMap) -> bool {
    let file = span.some().and_then(|span| sources.file(span.start));
    file.is_some_and(|file| file.path.to_string_lossy().starts_with("/«"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use source::Edit;

    use super::*;

    #[test]
    fn a_finding_is_shown_where_the_user_can_read_it() {
        let sources = SourceMap::new();
        let add = |path: &str| sources.add(Path::new(path), b"{ }".to_vec()).unwrap();
        let ours = add("/«clan-core»/schema.nix").full_span();
        let theirs = add("/clan/clan.nix").full_span();
        let input = add("/clan/«stdin».nix").full_span();
        let diagnostic = Diagnostic::error("thrown", "no")
            .label(ours, "thrown here")
            .label(theirs, "in the call of `f`")
            .label(input, "in the call of `g`")
            .fix("take it away", Edit::replace(ours, ""));
        let shown = of_the_user(diagnostic, &sources);
        let texts: Vec<&str> = shown.labels.iter().map(|label| &*label.text).collect();
        assert_eq!(texts, ["in the call of `f`", "in the call of `g`"]);
        assert_eq!(shown.primary(), Some(theirs));
        assert!(shown.fixes.is_empty());
    }

    #[test]
    fn without_a_place_of_the_user_there_is_none() {
        let sources = SourceMap::new();
        let ours = sources.add(Path::new("/«lib»/functions.nix"), b"{ }".to_vec());
        let diagnostic = Diagnostic::error("thrown", "no").label(ours.unwrap().full_span(), "here");
        assert_eq!(of_the_user(diagnostic, &sources).primary(), None);
    }
}
