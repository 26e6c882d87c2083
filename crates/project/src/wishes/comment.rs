//! `# clan-inventory: allow(code, …) reason`, at the end of the line of a finding or in the comment above it.

use source::{Diagnostic, SourceMap};

const WORD: &str = "# clan-inventory: allow(";

/// Whether a comment allows the finding where it is shown.
pub(super) fn allows(diagnostic: &Diagnostic, sources: &SourceMap) -> bool {
    let Some(place) = diagnostic.primary() else {
        return false;
    };
    let Some(file) = sources.file(place.start) else {
        return false;
    };
    let lines = file.lines();
    let text = |line: u32| {
        let start = lines.line_start(line)? as usize;
        let rest = file.text.get(start..)?;
        rest.lines().next()
    };
    let line = lines.line_of(file.offset(place.start));
    let above = (0..line).rev().map_while(|line| {
        let comment = text(line)?.trim_start();
        comment.starts_with('#').then_some(comment)
    });
    let mut comments = text(line).into_iter().chain(above);
    comments.any(|comment| is_about(comment, diagnostic.code))
}

fn is_about(line: &str, code: &str) -> bool {
    let Some((_, rest)) = line.split_once(WORD) else {
        return false;
    };
    let codes = rest.split(')').next().unwrap_or_default();
    codes.split(',').any(|each| each.trim() == code)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use source::Span;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        let sources = SourceMap::new();
        let file = sources
            .add(Path::new("/a.nix"), text.as_bytes().to_vec())
            .unwrap();
        let at = text.find("HERE").unwrap() as u32;
        let finding = Diagnostic::warning("unknown-tag", "no machine carries it")
            .label(Span::at(file.pos(at)), "here");
        assert_eq!(allows(&finding, &sources), expected, "{text}");
    }

    #[test]
    fn a_comment_stands_behind_or_above_the_place() {
        check(
            "a = HERE; # clan-inventory: allow(unknown-tag) comes later",
            true,
        );
        check(
            "# clan-inventory: allow(unknown-tag)\n# comes later\na = HERE;",
            true,
        );
        check(
            "  # clan-inventory: allow(unused-tag, unknown-tag) soon\n  a = HERE;",
            true,
        );
    }

    #[test]
    fn other_comments_allow_nothing() {
        check("a = HERE;", false);
        check(
            "a = HERE; # clan-inventory: allow(unused-tag) for people",
            false,
        );
        check(
            "b = 1; # clan-inventory: allow(unknown-tag)\na = HERE;",
            false,
        );
        check("# clan-inventory: allow(unknown-tag)\n\na = HERE;", false);
        check("a = HERE; # allow(unknown-tag)", false);
    }
}
